"""What is met again later: lists walked backwards while they change, items that are one array, functions that outlive
the loop that makes them."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.3, -0.4])


def walked_back_while_growing(x):
    found = [v * 2 for v in x]
    total = 0.0
    for each in reversed(found):
        total = total * 2 + each * each
        found.append(1.0)
    return total


def walked_back_while_shrinking(x):
    found = [v * v for v in x]
    total = 0.0
    for each in reversed(found):
        total = total * x[0] + each
        found.pop()
    return total


def walked_back_beside_itself(x):
    found = [v * v for v in x]
    total = 0.0
    for k, (a, b) in enumerate(zip(found, reversed(found))):
        total = total + a * b * (k + 1)
        if k == 0:
            found.append(x[1])
    return total


def shortest_walked_back(x):
    longer = [v * v for v in x]
    pairs = list(zip(longer, [x[1], x[2]]))
    total = 0.0
    for a, b in reversed(pairs):
        total = total * x[0] + a * b
    return total


def walked_back_twice(x):
    total = 0.0
    for a in reversed(list(reversed(list(zip(x, x[1:]))))):
        total = total * x[2] + a[0] * a[1]
    return total


def one_array_repeated(x):
    rows = [x * 1.0] * 3
    rows[0] *= x
    return rows[2].sum()


def one_array_in_two_lists(x):
    shared = x * 1.0
    rows = [shared] * 2 + [x]
    shared *= 3
    return rows[0].sum() * rows[1].sum() + rows[2].sum()


def item_of_a_repeated_array(x):
    rows = [x * 1.0] * 3
    rows[0][0] = 2 * x[1]
    return (rows[1] ** 2).sum()


def rows_of_repeated_arrays(x):
    rows = [[x * 1.0] * 2 for _ in range(2)]
    rows[0][0] += x
    return (rows[0][1] * rows[1][0]).sum()


def index_made_beforehand(x):
    y = x * 1.0
    y[1:3] += y[np.s_[0:2]]
    y[np.s_[0:2]] *= y[np.index_exp[1:3]]
    return (y * x).sum()


def index_of_either_kind(x):
    y = x * 1.0
    total = 0.0
    for index in (slice(0, 2), [0, 1], np.s_[1:]):
        part = y[index]
        y *= 2
        total = total + (part * x[:2]).sum()
    return total


def captured_in_a_loop(x):
    found = []
    for i in range(3):
        k = x[i] * x[i]
        found.append(lambda v: v * k)
    return sum(f(1.5) for f in found)


def loop_variable_captured(x):
    found = []
    for v in x:
        found.append(lambda: v * v)
    return sum(f() for f in found)


def made_once_in_a_loop(x):
    h, total = None, 0.0
    for i in range(3):
        w = x[i] ** 2
        if h is None:
            h = lambda: w  # noqa: E731
        total = total + h() * x[i]
    return total


def named_in_a_loop(x):
    found = []
    for i in range(3):
        k = x[i] ** 2

        def scaled(v, shift=i):
            return v * k + shift

        found.append(scaled)
    return found[0](2.0) * found[1](x[0])


def made_before_and_in_a_loop(x):
    k = x[0]
    found = [lambda v: v * k]
    for i in range(3):
        k = k * x[i]
        found.append(lambda v: v * k)
    return sum(f(x[1]) for f in found)


class Holder:
    def __init__(self, f):
        self.f = f


def held_by_instances(x):
    found = []
    for i in range(3):
        k = x[i] * x[i]
        found.append(Holder(lambda v: v * k))
    return sum(each.f(2.0) for each in found)


def yielded(x):
    def functions():
        for v in x:
            w = v * v
            yield lambda: w

    return sum(f() for f in list(functions()))


def dict_captured_and_changed(x):
    state = {"w": x * 2}
    found = []
    found.append(lambda: (state["w"] ** 2).sum())
    state["w"] = x**3
    return found[0]()


def list_captured_and_changed(x):
    items = [x[0], x[1]]
    found = [lambda: sum(v * v for v in items)]
    items.append(x[2])
    total = found[0]()
    items.append(x[2] * x[0])
    total = total * found[0]()
    items.pop(0)
    return total + found[0]()


def array_captured_and_written(x):
    y = x.copy()
    found = [lambda: y[0] * y[1]]
    y[0] = x[2] ** 2
    total = found[0]()
    y[1] = y[0] * x[0]
    return total + found[0]() * 3


def array_captured_with_a_default(x):
    found = []
    y = x.copy()
    for i in range(2):
        found.append(lambda i=i: y[i])
        y[i] *= 2
    y[0] = y[1]
    return found[0]() + found[1]() ** 2


def energies(x):
    state = {"p": x * 2, "m": np.zeros(3)}

    def energy(v):
        return (state["p"] * v).sum() + (state["m"] ** 2).sum()

    found = [energy]
    total = 0.0
    for i in range(3):
        state["m"] = state["m"] * 0.5 + x
        state["p"] = state["p"] - 0.1 * state["m"]
        total = total + found[0](x[i])
    return total


def array_or_number_written(x, on=True):
    b = x if on else 0
    f = np.ones((2, 3))
    f[:] += b
    f[0] = b
    f *= b
    f[1:] -= b
    f[f > 1.0] = 2.0 * x[1]
    f[[0, 1]] *= b
    return (f * f).sum()


def sums_of_several_sizes(x):
    parts = {"a": x[:2] * 2, "b": x * 3}
    total = sum(v.sum() for v in parts.values()) * x[0]
    for v, w in zip([x[:2] ** 2, x], [x, x[1:]]):
        total = total + v.sum() * w.mean() - np.sum(w)
    return total


SHAPES = {"w": (2, 2), "b": (2,)}


def unflattened(x):
    out, at = {}, 0
    vector = np.concatenate([x, x * 2])
    for name, shape in SHAPES.items():
        size = int(np.prod(shape))
        out[name] = vector[at : at + size].reshape(shape)
        at += size
    hidden = np.arange(6.0).reshape(3, 2) @ out["w"]
    return (hidden.sum(axis=0) * out["b"]).sum() + np.tanh(hidden + out["b"]).mean(0)[1]


def filled_with_what_has_no_axes(x):
    return np.full((2, 3), x).sum() * np.full(4, x[:1]).sum() + (np.full_like(x, x[0]) * np.full(3, np.sum(x))).sum()


def copied_before_it_grows(x):
    d = {"a": x}
    e, f, g = dict(d), d.copy(), {"b": x * x, **d}
    n = sum(v.sum() for v in d.values())
    d["c"] = x * 2
    return d["c"].sum() * n + (e["a"] * f["a"]).sum() + sum((k + 1) * v.sum() for k, v in enumerate(g.values()))


def copied_before_it_is_merged(x):
    h = {"b": x}
    f = dict(h)
    h.update({"q": x**2}, r=x[0])
    return (f["b"] * h["q"]).sum() * h["r"]


def others(x):
    return {"c": x * x}


def copied_after_others_were_put_in(x):
    d = {"a": x}
    d.update(others(x))
    e = dict(d)
    d["c"] = x * 3
    return sum((k + 1) * v.sum() for k, v in enumerate(e.values())) * d["c"].sum()


def asked_for_before_it_is_there(x):
    d = {"a": x}
    first = d.get("c", x * 5)
    d["c"] = x * 2
    return (d["c"] * first).sum() + d.get("c", 0.0)[0]


def asked_for_in_a_loop(x):
    seen = {}
    total = 0.0
    for v in x:
        total = total + seen.get("last", 1.0) * v
        seen["last"] = v * v
    return total


def spread_before_it_grows(x):
    def summed(**named):
        return sum(v.sum() for v in named.values())

    d = dict(a=x)
    total = summed(**d)
    d["c"] = x * 2
    return total * d["c"].sum()


def built_step_by_step(x):
    d = {}
    d["w"] = x * 2
    d["b"] = x[0]
    e = dict(d)
    if x[0] > 0:
        d["extra"] = x**2
    return sum(np.sum(v) for v in d.values()) * np.sum(e["w"]) + e["b"]


PROGRAMS = [
    Case(f, (X,))
    for f in (
        walked_back_while_growing,
        walked_back_while_shrinking,
        walked_back_beside_itself,
        shortest_walked_back,
        walked_back_twice,
        one_array_repeated,
        one_array_in_two_lists,
        item_of_a_repeated_array,
        rows_of_repeated_arrays,
        index_made_beforehand,
        index_of_either_kind,
        captured_in_a_loop,
        loop_variable_captured,
        made_once_in_a_loop,
        named_in_a_loop,
        made_before_and_in_a_loop,
        held_by_instances,
        yielded,
        dict_captured_and_changed,
        list_captured_and_changed,
        array_captured_and_written,
        array_captured_with_a_default,
        energies,
        array_or_number_written,
        sums_of_several_sizes,
        unflattened,
        copied_before_it_grows,
        copied_before_it_is_merged,
        copied_after_others_were_put_in,
        asked_for_before_it_is_there,
        asked_for_in_a_loop,
        spread_before_it_grows,
        built_step_by_step,
        filled_with_what_has_no_axes,
    )
]
