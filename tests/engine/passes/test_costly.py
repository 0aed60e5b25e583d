"""Costly calls of a backward function are made once, where nobody can tell."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def definite(n=4):
    a = np.sin(np.arange(1.0, 1 + n * n)).reshape(n, n)
    return a @ a.T + n * np.eye(n)


def vector(n=4):
    return np.cos(np.arange(1.0, n + 1))


def one_solution(a, b):
    return np.sum(np.linalg.solve(a, b) ** 2)


def likelihood(a, b):
    factor = np.linalg.cholesky(a)
    w = np.linalg.solve(factor.T, np.linalg.solve(factor, b))
    return b @ w + np.sum(np.log(np.diag(factor)))


def matrix_of_right_sides(a, b):
    factor = np.linalg.cholesky(a)
    half = np.linalg.solve(factor, np.outer(b, b))
    return np.sum(half**2) + np.sum(factor)


def written_factor(a, b):
    factor = np.linalg.cholesky(a)
    factor[0] *= 2.0
    return np.sum(np.linalg.solve(factor, b) ** 2) + np.sum(np.linalg.solve(factor.T, b))


def rebound_factor(a, b):
    factor = np.linalg.cholesky(a)
    x = np.linalg.solve(factor, b)
    factor = factor + np.ones(factor.shape)
    return np.sum(x * np.linalg.solve(factor, b))


def in_a_loop(a, b):
    total = 0.0
    for k in range(2):
        factor = np.linalg.cholesky(a + k * np.eye(4))
        total = total + b @ np.linalg.solve(factor.T, np.linalg.solve(factor, b * (k + 1.0)))
    return total


def upper(a, b):
    factor = np.linalg.cholesky(a).T
    return np.sum(np.linalg.solve(factor, b) ** 2) + np.sum(factor**2)


PROGRAMS = [one_solution, likelihood, matrix_of_right_sides, written_factor, rebound_factor, in_a_loop, upper]


@pytest.mark.parametrize("argnum", [0, 1])
@pytest.mark.parametrize("f", PROGRAMS)
def test_the_gradient_is_right(f, argnum):
    assert_gradient(f, definite(), vector(), argnums=argnum)


@pytest.mark.parametrize("f", [one_solution, likelihood, matrix_of_right_sides, upper])
def test_it_can_be_differentiated_again(f):
    weights = np.sin(np.arange(16.0)).reshape(4, 4)
    assert_gradient(lambda a, b: np.sum(weights * adls.grad(f)(a, b)), definite(), vector())


def test_a_large_matrix():
    a, b, direction = definite(70) / 70.0, vector(70), np.outer(vector(70), vector(70))
    ends = [likelihood(a + step * direction, b) for step in (1e-6, -1e-6)]
    gradient = adls.grad(likelihood)(a, b)
    np.testing.assert_allclose(np.sum(gradient * direction), (ends[0] - ends[1]) / 2e-6, rtol=1e-6)


def backward(f, *args):
    text = adls.compiled(f, *args).text
    text = text[text.index("__back(residuals, ") :]
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def test_both_cotangents_of_a_solution_take_one_solution():
    assert backward(of_both, (definite(), vector())).count("np.linalg.solve") == 1


def of_both(params):
    return one_solution(*params)


def test_a_cholesky_factor_is_inverted_once():
    text = backward(likelihood, definite(), vector())
    assert text.count("runtime.triangular_inverse") == 1
    assert "np.linalg.solve" not in text


def test_results_that_are_equal_are_not_the_same_array():
    first, second = adls.grad(twice_the_same, (0, 1))(vector(), vector(), definite())
    assert not np.shares_memory(first, second)


def twice_the_same(x, y, a):
    return np.sum(a @ x + a @ y)
