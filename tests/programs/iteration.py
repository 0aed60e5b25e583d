"""Generators, contexts, iterators and functions that share variables: their effects in Python's own order."""

# ruff: noqa: B007, E701, E702, SIM108, SIM113, UP028, C416
from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools

import numpy as np

from tests.programs.case import Case

X = np.array([0.5, -0.3, 1.2])


def gsq(x):
    for v in x:
        yield v**2


@contextlib.contextmanager
def scaled(x, k):
    y = x * k
    yield y


@contextlib.contextmanager
def tr(x, log):
    log.append(x[0] * 2)
    try:
        yield x * 2
    finally:
        log.append(x[1])


def early(x, log):
    with tr(x, log) as y:
        return y.sum()


class Scale:
    def __init__(self, k):
        self.k = k
        self.closed = 0

    def __enter__(self):
        self.k = self.k * 2.0
        return self

    def __exit__(self, *a):
        self.closed += 1
        self.k = self.k / 2
        return False


class Gen:
    def __init__(self, n, x):
        self.n = n
        self.x = x

    def __iter__(self):
        for i in range(self.n):
            yield self.x * i


class Count:
    def __init__(self, x):
        self.i = 0
        self.x = x

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= 3:
            raise StopIteration
        self.i += 1
        return self.x[self.i - 1] ** 2


def nonlocal_counter(x):
    total = 0.0

    def add(v):
        nonlocal total
        total += v**2

    for v in x:
        add(v)
    return total


def nonlocal_two(x):
    a, n = 1.0, 0

    def step():
        nonlocal a, n
        a = a * x[n]
        n += 1
        return a

    s = 0.0
    while n < 3:
        s += step()
    return s * a


def gen_global(x):
    return sum(gsq(x))


def gen_for(x):
    s = 0.0
    for v in gsq(x):
        s += np.sin(v)
    return s


def gen_list(x):
    def g():
        yield x[0] * 2
        yield from (v * v for v in x)
        return

    return np.array(list(g())).prod()


def genexp_for(x):
    s = 0.0
    for v in (t * t for t in x):
        s += np.cos(v)
    return s


def genexp_var(x):
    g = (t * t for t in x if t > 0)
    return sum(g)


def genexp_arg(x):
    def tot(it):
        s = 0.0
        for v in it:
            s += v**3
        return s

    return tot(t * 2 for t in x)


def gen_enumerate(x):
    s = 0.0
    for i, v in enumerate(gsq(x)):
        s += i * v
    return s


def gen_zip(x):
    s = 0.0
    for a, v in zip(x, gsq(x)):
        s += a * v
    return s


def next_genexp(x):
    return next(v * v for v in x if v < 0)


def user_with(x):
    s = Scale(x[0])
    with s as t:
        y = (x * t.k).sum()
    return y * s.k * s.closed


def ctxman(x):
    with scaled(x, 3.0) as y:
        z = (y**2).sum()
    return z


def user_iter_gen(x):
    s = 0.0
    for v in Gen(4, x[0]):
        s += v**2
    return s


def user_next(x):
    s = 0.0
    for v in Count(x):
        s += v
    return s


def it_chain(x):
    return sum(v**2 for v in itertools.chain(x, [x[0]], (1.0,)))


def it_product(x):
    s = 0.0
    for a, b in itertools.product(x, x):
        s += a * b * b
    return s


def it_product_repeat(x):
    s = 0.0
    for a, b in itertools.product(x, repeat=2):
        s += a * b * b
    return s


def it_comb(x):
    return sum(a * b for a, b in itertools.combinations(x, 2))


def it_perm(x):
    return sum(a * b * b for a, b in itertools.permutations(x, 2))


def it_islice(x):
    return sum(v**2 for v in itertools.islice(x, 1, None))


def it_islice2(x):
    s = 0.0
    for v in itertools.islice([x[0], x[1], x[2]], 2):
        s += v**2
    return s


def it_repeat(x):
    s = 1.0
    for v in itertools.repeat(x[0], 3):
        s *= v
    return s


def it_count(x):
    s = 0.0
    for i in itertools.count():
        if i >= 3:
            break
        s += x[i] ** i
    return s


def it_count_zip(x):
    s = 0.0
    for i, v in zip(itertools.count(1), x):
        s += i * v**2
    return s


def it_takewhile(x):
    return sum(itertools.takewhile(lambda v: v > 0, x)) + sum(v * v for v in itertools.dropwhile(lambda v: v > 0, x))


def selfcall(x):
    def fact(n):
        return x[0] if n == 0 else x[1] * fact(n - 1)

    return fact(3)


