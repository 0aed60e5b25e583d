"""Lambdas and nested functions, printed again as the user wrote them.

Their text reads the user's module by the user's names. So a function that reads any is made anew with the user's module
as its globals, by `runtime.closure(model, lambda x: np.sin(x))`. Its code carries the user's positions, so that it is
found in the user's file like any other function of his.
"""

from __future__ import annotations

import ast
import builtins
from functools import lru_cache

from adls.engine.backend.place import forget_span, set_span
from adls.engine.backend.preamble import Preamble
from adls.engine.backend.unit import EmitUnit
from adls.engine.ir.ops import Code
from adls.engine.source.text import SourceFile, Span


def lambda_of(code: Code, unit: EmitUnit, preamble: Preamble) -> ast.expr:
    """The expression that makes a lambda again, at its place in the user's file."""
    tree = ast.parse(f"({code.text}\n)", mode="eval").body
    _put_back(tree, code, unit)
    return bound_to_module(tree, unit, preamble) if reads_globals(tree, code) else tree


def definition_of(code: Code, unit: EmitUnit) -> ast.stmt:
    """The `def` that makes a nested function again, at its place in the user's file."""
    (tree,) = ast.parse(code.text).body
    _put_back(tree, code, unit)
    return tree


def reads_globals(tree: ast.AST, code: Code) -> bool:
    """Whether a function reads names of its module."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    bound |= {cell.name for cell in code.function.cells}
    return any(node.id not in bound and not hasattr(builtins, node.id) for node in names)


def bound_to_module(function: ast.expr, unit: EmitUnit, preamble: Preamble) -> ast.expr:
    """The function with the user's module as its globals."""
    module = ast.Name(preamble.module(unit.module, unit.function.file), ast.Load())
    return ast.Call(preamble.library("runtime.closure"), [module, function], [])


def _put_back(tree: ast.AST, code: Code, unit: EmitUnit) -> None:
    """Give the tree the positions of the definition in the user's file."""
    for node in ast.walk(tree):
        forget_span(node)
    span = code.function.span
    written = _definitions(unit.source).get((type(tree), span.line, span.column))
    if written is not None:
        _follow(tree, written)
    for node in ast.walk(tree):
        if "lineno" in node._attributes and not hasattr(node, "lineno"):
            set_span(node, span)


@lru_cache(maxsize=8)
def _definitions(source: SourceFile) -> dict[tuple[type[ast.AST], int, int], ast.AST]:
    """All functions of a file by their kind and place; none while the file doesn't parse."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError):
        return {}
    kinds = ast.FunctionDef | ast.Lambda
    return {(type(node), node.lineno, node.col_offset): node for node in ast.walk(tree) if isinstance(node, kinds)}


def _follow(tree: ast.AST, written: ast.AST) -> None:
    """Copy positions from one tree to another of the same form.

    Renamed variables keep their place. A default that was computed beforehand has another form: it has no place yet.
    """
    if type(tree) is not type(written):
        return
    if "lineno" in tree._attributes:
        located: ast.expr = written  # type: ignore[assignment]
        end_line, end_column = located.end_lineno or located.lineno, located.end_col_offset or located.col_offset
        set_span(tree, Span(located.lineno, located.col_offset, end_line, end_column))
    for ours, theirs in zip(ast.iter_child_nodes(tree), _undecorated(written), strict=False):
        _follow(ours, theirs)


def _undecorated(node: ast.AST) -> list[ast.AST]:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return [child for child in ast.iter_child_nodes(node) if child not in decorators]
