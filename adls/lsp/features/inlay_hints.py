"""Hints at line ends: what a line costs forward and backward, and what it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import InlayHint, InlayHintParams

from adls.lsp.features.markup import markup
from adls.lsp.positions import line_end

if TYPE_CHECKING:
    from adls.lsp.documents import Document
    from adls.lsp.figures import Placed
    from adls.lsp.snapshot import Snapshot

HOT = 0.01  # the least part of the gradient's time or bytes that makes a line worth a hint


def inlay_hints(snapshot: Snapshot, params: InlayHintParams) -> list[InlayHint]:
    """The hints of the lines in the asked range, at most one a line."""
    document = snapshot.documents.get(params.text_document.uri)
    if document is None or snapshot.settings.hints == "off":
        return []
    first, last = params.range.start.line + 1, params.range.end.line + 1
    figures = snapshot.figures(document.path)
    found = []
    for here in range(first, min(last, document.count) + 1):
        figure = figures.get(document.moved.then(here) or 0)
        if figure is not None and _is_wanted(figure, snapshot):
            found.append(_hint(snapshot, document, here, figure))
    return found


def _is_wanted(figure: Placed, snapshot: Snapshot) -> bool:
    cost = figure.line.inclusive
    if snapshot.settings.hints == "all":
        return bool(cost.total_ns or cost.bytes_stored)
    return figure.share >= HOT


def _hint(snapshot: Snapshot, document: Document, here: int, figure: Placed) -> InlayHint:
    label, more = figure.ran.said(figure.gradient, figure.line, figure.stale)
    return InlayHint(
        position=line_end(document, here, snapshot.client.encoding),
        label=label,
        padding_left=True,
        tooltip=markup(snapshot.client, [more]),
    )
