"""Functions that functions make: counters, filters, networks out of layers, what a decorator gives."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case, normal


def counter(start=0.0):
    n = start

    def add(v, factor=1.0):
        nonlocal n
        n += v * factor
        return n

    return add


def two_counters(x):
    first, second = counter(), counter(x[0])
    total = 0.0
    for v in x:
        total += first(v) * second(v, factor=2.0)
    return total


def counter_of_each_round(x):
    total = 0.0
    for v in x:
        c = counter(v)
        c(v * v)
        total += c(v) * v
    return total


def walked_by(count, x):
    for v in x:
        last = count(v)
    return last


def counter_handed_on(x):
    count = counter()
    walked_by(count, x)
    return walked_by(count, x) ** 2


def smoothing(alpha):
    state = None

    def update(v):
        nonlocal state
        state = v if state is None else alpha * state + (1 - alpha) * v
        return state

    return update


def smoothed(x):
    update = smoothing(x[0])
    last = 0.0
    for v in x:
        last = update(v)
    return last**2


def adder(k):
    return lambda v: v + k


def composed(f, g):
    return lambda v: f(g(v))


def chain_of_functions(x):
    f = composed(adder(x[0]), composed(lambda v: v * v, adder(x[1])))
    return f(x[2]) ** 2 * adder(x[1])(x[0])


def dense(weight, bias):
    def forward(h):
        return np.tanh(weight @ h + bias)

    return forward


def network_of_functions(x):
    weight = x[:4].reshape(2, 2)
    return composed(dense(weight, x[:2]), dense(weight.T, x[2:4]))(x[:2]).sum()


def collector():
    items = []

    def push(v):
        items.append(v)

    def total():
        return sum(a * b for a, b in zip(items, items[1:]))

    return push, total


def collected(x):
    push, total = collector()
    for v in x:
        push(v * v)
    return total()


def board(n):
    y = np.zeros(n)

    def put(i, v):
        y[i] = v

    return {"put": put, "size": lambda: (y**2).sum()}


def written_through_a_table(x):
    handlers = board(len(x))
    for i, v in enumerate(x):
        handlers["put"](i, v * x[0])
    return handlers["size"]()


def momentum(rate, decay=0.9):
    velocity = {}

    def step(name, weight, slope):
        if name not in velocity:
            velocity[name] = np.zeros_like(weight)
        velocity[name] = decay * velocity[name] + slope
        return weight - rate * velocity[name]

    return step


def optimiser_with_state(x):
    step = momentum(x[0] ** 2)
    a, b = x, x * 2
    for _ in range(3):
        a, b = step("a", a, np.sin(a)), step("b", b, np.cos(b))
    return (a * b).sum()


def made_of_what_is_here(x):
    def recurrence(k):
        state = x[0]

        def advance(v):
            nonlocal state
            state = state * k + v
            return state

        return advance

    f, g = recurrence(x[1]), recurrence(0.5)
    f(x[2])
    return f(g(x[0])) + g(1.0)


class Net:
    def __init__(self, weight):
        self.weight = weight

    def layer(self, k):
        return lambda h: np.tanh(h * self.weight * k)


def layers_of_an_object(x):
    net = Net(x)
    first, second = net.layer(2.0), net.layer(x[0])
    return second(first(x)).sum()


def captured_before_it_has_a_value(x):
    def scaled(v):
        return v * k + offset

    offset = x[1]
    k = x[0] * 2
    first = scaled(x[1])
    k = x[2]
    return first * scaled(x[1])


PROGRAMS = [
    Case(two_counters, (normal(1, 4),)),
    Case(counter_of_each_round, (normal(2, 4),)),
    Case(counter_handed_on, (normal(3, 4),)),
    Case(smoothed, (normal(4, 4),)),
    Case(chain_of_functions, (normal(5, 3),)),
    Case(network_of_functions, (normal(6, 4),)),
    Case(collected, (normal(7, 4),)),
    Case(written_through_a_table, (normal(8, 4),)),
    Case(optimiser_with_state, (normal(9, 3),)),
    Case(made_of_what_is_here, (normal(10, 3),)),
    Case(layers_of_an_object, (normal(11, 3),)),
    Case(captured_before_it_has_a_value, (normal(12, 3),)),
]
TWICE = PROGRAMS
