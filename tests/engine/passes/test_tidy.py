"""Sums of numbers on one line, and names that loops hand on."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def one_line(x: float, y: float) -> float:
    return x * y - x * x * y + y / x + y * y * x


def several_lines(x: float, y: float) -> float:
    a = x * y
    b = a - x * x
    return a * b + y * x


def rotated(x: float, y: float) -> float:
    for _ in range(4):
        x, y = y + 0.1 * x * y, x - 0.2 * x
    return x * y


def handed_on(x: float, y: float) -> float:
    total = 0.0
    for _ in range(3):
        for _ in range(2):
            x = x * y
            total += x
        y = y + total * 0.1
    return total * y


def arrays(x, y):
    old = x
    for n in range(3):
        old, x = x, x * y[n] + 0.5 * old
    return np.sum(x * old)


@pytest.mark.parametrize("f", [one_line, several_lines, rotated, handed_on])
def test_gradients_of_numbers(f):
    assert_gradient(f, 0.7, 1.3, argnums=(0, 1))


def test_the_gradient_of_arrays():
    assert_gradient(arrays, np.array([0.5, -1.0]), np.array([0.3, 0.6, 0.9]), argnums=(0, 1))


def test_a_line_s_contributions_are_one_sum():
    back = adls.compiled(one_line, 0.7, 1.3, argnums=(0, 1)).text.partition("__back(")[2]
    assert "+=" not in back
    assert "-=" not in back


def test_a_loop_hands_on_without_copies():
    back = adls.compiled(handed_on, 0.7, 1.3, argnums=(0, 1)).text.partition("__back(")[2]
    copies = [line for line in back.splitlines() if line.partition("  #")[0].count(" = ") and line.partition("  #")[
        0].split(" = ")[1].isidentifier() and "residuals" not in line and "total" not in line]
    assert len(copies) <= 2, copies
