"""Arithmetic of the forward function in place: on the way to a name, and with the program's own bits."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def affine(x, w, b):
    y = x @ w + b
    return np.sum(np.tanh(y))


def of_two_products(x, w, b):
    y = x @ w + x @ w * b
    return np.sum(np.tanh(y))


def nameless(x, w, b):
    return np.sum(np.tanh(x @ w + b))


def of_arguments(x, w, b):
    y = 2.0 * x + w
    return np.sum(np.tanh(y) * b)


def read_again(x, w, b):
    t = x @ w
    y = t + b
    return np.sum(np.tanh(y) * t)


def captured(x, w, b):
    y = x @ w + b
    later = lambda: np.sum(y)
    z = y + 1.0
    return np.sum(np.tanh(z)) * later()


def parameter(x, w, b):
    for _ in range(2):
        x = x @ w + x
        b = 0.5 * b + b[0]
    return np.sum(np.tanh(x) * b)


def widened(x, w, b):
    row = x @ w + np.array([[1.0], [2.0], [3.0]])
    return np.sum(row * b)


def rng(*shape):
    return np.random.default_rng(5).normal(size=shape)


SQUARE = rng(3, 3), rng(3, 3), rng(3)


PROGRAMS = (affine, of_two_products, nameless, of_arguments, read_again, captured, parameter, widened)


@pytest.mark.parametrize("f", PROGRAMS)
@pytest.mark.parametrize("order", ["C", "F"])
def test_value_and_gradient_are_the_program_s(f, order):
    args = tuple(np.asarray(each, order=order) for each in SQUARE)
    assert adls.value_and_grad(f)(*args)[0] == f(*args)
    assert_gradient(f, *args)
    assert_gradient(f, rng(1, 3), *args[1:])


@pytest.mark.parametrize(("f", "updates"), [(affine, 1), (of_two_products, 1), (nameless, 0), (of_arguments, 0),
                                            (read_again, 0)])
def test_what_is_updated(f, updates):
    text = adls.compiled(f, *SQUARE).text
    forward = text[: text.index("__back(")]
    assert forward.count(" += ") + forward.count(" *= ") == updates
