"""Numbers of several kinds in one container, and what is kept in one from step to step."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case, normal


class Controller:
    def __init__(self, gain):
        self.gain = gain
        self.total = 0.0
        self.previous = 0.0

    def act(self, error, dt):
        self.total += error * dt
        slope = (error - self.previous) / dt
        self.previous = error
        return self.gain * error + 0.3 * self.total + 0.1 * slope


class Last:
    def __init__(self):
        self.value = 0.0


def controlled(gain):
    controller = Controller(gain)
    y = cost = 0.0
    for _ in range(4):
        error = 1 - y
        y += 0.2 * controller.act(error, 0.2)
        cost += error * error
    return cost


def remembered(k):
    last = Last()
    y = k
    for _ in range(3):
        change = y - last.value
        last.value = y
        y = y * change
    return y


def fast_weights(w):
    fast = {"b": w["b"], "W": w["W"]}
    for _ in range(2):
        error = fast["W"].sum() + fast["b"]
        fast["W"] = fast["W"] * error
        fast["b"] = fast["b"] * error
    return fast["b"] ** 2


def copied_weights(w):
    fast = dict(w)
    for _ in range(2):
        fast["b"] = fast["b"] * fast["W"].sum()
    return fast["b"] ** 2


def replaced_while_walked(x):
    kept = [x[0], x[1], x[2]]
    total = 0.0
    for item in reversed(kept):
        total = total + item * item
        kept[0] = total
    return total * kept[0]


def int_beside_floats(p):
    return sum(v * v for v in p)


def int_beside_floats_by_index(p):
    total = 0.0
    for i in range(len(p)):
        total += p[i] * p[i]
    return total


def int_beside_floats_in_a_dict(p):
    return sum(v**3 for v in p.values())


def ints_in_two_lists(p):
    total = 0.0
    for a, b in zip(p["a"], p["n"], strict=True):
        total = total + a * a * b
    return total


def int_display(x):
    kept = [1, x[0], x[1]]
    total = 0.0
    for v in kept:
        total += v * v * x[0]
    kept[0] = kept[1] * kept[2]
    for i in range(3):
        total += kept[i] ** 2
    return total


def complex_items(x):
    kept = [1j, x[0] + 1j, complex(x[1], x[0])]
    total = 0.0
    for v in kept:
        total += v * v * x[0]
    kept[0] = kept[1] * kept[2]
    for i in range(3):
        total += kept[i] ** 2
    named = {"a": 0j, "b": kept[1]}
    for key in list(named):
        named[key] = named[key] * total + x[0]
    return abs(total) + named["a"].imag * named["b"].real


def complex_recurrence(x):
    z = x[0] + 1j * x[1]
    p = complex(x[2], x[0]) ** 2
    r = 0j
    for _ in range(3):
        r = r * z + p
    return abs(r) + z.real * r.imag + p.imag


def left_half_done(x):
    p = x.copy()
    try:
        for i in range(9):
            p[i] *= p[i - 1]
    except IndexError:
        p += p[0]
    return (p**2).sum()


def copied_before_a_union(x):
    d = {"a": x}
    e = dict(d)
    d |= {"c": x * 2}
    return (d["c"] ** 2).sum() + e["a"].sum()


def copied_between_unions(x):
    d = {"a": x}
    e = dict(d)
    d |= {"c": x * 2}
    f = d.copy()
    d["g"] = d["c"] * x
    d |= {"h": x**3, "a": d["g"]}
    return sum((v**2).sum() for v in d.values()) + sum((v * x).sum() for v in f.values()) + sum(
        v.sum() for v in e.values())


def copied_in_a_loop_of_unions(x):
    d = {"a": x}
    sums = []
    for k in range(3):
        sums.append(sum((v**2).sum() for v in dict(d).values()))
        d |= {"c": x * 2 * k}
    return sum(sums)


def union_with_what_has_a_name(x):
    d = {"a": x}
    e = dict(d)
    more = {"c": x * 2}
    more["q"] = x
    d |= more
    return (d["c"] ** 2).sum() + (e["a"] * d["q"]).sum() * len(e)


def union_in_a_branch(x):
    d = {"a": x}
    e = dict(d)
    if x[0] > -9:
        d |= {"c": x * 2}
    f = dict(d)
    return sum((v**2).sum() for v in f.values()) + e["a"].sum()


WEIGHTS = {"W": normal(1, 2) * 0.5, "b": 0.3}

TWICE = [
    Case(controlled, (0.5,)),
    Case(remembered, (1.3,)),
    Case(fast_weights, (WEIGHTS,)),
    Case(fast_weights, ({"W": normal(2, 2, 2) * 0.4, "b": 0.7},), note="matrix"),
    Case(copied_weights, (WEIGHTS,)),
    Case(replaced_while_walked, (normal(3, 3),)),
    Case(int_display, (normal(4, 2),)),
    Case(complex_items, (normal(5, 2),)),
    Case(complex_recurrence, (normal(6, 3),)),
    Case(left_half_done, (normal(7, 3),)),
    Case(left_half_done, (normal(8, 5),), note="longer"),
    Case(int_beside_floats, ([3, 2.0],)),
    Case(int_beside_floats, ([0.5, True, 2, -1.2],), note="longer"),
    Case(int_beside_floats_by_index, ([3, 2.0, 0.1],)),
    Case(int_beside_floats_in_a_dict, ({"n": 3, "v": 2.0, "z": 0.3},)),
    Case(ints_in_two_lists, ({"a": [0.4, 3], "n": [2, 0.7]},)),
]

PROGRAMS = [
    *TWICE,
    Case(int_beside_floats, ([np.int64(3), 2.0, np.float64(0.4)],), note="numpy"),
    Case(copied_before_a_union, (normal(9, 3),)),
    Case(copied_between_unions, (normal(10, 3),)),
    Case(copied_in_a_loop_of_unions, (normal(11, 3),)),
    Case(copied_in_a_loop_of_unions, (normal(12, 2, 2),), note="matrix"),
    Case(union_with_what_has_a_name, (normal(13, 3),)),
    Case(union_in_a_branch, (normal(14, 3),)),
]
