"""Nested functions that call themselves, or one another: each makes those that it calls again, of what it has captured.

    def even(n): return a if n == 0 else odd(n - 1)        even captures a and b, and begins with
    def odd(n): return b if n == 0 else even(n - 1)        even = closure a, b;  odd = closure a, b
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from adls.engine.frontend.scopes import FUNCTIONS, FunctionNode, names_of


def siblings_of(function: FunctionNode) -> dict[str, ast.FunctionDef]:
    """The functions defined inside a function whose names mean nothing else in it."""
    if isinstance(function, ast.Lambda):
        return {}
    found = {node.name: node for node in _definitions(function)}
    counts: dict[str, int] = {}
    for node in _own(function):
        for name in _bound(node):
            counts[name] = counts.get(name, 0) + 1
    return {name: node for name, node in found.items() if counts.get(name) == 1 and not node.decorator_list}


def group_of(name: str, siblings: Mapping[str, ast.FunctionDef]) -> list[str]:
    """The functions that one leads to, through one another; none where it does not come back to itself."""
    reached: list[str] = []
    todo = [name]
    while todo:
        for each in sorted(names_of(siblings[todo.pop()]).free & siblings.keys()):
            if each not in reached:
                reached.append(each)
                todo.append(each)
    return sorted(each for each in reached if _leads(each, name, siblings)) if name in reached else []


def captured_by(group: list[str], siblings: Mapping[str, ast.FunctionDef]) -> set[str]:
    """What the functions of a group capture, but for one another."""
    return {name for each in group for name in names_of(siblings[each]).free} - set(group)


def _leads(start: str, end: str, siblings: Mapping[str, ast.FunctionDef]) -> bool:
    seen: set[str] = set()
    todo = [start]
    while todo:
        free = names_of(siblings[todo.pop()]).free & siblings.keys()
        if end in free:
            return True
        todo += free - seen
        seen |= free
    return False


def _definitions(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.FunctionDef]:
    return (node for node in _own(function) if isinstance(node, ast.FunctionDef))


def _own(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function, without what is inside those inside it."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop(0)
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            todo += ast.iter_child_nodes(node)


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Name(name, ast.Store() | ast.Del()) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.alias(name, asname):
            yield asname or name.partition(".")[0]
        case _:
            pass
