"""The lines of an edited function are found again by their text."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adls.engine.analysis.model import Analysis, FunctionInfo
from adls.engine.source.text import Span
from adls.lsp.freshness import _kept
from adls.lsp.runs import Examined

LINES = st.lists(st.sampled_from(["a", "    a", "b", "c = a", "d", ""]), max_size=12)


def in_a_file(above: int, lines: list[str]) -> tuple[Examined, FunctionInfo]:
    first, last = above + 1, above + len(lines)
    info = FunctionInfo("f", Span(first, 0, first, 1), first, first, last, (), "", (), ())
    return Examined(["#"] * above + lines + ["a"], Analysis("f.py")), info


@given(LINES, LINES, st.integers(0, 3), st.integers(0, 3))
def test_lines_are_followed_in_order_to_lines_that_read_the_same(
    old: list[str], new: list[str], above: int, above_now: int
) -> None:
    (then, info), (here, other) = in_a_file(above, old), in_a_file(above_now, new)
    found = sorted(_kept(then, info, here, other).items())
    assert all(then.lines[was - 1].strip() == here.lines[at - 1].strip() for was, at in found)
    assert all(first[1] < second[1] for first, second in pairwise(found))
    assert all(info.first_line <= was <= info.end_line for was, _ in found)
    assert all(other.first_line <= at <= other.end_line for _, at in found)


def test_what_stands_before_and_after_an_edit_stays() -> None:
    (then, info), (here, other) = in_a_file(2, ["a", "b", "c", "b"]), in_a_file(3, ["a", "b", "x", "y", "b"])
    assert _kept(then, info, here, other) == {3: 4, 4: 5, 6: 8}
