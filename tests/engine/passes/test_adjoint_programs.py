"""Small programs that were once answered wrongly, or not at all: each is the least that shows its defect."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def x():
    return np.array([0.3, 0.8, -0.4, 0.6])


def params():
    layers = [(np.array([0.2, 0.5, -0.7]), 0.3), (np.array([-0.4, 0.9, 0.1]), -0.5)]
    return {"w": np.array([0.4, -0.3, 0.8]), "b": 0.6, "layers": layers}


# In-place operations whose value is the target itself

def times_itself(x):
    v = x * 1.0
    v *= v
    return v.sum()


def times_its_reverse(x):
    v = x * 1.0
    w = v[::-1].copy()
    v *= w
    return np.sum(v * w)


def plus_itself(x):
    v = x * 1.0
    v += v
    return np.sum(v * v)


def divided_by_itself(x):
    v = x * 1.0
    v /= v * 2.0 + 1.0
    return v.sum()


def overlapping_parts(x):
    v = x * 1.0
    v[1:] *= v[:-1]
    return v.sum()


def raised_in_place(x):
    v = x * 1.0
    v **= 2
    return np.sum(v * x)


# What a callee gives back

def tanh(v):
    return np.tanh(v)


def halved(v):
    v *= 0.5
    return np.tanh(v)


def filled(out, v):
    out[...] = np.cos(v) + 0.3
    return out


def written_after_the_call(x):
    v = tanh(x)
    v[:-1] += np.sin(v[0])
    return np.sum(v * v)


def written_by_the_callee_and_after(x):
    v = halved(x)
    w = halved(v)
    return np.sum(w * w)


def callee_gives_its_argument(x):
    v = filled(x, x)
    return np.sum(v * x)


def callee_gives_its_argument_that_was_rebound(x):
    for _ in range(2):
        x = x + 0.25
    filled(x, x)
    return np.sin(x).sum()


# Loops

def shape_after_a_loop(x):
    for _ in range(3):
        x = np.sin(x)
    return 2.0 * x.sum()


def iterable_rebound_in_its_loop(x):
    for each in x:
        x = np.tanh(x - each)
    return np.sum(x * x)


def iterable_rebound_after_reading(x):
    v = x * 1.0
    total = 0.0
    for each in v:
        total = total + each * each
        v = np.sin(x) * 2.0
    return np.sum(v * v) + total


def iterables_rebound_together(x):
    y = x * 2.0
    total = 0.0
    for _ in range(2):
        pairs = zip(x, reversed(y), strict=True)
        for i, (a, b) in enumerate(pairs):
            total += a * b * (i + 1)
            x, y = y * a, x * b
    return total + np.sum(x * y)


def iterable_that_is_its_loops_target(x):
    total = 0.0
    for x in x:  # noqa: B020
        total += x * x
    return total * total


def iterable_that_is_the_loop_around_its(x):
    total = 0.0
    for each in x:
        for other in x:
            total += each * other
            x = x * 0.5 + other
        x += each
    return total + np.sum(x)


def read_that_raises(x):
    total = 0.0
    for i in range(6):
        try:
            total += x[i] ** 2
        except IndexError:
            total *= 2.0
    return total


ARRAYS = [times_itself, times_its_reverse, plus_itself, divided_by_itself, overlapping_parts, raised_in_place,
          written_after_the_call, written_by_the_callee_and_after, callee_gives_its_argument,
          callee_gives_its_argument_that_was_rebound, shape_after_a_loop, iterable_rebound_in_its_loop,
          iterable_rebound_after_reading, iterables_rebound_together, iterable_that_is_its_loops_target,
          iterable_that_is_the_loop_around_its, read_that_raises]


@pytest.mark.parametrize("f", ARRAYS, ids=lambda f: f.__name__)
def test_arrays(f):
    assert_gradient(f, x())


@pytest.mark.parametrize("f", ARRAYS, ids=lambda f: f.__name__)
def test_the_pullback_gives_the_same(f):
    gradient = adls.grad(f)(x())
    _, back = adls.pullback(f, x())
    np.testing.assert_allclose(back(1.0)[0], gradient, rtol=1e-12)
    np.testing.assert_allclose(back(1.0)[0], gradient, rtol=1e-12)
    assert_gradient(f, x())


# Containers

def item_rewritten(p):
    d = {"a": p["b"] * 2.0}
    d["a"] = d["a"] * 2.0
    return d["a"] + p["b"]


def item_of_the_argument_rewritten(p):
    p["b"] = p["b"] * 2.0
    return p["b"] * p["b"]


def item_never_read(p):
    d = {"a": p["b"] * 2.0, "b": (p["w"] * 2.0, p["b"])}
    return np.sum(d["b"][0] * d["b"][0])


def item_and_argument(p):
    d = {"a": p["b"] * 2.0}
    return d["a"] * 0.5 + p["b"] * 0.3


def item_rewritten_in_a_loop(p):
    for _, b in p["layers"]:
        p["b"] = p["b"] * b
    return p["b"]


def item_rewritten_in_a_loop_that_is_left(p):
    for _, b in p["layers"]:
        for _ in p["layers"]:
            p["b"] = b * b
        else:
            break
    return p["b"]


def unused_item_of_a_pair(p):
    total = 0.3
    for _, b in p["layers"]:
        total += b
    return total * total


def list_that_grows(p):
    items = [p["b"]]
    items.append(p["b"] * 2.0)
    items[0] = items[1] * items[0]
    items[-1] += items[0]
    return items[0] * items[1]


def list_that_is_extended(p):
    items = [p["b"], 2.0]
    items += [p["b"] * 3.0]
    return sum(items)


def closure_in_a_loop(p):
    a = p["w"] * 1.0
    for _ in range(2):
        a = (lambda v: v * p["b"] + a)(a)  # noqa: PLC3002
    return a.sum()


def early_return_in_a_loop(p):
    total = 0.0
    for each in p["w"]:
        if each < -0.1:
            continue
        total += each * each
        if total > 0.3:
            return total * 2.0
    return total


def bound_in_a_loop_after_a_return(p):
    for each in p["w"]:
        if each > 0.5:
            return each * p["b"]
    for _ in range(2):
        v = p["w"] * p["w"]
    return np.sum(v * v)


def appended(items, value):
    items.append(math.cos(value))
    return len(items)


def callee_that_appends_in_a_try(p):
    items = [p["b"], 0.5]
    try:
        appended(items, p["b"] * 2.0)
    except ValueError:
        items = [0.0]
    return sum(items)


def call_whose_result_is_not_used(p):
    (lambda v: v * p["b"])(p["w"])  # noqa: PLC3002
    p["b"] = p["b"] * 2.0
    return np.sum(p["w"] * p["w"])


def call_that_captures_and_is_not_used(p):
    y = p["w"] if p["b"] > 0.1 else p["w"] * 2.0
    v = (lambda v: v * p["b"] + y)(p["w"])  # noqa: PLC3002, F841
    p["b"] = sum([p["b"], p["b"], 0.1])
    return np.sum(p["w"] * p["w"])


CONTAINERS = [item_rewritten, item_of_the_argument_rewritten, item_never_read, item_and_argument, list_that_grows,
              list_that_is_extended, closure_in_a_loop, early_return_in_a_loop, item_rewritten_in_a_loop,
              unused_item_of_a_pair, callee_that_appends_in_a_try, call_whose_result_is_not_used,
              call_that_captures_and_is_not_used, item_rewritten_in_a_loop_that_is_left, bound_in_a_loop_after_a_return]


@pytest.mark.parametrize("f", CONTAINERS, ids=lambda f: f.__name__)
def test_containers(f):
    assert_gradient(f, params())


# Exceptions

def checked(a):
    if a > 0.4:
        raise ValueError("too large")
    return a * 0.9


def lambda_in_a_try(x, p):
    try:
        x = (lambda a: a * p)(x)  # noqa: PLC3002
        x += checked(x)
    except ValueError:
        pass
    return x * p


def helper_in_a_try(x, p):
    try:
        x = math.sin(x) * p
        x += checked(x)
    except ValueError:
        x = x * x
    return x * p


def array_in_a_try_in_a_loop(x, p):
    y = np.array([x, p])
    for _ in range(2):
        try:
            y = y * 2.0
            y = y * checked(p)
        except ValueError:
            y = np.sin(y)
            continue
        y = y * 3.0
    return np.sum(y * y)


@pytest.mark.parametrize("f", [lambda_in_a_try, helper_in_a_try, array_in_a_try_in_a_loop])
@pytest.mark.parametrize("args", [(0.3, 0.9), (0.9, 0.3)])
def test_exceptions(f, args):
    assert_gradient(f, *args, argnums=(0, 1))
