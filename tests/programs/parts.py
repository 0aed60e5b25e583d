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


def walked_in_parts(params, x):
    h = x
    for i, (w, b) in enumerate(params[:-1]):
        h = np.tanh(h @ w + b) * (i + 1)
    for w, b in reversed(params[1:]):
        h = h @ w + b
    return h.sum()


def neighbours(ws):
    return sum((a * b).sum() for a, b in zip(ws[:-1], ws[1:], strict=True)) * ws[::2][0][0]


def masked_layers(params, x, masks):
    h = x
    for (w, b), m in zip(params[:-1], masks, strict=True):
        h = np.tanh(h @ w + b) * m
    w, b = params[-1]
    return (h @ w + b).sum()


def constant_beside_what_varies(ws, ms):
    total = 0.0
    for w, m in zip(ws, ms, strict=True):
        both = [w, m]
        total = total + (both[0] * both[1]).sum()
        for a, b in zip(both, ms, strict=True):
            total = total + (a * b).sum()
    return total * ms[0][0]


def written_beside_what_varies(ws, ms):
    for w, m in zip(ws, ms, strict=True):
        m *= w
    return sum((m**2).sum() for m in ms)


def replaced_beside_what_varies(ws, ms):
    pick = ms if ws[0][0] > -99 else ws
    total = 0.0
    for w, m in zip(ws, pick, strict=True):
        total = total + (w * m).sum()
    pick[0] = ws[1] * ms[0]
    return total + (ms[0] ** 2).sum()


def reshaped(v, shape):
    return ((v.reshape(*shape) @ np.ones(shape[1])) ** 2).sum()


def reshaped_in_steps(v, *shape):
    y = v.reshape(*shape) ** 2
    z = y.transpose()
    return (z * np.reshape(np.arange(z.size), z.shape)).sum()


def tuple_of_a_list(x):
    items = []
    for k in range(3):
        items.append(x * k)
    t = tuple(items)
    return (t[0] * t[1] * t[-1]).sum() + sum((v**2).sum() for v in t) + np.stack(t).prod() + np.sum(t[1:])


def tuples_of_states(x):
    state, path = [x, x * 0.1], []
    for _ in range(3):
        state = [state[0] + 0.1 * state[1], state[1] - 0.1 * state[0]]
        path.append(tuple(state))
    return sum((a * b).sum() for a, b in path)


def put_together(xs, ys):
    whole = [*xs, *ys, xs[0] * ys[0]]
    both = (*xs, *ys)
    return sum((v**2).sum() * k for k, v in enumerate(whole)) + (both[0] * both[-1]).sum()


def grown_by_stars(x):
    items = []
    for k in range(3):
        items = [*items, x * k]
    return (items[-1] * items[1]).sum()


def middle_replaced(x):
    items = [x[0], x[1], x[2], x[0]]
    items[1:3] = [items[0] * items[1], items[2] ** 2, x[1]]
    return items[0] * items[1] * items[2] + items[3] * items[4]


def whole_replaced(x):
    items = [x, x * 2, x * 3]
    same = items
    items[:] = [v * v for v in items]
    return sum((v * x).sum() for v in same)


def inserted_and_taken_out(x):
    items = [x[0], x[1], x[2]]
    items[1:1] = [x[0] * 2]
    items[:1] = []
    items[-1:] = (items[0], items[1])
    return sum(v * k for k, v in enumerate(items)) * items[0]


def replaced_in_a_loop(x):
    items = [x[0]] * 4
    for i in range(2):
        items[i : i + 2] = [items[i] * x[1], items[i + 1] * x[2]]
    return items[0] * items[1] + items[2]


def every_second(x):
    items = [x[0], x[1], x[2], x[0]]
    items[::2] = [items[1], items[3] * 2]
    del items[1:2]
    del items[-1:]
    return items[0] * items[1]


def unpacked_beside_a_number(x):
    state, total = [x, x * 0.1], 0.0
    for k in range(3):
        state = [state[0] + 0.1 * state[1], state[1] - 0.1 * state[0]]
        total = total + (state[0] * state[1]).sum() * k
    return total


def popped_and_put_back(x):
    rows = [[x * k] for k in range(4)]
    kept = rows[2:]
    while len(rows) > 1:
        rows.pop()
    for row in kept:
        rows.append(row)
    return sum((r[0] ** 2).sum() for r in rows)


def list_copied_then_replaced(x):
    rows = [[x], [x * 2]]
    copied = list(rows)
    copied.append([x**2])
    copied[0].append(x * 3)
    rows[1] = [x * 5]
    return (sum(sum(r) for r in copied) * sum(sum(r) for r in rows)).sum()


def objects_replaced(x):
    rows = [[x * k] for k in range(4)]
    first = rows[1]
    rows[1:3] = [[x**2], first]
    first[0] = first[0] * x
    del rows[:1]
    return sum((r[0] ** 2).sum() for r in rows)


LAYERS = tuple((normal(n, 2), normal(n + 9, 2)) for n in range(3))

LAYERED = [(normal(21, 3, 4), normal(22, 4)), (normal(23, 4, 2), normal(24, 2))]
PAIR = [normal(25, 2), normal(26, 2)]
OTHERS = [normal(27, 2), normal(28, 2)]

TWICE = [
    Case(walked_in_parts, (LAYERED, normal(33, 5, 3))),
    Case(neighbours, ([normal(n, 2) for n in range(4)],)),
    Case(neighbours, ([normal(n, 2, 3)[0] for n in range(3)],), note="three"),
    Case(reshaped, (normal(12, 6), (2, 3))),
    Case(reshaped, (normal(12, 8), [4, 2]), note="list"),
    Case(reshaped_in_steps, (normal(13, 6), 3, 2)),
    Case(reshaped_in_steps, (normal(13, 8), 2, 2, 2), note="cube"),
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
    Case(masked_layers, (LAYERED, normal(29, 5, 3), [normal(30, 5, 4)])),
    Case(masked_layers, (LAYERED, normal(29, 5, 3), [normal(30, 5, 4)]), (0, 1, 2), note="all"),
    *(Case(f, (PAIR, OTHERS), argnums, note="".join(map(str, argnums)))
      for f in (constant_beside_what_varies, written_beside_what_varies, replaced_beside_what_varies)
      for argnums in ((0,), (1,), (0, 1))),
    Case(put_together, (PAIR, OTHERS), (0, 1)),
    *(Case(f, (normal(31, *shape),), note=f"{len(shape)}d") for shape in ((3,), (2, 3))
      for f in (tuple_of_a_list, tuples_of_states, grown_by_stars, whole_replaced, objects_replaced,
                unpacked_beside_a_number, popped_and_put_back,
                list_copied_then_replaced)),
    *(Case(f, (normal(32, 3),))
      for f in (middle_replaced, inserted_and_taken_out, replaced_in_a_loop, every_second)),
    Case(part_that_is_written, (normal(9, 3),)),
    Case(part_that_is_written, (normal(10, 5),), note="longer"),
    Case(part_with_containers, (normal(11, 3),)),
]
