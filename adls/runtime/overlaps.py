"""Shadows of arrays whose elements share memory: what `np.broadcast_to` and sliding windows give.

An element's cotangent then is owed to the memory, which other elements are too: additions accumulate there, and what
was added is given back at the first element of those that share a place.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

Array: TypeAlias = np.ndarray[Any, Any]

__all__ = ["Overlapping", "accumulating", "added_at", "address_of", "apart", "overlaps", "owner_of", "window"]


class Overlapping(np.ndarray[Any, Any]):
    """A part of a shadow whose elements share memory: `d += v` adds for each of them."""

    def __iadd__(self, other: Any) -> Any:  # type: ignore[misc]
        added_at(self, ..., other)
        return self

    def __isub__(self, other: Any) -> Any:  # type: ignore[misc]
        added_at(self, ..., -other)
        return self


def added_at(part: Array, index: Any, values: Any) -> None:
    """Add to elements one after another, so that a place that several of them share gets all."""
    np.add.at(part.view(np.ndarray), index, values)


def overlaps(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether elements of an array of this layout share memory."""
    reach = 0
    for stride, n in sorted((abs(stride), n) for stride, n in zip(strides, shape, strict=True) if n != 1):
        if stride <= reach:
            return 0 not in shape
        reach += stride * (n - 1)
    return False


def accumulating(part: Array) -> Array:
    """A part of a shadow, to which `+=` adds for each element, also where elements share memory."""
    return part.view(Overlapping) if overlaps(part.shape, part.strides) else part


def apart(part: Array) -> Array:
    """The cotangent of each element: of those that share a place, the first has all, and the others have zero."""
    if not isinstance(part, Overlapping):
        return part
    plain = part.view(np.ndarray)
    extent = 1 + sum((n - 1) * abs(s) // plain.itemsize for n, s in zip(plain.shape, plain.strides, strict=True))
    places = np.arange(extent)
    where = as_strided(places, plain.shape, tuple(abs(s) // plain.itemsize * places.itemsize for s in plain.strides))
    _, first = np.unique(where, return_index=True)
    whole = np.zeros(plain.shape, plain.dtype)
    whole.reshape(-1)[first] = plain.reshape(-1)[first]
    return whole


def owner_of(a: Array) -> Array:
    """The array that owns an array's memory, also behind what `as_strided` puts in between."""
    base: Any = a.base
    while base is not None:
        if isinstance(base, np.ndarray):
            a = base
        elif type(base).__name__ != "DummyArray":
            break
        base = base.base
    return a


def address_of(a: Array) -> int:
    """Where an array's first element is."""
    return int(a.__array_interface__["data"][0])


def window(base: Array, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """The part of a shadow at a byte offset; its memory is reached through its owner."""
    owner = base
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    flat = np.ndarray((owner.nbytes // owner.itemsize,), owner.dtype, owner, order="K") if owner.ndim != 1 else owner
    first = (address_of(base) - address_of(owner) + offset) // owner.itemsize
    return as_strided(flat[first:], shape, strides)
