"""Source text: files, lines as CPython's tokenizer counts them, and spans in them."""

from __future__ import annotations

import hashlib
import io
import re
import tokenize
from functools import cached_property
from pathlib import Path

from adls.engine.source.frozen import dataclass

# A form feed or U+2028 ends no line for the tokenizer, so `str.splitlines` would count wrongly.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of one file as `ast` gives it: lines from 1, columns in UTF-8 bytes from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


NOWHERE = Span(0, 0, 0, 0)


@dataclass(frozen=True)
class SourceFile:
    """One file's text under the name that its code objects carry (`/home/me/model.py`, `<doctest ...>`)."""

    path: str
    text: str

    @cached_property
    def digest(self) -> str:
        """The text's SHA-256 in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines with their ends, as the tokenizer counts them."""
        return split_lines(self.text)

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, without its end; "" outside the file."""
        return self.lines[number - 1].rstrip("\r\n") if 0 < number <= len(self.lines) else ""

    def slice(self, span: Span) -> str:
        """The text that a span covers."""
        first = self.lines[span.line - 1].encode()
        if span.line == span.end_line:
            return first[span.column : span.end_column].decode()
        last = self.lines[span.end_line - 1].encode()
        between = "".join(self.lines[span.line : span.end_line - 1])
        return first[span.column :].decode() + between + last[: span.end_column].decode()

    def character(self, line: int, column: int) -> int:
        """The column in characters, from 0, of a column in UTF-8 bytes."""
        return len(self.line(line).encode()[:column].decode(errors="replace"))


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text with their ends, as the tokenizer counts them."""
    return tuple(_LINE.findall(text))


def read_source(path: str | Path) -> SourceFile:
    """A file of the disk, decoded as PEP 263 says; line ends stay as they are.

    Raises what reading and decoding raise: OSError, SyntaxError (a bad coding line), UnicodeDecodeError.
    """
    content = Path(path).read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return SourceFile(str(path), content.decode(encoding))
