"""Memory that is written by somebody else: a callee, a method, a callback, a context manager, what a list holds."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case


class Holder:
    def __init__(self, a):
        self.a = a

    def double(self):
        self.a *= 2.0


class Scaled:
    """A context manager that writes on the way in and on the way out."""

    def __init__(self, buf):
        self.buf = buf

    def __enter__(self):
        self.buf[0] = self.buf[1] * 3
        return self

    def __exit__(self, *exception):
        self.buf[2] *= self.buf[0]


class Watched:
    def __init__(self):
        self.seen = []

    def __call__(self, v):
        self.seen.append(v)


def in_a_list(x):
    def bump(ls):
        ls[0] *= 2.0

    a = x * 2
    y = a * a * x
    bump([a])
    return np.sum(y) + np.sum(a)


def in_an_attribute(x):
    a = x * 2
    o = Holder(a)
    y = a * a * x
    o.double()
    return np.sum(y) + np.sum(a)


def two_levels_down(x):
    def g(q):
        q.a[0][1] *= q.a[1][0]

    a = x * 2
    p = Holder([a, x])
    y = a * a * x
    g(p)
    return np.sum(y) + np.sum(a * x)


def constants_in_a_tuple(x):
    def g(q):
        q[0][0] = 5.0

    w = np.arange(3.0)
    y = x * w
    g((w, 1))
    return np.sum(y)


def an_index_in_a_list(x):
    def g(q):
        q[0][0] = 2

    idx = np.array([0, 1, 1])
    y = x[idx] ** 2
    g([idx])
    return np.sum(y)


def shuffled_constants(x):
    rng = np.random.default_rng(0)
    w = np.arange(3.0)
    y = x * w
    rng.shuffle(w)
    return np.sum(y) + np.sum(x * x * w)


def constants_of_unknown_functions(x):
    w = np.arange(3.0)
    hooks = [lambda: w.__setitem__(0, 5.0), lambda: None]
    y = x * w
    for hook in hooks:
        hook()
    return np.sum(y * x)


def constants_of_functions_in_a_dict(x):
    def first(w):
        w[0] = 5.0

    w = np.arange(3.0)
    table = {"a": first, "b": lambda w: w.fill(3)}
    y = x * w
    for update in table.values():
        update(w)
    return np.sum(y * x)


def kept_by_an_unknown_function(x):
    buf = x * 1.0

    def g(v):
        return np.sum(buf * v * buf)

    fs = [g, g]
    s = fs[0](x)
    buf[0] = 5.0
    return s


def kept_by_an_unknown_function_of_a_helper(x):
    def cube(v):
        return np.sum(v * v * v)

    def first(fs, v):
        return fs[0](v)

    buf = x * 1.0
    s = first([cube, cube], buf)
    buf[0] = 5
    return s


def result_of_an_unknown_function_written(x):
    fs = [np.exp, lambda v: np.exp(v)]
    y = fs[len(fs) - 1](x)
    y[0] = 0.0
    return np.sum(y)


def managed(x):
    buf = x * x
    with Scaled(buf) as s:
        buf[1] = buf[0] * x[0]
        s.buf[2] += x[1]
    return np.sum(buf * x)


def instance_as_callback(x):
    def solve(x, callback):
        for i in range(3):
            callback(x * i)
        return x

    log = Watched()
    solve(x, log)
    return np.sum(log.seen[2] * x)


def appended_argument(ls):
    ls[0].append(ls[1][0] * 2)
    return ls[0][0] * ls[1][-1] * ls[0][-1]


def popped_argument(ls):
    last = ls.pop()
    return last * ls[0]


def walked_map(x):
    a = x * 1.0

    def g(v):
        a[2] = a[2] * v
        return a[2]

    s = 0.0
    for v in map(g, x):
        s += v * a[2]
        a[2] += 1.0
    return s


def walked_map_of_two(x):
    s = 0.0
    for v in map(lambda a, b: a * b, x, x[::-1]):
        s = s + v * v
    return s


def walked_filter(x):
    s = 1.0
    for v in filter(lambda v: v > 0, x):
        s *= v
    return s


def pairs_handed_on(x):
    def total(pairs):
        s = 0.0
        for u, v in pairs:
            s += u * v
        return s

    return total(zip(x, x[::-1] * 2))


class Accumulator:
    def __init__(self, x):
        self.x = x
        self.total = 0.0

    def add(self, v):
        self.total = self.total + v * self.x[0]

    def call(self, f, v):
        f(v)


class View:
    def __init__(self, buf):
        self.buf = buf

    def __setitem__(self, i, v):
        self.buf[i] = v

    def __getitem__(self, i):
        return self.buf[i]


def call(f, *args):
    return f(*args)


def closure_that_writes(x):
    buf = np.zeros(3)

    def put(i, v):
        buf[i] = v

    call(put, 1, x[1] ** 2)
    return np.sum(buf * x)


def closure_that_writes_handed_further(x):
    buf = np.zeros(3)

    def put(i, v):
        buf[i] += v * x[0]

    def outer(f, n):
        for i in range(n):
            call(f, i, x[i] ** 2)

    outer(put, 3)
    outer(lambda i, v: put(i, v * 2), 2)
    return np.sum(buf * x)


def callback_that_collects(x):
    log = []

    def solve(y, callback):
        for i in range(3):
            y = y * x
            callback(y * i)
        return y

    y = solve(x, lambda v: log.append(v))
    return np.sum(log[2] * y)


def bound_method_handed_on(x):
    acc = Accumulator(x)
    for i in range(3):
        call(acc.add, x[i] ** 2)
    acc.call(acc.add, x[1])
    add = acc.add
    acc = Accumulator(x * 2)
    add(x[2])
    acc.add(x[0])
    return acc.total * x[1]


def mapped_for_its_effect(x):
    buf = np.zeros(3)

    def put(i, v):
        buf[i] = v

    list(map(lambda i: put(i, x[i] ** 2), range(3)))
    return np.sum(buf * x)


def items_of_views(x):
    buf = np.zeros(3)
    views = [View(buf), View(buf)]
    for k in range(2):
        views[k][1] = x[1] * x[0]
        views[1 - k][2] += x[2] * views[k][1]
    return np.sum(buf * x)


def steps_by_a_callback(x):
    rate, decay = x[0], x[1] * 0.1

    def rk4(f, y, h, n):
        for _ in range(n):
            k1 = f(y)
            k2 = f(y + h / 2 * k1)
            k3 = f(y + h / 2 * k2)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + f(y + h * k3))
        return y

    def field(y):
        return rate * y - decay * y**2

    return rk4(field, x[2], 0.1, 3) * rk4(lambda y: field(y) * rate, rate, 0.2, 2)


_X = np.array([0.7, -1.3, 2.1])

PROGRAMS = [Case(function, (_X,)) for function in (
    in_a_list, in_an_attribute, two_levels_down, constants_in_a_tuple, an_index_in_a_list, shuffled_constants,
    constants_of_unknown_functions, constants_of_functions_in_a_dict, kept_by_an_unknown_function,
    kept_by_an_unknown_function_of_a_helper, result_of_an_unknown_function_written, managed, instance_as_callback,
    closure_that_writes, closure_that_writes_handed_further, callback_that_collects, bound_method_handed_on,
    mapped_for_its_effect, items_of_views, steps_by_a_callback, walked_map, walked_map_of_two, walked_filter, pairs_handed_on)] + [
    Case(appended_argument, ([[1.5, 2.5], [2.0, 3.0]],)),
    Case(popped_argument, ([1.5, 2.5, 3.5],)),
]
