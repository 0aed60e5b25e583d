"""Numbers are applied to sums, not to what is summed; two changes of sign are none."""

from __future__ import annotations

import numpy as np
import pytest

from adls.runtime.show import listing
from tests.differences import assert_gradient


def table():
    return np.sin(np.arange(1.0, 25.0)).reshape(2, 3, 4)


def scaled(m, a):
    z = a - m
    return np.sum(-0.5 * np.sum(z**2, axis=2))


def scaled_with_a_scale(m, a):
    z = (a - m) * np.exp(-m)
    return np.mean(np.exp(-0.5 * np.sum(z**2, axis=2)) * 3.0)


def scaled_twice(m, a):
    z = a * m
    y = 2.0 * np.sum(z, axis=2)
    return np.sum(y**2) + np.sum(0.25 * np.sum(z * z * z, axis=1))


def negated(m, a):
    y = -np.sum((a - m) ** 2, axis=1)
    return np.sum(-y)


def written(m, a):
    y = -0.5 * np.sum((a * m) ** 2, axis=2)
    y[0] *= 2.0
    return np.sum(y * y)


PROGRAMS = [scaled, scaled_with_a_scale, scaled_twice, negated, written]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_gradients(program) -> None:
    assert_gradient(program, np.array([0.3, -0.7, 1.1, 0.2]), table())


def test_no_array_is_multiplied_by_a_number() -> None:
    text = listing(scaled_with_a_scale, np.array([0.3, -0.7, 1.1, 0.2]), table())
    back = text[text.index("def scaled_with_a_scale__back") :]
    assert "* -0.5" not in back
    assert "-minus_" not in back
