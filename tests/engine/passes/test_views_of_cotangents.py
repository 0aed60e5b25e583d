"""The cotangent of a view is a view of the cotangent; one that is the same in each element is a number."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def x():
    return (np.sin(np.arange(1.0, 13.0)).reshape(4, 3),)


def item(v, i):
    return v[i] * v[i + 1]


def views_of_views(x):
    y = x * x
    right = y[:, 1:]
    last = right[:, 1]
    return np.sum(last[1:] * last[:-1]) + right[0, 0] * y[1, 1] + np.sum(right[2:])


def handed_to_a_callee(x):
    flat = x[1]
    return item(flat, 0) * item(flat, 1) + x[1, 0] * x[2, 2]


def overlapping(x):
    top, low = x[:3], x[1:]
    return np.sum(top[1] * low[0]) + top[0, 0] * low[0, 1] + np.sum(top * low)


def read_whole_too(x):
    part = x[:, :2]
    total = np.sum(part * part)
    return total + part[0, 0] * part[3, 1] + np.sum(np.exp(part) * x[:, 1:])


def in_a_branch(x):
    part = x[1:]
    if x[0, 0] > 0.0:
        total = part[0, 1] * part[1, 0]
    else:
        total = part[0, 0]
    return total * part[2, 2]


def in_a_loop(x):
    total = 0.0
    for i in range(3):
        row = x[i]
        total = total + row[i] * row[0] * total + item(row, 0) * np.sum(x[i + 1])
    return total


def in_a_loop_over_parts(x):
    part, total = x[1:], 0.0
    for i in range(3):
        total = total + part[i, 0] * part[i, 1]
    return total


def written_after(x):
    y = x * 1.0
    part = y[1:]
    y[2, 0] = part[0, 0] * 3.0
    return part[1, 0] * part[0, 1] + np.sum(y)


def caught(x):
    total = 0.0
    try:
        part = x[1:]
        total = part[0, 0] * part[1, 1]
        total = total + part[5, 0]
    except IndexError:
        total = total * x[0, 0]
    return total


def new_axes(x):
    row = x[0] * x[1]
    return np.sum(row[:, None] * row[None]) + np.sum(row[None, :, None] * 2.0) + np.mean(row[..., None] * x.T)


def new_axes_subtracted(x):
    row = x[0] * x[1]
    return np.sum(x - row[None] * 2.0) - np.mean(row[:, np.newaxis])


def sums_of_sums(x):
    return np.mean(np.sum(x**2, axis=1)) - np.sum(np.mean(x * x, axis=0, keepdims=True)) * np.mean(x[1])


def sums_along_axes(x):
    kept = np.sum(np.sum(x * x, axis=1, keepdims=True), axis=0, keepdims=True)
    weighted = np.sum(np.sum(np.exp(x), axis=1) * x[:, 0])
    return np.sum(kept) + weighted + np.sum(np.mean(np.sum(x[None] * x[:, None], axis=1), axis=1)[1:])


def of_items_picked(x):
    rows = np.array([0, 2, 2])
    return np.mean(x[rows]) - np.sum(np.mean(x[rows, np.array([1, 1, 0])]) * x[1:]) - np.mean(x[x > 0.1])


def added_before_and_after(x):
    y = np.tanh(x)
    part = y[1:, 1:]
    return part[0, 0] * 2.0 - np.sum(part[1] * y[0, 1:]) - np.sum(part)


PROGRAMS = (views_of_views, handed_to_a_callee, overlapping, read_whole_too, in_a_branch, in_a_loop,
            in_a_loop_over_parts, written_after, caught, new_axes, new_axes_subtracted, sums_of_sums, sums_along_axes,
            of_items_picked, added_before_and_after)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_the_gradient_is_right(program):
    assert_gradient(program, *x())


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_a_pullback_called_twice_gives_the_same_bits(program):
    _, back = adls.pullback(program, *x())
    assert np.array_equal(back(1.0)[0], back(1.0)[0])


def test_a_view_takes_no_memory_of_its_own():
    text = adls.compiled(handed_to_a_callee, *x()).text
    assert "d_flat = d_x[1]" in text
    assert "zeros" not in text


def test_a_mean_of_sums_spreads_one_number():
    text = adls.compiled(lambda x: np.mean(np.sum(x**2, axis=1)), *x()).text
    assert "broadcast_to" not in text


@pytest.mark.parametrize("shape", [(700,), (60, 12), (6, 10, 20)])
@pytest.mark.parametrize("width", [(), (1,), (3,), (2, 4)])
def test_rows_are_added_up_in_order(shape, width):
    random = np.random.default_rng(0)
    index, rows = random.integers(-40, 40, shape), random.normal(size=(*shape, *width))
    table, expected = np.zeros((40, *width)), np.zeros((40, *width))
    np.add.at(expected, index, rows)
    adls.runtime.scatter_add(table, index, rows)
    np.testing.assert_array_equal(table, expected)
