"""The gradient by central differences, with what is known of its error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.coverage.leaves import flat, rebuilt

STEP = 1e-4
"""Relative to the number that is moved; 0 is moved by it."""


def differences(function: Callable[..., Any], argument: Any) -> dict[str, Any]:
    """Value, gradient (extrapolated from two steps), and for each number by how much the two steps disagree."""
    numbers = flat(argument)
    value = float(function(rebuilt(argument, numbers)))
    gradient, error = [], []
    for n in range(numbers.size):
        step = STEP * (abs(float(numbers[n])) or 1.0)
        wide, narrow = (slope(function, argument, n, h) for h in (step, step / 2))
        gradient.append((4 * narrow - wide) / 3)
        error.append(abs(narrow - wide) + 1e-14 * abs(value) / step)
    return {"value": value, "gradient": gradient, "error_of": error}


def slope(function: Callable[..., Any], argument: Any, n: int, step: float) -> float:
    ends = []
    for sign in (1.0, -1.0):
        moved = flat(argument)
        moved[n] += sign * step
        ends.append(float(function(rebuilt(argument, moved))))
    return (ends[0] - ends[1]) / (2 * step)


def agrees(gradient: list[float], truth: dict[str, Any]) -> bool:
    """Within a ten-thousandth, or what the differences themselves leave open."""
    found, wanted, error = np.array(gradient), np.array(truth["gradient"]), np.array(truth["error_of"])
    if found.shape != wanted.shape:
        return False
    scale = 1e-4 * np.abs(wanted) + 1e-7 * np.max(np.abs(wanted), initial=0.0)
    return bool(np.all(np.abs(found - wanted) <= scale + error))


def settled(truth: dict[str, Any]) -> bool:
    """Whether differences tell a gradient: finite, not zero, and known to a thousandth of its largest part."""
    wanted, error = np.array(truth["gradient"]), np.array(truth["error_of"])
    largest = np.max(np.abs(wanted), initial=0.0)
    return bool(np.isfinite(wanted).all() and largest > 0 and np.all(error <= 1e-3 * largest))
