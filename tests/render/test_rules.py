"""RULES.md says what the rows say."""

from __future__ import annotations

from pathlib import Path

from adls.engine.rules.table import FAMILIES
from adls.render.rules import rules_markdown

PAGE = Path(__file__).parents[2] / "RULES.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == rules_markdown(), "make rules"


def test_every_function_is_on_it() -> None:
    page = rules_markdown()
    assert not [name for rows in FAMILIES.values() for row in rows for name in row.names if f"`{name}`" not in page]


def test_each_line_of_a_table_has_as_many_cells() -> None:
    lines = [line for line in rules_markdown().splitlines() if line.startswith("|")]
    assert lines
    assert {line.replace("\\|", "").count("|") for line in lines} == {5}
