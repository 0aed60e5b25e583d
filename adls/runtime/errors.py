"""Floating-point errors while a backward pass runs."""

from __future__ import annotations

from contextvars import ContextVar, Token, copy_context
from typing import Any

import numpy as np

_SETTINGS = "numpy.ufunc.extobj"


def _settings() -> ContextVar[Any] | None:
    """Where NumPy keeps how it takes errors; None for NumPy 1, which has it elsewhere."""
    with np.errstate(all="ignore"):
        return next((each for each in copy_context() if each.name == _SETTINGS), None)


SETTINGS = _settings()
_QUIET: dict[int, tuple[object, Any]] = {}


class Quiet:
    """No warning of floating-point errors, for the plain call has none there; but they are raised where the user has
    them raised, which is how one finds the line of a NaN."""

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        self._before: Token[Any] | np.errstate
        if SETTINGS is None:
            self._before = _errstate()
            self._before.__enter__()
        else:
            self._before = SETTINGS.set(quiet_of(SETTINGS.get()))

    def __exit__(self, *exception: Any) -> None:
        if isinstance(self._before, np.errstate):
            self._before.__exit__(*exception)
        elif SETTINGS is not None:
            SETTINGS.reset(self._before)


def quiet_of(settings: Any) -> Any:
    """NumPy's settings without warnings: made once for all of one kind, for that takes longer than an addition."""
    known = _QUIET.get(id(settings))
    if known is not None:
        return known[1]
    assert SETTINGS is not None
    with _errstate():
        quiet = SETTINGS.get()
    if len(_QUIET) > 100:
        _QUIET.clear()
    _QUIET[id(settings)] = (settings, quiet)
    return quiet


def _errstate() -> np.errstate:
    now = np.geterr()
    return np.errstate(divide=_unwarned(now["divide"]), over=_unwarned(now["over"]), under=_unwarned(now["under"]),
                       invalid=_unwarned(now["invalid"]))


def _unwarned(how: Any) -> Any:
    return "ignore" if how == "warn" else how
