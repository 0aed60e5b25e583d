"""Which memory the forward pass met: tokens of arrays, and of those in containers.

Used by generated code only.
"""

from __future__ import annotations

from collections import deque
from typing import Any, TypeAlias

import numpy as np

from adls.runtime.containers import NUMBERS
from adls.runtime.imaginary import Negative
from adls.runtime.overlaps import address_of, owner_of
from adls.runtime.records import entries, is_record

Array: TypeAlias = np.ndarray[Any, Any]
Shape: TypeAlias = tuple[int, ...]
Layout: TypeAlias = tuple[Shape, tuple[int, ...], "np.dtype[Any]"]
Levels: TypeAlias = "int | None"
"""How far inside a container lie the arrays that are meant: bit n is set for those n levels deep; None is all."""
Token: TypeAlias = tuple[int, int, Layout, int, Layout, bool]
"""Owner's identity and address, its layout, then the array's own address and layout, and if its signs are changed."""

_SCALAR: Layout = ((), (), np.dtype(float))
"""The layout of a single number, which has no memory of its own."""



def layout(a: Array) -> Layout:
    """Shape, strides and dtype of an array."""
    return a.shape, a.strides, a.dtype


def token(value: Any, *path: Any) -> Token:
    """Which memory an array is: its owner, and where in it the array lies."""
    for step in path:
        value = value[step]
    if not isinstance(value, np.ndarray):
        return id(value), 0, _SCALAR, 0, _SCALAR, False
    owner = owner_of(value)
    return (id(owner), address_of(owner), layout(owner), address_of(value), layout(value), isinstance(value, Negative))


def held(value: Any, *path: Any, levels: Levels = None) -> Any:
    """The tokens of the arrays in a value: a dict for a list or dict, a list for a tuple, None for what holds none."""
    for step in path:
        value = value[step]
    return _held(value, levels, 0)


def _held(value: Any, levels: Levels, level: int) -> Any:
    if isinstance(value, np.ndarray):
        return token(value) if value.dtype.kind in "fc" and (levels is None or levels >> level & 1) else None
    if isinstance(value, dict) or is_record(value):
        return {key: _held(item, levels, level + 1) for key, item in entries(value).items()}
    if isinstance(value, list | deque):
        return {position: _held(item, levels, level + 1) for position, item in enumerate(value)}
    return [_held(item, levels, level + 1) for item in value] if isinstance(value, tuple) else None


class Returned:
    """The structure of a container that a function gave back: which it was, and for each item a token, a Returned, a
    list for a tuple, 0.0 for a number, or None."""

    __slots__ = ("identity", "is_list", "parts", "value")

    def __init__(self, value: Any, stays: bool) -> None:
        self.identity = id(value)
        self.value = value if stays else None
        self.is_list = isinstance(value, list | deque)
        self.parts: dict[Any, Any] = {}


def returned(value: Any, *path: Any, levels: Levels = None, stays: bool = False) -> Any:
    """What `Shadows.receive` has to know of a container that is given back, with the arrays at some levels. With
    `stays` no other container gets its identity as long as this is known."""
    for step in path:
        value = value[step]
    return _returned(value, levels, 0, {}, stays)


def _returned(value: Any, levels: Levels, level: int, made: dict[int, Returned], stays: bool) -> Any:
    if isinstance(value, np.ndarray):
        return token(value) if value.dtype.kind in "fc" and (levels is None or levels >> level & 1) else None
    if isinstance(value, list | deque | dict) or is_record(value):
        if id(value) not in made:
            found = made[id(value)] = Returned(value, stays)
            items = enumerate(value) if found.is_list else entries(value).items()
            found.parts.update((key, _returned(item, levels, level + 1, made, stays)) for key, item in items)
        return made[id(value)]
    if isinstance(value, tuple):
        return [_returned(item, levels, level + 1, made, stays) for item in value]
    return 0.0 if isinstance(value, NUMBERS) else None
