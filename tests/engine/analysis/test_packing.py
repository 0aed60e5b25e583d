"""What is known of functions comes through as it was found, wherever its statement stands, and only once."""

from __future__ import annotations

import json
import random

import pytest

from adls.engine.analysis.examine import Examiner
from adls.engine.analysis.model import Analysis, Fact, Formula, FunctionInfo, Piece, Read
from adls.engine.analysis.packing import (
    changed,
    fact_at,
    facts_of,
    function_at,
    functions_named,
    functions_of,
    joined,
    named,
    packed,
    packed_facts,
)
from adls.engine.analysis.service import Service
from adls.engine.frontend.texts import Texts
from adls.engine.source.text import Span
from tests.engine.analysis.test_earlier import PROGRAM, edited

SUM = Fact(Span(11, 4, 12, 9), "f64", "numpy.sum", (Formula("a", "np.full(np.shape(a), g)"),))
INNER = Fact(Span(11, 10, 11, 12), "f64[n]")
OUTER = FunctionInfo("A.f", 2, 3, 6, "d1", (2, 0, 5), (Read("/m.py", "np", "d3"),))
NESTED = FunctionInfo("A.f.<locals>.g", 4, 4, 5, "d2")


def statement(*facts: Fact) -> Piece:
    return packed([OUTER, NESTED], [(2, packed_facts([(10, facts)]))])


def test_facts_and_functions_come_back_where_their_statement_stands() -> None:
    piece = statement(INNER, SUM)
    found = Analysis("/m.py", (0, 20), (piece, piece))
    assert [each.span for each in facts_of(found)] == [
        Span(3, 4, 4, 9), Span(3, 10, 3, 12), Span(23, 4, 24, 9), Span(23, 10, 23, 12),
    ]  # fmt: skip
    assert next(facts_of(found)).formulas == SUM.formulas
    assert list(functions_of(found))[:2] == [OUTER, NESTED]
    again = FunctionInfo("A.f", 22, 23, 26, "d1", OUTER.tokens, OUTER.reads)
    assert list(functions_named(found, "A.f", named(found)["A.f"])) == [OUTER, again]
    around = {line: function_at(found, line) for line in (1, 3, 5, 7, 25)}
    assert {line: each.qualname for line, each in around.items() if each is not None} == {
        3: "A.f", 5: "A.f.<locals>.g", 25: "A.f.<locals>.g",
    }  # fmt: skip


def test_a_function_that_was_typed_twice_has_both_types() -> None:
    other = Fact(Span(1, 10, 1, 12), "f32[n]")
    [fact] = facts_of(Analysis("/m.py", (0,), (packed([OUTER], [(0, packed_facts([(10, [INNER]), (0, [other])]))]),)))
    assert (fact.span, fact.type) == (Span(1, 10, 1, 12), "f64[n] | f32[n]")


def test_the_innermost_expression_counts() -> None:
    known = Analysis("/m.py", (20,), (statement(SUM, INNER),))
    assert [fact.type if fact is not None else "" for fact in (
        fact_at(known, 23, 10), fact_at(known, 23, 12), fact_at(known, 24, 0), fact_at(known, 22, 10),
        fact_at(known, 24, 9), fact_at(known, 3, 10))] == ["f64[n]", "f64", "f64", "", "", ""]
    assert fact_at(Analysis("/m.py", (20,), (statement(),)), 23, 10) is None


@pytest.mark.parametrize("seed", range(4))
def test_after_edits_an_analysis_is_put_together_of_what_is_told(seed: int) -> None:
    rng, text, texts, examiner, known = random.Random(seed), PROGRAM, Texts(), Examiner(), Analysis("")
    for _ in range(12):
        texts.open("/m.py", text)
        found = examiner.examine(texts, "/m.py")
        known = joined(known.pieces, changed(1, known.pieces, found))
        assert known == found
        text = edited(rng, text if not found.syntax_error else PROGRAM)


def test_an_edit_brings_the_statement_that_it_is_in() -> None:
    texts, examiner = Texts(), Examiner()
    texts.open("/m.py", PROGRAM)
    before = examiner.examine(texts, "/m.py")
    for old, new, names in (
        ("return p.b * p.a", "return p.b + p.a", [("fields",), ("loss",)]),  # `loss` reads it
        ("def fields(p):", "# c\n\n\ndef fields(p):", [("fields",)]),
        ("import adls\n", "import adls\n\n\n\n", []),
    ):
        texts.open("/m.py", PROGRAM.replace(old, new))
        assert [piece.names for piece in changed(1, before.pieces, examiner.examine(texts, "/m.py")).new] == names, new


def test_who_does_not_have_the_last_answer_gets_all() -> None:
    service, numbers = Service(), iter(range(1, 9))

    def new(known: int | None) -> int:
        question = {"id": next(numbers), "method": "examine", "path": "/m.py", "text": PROGRAM, "known": known}
        answer = json.loads(json.dumps(service.answer(question)))["result"]
        assert answer["number"] == question["id"]
        return len(answer["new"])

    everything = new(None)
    assert everything > 8
    assert new(1) == 0
    assert new(1) == everything
    assert new(3) == 0
    assert new(None) == everything
