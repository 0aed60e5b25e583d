"""Adjoints of statistics of samples: covariances, histograms, least-squares polynomials, quantiles with missing values,
running extrema."""

from __future__ import annotations

from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, restore_axes
from adls.runtime.indexing import quantile_weights
from adls.runtime.refusing import refuse

__all__ = ["corrcoef_back", "cov_back", "histogram_edges", "histogram_range", "histogram_samples", "histogram_weights",
           "nan_quantile_back", "nan_quantile_weights", "polyfit_back", "polyfit_points", "running_extremum_back"]


def cov_back(v: Any, m: Array, y: Any, rowvar: bool, bias: bool, ddof: int | None) -> tuple[Any, Any]:
    """The cotangents of m and y in `np.cov(m, y, rowvar, bias, ddof)`."""
    rows, count = _variables(m, rowvar), 0 if y is None else len(_variables(y, rowvar))
    if y is not None:
        rows = np.concatenate([rows, _variables(y, rowvar)])
    freedom = rows.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
    v = np.reshape(v, (len(rows), len(rows)))
    back = (v + v.conj().T) @ (rows - np.mean(rows, 1, keepdims=True)).conj() / freedom
    first, second = back[: len(rows) - count], back[len(rows) - count :]
    return _observations(first, m, rowvar), None if y is None else _observations(second, y, rowvar)


def corrcoef_back(v: Any, x: Array, y: Any, out: Any, rowvar: bool) -> tuple[Any, Any]:
    """The cotangents of x and y in `out = np.corrcoef(x, y, rowvar)`."""
    variances = np.diag(np.atleast_2d(np.cov(x, y, rowvar))).real
    v, out = np.atleast_2d(v), np.atleast_2d(out)
    back = v / np.sqrt(np.outer(variances, variances))
    shared = (v * out).real
    back = back - np.diag((shared.sum(0) + shared.sum(1)) * 0.5 / variances)
    return cov_back(back, x, y, rowvar, False, None)


def _variables(m: Array, rowvar: bool) -> Array:
    """One row a variable, as np.cov sees its argument."""
    rows = np.atleast_2d(m)
    return rows if rowvar or _is_one_row(rows, m) else rows.T


def _is_one_row(rows: Array, m: Any) -> bool:
    """Whether np.cov takes its argument for one variable whatever `rowvar` says: some versions a matrix too."""
    return np.ndim(m) < 2 or (len(rows) == 1 and np.ndim(np.cov([[1.0, 2.0]], rowvar=False, bias=True)) == 0)


def _observations(back: Array, m: Array, rowvar: bool) -> Any:
    rows = np.atleast_2d(m)
    return (back if rowvar or _is_one_row(rows, m) else back.T).reshape(np.shape(m))


def histogram_weights(v: Array, a: Array, weights: Array, out: tuple[Array, Array], density: bool | None) -> Array:
    """The cotangent of the weights in `out = np.histogram(a, bins, range, density, weights)`; v is that of `out[0]`."""
    counts, edges = out
    if density:
        v = (v / np.diff(edges) - np.sum(v * counts)) / np.sum(np.histogram(a, edges, weights=weights)[0])
    samples = np.ravel(a)
    # The last bin has its upper edge too.
    bins = np.minimum(np.searchsorted(edges, samples, "right") - 1, len(edges) - 2)
    inside = (samples >= edges[0]) & (samples <= edges[-1])
    return np.reshape(np.where(inside, v[bins], 0.0), np.shape(a))


def histogram_samples(v: Array, a: Array, bins: Any, limits: tuple[float, float] | None) -> Array:
    """The cotangent of the samples in `np.histogram(a, bins, limits)`: through the edges, which their extrema set; v is
    that of the edges. The counts jump."""
    back = np.zeros(np.size(a), v.dtype)
    if np.ndim(bins) == 0 and limits is None and np.size(a):
        if isinstance(bins, str):
            refuse("numpy.histogram has no derivative through edges it chooses: give their number")
        upper = np.linspace(0.0, 1.0, bins + 1)
        samples = np.ravel(a)
        back[np.argmin(samples)] += np.sum(v * (1.0 - upper))
        back[np.argmax(samples)] += np.sum(v * upper)
    return np.reshape(back, np.shape(a))


