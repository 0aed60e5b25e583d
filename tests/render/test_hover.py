"""What an editor shows of a rule, with and without Markdown."""

from __future__ import annotations

from adls.render.hover import known, plain


def test_a_rule_reads_as_in_a_listing() -> None:
    shown = known("f64[n]", "numpy.multiply", [("x", "g * y"), ("y", "g * x")])
    assert shown == "```python\nf64[n]\n# adjoint of numpy.multiply\nd_x = g * y\nd_y = g * x\n```"
    assert known("", "", []) == ""


def test_without_markdown_code_is_untouched_and_marks_are_gone() -> None:
    rows = "| | forward | backward | kept |", "|:--|--:|--:|--:|", "| this line | 1 ms | 0 | 2 B |"
    table = "\n".join([*rows, r"| `f(a\|b)` | 1 | 2 | 3 |"])
    markdown = f"{known('f64[n]', 'numpy.multiply', [('x', 'g * y')])}\n\n{table}\n\n**stale** · `f`"
    assert plain(markdown) == (
        "f64[n]\n# adjoint of numpy.multiply\nd_x = g * y\nthis line: forward 1 ms · backward 0 · kept 2 B\n"
        "f(a|b): forward 1 · backward 2 · kept 3\nstale · f"
    )
