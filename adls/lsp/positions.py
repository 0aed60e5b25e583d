"""Places in a text, between Python's own way of counting and the client's.

Python: lines from 1, columns in UTF-8 bytes. The protocol: lines from 0, columns in the units of the encoding that
client and server agreed on. Both end lines at `\\n`, `\\r\\n` and `\\r` and nowhere else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from lsprotocol.types import Position, Range

if TYPE_CHECKING:
    from adls.engine.source.text import Span
    from adls.lsp.documents import Document

Encoding = Literal["utf-8", "utf-16", "utf-32"]
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FAR = 1 << 30
_BYTES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


def cut_lines(text: str) -> list[str]:
    """The lines with their ends; an empty last line is none."""
    return _LINE.findall(text)


def units(line: str, column: int, encoding: Encoding) -> int:
    """A column in UTF-8 bytes as one in the client's units; within a character it is the character's start."""
    before = line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore")
    return length(before, encoding)


def length(text: str, encoding: Encoding) -> int:
    """How long a text is in the client's units."""
    if text.isascii():
        return len(text)
    codec = "utf-8" if encoding == "utf-8" else f"{encoding}-le"
    return len(text.encode(codec, "surrogatepass")) // _BYTES[encoding]


def column(line: str, character: int, encoding: Encoding) -> int:
    """A column in the client's units as one in UTF-8 bytes; beyond the line's end it is the line's end."""
    if line.isascii():
        return min(character, len(line))
    taken = total = 0
    for each in line:
        if taken >= character:
            break
        taken += length(each, encoding)
        total += len(each.encode("utf-8", "surrogatepass"))
    return total


def characters(line: str, character: int, encoding: Encoding) -> int:
    """A column in the client's units as one in characters; beyond the line's end it is the line's end."""
    if encoding == "utf-32" or line.isascii():
        return min(character, len(line))
    taken = count = 0
    for each in line:
        if taken >= character:
            break
        taken += length(each, encoding)
        count += 1
    return count


def range_of(document: Document, span: Span, encoding: Encoding) -> Range:
    """A span of the document's text as a range; what lies outside is moved to the end."""
    return Range(
        position(document, span.line, span.column, encoding),
        position(document, span.end_line, span.end_column, encoding),
    )


def position(document: Document, line: int, at: int, encoding: Encoding) -> Position:
    """A place given by line from 1 and column in UTF-8 bytes."""
    number = min(max(line, 1), document.count)
    return Position(number - 1, units(document.line(number), at if number == line else _FAR, encoding))


def line_end(document: Document, line: int, encoding: Encoding) -> Position:
    """The end of a line that counts from 1."""
    return Position(line - 1, length(document.line(line), encoding))
