"""1 / (1 + exp(u)) keeps its result alone, and has derivative 0 where the exponential overflows."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import adls
from adls.runtime.show import listing
from tests.differences import assert_gradient


def sigmoid(x):
    return np.sum(1.0 / (1.0 + np.exp(-x)) * np.arange(1.0, 4.0))


def the_other_way_round(x):
    return np.sum(1 / (np.exp(x) + 1) * np.arange(1.0, 4.0))


def negated(x):
    return np.sum(-(1.0 / (1.0 + np.exp(2.0 * x))) ** 2)


def with_its_exponential(x):
    e = np.exp(-x)
    y = 1.0 / (1.0 + e)
    return np.sum(y * e)


def in_a_loop(x):
    for _ in range(3):
        x = 1.0 / (1.0 + np.exp(-2.0 * x))
    return np.sum(x)


def of_numbers(x):
    return sum(1.0 / (1.0 + math.exp(-float(each))) for each in x)


PROGRAMS = [sigmoid, the_other_way_round, negated, with_its_exponential, in_a_loop, of_numbers]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_gradients(program) -> None:
    assert_gradient(program, np.array([-1.5, 0.3, 2.0]))


@pytest.mark.parametrize("program", [sigmoid, the_other_way_round, in_a_loop], ids=lambda p: p.__name__)
def test_second_derivatives(program) -> None:
    assert_gradient(lambda x: np.sum(adls.grad(program)(x) * np.array([1.0, -2.0, 0.5])), np.array([-1.5, 0.3, 2.0]))


@pytest.mark.parametrize("program", [sigmoid, the_other_way_round])
def test_an_exponential_that_overflows_has_no_slope(program) -> None:
    with np.errstate(over="ignore"):
        found = adls.grad(program)(np.array([-1000.0, 0.0, 1000.0]))
    np.testing.assert_array_equal(found, [0.0, found[1], 0.0])
    assert abs(found[1]) == 0.5


def plain(x):
    return 1.0 / (1.0 + np.exp(-x))


def test_one_array_is_kept() -> None:
    text = listing(lambda x: np.sum(plain(x)), np.ones(3))
    assert re.search(r"(t\d+) = 1.0 / \(1.0 \+ np.exp\(-x\)\).*\n    return \1, \(\1,\)", text)
