"""What hover shows comes through as it was found, wherever its function stands."""

from __future__ import annotations

from adls.engine.analysis.model import Fact, Formula
from adls.engine.analysis.packing import fact_at, pack, placed, unpack
from adls.engine.source.text import Span

SUM = Fact(Span(11, 4, 12, 9), "f64", "numpy.sum", (Formula("a", "np.full(np.shape(a), g)"),))
INNER = Fact(Span(11, 10, 11, 12), "f64[n]")


def test_facts_come_back_where_their_function_stands() -> None:
    packed = pack([(10, [INNER, SUM])])
    assert list(unpack([placed(packed, 10)])) == [SUM, INNER]
    assert [fact.span.line for fact in unpack([placed(packed, 3)])] == [4, 4]


def test_a_function_that_was_typed_twice_has_both_types() -> None:
    other = Fact(Span(1, 10, 1, 12), "f32[n]")
    [fact] = unpack([pack([(10, [INNER]), (0, [other])])])
    assert (fact.span, fact.type) == (Span(1, 10, 1, 12), "f64[n] | f32[n]")


def test_the_innermost_expression_counts() -> None:
    known = [placed(pack([(10, [SUM, INNER])]), 20)]
    assert [fact.type if fact is not None else "" for fact in (
        fact_at(known, 21, 10), fact_at(known, 21, 12), fact_at(known, 22, 0), fact_at(known, 20, 10),
        fact_at(known, 22, 9))] == ["f64[n]", "f64", "f64", "", ""]
    assert fact_at([placed(pack([]), 20)], 20, 0) is None
