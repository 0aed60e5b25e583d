"""Functions whose results are remembered: `functools.cache` of integers and of numbers that vary, memos by hand."""

from __future__ import annotations

import functools
import math

import numpy as np

from tests.programs.case import Case, normal

KNOTS = [0, 0, 0, 1, 2, 2, 2]


@functools.lru_cache(maxsize=None)
def chebyshev(n, t):
    if n == 0:
        return 1.0
    if n == 1:
        return t
    return 2 * t * chebyshev(n - 1, t) - chebyshev(n - 2, t)


@functools.cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


class Model:
    def __init__(self, scale):
        self.scale = scale

    @functools.lru_cache(maxsize=None)  # noqa: B019
    def power(self, k):
        return self.scale**k

    @functools.cached_property
    def square(self):
        return self.scale * self.scale


def b_spline(control, points):
    @functools.lru_cache(maxsize=None)
    def basis(i, k, t):
        if k == 0:
            return 1.0 if KNOTS[i] <= t < KNOTS[i + 1] else 0.0
        left = right = 0.0
        if KNOTS[i + k] != KNOTS[i]:
            left = (t - KNOTS[i]) / (KNOTS[i + k] - KNOTS[i]) * basis(i, k - 1, t)
        if KNOTS[i + k + 1] != KNOTS[i + 1]:
            right = (KNOTS[i + k + 1] - t) / (KNOTS[i + k + 1] - KNOTS[i + 1]) * basis(i + 1, k - 1, t)
        return left + right

    return sum((sum(c * basis(i, 2, t) for i, c in enumerate(control)) - 0.3) ** 2 for t in points)


def the_same_number_twice(x, y):
    @functools.cache
    def square(t):
        return t * t

    return square(x) * square(y)


def of_a_module(x):
    return chebyshev(6, x) + chebyshev(3, 0.5) * x + fibonacci(20) * x


def of_a_method(x):
    model = Model(x)
    return model.power(3) * model.power(3) * model.square


def dynamic_programming(x):
    @functools.cache
    def value(t, s):
        if t == 4:
            return s * x
        return max(value(t + 1, s) * 0.9 + x, value(t + 1, s + 1) * 0.8)

    return value(0, 0)


def by_hand(a, b):
    memo = {0: a, 1: b}

    def term(k):
        if k not in memo:
            memo[k] = term(k - 1) * 0.5 + math.sin(term(k - 2))
        return memo[k]

    return term(8)


def made_once_for_each_order(x, w):
    table = {}
    total = 0.0
    for n in (2, 3, 2, 3, 4):
        if n not in table:
            table[n] = np.sum(w**n) * x
        total += table[n] ** 2
    return total


PROGRAMS = [
    Case(b_spline, ([0.1, 0.5, -0.3, 0.8], [0.2, 0.7, 1.5]), (0, 1)),
    Case(the_same_number_twice, (1.5, 1.5), (0, 1)),
    Case(of_a_module, (1.2,)),
    Case(of_a_method, (1.2,)),
    Case(dynamic_programming, (1.5,)),
    Case(by_hand, (0.3, 0.8), (0, 1)),
    Case(made_once_for_each_order, (0.7, normal(1, 3)), (0, 1)),
]
