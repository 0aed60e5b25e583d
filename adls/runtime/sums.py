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
    """A list of cotangents; `sums` has those that the list owns, by position. `of`: see `form_of`."""

    __slots__ = ("of", "sums")

    def __init__(self, items: Any = ()) -> None:
        super().__init__(items)
        self.sums: dict[Any, Array] = {}


class ShadowDict(dict[Any, Any]):
    """A dict of cotangents; `sums` has those that the dict owns, by key. `of`: see `form_of`."""

    __slots__ = ("of", "sums")

    def __init__(self, items: Any = ()) -> None:
        super().__init__(items)
        self.sums: dict[Any, Array] = {}


def item_of(container: Any, key: Any, shape: Shape, dtype: Any = float) -> Array:
    """An item of a container as an array that the container owns, zero where there was none: for adding to parts of
    it."""
    have: Any = _item(container, key)
    sums: dict[Any, Any] = getattr(container, "sums", {})
    place = _place(container, key)
    if have is None or sums.get(place) is not have:
        have = np.zeros(shape, dtype) if have is None else np.array(have)
        container[key] = sums[place] = have
    made: Array = have
    return made


def added_in_place(container: Any, key: Any, value: Any) -> bool:
    """Whether an item was a sum of the container's own of the value's type, and has taken it."""
    try:
        total = container.sums[key]
        if container[key] is not total or total.shape != value.shape or total.dtype is not value.dtype:
            return False
    except (AttributeError, LookupError):
        return False
    total += value
    return True


def add_to_item(container: Any, key: Any, value: Any, add: Callable[[Any, Any], Any]) -> None:
    """Add to an item of a container, in place where the container owns it; `add` is how two cotangents are added."""
    have = _item(container, key)
    if not isinstance(have, np.ndarray) or not isinstance(value, np.ndarray):
        put(container, key, add(have, value))
        return
    sums: dict[Any, Any] = getattr(container, "sums", {})
    place = _place(container, key)
    is_own = sums.get(place) is have
    if is_own and have.shape == value.shape and have.dtype == value.dtype:
        have += value
    else:
        container[key] = total = have + value
        if type(total) is np.ndarray:
            sums[place] = total


def put(container: Any, key: Any, value: Any) -> None:
    """Set an item to what is somebody else's: it may be the very array that the container owned before."""
    container[key] = value
    disown(container, key)


def disown(container: Any, key: Any) -> None:
    """Note that an item is no longer the container's own."""
    sums: dict[Any, Any] | None = getattr(container, "sums", None)
    if sums:
        sums.pop(_place(container, key), None)


def _place(container: Any, key: Any) -> Any:
    """One name for an item, whichever end it is counted from."""
    return key + len(container) if isinstance(container, list) and key < 0 else key


def _item(container: Any, key: Any) -> Any:
    return container.get(key) if isinstance(container, dict) else container[key]
