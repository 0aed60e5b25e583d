"""Lines as the tokenizer counts them, columns in UTF-8 bytes, and decoding by PEP 263."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from adls.engine.source.text import SourceFile, Span, read_source

if TYPE_CHECKING:
    from pathlib import Path


def test_only_newlines_end_a_line() -> None:
    source = SourceFile("f.py", "a = 1\x0c\r\nb = '\u2028'\rc = 3\n\nd")
    assert source.lines == ("a = 1\x0c\r\n", "b = '\u2028'\r", "c = 3\n", "\n", "d")
    assert source.line(2) == "b = '\u2028'"
    assert source.line(4) == ""
    assert source.line(9) == ""


def test_lines_agree_with_the_parser() -> None:
    text = "x = '''\x0c\u2028'''\r\ny = 1\rz = 2\n\x0cw = 3\n"
    names = {node.targets[0].id: node.lineno for node in ast.parse(text).body}
    source = SourceFile("f.py", text)
    assert {name: number for name in names for number in range(1, 6) if name in source.line(number)[:2]} == names


def test_spans_count_bytes() -> None:
    text = "größe = π * größe2\n"
    node = ast.parse(text).body[0].value.right
    source = SourceFile("f.py", text)
    assert source.slice(Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)) == "größe2"
    assert source.character(1, node.col_offset) == text.index("größe2")


def test_a_span_over_several_lines() -> None:
    source = SourceFile("f.py", "x = (1 +\n     2 +\n     3)\n")
    assert source.slice(Span(1, 5, 3, 6)) == "1 +\n     2 +\n     3"


def test_the_digest_is_the_text_s() -> None:
    assert SourceFile("a.py", "x").digest == SourceFile("b.py", "x").digest
    assert SourceFile("a.py", "x").digest != SourceFile("a.py", "y").digest


def test_a_coding_line_is_honoured_and_line_ends_kept(tmp_path: Path) -> None:
    path = tmp_path / "latin.py"
    path.write_bytes("# -*- coding: latin-1 -*-\r\nx = 'é'\r\n".encode("latin-1"))
    assert read_source(path).lines[1] == "x = 'é'\r\n"


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "bom.py"
    path.write_bytes(b"\xef\xbb\xbfx = 1\n")
    assert read_source(path).text == "x = 1\n"


def test_what_cannot_be_decoded_says_so(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_bytes(b"x = '\xff'\n")
    with pytest.raises(SyntaxError):
        read_source(path)
