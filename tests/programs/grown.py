"""Lists, dicts and objects that one function makes and another changes; sums and products of tuples."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.3, -0.4])


def squares(x):
    out = []
    for v in x:
        out.append(v * v)
    return out


def appended(x):
    found = squares(x)
    found.append(1.0)
    return found[0] * found[2] + found[-1]


def closed_polygon(x):
    corners = list(x)
    corners.append(x[0])
    return sum(a * b for a, b in zip(corners[:-1], corners[1:]))


def extended(x):
    found = squares(x)
    found += [x[1], 2.0]
    found.extend([x[0] * x[1]])
    return found[0] * found[-1] + found[-3]


def inserted(x):
    found = squares(x)
    found.insert(0, x[1] * x[2])
    return found[0] * found[1]


def popped(x):
    found = list(x * 2.0)
    last = found.pop()
    del found[0]
    return last * found[0]


def cleared(x):
    found = squares(x)
    total = found[1]
    found.clear()
    found.append(total * x[0])
    return found[0]


def sorted_then_grown(x):
    found = sorted(x)
    found.append(x[0] * x[1])
    return found[0] * found[-1]


def reversed_then_grown(x):
    found = [0.0] + list(x)
    found.reverse()
    found.append(x[1])
    return found[0] * found[-1]


def step(y, n):
    found = [y]
    for _ in range(n):
        found.append(found[-1] * 0.9 + 0.1)
    return found


def trajectory(x):
    ys = step(x[0], 2)
    ys += step(ys[-1] * x[1], 3)
    ys.append(ys[-1] * ys[0])
    return sum(ys)


def countdown(n, y):
    if n == 0:
        return [y]
    found = countdown(n - 1, y * 0.9)
    found.append(y * y)
    return found


def recursion(x):
    return sum(countdown(2, x[0])) * x[1]


class History:
    def __init__(self):
        self.values = []

    def push(self, value):
        self.values.append(value)


def recorded(x):
    history = History()
    for v in x:
        history.push(v * v)
    return history


def object_that_grows(x):
    history = recorded(x)
    history.push(x[0] * 3.0)
    return history.values[0] * history.values[-1]


def table(x):
    return {"a": x[0] * x[1], "b": [x[2] * 2.0]}


def dict_that_grows(x):
    found = table(x)
    found["c"] = found["a"] * x[0]
    found["b"].append(x[1])
    return found["c"] * found["b"][0] + found["b"][1]


def rows_of(x):
    rows = []
    for v in x:
        row = [v * v]
        row.append(v)
        rows.append(row)
    return rows


def rows_that_grow(x):
    rows = rows_of(x)
    rows[0].append(x[1])
    rows.append([x[2] * x[0]])
    return rows[0][0] * rows[0][2] + rows[-1][0] + rows[1][1]


def handed(rows, x):
    row = [x[0]]
    row.append(x[1] * x[1])
    rows.append(row)


def row_handed_over(x):
    rows = [[x[2]]]
    handed(rows, x)
    rows[1].append(x[0] * x[2])
    return rows[1][1] * rows[1][2] + rows[0][0] * rows[1][0]


def merge_sort(x):
    if len(x) <= 1:
        return list(x)
    middle = len(x) // 2
    left, right = merge_sort(x[:middle]), merge_sort(x[middle:])
    merged = []
    while left and right:
        merged.append(left.pop(0) if left[0] < right[0] else right.pop(0))
    return merged + left + right


def sorted_by_merging(x):
    ordered = merge_sort(x)
    return sum((n + 1) * v * v for n, v in enumerate(ordered))


def tuples_added(x):
    t = (x[0], x[1]) + (x[2],)
    return t[0] * t[2]


def tuple_that_grows(x):
    t = ()
    t = t + (x[0],)
    t += (x[1] * x[2],)
    return t[0] * t[1]


def tuple_repeated(x):
    t = (x[0], x[1]) * 2
    return t[1] * t[2] * x[2] + t[3]


def tuple_of_a_list(x):
    t = (x[0],) + tuple([x[1], x[2]])
    p, q, r = t
    return p * q + r * r


def tuple_taken_apart(x):
    a = (x[0], x[1] * x[1])
    p, q, r = a + (x[2],)
    return p * q * r


def tuple_of_arrays(x):
    t = (x * 2.0,) + (x[:2], x[0])
    return np.sum(t[0]) * t[2] + np.sum(t[1] ** 2)


def part_replaced(x):
    found = [x[0], x[1], x[2], 1.0]
    found[1:3] = [x[2] * x[2], x[0]]
    return found[1] * found[2] + found[0]


def all_replaced(x):
    found = list(x)
    found[:] = [v * v for v in found]
    return found[0] * found[1]


def extended_by_itself(x):
    found = [x[0], x[1]]
    found.extend(found)
    return found[0] * found[2] + found[3] * x[2]


def decay(p):
    return sum(np.sum(v * v) for v in p.values())


def values_of_a_mixed_dict(x):
    return decay({"w": x, "b": x[0]}) + sum(map(np.sum, {"w": x[1:], "b": x[1] * x[2]}.values()))


def values_in_a_loop(x):
    total = 0.0
    for v in {"w": x * x, "b": x[0] * x[1]}.values():
        total = total + np.sum(v) * 2.0
    return total


def values_listed(x):
    found = list({"w": x * x, "b": x[0] * x[1]}.values())
    return np.sum(found[0]) * found[1]


PROGRAMS = [
    Case(f, (X,))
    for f in (
        appended,
        closed_polygon,
        extended,
        inserted,
        popped,
        cleared,
        sorted_then_grown,
        reversed_then_grown,
        trajectory,
        recursion,
        object_that_grows,
        dict_that_grows,
        rows_that_grow,
        row_handed_over,
        sorted_by_merging,
        tuples_added,
        tuple_that_grows,
        tuple_repeated,
        tuple_of_a_list,
        tuple_taken_apart,
        tuple_of_arrays,
        part_replaced,
        all_replaced,
        extended_by_itself,
        values_of_a_mixed_dict,
        values_in_a_loop,
        values_listed,
    )
]
