"""Adjoints of functions that look at neighbours or put elements in between, and where an array is split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape
from adls.runtime.refusing import refuse

__all__ = ["gradient_along", "gradient_back", "gradient_spacing", "only_with_ends", "pad_pairs", "split_points",
           "stat_lengths", "uninserted", "unslide"]


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


def pad_pairs(pad_width: Any, ndim: int) -> list[tuple[int, int]]:
    """How many elements `np.pad` puts before and behind an array along each axis; raises what it raises."""
    if isinstance(pad_width, dict):
        given: list[Any] = [pad_width.get(i, pad_width.get(i - ndim, 0)) for i in range(ndim)]
        pairs = [np.broadcast_to(each, 2) for each in given]
    else:
        pairs = list(np.broadcast_to(pad_width, (ndim, 2)))
    if min((min(pair) for pair in pairs), default=0) < 0:
        raise ValueError("index can't contain negative values")
    return [(int(before), int(after)) for before, after in pairs]


def stat_lengths(stat_length: Any, shape: Shape) -> list[tuple[int, int]]:
    """Of how many elements at each end of each axis `np.pad` takes a statistic."""
    if stat_length is None:
        return [(length, length) for length in shape]
    pairs = np.broadcast_to(stat_length, (len(shape), 2))
    return [(min(int(first), length), min(int(last), length))
            for (first, last), length in zip(pairs, shape, strict=True)]


def only_with_ends(p: Any) -> None:
    """Refuse the roots of a polynomial whose first or last coefficient is 0."""
    if len(p) < 2 or p[0] == 0 or p[-1] == 0:
        refuse("numpy.roots has a derivative where neither the first nor the last coefficient is 0")


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


def gradient_spacing(v: Any, f: Any, out: Any, spacing: Any, axis: Any, edge_order: Any) -> Any:
    """The cotangents of the spacing in `np.gradient(f, *spacing)` along one axis: a step, or where the samples lie."""
    if len(spacing) != 1 or (not isinstance(axis, int) and np.ndim(f) != 1):
        refuse("numpy.gradient over several axes at once: ask for one axis at a time")
    if np.ndim(spacing[0]) == 0:
        return (-np.sum(v * out) / spacing[0],)
    along = axis if isinstance(axis, int) else 0
    count = np.shape(f)[along]
    rows = np.reshape(np.moveaxis(f, along, 0), (count, -1))
    owed = np.reshape(np.moveaxis(v, along, 0), (count, -1))
    steps = spacing[0][1:] - spacing[0][:-1]
    return (_between(_owed_to_steps(owed, rows, steps, edge_order)),)


def _between(steps: Any) -> Any:
    """The cotangent of points, from that of the steps between them."""
    none = np.zeros(1, steps.dtype)
    return np.concatenate((none, steps)) - np.concatenate((steps, none))


def _owed_to_steps(owed: Any, rows: Any, steps: Any, edge_order: Any) -> Any:
    """What differences of second order inside, and of first or second order at both ends, owe to the steps."""
    if edge_order == 2:
        start = _owed_by_edge(owed[0], rows[0], rows[1], rows[2], steps[0], steps[1])
        end = _owed_by_edge(-owed[-1], rows[-1], rows[-2], rows[-3], steps[-1], steps[-2])[::-1]
    else:
        start = np.reshape(-np.sum(owed[0] * (rows[1] - rows[0])) / steps[0] ** 2, (1,))
        end = np.reshape(-np.sum(owed[-1] * (rows[-1] - rows[-2])) / steps[-1] ** 2, (1,))
    rest = np.zeros(len(steps) - len(start), steps.dtype)
    edges = np.concatenate((start, rest)) + np.concatenate((rest, end))
    if len(steps) < 2:
        return edges
    first, second = steps[:-1], steps[1:]
    both = first + second
    left, middle, right = (np.sum(owed[1:-1] * part, 1) for part in (rows[:-2], rows[1:-1], rows[2:]))
    to_first = left * second * (first + both) / (first * both) ** 2 - middle / first**2 + right / both**2
    to_second = -left / both**2 + middle / second**2 - right * first * (second + both) / (second * both) ** 2
    none = np.zeros(1, steps.dtype)
    return edges + np.concatenate((to_first, none)) + np.concatenate((none, to_second))


def _owed_by_edge(v: Any, first: Any, second: Any, third: Any, near: Any, far: Any) -> Any:
    """What a one-sided difference of three samples owes to the steps between them."""
    both = near + far
    whole, slope = near * both, 2.0 * near + far
    one, two, three = np.sum(v * first), np.sum(v * second), np.sum(v * third)
    to_near = one * (slope * (both + near) - 2.0 * whole) / whole**2 - two / near**2 - three / both**2
    to_far = one * (slope * near - whole) / whole**2 - two / far**2 + three * near * (both + far) / (far * both) ** 2
    return np.array([to_near, to_far])