def histogram_edges(v: Array, w: Array, out: tuple[Array, Array], density: bool | None) -> Any:
    """The cotangent of the edges in `out = np.histogram(a, bins, range, density, weights)`, on which a density depends
    too; v and w are those of the counts and of the edges."""
    if not density:
        return w
    counts, edges = out
    slope = v * counts / np.diff(edges)
    return w + np.append(slope, 0.0) - np.append(0.0, slope)


def histogram_range(v: Array) -> tuple[Any, Any]:
    """The cotangents of the range in `np.histogram`, from that of the edges."""
    upper = np.linspace(0.0, 1.0, len(v))
    return np.sum(v * (1.0 - upper)), np.sum(v * upper)


def polyfit_back(v: Array, x: Array, deg: int) -> Any:
    """The cotangent of y in `np.polyfit(x, y, deg)`."""
    return np.linalg.pinv(np.vander(x, deg + 1)).T @ v


def polyfit_points(v: Array, x: Array, y: Array, out: Array, deg: int) -> Any:
    """The cotangent of x in `out = np.polyfit(x, y, deg)`, by the normal equations."""
    powers = np.arange(deg, -1, -1)
    design = np.reshape(x, (-1, 1)) ** powers
    slopes = powers * np.reshape(x, (-1, 1)) ** np.maximum(powers - 1, 0)
    along = np.linalg.solve(design.T @ design, np.reshape(v, (deg + 1, -1)))
    found = np.reshape(out, (deg + 1, -1))
    missed = np.reshape(y, (len(x), -1)) - design @ found
    return np.sum(missed @ along.T * slopes - design @ along @ found.T * slopes, 1)


def nan_quantile_back(v: Any, a: Array, q: float, axis: int | None, keepdims: bool) -> Any:
    """The cotangent of a in `np.nanquantile(a, q, axis, keepdims=keepdims)`, for one q or a vector of them."""
    if np.ndim(q) == 0:
        weights = nan_quantile_weights(a, q, axis)
        return np.where(weights != 0, restore_axes(v, axis, keepdims, a.ndim) * weights, 0.0)
    total = np.zeros_like(a)
    for position, each in enumerate(np.asarray(q)):
        total = total + nan_quantile_back(v[position], a, each, axis, keepdims)
    return total


def nan_quantile_weights(a: Array, q: float, axis: int | None) -> Any:
    """How much of each element is in the quantile of its lane without NaNs."""
    if np.ndim(q) or isinstance(axis, tuple):
        refuse("a NaN quantile has a derivative along one axis or over all elements")
    lanes = np.reshape(a, (1, -1)) if axis is None else np.moveaxis(a, axis, -1).reshape(-1, a.shape[axis])
    weights = np.zeros(lanes.shape, a.dtype)
    for lane, weight in zip(lanes, weights, strict=True):
        known = ~np.isnan(lane)
        if known.any():
            weight[known] = quantile_weights(lane[known], q, 0)
    return weights.reshape(a.shape) if axis is None else np.moveaxis(
        weights.reshape(np.moveaxis(a, axis, -1).shape), -1, axis)


def running_extremum_back(v: Array, out: Array, axis: int) -> Array:
    """The cotangent of a in `np.maximum.accumulate(a, axis)` or that of the minimum: of equal elements the first takes
    all."""
    extrema, back = np.moveaxis(out, axis, 0), np.moveaxis(v, axis, 0)
    fresh = np.ones(extrema.shape, bool)
    fresh[1:] = extrema[1:] != extrema[:-1]
    steps = np.reshape(np.arange(len(extrema)), (-1,) + (1,) * (out.ndim - 1))
    origin = np.maximum.accumulate(np.where(fresh, steps, 0), 0)
    total = np.zeros(extrema.shape, v.dtype)
    np.add.at(total, (origin, *np.indices(extrema.shape)[1:]), back)
    return np.moveaxis(total, 0, axis)