def mutualcall(x):
    def even(n):
        return x[0] if n == 0 else x[1] * odd(n - 1)

    def odd(n):
        return x[2] if n == 0 else x[0] * even(n - 1)

    return even(3)


def tree_dict(t):
    def rec(n):
        if isinstance(n, dict):
            return sum(rec(v) for v in n.values())
        return (n**2).sum()

    return rec(t)


def rebound_capture(x):
    k = x[0]
    f = lambda v: v * k
    k = x[1]
    return f(2.0)


def late(x):
    k = 1.0
    s = 0.0
    for v in (k * t for t in x):
        k = k + v
        s += v
    return s


def late2(x):
    k = 2.0
    g = (k * t for t in x)
    k = x[0]
    return sum(g)


def order(x):
    log = []

    def gen():
        log.append(1)
        for v in x:
            log.append(2)
            yield v * v
        log.append(3)

    s = 0.0
    for v in gen():
        log.append(4)
        s += v * len(log)
    return s * len(log)


def cont(x):
    def gen():
        for i in range(5):
            if i == 2:
                continue
            yield x[0] * i
            yield x[1] + i

    s = 0.0
    for v in gen():
        if v < 0:
            continue
        if v > 4.2:
            break
        s += v**2
    else:
        s = s * 2
    return s


def nl_loop(x):
    best, cnt = -1e9, 0

    def see(v):
        nonlocal best, cnt
        cnt += 1
        if v > best:
            best = v

    for v in x:
        see(v * v)
    return best * cnt


def nl_array(x):
    acc = np.zeros(3)

    def add(v):
        nonlocal acc
        acc = acc + v * v

    add(x)
    add(2 * x)
    return acc.sum()


def scipy_callback(x):
    hist = []
    n = 0

    def fn(v):
        nonlocal n
        n += 1
        hist.append(v)
        return v**2

    r = sum(fn(v) for v in x)
    return r * n + hist[0]


def ctx_return(x):
    log = []
    with tr(x, log) as y:
        z = y.sum()
    return z * log[0] * log[1]


def ctx_exc(x):
    log = []
    try:
        with tr(x, log) as y:
            z = y.sum()
            raise ValueError
    except ValueError:
        z = x[2] ** 2
    return z * log[0] * log[1]


def ctx_early(x):
    log = []
    for i in range(3):
        with tr(x * i, log):
            if i == 1:
                break
            if i == 0:
                continue
    return sum(log)


def ctx_ret(x):
    log = []
    r = early(x, log)
    return r * log[0] * log[1]


def product_of(a, b, c=1.0):
    return a * b**2 * c


def partials(x):
    ps = [functools.partial(product_of, v) for v in x]
    doubled = functools.partial(product_of, c=x[1], b=x[2])
    return sum(p(2.0) for p in ps) + doubled(x[0]) + sum(map(functools.partial(product_of, x[0]), x))


def partial_of_numpy(x):
    return functools.partial(np.dot, np.outer(x, x))(x).sum()


@dataclasses.dataclass
class Circle:
    r: float


@dataclasses.dataclass
class Rectangle:
    w: float
    h: float


def matched_classes(x):
    total = 0.0
    for shape in [Circle(x[0]), Rectangle(x[1], x[2]), {"kind": "point", "v": x[0]}]:
        match shape:
            case Circle(r):
                total += np.pi * r**2
            case Rectangle(w, h=h):
                total += w * h
            case {"kind": "line"}:
                total += 100.0
            case {"kind": "point", "v": v}:
                total += v**3
    return total


class Bag:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


def bagged(x):
    bag = Bag([x[0], x[1] ** 2, x[2]])
    total = 0.0
    for v in bag:
        total += v**2
    return total * len(bag) * bag[0]


def tree_of_lists(tree):
    def total(node):
        if isinstance(node, (list, tuple)):
            return sum(total(child) for child in node)
        return node**2

    return total(tree)


def leaves(tree):
    if isinstance(tree, list):
        for child in tree:
            yield from leaves(child)
    else:
        yield tree


def leaves_of_a_tree(tree):
    return sum(v * v for v in leaves(tree))


def functions_put_in_later(x):
    named = {"a": np.sin}
    named["b"] = np.cos
    for f in named.values():
        x = f(x)
    return np.sum(x)


def functions_appended_in_a_loop(x):
    functions = [np.sin, lambda v: v * v]
    for _ in range(2):
        for f in functions:
            x = f(x)
        functions.append(np.cos)
    return np.sum(x)


def functions_appended(x):
    functions = [np.sin, lambda v: v * v]
    functions.append(lambda v: v * x[0])
    y = x
    for f in functions:
        y = f(y)
    return np.sum(y)


