"""Facts on their way to an editor: a text for each function, which says where it stands apart from what is known of it.

A large file has ten thousand facts, of which one is hovered over. So a function's are written once, as long as it stays
what it is, wherever it moves to; and they are read where somebody asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache

from adls.engine.analysis.model import Fact, Formula, PackedFacts
from adls.engine.source.text import Span

SEVERAL = " | "
LATELY = 64
"""Of how many functions the facts are kept as data."""
NONE = PackedFacts(0, -1, "[]")


def pack(groups: Iterable[tuple[int, Iterable[Fact]]]) -> PackedFacts:
    """Facts as a text, those about one place as one; each group with the line from which its lines are to count."""
    places: dict[Span, list[Fact]] = {}
    for first, facts in groups:
        for fact in facts:
            places.setdefault(_moved(fact.span, -first), []).append(fact)
    found = [_joined(span, places[span]) for span in sorted(places)]
    last = max((span.end_line for span in places), default=-1)
    return PackedFacts(0, last, json.dumps(found, separators=(",", ":")))


def placed(packed: PackedFacts, first: int) -> PackedFacts:
    """The same for a function that begins on a line."""
    return PackedFacts(first, first + packed.last, packed.text)


def unpack(packed: Iterable[PackedFacts]) -> Iterator[Fact]:
    """All facts, at the lines where they stand."""
    for each in packed:
        yield from (Fact(_moved(fact.span, each.first), fact.type, fact.rule, fact.formulas)
                    for fact in _facts_in(each.text))


def fact_at(packed: Iterable[PackedFacts], line: int, column: int) -> Fact | None:
    """The fact about the innermost expression at a place; None where nothing is known of any."""
    around = [fact for each in packed if each.first <= line <= each.last
              for fact in unpack([each]) if _holds(fact.span, line, column)]
    return min(around, key=_extent, default=None)


def _joined(span: Span, facts: list[Fact]) -> tuple[object, ...]:
    """A function that is called with several types has them all."""
    types = dict.fromkeys(fact.type for fact in facts if fact.type)
    ruled = next((fact for fact in facts if fact.rule), facts[0])
    formulas = [(each.operand, each.text) for each in ruled.formulas]
    return (span.line, span.column, span.end_line, span.end_column), SEVERAL.join(types), ruled.rule, formulas


@lru_cache(LATELY)
def _facts_in(text: str) -> tuple[Fact, ...]:
    return tuple(Fact(Span(*span), type_, rule, tuple(Formula(*each) for each in formulas))
                 for span, type_, rule, formulas in json.loads(text))


def _moved(span: Span, lines: int) -> Span:
    return Span(span.line + lines, span.column, span.end_line + lines, span.end_column)


def _holds(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) < (span.end_line, span.end_column)


def _extent(fact: Fact) -> tuple[int, int]:
    span = fact.span
    return span.end_line - span.line, span.end_column - span.column
