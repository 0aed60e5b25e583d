"""Functions that write into what they have captured: handed to iterators, kept in containers, called late."""

from __future__ import annotations

from itertools import accumulate, islice, takewhile

import numpy as np

from tests.programs.case import Case

X = np.array([0.5, 0.7, 1.2, 0.3])


def mapped_late(x):
    factor = [1.0]
    products = map(lambda v: v * factor[0], x)
    factor[0] = x[1]
    return sum(products)


def mapped_after_a_count(x):
    log = []

    def counted(v):
        log.append(v)
        return v * len(log)

    products = map(counted, x)
    n = len(log) + 1
    return sum(products) * n


def mapped_until_one_fails(x):
    log = []

    def is_large(v):
        log.append(v * v)
        return v > 0.6

    all(map(is_large, x))
    return sum(log) * len(log)


def mapped_and_zipped(x):
    log, total = [], 0.0

    def logged(v):
        log.append(v)
        return v * len(log)

    for a, b in zip(map(logged, x), x, strict=False):
        total += a * b * len(log)
    return total


def mapped_and_left(x):
    log, total = [], 0.0

    def logged(v):
        log.append(v)
        return v

    for i, v in enumerate(map(logged, x)):
        if i == 2:
            break
        total += v * len(log)
    return total * sum(log)


def mapped_in_part(x):
    log, total = [], 0.0

    def logged(v):
        log.append(v)
        return v

    for v in islice(map(logged, x), 2):
        total += v * len(log)
    return total * len(log)


def generated_by_a_writer(x):
    log, total = [], 0.0

    def logged(v):
        log.append(v * v)
        return v * len(log)

    for v in (logged(v) for v in x):
        total += v * log[-1]
        log.append(v)
    return total * len(log)


def filtered_by_a_writer(x):
    log, total = [], 0.0

    def logged(v):
        log.append(v)
        return v > 0.4

    for v in filter(logged, x):
        total += v * len(log)
    return total


def taken_while_it_writes(x):
    log, total = [], 0.0

    def logged(v):
        log.append(v)
        return v < 0.9

    for v in takewhile(logged, x):
        total += v * len(log)
    return total + sum(log)


def accumulated_by_a_writer(x):
    log, total = [], 0.0

    def logged(product, v):
        log.append(v)
        return product * v

    for product in accumulate(x, logged):
        total += product * (1 + len(log))
    return total


def helper_changes_the_source(x):
    values = [v * 1.0 for v in x]

    def change(values):
        values[1] = values[0] * 9.0

    doubled = map(lambda v: 2.0 * v, values)
    change(values)
    return sum(doubled)


def picked_and_called(x):
    log = []

    def put(v):
        log.append(v * v)
        return True

    handlers = {"put": put}
    done = handlers["put"](x[0])
    return sum(log) + done * x.sum()


def taken_off_a_list(x):
    log = []

    def put(v):
        log.append(v * v * (1 + len(log)))

    todo = [put, put]
    while todo:
        todo.pop()(x[len(todo)])
    return sum(log)


def handlers_in_a_loop(x):
    state = {"speed": 0.0, "place": 0.0}

    def kick(v):
        state["speed"] = state["speed"] + v

    def ignore(v):
        return None

    handlers = [kick]
    for v in x:
        for handler in handlers:
            handler(v)
        state["place"] = state["place"] + state["speed"] * 0.5
    ignore(x)
    return state["place"] ** 2


def each_round_its_default(x):
    scaled = [lambda v, k=k: v * k for k in x]
    return scaled[0](x[1]) * scaled[2](x[3])


def each_round_the_last(x):
    scaled = []
    for k in x:
        scaled.append(lambda v: v * k)  # noqa: B023
    return scaled[0](x[1]) * scaled[2](x[3])


def key_over_what_has_a_new_name(x):
    x = -x
    j = max(range(4), key=lambda i: x[i])
    x[j] *= 2
    return x[j] ** 2 + x[0]


def pivots(x):
    a = np.outer(x, x) + np.diag(x)
    a = a + 4.0 * np.eye(4)
    for k in range(3):
        j = max(range(k, 4), key=lambda i: abs(a[i, k]))
        a[[k, j]] = a[[j, k]]
        for i in range(k + 1, 4):
            a[i] = a[i] - a[i, k] / a[k, k] * a[k]
    return np.sum(np.log(np.abs(np.diag(a))))


def default_that_is_taken(x):
    d = {"a": x[0]}
    w = d.pop("z", x[2]) * d.pop("a", x[3])
    return w * x[1]


def greatest_of_a_window(x):
    window, total = [x[0]], 0.0
    for v in x:
        total = total + max(window) * v
        window.append(v)
        if len(window) > 2:
            window = window[1:]
    return total


def scaled(t):
    return t * 0.7


def only_the_last_is_read(x):
    a = None
    for _ in range(2):
        a = scaled(x)
    return scaled(a).sum()


class Layer:
    def __init__(self, w):
        self.w = w


class Deep(Layer):
    pass


def made_by(kind, w):
    return kind(w * 2.0)


def layers_of_two_kinds(x):
    layers = [Layer(x), made_by(Deep, x)]
    return sum((layer.w**2).sum() for layer in layers)


PROGRAMS = [Case(function, (X,)) for function in (
    mapped_late, mapped_after_a_count, mapped_until_one_fails, mapped_and_zipped, mapped_and_left, mapped_in_part,
    generated_by_a_writer, filtered_by_a_writer, taken_while_it_writes, accumulated_by_a_writer,
    helper_changes_the_source, picked_and_called, taken_off_a_list, handlers_in_a_loop, each_round_its_default,
    each_round_the_last, layers_of_two_kinds, key_over_what_has_a_new_name, pivots, default_that_is_taken,
    greatest_of_a_window, only_the_last_is_read)]
TWICE = PROGRAMS
