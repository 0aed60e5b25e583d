"""NumPy's functions that NumPy itself has in Python: series of coefficients, padding by what arrays come to, weighted
covariances and the like. See `sources.py` and `engine/passes/infer_numeric.py`.

Each of them does what NumPy does, in the same order, so that values have the same bits.
"""

# ruff: noqa: B905
from __future__ import annotations

from typing import Any

import numpy as np

from adls.runtime.cotangents import first_nonzero


def made_of_roots(roots: Any) -> Any:
    """`np.poly(roots)` of real roots, or of those of a square matrix."""
    zeros = np.asarray(roots)
    if zeros.ndim == 2:
        zeros = np.linalg.eigvals(zeros)
    out = np.ones((1,), zeros.dtype)
    for zero in zeros:
        out = np.convolve(out, np.array([1.0, -zero]), "full")
    return out


def roots_of(p: Any) -> Any:
    """`np.roots(p)`, where neither the first nor the last coefficient is 0."""
    count = len(p) - 2
    companion = np.diag(np.ones((count,), p.dtype), -1)
    companion[0, :] = -p[1:] / p[0]
    return np.linalg.eigvals(companion)


def integrated_series(p: Any, m: Any, k: Any) -> Any:
    """`np.polyint(p, m, k)`; k is a vector."""
    out = p
    for step in range(m):
        constant = k[0 if len(k) == 1 else step]
        out = np.concatenate((out / np.arange(len(out), 0, -1), np.reshape(constant, (1,))))
    return out


def derived_series(p: Any, m: Any) -> Any:
    """`np.polyder(p, m)`."""
    out = p
    for _ in range(m):
        out = out[:-1] * np.arange(len(out) - 1, 0, -1)
    return out


def added_series(first: Any, second: Any) -> Any:
    """`np.polyadd(first, second)`."""
    missing = len(second) - len(first)
    if missing > 0:
        return np.concatenate((np.zeros(missing, first.dtype), first)) + second
    return first + np.concatenate((np.zeros(-missing, second.dtype), second))


def subtracted_series(first: Any, second: Any) -> Any:
    """`np.polysub(first, second)`."""
    missing = len(second) - len(first)
    if missing > 0:
        return np.concatenate((np.zeros(missing, first.dtype), first)) - second
    return first - np.concatenate((np.zeros(-missing, second.dtype), second))


def multiplied_series(first: Any, second: Any) -> Any:
    """`np.polymul(first, second)`, of which leading zeros are left out."""
    return np.convolve(first[first_nonzero(first):], second[first_nonzero(second):])


def made_by_indices1(function: Any, shape: Any, dtype: Any) -> Any:
    """`np.fromfunction(function, shape, dtype=dtype)` of one axis."""
    grid = np.indices(shape, dtype=dtype)
    return function(grid[0])


def made_by_indices2(function: Any, shape: Any, dtype: Any) -> Any:
    """`np.fromfunction(function, shape, dtype=dtype)` of two axes."""
    grid = np.indices(shape, dtype=dtype)
    return function(grid[0], grid[1])


def made_by_indices3(function: Any, shape: Any, dtype: Any) -> Any:
    """`np.fromfunction(function, shape, dtype=dtype)` of three axes."""
    grid = np.indices(shape, dtype=dtype)
    return function(grid[0], grid[1], grid[2])


def by_pieces(x: Any, conditions: Any, functions: Any, args: Any) -> Any:
    """`np.piecewise(x, conditions, functions, *args)` of as many functions as conditions."""
    out = np.zeros_like(x)
    for condition, function in zip(conditions, functions):
        if callable(function):
            chosen = x[condition]
            if chosen.size > 0:
                out[condition] = function(chosen, *args)
        else:
            out[condition] = function
    return out


def none_of(conditions: Any) -> Any:
    """Where none of several conditions holds."""
    return ~np.any(np.array(conditions), 0)


