"""Expressions as text: what is written parses to what was meant, in one form on every Python."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from adls.engine.backend.unparse import bare, text_of

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted([*ROOT.glob("adls/engine/**/*.py"), *ROOT.glob("samples/*.py")])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_expression_of_real_programs_survives(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    formats = [node.format_spec for node in nodes if isinstance(node, ast.FormattedValue)]
    for node in nodes:
        if isinstance(node, ast.expr) and not _is_part(node) and node not in formats:
            again = ast.parse(f"({text_of(node)}\n)", mode="eval").body
            assert _dump(again) == _dump(node), text_of(node)


@pytest.mark.parametrize("text", [
    "x[1:-1, i]", "x[:, None]", "x[a + 1 :]", "x[: n - 1]", "x[a + 1 :: 2]", "x[::-1]", "x[i,]", "x[...]",
    "-x**2", "(-x) ** 2", "2.0**-x", "x ** (a + b)", "(a + b) * c - (d - e)", "a - (b - c)", "a @ b.T", "not a < b",
    "x is not None", "x not in y", '"it\'s"', '"a"', 'b"a"', "(1).real", "f(*a, b, c=1, **d)", "(a, b)", "(a,)", "()",
    "{a: b, **c}", "{a, b}", "[*a, b]", "a.b.c(1)[2]", "~a | b & c", "1e-10", "2j", "a < b", "(a < b) == c",
])  # fmt: skip
def test_the_text_is_as_ruff_writes_it(text: str) -> None:
    assert text_of(ast.parse(text, mode="eval").body) == text


def test_a_tuple_needs_no_parentheses_at_the_top() -> None:
    assert bare(ast.parse("a, (b, c)", mode="eval").body) == "a, (b, c)"


def _is_part(node: ast.expr) -> bool:
    """Whether a node is no expression of its own: a slice, or a tuple with one, stands in a subscript."""
    parts = ast.Slice | ast.Starred | ast.FormattedValue
    return isinstance(node, parts) or (isinstance(node, ast.Tuple) and any(isinstance(e, ast.Slice) for e in node.elts))


def _dump(node: ast.AST) -> str:
    return ast.dump(node).replace("ctx=Store()", "ctx=Load()").replace("ctx=Del()", "ctx=Load()")
