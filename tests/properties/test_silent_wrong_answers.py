"""What others answer wrongly without a word, and defects that happened to somebody: each is right here, or refused."""

from __future__ import annotations

import copy
import itertools
import warnings

import numpy as np
import numpy as xp
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError
from adls.runtime.recorder import Recorder
from tests.differences import assert_gradient

X = np.array([1.0, 2.0, 3.0])


def refuses(call) -> bool:
    """Whether the call raises a DifferentiationError; what it gives otherwise is for the test to judge."""
    try:
        call()
    except DifferentiationError:
        return True
    return False


# Mutation

def aliased(x):
    a = x * 1.0
    b = a
    a += 1.0
    return np.sum(a * b)


def bump(v):
    v += 1.0


def bumped(x):
    a = x * 1.0
    bump(a)
    return np.sum(a * a)


def through_a_view(x):
    a = x * 1.0
    v = a[1:]
    v *= 3.0
    return np.sum(a * a)


def filled_in_a_loop(x):
    a = np.zeros(3)
    for i in range(3):
        a[i] = x[i] ** 2
    return np.sum(a)


@pytest.mark.parametrize(("f", "value", "gradient"), [
    (aliased, 29.0, [4.0, 6.0, 8.0]),
    (bumped, 29.0, [4.0, 6.0, 8.0]),
    (through_a_view, 118.0, [2.0, 36.0, 54.0]),
    (filled_in_a_loop, 14.0, [2.0, 4.0, 6.0]),
])
def test_mutation(f, value, gradient):
    found = adls.value_and_grad(f)(X.copy())
    assert found[0] == value
    assert found[1].tolist() == gradient


def test_the_mean_of_float32_has_a_float32_gradient():
    gradient = adls.grad(lambda x: np.mean(x))(X.astype(np.float32))
    assert gradient.dtype == np.float32


# Loops

def test_a_swap_in_a_loop():
    def f(x, y):
        for _ in range(3):
            x, y = y * 1.5, x
        return x * x + y

    assert_gradient(f, 1.3, 0.7, argnums=(0, 1))


def test_a_rotation_in_a_loop():
    def f(x, y, z):
        for n in range(5):
            x, y, z = y, z, x * y + n
        return x * y * z

    assert_gradient(f, 1.1, 0.7, 0.4, argnums=(0, 1, 2))


def test_an_integer_into_a_float_loop():
    def f(x):
        total = 0
        for i in range(4):
            total = total + i * x
        return total

    assert_gradient(f, 1.7)


def test_code_after_a_return():
    def f(x):
        if x > 0.0:
            return x * x
            x = x * 100.0
        return -x

    assert_gradient(f, 2.0)
    assert_gradient(f, -2.0)


def test_product_and_zip():
    def f(x, y):
        total = 0.0
        for a, b in zip(x, y, strict=True):
            total += a * b
        for a, b in itertools.product(x, y):
            total += a * a * b
        return total

    if not refuses(lambda: adls.grad(f)(X, X)):
        assert_gradient(f, X, X + 1.0, argnums=(0, 1))


def test_zip_alone():
    def f(x, y):
        total = 0.0
        for a, b in zip(x, y, strict=True):
            total += a * b * b
        return total

    assert_gradient(f, X, X + 1.0, argnums=(0, 1))


def test_a_deepcopy_of_a_dict():
    def f(params):
        other = copy.deepcopy(params)
        other["a"] = other["a"] * 2.0
        return np.sum(other["a"] * params["a"])

    if not refuses(lambda: adls.grad(f)({"a": X})):
        assert_gradient(f, {"a": X})


# Environments

SCALE = 2.0


def test_a_mutated_global_is_refused():
    def f(x):
        global SCALE
        SCALE = x * 2.0
        return SCALE * x

    with pytest.raises(DifferentiationError):
        adls.grad(f)(3.0)


STATE = np.zeros(3)


def test_a_written_global_array_is_never_a_silent_zero():
    def f(x):
        STATE[...] = x * 2.0
        return np.sum(STATE * x)

    if not refuses(lambda: adls.grad(f)(X)):
        assert_gradient(f, X)


MEMORY = {}


