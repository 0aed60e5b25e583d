"""Adjoints of the densities of random vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, unbroadcast
from adls.runtime.linalg import fold_lower, hermitian_from_lower

__all__ = ["dirichlet_alpha", "dirichlet_back", "normal_back", "normal_entropy_back"]


def normal_back(v: Any, x: Any, mean: Any, cov: Any, allow_singular: bool = False) -> tuple[Any, Any, Any]:
    """The cotangents of x, mean and cov for the logarithmic density of `scipy.stats.multivariate_normal`."""
    points, matrix = _points(x, _dimension(mean, cov)), _matrix(mean, cov)
    centred = points - np.reshape(0.0 if mean is None else mean, (-1,))
    inverse = np.linalg.pinv(matrix) if allow_singular else np.linalg.inv(matrix)
    weights = np.reshape(v, (*centred.shape[:-1], 1))
    solved = centred @ inverse
    weighted = np.reshape(weights * solved, (-1, solved.shape[-1]))
    dmatrix = 0.5 * (np.reshape(solved, weighted.shape).T @ weighted - np.sum(weights) * inverse)
    dx = np.reshape(unbroadcast(-weights * solved, points.shape), np.shape(x))
    dmean = np.reshape(unbroadcast(np.sum(weighted, 0), (np.size(mean),)), np.shape(mean))
    return dx, dmean, _as_given(dmatrix, cov)


def normal_entropy_back(v: Any, mean: Any, cov: Any) -> Any:
    """The cotangent of cov for the entropy of `scipy.stats.multivariate_normal`."""
    return _as_given(0.5 * v * np.linalg.inv(_matrix(mean, cov)), cov)


def _dimension(mean: Any, cov: Any) -> int:
    if mean is not None:
        return int(np.size(mean))
    return 1 if np.ndim(cov) < 2 else int(np.shape(cov)[0])


def _points(x: Any, dimension: int) -> Array:
    """x with the components of a point along its last axis."""
    points = np.asarray(x, dtype=float)
    if points.ndim == 1 and dimension == 1:
        return points[:, None]
    return points if points.ndim > 1 else np.reshape(points, (1, -1))


def _matrix(mean: Any, cov: Any) -> Array:
    """The covariance matrix that a number, the variances or a matrix stand for."""
    given, dimension = np.asarray(cov, dtype=float), _dimension(mean, cov)
    if given.ndim == 2:
        return hermitian_from_lower(given)
    return np.reshape(given, (-1, 1)) * np.eye(dimension)


def _as_given(dmatrix: Array, cov: Any) -> Any:
    """The cotangent of cov, as it was given, from that of the matrix."""
    if np.ndim(cov) == 2:
        return fold_lower(dmatrix)
    return unbroadcast(np.diagonal(dmatrix), np.shape(cov))


def dirichlet_back(v: Any, x: Any, alpha: Any) -> Any:
    """The cotangent of x for the logarithmic density of `scipy.stats.dirichlet`; its last row may be implied."""
    whole = _whole(x, alpha)
    back = np.reshape(v, (1, *whole.shape[1:])) * _beside(np.asarray(alpha) - 1.0, whole) / whole
    return back if len(back) == len(np.asarray(x)) else back[:-1] - back[-1]


def dirichlet_alpha(v: Any, x: Any, alpha: Any) -> Any:
    """The cotangent of alpha for the same density, but for its norm's."""
    whole = _whole(x, alpha)
    weighted = np.reshape(v, (1, *whole.shape[1:])) * np.log(whole)
    return np.sum(np.reshape(weighted, (len(weighted), -1)), 1)


def _whole(x: Any, alpha: Any) -> Array:
    points = np.asarray(x, dtype=float)
    if len(points) == len(np.asarray(alpha)):
        return points
    return np.concatenate((points, 1.0 - np.sum(points, 0, keepdims=True)))


def _beside(alpha: Array, whole: Array) -> Array:
    return np.reshape(alpha, (-1, *(1,) * (whole.ndim - 1)))
