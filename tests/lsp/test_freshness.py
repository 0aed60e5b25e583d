"""The lines of an edited function are found again by their text; functions of the call itself make nothing stale."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adls.engine.analysis.model import Analysis, FunctionInfo
from adls.lsp.freshness import _kept
from adls.lsp.runs import Examined
from tests.lsp.editor import Start, until_hints

LINES = st.lists(st.sampled_from(["a", "    a", "b", "c = a", "d", ""]), max_size=12)


def in_a_file(above: int, lines: list[str]) -> tuple[Examined, FunctionInfo]:
    first, last = above + 1, above + len(lines)
    info = FunctionInfo("f", first, first, last, "")
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


def test_figures_of_a_call_with_functions_in_it_are_fresh(start: Start, folder: Path) -> None:
    example = "# adls[argnums=1]: f(lambda x: x * 2.0, np.ones(3))\n"
    text = f"import numpy as np\n\n\n{example}def f(g, x):\n    return np.sum(g(x))\n"
    (folder / "m.py").write_text(text)
    editor = start()
    editor.open("m.py")
    editor.settle("m.py")
    assert editor.profile("m.py", "f")["outcome"] == "finished"
    fresh = until_hints(editor, "m.py", lambda found: 6 in found)
    assert "stale" not in fresh[6]
    editor.change("m.py", text.replace("2.0", "3.0"))
    assert until_hints(editor, "m.py", lambda found: "stale" in found[6])
    assert "stale: the example call changed" in editor.hover("m.py", 6)
    editor.change("m.py", text.replace(example, ""))
    call = "[argnums=1]: f(lambda x: x * 3.0, np.ones(3))"
    assert editor.profile("m.py", "f", call=call)["outcome"] == "finished"
    assert "stale" not in until_hints(editor, "m.py", lambda found: 5 in found)[5]
    editor.answers["workspace/applyEdit"] = {"applied": True}
    assert editor.request("adls/insertCall", uri=editor.uri("m.py"), function="f", expression=call)
    assert f"# adls{call}" in str(editor.of("workspace/applyEdit")[-1])
