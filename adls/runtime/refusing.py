"""What a formula calls where it has no derivative to give: an error at the user's line."""

from __future__ import annotations

import sys
from typing import Any

from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.engine.source.text import NOWHERE
from adls.runtime.refusals import placed

__all__ = ["refuse"]


def refuse(reason: str) -> Any:
    """Raise DifferentiationError in place of a cotangent that no rule gives: never a silent zero."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("adls.runtime"):
        frame = frame.f_back
    found = Diagnostic(KINDS["no-derivative"], "", NOWHERE, "", (("reason", reason),))
    raise DifferentiationError(placed((found,), frame))


def without_dict(value: Any) -> Any:
    """A cotangent that is no dict: one within another container is not followed where a gradient is differentiated."""
    if isinstance(value, dict):
        refuse("the second derivative through a dict within a dict: give the function what is in it one by one")
    return value
