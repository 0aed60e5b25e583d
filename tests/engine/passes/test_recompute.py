"""What is kept anyway gives other residuals: these are computed again, with the values that they had."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def products(x: float, y: float) -> float:
    a = x * y
    b = a + y
    return a * b * x / y


def rebound(x: float, y: float) -> float:
    a = x * y
    x = x + 1.0
    return a * a * x * y


def in_a_loop(x: float, y: float) -> float:
    for _ in range(3):
        a = x * y
        x = a * a * 0.1 + x * a
    return x


def before_a_loop(x: float, y: float) -> float:
    scale = x / y
    total = x * y * scale
    for _ in range(3):
        total = total * scale
    return total


def in_a_branch(x: float, y: float) -> float:
    total = x * y
    if x > 0.0:
        scale = x - y
        total = total * scale * scale
    return total * x * y


def left_early(x: float, y: float) -> float:
    if y < 0.0:
        return x
    a = x * y
    return a * a * x * y


def whole_numbers(x: float, n: int) -> float:
    k = n * 2
    return x**k * n * x


CASES = tuple((f, (0.7, 1.3)) for f in (products, rebound, in_a_loop, before_a_loop, in_a_branch, left_early))


@pytest.mark.parametrize(("f", "args"), [*CASES, (left_early, (0.7, -1.3)), (whole_numbers, (0.7, 3))])
def test_the_gradient_is_right(f, args):
    assert_gradient(f, *args, argnums=(0,) if f is whole_numbers else (0, 1))
    value, back = adls.pullback(f, *args)
    assert back(1.0) == back(1.0)
    assert value == f(*args)


def residuals(f, *args):
    text = adls.compiled(f, *args, argnums=(0, 1)).text
    back = text[text.index("__back(residuals") :].splitlines()
    return next(line for line in back if line.endswith(" = residuals") or " = residuals " in line).partition(" =")[0]


def test_what_is_computed_of_numbers_that_are_kept_is_not():
    assert residuals(products, 0.7, 1.3).replace(",", "").split() == ["y", "t3", "x"]
    assert "a" not in residuals(before_a_loop, 0.7, 1.3).split()


def not_reached(x, w):
    try:
        if x[0] > 0.0:
            raise ValueError
        v = x[0] * w
        total = np.sum(v * v)
    except ValueError:
        total = x[1]
    for _ in range(2):
        total = total + np.sum(w * x[1])
    return total


@pytest.mark.parametrize("first", [0.5, -0.5])
def test_a_shape_that_never_was(first):
    assert_gradient(not_reached, np.array([first, 2.0]), np.array([1.0, 2.0, 3.0]), argnums=(0, 1))


def spread(x, y):
    z = np.sin(x)
    return np.sum(z[: len(y)] * y) + np.sum(z * z)


def test_the_shape_of_what_is_kept_is_not():
    x, y = np.array([0.1, 0.2, 0.3]), np.array([1.0, 2.0])
    assert_gradient(spread, x, y, argnums=(0, 1))
    assert "z_shape" not in residuals(spread, x, y)
