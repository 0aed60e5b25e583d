"""Functions inside generated functions: their code objects are made known with the IR that they came from."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from adls.engine.frontend.locate import register
from adls.engine.ir.ops import Code, Function
from adls.engine.ir.walk import lets
from adls.engine.source.text import Span


def register_inner(module: dict[str, Any], name: str, function: Function) -> None:
    """Register the lambdas and nested functions of an emitted function, so that they can be differentiated in turn."""
    made = module.get(name)
    codes = [let.op.data for let in lets(function) if isinstance(let.op.data, Code) and not let.op.data.again]
    if codes and isinstance(made, FunctionType):
        for compiled in _nested(made.__code__):
            found = _innermost(codes, compiled)
            if found is not None:
                register(compiled, found.function)


def _nested(code: CodeType) -> Iterator[CodeType]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const


def _innermost(codes: list[Code], compiled: CodeType) -> Code | None:
    """The IR whose text spans the code's first instruction, the narrowest where several do."""
    around = [code for code in codes if any(_inside(code.function.span, place) for place in _places(compiled))]
    return min(around, key=lambda code: _extent(code.function.span), default=None)


def _places(code: CodeType) -> Iterator[tuple[int, int]]:
    for line, end_line, column, end_column in code.co_positions():
        if line is not None and column is not None and (line, column) != (end_line, end_column):
            yield line, column
            return


def _inside(span: Span, place: tuple[int, int]) -> bool:
    return (span.line, span.column) <= place < (max(span.end_line, span.line), span.end_column or 10**6)


def _extent(span: Span) -> tuple[int, int]:
    return span.end_line - span.line, span.end_column - span.column
