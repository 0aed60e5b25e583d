"""Numbers and arrays inside nested lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def mapped(change: Callable[[Any], Any], value: Any) -> Any:
    """The same structure with changed leaves."""
    if isinstance(value, dict):
        return {key: mapped(change, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(mapped(change, item) for item in value)
    return change(value)


def copied(value: Any) -> Any:
    return mapped(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, value)


def flat(value: Any) -> np.ndarray:
    """All numbers in order."""
    found: list[np.ndarray] = []
    mapped(lambda leaf: found.append(np.ravel(np.asarray(leaf, dtype=float))), value)
    return np.concatenate(found) if found else np.zeros(0)


def rebuilt(like: Any, numbers: np.ndarray) -> Any:
    """The structure with other numbers."""
    taken = [0]

    def take(leaf: Any) -> Any:
        size = np.size(leaf)
        taken[0] += size
        part = numbers[taken[0] - size : taken[0]]
        return part.reshape(leaf.shape).copy() if isinstance(leaf, np.ndarray) else float(part[0])

    return mapped(take, like)
