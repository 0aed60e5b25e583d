"""Python as it is written every day, each program differentiated twice."""

from __future__ import annotations

import dataclasses
import functools
import math

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


def nested_recursion(x):
    def go(n):
        return x[0] if n == 0 else x[n] * go(n - 1)

    return go(2)


def shape_set(x):
    y = x * x
    y.shape = (3, 1)
    return np.sum(y @ y.T)


def shape_set_in_a_branch(x):
    y = np.outer(x, x)
    if x[0] > 0:
        y.shape = (9,)
    return np.sum(y**2)


def linked_pairs(x):
    head = None
    for v in x:
        head = (v * v, head)
    s, node = 0.0, head
    while node is not None:
        v, node = node
        s = s * 0.5 + v
    return s


def linked_the_other_way(x):
    head = None
    for v in x:
        head = (head, v * v)
    s = 1.0
    while head is not None:
        head, v = head
        s = s * v + v
    return s


def nested_pairs(x):
    node = (x[0], (x[1], (x[2], None)))
    s = 0.0
    while node is not None:
        node, v = (node[1], node[0])
        s = s * 0.5 + v
    return s


def best_pair(x):
    best = None
    for i, v in enumerate(x):
        candidate = (v**2, i) if i else None
        if candidate is not None and (best is None or candidate[0] < best[0]):
            best = candidate
    return best[0] * best[1]


def pair_made_in_a_recursion(x):
    def pair(p, n):
        return p if n == 0 else pair((p, x[n]), n - 1)

    made = pair((x[0], x[1]), 2)
    return made[1] * made[0][1]


def pair_or_number(x):
    pair = (x[0], x[1])
    other = pair if x[2] > 0 else 3.0
    return other[0] * other[1] * pair[0]


def carried_by_an_exception(x):
    total = 0.0
    for v in x:
        try:
            if v < 0:
                raise ValueError("negative", v)
            total += v
        except ValueError as error:
            total += error.args[1] ** 2
    return total


class Pair:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __iter__(self):
        yield self.x
        yield self.y

    def __add__(self, other):
        return Pair(self.x + other.x, self.y + other.y)

    def __abs__(self):
        return math.sqrt(self.x**2 + self.y**2)

    @property
    def norm(self):
        return abs(self)


def walked_instances(x):
    pair = Pair(x[0], x[1])
    first, second = pair
    return sum(pair) ** 2 * first + np.sum(np.array(list(pair)) ** 2) * second + pair.norm


def sum_of_instances(x):
    total = sum([Pair(x[0], x[1]), Pair(x[2], x[0])], Pair(0.0, 0.0))
    return total.x * total.y**2


@dataclasses.dataclass
class Settings:
    rate: float = 0.1
    power: float = 2.0


def replaced_fields(x):
    settings = Settings(x[0])
    other = dataclasses.replace(settings, rate=x[1] * settings.rate)
    rate, power = dataclasses.astuple(other)
    return rate**2 * power + dataclasses.asdict(settings)["rate"] * x[2]


class Momentum:
    def __init__(self, rate):
        self.rate = rate
        self.velocity = None
        self.history = []

    def step(self, w, g):
        if self.velocity is None:
            self.velocity = np.zeros_like(w)
        self.velocity = 0.9 * self.velocity - self.rate * g
        self.history.append(np.sum(self.velocity**2))
        return w + self.velocity


def state_made_at_the_first_step(x):
    optimizer, w = Momentum(0.1), x.copy()
    for _ in range(3):
        w = optimizer.step(w, 2 * w * x)
    return np.sum(w) + optimizer.history[-1]


def counting(f):
    @functools.wraps(f)
    def counted(*args, **kwargs):
        counted.calls += 1
        return f(*args, **kwargs)

    counted.calls = 0
    return counted


@counting
def powered(v, p=2):
    return v**p


def decorated_with_state(x):
    return powered(x[0]) + powered(x[1], p=3)


def merged_in_place(x):
    values = dict(zip("abc", x, strict=True))
    values |= {"d": values["a"] * values["b"]}
    del values["a"]
    return max(values.items(), key=lambda item: item[1])[1] ** 2 + values["d"]


PROGRAMS = [
    Case(walked_instances, (X,)),
    Case(sum_of_instances, (X,)),
    Case(replaced_fields, (X,)),
    Case(state_made_at_the_first_step, (X,)),
    Case(decorated_with_state, (X,)),
    Case(merged_in_place, (X,)),
    Case(linked_pairs, (X,)),
    Case(linked_the_other_way, (X,)),
    Case(nested_pairs, (X,)),
    Case(best_pair, (X,)),
    Case(pair_made_in_a_recursion, (X,)),
    Case(pair_or_number, (X,)),
    Case(carried_by_an_exception, (X,)),
    Case(nested_recursion, (X,)),
    Case(shape_set, (X,)),
    Case(shape_set_in_a_branch, (X,)),
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
TWICE = PROGRAMS
