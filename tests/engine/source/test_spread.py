"""A chunk keeps its place over edits, and what has a place is found in the text."""

from __future__ import annotations

import pytest

import adls.engine.source.spread as spreading
from adls.engine.source.chunks import Chunks, split
from adls.engine.source.spread import Homes, Spread

TEXT = "import a\n\n\ndef f(x):\n    return x\n\n\ndef g(x):\n    return f(x)\n"


def spread(homes: Homes, text: str, before: Chunks | None = None) -> Spread:
    return homes.spread("/a.py", text, split(text, before))


def test_a_first_text_stands_where_it_is() -> None:
    found = spread(Homes(), TEXT)
    assert found.homes == found.chunks.starts
    assert [found.actual(line) for line in range(12)] == [0, *range(1, 10), 0, 0]
    assert found.line(4) == "def f(x):"


def test_what_an_edit_leaves_keeps_its_place() -> None:
    homes = Homes()
    before = spread(homes, TEXT)
    text = TEXT.replace("    return x", "\n\n    return x")
    after = spread(homes, text, before.chunks)
    assert (after.homes[0], after.homes[2]) == (before.homes[0], before.homes[2])
    assert after.homes[1] == len(before.lines)
    lines = text.split("\n")
    for home, start, chunk in zip(after.homes, after.chunks.starts, after.chunks.chunks, strict=True):
        for line in range(1, len(chunk.lines) + 1):
            assert after.actual(home + line) == start + line
            assert after.line(home + line) == lines[start + line - 1]


def test_equal_statements_have_places_of_their_own() -> None:
    homes = Homes()
    before = spread(homes, "x = 1\ny = 2\nx = 1\n")
    for text in ("x = 1\nx = 1\nx = 1\n", "x = 1\ny = 2\nx = 1\nx = 1\n", "y = 2\nx = 1\nx = 1\n"):
        found = spread(homes, text, before.chunks)
        assert len(set(found.homes)) == len(found.chunks.chunks)


def test_places_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "FARTHEST", 40)
    homes, chunks = Homes(), split(TEXT)
    farthest = 0
    for number in range(100):
        text = TEXT.replace("return x", f"return x + {number}")
        chunks = split(text, chunks)
        found = homes.spread("/a.py", text, chunks)
        farthest = max(farthest, *found.homes)
        assert [found.actual(home + 1) for home in found.homes] == [start + 1 for start in chunks.starts]
    assert 20 < farthest < 40 + 3 * len(chunks.lines)
