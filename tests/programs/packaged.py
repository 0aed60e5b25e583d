"""What stands in packages by others, cut down to the lines that were difficult; each program is differentiated twice."""

from __future__ import annotations

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


PROGRAMS = [
    Case(model_of_the_module, (X,)),
    Case(model_handed_over, (X,)),
    Case(hazard_by_its_slope, (X,)),
    Case(broadcast_and_handed_on, (X,)),
    Case(broadcast_to_and_handed_on, (X,)),
    Case(windows_handed_on, (X,)),
]
