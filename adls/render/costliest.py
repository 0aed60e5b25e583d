"""The costliest lines by what they cost themselves, with what each keeps and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.render.cells import BLANK, COLUMNS, cell, cells, titles
from adls.render.figures import size
from adls.render.sources import split_lines
from adls.render.terminal import columns, fit, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adls.profile.model import Gradient, Line, Residual
    from adls.render.terminal import Terminal

ROWS = 8
RESIDUALS = 4
PLACE = 28


def costliest_lines(
    gradient: Gradient, sources: Mapping[str, str], names: Mapping[str, str], terminal: Terminal
) -> list[str]:
    """A table of at most eight lines, callees excluded; none where nothing was measured."""
    lines = rank(gradient)[:ROWS]
    if not lines:
        return []
    title = terminal.bold("costliest lines") + terminal.dim("  without what they call")
    places = [_place(names[line.file], line.line) for line in lines]
    out = [f"{terminal.dim(titles())}  {title}"]
    for line, place in zip(lines, places, strict=True):
        out.append(_row(gradient, line, place.ljust(max(map(len, places))), sources, terminal))
        out += _keeps(line.residuals, terminal)
    return out


def rank(gradient: Gradient) -> list[Line]:
    """Lines that cost anything themselves, by the larger of their shares of time and of bytes."""
    costly = [line for line in gradient.lines if line.self_cost.total_ns or line.self_cost.bytes_stored]
    return sorted(costly, key=lambda line: share(gradient, line), reverse=True)


def share(gradient: Gradient, line: Line) -> tuple[float, int]:
    """The larger of a line's shares of time and of bytes, itself alone; then its time."""
    own, total = line.self_cost, gradient.total
    return max(own.total_ns / max(1, total.total_ns), own.bytes_stored / max(1, total.bytes_stored)), own.total_ns


def _place(name: str, line: int) -> str:
    room = PLACE - len(f":{line}")
    return f"{name if len(name) <= room else '…' + name[1 - room :]}:{line}"


def _row(gradient: Gradient, line: Line, place: str, sources: Mapping[str, str], terminal: Terminal) -> str:
    text = split_lines(sources[line.file]) if line.file in sources else []
    function = line.function.removeprefix("library:")
    source = visible(text[line.line - 1]).strip() if line.line <= len(text) else visible(function)
    room = terminal.width - COLUMNS - 2 - len(place)
    figures = " ".join(cells(line.self_cost, gradient.total, terminal))
    return f"{figures}  {terminal.dim(visible(place))}  {fit(source, room)}"


def _keeps(residuals: Sequence[Residual], terminal: Terminal) -> list[str]:
    """What a line keeps, the size below the column of bytes, then the value and the formula that reads it."""
    out = []
    rows = [*_owned(residuals), *_borrowed(residuals)]
    for amount, value, reason in rows[:RESIDUALS]:
        for kept, text in zip((cell(amount), BLANK), _folded(value, reason, terminal), strict=False):
            out.append(f"{BLANK} {BLANK} " + terminal.dim(f"{kept}  {text}"))
    if len(rows) > RESIDUALS:
        out.append(" " * COLUMNS + terminal.dim(f"└ and {len(rows) - RESIDUALS} more"))
    return out


def _owned(residuals: Sequence[Residual]) -> list[tuple[str, str, str]]:
    rows = [row for row in residuals if not row.borrowed]
    # The size of the only row stands above it already.
    return [(size(row.bytes_stored) if len(rows) > 1 else "", _value(row), row.reason) for row in rows]


def _borrowed(residuals: Sequence[Residual]) -> list[tuple[str, str, str]]:
    """Borrowed values cost nothing: those that one formula reads share a row."""
    values: dict[str, list[str]] = {}
    for row in residuals:
        if row.borrowed:
            values.setdefault(row.reason, []).append(_value(row))
    return [("borrowed", "; ".join(shared), reason) for reason, shared in values.items()]


def _value(row: Residual) -> str:
    return f"{row.value} × {row.count:,}" if row.count > 1 else row.value


def _folded(value: str, reason: str, terminal: Terminal) -> list[str]:
    """Value and reason on one line where they fit, else on two."""
    room = terminal.width - COLUMNS
    value, reason = visible(value), visible(reason)
    if columns(value) + columns(reason) + 4 <= room:
        return [f"└ {value}  {reason}"]
    return [fit(f"└ {value}", room), fit(f"  {reason}", room)]
