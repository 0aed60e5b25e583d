"""Cotangents that are added up in the items of a container.

A container's first contribution is whoever's it is; their sum is the container's own, and takes what comes later in
place. Which items those are is noted beside them: an item that is taken out or replaced is no longer the one noted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape


class ShadowList(list[Any]):
    """A list of cotangents; `sums` has those that the list owns, by position."""

    __slots__ = ("sums",)

    def __init__(self, items: Any = ()) -> None:
        super().__init__(items)
        self.sums: dict[Any, Array] = {}


class ShadowDict(dict[Any, Any]):
    """A dict of cotangents; `sums` has those that the dict owns, by key."""

    __slots__ = ("sums",)

    def __init__(self, items: Any = ()) -> None:
        super().__init__(items)
        self.sums: dict[Any, Array] = {}


def item_of(container: Any, key: Any, shape: Shape, dtype: Any = float) -> Array:
    """An item of a container as an array that the container owns, zero where there was none: for adding to parts of
    it."""
    have: Any = _item(container, key)
    sums: dict[Any, Any] = getattr(container, "sums", {})
    if have is None or sums.get(key) is not have:
        have = np.zeros(shape, dtype) if have is None else np.array(have)
        container[key] = sums[key] = have
    made: Array = have
    return made


def add_to_item(container: Any, key: Any, value: Any, add: Callable[[Any, Any], Any]) -> None:
    """Add to an item of a container, in place where the container owns it; `add` is how two cotangents are added."""
    have = _item(container, key)
    if not isinstance(have, np.ndarray) or not isinstance(value, np.ndarray):
        container[key] = add(have, value)
        return
    sums: dict[Any, Any] = getattr(container, "sums", {})
    is_own = sums.get(key) is have
    if is_own and have.shape == value.shape and have.dtype == value.dtype:
        have += value
    else:
        container[key] = total = have + value
        if type(total) is np.ndarray:
            sums[key] = total


def _item(container: Any, key: Any) -> Any:
    return container.get(key) if isinstance(container, dict) else container[key]
