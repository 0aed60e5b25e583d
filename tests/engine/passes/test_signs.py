"""A cotangent whose sign waits: however two contributions meet, and wherever it is asked for whole."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def x():
    return np.array([0.3, 0.8, -0.4, 0.6])


def twice_subtracted(x):
    a = np.sin(x)
    return np.sum(x * x - a) - np.sum(np.exp(x) - a * a)


def subtracted_then_added(x):
    a = np.sin(x)
    return np.sum(-a) + np.sum(a * x)


def added_then_subtracted(x):
    a = np.sin(x)
    return np.sum(a * x) + np.sum(-a * 2.0) + np.sum(-a)


def over_a_branch(x):
    a = np.sin(x)
    b = -a if x[0] > 0.0 else a * a
    return np.sum(b)


def through_a_loop(x):
    a = np.cos(x)
    for i in range(3):
        a = 1.0 - a * x * (i + 1)
    return np.sum(-a)


def carried_unchanged(x):
    a = np.cos(x)
    total = 0.0
    for i in range(3):
        total = total - np.sum(a) * i
    return total


def a_sum_subtracted(x):
    return np.sum(x * x - np.sum(x, keepdims=True)) - np.mean(x - x * x)


def an_item_subtracted(x):
    return -x[1] * 3.0 - x[1] + 1.0 / x[2] - np.sum(x[1:] - x[:-1] ** 3 - x[1:] ** 4)


def an_item_named_twice(x):
    return -np.sum(x[np.array([0, 0, 2])] ** 5)


def written_memory(x):
    y = x * 1.0
    y[1:] = -y[:-1] * 2.0
    y -= x
    return np.sum(-y * y)


def in_a_tuple(x):
    pair = (-x, 1.0 - x)
    return np.sum(pair[0] * pair[1])


def in_a_list(x):
    parts = []
    for each in x:
        parts.append(1.0 - each)
    return -sum(each * each for each in parts)


def handed_to_a_function(x):
    def inner(v, w):
        return v - w * v

    return np.sum(inner(-x, np.exp(-x)))


def complex_inside(x):
    z = x * (1.0 + 2.0j)
    return -np.sum(np.real(1.0 / (-z)))


@pytest.mark.parametrize("f", [
    twice_subtracted, subtracted_then_added, added_then_subtracted, over_a_branch, through_a_loop, carried_unchanged,
    a_sum_subtracted, an_item_subtracted, an_item_named_twice, written_memory, in_a_tuple, in_a_list,
    handed_to_a_function, complex_inside])
def test_signs(f):
    assert_gradient(f, x())


def test_a_difference_is_subtracted():
    def f(x):
        return np.sum(x * x - np.exp(x))

    assert "-d" not in adls.runtime.gradients.compiled(f, x()).text
