"""What only the run knows is looked at there: arrays with operators of their own are refused, constants are not."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError
from tests.differences import assert_gradient

MASKED = np.ma.masked_greater(np.array([1.0, 2.0, 3.0]), 2.5)
MATRIX = np.array([[1.0, 2.0, 0.5]]).view(type("Matrix", (np.ndarray,), {"__mul__": lambda a, b: np.asarray(a) @ b}))
X = np.array([0.3, -0.2, 0.9])


class Series:
    """Like those of data frames: made of an array, computed with by position."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)

    def __getattr__(self, name):
        raise AttributeError(name)

    def __mul__(self, other):
        return Series(self.values * other)

    __rmul__ = __mul__
    __array_ufunc__ = None

    def __getitem__(self, position):
        return self.values[position]


HELD = {"series": Series(np.array([1.0, 2.0, 3.0])), "masked": MASKED}


def masked(x):
    return np.sum((MASKED - x) ** 2)


def masked_and_transposed(x):
    return np.sum(np.linalg.solve(np.eye(3), (HELD["masked"] - x).T))


def matrix(x):
    return np.sum(np.asarray(MATRIX * x[:, None]))


def series(x):
    scaled = HELD["series"] * x
    return scaled[0] + scaled[1]


def series_on_the_right(x):
    scaled = x * HELD["series"]
    return scaled[0] + scaled[1]


@pytest.mark.parametrize("function", [masked, masked_and_transposed, matrix, series, series_on_the_right])
def test_is_refused(function):
    with pytest.raises(DifferentiationError, match="operators of its own"):
        adls.grad(function)(X)


def handled(x):
    try:
        scaled = HELD["series"] * x
        total = scaled[0] + scaled[1]
    except Exception:
        total = 100.0 * np.sum(x)
    return total


def handled_in_silence(x):
    try:
        total = np.sum(np.asarray(HELD["masked"] * x))
    except:  # noqa: E722
        total = 100.0 * np.sum(x)
    return total


@pytest.mark.parametrize("function", [handled, handled_in_silence])
def test_no_handler_of_the_program_takes_a_refusal(function):
    with pytest.raises(DifferentiationError, match="operators of its own"):
        adls.grad(function)(X)


CHOSEN = {"wave": np.sin}


def left_by_a_handler(x):
    try:
        y = CHOSEN["wave"](x)
        if x[0] > 0.2:
            raise ValueError("large")
    except Exception:
        y = x * 2.0
    return np.sum(y**2)


def test_a_handler_of_the_program_takes_its_own():
    assert_gradient(left_by_a_handler, X)
    assert_gradient(left_by_a_handler, X - 0.5)
    assert_gradient(lambda x: np.sum(adls.grad(left_by_a_handler)(x) ** 2), X - 0.5)


KINDS = {"end": 0, "begin": 1}
PICKED = {"texts": ["begin", "end"], "flags": [True, False, True], "floats": [1.0, 2.0]}


def kinds_of(when):
    try:
        return KINDS[when]
    except (KeyError, TypeError):
        return [KINDS[each] for each in when]


def loops_over_what_is_constant(x):
    total = np.sum(x**2) * kinds_of("begin")
    for name in PICKED["te" + "xts"]:
        total = total + x[0] * KINDS[name]
    flags = list(PICKED["flags"])
    flags[1] = bool(x[0] > 0)
    return total * sum(flags)


def loops_over_what_varies(x):
    total = 0.0
    picked = {"a": lambda: [x[0], x[1]], "b": lambda: (x[0], 2.0)}
    for value in picked["a" if x[0] < 100.0 else "b"]():
        total = total + value
    return total


def test_what_is_constant_may_be_of_unknown_type():
    assert_gradient(loops_over_what_is_constant, X)


def test_a_loop_over_what_varies():
    assert_gradient(loops_over_what_varies, X)


def test_its_plain_array_is_not():
    gradient = adls.grad(lambda x: np.sum((np.asarray(MASKED) - x) ** 2 * HELD["series"].values))(X)
    np.testing.assert_allclose(gradient, 2 * (X - [1.0, 2.0, 3.0]) * [1.0, 2.0, 3.0])


def test_a_mapped_file_is_an_array(tmp_path):
    data = np.memmap(tmp_path / "data", dtype=np.float64, mode="w+", shape=(3,))
    data[:] = [1.0, 2.0, 3.0]
    np.testing.assert_allclose(adls.grad(lambda x: np.sum(data * x**2))(X), 2 * X * data)


class Kernel:
    def __add__(self, other):
        return Sum(self, other)

    def __mul__(self, other):
        return Scale(self, other) if isinstance(other, (int, float)) else Sum(self, other)


class Sum(Kernel):
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def at(self, p):
        return self.a.at(p) + self.b.at(p)


class Scale(Kernel):
    def __init__(self, a, c):
        self.a = a
        self.c = c

    def at(self, p):
        return self.a.at(p) * self.c


class Radial(Kernel):
    def __init__(self, length):
        self.length = length

    def at(self, p):
        return p * self.length


def test_operators_of_objects_of_several_classes():
    assert_gradient(lambda x: (Radial(x[0]) * 2.0 + Radial(x[1]) * Radial(x[2])).at(2.0), X)


def composed(x):
    kernel = Radial(x[0])
    for v in x:
        kernel = kernel * Radial(v)
    return kernel.at(2.0)


def test_operators_of_objects_of_unknown_class_are_refused():
    with pytest.raises(DifferentiationError):
        adls.grad(composed)(X)
