"""What cannot be differentiated, at its place, without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import Diagnostic, DiagnosticSeverity

from adls.lsp.positions import range_of

if TYPE_CHECKING:
    from adls.lsp.documents import Document
    from adls.lsp.positions import Encoding


def diagnostics(document: Document, encoding: Encoding) -> list[Diagnostic]:
    """The problems of a document's functions, and of its example calls.

    Of a text that was edited since only those on untouched lines.
    """
    analysis = document.analysis
    if analysis is None:
        return []
    found = [
        (problem.span, problem.code, f"{problem.message}\n{problem.way_out}".rstrip(), DiagnosticSeverity.Warning)
        for problem in analysis.problems
    ]
    found += [
        (example.span, "example-call", example.problem, DiagnosticSeverity.Warning)
        for example in analysis.examples
        if example.problem
    ]
    shown = []
    for span, kind, message, severity in found:
        line, end = document.current(span.line), document.current(span.end_line)
        if line is not None and end is not None:
            where = range_of(document, type(span)(line, span.column, end, span.end_column), encoding)
            shown.append(Diagnostic(where, message, severity, kind, source="adls"))
    return shown
