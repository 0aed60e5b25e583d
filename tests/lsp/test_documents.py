"""Documents follow the client's edits in every encoding, and know where untouched lines are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from adls.lsp.documents import Document, opened
from adls.lsp.positions import Encoding, characters, cut_lines, length

PIECES = st.sampled_from(["a", "def f():", "\n", "\r\n", "\r", "\u2028", "\f", "\x1c", "é", "∂", "😀", "  ", "\x85"])
TEXTS = st.lists(PIECES, max_size=30).map("".join)
ENCODINGS: list[Encoding] = ["utf-8", "utf-16", "utf-32"]


def cut(text: str) -> list[str]:
    """The lines without ends, the plain way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def offset(text: str, line: int, character: int) -> int:
    """The index of a place in a text."""
    return sum(map(len, cut_lines(text)[:line])) + character


@settings(max_examples=400, derandomize=True)
@given(TEXTS, st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), TEXTS), max_size=6))
def test_edits_give_the_text_that_the_client_has(text: str, edits: list[tuple[int, int, str]]) -> None:
    document = opened("file:///a.py", "/a.py", 0, text)
    for version, (one, other, new) in enumerate(edits):
        start, end = sorted((place(document, one), place(document, other)))
        text = text[: offset(text, *start)] + new + text[offset(text, *end) :]
        document = document.edited(version, start, end, new)
        assert document.text == text
        assert document.raw == cut_lines(text)
        assert [document.line(n + 1) for n in range(document.count)] == cut(text)


def place(document: Document, at: int) -> tuple[int, int]:
    """Some place of the document: never within a line's end."""
    line = at % document.count
    return line, at % (len(document.line(line + 1)) + 1)


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), st.integers(0, 3)), max_size=8))
def test_untouched_lines_are_found_again(edits: list[tuple[int, int, int]]) -> None:
    lines = [f"line {n}\n" for n in range(20)]
    document = opened("file:///a.py", "/a.py", 0, "".join(lines))
    now = list(lines)
    for version, (at, gone, made) in enumerate(edits):
        first = min(at, len(now))
        new = [f"new {version} {n}\n" for n in range(made)]
        document = document.edited(version, (first, 0), (min(first + gone, len(now)), 0), "".join(new))
        now[first : first + gone] = new
    assert document.raw == now
    for number, line in enumerate(lines, 1):
        here = document.current(number)
        assert (here is None) == (line not in now)
        if here is not None:
            assert now[here - 1] == line
            assert document.moved.then(here) == number


def test_enter_at_the_end_of_a_line_leaves_the_line_alone() -> None:
    document = opened("file:///a.py", "/a.py", 0, "a\nb\nc\n").edited(1, (1, 1), (1, 1), "\n    ")
    assert [document.current(n) for n in (1, 2, 3)] == [1, 2, 4]


@given(st.text(alphabet="aé∂😀\u2028", max_size=12), st.integers(0, 30))
def test_columns_are_the_same_place_in_every_encoding(line: str, at: int) -> None:
    at = min(at, len(line))
    for encoding in ENCODINGS:
        assert characters(line, length(line[:at], encoding), encoding) == at
