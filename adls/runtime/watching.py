"""Calls whose values carry no derivative, of callees that only the run knows: what they may not write, and keep."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np

from adls.engine.source.diagnostics import DifferentiationError
from adls.runtime.compiler import Caller, effects_of
from adls.runtime.dynamic import forward, refuse_write, subject_and_values, writes
from adls.runtime.gradients import GradFunction
from adls.runtime.refusals import placed
from adls.runtime.rules import has_rule
from adls.runtime.unseen import may_keep_unseen, may_write_unseen


def called(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`f(*args, **kwargs)` whose value carries no derivative, of a callee that may not write what is kept for one.

    Raises DifferentiationError at the place of the call.
    """
    try:
        if not has_rule(f) and _is_python(f):
            return _called_reading(f, args, kwargs)
        if may_write_unseen(f, args):
            refuse_write(f)
    except DifferentiationError as error:
        raise DifferentiationError(placed(error.diagnostics, sys._getframe(1))) from error
    return f(*args, **kwargs)


def called_on(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """As `called`, of a method of an object of which nothing is known, and which may be read later: it may keep nothing
    that it is given."""
    try:
        if getattr(f, "__module__", "") in _FORGETFUL:
            return f(*args, **kwargs)
        if may_keep_unseen(f):
            refuse_write(f, "its object")
        return _called_reading(f, args, kwargs, opaque=True) if not has_rule(f) and _is_python(f) else called(
            f, *args, **kwargs)
    except DifferentiationError as error:
        raise DifferentiationError(placed(error.diagnostics, sys._getframe(1))) from error


_FORGETFUL = ("logging", "warnings", "random", "datetime")
"""Modules of Python's whose objects keep nothing of what their methods are given."""


def _is_python(f: Callable[..., Any]) -> bool:
    """Whether what a callable runs is Python that can be read."""
    if isinstance(f, partial):
        return _is_python(f.func)
    return isinstance(f, FunctionType | GradFunction) or isinstance(getattr(f, "__func__", None), FunctionType) or (
        isinstance(inspect.getattr_static(type(f), "__call__", None), FunctionType) and not isinstance(f, np.vectorize))


def _called_reading(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], *,
                    opaque: bool = False) -> Any:
    """The value of a call that may not write; where it calls what only the run knows, these calls are watched too."""
    subject, values, _ = subject_and_values(f, args, kwargs, Caller(inside=True))
    whole = (*subject.cells.values(), *values)
    effects = effects_of(subject, values)
    if effects.mutated:
        refuse_write(f, f"the global `{effects.mutated[0].name}`")
    if writes(effects.memory, effects.types, whole, frozenset(), opaque=opaque):
        refuse_write(f)
    if effects.memory.calls_unknown:
        return forward(f, args, kwargs)[0]
    return f(*args, **kwargs)
