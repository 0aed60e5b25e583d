"""Kernels as textbooks and benchmark collections have them: uninitialised buffers, histograms, pairs that meet themselves."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.case import Case, normal


def tridiagonal_sweep(a, b):
    """Gauss elimination in buffers that `np.ndarray` makes."""
    n = len(b)
    upper = np.ndarray((n,), dtype=a.dtype)
    right = np.ndarray(n)
    upper[0] = a[0] / (2.0 + a[0] ** 2)
    right[0] = b[0] / (2.0 + a[0] ** 2)
    for k in range(1, n):
        pivot = 2.0 + a[k] ** 2 - upper[k - 1] * a[k]
        upper[k] = a[k] / pivot
        right[k] = (b[k] - right[k - 1] * a[k]) / pivot
    for k in range(n - 2, -1, -1):
        right[k] -= upper[k] * right[k + 1]
    return np.sum(right**2)


def radial_means(data, radius):
    """Means over rings: two histograms with the same bins."""
    weighted, edges = np.histogram(radius, 3, weights=data)
    counts = np.histogram(radius, edges)[0]
    return np.sum((weighted / np.maximum(counts, 1)) ** 2)


def edges_move_with_the_extrema(x):
    counts, edges = np.histogram(x, 4)
    middles = 0.5 * (edges[1:] + edges[:-1])
    return np.sum(counts * middles**2)


def a_density(x, weights):
    density, edges = np.histogram(x, 3, (-2.0, 2.0), True, weights)
    return np.sum(density**2 * np.diff(edges))


def potential_of_pairs(positions, masses):
    """The diagonal holds the distance of each body from itself: a square root at 0."""
    offsets = positions[:, None] - positions[None]
    inverse = np.sqrt(np.sum(offsets**2, axis=2))
    inverse[inverse > 0] = 1.0 / inverse[inverse > 0]
    return -np.sum(np.triu(np.outer(masses, masses) * inverse, 1))


def spread_of_pairs(positions):
    offsets = positions[:, None] - positions[None]
    return np.sum((np.sum(offsets**2, axis=2) ** 0.5) ** 1.5)


def length_from_zero(x):
    return math.sqrt(x * x) * 0.0 + math.sqrt(x * x + 1.0)


def results_with_counts(x):
    """A loop over a tuple of an array with a derivative and one without."""

    def escape(z):
        steps = np.zeros(z.shape, dtype=np.int64)
        for n in range(4):
            inside = np.less(abs(z), 2.0)
            steps[inside] = n
            z[inside] = z[inside] ** 2 + 0.3
        return z, steps

    found = escape(x.copy())
    total = 0.0
    for value in found if isinstance(found, tuple) else (found,):
        if np.asarray(value).dtype.kind == "f":
            total = total + np.sum(np.tanh(value))
    return total


def one_or_many(x):
    result = x.sum()
    total = 0.0
    for value in result if isinstance(result, (tuple, list)) else (result,):
        total = total + value**2
    return total


def covariance_by_column(x):
    spread = np.cov(x, rowvar=False)
    scale = np.sqrt(np.diag(spread))
    return np.sum(spread / np.outer(scale, scale)) + np.sum(np.polyval(x[0], scale))


def bound_methods(x, y):
    """Methods of a list, a dict and an array by names of their own."""
    kept, table = [], {}
    push = kept.append
    look = table.get
    total = y.sum
    for v in x:
        push(v * v)
        table[len(kept)] = v * kept[-1]
    kept.extend([look(2), look(9, x[0])])
    push(x[1] * y[0])
    return sum(kept) * total()


def a_method_of_what_was_there_before(x, kept):
    """The name goes on to another list; the method stays with the first."""
    push = kept.append
    first = kept
    if x[0] > -5.0:
        kept = [x[1] * 3.0]
    push(x[0] * x[2])
    return sum(kept) + sum(first) ** 2


PROGRAMS = [
    Case(tridiagonal_sweep, (normal(1, 6), normal(2, 6)), (0, 1)),
    Case(radial_means, (normal(1, 9), normal(2, 9)), (0,)),
    Case(edges_move_with_the_extrema, (normal(1, 8),)),
    Case(a_density, (normal(1, 8), normal(2, 8) ** 2), (1,)),
    Case(potential_of_pairs, (normal(1, 4, 3), normal(2, 4)), (0, 1)),
    Case(spread_of_pairs, (normal(1, 4, 2),)),
    Case(length_from_zero, (0.0,)),
    Case(results_with_counts, (normal(1, 5),)),
    Case(one_or_many, (normal(1, 5),)),
    Case(a_method_of_what_was_there_before, (normal(1, 4), [1.0])),
    Case(bound_methods, (normal(1, 4), normal(2, 3)), (0, 1)),
    Case(covariance_by_column, (normal(1, 7, 3),)),
]