def test_a_global_dict_is_never_a_silent_zero():
    def f(x):
        MEMORY["kept"] = x * 3.0
        return np.sum(MEMORY["kept"] * x)

    if not refuses(lambda: adls.grad(f)(X)):
        assert_gradient(f, X)


def test_a_nonlocal_variable_is_never_a_silent_zero():
    def f(x):
        total = 0.0

        def add(v):
            nonlocal total
            total = total + v * v

        add(x)
        add(2.0 * x)
        return total

    if not refuses(lambda: adls.grad(f)(1.5)):
        assert_gradient(f, 1.5)


class Model:
    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return np.sum(self.w * x * x)


def test_an_instance_that_holds_an_array():
    def f(w):
        return Model(w)(X)

    if not refuses(lambda: adls.grad(f)(X)):
        assert_gradient(f, X)


def test_an_attribute_that_is_assigned_is_never_a_silent_zero():
    def f(w):
        model = Model(X)
        model.w = w
        return np.sum(model.w * w)

    if not refuses(lambda: adls.grad(f)(X.copy())):
        assert_gradient(f, X.copy())


def test_numpy_under_another_name():
    assert_gradient(lambda x: xp.sum(xp.sin(x)), X)


def test_array_methods():
    assert_gradient(lambda x: (x.reshape(3, 1) @ x.reshape(1, 3)).sum(axis=0).mean() + x.dot(x) + x.max(), X)


def test_a_rule_that_is_registered_after_first_use():
    def inner(x):
        return x * x

    def f(x):
        return inner(x) * 3.0

    assert adls.grad(f)(2.0) == 12.0
    adls.adjoint(inner)(lambda x: (x * x, lambda g: g * 100.0))
    assert adls.grad(f)(2.0) == 300.0


# Exceptions

def test_an_exception_raised_and_caught_on_the_way():
    def f(x):
        total = 0.0
        for i in range(5):
            try:
                total += x[i] ** 2
            except IndexError:
                total *= 2.0
        return total

    assert_gradient(f, X)


# Broadcasting: each operand may be the one that is stretched

@pytest.mark.parametrize("operation", [np.add, np.subtract, np.multiply, np.divide, np.power, np.arctan2, np.maximum,
                                       np.hypot, np.logaddexp], ids=lambda f: f.__name__)
@pytest.mark.parametrize("shapes", [((3, 1), (1, 2)), ((2,), (3, 2)), ((3, 2), ()), ((), (2,)), ((1, 1), (2, 2))])
def test_every_operand_of_a_broadcast(operation, shapes):
    a, b = (0.5 + np.cos(np.arange(np.prod(shape, dtype=int))).reshape(shape) ** 2 * (n + 1)
            for n, shape in enumerate(shapes))

    def f(a, b):
        return np.sum(operation(a, b) * np.array([1.0, 3.0]))

    assert_gradient(f, a, b, argnums=(0, 1))


# What is kept

def kept_bytes(f, *args) -> int:
    with Recorder() as recorder:
        adls.grad(f)(*args)
    return sum(kept.bytes_stored for kept in recorder.evaluations()[0].kept)


def test_a_hundred_additions_keep_no_array():
    def f(x):
        for _ in range(100):
            x = x + 1.0
        return np.sum(x)

    n = 10_000
    assert kept_bytes(f, np.zeros(n)) < 8 * n


def test_a_chain_of_adds_keeps_no_array():
    def f(x):
        a = x + 1.0
        b = a + x
        c = b + a + x
        d = c + b + a + x
        return np.sum(d)

    n = 10_000
    assert kept_bytes(f, np.zeros(n)) < 8 * n


def test_a_view_is_counted_once():
    def f(x):
        y = np.sin(x)
        return np.sum(y.reshape(2, -1) * y.reshape(2, -1)) + np.sum(y[::-1] * y)

    n = 10_000
    assert kept_bytes(f, np.linspace(0.0, 1.0, n)) < 1.2 * 8 * n


def test_a_backward_pass_warns_of_nothing_that_the_forward_pass_does_not():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        adls.grad(lambda x: np.sum(np.where(x > 1.5, np.sqrt(np.abs(x)), 0.0)))(X)
