"""Diagnostics as declared data: each kind is one row, and a diagnostic is a kind with a place and details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from adls.engine.source.frozen import dataclass
from adls.engine.source.text import NOWHERE, SourceFile, Span

Details: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be wrong. `template` is one sentence, `way_out` what to do; both take the details by name."""

    code: str
    template: str
    way_out: str = ""


_TABLE = (
    Kind("syntax-error", "{path} does not parse: {reason}"),
    Kind("source-missing", "the source of `{name}` is not to be found: {reason}",
         "define it in a file, or give it a rule with `@adls.adjoint`"),
    Kind("source-changed", "{path} has changed since `{name}` was defined",
         "reload it: the text on disk is no longer the code that runs"),
    Kind("unsupported-construct", "{construct} cannot be differentiated: {reason}", "{way_out}"),
    Kind("async", "{construct} cannot be differentiated: a gradient needs the whole call to happen at once",
         "await outside of `{name}` and pass the value in"),
    Kind("mutated-global", "`{name}` is a global variable that this function assigns or writes into: the call has an "
         "effect besides its value", "return the new value, and let the caller assign it"),
    Kind("unresolved-name", "`{name}` is defined neither in the module nor in builtins", "define or import it"),
    Kind("missing-rule", "`{name}` has no derivative rule: {reason}", "give it one with `@adls.adjoint`"),
    Kind("no-derivative", "{reason}",
         "keep it constant with `adls.stop_gradient`, or give the function a rule with `@adls.adjoint`"),
    Kind("not-differentiable-output", "the result is {type}, which has no derivative: {reason}",
         "return a float; for the cotangents of an array there is `adls.pullback`"),
    Kind("writes-overlapping-arguments", "`{name}` is written here and shares memory with another argument",
         "pass a copy"),
    Kind("read-only", "`{name}` is written here, and its memory is read-only", "write into a copy"),
    Kind("dynamic-write", "what this writes is known only when it runs: {reason}",
         "give `{name}` a rule with `@adls.adjoint`"),
)

KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _TABLE}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong, where, in which function. It keeps its source line, so that it shows itself."""

    kind: Kind
    file: str
    span: Span
    function: str
    details: Details = ()
    source_line: str = ""

    @property
    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.kind.template.format_map(dict(self.details))

    @property
    def way_out(self) -> str:
        """What one can do about it; "" where nothing is known."""
        return self.kind.way_out.format_map(dict(self.details))

    def render(self, source: SourceFile | None = None) -> str:
        """`FILE:LINE:COL: message`, the line with a caret under the place, and the way out."""
        line = source.line(self.span.line) if source else self.source_line
        place = f"{self.file}:{self.span.line}:{_character(line, self.span.column) + 1}"
        parts = [f"{self.file if self.span == NOWHERE else place}: {self.message}"]
        if line.strip():
            parts += ["    " + line, "    " + _carets(line, self.span)]
        if self.way_out:
            parts.append(f"  way out: {self.way_out}")
        return "\n".join(parts)


class DifferentiationError(Exception):
    """A function cannot be differentiated; `diagnostics` says why and where."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n".join(diagnostic.render() for diagnostic in diagnostics))
        self.diagnostics = diagnostics


DifferentiationError.__module__ = "adls"  # The name that users know it by, and that tracebacks show.


def diagnose(code: str, source: SourceFile, span: Span, function: str, **details: str) -> Diagnostic:
    """A diagnostic of the kind `code` at a place of `source`."""
    return Diagnostic(KINDS[code], source.path, span, function, tuple(details.items()), source.line(span.line))


def _character(line: str, column: int) -> int:
    return len(line.encode()[:column].decode(errors="replace"))


def _carets(line: str, span: Span) -> str:
    """Carets under the span's part of its first line; tabs stay tabs, so that the carets stand right."""
    start = _character(line, span.column)
    end = _character(line, span.end_column) if span.line == span.end_line else len(line.rstrip())
    indent = "".join("\t" if character == "\t" else " " for character in line[:start])
    return indent + "^" * max(end - start, 1)
