"""Adjoints of reading and writing elements by any of NumPy's indices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Axis, Shape, restore_axes, unbroadcast
from adls.runtime.overlaps import Overlapping, added_at
from adls.runtime.refusing import refuse

__all__ = [
    "at_back",
    "at_product",
    "diagonal_index",
    "flat_index",
    "quantile_back",
    "quantile_rise",
    "quantile_steps",
    "quantile_weights",
    "scatter_add",
    "scattered",
    "take_written",
    "unchoose",
    "unselect",
    "unsort",
    "untake",
    "untake_along_axis",
    "without",
]

_FEW = 64
_MANY = 512  # From here on a count for each column is faster than one with a number for each element.


def scatter_add(dx: Array, index: Any, g: Any) -> None:
    """Add the cotangent of a read `x[index]` to `dx` in place; an element that was read twice gets both."""
    if type(dx) is Overlapping:
        added_at(dx, index, g)
    elif not _may_repeat(index):
        dx[index] += g
    elif _counts_faster(dx, index):
        _add_rows(dx, index, g)
    else:
        np.add.at(dx, index, g)


def diagonal_index(x: Array) -> tuple[Array, Array]:
    """Where the diagonal of a matrix stands, as `np.fill_diagonal` sees it."""
    places = np.arange(min(x.shape))
    return places, places


def flat_index(a: Array, where: Any) -> tuple[Array, ...]:
    """Where elements stand that are counted through all axes, from the end where negative: as `np.put` sees them."""
    where = np.asarray(where)
    beyond = where[(where < -a.size) | (where >= a.size)]
    if beyond.size:
        raise IndexError(f"index {beyond[0]} is out of bounds for axis 0 with size {a.size}")
    return np.unravel_index(np.ravel(where) % max(a.size, 1), a.shape)


def quantile_back(v: Any, a: Array, q: Any, axis: Axis, keepdims: bool, method: str = "linear") -> Any:
    """The cotangent of a in `np.quantile(a, q, axis, method=..., keepdims=...)`, for one q or a vector of them."""
    a = np.asarray(a)
    if np.ndim(q) == 0:
        return restore_axes(v, axis, keepdims, a.ndim) * quantile_weights(a, q, axis, method)
    total = np.zeros_like(a)
    for position, each in enumerate(np.asarray(q)):
        total = total + quantile_back(v[position], a, each, axis, keepdims, method)
    return total


def quantile_rise(v: Any, a: Array, q: Any, axis: Axis, method: str = "linear") -> Any:
    """The cotangent of q in `np.quantile(a, q, axis)`: how far apart the two neighbours are between which it lies."""
    if method != "linear":
        refuse("a quantile has a derivative with respect to q by the method 'linear' only")
    a = np.asarray(a)
    axes = tuple(range(a.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    rows = np.sort(np.reshape(np.moveaxis(a, axes, tuple(range(len(axes)))), (_size(a.shape, axes), -1)), 0)
    if np.ndim(q) == 0:
        return _rise(v, rows, q)
    return np.array([_rise(v[position], rows, each) for position, each in enumerate(q)])


def _size(shape: Shape, axes: tuple[int, ...]) -> int:
    return math.prod([shape[axis] for axis in axes])


def _rise(v: Any, rows: Array, q: Any) -> Any:
    count = len(rows) - 1
    if count < 1:
        return 0.0 * q
    low = min(int(q * count), count - 1)
    return np.sum(np.reshape(v, (-1,)) * (rows[low + 1] - rows[low])) * count


def quantile_weights(a: Array, q: Any, axis: Axis, method: str = "linear") -> Any:
    """How much of each element is in the quantile along axes, which lies between two neighbours in order."""
    if np.ndim(q):
        refuse("a quantile has a derivative for one q, or a vector of them")
    if axis is None:
        return quantile_weights(np.ravel(a), q, 0, method).reshape(np.shape(a))
    if isinstance(axis, tuple):
        ends = tuple(range(-len(axis), 0))
        moved = np.moveaxis(a, axis, ends)
        lanes = moved.reshape((*moved.shape[: moved.ndim - len(axis)], -1))
        return np.moveaxis(quantile_weights(lanes, q, -1, method).reshape(moved.shape), ends, axis)
    count = a.shape[axis]
    if not count:
        return np.zeros(a.shape, a.dtype)
    place = q * (count - 1) if method == "linear" else _place(count, q, method)
    low = int(place)
    weights = np.zeros(count, a.dtype)
    weights[low] = 1.0 - (place - low)
    weights[min(low + 1, count - 1)] += place - low
    along = np.moveaxis(np.broadcast_to(weights, (*np.delete(a.shape, axis), count)), -1, axis)
    return unsort(along, np.argsort(a, axis), axis)


def quantile_steps(a: Array, q: Any, axis: Axis) -> Any:
    """The derivative of `quantile_weights(a, q, axis)` with respect to q."""
    axes = tuple(range(a.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    count = _size(a.shape, axes) - 1
    steps = np.zeros(count + 1, a.dtype)
    if count > 0:
        low = min(int(q * count), count - 1)
        steps[low], steps[low + 1] = -count, count
    ends = tuple(range(-len(axes), 0))
    moved = np.moveaxis(a, axes, ends)
    lanes = moved.reshape((*moved.shape[: moved.ndim - len(axes)], -1))
    along = unsort(np.broadcast_to(steps, lanes.shape), np.argsort(lanes, -1), -1)
    return np.moveaxis(along.reshape(moved.shape), ends, axes)


def _place(count: int, q: Any, method: Any) -> float:
    """Where among elements in order a quantile lies: what it is of their numbers."""
    return float(np.quantile(np.arange(count), q, method=method))


def take_written(dx: Array, index: Any) -> Any:
    """The cotangent of what was written at `x[index]`; leaves zeros there, since the write hid what stood
    there before.

    Where an index array names an element twice the last write won: the earlier ones get zeros.
    """
    taken = dx[index]
    if _may_repeat(index):
        taken = taken * _won(dx, index, taken)
    elif isinstance(taken, np.ndarray):
        taken = taken.copy()
    dx[index] = 0
    return taken


def scattered(v: Any, shape: Shape, index: Any) -> Array:
    """Zeros of this shape with `v` added at an index: the adjoint of `x[index]` as a value."""
    dx = np.zeros(shape, np.result_type(v))
    scatter_add(dx, index, v)
    return dx


def untake(v: Any, shape: Shape, indices: Any, axis: int | None = None, mode: str = "raise") -> Array:
    """The adjoint of `np.take`."""
    flat = shape if axis is not None and shape else (int(np.prod(shape)),)
    n = flat[axis or 0]
    at = np.asarray(indices, np.intp)
    if mode != "raise":
        at = at % n if mode == "wrap" else np.clip(at, 0, n - 1)
    lead = (slice(None),) * ((axis or 0) % len(flat))
    return scattered(v, flat, (*lead, at) if lead else at).reshape(shape)


def untake_along_axis(v: Array, shape: Shape, indices: Array, axis: int | None = -1) -> Array:
    """The adjoint of `np.take_along_axis`; indices may repeat, and broadcast against the array as they do there."""
    if axis is None:
        return untake(v, shape, indices.ravel())
    axis %= len(shape)
    grid = [np.arange(n).reshape([-1 if i == j else 1 for j in range(len(shape))]) for i, n in enumerate(shape)]
    index = tuple(
        indices if i == axis else np.zeros_like(at) if shape[i] == 1 else at for i, at in enumerate(grid)
    )
    return scattered(v, shape, index)


def unsort(v: Array, order: Array, axis: int | None) -> Array:
    """Elements in sorted order put back where `order` (an argsort) took them from."""
    if axis is None:
        return unsort(v, order.ravel(), 0)
    back = np.empty_like(v)
    np.put_along_axis(back, order, v, axis)
    return back


def unchoose(v: Array, chosen: Array, shapes: Any) -> Any:
    """The adjoint of `np.choose` for each choice."""
    chosen = np.asarray(chosen)
    return shapes.build([unbroadcast(v * (chosen == i), shape) for i, shape in enumerate(shapes.items)])


def unselect(v: Array, conditions: Any, shapes: Any) -> Any:
    """The adjoint of `np.select` for each choice: the first condition that holds takes all."""
    cotangents, free = [], np.ones(v.shape, bool)
    for condition, shape in zip(conditions, shapes.items, strict=True):
        cotangents.append(unbroadcast(v * (free & condition), shape))
        free &= ~np.asarray(condition)
    return shapes.build(cotangents)


def _may_repeat(index: Any) -> bool:
    """Whether an index can name an element twice: integer arrays and lists can, slices, integers and one mask
    cannot."""
    if isinstance(index, tuple):
        arrays = [each for each in index if isinstance(each, np.ndarray | list)]
        return bool(arrays) and not (len(arrays) == 1 and np.asarray(arrays[0]).dtype == bool)
    return isinstance(index, list) or (isinstance(index, np.ndarray) and index.dtype != bool)


def _counts_faster(dx: Array, index: Any) -> bool:
    """Many rows of a float64 array: weighted counting is four times as fast as `np.add.at` (on vectors both
    are equal)."""
    return (
        isinstance(index, np.ndarray)
        and dx.ndim > 1
        and dx.dtype == np.float64
        and index.size > _FEW
        and len(dx) <= 4 * index.size
    )


def _add_rows(dx: Array, index: Array, g: Any) -> None:
    """Each element is the sum of its contributions in their order, whichever way they are counted."""
    n, columns = len(dx), math.prod(dx.shape[1:])
    rows: Array = index.reshape(-1).astype(np.intp, copy=False)
    if rows.min() < 0:
        rows = np.where(rows < 0, rows + n, rows)
    weights = np.broadcast_to(g, (*index.shape, *dx.shape[1:])).reshape(len(rows), columns)
    if len(rows) < _MANY and columns > 1:
        at = rows[:, None] * columns + np.arange(columns)
        total: Array = np.bincount(at.ravel(), weights.ravel(), dx.size)
    else:
        total = np.empty((n, columns))
        for column in range(columns):
            total[:, column] = np.bincount(rows, weights[:, column], n)
    dx += total.reshape(dx.shape)


def _won(dx: Array, index: Any, taken: Any) -> Any:
    """True where a write was the last one at its element: NumPy assigns in order, so that numbering the
    writes tells."""
    numbers = np.arange(taken.size).reshape(taken.shape)
    owner = np.empty(dx.shape, np.intp)
    owner[index] = numbers
    return owner[index] == numbers


def without(v: Array, indices: Any, axis: int) -> Array:
    """`v` with zeros where `np.put_along_axis` wrote."""
    rest = v.copy()
    np.put_along_axis(rest, indices, 0.0, axis)
    return rest


def at_product(shape: Shape, indices: Any, b: Any, dtype: Any) -> Array:
    """What `np.multiply.at(a, indices, b)` multiplies each element of an array of this shape by."""
    product = np.ones(shape, dtype)
    np.multiply.at(product, indices, b)
    return product


def at_back(kind: int, v: Array, a: Array, indices: Any, b: Any) -> tuple[Array, Any]:
    """The cotangents of a as it was and of b in `ufunc.at(a, indices, b)`: the updates are undone one by one, the last
    first. `kind` is 0 for multiply, 1 for divide, 2 for maximum, 3 for minimum."""
    places = np.arange(a.size).reshape(a.shape)[indices]
    values = np.broadcast_to(b, places.shape).ravel()
    now, olds = a.ravel().copy(), []
    step = (np.multiply, np.divide, np.maximum, np.minimum)[kind]
    for place, value in zip(places.ravel(), values, strict=True):
        olds.append(now[place])
        now[place] = step(now[place], value)
    back, shares = v.ravel().copy(), np.zeros(values.shape, v.dtype)
    for n in range(len(olds) - 1, -1, -1):
        place = places.flat[n]
        own, other = _update_slopes(kind, olds[n], values[n])
        shares[n] = back[place] * other
        back[place] *= own
    return back.reshape(a.shape), unbroadcast(shares.reshape(places.shape), np.shape(b))


def _update_slopes(kind: int, old: Any, value: Any) -> tuple[Any, Any]:
    if kind < 2:
        return (value, old) if kind == 0 else (1.0 / value, -old / value**2)
    if old == value:
        return 0.5, 0.5
    return (1.0, 0.0) if (old > value) == (kind == 2) else (0.0, 1.0)
