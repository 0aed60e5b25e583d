"""Containers that helpers give back side by side, in tuples: what is written by one name is read by another."""

from __future__ import annotations

import dataclasses

import numpy as np

from tests.programs.case import Case, normal


def swapped(a, b):
    return b, a


def twice(a):
    return a, a


def split(items):
    return items, {"first": items[0], "all": items}


def written_by_another_name(x, u, v):
    n, m = swapped(u, v)
    n[0] = 0.5 * x
    return sum(u) + sum(v) * m[1] * n[1]


def one_list_twice(x, u):
    n, m = twice(u)
    n[0] = 0.5 * x
    m.append(n[0] * u[1])
    return sum(u) * u[2]


def made_here_and_grown(x):
    u = [x, x * 2, x * 3]
    n, _ = twice(u)
    n.append(x * x)
    return sum(u) * n[1]


def reversed_by_another_name(u, v):
    n, _ = swapped(u, v)
    n.reverse()
    return sum(u) * u[0] + sum(v) * v[0] * n[1]


def tuple_kept_whole(x, u):
    pair = twice(u)
    pair[0].reverse()
    pair[0][1] = pair[1][0] * x
    return sum(u) * u[0]


def buffers_in_turn(x, u, v):
    now, then = u, v
    for step in range(4):
        then[0] = now[1] * x
        then[1] = np.sin(now[0]) + 0.1 * step
        now, then = swapped(now, then)
    return u[0] * v[1] + u[1]


def arrays_in_place(w, x):
    first, second = split(w)
    second["first"] *= x
    first[1] = second["all"][0] + first[1]
    return sum((part * part).sum() for part in w)


def one_array_at_two_places(params, x):
    w = params["w"]
    w[1] = w[0]
    w[0] *= x
    w.append(w[1] * 2.0)
    return sum((x * part).sum() for part in w)


def taken_round(params, x):
    w = params["w"]
    w.append(w.pop(0))
    w[0] *= x
    w[0], w[1] = w[1], w[0]
    w[1][0] = w[0][1] ** 2
    return sum((x * part * w[0]).sum() for part in w)


@dataclasses.dataclass
class Pair:
    a: list
    b: list


def paired(a, b):
    return Pair(b, a)


def in_rows(a, b):
    return [(a, b)]


def held_by_what_a_helper_makes(x, u, v):
    pair = paired(u, v)
    pair.a[0] = 0.5 * x
    pair.b.append(pair.a[1] * x)
    return sum(u) * u[0] + sum(v) * v[0] * 3 + sum(pair.a) * pair.b[-1]


def in_a_list_of_tuples(x, u, v):
    [(a, b)] = in_rows(u, v)
    a[0] = 0.5 * x
    b.append(a[0] * x)
    return sum(u) * u[0] + sum(v) * v[0] * 3 + sum(a) * b[-1]


def lists():
    return [0.7, 1.3], [-0.4, 0.9]


def weights(seed):
    return {"w": [normal(seed, 3), normal(seed + 1, 3)]}


PROGRAMS = [
    Case(written_by_another_name, (0.6, *lists()), (0, 1, 2)),
    Case(one_list_twice, (0.6, [0.7, 1.3]), (0, 1)),
    Case(made_here_and_grown, (0.6,)),
    Case(reversed_by_another_name, lists(), (0, 1)),
    Case(tuple_kept_whole, (0.6, [0.7, 1.3]), (0, 1)),
    Case(held_by_what_a_helper_makes, (0.6, *lists()), (0, 1, 2)),
    Case(in_a_list_of_tuples, (0.6, *lists()), (0, 1, 2)),
    Case(buffers_in_turn, (0.6, *lists()), (0, 1, 2)),
    Case(arrays_in_place, ([normal(1, 3), normal(2, 3)], normal(3, 3)), (0, 1)),
    Case(one_array_at_two_places, (weights(4), normal(6, 3)), (0, 1)),
    Case(taken_round, (weights(7), normal(9, 3)), (0, 1)),
]
