"""Sums, spreads and scatters of cotangents: what formulas and the adjoint pass call for linear operations on shapes.

Arrays may have any dtype and rank; a result keeps the dtype of the cotangent. Most results are views of what was
given: the
adjoint pass copies before it writes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None

__all__ = [
    "align",
    "at_lower",
    "at_upper",
    "cell_cotangent",
    "count",
    "first_nonzero",
    "fresh_sum",
    "joined_shapes",
    "leading_sign",
    "or_infinite",
    "over",
    "pick",
    "restore_axes",
    "reversed_cumsum",
    "shapes",
    "share",
    "share_ties",
    "shifted",
    "shown",
    "ties_of",
    "unalign",
    "unbroadcast",
    "unchosen",
    "undiff",
    "unshifted",
    "zeros_like_cotangent",
]


def unbroadcast(v: Any, shape: Shape) -> Any:
    """`v` summed over the axes along which an array of this shape was broadcast; a scalar where shape is ()."""
    if not shape:
        return np.sum(v) if np.ndim(v) else v
    if v.shape == shape:
        return v
    lead = v.ndim - len(shape)
    axes = (*range(lead), *(i for i, n in enumerate(shape, lead) if n == 1 and v.shape[i] != 1))
    if axes:
        v = v.sum(axis=axes)
    return v.reshape(shape)


def restore_axes(v: Any, axis: Axis, keepdims: bool, ndim: int) -> Any:
    """A reduction's result with length 1 at each axis that was reduced away, so that it broadcasts against
    the operand: as a number does."""
    if keepdims or not ndim or not getattr(v, "ndim", 0):
        return v
    if axis is None:
        return np.reshape(v, (1,) * ndim)
    return np.expand_dims(v, axis)


def count(shape: Shape, axis: Axis) -> int:
    """How many elements a reduction takes together."""
    if axis is None or not shape:
        return math.prod(shape)
    return math.prod(shape[i] for i in (axis if isinstance(axis, tuple) else (axis,)))


def zeros_like_cotangent(x: Any) -> Any:
    """The zero cotangent of a value: an array of its shape and dtype, 0.0 for a number, a container of zeros
    for a container."""
    if isinstance(x, np.ndarray):
        return np.zeros(x.shape, x.dtype if x.dtype.kind in "fc" else float)
    if isinstance(x, dict):
        return {key: zeros_like_cotangent(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        items = [zeros_like_cotangent(item) for item in x]
        return items if isinstance(x, list) else type(x)(*items) if hasattr(x, "_fields") else tuple(items)
    return 0j if isinstance(x, complex | np.complexfloating) else 0.0


def shapes(values: Any) -> Any:
    """The shape of an array or number; for a list or tuple the list or tuple of its items' shapes, wrapped in
    `Shapes`."""
    if isinstance(values, list | tuple):
        return Shapes(list(map(shapes, values)), isinstance(values, tuple))
    return np.shape(values)


def joined_shapes(each: tuple[Shape, ...]) -> Shapes:
    """What `shapes` gives for a tuple of arrays of these shapes."""
    return Shapes(list(each), True)


class Shapes:
    """The shapes of a sequence's items."""

    __slots__ = ("is_tuple", "items")

    def __init__(self, items: Sequence[Any], is_tuple: bool) -> None:
        self.items = items
        self.is_tuple = is_tuple

    def build(self, cotangents: Sequence[Any]) -> Any:
        """A sequence of the kind that was measured."""
        return tuple(cotangents) if self.is_tuple else list(cotangents)


def or_infinite(v: Any) -> Any:
    """v, with infinity where it is zero, so that what is divided by it is zero there: a square root's derivative at 0
    is 0 by convention, like a norm's."""
    if isinstance(v, np.ndarray):
        return v if v.all() else np.where(v == 0, v.dtype.type(np.inf), v)
    return v if v else type(v)(math.inf)


def unchosen(v: Any, value: Any) -> Any:
    """A product of the cotangent v, zero wherever v is: what was not chosen has no derivative, even where it would be
    infinite or no number. The product is nobody else's, and may be given back itself."""
    return value if np.isfinite(value).all() else np.where(v == 0, np.zeros((), np.result_type(value)), value)[()]


def over(v: Any, n: Any) -> Any:
    """v / n in the dtype of v: an array of counts would make a float32 a float64."""
    return v / np.asarray(n).astype(np.result_type(v))


def at_lower(a: Any, lower: Any, upper: Any) -> Any:
    """Where `np.clip(a, lower, upper)` is its lower bound."""
    return a < lower if upper is None else (a < lower) & np.less_equal(lower, upper)


def at_upper(a: Any, lower: Any, upper: Any) -> Any:
    """Where `np.clip(a, lower, upper)` is its upper bound: everywhere where that is less than the lower."""
    return a > upper if lower is None else (a > upper) | np.greater(lower, upper)


def share(v: Any, ahead: Any, tied: Any) -> Any:
    """The cotangent of one of two operands of a maximum: all where it is ahead, half where both are equal.
    Keeps the dtype of `v`."""
    whole = v * ahead
    return whole + v * tied * 0.5 if np.any(tied) else whole


def share_ties(v: Any, a: Any, extremum: Any, axis: Axis, keepdims: bool, where: Any = True) -> Any:
    """The cotangent of `a` for its extremum along axes: equal extrema share it equally.

    `v` and `extremum` have the reduction's shape, the result has the shape of `a`.
    """
    ndim = np.ndim(a)
    chosen, total = _tied(a, restore_axes(extremum, axis, keepdims, ndim), axis, where)
    shared = restore_axes(v, axis, keepdims, ndim)
    return chosen * (shared if total is None else over(shared, total))


