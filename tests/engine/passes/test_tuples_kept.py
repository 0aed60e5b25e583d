"""A tuple of numbers that is taken apart is kept as the tuple that it is; its targets are printed where it is bound."""

from __future__ import annotations

import math

import pytest

import adls
from adls.runtime.gradients import compiled
from tests.differences import assert_gradient

RATES = (0.5, 0.3, 0.8)


def rate(x, rates):
    a, b, c = rates
    return x * a + math.sin(b * x) * c, a * b * x


def steps(x, rates):
    total = 0.0
    for _ in range(3):
        x, y = rate(x, rates)
        total += y * y
    return total + x


def rebound(x, rates):
    a, b, c = rates
    y = a * b * x
    a = y * c
    return a * b * c


def taken_apart_twice(x, rates):
    a, b, c = rates
    d, e, f = rates
    return a * b * c * x + d * e * f * x * x


def in_a_branch(x, rates):
    if x > 0.0:
        a, b, c = rates
        return a * b * c * x
    return x


def another_tuple_then(x, rates):
    a, b, c = rates
    y = a * b * c * x
    rates = (x, y, x * y)
    a, b, c = rates
    return a * b + c * y


@pytest.mark.parametrize("f", [steps, rebound, taken_apart_twice, in_a_branch, another_tuple_then])
def test_gradients(f):
    assert_gradient(f, 0.7, RATES, argnums=(0, 1))


def test_a_pullback_twice():
    _, back = adls.pullback(steps, 0.7, RATES)
    assert back(1.0) == back(1.0)


def test_the_tuple_is_kept():
    text = compiled(steps, 0.7, RATES).text
    assert "(x, y), rate_kept = rate__fwd(x, rates)" in text
    assert "a, b, c = rates" in text.split("def rate__back")[1]
