"""Nested functions that `functools.cache` remembers the results of, as what they do.

    @functools.cache                     go_memo = {}
    def go(n):                           def go_body(n):
        return x[n] * go(n - 1)    ->        return x[n] * go(n - 1)
                                         def go(n):
                                             if isinstance(n, (float, complex)):
                                                 return go_body(n)
                                             if (n,) not in go_memo:
                                                 go_memo[n,] = go_body(n)
                                             return go_memo[n,]

How many results are remembered at most is not kept to: that changes no result. What was made of another number, which
happens to be as large, has not the derivative of this one: of numbers that may vary nothing is remembered.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import TypeAlias

from adls.engine.frontend.scopes import FunctionNode, identifiers, nodes_of
from adls.engine.ir.entities import Library, Resolver

IsCache: TypeAlias = Callable[[ast.expr], bool]


def memoised(function: FunctionNode, resolver: Resolver) -> FunctionNode:
    """The function with what is remembered inside it written out; itself where nothing is."""

    def is_cache(decorator: ast.expr) -> bool:
        found = resolver.resolve(_dotted(decorator.func if isinstance(decorator, ast.Call) else decorator))
        return isinstance(found, Library) and found.key in ("functools.cache", "functools.lru_cache")

    if isinstance(function, ast.Lambda) or not any(_is_remembered(node, is_cache) for node in _inside(function)):
        return function
    made = copy.deepcopy(function)
    _Writer(is_cache, set(identifiers(nodes_of(made)))).write(made)
    return made


def _inside(function: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(function) if isinstance(node, ast.FunctionDef) and node is not function)


def _is_remembered(node: ast.AST, is_cache: IsCache) -> bool:
    if not isinstance(node, ast.FunctionDef) or len(node.decorator_list) != 1 or not _has_plain_parameters(node):
        return False
    return is_cache(node.decorator_list[0])


def _has_plain_parameters(node: ast.FunctionDef) -> bool:
    given = node.args
    return not (given.vararg or given.kwarg or given.kwonlyargs or given.defaults or given.posonlyargs)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def _put_at(node: ast.AST, line: int, column: int) -> None:
    """Have a node stand at a point: before the function that is remembered, or behind it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.expr | ast.stmt | ast.arg):
            inner.lineno = inner.end_lineno = line
            inner.col_offset = inner.end_col_offset = column


class _Writer:
    def __init__(self, is_cache: IsCache, taken: set[str]) -> None:
        self.is_cache = is_cache
        self.taken = taken

    def write(self, node: ast.AST) -> None:
        """Write out what is remembered in the blocks of a node, but for those of classes."""
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [made for statement in block for made in self._statement(statement)])
        for handler in getattr(node, "handlers", []):
            self.write(handler)

    def _statement(self, statement: ast.stmt) -> list[ast.stmt]:
        if isinstance(statement, ast.ClassDef):
            return [statement]
        self.write(statement)
        if not isinstance(statement, ast.FunctionDef) or not _is_remembered(statement, self.is_cache):
            return [statement]
        return self._remembering(statement)

    def _remembering(self, node: ast.FunctionDef) -> list[ast.stmt]:
        name = node.name
        memo, body = self._free(f"{name}_memo"), self._free(f"{name}_body")
        names = [argument.arg for argument in node.args.args]
        key = f"({', '.join(names)},)" if names else "()"
        varies = " or ".join(f"isinstance({each}, (float, complex))" for each in names) or "False"
        text = (f"{memo} = {{}}\ndef {name}({', '.join(names)}):\n"
                f"    if {varies}:\n        return {body}({', '.join(names)})\n    if {key} not in {memo}:\n"
                f"        {memo}[{key}] = {body}({', '.join(names)})\n    return {memo}[{key}]\n")
        begin, remembering = ast.parse(text).body
        assert isinstance(remembering, ast.FunctionDef)
        _put_at(begin, node.lineno, node.col_offset)
        _put_at(remembering, node.end_lineno or node.lineno, node.end_col_offset or 0)
        for each in remembering.body[1:]:  # What is refused is found by its place: not where the other branch is.
            _put_at(each, node.end_lineno or node.lineno, (node.end_col_offset or 1) - 1)
        node.name, node.decorator_list = body, []
        return [begin, node, remembering]

    def _free(self, name: str) -> str:
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name
