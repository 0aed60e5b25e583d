"""Numbers that the backward pass only adds and multiplies are Python's floats there, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from adls.runtime.show import listing
from tests.differences import assert_gradient


def wave(u):
    for i in range(len(u) - 2):
        u[i] = u[i] + 0.3 * u[i + 1] * u[i] - u[i + 2] * u[i + 1]
    return u.sum()


def waves(u):
    for i in range(u.shape[0] - 1):
        for j in range(u.shape[1]):
            u[i, j] = u[i, j] * u[i + 1, j] + u[i, j - 1] * u[i, j]
    return np.sum(u * u)


def quotients(u):
    """A quotient by a float would raise where NumPy gives infinity."""
    total = 0.0
    for i in range(len(u) - 1):
        product = u[i] * u[i + 1]
        total = total + u[i] * product / u[i + 1] + product * product
    return total


def powers(u):
    s = u[0] * u[1]
    for i in range(1, len(u)):
        s = s * u[i] + u[i - 1] * s + u[i] ** 3.0
    return s


def mixed(u):
    y = np.zeros_like(u)
    for i in range(1, len(u)):
        y[i] = u[i] * u[i - 1] * y[i - 1] + u[i] * u[i]
        y = y * u[i]
    return y.sum()


def kept_in_a_branch(u):
    total = 0.0
    for i in range(len(u)):
        if u[i] > 0.5:
            square = u[i] * u[i] * u[i - 1]
            total += square * u[i]
        else:
            total += u[i] * u[i - 1] * u[i]
    return total


def step(z, k):
    return np.array([k[0] * z[0] - k[1] * z[0] * z[1], k[1] * z[0] * z[1] - k[2] * z[1]])


def steps(z):
    z, k = z[:2] + 0.0, z[2:]
    for _ in range(4):
        z = z + 0.1 * step(z, k)
    return z[0] * z[1]


PROGRAMS = [wave, quotients, powers, mixed, kept_in_a_branch, steps]


def numbers():
    return np.array([0.7, 1.3, -0.4, 0.9, 0.2])


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_gradients(program) -> None:
    assert_gradient(program, numbers())


def test_the_gradient_of_a_matrix() -> None:
    assert_gradient(waves, np.sin(np.arange(1.0, 13.0)).reshape(4, 3))


@pytest.mark.parametrize("program", [wave, quotients, powers, steps], ids=lambda p: p.__name__)
def test_second_derivatives(program) -> None:
    weights = np.array([1.0, -0.5, 0.3, 0.2, 2.0])
    assert_gradient(lambda u: np.sum(adls.grad(program)(u) * weights), numbers())


def test_items_are_read_as_floats() -> None:
    back = listing(wave, numbers()).partition("def wave__back")[2]
    assert "d_u.item(i)  # float" in back


def test_what_is_divided_stays_as_it_is() -> None:
    forward, _, back = listing(quotients, numbers()).partition("def quotients__back")
    assert "float(" not in forward
    assert ".item(" not in back


def divided(u):
    a = u[0] * u[1]
    return np.array([a * u[2] * u[3], u[4] / a])[0]


def test_zero_divides_as_in_numpy() -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = adls.grad(divided)(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    assert found[2] == 0.0
    assert not np.isfinite(found[0]) or found[0] == 6.0


def test_other_precisions_stay() -> None:
    found = adls.grad(wave)(numbers().astype(np.float32))
    assert found.dtype == np.float32
    assert ".item(" not in listing(wave, numbers().astype(np.float32))
