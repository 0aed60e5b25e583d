"""The figures of a file's lines, each where its line is now: what hints, hovers and lenses show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adls.lsp.freshness import lines_now, staleness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from adls.lsp.runs import Examined, Ran
    from adls.profile.model import Gradient, Line
    from adls.profile.recording import Unit


@dataclass(frozen=True, slots=True)
class Placed:
    """A line's figures at the line where it is in the text that was examined last.

    `stale` says in a few words what has changed since, "" where nothing has.
    """

    at: int
    line: Line
    gradient: Gradient
    ran: Ran
    stale: str

    @property
    def share(self) -> float:
        """The larger of its parts in the gradient's time and bytes."""
        total, own = self.gradient.total, self.line.inclusive
        time = own.total_ns / max(1, total.total_ns)
        return max(time, own.bytes_stored / max(1, total.bytes_stored))


def placed(runs: Iterable[Ran], path: str, now: Mapping[str, Examined]) -> dict[int, Placed]:
    """The figures of a file, by current line; of several runs the one that stands first has a line, but a fresh figure
    goes before a stale one."""
    found: dict[int, Placed] = {}
    for ran in runs:
        for gradient in ran.profile.gradients:
            for figure in placed_in(ran, gradient, path, now):
                if figure.at not in found or (found[figure.at].stale and not figure.stale):
                    found[figure.at] = figure
    return found


def placed_in(ran: Ran, gradient: Gradient, path: str, now: Mapping[str, Examined]) -> Iterator[Placed]:
    """The figures that one gradient has in a file."""
    owners = _owners(ran, path)
    lines = [line for line in gradient.lines if line.file == path and line.line in owners]
    why = staleness(ran, gradient, now)
    known: dict[str, tuple[Mapping[int, int], str]] = {}
    for line in lines:
        unit = owners[line.line]
        if unit.key not in known:
            known[unit.key] = lines_now(ran, unit, now), why(unit)
        moved, stale = known[unit.key]
        if line.line in moved:
            yield Placed(moved[line.line], line, gradient, ran, stale)


def _owners(ran: Ran, path: str) -> dict[int, Unit]:
    """Which unit each line of a file belongs to; of several signatures any will do: they are one text."""
    return {line: unit for unit in ran.profile.units if unit.file == path for line in unit.lines}
