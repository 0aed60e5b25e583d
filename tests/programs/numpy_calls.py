"""NumPy's functions that write, draw, or take more than their operands, and numbers of cmath."""

from __future__ import annotations

import cmath

import numpy as np

from tests.programs.case import Case, normal


def outer_products(x, y):
    tables = np.multiply.outer(x, y) + np.arctan2.outer(x, y) * np.fmax.outer(x, y)
    return np.sum(tables**2) + np.sum(np.copysign.outer(x, y)) + np.sum(np.greater.outer(x, y) * x[:, None])


def _either(x):
    return {"plain": x, "none": None}["plain" if len(x) else "none"]


def outer_products_of_what_the_run_knows(x, y):
    return np.sum(np.subtract.outer(_either(x), _either(y)) ** 3) + np.sum(np.multiply.outer(_either(x), y))


def ufuncs_with_a_dtype(x):
    half = np.multiply(x, x, dtype=np.float64) + np.exp(x, dtype="float64")
    return np.sum(np.add(half, 1, dtype=float) ** 2) + np.float64(np.multiply(x, x, dtype=np.float32).sum() * 0.0)


def put_in_places(x):
    y = np.outer(x, x)
    np.put(y, [0, 5, -1], x[1] * x[:2])
    y.put(2, x[2])
    np.fill_diagonal(y, x * 2.0)
    np.putmask(y, y > 1.0, y * y)
    np.place(y, y < -0.2, x[:2] * 3.0)
    np.copyto(y, x, where=np.abs(y) < 0.1)
    return np.sum(y**2 * np.arange(9.0).reshape(3, 3))


def put_numbers(x):
    y = x * 1.0
    np.put(y, [0], 2)
    np.putmask(y, y > 1.0, 0.5)
    np.place(y, y < -1.0, [1.0, 2.0])
    return np.sum(y * x)


def results_into_tuples(x):
    y, z = np.zeros(3), np.zeros(3, np.float32)
    np.multiply(x, x, out=(y,))
    np.exp(x, out=z)
    return np.sum(y * x) + 0.0 * np.sum(z)


def shuffled_and_drawn(x):
    rng = np.random.default_rng(3)
    y = x * 1.0
    rng.shuffle(y)
    picked = rng.permutation(x) * rng.choice(x, 3) + rng.choice(x, size=3, replace=False)
    rows = rng.permutation(np.outer(x, x))
    np.random.seed(1)
    z = np.random.permutation(x * x)
    np.random.shuffle(z)
    return np.sum(y * picked * np.arange(3.0)) + np.sum(rows[0] ** 2) + z[0] * z[1] + rng.choice(x)


def complex_numbers(x):
    z = cmath.exp(1j * x[0]) + cmath.sqrt(x[1]) * cmath.atanh(complex(x[2], x[0]))
    modulus, angle = cmath.polar(z)
    whole = cmath.rect(modulus, angle / 2.0) + cmath.log(z, 3.0) + cmath.asin(x[2]) * cmath.phase(z)
    return whole.real + whole.imag**2


def parts_of_numbers_as_arrays(x):
    return np.sum(np.imag(np.asarray(cmath.exp(1j * x[0]))) * x)


TABLE = np.array([[1.3, 0.4, -0.2], [0.1, 1.7, 0.6]])


def means_over_several_axes(x):
    return np.mean(TABLE * x, axis=(0, 1)) ** 2 + np.sum(TABLE * x, axis=(0, 1)) * np.add.reduce(TABLE * x * x, axis=(0, 1))


def quantiles_of_all_kinds(x):
    rows = TABLE * x
    found = np.percentile(rows, 40, axis=0, method="lower") * np.median(rows, axis=(0, 1))
    return np.sum(found**2) + np.quantile(x, [0.3, 0.8], method="hazen").prod()


def grids_of_vectors(x):
    across, down = np.meshgrid(x, x[:2] ** 2)
    return np.sum(across**2 * down) + np.sum(np.polyval([1.0, -2.0, 0.5], x) ** 2) + np.sum(x.view() ** 3)


