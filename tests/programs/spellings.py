"""Operators and methods by their other names: dunder methods, methods asked of their class, `.flat`."""

from __future__ import annotations

import math
import operator

import numpy as np

from tests.programs.case import Case


def flat_summed(x):
    return np.sum(x.flat) * sum(x.flat) + max(x.flat) * math.fsum(x.flat)


def flat_as_array(x):
    return np.array(x.flat) @ np.sin(x.flat) + np.dot(x.flat, x.flat) + sum(list(x.flat))


def flat_named(x):
    items = x.flat
    return np.sum(items) * items[0] + x.flat.copy()[1]


def partitioned(x):
    y = x.copy()
    y.partition(2)
    return y[2] ** 2 * y[0]


def item_set(x):
    y = x.copy()
    y.__setitem__(0, 2 * x[1])
    operator.setitem(y, 1, y[0] * x[2])
    np.ndarray.__setitem__(y, 2, y[1])
    return np.sum(y * y)


def item_set_in_a_comprehension(x):
    y = x.copy()
    [y.__setitem__(i, x[i] ** 2) for i in range(3)]
    return np.sum(y)


def updated_in_place(x):
    y = x.copy()
    v = y[1:]
    y.__imul__(2.0)
    z = y.__iadd__(x)
    z.__itruediv__(3.0)
    return np.sum(y * z) + v @ v


def operators_by_name(x):
    return x.__add__(1.0).__rsub__(2.0).__getitem__(1) * x.__len__() * (-x).__neg__()[0]


def class_sorts(x):
    y = x.copy()
    np.ndarray.sort(y)
    return y[0] ** 2 * y[1]


def class_appends(x):
    xs = []
    list.append(xs, x[0])
    xs.__iadd__([x[1], x[2]])
    xs.__setitem__(0, x[2] * xs[1])
    xs.__delitem__(1)
    return xs[0] * xs[1]


def class_updates(x):
    d = {}
    dict.update(d, {"a": x[0]})
    d.__setitem__("b", x[1])
    d.__ior__({"a": d["b"] * x[2]})
    return d["a"] ** 2


def method_by_its_name(x):
    xs, y = [3.0], x.copy()
    getattr(xs, "append")(x[0])  # noqa: B009
    getattr(y, "sort")()  # noqa: B009
    return xs[1] * y[0] ** 2


def least_entry(x):
    d = {i: v for i, v in enumerate(x)}
    return min(d.items(), key=lambda t: t[1])[1] ** 2


def largest_pair(x):
    return max([(v, i) for i, v in enumerate(x)])[0] * max((x[0], 1), (x[1], 2))[0]


def cross_summed(a):
    return np.cross(a, a[::-1] * 2.0 + 1.0).sum()


def crosses_of_arguments(a, b):
    return np.cross(a, b).sum()


def sums_of_what_is_there(x):
    values = {}
    for name in "ab":
        values[name] = x["abc".index(name)] + sum(values[k] for k in values)
    return values["b"]


_X = np.array([0.7, -1.3, 2.1])

PROGRAMS = [Case(function, (_X,)) for function in (
    flat_summed, flat_as_array, flat_named, partitioned, item_set, item_set_in_a_comprehension, updated_in_place,
    operators_by_name, class_sorts, class_appends, class_updates, method_by_its_name,
    least_entry, largest_pair, cross_summed, sums_of_what_is_there)] + [
    Case(crosses_of_arguments, (_X, _X[::-1] ** 2), (0, 1))]
