"""What Python's standard library has for containers and functions: `heapq`, `bisect`, `operator`, `next`, `getattr`."""

from __future__ import annotations

import bisect
import functools
import heapq
import math
import operator
import typing
from bisect import bisect_left
from operator import attrgetter, itemgetter
from types import SimpleNamespace

import numpy as np

from tests.programs.case import Case, normal, uniform


def tuple_of_an_array(x):
    a, b, c = tuple(x)
    rows = tuple((x[:2] * np.array([[1.0], [2.0]])).reshape(2, 2))
    return a * b + c**2 + (rows[0] * rows[1]).sum() + sum(u * v for u, v in zip(tuple(x), tuple(x[::-1] * 2)))


def first_that_is_there(x):
    squares = [v * v for v in x]
    table = {"a": x * 2, "b": x[0]}
    large = [v for v in x if v > 0.5]
    found = next(iter(x)) * next(iter(squares)) * next(iter(large), x[1])
    return found + next(iter(table.values())).sum() ** 2 * table[next(iter(table))].sum()


class Layer:
    def __init__(self, weight):
        self.weight = weight


def attributes_with_defaults(x):
    layer = Layer(x * 2)
    total = (getattr(layer, "weight", x) ** 2).sum() + (getattr(layer, "bias", x) ** 3).sum()
    for name in ("weight", "bias"):
        found = getattr(layer, name, None)
        if found is not None:
            total = total + np.sin(found).sum()
    return total


def removed_by_value(x):
    items = [x[0], x[1], x[2]]
    items.remove(x[1])
    left = [0, 1, 2]
    left.remove(1)
    return items[0] * items[1] + sum(x[i] ** 2 for i in left)


def table_lookup(x):
    grid = [0.0, 0.4, 0.8, 1.3]
    total = 0.0
    for v in x:
        i = bisect.bisect(grid, v) - 1
        weight = (v - grid[i]) / (grid[min(i + 1, 3)] - grid[i] + 1.0)
        total += (1 - weight) * x[i] + weight * x[(i + 1) % len(x)] ** 2
    steps = list(np.cumsum(x))
    return total + steps[bisect_left(steps, 1.2)] ** 2


def kept_in_order(x):
    items = []
    for v in x:
        bisect.insort(items, v)
    return sum((n + 1) * v * v for n, v in enumerate(items))


EDGES = {0: [(1, 0), (2, 1)], 1: [(3, 2), (2, 3)], 2: [(3, 4)], 3: []}


def shortest_path(lengths):
    best = [math.inf] * 4
    best[0] = 0.0
    queue = [(0.0, 0)]
    while queue:
        cost, node = heapq.heappop(queue)
        if cost > best[node]:
            continue
        for other, edge in EDGES[node]:
            through = cost + lengths[edge] ** 2
            if through < best[other]:
                best[other] = through
                heapq.heappush(queue, (through, other))
    return best[3] ** 2


def merged_cheapest_first(x):
    heap = [v * v for v in x]
    heapq.heapify(heap)
    total = 0.0
    while len(heap) > 1:
        both = heapq.heappop(heap) + heapq.heappop(heap)
        total = total + both * both
        heapq.heappush(heap, both)
    return total + heapq.heappushpop(heap, x[0] + 3.0) + heapq.heapreplace(heap, 0.1) * heap[0]


def heap_of_tasks(x):
    heap = []
    for n, v in enumerate(x):
        heapq.heappush(heap, (v * v, n))
    total = 0.0
    while heap:
        priority, n = heapq.heappop(heap)
        total += priority * x[n] * len(heap)
    return total


def getters(x):
    pairs = [(v * v, n) for n, v in enumerate(x)]
    pairs.sort(key=itemgetter(0))
    second = itemgetter(1)
    layers = [Layer(v * v) for v in x]
    weight = attrgetter("weight")
    a, b = itemgetter("a", "b")({"a": x[0], "b": x[1] * 2})
    total = sum((n + 1) * p[0] for n, p in enumerate(pairs)) + sum(map(second, [(1, v * v) for v in x]))
    return total * a * b + max(layers, key=attrgetter("weight")).weight * weight(layers[0]) + sum(map(weight, layers))


def operators_by_name(x):
    chosen = {"times": operator.mul, "plus": operator.add}
    total = 1.0
    for name in ("times", "plus", "times"):
        total = chosen[name](total, x[0]) * typing.cast(float, x[1])
    return total


def conjugated(x):
    z = complex(x[0], x[1])
    total = abs(z.conjugate() * z * z) + z.real * z.imag
    for w in [complex(x[0], x[1]), complex(x[1], 2.0)]:
        total += (w.conjugate() * w).real
    return total


def size_of(value):
    if isinstance(value, (int, float)):
        return value * value
    if isinstance(value, (list, tuple)):
        return sum(size_of(each) for each in value)
    if isinstance(value, dict):
        return sum(size_of(each) for each in value.values())
    return (value**2).sum()


def taken_apart_by_kind(x):
    return size_of([x, x[0], {"a": (x * 2, 3)}, [x[1], [x]]])


def counting(function):
    calls = 0

    @functools.wraps(function)
    def counted(*args):
        nonlocal calls
        calls += 1
        return function(*args) * calls

    return counted


def wrapped_here(x):
    @counting
    def product(v):
        return v * x[0]

    other = counting(lambda v: v * v)
    return product(x[1]) + product(x[2]) * other(x[1]) + other(x[2])


def stepped(settings):
    settings.steps += 1
    settings.weight = settings.weight * 2
    return settings


def namespaces(x):
    settings = SimpleNamespace(rate=0.1, act=np.tanh, weight=x, inner=SimpleNamespace(bias=x[0]))
    for _ in range(3):
        settings.weight = settings.weight - settings.rate * settings.act(settings.weight)
    other = settings
    other.scale = other.weight[0] * settings.inner.bias
    counted = stepped(stepped(SimpleNamespace(weight=x, steps=0)))
    points = [SimpleNamespace(a=v, b=x) for v in x]
    found = sum(point.a * point.b[0] for point in points)
    return (settings.weight**2).sum() * settings.scale + counted.weight.sum() * counted.steps + found


FIRST_ORDER = [
    Case(namespaces, (normal(15, 3),)),
    Case(tuple_of_an_array, (normal(7, 3),)),
    Case(getters, (normal(11, 3),)),
    Case(removed_by_value, (normal(1, 3),)),
    Case(kept_in_order, (normal(2, 4),)),
    Case(shortest_path, (uniform(3, 5),)),
    Case(merged_cheapest_first, (uniform(4, 5),)),
    Case(heap_of_tasks, (normal(5, 4),)),
    Case(taken_apart_by_kind, (normal(6, 3),)),
]

TWICE = [
    Case(first_that_is_there, (uniform(8, 4),)),
    Case(attributes_with_defaults, (normal(9, 3),)),
    Case(table_lookup, (uniform(10, 4),)),
    Case(operators_by_name, (normal(12, 3),)),
    Case(conjugated, (normal(13, 2),)),
    Case(wrapped_here, (normal(14, 3),)),
]

PROGRAMS = [*FIRST_ORDER, *TWICE]
