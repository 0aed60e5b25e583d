"""How a diagnostic reads."""

from __future__ import annotations

import pytest

from adls.engine.source.diagnostics import KINDS, DifferentiationError, diagnose
from adls.engine.source.text import SourceFile, Span

SOURCE = SourceFile("model.py", "def f(x):\n\treturn größe(x)\n")


def test_a_diagnostic_shows_its_line_with_carets_and_a_way_out() -> None:
    found = diagnose("missing-rule", SOURCE, Span(2, 8, 2, 18), "f", name="größe", reason="nobody wrote one")
    assert found.render() == (
        "model.py:2:9: `größe` has no derivative rule: nobody wrote one\n"
        "    \treturn größe(x)\n"
        "    \t       ^^^^^^^^\n"
        "  way out: give it one with `@adls.adjoint`"
    )


def test_the_error_is_the_rendering_of_all_its_diagnostics() -> None:
    found = [diagnose("read-only", SOURCE, Span(2, 8, 2, 15), "f", name=name) for name in "ab"]
    error = DifferentiationError(tuple(found))
    assert str(error) == "\n".join(one.render() for one in found)
    assert error.diagnostics == tuple(found)


def test_a_place_in_text_given_anew() -> None:
    found = diagnose("read-only", SourceFile("model.py", ""), Span(2, 8, 2, 15), "f", name="a")
    assert "größe" in found.render(SOURCE)
    assert found.render().splitlines() == [
        "model.py:2:1: `a` is written here, and its memory is read-only",
        "  way out: write into a copy",
    ]


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_is_one_sentence(code: str) -> None:
    kind = KINDS[code]
    assert kind.template[0].islower() or kind.template[0] in "`{"
    assert not kind.template.endswith(".")