def ramped(a: Any, widths: Any, ends: Any) -> Any:
    """`np.pad(a, widths, "linear_ramp", end_values=ends)`; widths and ends are pairs, one for each axis."""
    out = a
    for axis in range(a.ndim):
        before, after = widths[axis]
        rows = np.swapaxes(out, axis, 0)
        first = np.linspace(np.take(ends, 2 * axis), np.take(rows, 0, 0), before, endpoint=False)
        last = np.linspace(np.take(ends, 2 * axis + 1), np.take(rows, -1, 0), after, endpoint=False)
        around = (first.astype(a.dtype), rows, np.flip(last, 0).astype(a.dtype))
        out = np.swapaxes(np.concatenate(around), axis, 0)
    return np.ascontiguousarray(out)


def filled_around(a: Any, widths: Any, values: Any) -> Any:
    """`np.pad(a, widths, constant_values=values)`; widths and values are pairs, one for each axis."""
    out = a
    for axis in range(a.ndim):
        before, after = widths[axis]
        rows = np.swapaxes(out, axis, 0)
        first = np.full((before, *rows.shape[1:]), np.take(values, 2 * axis), a.dtype)
        last = np.full((after, *rows.shape[1:]), np.take(values, 2 * axis + 1), a.dtype)
        out = np.swapaxes(np.concatenate((first, rows, last)), axis, 0)
    return np.ascontiguousarray(out)


def padded_by_means(a: Any, widths: Any, lengths: Any) -> Any:
    """`np.pad(a, widths, "mean", stat_length=lengths)`; widths and lengths are pairs, one for each axis."""
    out = a
    for axis in range(a.ndim):
        before, after = widths[axis]
        left, right = lengths[axis]
        low = np.moveaxis(out, axis, 0)[:left]
        high = np.moveaxis(out, axis, 0)[len(np.moveaxis(out, axis, 0)) - right:]
        first = np.repeat(np.mean(low, 0, keepdims=True), before, 0)
        last = np.repeat(np.mean(high, 0, keepdims=True), after, 0)
        out = np.moveaxis(np.concatenate((first, np.moveaxis(out, axis, 0), last)), 0, axis)
    return np.ascontiguousarray(out)


def padded_by_medians(a: Any, widths: Any, lengths: Any) -> Any:
    """`np.pad(a, widths, "median", stat_length=lengths)`; widths and lengths are pairs, one for each axis."""
    out = a
    for axis in range(a.ndim):
        before, after = widths[axis]
        left, right = lengths[axis]
        low = np.moveaxis(out, axis, 0)[:left]
        high = np.moveaxis(out, axis, 0)[len(np.moveaxis(out, axis, 0)) - right:]
        first = np.repeat(np.median(low, 0, keepdims=True), before, 0)
        last = np.repeat(np.median(high, 0, keepdims=True), after, 0)
        out = np.moveaxis(np.concatenate((first, np.moveaxis(out, axis, 0), last)), 0, axis)
    return np.ascontiguousarray(out)


def padded_by_maxima(a: Any, widths: Any, lengths: Any) -> Any:
    """`np.pad(a, widths, "maximum", stat_length=lengths)`; widths and lengths are pairs, one for each axis."""
    out = a
    for axis in range(a.ndim):
        before, after = widths[axis]
        left, right = lengths[axis]
        low = np.moveaxis(out, axis, 0)[:left]
        high = np.moveaxis(out, axis, 0)[len(np.moveaxis(out, axis, 0)) - right:]
        first = np.repeat(np.max(low, 0, keepdims=True), before, 0)
        last = np.repeat(np.max(high, 0, keepdims=True), after, 0)
        out = np.moveaxis(np.concatenate((first, np.moveaxis(out, axis, 0), last)), 0, axis)
    return np.ascontiguousarray(out)


