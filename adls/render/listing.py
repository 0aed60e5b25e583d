"""The profile in a terminal: the program's lines with forward time, backward time and bytes kept on each.

Figures on a line count callees; the total is one gradient. Functions that did not run are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adls.render.cells import BLANK, CELL, COLUMNS, cells, titles
from adls.render.costliest import costliest_lines
from adls.render.figures import duration, size
from adls.render.quality import quality, rarely_ran
from adls.render.sources import differentiated, function_end, short_names, split_lines
from adls.render.terminal import fit, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from adls.profile.model import Gradient, Line, Profile
    from adls.render.terminal import Terminal


def render_listing(profile: Profile, sources: Mapping[str, str], terminal: Terminal) -> str:
    """The whole report. `sources` maps a path to the text that ran (`read_sources`), as far as known."""
    out: list[str] = []
    for gradient in profile.gradients:
        section = _Section(profile, gradient, sources, terminal)
        out += [*section.heading(), "", *section.files(), *section.total(), ""]
        out += [*costliest_lines(gradient, sources, section.names, terminal), ""]
    if not profile.gradients:
        out += ["No gradient was taken.", ""]
    if profile.message:
        out += [terminal.style(visible(profile.message), "33"), ""]
    return terminal.finish("\n".join(out))


@dataclass(frozen=True)
class _Section:
    """One gradient's part of the report."""

    profile: Profile
    gradient: Gradient
    sources: Mapping[str, str]
    terminal: Terminal

    @property
    def names(self) -> Mapping[str, str]:
        return short_names(unit.file for unit in self.profile.units)

    def heading(self) -> list[str]:
        shown, total, terminal = self.gradient, self.gradient.total, self.terminal
        what = terminal.bold(f"gradient of {visible(shown.function)}")
        forward, backward = duration(total.forward_ns), duration(total.backward_ns)
        return [
            f"{what}  with respect to {visible(differentiated(shown, self.sources))}",
            f"forward {forward}, backward {backward}, {size(total.bytes_stored)} kept in between",
            terminal.dim(f"{quality(shown)}; the figures of a line count what it calls"),
        ]

    def files(self) -> list[str]:
        out: list[str] = []
        by_file: dict[str, list[Line]] = {}
        library = {unit.file for unit in self.profile.units if unit.qualname.startswith("library:")}
        for line in self.gradient.lines:
            if line.file not in library:  # What NumPy's functions take stands on the lines that call them.
                by_file.setdefault(line.file, []).append(line)
        for file, lines in by_file.items():
            out += [*self._file_heading(file), *self._file(file, lines), ""]
        return out

    def total(self) -> list[str]:
        rule = " ".join("─" * CELL for _ in range(3))
        total = self.gradient.total
        figures = " ".join(cells(total, total, self.terminal))
        return [self.terminal.dim(rule), f"{figures}  {self.terminal.bold('one gradient')}{self._outside()}"]

    def _outside(self) -> str:
        outside = self.gradient.outside.total_ns
        return self.terminal.dim(f"  of it {duration(outside)} on no line") if outside else ""

    def _file_heading(self, file: str) -> list[str]:
        name = self.terminal.bold(visible(self.names[file]))
        heading = f"{self.terminal.dim(titles())}  {name}"
        if file in self.sources:
            return [heading]
        return [heading + self.terminal.style("  has changed since it ran, or cannot be read", "33")]

    def _file(self, file: str, lines: Sequence[Line]) -> list[str]:
        text = split_lines(self.sources[file]) if file in self.sources else []
        figures = {line.line: line for line in lines}
        digits = len(str(max(figures)))
        out: list[str] = []
        for first, last in self._ranges(file, text, figures):
            if out:
                out.append(" " * COLUMNS + self.terminal.dim("⋯".rjust(digits)))
            for number in range(first, last + 1):
                source = text[number - 1] if number <= len(text) else ""
                out.append(self._row(number, digits, source, figures.get(number)))
        return out

    def _ranges(self, file: str, text: Sequence[str], figures: Mapping[int, Line]) -> list[tuple[int, int]]:
        """Lines of the functions that ran, with a comment just above; without text, measured lines."""
        if not text:
            return [(number, number) for number in sorted(figures)]
        ranges = []
        for function in self.gradient.functions:
            if function.file == file:
                last = max((line.line for line in function.lines), default=function.first_line)
                first = function.first_line
                above = text[first - 2].strip() if 2 <= first <= len(text) else ""
                ranges.append((first - above.startswith(("#", "@")), function_end(text, first, last)))
        return _joined(ranges)

    def _row(self, number: int, digits: int, source: str, line: Line | None) -> str:
        terminal = self.terminal
        figures = self._line_cells(line) if line else [BLANK] * 3
        text = fit(visible(source), terminal.width - COLUMNS - 2 - digits)
        ran = line is not None and (line.inclusive.total_ns or line.inclusive.bytes_stored)
        shown = f"{terminal.dim(str(number).rjust(digits))}  {text if ran else terminal.dim(text)}"
        return f"{' '.join(figures)}  {shown}".rstrip()

    def _line_cells(self, line: Line) -> list[str]:
        figures = cells(line.inclusive, self.gradient.total, self.terminal)
        # A median of 0 over a line that did run in a few evaluations would read as "costs nothing".
        if rarely_ran(line, self.gradient.used):
            rare = f"in {line.ran_in} of {self.gradient.used}".rjust(CELL)
            return [self.terminal.dim(rare), BLANK, figures[2]]
        return figures


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that overlap (a function inside a function) made one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