def tables_at_points(x):
    nodes = np.sort(x) + np.arange(3.0)
    return np.sum(np.interp([0.4, 1.2], nodes, x**2) ** 2)


def strings_and_columns(x):
    mixed = np.r_[x[0], _either(x), 1.5, x[::-1]] ** 2
    table = np.c_[_either(x), x * x, TABLE.T]
    rows = np.r_[TABLE * x, TABLE]
    return np.sum(mixed * np.arange(8.0)) + np.sum(table @ np.arange(4.0) * x) + np.sum(rows[:3] ** 2)


def drawn_with_parameters(x):
    np.random.seed(2)
    return np.sum(np.random.normal(x, x * x, (2, 3)) ** 2) + np.sum(np.random.uniform(-x[0], x[1], size=3) * x)


def strings_of_lists(x):
    return np.sum(np.r_[[-x[1:]], x[0] * np.identity(2)] ** 2) + np.sum(np.r_[x, [1.0, x[0]]] ** 3)


def products_of_three(x):
    return np.einsum("i,ij,j->", x, np.outer(x, x) + 1.0, x) + np.sum(np.einsum("i,i,i->i", x, x, x))


def differences_with_edges(x):
    table = TABLE * x
    wide = np.diff(table, axis=0, append=table[:1] ** 2) * np.diff(table, prepend=x[0])
    return np.sum(wide**2)


def differences_of_differences(x):
    return np.sum(np.diff(x, n=2) ** 2) + np.sum(np.diff(x[:1], n=2)) + np.sum(np.resize(x, (2, 4)) ** 2)


def spaced(x):
    t, dt = np.linspace(x[0], 3.0 * x[1], 5, retstep=True)
    y = np.exp(-t * x[2])
    return dt * (y.sum() - 0.5 * (y[0] + y[-1]))


def spaced_rows(x, step=True):
    t, dt = np.linspace(x, 3.0 * x[::-1], 4, endpoint=False, retstep=bool(step))
    return ((t**2).sum(0) * dt**2).sum()


PROGRAMS = [
    Case(spaced, (normal(1, 3),)),
    Case(spaced_rows, (normal(1, 3),)),
    Case(spaced_rows, (normal(1, 2, 2),), note="matrix"),
    Case(strings_and_columns, (normal(1, 3),)),
    Case(products_of_three, (normal(1, 3),)),
    Case(drawn_with_parameters, (normal(1, 3) + 2.0,)),
    Case(strings_of_lists, (normal(1, 3),)),
    Case(differences_with_edges, (normal(1, 3),)),
    Case(differences_of_differences, (normal(1, 3),)),
    Case(means_over_several_axes, (normal(1, 3),)),
    Case(quantiles_of_all_kinds, (normal(1, 3),)),
    Case(grids_of_vectors, (normal(1, 3),)),
    Case(tables_at_points, (normal(1, 3),)),
    Case(outer_products, (normal(1, 3), normal(2, 4)), (0, 1)),
    Case(outer_products_of_what_the_run_knows, (normal(1, 3), normal(2, 4)), (0, 1)),
    Case(ufuncs_with_a_dtype, (normal(1, 3),)),
    Case(put_in_places, (normal(1, 3),)),
    Case(put_numbers, (normal(1, 3),)),
    Case(results_into_tuples, (normal(1, 3),)),
    Case(shuffled_and_drawn, (normal(1, 3),)),
    Case(complex_numbers, (normal(1, 3),)),
    Case(parts_of_numbers_as_arrays, (normal(1, 3),)),
]
TWICE = [case for case in PROGRAMS if case.function in (
    outer_products, ufuncs_with_a_dtype, put_numbers, means_over_several_axes, quantiles_of_all_kinds, grids_of_vectors,
    tables_at_points, spaced, spaced_rows, products_of_three, differences_of_differences)]
