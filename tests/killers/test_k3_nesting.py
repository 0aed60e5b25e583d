"""K3: environments and nesting: closures, functions picked at run time, gradients of gradients."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient, numerical_gradient
from tests.killers.programs import overwritten, picked


def test_perturbations_are_not_confused():
    assert adls.grad(lambda x: x * adls.grad(lambda y: x * y * y)(x))(3.0) == 54.0


def test_the_inner_gradient_alone():
    x = 3.0
    assert adls.grad(lambda y: x * y * y)(x) == 18.0


def test_three_deep():
    assert adls.grad(adls.grad(adls.grad(lambda x: x * x * x * x)))(2.0) == 48.0


WEIGHTS = np.array([[0.4, -0.3, 0.2], [0.1, 0.5, -0.6], [-0.2, 0.3, 0.7]])
START = np.array([0.3, -0.7, 1.1])
NAMES = ["tanh", "scale", "square", "tanh", "scale"]


def test_closures_picked_from_a_dict_at_run_time():
    """With respect to the array that they close over, and to what goes through them."""
    assert_gradient(picked, WEIGHTS, START, NAMES, argnums=(0, 1))


@pytest.mark.parametrize("names", [[], ["square"], ["scale", "tanh"]])
def test_which_closures_ran_is_known_only_to_the_run(names):
    assert_gradient(picked, WEIGHTS, START, names, argnums=(0, 1))


def test_a_dict_of_closures_made_by_the_caller():
    W = WEIGHTS.copy()
    table = {"a": lambda v: np.tanh(W @ v), "b": lambda v: W.T @ v}

    def run(x):
        for name in ("a", "b", "a"):
            x = table[name](x)
        return x.sum()

    np.testing.assert_allclose(adls.grad(run)(START), numerical_gradient(run, (START,)), rtol=1e-6)


# A Hessian-vector product

DIRECTION = np.array([0.3, -0.2, 0.5, 0.1, -0.4, 0.7])


def point() -> np.ndarray:
    return np.linspace(0.2, 1.1, 6)


def along_the_gradient(u, v):
    return (adls.grad(overwritten)(u, 0.1, 3) * v).sum()


def along_the_gradient_of_a_copy(u, v):
    return (adls.grad(overwritten)(u.copy(), 0.1, 3) * v).sum()


@pytest.mark.parametrize("h", [along_the_gradient, along_the_gradient_of_a_copy])
def test_a_hessian_vector_product_through_the_loop(h):
    product = adls.grad(h)(point(), DIRECTION)
    step = 1e-6
    ends = [adls.grad(overwritten)(point() + sign * step * DIRECTION, 0.1, 3) for sign in (1.0, -1.0)]
    np.testing.assert_allclose(product, (ends[0] - ends[1]) / (2 * step), rtol=1e-6, atol=1e-8)


def test_the_hessian_is_symmetric():
    hessian = np.array([adls.grad(along_the_gradient_of_a_copy)(point(), row) for row in np.eye(6)])
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12, atol=1e-14)
    assert np.abs(hessian).max() > 0.1


def test_the_outer_gradient_with_respect_to_the_direction_is_the_gradient():
    inner = adls.grad(overwritten)(point(), 0.1, 3)
    outer = adls.grad(along_the_gradient_of_a_copy, 1)(point(), DIRECTION)
    np.testing.assert_allclose(outer, inner, rtol=1e-14)
