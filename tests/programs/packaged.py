"""What stands in packages by others, cut down to the lines that were difficult; each program is differentiated twice."""

from __future__ import annotations

import copy
import functools
import operator
from collections.abc import KeysView

import numpy as np

import adls
from tests.programs.case import Case

X = np.array([0.7, -1.3, 2.1])


WHEN = {"end": 0, "begin": 1}


def as_a_number(when):
    if isinstance(when, np.ndarray):
        return when
    try:
        return WHEN[when]
    except (KeyError, TypeError):
        return [WHEN[each] for each in when]


def paid(rate, when):
    when = as_a_number(when)
    (rate, when) = map(np.array, [rate, when])
    return rate**3 * (1 + when)


def broadcast_and_handed_on(x):
    rate, periods = np.broadcast_arrays(x[0], np.array([1.0, 2.0, 3.0]))
    return np.sum(paid(rate, "end") * rate * periods)


def broadcast_to_and_handed_on(x):
    rate = np.broadcast_to(x[:1] * 2, (3,))
    return np.sum(paid(rate, "end") * rate)


def windows_handed_on(x):
    return np.sum(paid(np.lib.stride_tricks.sliding_window_view(np.sin(x), 2), "begin"))


class Circular:
    """An instance that leads to itself: there is no end to what could be known of it."""

    def __init__(self):
        self.whole = self
        self.factor = 2.0
        self.table = [1.0, 3.0]

    def scaled(self, v):
        return self.factor * v**2

    def weighted(self, v):
        return self.scaled(v) * self.table[1] + len(self.table)


MODEL = Circular()


def model_of_the_module(x):
    return np.sum(MODEL.weighted(x) * MODEL.factor)


def of_model(model, v):
    return model.scaled(v) * model.factor


def model_handed_over(x, model=MODEL):
    return np.sum(of_model(model, x) * model.table[1])


def slope_of(gradient):
    def slope(function, argnum=0):
        return gradient(lambda *args: function(*args).sum(), argnum)

    return slope


slope = slope_of(adls.grad)


class Hazard:
    def __init__(self):
        self.bounds = [(0.0, None), (0.0, None)]

    def cumulative(self, params, t):
        return np.exp(params[0]) * t ** params[1]

    def hazard(self, *args, **kwargs):
        return slope(self.cumulative, argnum=1)(*args, **kwargs)

    def log_likelihood(self, params, t):
        return np.log(np.clip(self.hazard(params, t), 1e-9, 1e9)).sum() - self.cumulative(params, t).sum()


def hazard_by_its_slope(x):
    return Hazard().log_likelihood(np.abs(x), np.array([0.7, 1.3, 2.9]))


def pair(v):
    return [v[0], v[1] * 2]


def couple(v):
    return v[0], v[1]


def named(v):
    return {"p": v, "q": v[0] * 3}


MAKERS = {"pair": pair, "couple": couple, "named": named, "shape": np.shape, "doubled": lambda v: v * 2}


def list_of_what_comes(x, kind="pair"):
    first, second = list(MAKERS[kind](x))
    return first * second


def deep_copy_of_what_comes(x, kind="named"):
    copied = copy.deepcopy(MAKERS[kind](x))
    return np.sum(copied["p"] ** 2) * copied["q"]


def tuple_before_what_comes(x, kind="couple"):
    first, second, third = (x[0],) + MAKERS[kind](x)
    return first * second * third


def shape_before_what_comes(x, kind="shape"):
    return np.sum(np.reshape(x * x, (1,) + MAKERS[kind](x)))


def list_behind_what_comes(x, kind="pair"):
    found = MAKERS[kind](x) + [x[2]]
    return found[0] * found[1] + found[2] ** 2


def array_with_a_list(x, kind="doubled"):
    return np.sum((MAKERS[kind](x) + [1.0, 2.0, 3.0]) ** 2)


def spread_behind_a_number(x, kind="doubled"):
    return np.sum(np.array([0.5, *MAKERS[kind](x)]) ** 3)


def walked_and_counted(x, kind="pair"):
    total = 0.0
    for n, item in enumerate(MAKERS[kind](x)):
        total = total + (n + 1) * item**2
    return total


def range_that_is_filled(x, count=3):
    coefficients = list(range(count))
    for n in range(count):
        coefficients[n] = x[n] ** 2 * (n + 1)
    return coefficients[0] * coefficients[2] + coefficients[1]


def generator_over_an_iterator(x):
    return functools.reduce(operator.mul, (np.cos(v / np.sqrt(n + 1.0)) for n, v in enumerate(x)), 1.0)


def without_derivative(x):
    return float(np.frompyfunc(np.sin, 1, 1)(x)[0])


def only_in_a_branch(x, rare=False):
    if isinstance(x, KeysView):
        x = list(x)
    total = np.sum(np.asarray(x) ** 2)
    if rare:
        total = total + without_derivative(x)
    return total


def only_in_a_handler(x):
    try:
        y = x * x[0]
    except ValueError:
        y = np.frompyfunc(np.sin, 1, 1)(x)
    return np.sum(y)


def zone(latitude):
    return "CDEFGHJKLMNPQRSTUVWXX"[int(latitude + 80) >> 3] if -80 <= latitude <= 84 else None


def letter_of_a_number(x):
    return np.sum(x**2) * (2.0 if zone(x[0]).upper() >= "N" else 3.0)


def keys_of_what_comes(x, keys="keys"):
    table = {}
    for key in {"keys": lambda: [(0, 1), (1, 2)]}[keys]():
        i, j = key
        table[i, j] = x[i] * x[j]
    return table[0, 1] * table[1, 2]


PROGRAMS = [
    Case(list_of_what_comes, (X,)),
    Case(deep_copy_of_what_comes, (X,)),
    Case(tuple_before_what_comes, (X,)),
    Case(shape_before_what_comes, (X,)),
    Case(list_behind_what_comes, (X,)),
    Case(array_with_a_list, (X,)),
    Case(spread_behind_a_number, (X,)),
    Case(walked_and_counted, (X,)),
    Case(range_that_is_filled, (X,)),
    Case(generator_over_an_iterator, (X,)),
    Case(only_in_a_branch, (X,)),
    Case(only_in_a_handler, (X,)),
    Case(letter_of_a_number, (X,)),
    Case(keys_of_what_comes, (X,)),
    Case(model_of_the_module, (X,)),
    Case(model_handed_over, (X,)),
    Case(hazard_by_its_slope, (X,)),
    Case(broadcast_and_handed_on, (X,)),
    Case(broadcast_to_and_handed_on, (X,)),
    Case(windows_handed_on, (X,)),
]
TWICE = PROGRAMS
