"""Loops over what varies and is not known: over a list of it, which the run makes by what it then is.

    for x in v:                        t = list(v)
                                       for x in t:
    for n, x in enumerate(v):          t = list(v)
                                       for n, x in enumerate(t):
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.ir.ops import For, Function, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.types import Any, Iter, List
from adls.engine.ir.walk import regions, statements, with_regions
from adls.engine.source.text import Span

_WALKERS = ("builtins.enumerate", "builtins.zip", "builtins.reversed", "builtins.iter")


def listed(function: Function, span: Span) -> Function | None:
    """The function with the loop at a span over lists; None where there is none, or it is over something known."""
    loops = [each for each in statements(function.body) if isinstance(each, For) and each.span == span]
    walked = {function.type_of(loop.iterable) for loop in loops}
    made = _Lists(function, span, {name for name, found in function.types.items()
                                   if isinstance(found, Iter) and found in walked})
    body = made.region(function.body)
    return replace(function, body=body, types={**function.types, **made.types}) if made.types else None


class _Lists:
    """Puts lists in place of what is walked over at a span, directly or by some iterators."""

    def __init__(self, function: Function, span: Span, iterators: set[str]) -> None:
        self.function = function
        self.span = span
        self.iterators = iterators
        self.types: dict[str, List] = {}

    def region(self, region: Region) -> Region:
        out: list[Statement] = []
        for statement in region:
            inner = with_regions(statement, tuple(map(self.region, regions(statement))))
            before: list[Let] = []
            if isinstance(inner, For) and inner.span == self.span:
                inner = replace(inner, iterable=self._listed(inner.iterable, inner.span, before))
            elif isinstance(inner, Let) and inner.op.prim in _WALKERS and any(
                    target.name in self.iterators for target in inner.targets):
                args = tuple(self._listed(arg, inner.span, before) for arg in inner.op.args)
                inner = replace(inner, op=replace(inner.op, args=args))
            out += [*before, inner]
        return tuple(out)

    def _listed(self, operand: Operand, span: Span, before: list[Let]) -> Operand:
        if not isinstance(operand, Var) or not isinstance(self.function.type_of(operand), Any):
            return operand
        number = 1
        while f"listed_{number}" in self.function.types or f"listed_{number}" in self.types:
            number += 1
        made = Var(f"listed_{number}")
        self.types[made.name] = List(Any())
        before.append(Let((made,), Op("builtins.list", (operand,)), span))
        return made