def padded_by_minima(a: Any, widths: Any, lengths: Any) -> Any:
    """`np.pad(a, widths, "minimum", stat_length=lengths)`; widths and lengths are pairs, one for each axis."""
    out = a
    for axis in range(a.ndim):
        before, after = widths[axis]
        left, right = lengths[axis]
        low = np.moveaxis(out, axis, 0)[:left]
        high = np.moveaxis(out, axis, 0)[len(np.moveaxis(out, axis, 0)) - right:]
        first = np.repeat(np.min(low, 0, keepdims=True), before, 0)
        last = np.repeat(np.min(high, 0, keepdims=True), after, 0)
        out = np.moveaxis(np.concatenate((first, np.moveaxis(out, axis, 0), last)), 0, axis)
    return np.ascontiguousarray(out)


def mirrored_odd(a: Any, widths: Any, edge: Any) -> Any:
    """`np.pad(a, widths, mode, reflect_type="odd")` by no more than there is; `edge` is 0 in mode "symmetric", where
    the edge is mirrored too, and 1 in mode "reflect"."""
    out = a
    for axis in range(a.ndim):
        before, after = widths[axis]
        rows = np.moveaxis(out, axis, 0)
        count = len(rows) - edge
        if before > count or after > count:
            raise NotImplementedError("np.pad(reflect_type='odd') has a derivative for widths below the axis's length")
        first = 2 * np.take(rows, [0], 0) - np.take(rows, np.arange(edge + before - 1, edge - 1, -1), 0)
        last = 2 * np.take(rows, [-1], 0) - np.take(rows, np.arange(count - 1, count - after - 1, -1), 0)
        out = np.moveaxis(np.concatenate((first, rows, last)), 0, axis)
    return np.ascontiguousarray(out)


def interpolated_periodic(x: Any, xp: Any, fp: Any, period: Any) -> Any:
    """`np.interp(x, xp, fp, period=period)`."""
    cycle = abs(period)
    points = xp % cycle
    order = np.argsort(points)
    around = np.concatenate((order[-1:], order, order[:1]))
    rounds = np.zeros(len(around))
    rounds[0], rounds[-1] = -1.0, 1.0
    return np.interp(x % cycle, np.take(points, around) + rounds * cycle, np.take(fp, around))


def weighted_covariance(m: Any, y: Any, rowvar: Any, bias: Any, ddof: Any, fweights: Any, aweights: Any) -> Any:
    """`np.cov` with weights."""
    samples = np.array(m, ndmin=2)
    if not rowvar and m.ndim != 1:
        samples = samples.T
    if y is not None:
        others = np.array(y, ndmin=2)
        if not rowvar and others.shape[0] != 1:
            others = others.T
        samples = np.concatenate((samples, others), 0)
    less = ddof if ddof is not None else 1 - bias
    if fweights is None:
        w = np.asarray(aweights, float)
    else:
        w = np.asarray(fweights, float)
        if aweights is not None:
            w = w * aweights
    total = np.sum(w)
    mean = np.sum(samples * w, 1) / total
    if less == 0:
        count = total
    elif aweights is None:
        count = total - less
    else:
        count = total - less * sum(w * aweights) / total
    centred = samples - mean[:, None]
    return np.squeeze(np.dot(centred, (centred * w).T) * np.true_divide(1, count))


def averaged_with_weights(a: Any, axis: Any, weights: Any, keepdims: Any) -> Any:
    """`np.average(a, axis, weights, returned=True, keepdims=keepdims)` of weights shaped as a."""
    total = np.sum(weights, axis, keepdims=keepdims)
    if np.any(total == 0.0):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    return np.sum(np.multiply(a, weights), axis, keepdims=keepdims) / total, total


def averaged_with_vector(a: Any, axis: Any, weights: Any, keepdims: Any) -> Any:
    """`np.average(a, axis, weights, returned=True, keepdims=keepdims)` of a weight for each place along the axis."""
    along = np.swapaxes(np.broadcast_to(weights, (1,) * (a.ndim - 1) + weights.shape), -1, axis)
    whole = np.sum(along, axis, keepdims=keepdims)
    if np.any(whole == 0.0):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    mean = np.sum(np.multiply(a, along), axis, keepdims=keepdims) / whole
    return mean, np.array(np.broadcast_to(whole, mean.shape))


