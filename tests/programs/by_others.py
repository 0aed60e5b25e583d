"""Habits met in packages by others, in small: how classes, solvers and loops are written that nobody wrote for us."""

from __future__ import annotations

import functools
import operator
from abc import ABC, abstractmethod

import numpy as np

from tests.programs.case import Case, normal


def layers_of_other_widths(params, inputs):
    for weights, bias in params:
        outputs = np.dot(inputs, weights) + bias
        inputs = np.tanh(outputs)
    return np.sum(outputs - np.log(np.sum(np.exp(outputs), axis=1, keepdims=True)))


class _Option(ABC):
    def __init__(self, spot, strike):
        self.spot, self.strike = spot, strike

    @abstractmethod
    def price(self):
        """What it is worth."""

    @property
    def moneyness(self):
        return np.log(self.spot / self.strike)


class _Call(_Option):
    def __init__(self, spot, strike=1.0):
        super().__init__(spot=spot, strike=strike)

    def price(self):
        return self.spot * self.moneyness


def a_class_with_abstract_methods(x):
    return _Call(x[0], strike=x[1]).price()


class _Orbit:
    __slots__ = ("angle", "radius", "speed")

    def __init__(self, radius):
        self.radius, self.angle = radius, 0.1

    def advance(self, time):
        self.speed = self.radius**-1.5
        self.angle += self.speed * time
        return self.radius * np.cos(self.angle), self.radius * np.sin(self.angle)


def a_class_with_slots(x):
    orbit = _Orbit(x[0])
    orbit.advance(0.5)
    east, north = orbit.advance(x[1])
    return east * north + orbit.speed


def pairs_that_nobody_reads(x):
    found = []

    def note(value):
        found.append(value * x)
        return value * 2.0, x * 3.0

    note(x[0])
    first, second = note(x[1])
    return first + np.sum(second * found[0])


def _layer(x, weights, activation=np.tanh):
    return activation(x @ weights)


def a_function_of_numpy_as_a_default(x, weights):
    return np.sum(_layer(x, weights) * _layer(x, weights, np.sin))


def _cube(x):
    return x**3


class _Unit:
    def __init__(self, activation=np.tanh, outer=_cube):
        self.activation, self.outer = activation, outer

    def run(self, x, scale=np.cos):
        return self.outer(self.activation(x)) * scale(x)


def functions_as_defaults_of_methods(x):
    return np.sum(_Unit().run(x) + _Unit(np.exp).run(x, _cube))


def texts_and_instances_choose(x):
    def chosen(activation):
        if activation is None:
            return _Unit(np.abs)
        elif isinstance(activation, _Unit):
            return activation
        elif isinstance(activation, str):
            return _Unit(np.tanh if activation == "tanh" else np.sin)
        raise ValueError(activation)

    return np.sum(chosen("tanh").run(x) * chosen("sine").run(x) + chosen(_Unit(np.exp)).run(x) + chosen(None).run(x))


READINGS = np.array([[0.3, -0.5], [0.2, 0.1], [0.4, 0.3]])


class _Filter:
    """Keeps the data that it is given beside what it makes of it, and checks its settings by their names."""

    def __init__(self, data=None, **settings):
        self.data = data
        self.gain = 0.5
        self._set(**settings)
        for name in ["gain", "rate"]:
            _assert_positive(getattr(self, name), name)
        if self.data is not None:
            self.states = self._all()

    def _set(self, gain=0.3, rate=1.0):
        for name, value in (("gain", gain), ("rate", rate)):
            setattr(self, name, value)
        self.__setattr__("rate", self.__getattribute__("rate") * 2.0)

    def _all(self):
        states = np.zeros((len(self.data), 2))
        states[0] = self.data[0]
        for t in range(1, len(self.data)):
            states[t] = self.gain * states[t - 1] + self.rate * self.data[t] ** 2
        return states


def _assert_positive(value, name):
    if isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} must be positive")


def data_of_the_module_in_an_instance(x):
    return np.sum(_Filter(READINGS, gain=x[0], rate=x[1]).states ** 2)


def stars_of_unknown_length(x, n):
    widened = np.array([0.0, *x[:n], *[x[0]], 2.0 * x[1]])
    a, b, c, d = x.reshape(2, 2).flat
    return np.sum(widened**3) + a * b * c * d


def _joined(parts):
    out = []
    for part in parts:
        for item in part:
            out.append(item)
    return out


def constants_beside_what_varies(x):
    return np.sum(np.array(_joined(([0.5, 1.0], x))) ** 2)


def _draws(mean, random):
    return random.randn(*mean.shape) * np.exp(mean)


class _Chain:
    def __init__(self, transitions=None, eps=None):
        self.eps = np.finfo(float).eps if eps is None else eps
        self.parts = {"transitions": transitions, "eps": self.eps}

    def score(self):
        return np.sum(np.log(self.parts["transitions"] ** 2 + self.parts["eps"]))


def draws_and_limits(x):
    return np.sum(_draws(x, np.random.RandomState(3))) + _Chain(x).score()


def a_product_by_reduce(x):
    return functools.reduce(operator.mul, (np.cos(value) for value in x), 1)


PROGRAMS = (
    Case(layers_of_other_widths, ([(normal(1, 3, 4), normal(2, 4)), (normal(3, 4, 2), normal(4, 2))], normal(5, 5, 3))),
    Case(a_class_with_abstract_methods, (np.array([1.3, 0.8]),)),
    Case(a_class_with_slots, (np.array([1.3, 0.8]),)),
    Case(a_function_of_numpy_as_a_default, (normal(1, 3, 4), normal(2, 4, 2))),
    Case(functions_as_defaults_of_methods, (normal(1, 4),)),
    Case(texts_and_instances_choose, (normal(1, 4),)),
    Case(data_of_the_module_in_an_instance, (np.array([0.6, 0.8]),)),
    Case(stars_of_unknown_length, (normal(1, 4), 3)),
    Case(constants_beside_what_varies, (normal(1, 4),)),
    Case(draws_and_limits, (normal(1, 4),)),
    Case(a_product_by_reduce, (normal(1, 4),)),
    Case(pairs_that_nobody_reads, (np.array([1.3, 0.8]),)),
)
