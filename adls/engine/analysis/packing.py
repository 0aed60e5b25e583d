"""What is known of functions on its way to an editor: a text for each top-level statement that holds any.

A large file has a thousand functions and ten thousand facts about their expressions, and somebody asks for a few. So
a statement's are written once, as long as it stays what it is, wherever it moves to; they are read where somebody asks;
and who has an earlier analysis of the file gets only the pieces that are new.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from adls.engine.analysis.model import Analysis, Fact, Formula, FunctionInfo, Piece, Read
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import Span

SEVERAL = " | "
LATELY = 64
"""Of how many statements the facts are kept as data."""
LATELY_NAMED = 4096
"""Of how many statements the functions are kept as data."""
NEW = -1


@dataclass(frozen=True, slots=True)
class Changed:
    """An analysis for somebody who has an earlier one of the file. `kept` says for each of its pieces which one of the
    earlier analysis it is, or NEW for the next one of `new`; all else is in `analysis`. `number` is a name for it.
    """

    number: int
    kept: tuple[int, ...]
    new: tuple[Piece, ...]
    analysis: Analysis


def changed(number: int, before: Sequence[Piece], now: Analysis) -> Changed:
    """What has to be told to somebody who has the pieces of an earlier analysis."""
    places = {piece: place for place, piece in enumerate(before)}
    kept = tuple(places.get(piece, NEW) for piece in now.pieces)
    new = tuple(piece for piece, place in zip(now.pieces, kept, strict=True) if place == NEW)
    return Changed(number, kept, new, replace(now, pieces=()))


def joined(before: Sequence[Piece], change: Changed) -> Analysis:
    """The analysis that somebody was told of."""
    new = iter(change.new)
    pieces = tuple(next(new) if place == NEW else before[place] for place in change.kept)
    return replace(change.analysis, pieces=pieces)


def packed(functions: Sequence[FunctionInfo], facts: Iterable[tuple[int, str]]) -> Piece:
    """Functions, by the lines of their statement, and for each that facts are known of its first line with these."""
    return Piece(
        tuple(dict.fromkeys(function.qualname for function in functions)),
        _text([_plain(function) for function in functions]),
        f"[{','.join(f'[{first},{text}]' for first, text in facts)}]",
    )


def packed_facts(groups: Iterable[tuple[int, Iterable[Fact]]]) -> str:
    """Facts as a text, those about one place as one; each group with the line from which its lines are to count."""
    places: dict[Span, list[Fact]] = {}
    for first, facts in groups:
        for fact in facts:
            places.setdefault(_moved(fact.span, -first), []).append(fact)
    return _text([_joined(span, places[span]) for span in sorted(places)])


def functions_of(analysis: Analysis) -> Iterator[FunctionInfo]:
    """All functions, in the order of the text."""
    for number in range(len(analysis.pieces)):
        yield from _functions(analysis, number)


def facts_of(analysis: Analysis) -> Iterator[Fact]:
    """All facts, at the lines where they stand."""
    for above, piece in zip(analysis.above, analysis.pieces, strict=True):
        yield from (_placed(each, above) for each in _facts_in(piece.facts))


def named(analysis: Analysis) -> dict[str, list[int]]:
    """For each qualified name the pieces that have functions of it."""
    found: dict[str, list[int]] = {}
    for number, piece in enumerate(analysis.pieces):
        for name in piece.names:
            found.setdefault(name, []).append(number)
    return found


def functions_named(analysis: Analysis, name: str, numbers: Iterable[int]) -> Iterator[FunctionInfo]:
    """The functions of a name in the pieces that have any; a name that is defined again has several."""
    return (each for number in numbers for each in _functions(analysis, number) if each.qualname == name)


def function_at(analysis: Analysis, line: int) -> FunctionInfo | None:
    """The innermost function that a line belongs to."""
    found = _functions(analysis, _piece_at(analysis, line))
    around = [each for each in found if each.first_line <= line <= each.end_line]
    return max(around, key=lambda function: function.first_line, default=None)


def fact_at(analysis: Analysis, line: int, column: int) -> Fact | None:
    """The fact about the innermost expression at a place; None where nothing is known of any."""
    number = _piece_at(analysis, line)
    if number < 0:
        return None
    above = analysis.above[number]
    around = [fact for fact in _facts_in(analysis.pieces[number].facts) if _holds(fact.span, line - above, column)]
    return _placed(min(around, key=_extent), above) if around else None


def _piece_at(analysis: Analysis, line: int) -> int:
    return bisect_right(analysis.above, line - 1) - 1


def _functions(analysis: Analysis, number: int) -> Iterator[FunctionInfo]:
    """The functions of a piece, at the lines where they stand; none for a number below zero."""
    if number >= 0:
        above = analysis.above[number]
        for each in _functions_in(analysis.pieces[number].functions):
            first, line, end = each.first_line + above, each.def_line + above, each.end_line + above
            yield FunctionInfo(each.qualname, first, line, end, each.digest, each.tokens, each.reads)


def _placed(fact: Fact, above: int) -> Fact:
    return Fact(_moved(fact.span, above), fact.type, fact.rule, fact.formulas)


def _plain(function: FunctionInfo) -> tuple[object, ...]:
    where = function.qualname, function.first_line, function.def_line, function.end_line, function.digest
    return *where, function.tokens, [(read.path, read.name, read.digest) for read in function.reads]


@lru_cache(LATELY_NAMED)
def _functions_in(text: str) -> tuple[FunctionInfo, ...]:
    return tuple(
        FunctionInfo(qualname, first, line, end, digest, tuple(tokens), tuple(Read(*read) for read in reads))
        for qualname, first, line, end, digest, tokens, reads in json.loads(text)
    )


def _joined(span: Span, facts: list[Fact]) -> tuple[object, ...]:
    """A function that is called with several types has them all."""
    types = dict.fromkeys(fact.type for fact in facts if fact.type)
    ruled = next((fact for fact in facts if fact.rule), facts[0])
    formulas = [(each.operand, each.text) for each in ruled.formulas]
    return (span.line, span.column, span.end_line, span.end_column), SEVERAL.join(types), ruled.rule, formulas


@lru_cache(LATELY)
def _facts_in(text: str) -> tuple[Fact, ...]:
    return tuple(
        Fact(_moved(Span(*span), first), type_, rule, tuple(Formula(*each) for each in formulas))
        for first, facts in json.loads(text)
        for span, type_, rule, formulas in facts
    )


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _moved(span: Span, lines: int) -> Span:
    return Span(span.line + lines, span.column, span.end_line + lines, span.end_column)


def _holds(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) < (span.end_line, span.end_column)


def _extent(fact: Fact) -> tuple[int, int]:
    span = fact.span
    return span.end_line - span.line, span.end_column - span.column
