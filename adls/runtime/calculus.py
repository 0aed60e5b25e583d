"""Slopes that take more than an expression: products without one factor, interpolation, numbers' functions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape

__all__ = [
    "bessel_i",
    "imaginary",
    "interp_inside",
    "interp_rise",
    "interp_slope",
    "interp_values",
    "other_factors",
    "other_factors_back",
    "phase",
    "polygamma",
    "ravel_unless",
    "recur",
    "recur_back",
    "scaled",
    "scaled_difference",
    "to_chosen",
    "to_default",
    "trapezoid",
    "trapezoid_weights",
    "trapezoid_x",
    "trapezoid_y",
    "unreduceat",
]


def phase(x: Any) -> Any:
    """x / |x|, and 0 at 0; the sign of a real number. NumPy 1's `sign` of complex numbers is another function."""
    if not np.iscomplexobj(x):
        return np.sign(x)
    modulus = np.abs(x)
    return x / (modulus + (modulus == 0))


def imaginary(v: Any, x: Any) -> Any:
    """The cotangent of x for that of its imaginary part: of real numbers, whose imaginary part is constant, none."""
    return v * -1j if np.iscomplexobj(x) else v * 0.0


def ravel_unless(a: Array, axis: int | None) -> Array:
    """The array that a running product walks along: flat where there is no axis."""
    return np.ravel(a) if axis is None or not np.ndim(a) else a


def recur(v: Array, a: Array, axis: int | None = 0) -> Array:
    """s[i] = v[i] + a[i] s[i-1] along an axis."""
    return _recur(v, a, axis or 0)


def recur_back(v: Array, a: Array, axis: int | None = 0) -> Array:
    """r[i] = v[i] + a[i+1] r[i+1] along an axis: the adjoint of `recur` with respect to v, and a running
    product's derivative
    but for the factors before i, without a division by an element that may be 0."""
    axis = axis or 0
    ahead = np.roll(np.flip(a, axis), 1, axis)  # its first element meets no s[i-1]
    return np.flip(_recur(np.flip(v, axis), ahead, axis), axis)


def _recur(v: Array, a: Array, axis: int) -> Array:
    moved_v, moved_a = np.moveaxis(v, axis, 0), np.moveaxis(a, axis, 0)
    s = np.array(moved_v, np.result_type(v, a))
    if s.ndim == 1:
        return _recur_numbers(s, moved_a)
    for i in range(1, len(s)):
        s[i] += moved_a[i] * s[i - 1]
    return np.moveaxis(s, 0, axis)


def _recur_numbers(s: Array, a: Array) -> Array:
    last = 0.0
    done: list[float] = []
    for value, factor in zip(s.tolist(), a.tolist(), strict=True):
        last = value + factor * last if done else value
        done.append(last)
    return np.array(done, s.dtype)


def other_factors(a: Any, axis: int | tuple[int, ...] | None) -> Array:
    """For each element the product of all others along the axes: right also where some are 0."""
    a = np.asarray(a)
    if not a.ndim:
        return np.ones_like(a)
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return _other_factors(a, axes[0])
    ends = tuple(range(-len(axes), 0))
    moved = np.moveaxis(a, axes, ends)
    others = _other_factors(moved.reshape((*moved.shape[: moved.ndim - len(axes)], -1)), -1)
    return np.moveaxis(others.reshape(moved.shape), ends, axes)


def other_factors_back(v: Array, a: Array, axis: int | tuple[int, ...] | None) -> Array:
    """The cotangent of `a` in `other_factors(a, axis)`, element by element: right also where some are 0."""
    a = np.asarray(a)
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    ends = tuple(range(-len(axes), 0))
    moved, along = np.moveaxis(a, axes, ends), np.moveaxis(np.broadcast_to(v, a.shape), axes, ends)
    lead = moved.shape[: moved.ndim - len(axes)]
    flat, weights = moved.reshape((*lead, -1)), along.reshape((*lead, -1))
    back = np.zeros(flat.shape, np.result_type(v, a))
    for i in range(flat.shape[-1]):
        rest = np.delete(flat, i, -1)
        back[..., np.arange(flat.shape[-1]) != i] += weights[..., i, None] * _other_factors(rest, -1)
    return np.moveaxis(back.reshape(moved.shape), ends, axes)


