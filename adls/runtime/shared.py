"""Results of calls that only the run follows, which are memory that others have."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.engine.source.text import NOWHERE
from adls.runtime.dynamic import KeptCall
from adls.runtime.refusals import placed


def refuse_shared(value: Any, kept: Any) -> None:
    """Raise DifferentiationError where the result of a call, which is written later, is memory that the callee was
    given or has captured."""
    if isinstance(kept, KeptCall):
        held = [*kept.values, *(each for _, _, each in kept.found.dependencies)]
        if any(_shares(value, each) for each in held):
            name = kept.found.adjoint.forward.name
            found = Diagnostic(KINDS["dynamic-write"], name, NOWHERE, name, (
                ("name", name), ("reason", "what the callee gives back is memory that others have")))
            raise DifferentiationError(placed((found,), sys._getframe(1)))


def _shares(value: Any, other: Any) -> bool:
    if isinstance(other, np.ndarray):
        return isinstance(value, np.ndarray) and np.may_share_memory(value, other)
    if isinstance(other, list | tuple | dict):
        return any(_shares(value, item) for item in (other.values() if isinstance(other, dict) else other))
    return False
