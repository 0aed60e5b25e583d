"""One row of lenses above each function that the user differentiates: its total, profile, pullback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import CodeLens, CodeLensParams, Command, Position, Range

from adls.lsp.commands import command
from adls.lsp.freshness import stale
from adls.lsp.scope import differentiated
from adls.render.hint import hint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adls.engine.analysis.model import FunctionInfo
    from adls.lsp.snapshot import Snapshot


def code_lens(snapshot: Snapshot, params: CodeLensParams) -> list[CodeLens]:
    """The lenses of a document."""
    uri = params.text_document.uri
    document = snapshot.documents.get(uri)
    if document is None:
        return []
    found = []
    for function in differentiated(snapshot, document.path):
        line = document.current(function.def_line)
        if line is not None:
            where = Range(Position(line - 1, 0), Position(line - 1, 0))
            found += [CodeLens(where, each) for each in _commands(snapshot, uri, document.path, function)]
    return found


def _commands(snapshot: Snapshot, uri: str, path: str, function: FunctionInfo) -> Iterator[Command]:
    name = function.qualname
    running = snapshot.is_running(path, name)
    yield command("adls.profile", uri, name, "profiling…" if running else _profile_title(snapshot, path, name))
    yield command("adls.showPullback", uri, name, "show pullback")
    if snapshot.runs_of(path, name):
        yield command("adls.showCanopy", uri, name, "canopy")


def _profile_title(snapshot: Snapshot, path: str, name: str) -> str:
    """The total where there is one, and whether it still holds; whoever clicks takes it anew."""
    for ran in snapshot.runs_of(path, name):
        gradient = ran.gradients_of(path, name)[0]
        if not gradient.complete:
            return "the run did not finish · profile again"
        old = stale(ran, gradient, ran.units[gradient.unit], snapshot.now)
        return f"∂ {hint(gradient.total, stale=bool(old))} · profile again"
    return "profile gradient"