def _other_factors(a: Array, axis: int) -> Array:
    if not a.size:
        return a
    before = _products_before(a, axis)
    after = np.flip(_products_before(np.flip(a, axis), axis), axis)
    return before * after


def _products_before(a: Array, axis: int) -> Array:
    lead = (slice(None),) * (axis % a.ndim)
    before = np.ones_like(a)
    np.cumprod(a[(*lead, slice(None, -1))], axis, out=before[(*lead, slice(1, None))])
    return before


def unreduceat(v: Array, shape: Shape, indices: Any, axis: int) -> Any:
    """The cotangent of an array, of this shape, in `np.add.reduceat(array, indices, axis)`: each part's, spread."""
    back = np.zeros(shape, v.dtype)
    along, parts, starts = np.moveaxis(back, axis, 0), np.moveaxis(v, axis, 0), np.asarray(indices)
    for part, start, stop in zip(parts, starts, [*starts[1:], shape[axis]], strict=True):
        along[start : max(stop, start + 1)] += part
    return back


def interp_slope(x: Any, xp: Any, fp: Any) -> Any:
    """The slope of `np.interp(x, xp, fp)` at x: of the segment to the right at a node, 0 outside."""
    xp, fp = np.asarray(xp), np.asarray(fp)
    if len(xp) == 1:
        return np.zeros(np.shape(x))
    at = np.clip(np.searchsorted(xp, x, "right"), 1, len(xp) - 1)
    slopes = (fp[at] - fp[at - 1]) / (xp[at] - xp[at - 1])
    return slopes * ((x >= xp[0]) & (x <= xp[-1]))


def interp_inside(v: Any, x: Any, xp: Any, left: Any, right: Any) -> Any:
    """The cotangent of `np.interp(x, xp, fp, left, right)`, but where left or right stands."""
    low = (x < xp[0]) if left is not None else False
    high = (x > xp[-1]) if right is not None else False
    return np.where(np.logical_or(low, high), 0.0, v)


def bessel_i(n: int, x: Any) -> Any:
    """The modified Bessel function of the first kind of an order: the mean of exp(x cos t) cos(n t) over a period."""
    x = np.asarray(x)
    points = 32 + abs(n) + int(np.sqrt(80.0 * np.max(np.abs(x), initial=0.0)))
    angles = 2.0 * np.pi * np.arange(points) / points
    return (np.exp(x[..., None] * np.cos(angles)) * np.cos(n * angles)).mean(-1).astype(np.result_type(x, np.float32))


def interp_rise(v: Any, x: Any, xp: Any, shape: Shape) -> Array:
    """The cotangent of fp, of this shape, in `interp_slope(x, xp, fp)`."""
    back, xp = np.zeros(shape, np.result_type(v)), np.asarray(xp)
    if len(xp) > 1:
        at = np.clip(np.searchsorted(xp, x, "right"), 1, len(xp) - 1)
        share = v / (xp[at] - xp[at - 1]) * ((x >= xp[0]) & (x <= xp[-1]))
        np.add.at(back, at, share)
        np.add.at(back, at - 1, -share)
    return back


def interp_values(v: Any, x: Any, xp: Any, shape: Shape) -> Array:
    """The cotangent of fp, of this shape, in `np.interp(x, xp, fp)`."""
    xp = np.asarray(xp)
    if len(xp) == 1:
        return np.full(shape, np.sum(v))
    at = np.clip(np.searchsorted(xp, x, "right"), 1, len(xp) - 1)
    weight = np.clip((x - xp[at - 1]) / (xp[at] - xp[at - 1]), 0.0, 1.0)
    back = np.zeros(shape, np.result_type(v))
    np.add.at(back, at - 1, v * (1.0 - weight))
    np.add.at(back, at, v * weight)
    return back


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """`np.trapezoid`, which NumPy 1 calls trapz."""
    name = "trapezoid" if hasattr(np, "trapezoid") else "trapz"
    return getattr(np, name)(y, x, dx, axis)


def trapezoid_weights(shape: Shape, dx: float, axis: int, dtype: Any = float) -> Array:
    """The weight of each sample in `np.trapezoid(y, dx=dx, axis=axis)`, broadcastable against y."""
    n = shape[axis]
    weights = np.full(n, dx, dtype)
    weights[:1] = weights[n - 1 :] = 0.5 * dx if n > 1 else 0.0
    along = [1] * len(shape)
    along[axis] = n
    return weights.reshape(along)


