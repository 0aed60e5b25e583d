"""State that has no cotangent: globals, keys, what an unknown callee has captured. Refused, never zero."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError
from tests.differences import assert_gradient

STATE = np.zeros(4)
KNOWN: dict[str, object] = {}
LOG: list[object] = []


class Box:
    pass


BOX = Box()
BOX.a = np.zeros(4)


def x():
    return np.array([0.3, 0.8, -0.4, 0.6])


def put(out, v):
    out[...] = v


def store(v):
    STATE[...] = v


def state():
    return STATE


def written(x):
    STATE[...] = x * 2.0
    return np.sum(STATE * x)


def dict_item(x):
    KNOWN["k"] = x * 3.0
    return np.sum(KNOWN["k"] * x)


def handed_to_a_writer(x):
    put(STATE, x * 2.0)
    return np.sum(STATE * x)


def written_by_a_callee(x):
    store(x * 2.0)
    return np.sum(STATE * x)


def given_by_a_callee(x):
    v = state()
    v[:] = x * 2.0
    return np.sum(STATE * x)


def appended(x):
    LOG.append(x * 2.0)
    return np.sum(LOG[-1] * x)


def under_another_name(x):
    s = STATE
    s[:] = x
    return np.sum(STATE * x)


def copied_into(x):
    np.copyto(STATE, x)
    return np.sum(STATE * x)


def attribute(x):
    BOX.a = x * 2.0
    return np.sum(BOX.a * x)


@pytest.mark.parametrize("f", [written, dict_item, handed_to_a_writer, written_by_a_callee, given_by_a_callee, appended,
                               under_another_name, copied_into, attribute], ids=lambda f: f.__name__)
def test_a_global_that_a_derivative_passes_through(f):
    with pytest.raises(DifferentiationError, match="global variable"):
        adls.grad(f)(x())


def logged(x):
    LOG.append(float(np.sum(x)))
    KNOWN["last"] = x.copy()
    return np.sum(x * x)


def constants_kept(x):
    KNOWN["grid"] = np.linspace(0.0, 1.0, 4)
    return np.sum(KNOWN["grid"] * x * x)


@pytest.mark.parametrize("f", [logged, constants_kept], ids=lambda f: f.__name__)
def test_a_global_that_no_derivative_passes_through(f):
    assert_gradient(f, x())


def put_second(first, second, value):
    put(second, value)
    first[0] = 0.0


def store_through_two(keep, out, value):
    put_second(keep, out, value * 2.0)


def by_a_callee_of_a_callee(x):
    other = np.zeros(4)
    store_through_two(other, STATE, x)
    return np.sum(STATE * x)


def by_a_callee_that_is_recursive(x):
    def down(out, value, n):
        if n:
            down(out, value, n - 1)
        else:
            out[...] = value

    down(STATE, x, 2)
    return np.sum(STATE * x)


@pytest.mark.parametrize("f", [by_a_callee_of_a_callee, by_a_callee_that_is_recursive], ids=lambda f: f.__name__)
def test_a_global_that_a_callee_writes_is_refused(f):
    with pytest.raises(DifferentiationError):
        adls.grad(f)(x())


TIMES = np.array([0.0, 1.0, 2.0, 5.0])


class Curve:
    def __init__(self, level, scale):
        self.level, self.scale = level, scale

    def factors(self, times):
        at_zero = times <= 0
        times[at_zero] = 1e-9
        factor = (1 - np.exp(-times / self.scale)) / (times / self.scale)
        times[at_zero] = 0
        factor[at_zero] = 1
        return factor

    def __call__(self, times):
        return self.level * self.factors(times)


def constants_written_for_a_while(x):
    return np.sum(Curve(x[0], x[1])(TIMES) ** 2)


def test_a_global_that_takes_constants():
    assert_gradient(constants_written_for_a_while, x())


class Held:
    def __init__(self, data, other=None):
        self.data = data
        self.other = np.zeros(4) if other is None else other

    def fill(self, value):
        self.data[...] = value

    def fill_other(self, value):
        self.other[...] = value

    def named(self, name):
        return getattr(self, name)


def by_an_attribute(x):
    held = Held(STATE)
    held.data[...] = x * 2.0
    return np.sum(STATE * x)


def by_a_method(x):
    Held(STATE).fill(x * 2.0)
    return np.sum(STATE * x)


def by_an_attribute_of_an_attribute(x):
    outer = Held(Held(STATE))
    outer.data.data[1:] = x[1:]
    return np.sum(STATE * x)


def by_one_attribute_that_is_another(x):
    held = Held(STATE)
    held.other = held.data
    held.fill_other(x * 2.0)
    return np.sum(STATE * x)


def by_an_attribute_named_by_a_text(x):
    held = Held(np.ones(4), STATE)
    held.named("other")[...] = x
    return np.sum(STATE * x)


def by_an_attribute_that_one_of_two_has(x):
    held = Held(STATE) if x[0] > 0 else Held(np.ones(4))
    held.fill(x)
    return np.sum(STATE * x)


@pytest.mark.parametrize("f", [
    by_an_attribute, by_a_method, by_an_attribute_of_an_attribute, by_one_attribute_that_is_another,
    by_an_attribute_named_by_a_text, by_an_attribute_that_one_of_two_has], ids=lambda f: f.__name__)
def test_a_global_in_an_instance_is_refused(f):
    with pytest.raises(DifferentiationError):
        adls.grad(f)(x())


def beside_what_is_written(x):
    held = Held(STATE)
    held.fill_other(x * 2.0)
    return np.sum(held.other * x + held.data)


def test_a_global_beside_what_is_written():
    assert_gradient(beside_what_is_written, x())


def varying_key(x):
    d = {}
    d[float(x[0])] = x[1]
    return sum(k * v for k, v in d.items())


def captured_and_given_back(x):
    functions = {"a": lambda: x}
    v = functions["a"]()
    v *= 2.0
    return np.sum(x * x)


def captured_and_written(x):
    y = x * 1.0
    for f in [lambda v: put(y, v), lambda v: None]:
        f(x * 3.0)
    return np.sum(y * x)


def test_a_key_that_varies_is_refused():
    with pytest.raises(DifferentiationError):
        adls.grad(varying_key)(x())


@pytest.mark.parametrize("f", [captured_and_given_back, captured_and_written], ids=lambda f: f.__name__)
def test_captured_and_changed(f):
    assert_gradient(f, x())


def called_for_its_effect(x):
    for f in [lambda v: print(end="")]:
        f(x)
    return np.sum(x * x)


def test_a_callee_that_only_prints():
    assert_gradient(called_for_its_effect, x())
