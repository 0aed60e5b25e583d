"""What cannot be differentiated, at its place, without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import Diagnostic, DiagnosticSeverity

from adls.engine.source.text import Span
from adls.lsp.freshness import refusal_now
from adls.lsp.positions import range_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adls.engine.analysis.model import Problem
    from adls.lsp.documents import Document
    from adls.lsp.snapshot import Snapshot


def diagnostics(snapshot: Snapshot, document: Document) -> list[Diagnostic]:
    """The problems of a document's functions, of its example calls, and what runs have found.

    Of a text that was edited since only those on untouched lines.
    """
    encoding = snapshot.client.encoding
    shown: dict[tuple[int, str], Diagnostic] = {}
    for span, code, message in (*_static(document), *_found(snapshot, document)):
        line, end = document.current(span.line), document.current(span.end_line)
        if line is not None and end is not None:
            where = range_of(document, Span(line, span.column, end, span.end_column), encoding)
            made = Diagnostic(where, message, DiagnosticSeverity.Warning, code, source="adls")
            shown.setdefault((line, code), made)
    return list(shown.values())


def _static(document: Document) -> Iterator[tuple[Span, str, str]]:
    """What the text alone says."""
    if document.analysis is not None:
        for problem in document.analysis.problems:
            yield problem.span, problem.code, _message(problem)
        for example in document.analysis.examples:
            if example.problem:
                yield example.span, "example-call", example.problem


def _found(snapshot: Snapshot, document: Document) -> Iterator[tuple[Span, str, str]]:
    """What runs have found in functions that are still as they were."""
    for refusal in snapshot.refusals:
        problem = refusal.problem
        line = refusal_now(refusal, snapshot.now) if refusal.path == document.path else None
        if line is not None:
            span = problem.span
            moved = Span(line, span.column, line + span.end_line - span.line, span.end_column)
            yield moved, problem.code, _message(problem)


def _message(problem: Problem) -> str:
    return f"{problem.message}\n{problem.way_out}".rstrip()
