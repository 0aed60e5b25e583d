"""Memory that functions share: views that a callee gives back, arrays in containers that somebody writes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.differences import assert_gradient


def x():
    return np.array([0.3, 0.8, -0.4, 0.6])


def params():
    layers = [(np.array([0.2, 0.5, -0.7]), 0.35), (np.array([-0.4, 0.9, 0.1]), -0.55)]
    return {"w": np.array([0.4, -0.3, 0.8]), "b": 0.65, "layers": layers, "h": [np.array([0.4, -0.3, 0.8])]}


# What a callee gives back

def rest(v):
    return v[1:]


def first_doubled(v):
    v[0] *= 2.0
    return v


def either(a, b, first):
    return a if first else b


def itself_or_new(a, old):
    return a if old else a * 2.0


def swapped(a, b):
    return b, a


def parts(v):
    return v[:2], np.sum(v), v[2:] * 1.0


def turned(v, n):
    if n == 0:
        return v
    v[0] = v[1] * v[2]
    return turned(v[::-1], n - 1)


def view(x):
    v = rest(x)
    v *= 3.0
    return np.sum(x * x)


def view_of_a_view_in_a_loop(x):
    total = 0.0
    for i in range(3):
        v = rest(rest(x))
        v *= 1.2
        total = total + np.sum(v * x[0])
        x = either(x, v * 2.0, i < 2) if i else x * 1.0
    return total


def one_of_two(x):
    v = either(x, x, True)
    x += 0.5 * v
    return np.sum(v * v)


def old_or_new(x):
    v = itself_or_new(x, x[0] > 0.1)
    w = itself_or_new(x, x[0] < 0.1)
    v *= w
    w *= v
    return np.sum(v * w * x)


def both(x):
    u, v = swapped(x[1:], rest(x))
    u *= 2.0
    v += u[0]
    return np.sum(x * x)


def unused_pair(x):
    x[0] = x[1] ** 2
    swapped(x, x)
    return np.sum(x * x)


def unused_result_of_a_writer(x):
    for _ in range(2):
        x = x
    first_doubled(x[1:])
    return np.sum(2.0 * x * x)


def view_number_and_copy(x):
    a, s, c = parts(x)
    a *= s
    c *= a[0]
    return np.sum(x * x) + np.sum(c)


def recursive(x):
    w = turned(x, 3)
    w[2] *= 2.0
    return np.sum(w * x)


# Containers

def squares(xs):
    return np.sum(xs[0] * xs[0])


def doubled(p):
    p["w"] *= 2.0
    return p


def same(xs):
    return xs


def moved(t):
    t[0][0] = t[1][1] * 2.0


def multiples(n, x):
    out = []
    for i in range(n):
        out.append(x * float(i + 1))
    return out


def put(xs, v):
    xs.append(v)


def every_second(d, k):
    d[k][1:] += d[k][:-1]
    return d[k][::2]


def tripled(d):
    r = every_second(d, "a")
    r[0] *= 3.0
    return rest(r)


def written_after_a_callee_read(x):
    a = x * 2.0
    xs = [a]
    s = squares(xs)
    a *= 3.0
    return s + a.sum()


def dict_given_back(x):
    p = {"w": x * 2.0, "v": x * 3.0}
    q = doubled(p)
    q["v"] *= p["w"]
    return np.sum(q["w"] * p["v"])


def list_given_back(x):
    xs = [x * 2.0, x * 3.0]
    ys = same(xs)
    ys.append(x * 4.0)
    xs[0] *= ys[-1]
    ys[1] = xs[0] * 2.0
    ys[1][0] = 3.0
    return sum(np.sum(v * v) for v in xs)


def pair_of_arrays(x):
    a = x * 2.0
    b = x * 3.0
    moved((a, b))
    moved((b, a))
    return np.sum(a * b)


def made_by_a_callee(x):
    xs = multiples(3, x)
    for v in xs:
        v *= xs[0]
    xs[1][0] = xs[2][1]
    return sum(np.sum(v * v) for v in xs)


def kept_by_a_callee(x):
    xs = []
    v = x * 2.0
    put(xs, v)
    put(xs, x * 3.0)
    xs[0][1] = 5.0 * xs[1][0]
    v[0] *= 2.0
    return np.sum(xs[0] * v) + xs[1].sum()


def view_of_an_item(x):
    d = {"a": x * 2.0, "b": x * x}
    e = tripled(d)
    e *= 2.0
    for _ in range(2):
        f = tripled(d)
        f += e
    return np.sum(d["a"] * d["b"])


@pytest.mark.parametrize("f", [
    view, view_of_a_view_in_a_loop, one_of_two, old_or_new, both, unused_pair, unused_result_of_a_writer,
    view_number_and_copy, recursive, written_after_a_callee_read, dict_given_back, list_given_back, pair_of_arrays,
    made_by_a_callee, kept_by_a_callee, view_of_an_item], ids=lambda f: f.__name__)
def test_arrays(f):
    assert_gradient(f, x())


# Arrays in the argument's own containers

def item_of_a_dict(p):
    p["w"][0] = 5.0 * p["w"][1]
    return np.sum(p["w"])


def alias_of_an_item(p):
    w = p["w"]
    w *= 2.0
    return np.sum(p["w"] * w)


def items_of_pairs(p):
    for w, b in p["layers"]:
        w *= b
    return np.sum(p["layers"][0][0] * p["layers"][1][0])


def item_of_a_list(p):
    h = p["h"]
    h[0][1] = h[0][0] ** 2
    return np.sum(p["h"][0])


def new_item_that_is_written(p):
    p["w"] = p["w"] * 2.0
    p["w"][0] = 5.0 * p["w"][1]
    return np.sum(p["w"])


def one_of_two_items(p):
    y = p["w"] if p["b"] > 0.1 else p["h"][0]
    y[0] = 2.0 * y[1]
    return np.sum(p["w"] * p["h"][0])


def item_in_a_tuple(p):
    t = p["w"], p["w"] * 2.0
    t[1][0] = 5.0 * p["w"][1]
    t[0][0] = 5.0 * p["w"][1]
    return np.sum(t[0]) + np.sum(t[1] * t[0])


@pytest.mark.parametrize("f", [item_of_a_dict, alias_of_an_item, items_of_pairs, item_of_a_list,
                               new_item_that_is_written, one_of_two_items, item_in_a_tuple], ids=lambda f: f.__name__)
def test_arrays_in_containers(f):
    assert_gradient(f, params())
