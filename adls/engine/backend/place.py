"""Positions: each node of the executed tree carries the user's place of the operation that it carries out."""

from __future__ import annotations

import ast
from typing import TypeVar

from adls.engine.source.text import SourceFile, Span

_Node = TypeVar("_Node", bound=ast.AST)
_BARE = {int, str, float, complex, bytes, bool, type(None), type(...), ast.Load, ast.Store, ast.Del}
"""What most fields hold, which has no place."""


def place(node: _Node, span: Span) -> _Node:
    """Give the span to a node and to whatever in it has none yet."""
    fields = vars(node)
    if fields.get("lineno") is not None:
        return node
    for value in fields.values():
        kind = type(value)
        if kind in _BARE:
            continue
        if kind is list:
            for each in value:
                if isinstance(each, ast.AST):
                    place(each, span)
        elif isinstance(value, ast.AST):
            place(value, span)
    if "lineno" in node._attributes:
        set_span(node, span)
    return node


def set_span(node: ast.AST, span: Span) -> None:
    """Give the span to one node that has positions."""
    node.lineno, node.col_offset = span.line, span.column  # type: ignore[attr-defined]
    node.end_lineno, node.end_col_offset = span.end_line, span.end_column  # type: ignore[attr-defined]


def forget_span(node: ast.AST) -> None:
    """Take a node's positions away: those of a text that is no file of the user's."""
    for attribute in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        if hasattr(node, attribute):
            delattr(node, attribute)


def header(span: Span, source: SourceFile) -> Span:
    """The first line of a span: what carets should underline of a whole `for` or `if`."""
    if span.end_line == span.line:
        return span
    return Span(span.line, span.column, span.line, len(source.line(span.line).rstrip().encode()))
