"""Of a partial, the arguments that the caller still gives are those that count."""

from functools import partial

import numpy as np

import adls
from tests.differences import assert_gradient


def scaled(k, x):
    return k * x * x


def squared(x, f):
    return f(x) ** 2


def summed(k, x, y):
    return np.sum(k * x * x * y)


def test_the_first_argument_that_is_missing_is_differentiated():
    assert adls.grad(partial(scaled, 3.0))(2.0) == 12.0
    assert adls.grad(partial(partial(scaled, 3.0)))(2.0) == 12.0
    assert adls.grad(partial(scaled, x=2.0))(3.0) == 4.0
    assert adls.pullback(partial(scaled, 3.0), 2.0)[1](1.0) == (12.0,)


def test_positions_count_from_there():
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    found = adls.grad(partial(summed, 3.0), argnums=(0, 1))(x, y)
    assert np.allclose(found[0], 6.0 * x * y)
    assert np.allclose(found[1], 3.0 * x * x)
    assert_gradient(partial(summed, 3.0), x, y, argnums=(0, 1))


def test_a_partial_may_be_called_in_a_function_that_is_differentiated():
    assert adls.grad(squared)(2.0, partial(scaled, 3.0)) == 2 * 12.0 * 12.0
