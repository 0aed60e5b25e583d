"""Open documents: their text, what is known of it, and how lines have moved since that became known."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from adls.lsp.positions import cut_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adls.engine.analysis.model import Analysis

_ENDLESS = 1 << 40


@dataclass(frozen=True, slots=True)
class Run:
    """`count` lines that nobody touched: from line `old` on then, from line `new` on now."""

    old: int
    new: int
    count: int


@dataclass(frozen=True, slots=True)
class LineMap:
    """Where the lines of an earlier text are now. Lines count from 1; what was edited is nowhere."""

    runs: tuple[Run, ...] = (Run(1, 1, _ENDLESS),)

    def now(self, line: int) -> int | None:
        """Where a line of the earlier text is; None where it was edited."""
        at = bisect_right(self.runs, line, key=lambda run: run.old) - 1
        if at < 0 or line >= self.runs[at].old + self.runs[at].count:
            return None
        return self.runs[at].new + line - self.runs[at].old

    def then(self, line: int) -> int | None:
        """Which line of the earlier text a line is; None where it was edited or is new."""
        at = bisect_right(self.runs, line, key=lambda run: run.new) - 1
        if at < 0 or line >= self.runs[at].new + self.runs[at].count:
            return None
        return self.runs[at].old + line - self.runs[at].new

    def edited(self, first: int, gone: int, made: int) -> LineMap:
        """The map after `gone` lines from `first` on gave way to `made` others."""
        runs = []
        for run in self.runs:
            before = min(run.count, first - run.new)
            after = min(run.count, run.new + run.count - first - gone)
            if before > 0:
                runs.append(Run(run.old, run.new, before))
            if after > 0:
                skipped = run.count - after
                runs.append(Run(run.old + skipped, run.new + skipped + made - gone, after))
        return LineMap(tuple(runs))


@dataclass(frozen=True)
class Document:
    """A text at one version, and what is known of it.

    `raw` are its lines with their ends. `analysis` is of the last text that could be parsed, whose lines `moved`
    follows; `pending` follows those of the text that is being examined.
    """

    uri: str
    path: str
    version: int
    raw: list[str]
    analysis: Analysis | None = None
    moved: LineMap = LineMap()
    pending: LineMap = LineMap()

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.raw)

    @property
    def count(self) -> int:
        """How many lines there are; after a last line end stands one more, empty line."""
        return len(self.raw) + (not self.raw or self.raw[-1].endswith(("\r", "\n")))

    def line(self, number: int) -> str:
        """A line, counted from 1, without its end; "" outside of the text."""
        return self.raw[number - 1].rstrip("\r\n") if 0 < number <= len(self.raw) else ""

    def current(self, line: int) -> int | None:
        """Where a line of the analysed text is now; None where it was edited since."""
        here = self.moved.now(line)
        return here if here is not None and here <= self.count else None

    def replaced(self, version: int, text: str) -> Document:
        """The document with another text."""
        return self._with(version, 0, len(self.raw), cut_lines(text))

    def edited(self, version: int, start: tuple[int, int], end: tuple[int, int], text: str) -> Document:
        """The document after an edit from `start` to `end`: lines from 0, columns in characters."""
        first, last = min(start[0], len(self.raw)), min(end[0], len(self.raw))
        head = self.line(first + 1)[: start[1]] if first == start[0] else ""
        tail = self.raw[last][min(end[1], len(self.line(last + 1))) :] if last < len(self.raw) else ""
        block = head + text + tail
        if block.startswith("\n") and first and self.raw[first - 1].endswith("\r"):
            first, block = first - 1, self.raw[first - 1] + block
        if block.endswith("\r") and last + 1 < len(self.raw) and self.raw[last + 1].startswith("\n"):
            last, block = last + 1, block + self.raw[last + 1]
        return self._with(version, first, last + 1, cut_lines(block))

    def being_examined(self) -> Document:
        """The document from the moment on at which its text was given away to be examined."""
        return replace(self, pending=LineMap())

    def examined(self, analysis: Analysis) -> Document:
        """The document with what was found in the text that was given away.

        While the text doesn't parse, what was known before stays.
        """
        if analysis.syntax_error and self.analysis is not None:
            return self
        return replace(self, analysis=analysis, moved=self.pending)

    def _with(self, version: int, first: int, end: int, lines: list[str]) -> Document:
        """The document with other lines in the place of those from `first` to before `end`, counted from 0."""
        start, gone, made = difference(self.raw[first:end], lines)
        raw = [*self.raw[:first], *lines, *self.raw[end:]]
        new = replace(self, version=version, raw=raw)
        if not gone and not made:
            return new
        moved, pending = (each.edited(first + start, gone, made) for each in (self.moved, self.pending))
        return replace(new, moved=moved, pending=pending)


def opened(uri: str, path: str, version: int, text: str) -> Document:
    """A document of which nothing is known yet."""
    return Document(uri, path, version, cut_lines(text))


def difference(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, int]:
    """The lines that differ, as one block: the first one from 1, how many there were, how many there are."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start + 1, len(old) - start - end, len(new) - start - end
