"""The three columns of every table in the terminal: forward time, backward time, bytes kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.render.figures import duration, size

if TYPE_CHECKING:
    from adls.profile.model import Cost
    from adls.render.terminal import Terminal

CELL = 10
BLANK = " " * CELL
COLUMNS = 3 * CELL + 4  # what the three take, with the space around them


def cell(text: str) -> str:
    """Text at the right of a cell."""
    return f"{text} ".rjust(CELL)


def titles() -> str:
    """The heading of the columns."""
    return " ".join(cell(title) for title in ("forward", "backward", "kept"))


def cells(cost: Cost, total: Cost, terminal: Terminal) -> list[str]:
    """A cell for each figure, the hotter the larger its share of the total; blank for nothing."""
    return [
        terminal.heat(cell(duration(cost.forward_ns)), "forward", cost.forward_ns / total.forward_ns)
        if cost.forward_ns
        else BLANK,
        terminal.heat(cell(duration(cost.backward_ns)), "backward", cost.backward_ns / total.backward_ns)
        if cost.backward_ns
        else BLANK,
        terminal.heat(cell(size(cost.bytes_stored)), "bytes", cost.bytes_stored / total.bytes_stored)
        if cost.bytes_stored
        else BLANK,
    ]
