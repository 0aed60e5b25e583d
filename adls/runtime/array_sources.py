"""NumPy's functions that call a function of the user's or give several arrays, in Python: see `sources.py`."""

# ruff: noqa: B905
from __future__ import annotations

from typing import Any

import numpy as np

from adls.runtime.shaping import joint_dtype


def parts_of(ary: Any, points: Any, axis: Any) -> Any:
    """The parts of an array between points along an axis, as views."""
    rows = np.swapaxes(ary, axis, 0)
    out: list[Any] = []
    for position in range(len(points) - 1):
        out.append(np.swapaxes(rows[points[position] : points[position + 1]], axis, 0))
    return out


def rows_of(ary: Any, axis: Any) -> Any:
    """`np.unstack(ary, axis)`, as a list of views."""
    rows = np.moveaxis(ary, axis, 0)
    out: list[Any] = []
    for position in range(len(rows)):
        out.append(rows[position])
    return out


def listed_items(ary: Any) -> Any:
    """`ary.tolist()` of a vector."""
    out: list[Any] = []
    for item in ary:
        out.append(item.item())
    return out


def numbered_items(ary: Any) -> Any:
    """`np.ndenumerate(ary)`, as a list."""
    out: list[Any] = []
    for index in np.ndindex(ary.shape):
        out.append((index, ary[index]))
    return out


def applied_along(function: Any, axis: Any, arr: Any) -> Any:
    """`np.apply_along_axis(function, axis, arr)`."""
    rows = np.moveaxis(arr, axis, -1)
    outer = rows.shape[:-1]
    out: list[Any] = []
    for row in np.reshape(rows, (-1, rows.shape[-1])):
        out.append(function(row))
    whole = np.array(out)
    inner = whole.shape[1:]
    first = len(outer)
    whole = np.reshape(whole, outer + inner)
    return np.moveaxis(whole, tuple(range(first, first + len(inner))), tuple(
        range(axis % arr.ndim, axis % arr.ndim + len(inner))))


def applied_along_with(function: Any, axis: Any, arr: Any, one: Any) -> Any:
    """`np.apply_along_axis(function, axis, arr, one)`."""
    return applied_along(lambda row: function(row, one), axis, arr)


def applied_along_with_two(function: Any, axis: Any, arr: Any, one: Any, two: Any) -> Any:
    """`np.apply_along_axis(function, axis, arr, one, two)`."""
    return applied_along(lambda row: function(row, one, two), axis, arr)


def differences(ary: Any, n: Any, axis: Any, prepend: Any, append: Any) -> Any:
    """`np.diff(ary, n, axis, prepend, append)`."""
    edge = np.sum(ary, axis, keepdims=True).shape
    whole = ary
    if prepend is not None:
        whole = np.concatenate((np.broadcast_to(prepend, edge) if np.ndim(prepend) == 0 else prepend, whole), axis)
    if append is not None:
        whole = np.concatenate((whole, np.broadcast_to(append, edge) if np.ndim(append) == 0 else append), axis)
    return np.diff(whole, n, axis)


def strung(parts: Any) -> Any:
    """`np.r_[x, y, ...]` of arrays and numbers, of which a Python number takes the arrays' dtype."""
    dtype = joint_dtype(parts)
    out: list[Any] = []
    for part in parts:
        out.append(np.asarray(np.reshape(part, (1,)) if np.ndim(part) == 0 else part, dtype))
    return np.concatenate(out, 0)


def beside(parts: Any) -> Any:
    """`np.c_[x, y, ...]` of arrays and numbers."""
    dtype = joint_dtype(parts)
    out: list[Any] = []
    for part in parts:
        out.append(np.asarray(np.reshape(part, (-1, 1)) if np.ndim(part) < 2 else part, dtype))
    return np.concatenate(out, -1)


def vectorized1(function: Any, x: Any) -> Any:
    """`np.vectorize(function)(x)`."""
    out: list[Any] = []
    for item in np.ravel(x):
        out.append(function(item.item()))
    _check_first(out)
    return np.reshape(np.array(out), np.shape(x))


def vectorized2(function: Any, x: Any, y: Any) -> Any:
    """`np.vectorize(function)(x, y)`."""
    shape = np.broadcast_shapes(np.shape(x), np.shape(y))
    first, second = np.ravel(np.broadcast_to(x, shape)), np.ravel(np.broadcast_to(y, shape))
    out: list[Any] = []
    for one, two in zip(first, second):
        out.append(function(one.item(), two.item()))
    _check_first(out)
    return np.reshape(np.array(out), shape)


def _check_first(out: Any) -> None:
    """np.vectorize casts every result to the type of the first."""
    kinds = [np.result_type(item).kind for item in out[:1]]
    if kinds and kinds[0] not in "fc" and np.array(out).dtype.kind in "fc":
        raise NotImplementedError("np.vectorize cuts the results to integers, as its first one is an integer")