def averaged_without_weights(a: Any, axis: Any, keepdims: Any) -> Any:
    """`np.average(a, axis, returned=True, keepdims=keepdims)`."""
    mean = np.mean(a, axis, keepdims=keepdims)
    return mean, np.array(np.full(mean.shape, a.size / mean.size))[()]


def differences_between(ary: Any, before: Any, after: Any) -> Any:
    """`np.ediff1d(ary, after, before)`; before and after are vectors."""
    flat = np.ravel(ary)
    return np.concatenate((before, flat[1:] - flat[:-1], after))


def window_of_kaiser(m: Any, beta: Any) -> Any:
    """`np.kaiser(m, beta)` of more than one point."""
    middle = (m - 1) / 2.0
    along = ((np.arange(0.0, m) - middle) / middle) ** 2.0
    return np.i0(beta * np.sqrt(1 - along)) / np.i0(beta)


def fitted_with_weights(x: Any, y: Any, deg: Any, w: Any) -> Any:
    """`np.polyfit(x, y, deg, w=w)`."""
    points = np.asarray(x) + 0.0
    values = np.asarray(y) + 0.0
    given = np.asarray(w) + 0.0
    rcond = len(points) * np.finfo(points.dtype).eps
    lhs = np.vander(points, deg + 1) * given[:, np.newaxis]
    rhs = values * given if values.ndim == 1 else values * given[:, np.newaxis]
    scale = np.sqrt(np.sum(lhs * lhs, 0))
    found = np.linalg.lstsq(lhs / scale, rhs, rcond)[0]
    return (found.T / scale).T


def applied_over(function: Any, a: Any, axes: Any) -> Any:
    """`np.apply_over_axes(function, a, axes)`."""
    out = a
    for axis in axes:
        found = function(out, axis)
        out = found if found.ndim == out.ndim else np.expand_dims(found, axis % a.ndim)
    return out


def first_items(items: Any, count: Any) -> Any:
    """The first items of an array, which has as many."""
    if len(items) < count:
        raise ValueError(f"iterator too short: Expected {count} but iterator had only {len(items)} items.")
    return items[:count]


def multiply_of_segments(array: Any, indices: Any, axis: Any) -> Any:
    """`np.multiply.reduceat(array, indices, axis)`."""
    rows = np.moveaxis(array, axis, 0)
    out: list[Any] = []
    for position in range(len(indices)):
        first = indices[position]
        last = indices[position + 1] if position + 1 < len(indices) else len(rows)
        out.append(np.multiply.reduce(rows[first:last]) if first < last else rows[first])
    return np.moveaxis(np.array(out), 0, axis)


def maximum_of_segments(array: Any, indices: Any, axis: Any) -> Any:
    """`np.maximum.reduceat(array, indices, axis)`."""
    rows = np.moveaxis(array, axis, 0)
    out: list[Any] = []
    for position in range(len(indices)):
        first = indices[position]
        last = indices[position + 1] if position + 1 < len(indices) else len(rows)
        out.append(np.maximum.reduce(rows[first:last]) if first < last else rows[first])
    return np.moveaxis(np.array(out), 0, axis)


def minimum_of_segments(array: Any, indices: Any, axis: Any) -> Any:
    """`np.minimum.reduceat(array, indices, axis)`."""
    rows = np.moveaxis(array, axis, 0)
    out: list[Any] = []
    for position in range(len(indices)):
        first = indices[position]
        last = indices[position + 1] if position + 1 < len(indices) else len(rows)
        out.append(np.minimum.reduce(rows[first:last]) if first < last else rows[first])
    return np.moveaxis(np.array(out), 0, axis)


def accumulated_from(items: Any, start: Any) -> Any:
    """`itertools.accumulate(items, initial=start)`, as a list."""
    out: list[Any] = [start]
    for item in items:
        out.append(out[-1] + item)
    return out


def accumulated_by_from(items: Any, function: Any, start: Any) -> Any:
    """`itertools.accumulate(items, function, initial=start)`, as a list."""
    out: list[Any] = [start]
    for item in items:
        out.append(function(out[-1], item))
    return out
