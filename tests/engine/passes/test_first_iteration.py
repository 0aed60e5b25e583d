"""The cotangent of a network's input is not computed, however its layers are walked over, and all others are."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from adls.runtime.gradients import compiled
from tests.differences import assert_gradient

X = np.random.default_rng(0).normal(size=(4, 3))


def layers(count=3, seed=1):
    rng = np.random.default_rng(seed)
    return [{"W": rng.normal(size=(3, 3)) / 2, "b": rng.normal(size=3)} for _ in range(count)]


def dense(x, W, b):
    return x @ W + b


def through_a_helper(params):
    x = X
    for each in params:
        x = np.tanh(dense(x, each["W"], each["b"]))
    return np.sum(x * x)


def written_out(params):
    x = X
    for each in params:
        x = np.tanh(x @ each["W"] + each["b"])
    return np.sum(x * x)


def with_a_residual_connection(params):
    x = X
    for each in params:
        x = x + np.tanh(dense(x, each["W"], each["b"]))
    return np.sum(x * x)


def left_early(params):
    x = X
    for number, each in enumerate(params):
        if number == 2:
            break
        x = np.sin(dense(x, each["W"], each["b"]))
    return np.sum(x * x)


def first_one_skipped(params):
    x = X
    for each in params:
        if each["W"][0, 0] > 0.1:
            continue
        x = np.sin(dense(x, each["W"], each["b"]))
    return np.sum(x * x)


def one_that_raises(params):
    x = X
    for each in params:
        try:
            x = np.sin(dense(x, each["W"], each["b"]))
            if each["b"][0] < 0.0:
                raise ValueError
        except ValueError:
            x = x * 2.0
    return np.sum(x * x)


def of_layers_in_layers(params):
    x = X
    for outer in [params[:2], params[2:]]:
        for each in outer:
            x = np.sin(dense(x, each["W"], each["b"]))
    return np.sum(x * x)


def begun_by_what_varies(params):
    x = X @ params[0]["W"]
    for each in params:
        x = np.sin(dense(x, each["W"], each["b"]))
    return np.sum(x * x)


def read_again_afterwards(params):
    x = X * params[0]["b"]
    y = x
    for each in params:
        y = np.sin(dense(y, each["W"], each["b"]))
    return np.sum(y * x)


def helper_of_a_helper(params):
    def outer(x, each):
        return np.sin(dense(x, each["W"], each["b"]))

    x = X
    for each in params:
        x = outer(x, each)
    return np.sum(x * x)


def helper_used_twice(params):
    x = X
    for each in params:
        x = dense(np.sin(x), each["W"], each["b"])
    return np.sum(dense(x, params[0]["W"], params[1]["b"]))


def two_inputs(params):
    x, y = X, X * 2.0
    for each in params:
        x, y = dense(y, each["W"], each["b"]), np.sin(dense(x, each["W"], each["b"]))
    return np.sum(x * y)


PROGRAMS = [through_a_helper, written_out, with_a_residual_connection, left_early, first_one_skipped, one_that_raises,
            of_layers_in_layers, begun_by_what_varies, read_again_afterwards, helper_of_a_helper, helper_used_twice,
            two_inputs]


@pytest.mark.parametrize("f", PROGRAMS)
@pytest.mark.parametrize("count", [1, 3])
def test_gradients(f, count):
    if f is of_layers_in_layers and count == 1:
        count = 3
    if f is helper_used_twice and count == 1:
        count = 2
    assert_gradient(f, layers(count))


@pytest.mark.parametrize("f", [through_a_helper, written_out, helper_of_a_helper, helper_used_twice])
def test_the_inputs_cotangent_is_skipped(f):
    assert "iteration > 0" in compiled(f, layers()).text


@pytest.mark.parametrize("f", [begun_by_what_varies, read_again_afterwards])
def test_an_input_that_varies_has_its_cotangent(f):
    assert "iteration > 0" not in compiled(f, layers()).text


def test_a_pullback_twice():
    _, back = adls.pullback(through_a_helper, layers())
    one, two = back(1.0)[0], back(1.0)[0]
    assert all(np.array_equal(a[name], b[name]) for a, b in zip(one, two, strict=True) for name in a)