def trapezoid_y(v: Any, x: Array, shape: Shape, axis: int) -> Any:
    """The cotangent of y, of this shape, in `np.trapezoid(y, x, axis=axis)`."""
    if not shape[axis]:
        return np.zeros(shape)
    half = 0.5 * np.diff(x, axis=axis if x.ndim > 1 else 0)
    steps = _expanded(half, x, shape, axis)
    pad: list[tuple[int, int]] = [(0, 0)] * len(shape)
    pad[axis] = (1, 1)
    padded = np.pad(np.broadcast_to(steps, [n - (i == axis % len(shape)) for i, n in enumerate(shape)]), pad)
    lead = (slice(None),) * (axis % len(shape))
    return np.expand_dims(v, axis) * (padded[(*lead, slice(1, None))] + padded[(*lead, slice(None, -1))])


def trapezoid_x(v: Any, y: Array, shape: Shape, axis: int) -> Any:
    """The cotangent of x, of this shape, in `np.trapezoid(y, x, axis=axis)`."""
    lead = (slice(None),) * (axis % y.ndim)
    means = 0.5 * (y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]) * np.expand_dims(v, axis)
    pad: list[tuple[int, int]] = [(0, 0)] * y.ndim
    pad[axis] = (1, 1)
    spread = -np.diff(np.pad(means, pad), axis=axis)
    if len(shape) == 1:
        return spread.sum(axis=tuple(i for i in range(y.ndim) if i != axis % y.ndim))
    return spread


def _expanded(steps: Array, x: Array, shape: Shape, axis: int) -> Array:
    if x.ndim > 1:
        return steps
    along = [1] * len(shape)
    along[axis] = len(steps)
    return steps.reshape(along)


def scaled(v: float, factors: Sequence[float]) -> Any:
    """`v` times each number of a sequence."""
    products = [v * factor for factor in factors]
    return tuple(products) if isinstance(factors, tuple) else products


def scaled_difference(v: float, p: Iterable[float], q: Iterable[float]) -> Any:
    """`v` times each difference of two sequences, in the form of the first."""
    if isinstance(p, np.ndarray):
        return v * (p - np.array(q))
    products = [v * (a - b) for a, b in zip(p, q, strict=True)]
    return tuple(products) if isinstance(p, tuple) else products


def to_chosen(v: Any, args: tuple[Any, ...], out: Any) -> tuple[Any, ...]:
    """The cotangents of the arguments of `max` or `min`: all of `v` for the first that equals the result."""
    if len(args) > 1:
        return tuple(_first_equal(v, args, out))
    items = args[0]
    shares = _first_equal(v, items, out)
    if isinstance(items, np.ndarray):
        return (np.array(shares, np.result_type(v)),)
    return (tuple(shares) if isinstance(items, tuple) else shares,)


def _first_equal(v: Any, items: Iterable[Any], out: Any) -> list[Any]:
    values = list(items)
    shares: list[Any] = [0.0] * len(values)
    if values:
        found = next((i for i, item in enumerate(values) if item is out), None)
        shares[values.index(out) if found is None else found] = v
    return shares


def to_default(v: Any, args: tuple[Any, ...]) -> Any:
    """The cotangent of the default of `max` or `min`: it is the result where there is no item."""
    return v if len(args) == 1 and not len(args[0]) else 0.0


def polygamma(n: int, x: float) -> float:
    """The n-th derivative of digamma, for one number: recurrence up to 15, then the asymptotic series
    (Abramowitz and Stegun 6.4.11);
    below 1/2 by reflection, for digamma only, else by the recurrence."""
    if n == 0 and x < 0.5:
        return polygamma(0, 1.0 - x) - math.pi / math.tan(math.pi * x)
    sign, total = (-1.0) ** (n + 1), 0.0
    while x < 15.0:
        total += sign * math.factorial(n) / x ** (n + 1)
        x += 1.0
    if n == 0:
        series = math.log(x) - 0.5 / x
    else:
        series = sign * (math.factorial(n - 1) / x**n + math.factorial(n) / (2.0 * x ** (n + 1)))
    for k, bernoulli in enumerate(_BERNOULLI, 1):
        term = bernoulli * math.factorial(2 * k + n - 1) / (math.factorial(2 * k) * x ** (2 * k + n))
        series += term * (sign if n else -1.0)
    return total + series


_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
