"""A number that is computed twice is computed once, unless it might be another one, or somebody can tell."""

from __future__ import annotations

import math

import numpy as np
import pytest

from adls.runtime.gradients import compiled
from tests.differences import assert_gradient


def numbers(x, h):
    a = x + 0.5 * h * x
    b = 0.5 * h * a + h / 3.0
    return a * b + h / 3.0


def rebound(x, h):
    a = 0.5 * h * x
    h = h + 1.0
    return a + 0.5 * h * x * a


def in_a_loop(x, h):
    total = 0.0
    for i in range(3):
        y = x + i
        total += 0.5 * y * h
        x = math.sin(x)
        total += 0.5 * y * x * h
    return total


def before_a_loop(x, h):
    total = 0.5 * h * x
    for _ in range(3):
        total += 0.5 * h * total
    return total


def in_branches(x, h):
    y = x * h if x > 0.0 else h * h
    if h > 0.1:
        y += x * h * y
    return y + x * h


def after_an_exception(x, h):
    try:
        y = x / h
        raise ValueError
    except ValueError:
        y = x / h * 2.0
    return y + x / h


def integers_and_floats(x, h):
    n = 2
    return x ** (n * 3) + h * (n * 3) + h * (n * 3.0)


ARRAYS = np.array([0.3, -0.4, 0.7])


def items(x):
    return x[0] * x[1] + np.sin(x[0]) * x[1] ** 2 + x[-1]


def items_that_are_written(x):
    y = x * 1.0
    a = y[0] * 2.0
    y[0] = a * a
    return a * y[0] + y[0] * y[1]


def items_written_through_a_view(x):
    y = x * 1.0
    v = y[:2]
    a = y[0]
    v *= 3.0
    return a * y[0]


def items_written_by_a_helper(x):
    def scale(v):
        v *= 2.0

    y = x * 1.0
    a = y[1]
    scale(y)
    return a * y[1]


@pytest.mark.parametrize("f", [numbers, rebound, in_a_loop, before_a_loop, in_branches, after_an_exception,
                               integers_and_floats])
def test_numbers(f):
    assert_gradient(f, 0.7, 0.4, argnums=(0, 1))


@pytest.mark.parametrize("f", [items, items_that_are_written, items_written_through_a_view, items_written_by_a_helper])
def test_items(f):
    assert_gradient(f, ARRAYS)


def test_it_is_computed_once():
    assert forward_text(numbers, 0.7, 0.4).count("0.5 * h") == 1
    assert forward_text(items, ARRAYS).count("x[0]") == 1


def forward_text(f, *args):
    lines = compiled(f, *args).text.split(f"# {f.__name__}__back")[0].splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("#"))
