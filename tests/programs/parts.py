"""Parts of tuples and lists: taken, put together, replaced; functions composed of a list of them."""

from __future__ import annotations

import functools

import numpy as np

from tests.programs.case import Case, normal


def composed(*functions):
    return functools.reduce(lambda f, g: lambda v: g(f(v)), functions)


def composed_and_called(x):
    return composed(np.sin, lambda v: v * x, np.sum)(x)


def composed_of_a_tuple(x, functions=(np.sin, np.cos, np.exp)):
    def whole(v):
        return v

    def then(h, f):
        return lambda v: f(h(v))

    for f in functions[1:]:
        whole = then(whole, f)
    return whole(x).sum()


def parts_of_a_tuple(x):
    t = (x, x * 2, x**2, np.sin(x))
    a, b = t[1:3]
    c = t[::-2]
    d = t[:-1] + t[2:]
    return (a * b * c[0] * c[1]).sum() + sum((v**2).sum() for v in d)


def part_whose_end_is_given(x, n=1):
    t = (x, x * 2, x**2, np.sin(x))
    s = t[n:]
    return (s[0] ** 2 * s[1]).sum()


def part_that_is_written(x):
    y = x * 2
    t = (y, y * 3, x)
    s = t[:2]
    s[0][0] *= x[1]
    s[1][...] += y
    return (y * t[1]).sum()


def part_with_containers(x):
    t = (x, [x * 2, x], {"a": x**2})
    s = t[1:]
    s[0][0] = s[0][0] * 3
    s[0].append(s[1]["a"])
    return sum((v**2).sum() for v in t[1])


def layers_after_the_first(params):
    (a, b), rest = params[0], params[1:]
    h = a * b
    for w, c in rest:
        h = np.tanh(w * h) + c
    return h.sum()


def roots_of(x):
    a, b = x[0], x[1]
    return a + 1j * b, a - 1j * b, a * a - b


def real_roots(x):
    low, high = 1e100, -1e100
    for v in roots_of(x):
        if v.real == 0.0 or v.imag == 0.0 or abs(v.imag / v.real) < 1e-12:
            v = v.real
            if v <= -9:
                continue
            if v < low:
                low = v
            if v > high:
                high = v
    return low * high + x[2]


def parts_of_roots(x):
    total = 0.0
    for v in roots_of(x):
        r = v.imag if v.imag > 0 else v.real
        total = total + r * r
    return total * x[2]


LAYERS = tuple((normal(n, 2), normal(n + 9, 2)) for n in range(3))

TWICE = [
    Case(composed_and_called, (normal(1, 3),)),
    Case(composed_and_called, (normal(2, 2, 2),), note="matrix"),
    Case(composed_of_a_tuple, (normal(3, 3),)),
    Case(parts_of_a_tuple, (normal(4, 3),)),
    Case(parts_of_a_tuple, (normal(5, 2, 3),), note="matrix"),
    Case(part_whose_end_is_given, (normal(6, 3),)),
    Case(layers_after_the_first, (LAYERS,)),
    Case(real_roots, (normal(7, 3),)),
    Case(parts_of_roots, (normal(8, 3),)),
]

PROGRAMS = [
    *TWICE,
    Case(part_that_is_written, (normal(9, 3),)),
    Case(part_that_is_written, (normal(10, 5),), note="longer"),
    Case(part_with_containers, (normal(11, 3),)),
]
