"""Lambdas and nested functions, printed again as the user wrote them.

Their text reads the user's module by the user's names. So a function that reads any is made anew with the user's module
as its globals, by `runtime.closure(model, lambda x: np.sin(x))`; its code is then the very code that the user's file
compiles to, and everything that finds a function's source by its code finds it.
"""

from __future__ import annotations

import ast
import builtins

from adls.engine.backend.preamble import Preamble
from adls.engine.backend.unit import EmitUnit
from adls.engine.ir.ops import Code
from adls.engine.source.text import Span


def closure(code: Code, unit: EmitUnit, preamble: Preamble) -> ast.expr:
    """The expression that makes a lambda again, at its place in the user's file."""
    tree = lambda_of(code)
    return bound_to_module(tree, unit, preamble) if reads_globals(tree, code) else tree


def lambda_of(code: Code) -> ast.expr:
    """A lambda's tree, with the user's positions."""
    span = code.function.span
    tree = ast.parse(f"({code.text}\n)", mode="eval").body
    _shift(tree, span.line - 1, span.column - 1)
    return tree


def definition_of(code: Code) -> ast.stmt:
    """A nested function's tree, with the user's positions."""
    span = _start(code)
    tree = ast.parse(f"if 1:\n{' ' * max(span.column, 1)}{code.text}")
    (definition,) = tree.body[0].body  # type: ignore[attr-defined]
    _shift(definition, span.line - 2, span.column - max(span.column, 1))
    return definition  # type: ignore[no-any-return]


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


def _start(code: Code) -> Span:
    return code.function.span


def _shift(tree: ast.AST, lines: int, columns: int) -> None:
    """Move a tree to its place; only what stands on its first line moves sideways, for the text is verbatim."""
    first = getattr(tree, "lineno", 1)
    for node in ast.walk(tree):
        if "lineno" not in node._attributes:
            continue
        for line, column in (("lineno", "col_offset"), ("end_lineno", "end_col_offset")):
            if getattr(node, line) == first:
                setattr(node, column, getattr(node, column) + columns)
            setattr(node, line, getattr(node, line) + lines)
