"""Lists and dicts that grow, shrink, are sorted, merged, copied and taken apart."""

from __future__ import annotations

import copy
import functools
import itertools

import numpy as np

from tests.programs.case import Case, normal, uniform


def rows_taken_out_and_put_back(a, b):
    rows = [[a[0], a[1]], [b[0]], [b[1], b[2]]]
    first = rows.pop(0)
    first.append(b[0])
    rows.insert(1, first)
    rows.reverse()
    return sum(sum(v * v * (i + 1) for v in row) * (j + 1) for j, row in enumerate(rows) for i in range(2))


def median_of_sorted(a, b):
    xs = sorted([a[0], a[1], a[2], b[0], b[1]], reverse=True)
    xs.sort()
    return xs[len(xs) // 2] + sum(x * i for i, x in enumerate(xs))


def pairs_by_first(a, b):
    pairs = list(zip(a, b, strict=True))
    pairs.sort(key=lambda p: p[0])
    total = 0.0
    for i, (x, y) in enumerate(pairs):
        total += x * y * (i + 1)
    return total


def dict_surgery(a, b):
    d = {f"k{i}": v for i, v in enumerate(a)}
    d.update(k0=b[0] * 2)
    e = dict(d)
    e["k1"] = e.pop("k2") * 3
    total = 0.0
    for k, v in sorted(e.items()):
        total += v * v * len(k)
    return total + sum(d.values()) * max(e.values())


def dict_of_zip(a, b):
    d = dict(zip(["x", "y", "z"], a, strict=True))
    return d["x"] * d["y"] + d.get("z") + d.get("w", 2.0) * d.setdefault("x", b[0])


def folded_and_accumulated(a, b):
    return functools.reduce(lambda u, v: u * v, list(a)) + sum(itertools.accumulate(b))


def mapped_and_filtered(a, b):
    squares = list(map(lambda v: v * v, a))  # noqa: C417
    large = list(filter(lambda v: v > 0.3, b))
    return sum(squares) * sum(large)


def queue_of_two(a, b):
    stack = [a[0]]
    for v in b:
        stack.append(v * stack[-1])
        if len(stack) > 2:
            stack.pop(0)
    del stack[0]
    return stack[0]


def repeated_copied_cleared(a, b):
    xs = [a[0]] * 3 + [b[1]]
    ys = xs.copy()
    ys.extend((a[1], b[2]))
    ys += (a[2],)
    xs.clear()
    xs.append(a[0] * b[0])
    return sum(y * i for i, y in enumerate(ys)) * xs[0]


def deep_and_shallow_copies(a, b):
    h = [np.sin(a), b, a * b]
    g = copy.deepcopy(h)
    g[0][0] = 5.0
    c = copy.copy(h)
    c[1] = c[1] * 2
    return sum(np.sum(u * v) for u, v in zip(g, c, strict=True)) + np.sum(h[0])


def layers_by_kind(a, b):
    layers = [("linear", a), ("scale", b[0]), ("shift", b)]
    x = np.ones(3)
    for kind, w in layers:
        x = x * w if kind in ("linear", "scale") else x + w
    return np.sum(x**2)


def grouped_by_setdefault(a, b):
    groups = {}
    for i, v in enumerate(a):
        groups.setdefault("even" if i % 2 == 0 else "odd", []).append(v * b[i])
    return sum(sum(vs) ** 2 for vs in groups.values())


def depth_first(a, b):
    todo = [(0, a[0]), (1, a[1])]
    total = 0.0
    while todo:
        depth, v = todo.pop()
        total += v**2 * (depth + 1)
        if depth < 3:
            todo.append((depth + 2, v * b[0]))
    return total


def merged_dicts(a, b):
    merged = {**{"a": a, "b": b}, "c": a * b}  # noqa: PIE800
    merged = merged | {"a": a * 2}
    return sum(np.sum(v) ** 2 for v in merged.values())


def list_rebuilt_by_plus(a, b):
    sums = []
    for row in np.outer(a, b):
        sums = sums + [row.sum()]  # noqa: RUF005
    return np.prod(sums)


def best_by_key(a, b):
    best = min([a[0] * b[0], a[1] * b[1], a[2] * b[2]], key=lambda v: -v)
    index = max(range(3), key=lambda i: a[i] * b[i])
    return best * 2 + a[index]


def transposed_grid(a, b):
    grid = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(3):
            grid[i][j] = a[i] * b[j] + (grid[i - 1][j] if i else 0.0)
    columns = [list(c) for c in zip(*grid, strict=True)]
    return sum(sum(row) ** 2 for row in columns)


def starred_targets(a, b):
    first, *rest = a
    *most, last = (b[0], b[1], first)
    return first * sum(rest) + last * most[1]


def reads_before_the_list_moves(a, b):
    rows = [[a[0], a[1]], [b[0], b[1]]]
    row = rows[0]
    rows.insert(0, [a[2]])
    row[0] = row[0] * b[2]
    return sum(sum(each) ** 2 for each in rows)


def bumped(d, v):
    d["x"] = d["x"] + v
    return d["x"]


def item_given_back_twice(a, b):
    d = {"x": a, "p": b}
    s = bumped(d, b) + bumped(d, a)
    return np.sum(s * d["x"])


_ARGS = (np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.7, 0.2]))

PROGRAMS = [Case(function, _ARGS, (0, 1)) for function in (
    rows_taken_out_and_put_back, median_of_sorted, pairs_by_first, dict_surgery, dict_of_zip, folded_and_accumulated,
    mapped_and_filtered, queue_of_two, repeated_copied_cleared, deep_and_shallow_copies, layers_by_kind,
    grouped_by_setdefault, depth_first, merged_dicts, list_rebuilt_by_plus, best_by_key, transposed_grid,
    starred_targets, item_given_back_twice, reads_before_the_list_moves)] + [
    Case(median_of_sorted, (normal(1, 3), uniform(2, 3)), (0, 1), note="unordered"),
    Case(pairs_by_first, (normal(3, 3), uniform(4, 3)), (0, 1), note="unordered"),
]
