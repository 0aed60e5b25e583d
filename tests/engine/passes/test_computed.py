"""Functions of arrays that both passes need are computed once, and only where the forward pass surely did."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def x():
    return (np.array([0.3, 0.8, -0.4, 0.6]),)


def both(x):
    cos, sin = np.cos(x), np.sin(x)
    return np.sum(cos * sin * x)


def with_other_names(x):
    c = np.cos(x * 2.0)
    y = x * 2.0
    s = np.sin(y)
    z = np.cos(y)
    return np.sum(s * z) + np.sum(c * s)


def in_one_expression(x):
    return np.sum(np.sin(x) * np.cos(x) + np.sinh(x) * np.cosh(x))


def computed_by_a_branch(x):
    s = np.sin(x)
    total = np.sum(s * x)
    if total > 0.0:
        total = total + np.sum(np.cos(x) ** 2)
    return total


def overwritten(x):
    c = np.cos(x)
    s = np.sin(x)
    c *= 2.0
    return np.sum(s * c)


def of_what_is_overwritten(x):
    y = x * 1.0
    s = np.sin(y)
    y += 1.0
    return np.sum(s * np.cos(y))


def in_a_loop(x):
    s = np.sin(x)
    total = 0.0
    for i in range(3):
        total = total + np.sum(s * np.cos(x) ** i)
        s = np.sin(x * total)
    return total


def left_early(x):
    for i in range(4):
        s = np.sin(x)
        if s[i] > 0.7:
            return np.sum(s) * i
        x = x + np.cos(x)
    return np.sum(x)


def caught(x):
    total = 0.0
    try:
        total = np.sum(np.sin(x))
        total = total + float("no number")
        total = total + np.sum(np.cos(x))
    except ValueError:
        total = total + np.sum(x * x)
    return total


PROGRAMS = (both, with_other_names, in_one_expression, computed_by_a_branch, overwritten, of_what_is_overwritten,
            in_a_loop,
            left_early, caught)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_the_gradient_is_right(program):
    assert_gradient(program, *x())


def backward(program):
    """What is computed in the backward function, without the lines of source above it."""
    lines = adls.compiled(program, *x()).text.partition("__back(residuals, ")[2].splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("#"))


@pytest.mark.parametrize("program", [both, in_one_expression], ids=lambda f: f.__name__)
def test_each_is_computed_once(program):
    assert "np.sin" not in backward(program)
    assert "np.cos" not in backward(program)


@pytest.mark.parametrize("program", [computed_by_a_branch, of_what_is_overwritten, left_early],
                         ids=lambda f: f.__name__)
def test_what_the_forward_pass_may_not_have_computed_is_computed(program):
    assert "np.cos" in backward(program)
