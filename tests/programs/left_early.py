"""Loops that are left early: by return, by break, from inside another, or not at all."""

from __future__ import annotations

import itertools
import math

import numpy as np

from tests.programs.case import Case


def returned_from_two_loops(x):
    for i in range(len(x)):
        for j in range(i):
            if x[i] * x[j] > 6.0:
                return x[i] * x[j] * 10
    return (x**3).sum()


def two_loops_with_else(x):
    for i in range(len(x)):
        for j in range(i):
            if x[i] * x[j] > 6.0:
                return x[i] * x[j] * 10
        else:
            continue
        break
    else:
        return (x**3).sum()
    return 0.0


def broken_out_of_two_loops(x):
    for i in range(len(x)):
        for j in range(i):
            if x[i] * x[j] > 6.0:
                break
        else:
            continue
        break
    else:
        return (x**3).sum()
    return (x**2).sum() + x[i] * x[j]


def first_of_some(x):
    for each in x:
        if each > 1.5:
            return each**3
    return (x**2).sum()


def array_or_number(x):
    for i in range(len(x)):
        for j in range(i):
            if x[i] * x[j] > 6.0:
                y = x * x[i]
                return (y * y)[j]
    y = x**3
    return y @ x


def product_or_number(x):
    for i in range(len(x)):
        if x[i] > 2.8:
            return x[i] * x[0]
    return (x * x) @ x


def _scaled(x, limit):
    if x[0] > limit:
        return None, x[1]
    y = x * 2.0
    y[0] *= x[1]
    return y[1:], y


def array_or_nothing(x):
    part, whole = _scaled(x, 6.0)
    none, one = _scaled(x, -1.0)
    whole = whole * x
    return whole @ whole + one + (part[0] ** 2 if none is None else 0.0)


def taken_while_small(x):
    total = 0.0
    for each in x:
        total += each * each
    for each in itertools.takewhile(lambda v: v < 2.8, x):
        total += each**3
    return total


def list_given_up_early(x):
    kept = []
    for i in range(len(x)):
        try:
            row = []
            for j in range(i + 1):
                if x[j] > 2.8:
                    break
                row.append(x[i] * x[j])
        finally:
            kept.append(row)
    return sum(each * (n + 1) for n, row in enumerate(kept) for each in row) + x[0]


def made_in_a_while(x):
    count = 0
    while True:
        held = {"rows": [x * count]}
        count += 1
        if count > 3:
            break
    return (held["rows"][0] ** 2).sum()


_NEVER, _LATE, _SOON = np.array([1.0, 1.2, 0.7]), np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.5, 0.7])

_ALL = (("never", _NEVER), ("late", _LATE), ("soon", _SOON))

TWICE = [Case(function, (x,), note=note) for note, x in _ALL for function in (
    returned_from_two_loops, two_loops_with_else, broken_out_of_two_loops, first_of_some, array_or_number, product_or_number,
    taken_while_small)]
def _thrice_then_twice(a, i, j):
    a[i] = a[i] * 3.0
    b = a[j]
    a[i] = b * 2.0
    return b


def helper_out_of_bounds(x):
    a, s = x * 1.0, 0.0
    for i in range(3):
        try:
            s += _thrice_then_twice(a, i, i + 1)
        except IndexError:
            s += a[0] * x[i]
    return s + (a * x).sum()


def _within(a, i, j):
    _thrice_then_twice(a, i, j)
    a[0] = a[0] * 5.0


def helpers_helper_out_of_bounds(x):
    a, s = x * 1.0, 0.0
    for i in range(3):
        try:
            _within(a, i, i + 1)
        except IndexError:
            s += a[0] * x[i]
    return s + (a * x).sum()


def _logged(v, found):
    found.append(v * 2.0)
    found.append(math.log(v - 0.9))
    found.append(v * 3.0)


def helper_outside_of_a_domain(x):
    found = []
    for v in x:
        try:
            _logged(v, found)
        except ValueError:
            found.append(v * v)
    return sum(u * u for u in found)


def _popped(heap):
    last = heap.pop()
    if len(heap) == 0:
        return last
    heap[0] = heap[0] * 2
    return last


def popped_until_it_is_empty(x):
    heap, s = list(x), 0.0
    try:
        while True:
            s = s * 1.5 + _popped(heap)
    except IndexError:
        pass
    return s


RAISING = [Case(function, (np.array([0.7, 1.2, 0.8]),)) for function in (
    helper_out_of_bounds, helpers_helper_out_of_bounds, helper_outside_of_a_domain, popped_until_it_is_empty)]


PROGRAMS = [*TWICE, *RAISING, *(Case(function, (x,), note=note) for note, x in _ALL for function in (
    array_or_nothing, list_given_up_early, made_in_a_while))]
