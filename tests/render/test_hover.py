"""What an editor shows of a rule, with and without Markdown."""

from __future__ import annotations

from adls.render.hover import known, plain


def test_a_rule_reads_as_in_a_listing() -> None:
    shown = known("f64[n]", "numpy.multiply", [("x", "g * y"), ("y", "g * x")])
    assert shown == "```python\nf64[n]\n# adjoint of numpy.multiply\nd_x = g * y\nd_y = g * x\n```"
    assert known("", "", []) == ""


def test_without_markdown_code_is_untouched_and_marks_are_gone() -> None:
    table = "| | forward |\n|:--|--:|\n| this line | 1 ms |"
    markdown = f"{known('f64[n]', 'numpy.multiply', [('x', 'g * y')])}\n\n{table}\n\n**stale** · `f`"
    assert plain(markdown) == (
        "f64[n]\n# adjoint of numpy.multiply\nd_x = g * y\nforward\nthis line   1 ms\nstale · f"
    )
