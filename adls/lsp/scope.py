"""Which functions of a file adls speaks of unasked: those that the user differentiates, or has profiled before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adls.engine.analysis.model import FunctionInfo
    from adls.lsp.snapshot import Snapshot


def differentiated(snapshot: Snapshot, path: str) -> list[FunctionInfo]:
    """The functions that get a lens, in the order of the text."""
    examined = snapshot.now.get(path)
    if examined is None:
        return []
    wanted = set(examined.analysis.differentiated)
    wanted |= {
        ran.units[gradient.unit].qualname
        for ran in snapshot.runs
        for gradient in ran.profile.gradients
        if gradient.file == path
    }
    found = [function for name in wanted for function in examined.functions(name)]
    return sorted(found, key=lambda function: function.first_line)
