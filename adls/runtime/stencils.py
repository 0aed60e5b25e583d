"""Adjoints of functions that look at neighbours or put elements in between, and where an array is split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape
from adls.runtime.refusing import refuse

__all__ = ["gradient_along", "gradient_back", "split_points", "uninserted", "unslide"]


def split_points(shape: Shape, sections: Any, axis: int, equal: bool) -> list[int]:
    """Where the parts of an array begin along an axis, and its end; raises what `np.split` raises."""
    length = shape[axis]
    if np.ndim(sections):
        return [0, *(slice(None, int(point)).indices(length)[1] for point in sections), length]
    if sections <= 0:
        raise ValueError("number sections must be larger than 0.")
    if equal and length % sections:
        raise ValueError("array split does not result in an equal division")
    each, extra = divmod(length, sections)
    return [position * each + min(position, extra) for position in range(sections + 1)]


def uninserted(v: Array, shape: Shape, obj: Any, value_shape: Shape, axis: int | None = None) -> tuple[Any, Any]:
    """The cotangents of array and values in `np.insert(array, obj, values, axis)`: where each element came from."""
    size, count = int(np.prod(shape)), int(np.prod(value_shape))
    own = np.arange(size).reshape(shape)
    new = -1 - np.arange(count).reshape(value_shape)
    origin = np.insert(own, obj, new, axis)
    sums = np.zeros(size + count, v.dtype)
    np.add.at(sums, np.where(origin < 0, size - 1 - origin, origin).ravel(), v.ravel())
    return sums[:size].reshape(shape), sums[size:].reshape(value_shape)


def unslide(v: Array, shape: Shape, window: Any, axis: Any = None) -> Array:
    """The adjoint of `sliding_window_view`: each element's cotangents summed over the windows that it is in."""
    windows = tuple(window) if isinstance(window, Sequence) else (window,)
    axes = tuple(range(len(shape))) if axis is None else tuple(axis) if isinstance(axis, Sequence) else (axis,)
    back = np.zeros(shape, v.dtype)
    for offsets in np.ndindex(*windows):
        index = [slice(None)] * len(shape)
        for along, offset, length in zip(axes, offsets, windows, strict=True):
            stop = (index[along].stop or shape[along]) - (length - 1)
            start = index[along].start or 0
            index[along] = slice(start + offset, stop + offset)
        back[tuple(index)] += v[(..., *offsets)]
    return back


def gradient_along(v: Any, spacing: Sequence[Any], axis: int | None = None, edge_order: Any = 1) -> Any:
    """`np.gradient` with its spacing as one argument."""
    return np.gradient(v, *spacing, axis=axis, edge_order=edge_order)


def gradient_back(v: Any, shape: Shape, spacing: Sequence[Any], axis: Any = None, edge_order: int = 1) -> Any:
    """The adjoint of `np.gradient` along one axis."""
    if not isinstance(axis, int) and len(shape) != 1:
        refuse("numpy.gradient over several axes at once: ask for one axis at a time")
    along = axis if isinstance(axis, int) else 0
    v = np.moveaxis(v, along, 0)
    back = np.zeros_like(v)
    for (offset, rows), weight in _stencil(len(v), spacing, edge_order):
        scaled = v[rows] * np.reshape(weight, (-1,) + (1,) * (v.ndim - 1))
        back[slice(rows.start + offset, rows.stop + offset)] += scaled
    return np.moveaxis(back, 0, along)


def _stencil(n: int, spacing: Sequence[Any], edge_order: int) -> list[tuple[tuple[int, slice], Any]]:
    """For each neighbour its distance, the results that read it, and its weights there."""
    step = np.asarray(spacing[0] if spacing else 1.0)
    steps = np.diff(step) if step.ndim else np.full(n - 1, step)
    inner, first, last = slice(1, n - 1), slice(0, 1), slice(n - 1, n)
    before, after = steps[:-1], steps[1:]
    found = [((-1, inner), -after / (before * (before + after))),
             ((0, inner), (after - before) / (before * after)),
             ((1, inner), before / (after * (before + after)))]
    if edge_order == 1:
        return [*found, ((0, first), -1.0 / steps[0]), ((1, first), 1.0 / steps[0]),
                ((-1, last), -1.0 / steps[-1]), ((0, last), 1.0 / steps[-1])]
    a, b, c, d = steps[0], steps[1], steps[-2], steps[-1]
    return [*found,
            ((0, first), -(2.0 * a + b) / (a * (a + b))), ((1, first), (a + b) / (a * b)),
            ((2, first), -a / (b * (a + b))),
            ((-2, last), d / (c * (c + d))), ((-1, last), -(c + d) / (c * d)),
            ((0, last), (2.0 * d + c) / (d * (c + d)))]
