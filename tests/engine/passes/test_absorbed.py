"""A factor that a sum is multiplied by afterwards goes into the sum, where the forward pass has that product."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def scales():
    return np.array([0.3, -0.2, 0.5])


def table():
    return np.sin(np.arange(1.0, 13.0)).reshape(4, 3)


def scaled(s, a):
    z = (a - 1.0) * np.exp(s)
    return np.sum(z**2) + np.sum(s)


def scaled_on_the_left(s, a):
    z = np.exp(-s) * (a + s)
    return np.mean(z**3 * np.tanh(z))


def scaled_twice(s, a):
    e = np.exp(s)
    z, w = (a - 1.0) * e, (a + 1.0) * e
    return np.sum(z**2 * w)


def scaled_rows(s, a):
    z = (a[:3] - 1.0) * np.exp(s)[:, None]
    return np.sum(z**2)


def scaled_along(s, a):
    z = (a[:, None] - s) * np.exp(a[1])
    return np.sum(z**2 * a[:, None] ** 2)


def written_afterwards(s, a):
    z = (a - 1.0) * np.exp(s)
    total = np.sum(z**2)
    z *= 2.0
    return total + np.sum(z)


def in_a_loop(s, a):
    total = 0.0
    for i in range(3):
        z = (a - i) * np.exp(s * i)
        total = total + np.sum(z**2)
        s = s * 0.5 + np.mean(z)
    return total


PROGRAMS = (scaled, scaled_on_the_left, scaled_twice, scaled_rows, scaled_along, written_afterwards, in_a_loop)


@pytest.mark.parametrize("argnum", [0, 1])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_the_gradient_is_right(program, argnum):
    assert_gradient(program, scales(), table(), argnums=argnum)


@pytest.mark.parametrize("program", PROGRAMS[:5], ids=lambda f: f.__name__)
def test_a_second_derivative_is_right(program):
    assert_gradient(lambda s: np.sum(adls.grad(program)(s, table()) ** 2), scales(), rtol=1e-4, atol=1e-5)


def test_what_is_scaled_is_not_kept():
    assert "runtime.sum_product(z, z, axis=0)" in adls.compiled(scaled, scales(), table()).text
