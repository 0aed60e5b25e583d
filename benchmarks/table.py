"""The rows as text of fixed width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contenders import BASELINE, CONTENDERS

if TYPE_CHECKING:
    from benchmarks.comparison import Cell, Row

# The hand-written adjoint is 1 by definition: its column shows how long it takes instead.
COLUMNS = tuple(contender.name for contender in CONTENDERS if contender is not BASELINE)
NAME_WIDTH = 18
WIDTH = 9


def header() -> str:
    heads = [name.rjust(max(WIDTH, len(name))) for name in COLUMNS]
    return "  ".join(["".ljust(NAME_WIDTH), "hand, ms".rjust(WIDTH), *heads])


def row_text(row: Row) -> str:
    cells = [cell_text(row.cells[name]).rjust(max(WIDTH, len(name))) for name in COLUMNS]
    return "  ".join([row.workload.ljust(NAME_WIDTH), f"{row.hand_milliseconds:.3f}".rjust(WIDTH), *cells])


def cell_text(cell: Cell) -> str:
    if cell.ratio is None:
        return cell.word
    digits = 2 if cell.ratio < 100 else 0
    return f"{'~' if cell.once else ''}{cell.ratio:.{digits}f}"


def reasons(rows: list[Row]) -> list[str]:
    """Why a cell holds no figure, each reason once."""
    programs: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for name, cell in row.cells.items():
            if cell.reason:
                programs.setdefault((name, cell.reason), []).append(row.workload)
    return ["", *(f"{name}: {reason} ({', '.join(where)})" for (name, reason), where in programs.items())]
