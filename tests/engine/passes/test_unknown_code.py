"""What code that only the run knows may do to memory is found out when it runs, and refused where it counts."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError
from tests.differences import assert_gradient

STATE = np.zeros(3)
X = np.array([0.7, -1.3, 2.1])


def put(buf):
    def write(i, v):
        buf[i] = v
        return v

    return write


def result_unused(x):
    buf = np.zeros(3)
    write = put(buf)
    _ = write(1, x[1] ** 2)
    return np.sum(buf * x)


def in_a_helper(x):
    def call(fs, i, v):
        _ = fs[0](i, v)

    buf = np.zeros(3)
    write = put(buf)
    call([write, write], 1, x[1] ** 2)
    return np.sum(buf * x)


def of_a_partial(x):
    def write(i, v):
        buf[i] = v

    buf = np.zeros(3)
    p = functools.partial(write, 1)
    p(x[1] ** 2)
    return np.sum(buf * x)


class Runner:
    def __init__(self, f):
        self.f = f

    def run(self, v):
        self.f(0, v)


def of_an_attribute(x):
    def write(i, v):
        buf[i] = v

    buf = np.zeros(3)
    Runner(write).run(x[1] ** 2)
    return np.sum(buf * x)


def of_a_key_function(x):
    out = []
    sorted(x, key=lambda v: out.append(v * v) or float(v))
    return sum(out) * 1.0


def into_a_global(x):
    def write(v):
        STATE[:] = v * 2

    fs = [write, write]
    fs[0](x)
    return np.sum(STATE * x)


def stored(y):
    STATE[:] = y * 2.0
    return np.sum(y * y)


def gradient_of_what_stores(x):
    return np.sum(adls.grad(stored)(x)) + np.sum(STATE * x)


def iterator_before_a_write(x):
    def late(pairs, a):
        a[1] = a[0] * 5.0
        s = 0.0
        for u, v in pairs:
            s = s + u * v
        return s

    a = x * 1.0
    return late(zip(a, x, strict=True), a)


def iterator_walked_twice(x):
    def consume(it):
        s = 0.0
        for a in it:
            s = s + a * a
        for a in it:
            s = s + 100 * a
        return s

    return consume(map(np.sin, x))


def mapped_before_a_write(x):
    a = x * 1.0
    m = map(functools.partial(np.dot, a), [x, x])
    a[2] = x[0] * 5.0
    return sum(m)


@pytest.mark.parametrize("function", [
    in_a_helper, of_an_attribute, of_a_key_function, into_a_global,
    gradient_of_what_stores, iterator_before_a_write, iterator_walked_twice, mapped_before_a_write])
def test_is_refused(function):
    with pytest.raises(DifferentiationError):
        adls.grad(function)(X)


@pytest.mark.parametrize("function", [result_unused, of_a_partial])
def test_what_a_function_made_here_writes_is_known(function):
    assert_gradient(function, X)


def test_the_gradient_of_a_gradient_may_log():
    assert np.allclose(adls.grad(lambda x: np.sum(adls.grad(lambda y: np.sum(y * y))(x)))(X), 2.0)
    assert np.allclose(adls.grad(stored)(X), 2 * X)


def multiplied(ls):
    ls[0] *= ls[1]
    return np.sum(ls[0] * ls[1])


def test_one_array_in_two_places_of_an_argument_that_is_written():
    a = X.copy()
    with pytest.raises(DifferentiationError, match="shares memory"):
        adls.grad(multiplied)([a, a])
    with pytest.raises(DifferentiationError, match="shares memory"):
        adls.grad(multiplied)([a, a[::-1]])
    assert np.allclose(adls.grad(multiplied)([X.copy(), X.copy()])[1], 2 * X * X)


def product(d):
    return np.sum(d["x"] * d["y"])


def test_one_array_in_two_places_of_an_argument_that_is_read():
    found = adls.grad(product)({"x": X, "y": X})
    assert np.array_equal([found["x"], found["y"]], [X, X])
