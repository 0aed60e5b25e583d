"""Gradients of gradients: what the backward pass adds to in place, writes, or takes back is differentiated again."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient

X = np.array([0.7, -1.3, 2.1])
IDX = np.array([0, 2, 2])


def picked(x):
    return np.sum(x[IDX] ** 3)


def picked_by_a_list(x):
    return np.sum(x[[0, 1, 1]] ** 3)


def picked_in_two_dims(x):
    y = np.outer(x, x)
    return np.sum(y[IDX, IDX] ** 2) + np.sum(y[:, IDX] ** 2) + np.sum(y[IDX][:, [0, 1]] ** 2)


def picked_by_an_index_that_changes(x):
    idx = np.array([0, 1, 1])
    y = x[idx] ** 2
    idx[0] = 2
    return np.sum(y)


def written_by_an_index_array(x):
    y = x * x
    y[IDX] = x * 2
    return np.sum(y**2)


def updated_by_an_index_array(x):
    y = x * x
    y[IDX] += x * 2
    return np.sum(y**2)


def written_by_a_mask(x):
    y = x * x
    y[x > 0] = x[x > 0] ** 3
    return np.sum(y**2)


def added_at(x):
    y = np.zeros(3)
    np.add.at(y, IDX, x**2)
    return np.sum(y**2)


def filled_in_a_loop(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] ** 2 * y[i - 1] + x[0]
    return np.sum(y**2)


def updated_in_place(x):
    y = x.copy()
    y *= x
    y[1:] -= y[:-1] * x[0]
    return np.sum(y**2)


def rows_and_columns(x):
    m = np.zeros((3, 3))
    m[0] = x
    m[1] = m[0] ** 2
    m[:, 2] = x * m[1]
    return np.sum(m**2)


def callback(x):
    def solve(f, y):
        for _ in range(3):
            y = y + 0.1 * f(y)
        return y

    return np.sum(solve(lambda y: x * y**2, x) ** 2)


FUNCTIONS = [picked, picked_by_a_list, picked_in_two_dims, picked_by_an_index_that_changes, written_by_an_index_array,
             updated_by_an_index_array, written_by_a_mask, added_at, filled_in_a_loop, updated_in_place,
             rows_and_columns, callback]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_hessian_vector_product(function):
    assert_gradient(lambda x: np.sum(adls.grad(function)(x) * np.array([0.3, 0.5, 0.7])), X)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_gradient_and_argument_together(function):
    assert_gradient(lambda x: np.sum(x * adls.grad(function)(x)), X)


def first_of(items):
    return items[0]


def test_what_a_callee_gives_back_out_of_a_list_is_not_taken_for_constant():
    def function(x):
        a = first_of([x, x])
        return np.sum(x * a * a)

    np.testing.assert_allclose(adls.grad(lambda x: np.sum(adls.grad(function)(x)))(X), 6.0 * X, rtol=1e-12)