class Kept:
    def __init__(self, x):
        self.x = x
        self.count = 0

    @functools.cached_property
    def total(self):
        self.count += 1
        return np.sum(self.x**2)

    @functools.cached_property
    def mean(self):
        return self.total / len(self.x)


def kept_once(x):
    kept = Kept(x)
    return kept.total * kept.total + kept.count


def kept_though_changed(x):
    kept = Kept(x)
    before = kept.total
    kept.x = kept.x * 2
    return before * kept.total * kept.mean


def kept_in_a_loop(x):
    total = 0.0
    for i in range(3):
        kept = Kept(x * i)
        total += kept.mean * kept.total
    return total


def noted(log, v):
    log.append(v * v)


def noted_deeper(log, v):
    noted(log, v)
    return v


def key_that_writes_deeper(x):
    log = []
    order = sorted(range(3), key=lambda i: noted_deeper(log, x[i]))
    return sum(log) * x[order[0]]


def remembered_recursion(x):
    @functools.cache
    def go(n):
        if n < 2:
            return x[n]
        return go(n - 1) * 0.5 + go(n - 2) * x[2]

    return go(30)


def remembered_alignment(x):
    a, b = [0, 2, 1], [1, 2]

    @functools.lru_cache(maxsize=None)
    def cost(i, j):
        if i == len(a) or j == len(b):
            return x[0] ** 2
        rest = np.minimum(cost(i + 1, j), cost(i, j + 1))
        return rest + (x[a[i]] - x[b[j]]) ** 2

    return cost(0, 0) + cost(1, 1)


def remembered_once(x):
    calls = []

    @functools.lru_cache
    def square(n):
        calls.append(n)
        return x[n] ** 2

    return (square(0) + square(0) + square(1)) * len(calls)


def recursion_with_a_memo(x):
    memo = {}

    def go(n):
        if n in memo:
            return memo[n]
        result = x[0] if n == 0 else x[n] * go(n - 1) + go(n - 1)
        memo[n] = result
        return result

    return go(2)


PROGRAMS = [
    Case(remembered_recursion, (X,)),
    Case(remembered_alignment, (X,)),
    Case(remembered_once, (X,)),
    Case(recursion_with_a_memo, (X,)),
    Case(kept_once, (X,)),
    Case(kept_though_changed, (X,)),
    Case(kept_in_a_loop, (X,)),
    Case(key_that_writes_deeper, (X,)),
    Case(functions_put_in_later, (X,)),
    Case(functions_appended_in_a_loop, (X,)),
    Case(functions_appended, (X,)),
    Case(leaves_of_a_tree, ([1.0, [2.0, [3.0]]],)),
    Case(partials, (X,)),
    Case(partial_of_numpy, (X,)),
    Case(matched_classes, (X,)),
    Case(bagged, (X,)),
    Case(tree_of_lists, ([1.0, [2.0, (3.0, [0.5])], 0.3],)),
    Case(nonlocal_counter, (X,)),
    Case(nonlocal_two, (X,)),
    Case(gen_global, (X,)),
    Case(gen_for, (X,)),
    Case(gen_list, (X,)),
    Case(genexp_for, (X,)),
    Case(genexp_var, (X,)),
    Case(genexp_arg, (X,)),
    Case(gen_enumerate, (X,)),
    Case(gen_zip, (X,)),
    Case(next_genexp, (X,)),
    Case(user_with, (X,)),
    Case(ctxman, (X,)),
    Case(user_iter_gen, (X,)),
    Case(user_next, (X,)),
    Case(it_chain, (X,)),
    Case(it_product, (X,)),
    Case(it_product_repeat, (X,)),
    Case(it_comb, (X,)),
    Case(it_perm, (X,)),
    Case(it_islice, (X,)),
    Case(it_islice2, (X,)),
    Case(it_repeat, (X,)),
    Case(it_count, (X,)),
    Case(it_count_zip, (X,)),
    Case(it_takewhile, (X,)),
    Case(selfcall, (X,)),
    Case(mutualcall, (X,)),
    Case(tree_dict, (dict(a=np.ones(2), b=dict(c=np.array([1.0, 2.0]))),)),
    Case(rebound_capture, (X,)),
    Case(late, (X,)),
    Case(late2, (X,)),
    Case(order, (X,)),
    Case(cont, (X,)),
    Case(nl_loop, (X,)),
    Case(nl_array, (X,)),
    Case(scipy_callback, (X,)),
    Case(ctx_return, (X,)),
    Case(ctx_exc, (X,)),
    Case(ctx_early, (X,)),
    Case(ctx_ret, (X,)),
]
