"""NumPy's functions that programs call now and then: piecewise, fromfunction, padding, weights, polynomials."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from tests.programs.case import Case, normal, uniform


def pieces(x: np.ndarray) -> Any:
    y = np.piecewise(x, [x < 0.3, x > 0.8], [lambda v: v**2, 2.0, lambda v: np.sin(v)])
    return np.sum(y * x)


def one_piece_and_else(x: np.ndarray) -> Any:
    return np.sum(np.piecewise(x, x < 0.7, [np.square, np.exp]))


def field_of_indices(c: np.ndarray) -> Any:
    grid = np.fromfunction(lambda i, j: c[0] * i + c[1] * j**2 + c[2], (3, 4))
    return np.sum(grid**2)


def slopes_over_moving_samples(x: np.ndarray) -> Any:
    places = np.cumsum(x)
    return np.sum(np.gradient(x**2, places, edge_order=2) ** 2) + np.sum(np.gradient(np.outer(x, x), x[0], axis=0) ** 2)


def interpolation_with_ends(y: np.ndarray) -> Any:
    at = np.array([-3.0, 0.1, 2.2, 9.0])
    return np.sum(np.interp(at, np.arange(5.0), y, left=2.0 * y[0], right=y[1] ** 2) ** 2)


def interpolation_around(y: np.ndarray) -> Any:
    return np.sum(np.interp(y + 2.0, np.array([0.0, 0.2, 0.7]), y[:3], period=0.9) ** 2)


def weighted_statistics(x: np.ndarray) -> Any:
    mean, total = np.average(x**2, weights=x, returned=True)
    spread = np.cov(np.stack([x, np.sin(x)]), aweights=x)
    return mean * total + np.sum(spread**2) + np.sum(np.average(x.reshape(2, 3), axis=1, keepdims=True) ** 2)


def padded_by_statistics(x: np.ndarray) -> Any:
    return np.sum(np.sin(np.pad(x, 2, mode="mean"))) + np.sum(np.pad(x, 1, "maximum") ** 2)


def padded_by_ramps(x: np.ndarray) -> Any:
    return np.sum(np.sin(np.pad(x, ((1, 2), (0, 1)), "linear_ramp", end_values=x[0, 0])))


def padded_by_several_values(x: np.ndarray) -> Any:
    return np.sum(np.pad(x, 1, constant_values=((x[0, 0], 2.0), (3.0, x[0, 1]))) ** 2)


def mirrored_through_the_edge(x: np.ndarray) -> Any:
    return np.sum(np.sin(np.pad(x, 2, "reflect", reflect_type="odd")))


def calculus_of_series(p: np.ndarray) -> Any:
    q = np.polyadd(np.polyder(np.polymul(p, p[:2]), 2), np.polyint(p, k=1.5))
    return np.polyval(q, 0.7) ** 2


def roots_and_back(p: np.ndarray) -> Any:
    roots = np.roots(np.concatenate([np.ones(1), p]))
    return np.sum(np.abs(roots) ** 2) + np.sum(np.poly(p) ** 2)


def quantiles_at_what_varies(x: np.ndarray) -> Any:
    return np.quantile(x, 0.4 * x[0]) ** 2 + np.sum(np.percentile(np.arange(7.0) ** 2, 30.0 * x) ** 2)


def windows(x: np.ndarray) -> Any:
    return np.sum(np.kaiser(6, x[0]) ** 2) + np.sum(np.i0(x))


def distinct_ones(x: np.ndarray) -> Any:
    levels, where, counts = np.unique(x, return_inverse=True, return_counts=True)
    return np.sum(levels * counts) + np.sum(levels[where] ** 2)


def running_logarithms(x: np.ndarray) -> Any:
    return np.sum(np.logaddexp.accumulate(x) ** 2) + np.subtract.reduce(x) ** 2 + np.sum(np.divide.reduce(
        x.reshape(2, 3), axis=0))


def in_segments(x: np.ndarray) -> Any:
    return np.sum(np.multiply.reduceat(x, [0, 2, 3]) ** 2) + np.sum(np.maximum.reduceat(x, [0, 4]))


def accumulated_from_a_start(x: np.ndarray) -> Any:
    return sum(v**2 for v in itertools.accumulate(x, lambda a, b: a * b, initial=x[0]))


def from_what_a_generator_gives(x: np.ndarray) -> Any:
    return np.sum(np.fromiter((v**2 for v in x), float) * np.fromiter(map(np.sin, x), float, len(x)))


def fitted_by_weights(x: np.ndarray) -> Any:
    return np.sum(np.polyfit(np.linspace(0.0, 2.0, 6) + 0.1 * x, x**2, 2, w=x) ** 2)


def edges_put_around_differences(x: np.ndarray) -> Any:
    return np.sum(np.ediff1d(x, to_begin=[1.0, 2.0], to_end=x[0]) ** 2)


def over_both_axes(x: np.ndarray) -> Any:
    return np.sum(np.apply_over_axes(np.sum, x, [0, 1]) ** 2) + np.sum(np.add(x, 1.0, out=None) ** 2)


def norms_beside_equal_singular_values(x: np.ndarray) -> Any:
    a = np.outer(x, x) + np.eye(3)
    return np.linalg.norm(a, 2) + np.linalg.norm(a, "nuc")


PROGRAMS = [
    Case(pieces, (uniform(1, 6),)),
    Case(one_piece_and_else, (uniform(1, 6),)),
    Case(field_of_indices, (normal(1, 3),)),
    Case(slopes_over_moving_samples, (uniform(1, 5),)),
    Case(interpolation_with_ends, (normal(1, 5),)),
    Case(interpolation_around, (uniform(1, 5),)),
    Case(weighted_statistics, (uniform(1, 6),)),
    Case(padded_by_statistics, (normal(1, 5),)),
    Case(padded_by_ramps, (normal(1, 2, 3),)),
    Case(padded_by_several_values, (normal(1, 2, 3),)),
    Case(mirrored_through_the_edge, (normal(1, 5),)),
    Case(calculus_of_series, (normal(1, 4),)),
    Case(roots_and_back, (normal(1, 3),)),
    Case(quantiles_at_what_varies, (uniform(1, 5),)),
    Case(windows, (uniform(1, 4),)),
    Case(distinct_ones, (uniform(1, 5),)),
    Case(running_logarithms, (uniform(1, 6),)),
    Case(in_segments, (uniform(1, 6),)),
    Case(accumulated_from_a_start, (uniform(1, 4),)),
    Case(from_what_a_generator_gives, (uniform(1, 4),)),
    Case(fitted_by_weights, (uniform(1, 6),)),
    Case(edges_put_around_differences, (normal(1, 5),)),
    Case(over_both_axes, (normal(1, 2, 3),)),
    Case(norms_beside_equal_singular_values, (uniform(1, 3),)),
]
TWICE = PROGRAMS
