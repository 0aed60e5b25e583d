"""`@adls.adjoint`: a user's rule goes before everything else, and is held to what it says that it gives."""

import math
from functools import partial

import numpy as np
import pytest

import adls
from adls.runtime import rules
from adls.runtime.compiler import forget

X = np.array([1.0, 2.0])


@pytest.fixture(autouse=True)
def without_rules(monkeypatch):
    """The rules of a test end with it."""
    monkeypatch.setattr(rules, "_RULES", {})
    yield
    forget()


def square(x):
    return x * x


def times(x, y):
    return x * y


def tenfold(x):
    """A rule of one argument with a derivative that nobody else would give."""
    return x, lambda g: 10.0 * g


# Whose rule it is

def test_it_counts_where_the_function_itself_is_differentiated():
    adls.adjoint(square)(tenfold)
    assert adls.grad(square)(3.0) == 10.0
    assert adls.value_and_grad(square)(3.0) == (3.0, 10.0)
    assert adls.pullback(square, 3.0)[1](2.0) == (20.0,)
    assert adls.grad(partial(square))(3.0) == 10.0


def test_it_counts_after_many_calls_without_it():
    gradient = adls.grad(square)
    assert [gradient(3.0) for _ in range(20)] == [6.0] * 20
    adls.adjoint(square)(tenfold)
    assert [gradient(3.0) for _ in range(20)] == [10.0] * 20


def summed_tanh(x):
    return np.sum(np.tanh(x))


def test_it_goes_before_the_rows_of_a_library():
    gradient = adls.grad(summed_tanh)
    assert np.allclose(gradient(X), 1.0 - np.tanh(X) ** 2)
    adls.adjoint(np.tanh)(tenfold)
    assert np.array_equal(gradient(X), [10.0, 10.0])


def floor_times(x):
    return math.floor(x) * x + abs(x)


def test_it_goes_before_what_has_no_derivative_and_what_python_has():
    assert adls.grad(floor_times)(3.5) == 4.0
    adls.adjoint(math.floor)(lambda x: (math.floor(x), lambda g: g))
    assert adls.grad(floor_times)(3.5) == 7.5
    adls.adjoint(abs)(tenfold)
    assert adls.grad(floor_times)(3.5) == 16.5


class Model:
    def __init__(self, weight):
        self.weight = weight

    def loss(self, x):
        return x * self.weight


def made_and_called(x):
    model = Model(2.0)
    return model.loss(x)


def called(x, function):
    return function(x)


def handed_over(x, model):
    return model.loss(x) * x


def test_it_may_be_that_of_a_method():
    adls.adjoint(Model.loss)(lambda self, x: (x, lambda g: (None, 10.0 * g)))
    model = Model(2.0)
    assert adls.grad(made_and_called)(3.0) == 10.0
    assert adls.grad(model.loss)(3.0) == 10.0
    assert adls.grad(called)(3.0, model.loss) == 10.0
    assert adls.grad(handed_over)(3.0, model) == 33.0


def test_the_cotangent_of_an_instance_is_an_instance():
    adls.adjoint(Model.loss)(lambda self, x: (x, lambda g: (Model(5.0 * g), g)))
    assert adls.grad(handed_over, argnums=1)(3.0, Model(2.0)).weight == 15.0


def slope(x):
    return adls.grad(square)(x)


def test_twice_is_the_derivative_of_the_rule():
    adls.adjoint(square)(lambda x: (x * x, lambda g: g * 5.0 * x * x))
    assert adls.grad(slope)(3.0) == 30.0


# What it gives

def squared_and_added(x):
    y = x * 1.0
    z = square(y) + y
    return np.sum(z * z)


def test_what_it_is_given_is_its_own():
    def rule(x):
        def back(g):
            g *= 2.0
            g *= x
            return g
        return x * x, back
    adls.adjoint(square)(rule)
    z = X * X + X
    assert np.allclose(adls.grad(squared_and_added)(X), 2.0 * z * (2.0 * X + 1.0))


def product_and_itself(x, y):
    return np.sum(times(x, y) + x + y)


def test_none_is_no_derivative():
    adls.adjoint(times)(lambda x, y: (x * y, lambda g: (None, g * x)))
    dx, dy = adls.grad(product_and_itself, argnums=(0, 1))(X, 3.0 * X)
    assert np.array_equal(dx, [1.0, 1.0])
    assert np.array_equal(dy, X + 1.0)


def pair_product(x, y):
    return np.sum(first_times_second((x, y)))


def first_times_second(pair):
    return pair[0] * pair[1]


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_cotangent_of_a_single_tuple_may_stand_alone(wrapped):
    def rule(pair):
        x, y = pair
        return x * y, lambda g: ((g * y, g * x),) if wrapped else (g * y, g * x)
    adls.adjoint(first_times_second)(rule)
    dx, dy = adls.grad(pair_product, argnums=(0, 1))(X, 3.0 * X)
    assert np.array_equal(dx, 3.0 * X)
    assert np.array_equal(dy, X)


def product(x, y):
    return np.sum(times(x, y))


@pytest.mark.parametrize(("back", "said"), [
    (lambda g: g, r"back\(g\) gave an array of shape \(2,\) for 2 arguments: give a tuple with one cotangent for each"),
    (lambda g: (g, g, g), r"back\(g\) gave a tuple of 3 for 2 arguments"),
    (lambda g: (g, 1.0), r"back\(g\)\[1\] is a float, and the argument is an array of shape \(2,\)"),
    (lambda g: (g[:1], g), r"back\(g\)\[0\] is an array of shape \(1,\), and the argument is an array of shape \(2,\)"),
    (lambda g: ("no", g), r"back\(g\)\[0\] is a str"),
])
def test_a_cotangent_of_another_form_is_a_type_error_that_names_the_rule(back, said):
    adls.adjoint(times)(lambda x, y: (x * y, back))
    with pytest.raises(TypeError, match=said) as raised:
        adls.grad(product)(X, X)
    assert str(raised.value).startswith("the rule of `times` (test_user_rules.py:")


@pytest.mark.parametrize("given", [X, (X, X, X), (X, X), None])
def test_what_is_no_value_and_pullback_is_a_type_error_that_names_the_rule(given):
    adls.adjoint(times)(lambda x, y: given)
    with pytest.raises(TypeError, match=r"the rule of `times` .*: it has to give `value, back`"):
        adls.grad(product)(X, X)
