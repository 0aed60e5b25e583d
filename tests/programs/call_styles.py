"""NumPy called in ways that few people call it: by keywords, with lists for arrays, with numbers where arrays are usual."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case, normal, positive_definite


def by_keywords(x):
    parts = np.split(ary=x, indices_or_sections=[1, 3])
    rows, columns = np.gradient(f=x.reshape(2, 3))
    return np.sum(a=parts[1] ** 2) + np.prod(a=parts[2]) + np.sum(rows * columns) + np.hsplit(ary=x, indices_or_sections=2)[1] @ x[:3]


def of_lists(rows):
    low, high = np.array_split(rows, 2)
    return np.vstack(rows)[0].sum() ** 2 + np.sum(low * low) + np.cumsum(rows)[3] * high[0, 0]


def of_numbers(x):
    return (np.sum(x, axis=-1) ** 2 + np.add.reduce(x) * np.cumsum(x, axis=0)[0] + np.prod(x, axis=0) + np.quantile(x, 0.3)
            + np.ravel(x, order="F")[0] + np.convolve(x, 2.0)[0] * np.repeat(x, 2, axis=0).sum() + np.array(x, ndmin=2)[0, 0]
            + np.ldexp(x, np.array([1, 2])).sum())


def the_default_of_an_extremum(x):
    return max([], default=x * x) + min([each for each in (x, 2.0) if each > 5.0], default=x)


def edges_of_a_density(samples, low):
    counts, edges = np.histogram(samples, 3, range=(low, low + 3.0), density=True)
    return counts @ edges[1:] ** 2 + np.histogram(samples, bins=2, density=True)[0].sum()


def the_shortest_solution(A, b):
    return np.sum(np.linalg.lstsq(A, b, rcond=None)[0] ** 3)


def a_wide_factorization(A):
    q, r = np.linalg.qr(A)
    return np.sum(np.sin(q)) + np.sum(np.cos(r)) + np.linalg.qr(A.T, "r")[0, 1]


def phases_of_eigenvectors(A, B):
    _, v = np.linalg.eigh(A + 1j * (B - B.T))
    _, u = np.linalg.eig(A + 1j * B)
    return np.sum(v.real) + np.sum(v.imag ** 2) + np.sum(u.imag) + u[0, 0].real


def complex_statistics(x, y):
    z = x + 1j * y
    return np.abs(np.cov(z)[0, 1]) + np.corrcoef(z)[0, 1].imag + np.nanvar(z) + np.nanstd(z, axis=1).sum()


def grids_of_counts_and_numbers(x):
    first, second = np.meshgrid(x, np.arange(3))
    both, counts = np.broadcast_arrays(x[:, None], np.arange(2))
    return np.sum(first ** 2 * second) + np.sum(both * counts)


def one_node(x, value):
    return np.interp(x, [0.5], value).sum()


def bounds_by_name(x):
    return np.sum(x.clip(min=0.35) ** 2) + x.clip(max=x[0] + 0.1, min=-1.0).sum()


def parts_reduced(x):
    return np.add.reduceat(x ** 2, [0, 2]).prod() + np.add.reduceat(np.outer(x, x), [1, 3], axis=1)[0] @ x[:2]


PROGRAMS = [
    Case(by_keywords, (normal(1, 6),)),
    Case(of_lists, ([[0.3, -1.2], [0.7, 0.4], [1.1, 0.2]],)),
    Case(of_numbers, (0.7,)),
    Case(of_numbers, (np.float64(0.7),), note="of NumPy's"),
    Case(the_default_of_an_extremum, (1.3,)),
    Case(edges_of_a_density, (np.array([0.1, 0.4, 1.3, 1.8, 2.2]), 0.05), (0, 1)),
    Case(the_shortest_solution, (normal(2, 2, 4), normal(3, 2)), (0, 1)),
    Case(a_wide_factorization, (normal(4, 2, 4),)),
    Case(phases_of_eigenvectors, (positive_definite(5, 3), normal(6, 3, 3)), (0, 1)),
    Case(complex_statistics, (normal(7, 2, 5), normal(8, 2, 5)), (0, 1)),
    Case(grids_of_counts_and_numbers, (normal(9, 3),)),
    Case(bounds_by_name, (normal(11, 4),)),
    Case(parts_reduced, (normal(12, 4),)),
    Case(one_node, (normal(10, 3), np.array([1.5])), (0, 1)),
]
