"""What everyday programs do besides arithmetic: how arrays lie in memory, Python's iterators, objects that hold functions."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.2, 0.9])


def strides(x):
    return x.strides[0] * x[0] + x.itemsize * x[1] ** 2


def strides_of_view(x):
    v = x[::2]
    return (v * v * v.strides[0]).sum()


def flags(x):
    return (x * x).sum() * x.flags.c_contiguous + x[::2].flags["OWNDATA"] * x[0] + x.dtype.itemsize * x[1]


def distances(x):
    return math.dist(x, x[::-1] * 2) * math.dist(x * x, [1.0, x[0], 3.0])


def rows_with_another(x):
    a = np.outer(x, x) + np.diag(x)
    mixed = np.apply_along_axis(np.convolve, 0, a, x)
    read = np.apply_along_axis(lambda row, at, k: row * at.sum() * k, 1, a, x, 2.0)
    return (mixed**2).sum() + (read**2).sum() + (np.apply_along_axis(func1d=np.cumsum, axis=0, arr=a) ** 2).sum()


class Activated(NamedTuple):
    w: object
    k: float = 2.0
    act: object = np.tanh


def tuple_that_holds_a_function(x):
    net = Activated(x, act=np.sin)
    other = net._replace(k=3.0, w=x * x)
    return net.act(net.w * net.k).sum() * other.act(other.w * other.k)[0] + Activated(x).act(x).sum()


class Gain:
    squash = staticmethod(np.tanh)
    kinds = {"sin": np.sin, "square": np.square}
    weights = [1.0, 2.0, 3.0]

    def __init__(self, w, kind="square"):
        self.w, self.kind = w, kind

    @property
    def scaled(self):
        return lambda v: v * self.w

    @classmethod
    def doubled(cls, w):
        return cls(w * cls.weights[1], "sin")

    def run(self, x):
        return self.squash(self.w * x) + self.kinds[self.kind](x) * self.weights[2]


def functions_that_a_class_holds(x):
    return Gain(x).run(x * 2).sum() + Gain.doubled(x).run(x)[0]


def function_that_a_property_gives(x):
    gain = Gain(x)
    return (gain.scaled(x * 2) * gain.scaled(x)).sum()


def visitor_with_a_bare_return(x):
    found = []

    def visit(n):
        if n < 0:
            return
        found.append(x[n % 3] * len(found))
        visit(n - 2)
        visit(n - 3)

    visit(4)
    return sum(found) * x[0]


def greatest_or_default(x):
    return max((v * v for v in x), default=0.0) + min((v for v in x if v > 9), default=x[0]) * x[1]


def doubling(f):
    @functools.wraps(f)
    def wrapper(*args, **named):
        return f(*args, **named) * 2.0

    return wrapper


@doubling
def fibonacci(x, n):
    if n < 2:
        return x[n] * x[0]
    return fibonacci(x, n - 1) + fibonacci(x, n - 2) * x[1]


def decorated_recursion(x):
    return fibonacci(x, 4)


def name_that_is_nowhere_but_not_reached(x):
    if x[0] > 99:
        return nowhere * x[0]  # noqa: F821
    return (x * x).sum()


def name_that_is_nowhere_and_caught(x):
    try:
        f = accelerated.tanh  # noqa: F821
    except NameError:
        f = np.tanh
    return (f(x) * x).sum()


def squares_down_from(n, x):
    if n > 0:
        yield x[n - 1] ** 2
        yield from squares_down_from(n - 1, x)


def generator_that_consumes_itself(x):
    return sum(squares_down_from(3, x)) * x[0]


def same(v):
    return v


def helper_that_gives_back_what_it_got(x):
    total = 0.0
    for _ in range(2):
        total = total + same(x).sum()
    a = x * 0.7
    a *= same(x)
    return total + (x * x).sum()


def halved(v):
    return v * 0.5


def called_in_a_try(x):
    result = None
    for i in range(3):
        try:
            result = halved(x * i)
        except ValueError:
            pass
    return (result * x).sum()


def products(pairs):
    for a, b in pairs:
        yield a * b


def generator_over_what_is_zipped(x):
    made = list(products(zip([x, x * 2], [x[0], 3.0])))
    return (made[0] * made[1]).sum()


def iterator_in_a_tuple(x):
    walked = zip([x, x * 2], [x[0], x[1]]), 3.0
    total = 0.0
    for a, b in walked[0]:
        total = total + (a * a).sum() * b * walked[1]
    return total


PROGRAMS = [Case(program, (X,)) for program in (
    strides, strides_of_view, flags, distances, rows_with_another, tuple_that_holds_a_function,
    functions_that_a_class_holds, function_that_a_property_gives,
    visitor_with_a_bare_return, greatest_or_default, decorated_recursion, name_that_is_nowhere_but_not_reached,
    name_that_is_nowhere_and_caught, generator_that_consumes_itself, helper_that_gives_back_what_it_got, called_in_a_try,
    generator_over_what_is_zipped, iterator_in_a_tuple)]
TWICE = PROGRAMS
