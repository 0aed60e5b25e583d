"""The status item: the total of the newest gradient that has lines in a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.render.hint import hint
from adls.render.quality import quality

if TYPE_CHECKING:
    from adls.lsp.documents import Document
    from adls.lsp.snapshot import Snapshot


def status(snapshot: Snapshot, document: Document) -> tuple[str, str, bool]:
    """The item's text, its tooltip, and whether a profile is being taken; "" for nothing to show."""
    if any(path == document.path for path, _ in snapshot.running):
        return "∂ profiling…", "The gradient is being measured: cancel it in the progress notification.", True
    figures = list(snapshot.figures(document.path).values())
    if not figures:
        return "", "", False
    gradient = figures[0].gradient
    changes = sorted({figure.stale for figure in figures if figure.stale})
    text = f"∂ {hint(gradient.total, stale=bool(changes))}"
    said = [f"Gradient of {gradient.function}: forward · backward · kept", quality(gradient)]
    if changes:
        said.append("stale: " + ", ".join(changes))
    return text, "\n".join(said), False
