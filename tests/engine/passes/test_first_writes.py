"""A first contribution is written, not added: only where there are zeros for certain, whoever has made them."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def x():
    return (np.sin(np.arange(1.0, 13.0)).reshape(4, 3),)


def halves(v):
    return np.sum(v[:, :1] * v[:, 1:])


def overlaps(v):
    return np.sum(v[:, :2] * v[:, 1:]) - np.sum(v[1:] ** 2)


def corner(v):
    return np.sum(v[:2] * v[2:]) * v[0, 0]


def parts(x):
    y = np.exp(x)
    return halves(y) + np.sum(y[1] * y[2])


def a_callee_gets_zeros(x):
    return halves(np.exp(x))


def a_callee_gets_zeros_once(x):
    y = np.exp(x)
    return halves(y) * halves(y)


def a_callee_of_two(x):
    y, z = np.exp(x), np.tanh(x)
    return halves(y) * halves(z) + np.sum(z)


def a_callee_in_a_loop(x):
    total = 0.0
    for i in range(3):
        y = np.exp(x * i)
        total = total + halves(y) * corner(x)
    return total


def parts_that_overlap(x):
    y = np.exp(x)
    return overlaps(y) * np.sum(y[2:] * y[:2])


def views_that_overlap(x):
    y = np.exp(x)
    top, low = y[:3], y[1:]
    return halves(top) * halves(low) + corner(y)


def view_and_whole(x):
    y = np.exp(x)
    top = y[:2]
    return two(top, y)


def two(a, b):
    return np.sum(a[0] * b[0]) * np.sum(a[:, 1] * b[2:, 1])


def from_the_end(x):
    y = np.exp(x)
    return np.sum(y[-1] * y[3]) + np.sum(y[:-1] * y[1:]) + y[-2, 0] * y[2, -3] - np.sum(y[::2] ** 2)


def by_a_number(x):
    y = np.exp(x)
    total = 0.0
    for i in range(4):
        total = total + y[i, 0] * y[i - 1, 1]
    return total * y[0, 2]


def one_after_the_other(x, depth=2):
    if depth == 0:
        return halves(x)
    y = np.exp(x)
    return np.sum(y[:2] * y[2:]) + one_after_the_other(y, depth - 1)


def one_for_a_list(x):
    rows = [x[0] * 2.0, x[1] * 3.0]
    total = 0.0
    for row in rows:
        total = total + row[0] * row[1] + np.sum(row[1:])
    return total


def in_two_dtypes(x):
    y = np.exp(x).astype(np.float32)
    return np.sum(y[:2] * x[2:]) + np.sum(y[2:] * 2.0)


def complex_parts(x):
    y = x * (1.0 + 2.0j)
    return np.sum(np.abs(y[:2] * y[2:]) ** 2) + np.sum(y[1].real)


PROGRAMS = (parts, a_callee_gets_zeros, a_callee_gets_zeros_once, a_callee_of_two, a_callee_in_a_loop,
            parts_that_overlap, views_that_overlap, view_and_whole, from_the_end, by_a_number, one_after_the_other,
            one_for_a_list, complex_parts)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_the_gradient_is_right(program):
    assert_gradient(program, *x())


@pytest.mark.parametrize("program", [in_two_dtypes])
def test_the_gradient_is_right_in_single_precision(program):
    _, gradient = adls.value_and_grad(program)(*x())
    y = np.exp(x()[0])
    expected = np.vstack([y[:2] * x()[0][2:], 2.0 * y[2:] + y[:2]])
    np.testing.assert_allclose(gradient, expected, rtol=1e-5)
    assert gradient.dtype == np.float64


@pytest.mark.parametrize("program", PROGRAMS[:10], ids=lambda f: f.__name__)
def test_a_second_derivative_is_right(program):
    assert_gradient(lambda x: np.sum(adls.grad(program)(x) ** 2), *x(), rtol=1e-4, atol=1e-4)


def test_a_callee_writes_where_everyone_hands_over_zeros():
    text = adls.compiled(a_callee_gets_zeros, *x()).text
    assert "d_v[:, 1:] = " in text
    assert "d_v[:, :1] = " in text


def test_it_adds_where_someone_does_not():
    text = adls.compiled(a_callee_gets_zeros_once, *x()).text
    assert "d_v[:, 1:] += " in text
    assert "d_v[:, :1] += " in text


def test_the_entry_adds_to_what_its_caller_has():
    text = adls.compiled(halves, *x()).text
    assert "d_v[:, 1:] += " in text


MAKERS = {"copy": lambda x: x * 1.0}


def add_product(y, x):
    y[0, 0] += x[0, 1] * x[0, 0]


def into_what_is_not_known(x, name="copy"):
    y = MAKERS[name](x)
    add_product(y, x)
    return np.sum(y)


def test_a_callee_that_writes_into_what_is_not_known():
    """The derivative is right or refused; a call for its effect must not be passed over."""
    assert_gradient(into_what_is_not_known, *x())


def picked(x, rows=4, columns=(0, 2, 2, 1)):
    y = np.exp(x)
    labels = np.array(columns)
    return -np.mean(y[np.arange(len(labels)), labels]) + np.sum(y[np.arange(rows)[::-1], labels] ** 2)


def picked_twice(x):
    y = np.exp(x)
    rows = np.arange(4)
    rows[3] = 0
    columns = np.array([0, 2, 2, 0])
    return np.sum(y[rows, columns] ** 2) + np.sum(y[np.arange(4)[:, None], columns] ** 3)


def picked_from_the_end(x):
    return np.sum(np.exp(x)[np.arange(-4, 4), np.array([0, 1, 2, 0, 0, 1, 2, 0])] ** 2)


@pytest.mark.parametrize("program", [picked, picked_twice, picked_from_the_end], ids=lambda f: f.__name__)
def test_items_picked_by_number(program):
    assert_gradient(program, *x())
    assert_gradient(lambda x: np.sum(adls.grad(program)(x) ** 2), *x(), rtol=1e-4, atol=1e-4)


def test_what_is_named_once_is_written():
    labels = np.array([0, 2, 2, 1])
    text = adls.compiled(lambda x, labels: -np.mean(np.exp(x)[np.arange(len(labels)), labels]), *x(), labels).text
    assert "scatter_add" not in text
    assert "] = " in text
