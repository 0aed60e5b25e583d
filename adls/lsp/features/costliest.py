"""The costliest lines of a run, to jump to: each where it is now, with figures as fresh as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adls.lsp.figures import placed_in
from adls.lsp.uris import uri_of_path
from adls.render.costliest import share
from adls.render.hint import hint

if TYPE_CHECKING:
    from adls.lsp.figures import Placed
    from adls.lsp.runs import Ran
    from adls.lsp.snapshot import Snapshot

MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class CostlyLine:
    """One of the costliest lines: `line` counts from 1, in the text as it is now."""

    uri: str
    path: str
    line: int
    text: str
    figures: str


def costliest(snapshot: Snapshot, ran: Ran) -> list[CostlyLine]:
    """The lines that have the largest part in a gradient themselves; one that is gone has no place here."""
    figures = [
        figure
        for gradient in ran.profile.gradients
        for path in ran.texts
        for figure in placed_in(ran, gradient, path, snapshot.now)
        if figure.line.self_cost.total_ns or figure.line.self_cost.bytes_stored
    ]
    figures.sort(key=lambda figure: share(figure.gradient, figure.line), reverse=True)
    once = {(figure.line.file, figure.line.line): figure for figure in reversed(figures)}
    found = (_costly(snapshot, figure) for figure in figures if once[figure.line.file, figure.line.line] is figure)
    return [each for each in found if each is not None][:MOST_LINES]


def _costly(snapshot: Snapshot, figure: Placed) -> CostlyLine | None:
    path = figure.line.file
    document = snapshot.by_path(path)
    here = document.current(figure.at) if document is not None else figure.at
    if here is None:
        return None
    text = document.line(here) if document is not None else snapshot.now[path].lines[here - 1]
    said = hint(figure.line.self_cost, stale=bool(figure.stale))
    return CostlyLine(uri_of_path(path), path, here, text.strip(), said)
