"""A text whose chunks have places of their own, which each keeps for as long as it stays, wherever the text moves it.

What is found of a function counts lines. So that it holds when lines come or go above the function, a file that is
being written is analysed as if its chunks stood elsewhere: each new one after all that ever were. `actual` says where
a line stands in the text.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field
from functools import cached_property

from adls.engine.source.chunks import Chunks
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import SourceFile

FARTHEST = 100_000
"""Lines beyond the text's own after which places are given anew: to parse a chunk so far down takes a while."""
_HOME = "home"


@dataclass(frozen=True)
class Spread(SourceFile):
    """A file's text; chunk n begins after line `homes[n]`, as lines count here."""

    chunks: Chunks = field(repr=False)
    homes: tuple[int, ...] = field(repr=False)

    @property
    def digest(self) -> str:
        """Always the same: what hangs on the text asks for that of its chunks."""
        return ""

    def line(self, number: int) -> str:
        """A line as this class counts them, without its end; "" outside of all chunks."""
        found = self.actual(number)
        return self.chunks.lines[found - 1].rstrip("\r\n") if found else ""

    def actual(self, number: int) -> int:
        """Where a line stands in the text, from 1; 0 for one of no chunk."""
        at = bisect_right(self._order, (number, -1)) - 1
        home, chunk = self._order[at] if at >= 0 else (number, 0)
        within = number - home
        return self.chunks.starts[chunk] + within if 0 < within <= len(self.chunks.chunks[chunk].lines) else 0

    @cached_property
    def _order(self) -> list[tuple[int, int]]:
        """The chunks by their homes."""
        return sorted((home, n) for n, home in enumerate(self.homes))


class Homes:
    """Gives the chunks of one file their places."""

    def __init__(self) -> None:
        self._next = 0

    def spread(self, path: str, text: str, chunks: Chunks) -> Spread:
        """The file with each chunk at its place; a new one gets its own."""
        if self._next > FARTHEST + len(chunks.lines) or not any(_HOME in chunk.notes for chunk in chunks.chunks):
            self._begin_anew(chunks)
        return Spread(path, text, chunks, tuple(self._home(chunk.notes, len(chunk.lines)) for chunk in chunks.chunks))

    def _begin_anew(self, chunks: Chunks) -> None:
        """Let all stand where they really are; what was found of other lines is known by their text, too."""
        self._next = len(chunks.lines)
        for start, chunk in chunks.placed():
            chunk.notes[_HOME] = start

    def _home(self, notes: dict[str, object], lines: int) -> int:
        home = notes.get(_HOME)
        if not isinstance(home, int):
            home = notes[_HOME] = self._next
            self._next += lines
        return home