def ties_of(v: Any, a: Any, extremum: Any, axis: Axis, keepdims: bool, where: Any = True) -> Any:
    """The mean of `v` over the extrema of `a` along axes: the adjoint of `share_ties`."""
    chosen, total = _tied(a, restore_axes(extremum, axis, keepdims, np.ndim(a)), axis, where)
    found = np.where(chosen, v, 0.0)  # Not a product: an element that is not chosen may be no number.
    return np.sum(found if total is None else over(found, total), axis=axis, keepdims=keepdims)


def _tied(a: Any, extremum: Any, axis: Axis, where: Any) -> tuple[Any, Any]:
    """Which elements are the extremum along axes, and how many share it; None where it is one each time."""
    chosen = a == extremum
    if where is True and np.count_nonzero(chosen) == np.size(extremum) and not np.any(extremum != extremum):
        return chosen, None
    chosen = chosen & where
    return chosen, np.maximum(np.sum(chosen, axis=axis, keepdims=True), 1)


def leading_sign(shape: Shape, axis: int | None, dtype: Any) -> Array:
    """1 for the first element along an axis and -1 for the others, to be broadcast."""
    axis = (axis or 0) % len(shape)
    signs = np.full(shape[axis], -1.0, dtype if np.dtype(dtype).kind in "fc" else float)
    signs[:1] = 1.0
    return signs.reshape((-1,) + (1,) * (len(shape) - axis - 1))


def first_nonzero(p: Any) -> int:
    """Where a series of coefficients begins: its leading zeros are left out."""
    return int(np.argmax(np.asarray(p) != 0)) if np.any(p) else len(p)


def reversed_cumsum(v: Array, shape: Shape, axis: int | None) -> Array:
    """The adjoint of a running sum: the running sum from the end."""
    if axis is None or not shape:
        return np.cumsum(v[::-1])[::-1].reshape(shape)
    return np.flip(np.cumsum(np.flip(v, axis), axis), axis)


def undiff(v: Array, n: int, axis: int) -> Array:
    """The adjoint of the n-th difference along an axis: n longer there."""
    if not n:
        return v
    widths = [(0, 0)] * v.ndim
    widths[axis] = (n, n)
    spread = np.diff(np.pad(v, widths), n, axis)
    return -spread if n % 2 else spread


def shifted(v: Array, axis: int | None, first: float) -> Array:
    """`v` moved on by one along an axis, with `first` at the start; what falls off the end is gone."""
    moved = np.empty_like(v)
    at, before = _neighbours(v.ndim, axis or 0)
    moved[at] = v[before]
    moved[_first(v.ndim, axis or 0)] = first
    return moved


def unshifted(v: Array, axis: int | None) -> Array:
    """`v` moved back by one along an axis, with 0 at the end: the adjoint of `shifted`."""
    moved = np.zeros_like(v)
    at, before = _neighbours(v.ndim, axis or 0)
    moved[before] = v[at]
    return moved


def _neighbours(ndim: int, axis: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    lead = (slice(None),) * (axis % ndim)
    return (*lead, slice(1, None)), (*lead, slice(None, -1))


def _first(ndim: int, axis: int) -> tuple[slice, ...]:
    return (*(slice(None),) * (axis % ndim), slice(0, 1))


def align(weights: Any, shape: Shape, axis: Axis) -> Any:
    """Weights along one axis as an array that broadcasts against an array of this shape; weights of that
    shape stay as they are."""
    if np.shape(weights) == shape or axis is None:
        return weights
    aligned = [1] * len(shape)
    for i in axis if isinstance(axis, tuple) else (axis,):
        aligned[i] = shape[i]
    return np.reshape(weights, aligned)


def unalign(v: Any, shape: Shape, axis: Axis) -> Any:
    """The adjoint of `align`, broadcasting included: `v` summed to the weights' own shape."""
    if np.shape(v) == shape or axis is None:
        return v
    kept = {i % v.ndim for i in (axis if isinstance(axis, tuple) else (axis,))}
    return v.sum(axis=tuple(i for i in range(v.ndim) if i not in kept)).reshape(shape)


def shown(fn: Callable[[Any], Any], g: Any) -> Any:
    """What `adls.on_cotangent` gives back: what `fn` makes of a cotangent, or the cotangent itself."""
    made = fn(g)
    return g if made is None else made


def pick(value: Any, step: Any) -> Any:
    """An item of a tuple of cotangents; None where there is no tuple."""
    return None if value is None else value[step]


def cell_cotangent(value: Any, position: int) -> Any:
    """The cotangent of what a function has captured, out of the function's; None is zero."""
    return None if value is None else value[position]


def fresh_sum(a: Any, b: Any) -> Any:
    """The sum of two cotangents of any structure, None being zero, which shares memory with neither."""
    first, second = (b, a) if a is None else (a, b)
    if isinstance(first, tuple | list):
        given = second if second is not None else [None] * len(first)
        return type(first)(fresh_sum(x, y) for x, y in zip(first, given, strict=True))
    if isinstance(first, dict):
        given = second or {}
        return {key: fresh_sum(first.get(key), given.get(key)) for key in {**first, **given}}
    if second is None:
        return first.copy() if isinstance(first, np.ndarray) else first
    return first + second


def real_as(value: Any, dtype: Any) -> Any:
    """The real part, in a dtype: the cotangent of a real operand of a complex result."""
    return np.real(value).astype(dtype)
