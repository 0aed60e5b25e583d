"""Adjoints of SciPy's convolutions, filters and cumulative integrals."""

from __future__ import annotations

from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape

__all__ = ["cumulative_trapezoid_back", "full_cotangent", "lags", "part_of_full", "with_first"]


def full_cotangent(v: Array, first: Shape, second: Shape, mode: str) -> Array:
    """The cotangent of the full convolution of arrays of these shapes, from that of the part that `mode` asks for."""
    full = np.zeros([n + m - 1 for n, m in zip(first, second, strict=True)], v.dtype)
    full[_part(v.shape, first, second, mode)] = v
    return full


def part_of_full(full: Array, first: Shape, second: Shape, mode: str) -> Array:
    """The part of a full convolution that `mode` asks for."""
    pairs = list(zip(first, second, strict=True))
    shape = {"full": tuple(n + m - 1 for n, m in pairs), "same": first,
             "valid": tuple(max(n, m) - min(n, m) + 1 for n, m in pairs)}[mode]
    return np.array(full[_part(shape, first, second, mode)])


def _part(shape: Shape, first: Shape, second: Shape, mode: str) -> tuple[slice, ...]:
    leads = [{"full": 0, "same": (m - 1) // 2, "valid": min(n, m) - 1}[mode]
             for n, m in zip(first, second, strict=True)]
    return tuple(slice(lead, lead + length) for lead, length in zip(leads, shape, strict=True))


def lags(v: Array, x: Array, count: int, axis: int) -> Array:
    """The sums of `v[t] * x[t - k]` for the first lags k: the cotangents of a filter's coefficients."""
    v, x = np.moveaxis(v, axis, -1), np.moveaxis(x, axis, -1)
    length = v.shape[-1]
    return np.array([np.sum(v[..., lag:] * x[..., : max(length - lag, 0)]) for lag in range(count)])


def with_first(v: Array, factor: float, axis: int) -> Any:
    """An array whose first elements along an axis are multiplied by a factor."""
    weights = np.ones(v.shape[axis], v.dtype)
    weights[:1] = factor
    return v * np.reshape(weights, [-1 if n == axis % v.ndim else 1 for n in range(v.ndim)])


def cumulative_trapezoid_back(v: Array, shape: Shape, x: Array | None, dx: float, axis: int,
                              initial: float | None) -> Any:
    """The cotangent of y, of this shape, in `scipy.integrate.cumulative_trapezoid`."""
    back = np.moveaxis(v, axis, -1)
    back = back[..., 1:] if initial is not None else back
    later = np.flip(np.cumsum(np.flip(back, -1), -1), -1)
    if x is not None:
        steps = np.diff(x if x.ndim == 1 else np.moveaxis(x, axis, -1))
        halves = 0.5 * steps * later
    else:
        halves = 0.5 * dx * later
    none = np.zeros_like(halves[..., :1])
    both = np.concatenate((halves, none), -1) + np.concatenate((none, halves), -1)
    return np.moveaxis(both, -1, axis)
