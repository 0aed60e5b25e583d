"""Python as it is written every day, each program differentiated twice."""

from __future__ import annotations

import functools

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, -1.3, 2.1])
M = np.array([[0.7, -1.3, 2.1], [0.4, 0.5, 0.6]])


def same_name_twice(x):
    for x in x:
        for x in x:
            pass
    return x * M[0, 0]


def same_name_within(x):
    s = 0.0
    for x in x:
        for x in x:
            s = s + x**2
    return s


def left_out_is_made(w, scale=None):
    if scale is None:
        scale = [w[0], w[1]]
    s = 0.0
    for a in scale:
        s = s + a * w[2]
    return s


def left_out_or_given(x):
    return left_out_is_made(x) + left_out_is_made(x, [x[2], x[2], x[1]])


def power(p, x):
    return np.sum(x**p)


def perhaps_another(f, x, flag=False):
    if flag:
        f = functools.partial(power, 3)
    return f(x)


def perhaps_partial(x):
    return perhaps_another(np.sum, x) + perhaps_another(lambda v: np.sum(v**2), x)


def walked(x, pairs, other=False):
    if other:
        pairs = zip(x, x, strict=True)
    s = 0.0
    for a, b in pairs:
        s = s + a * b * b
    return s


def perhaps_zipped(x):
    return walked(x, [(x[0], x[1]), (x[2], x[1])])


def returned_before_finally(x):
    total = 1.0
    for v in x:
        try:
            if v > 1:
                return v * total
        finally:
            total = total + v * v
    return total


def changed_by_finally(x):
    y = x * x
    try:
        return y
    finally:
        y[0] = x[1] * x[2]


def changed_when_returned(x):
    return np.sum(changed_by_finally(x) ** 2)


def finally_in_loops(x):
    log = []
    for row in x:
        try:
            for v in row:
                try:
                    if v < 0:
                        raise ValueError
                    if v < 0.45:
                        return v * sum(log)
                finally:
                    log.append(v * v)
        except ValueError:
            log.append(v * 3)
        finally:
            log.append(row[0] * row[1])
    return sum(log)


def returned_from_loops(x):
    s = 0.0
    for row in x:
        try:
            for v in row:
                if v > 2:
                    break
                if v < 0:
                    continue
                s = s + v * v
            else:
                return s * row[1]
        finally:
            s = s * row[0]
    return s


def recursion(n, x):
    if n == 0:
        return x * x
    if x > 3:
        return x * 2
    return recursion(n - 1, x) * x + 1.0


def recursion_left_early(x):
    return recursion(3, x)


def loop_left_early(x):
    y = x * x
    for _ in range(5):
        y = y * x
        if y[0] > 1:
            return np.sum(y)
    return np.sum(x)


PROGRAMS = [
    Case(same_name_within, (M,)),
    Case(left_out_or_given, (X,)),
    Case(perhaps_partial, (X,)),
    Case(perhaps_zipped, (X,)),
    Case(returned_before_finally, (X,)),
    Case(changed_when_returned, (X,)),
    Case(finally_in_loops, (M,)),
    Case(returned_from_loops, (M,)),
    Case(recursion_left_early, (0.7,)),
    Case(loop_left_early, (np.abs(X),)),
]
