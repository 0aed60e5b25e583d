"""Hover: a line's table, what it keeps and why; types and the rule's formula, before any run too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import Hover, HoverParams

from adls.engine.analysis.packing import fact_at
from adls.lsp.features.markup import markup
from adls.lsp.positions import column, range_of
from adls.render.hover import about, keeps, known, line_table

if TYPE_CHECKING:
    from adls.engine.analysis.model import Fact
    from adls.lsp.documents import Document
    from adls.lsp.snapshot import Snapshot


def hover(snapshot: Snapshot, params: HoverParams) -> Hover | None:
    """What is known of the place and of its line; None where nothing is."""
    document = snapshot.documents.get(params.text_document.uri)
    if document is None:
        return None
    line = params.position.line + 1
    at = column(document.line(line), params.position.character, snapshot.client.encoding)
    fact = _fact(snapshot, document, line, at)
    parts = [*_static(fact), *_measured(snapshot, document, line)]
    if not parts:
        return None
    where = None
    if fact is not None and document.current(fact.span.line) == fact.span.line:
        where = range_of(document, fact.span, snapshot.client.encoding)
    return Hover(markup(snapshot.client, parts), where)


def _fact(snapshot: Snapshot, document: Document, line: int, at: int) -> Fact | None:
    """The innermost expression at a place that something is known of."""
    examined, then = snapshot.now.get(document.path), document.moved.then(line)
    if examined is None or then is None:
        return None
    return fact_at(examined.analysis, then, at)


def _static(fact: Fact | None) -> list[str]:
    if fact is None:
        return []
    return [known(fact.type, fact.rule, [(each.operand, each.text) for each in fact.formulas])]


def _measured(snapshot: Snapshot, document: Document, line: int) -> list[str]:
    then = document.moved.then(line)
    figure = snapshot.figures(document.path).get(then) if then is not None else None
    if figure is None:
        return []
    kept = keeps(figure.line.residuals)
    return [
        line_table(figure.gradient, figure.line),
        f"kept for the backward pass:\n{kept}" if kept else "",
        about(figure.gradient, figure.line, figure.stale),
    ]
