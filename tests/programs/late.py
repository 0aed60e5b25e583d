"""Names that a loop binds in some of its rounds, and that are read in later rounds or behind it."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.2, 0.9])


def number_of_one_round(x):
    for i in range(3):
        if i == 1:
            total = (x * x).sum()
    return total


def array_of_one_round(x):
    for i in range(3):
        if i == 1:
            y = x * x
    return (y * x).sum()


def array_written_in_its_round(x):
    for i in range(3):
        if i == 1:
            y = x * x
            y[0] = x[1] * x[2]
    return (y * x).sum()


def list_of_one_round(x):
    for i in range(3):
        if i == 1:
            y = [x * x, x[0]]
    return (y[0] * y[1]).sum()


def dict_of_one_round(x):
    for i in range(3):
        if i == 1:
            y = {"a": x * x, "b": x[0]}
    return (y["a"] * y["b"]).sum()


def tuple_of_one_round(x):
    for i in range(3):
        if i == 1:
            a, b = x * x, x[0]
            y = a, b
    return (y[0] * y[1]).sum() * b


def every_other_round(x):
    s = 0.0
    for i in range(4):
        if i % 2 == 0:
            t = x[i // 2] ** 2
        s += t * x[0]
    return s


def inner_loop_of_no_rounds(x):
    s = 0.0
    for j in range(4):
        for _ in range(j % 2 if j else 1):
            t = x[j // 2] ** 2
        s += t * x[0]
    return s


def inner_while_of_no_rounds(x):
    s = 0.0
    for j in range(4):
        k = j % 2
        while k < 1:
            t = x * x[j // 2] ** 2
            k += 1
        s += (t * x[0]).sum()
    return s


def rounds_that_raise(x):
    for i in range(4):
        try:
            if i % 2:
                raise ValueError
            t = x[i // 2] ** 2
        except ValueError:
            pass
    return t * x[0]


def rounds_that_continue(x):
    for i in range(4):
        if i % 2:
            continue
        t = x[i // 2] ** 2
    return t * x[0]


def one_round_for_another(x):
    i = 0
    while i < 4:
        i += 1
        if i == 2:
            t = x * 2
        elif i == 3:
            u = t * x
    return (u * t).sum()


def three_stages(x):
    for i in range(4):
        if i == 0:
            h = x * 0.5
        elif i > 1:
            h2 = np.tanh(h)
            if i == 3:
                h3 = h2 * h
    return h3.sum()


def made_then_written(x):
    s = 0.0
    for i in range(4):
        if i == 0:
            y = x * 0.5
        if i == 2:
            y *= x
        s += y.sum()
    return s


def made_then_appended_to(x):
    s = 0.0
    for i in range(4):
        if i == 0:
            y = [x * 0.5]
        if i == 2:
            y.append(x)
        s += (y[-1] * y[0]).sum()
    return s


def momentum(x):
    s = 0.0
    for i in range(4):
        if i == 0:
            state = {"m": x * 0.5}
        else:
            state["m"] = state["m"] * 0.9 + x
        s += (state["m"] ** 2).sum()
    return s


def of_the_greatest(x):
    best = -1e9
    for v in x:
        if v > best:
            best = v
            square = v * v
    return square


def view_of_one_round(x):
    y = x * 1.0
    for i in range(3):
        if i == 1:
            v = y[1:]
        if i == 2:
            v *= x[0]
    return (y * y).sum()


def rounds_of_two_loops(x):
    for i in range(4):
        for j in range(3):
            if i == 1 and j == 1:
                t = x[j] * x
            if i == 2 and j == 0:
                u = t * x
    return u.sum()


def returned_in_a_later_round(x):
    for i in range(3):
        if i == 1:
            t = x * x
            continue
        if i == 2:
            return (t * x).sum()
    return x.sum()


def by_its_pattern(x):
    for i in range(3):
        match i:
            case 1:
                t = x * x
            case _:
                pass
    return t.sum()


def of_several_lengths(x):
    s = 0.0
    for i in range(5):
        if i % 2 == 0:
            t = x[:i // 2 + 1]
        s += (t * x[i % 3]).sum() * (t * t).sum()
    return s


def of_several_lengths_read_between(x):
    s = 0.0
    for i in range(5):
        if i % 2 == 0:
            t = x[:i // 2 + 1] * 2.0
        else:
            s += np.exp(t).sum() * len(t)
    return s


def of_several_lengths_written(x):
    s = 0.0
    for i in range(5):
        if i % 2 == 0:
            t = x[:i // 2 + 1] * 2.0
            u = np.exp(t)
        if i % 2 == 1:
            s += (u * t).sum()
            t *= x[0]
    return s


def made_before_it_is_left(x):
    i = 0
    while True:
        if i == 1:
            t = np.sin(x)
        if i == 3:
            break
        i += 1
    return (t * x).sum()


def difference_to_the_last(x):
    last, s = None, 0.0
    for v in x:
        if last is not None:
            d = v - last
            s += d * d
        last = v
    return s + d


def other_name_of_one_round(x):
    for i in range(4):
        if i == 1:
            one = dict(w=x * x)
            other = one
        if i == 2:
            other["w"] = other["w"] * x
        if i == 3:
            one["z"] = other["w"][0]
    return (one["w"] * one["z"]).sum()


def name_twice_in_a_target(x):
    a, a, b = x, x[1] * x, x[0]
    return (a * b).sum()


def number_plus_array_or_number(x):
    y = x * 2
    d = y + x[1]
    if x[0] > 100:
        d = y = x[0]
    return np.sum(d)


FUNCTIONS = (
    number_of_one_round, array_of_one_round, array_written_in_its_round, list_of_one_round, dict_of_one_round,
    tuple_of_one_round, every_other_round, inner_loop_of_no_rounds, inner_while_of_no_rounds, rounds_that_raise,
    rounds_that_continue, one_round_for_another, three_stages, made_then_written, made_then_appended_to, momentum,
    of_the_greatest, view_of_one_round, rounds_of_two_loops, returned_in_a_later_round, by_its_pattern,
    of_several_lengths, of_several_lengths_read_between, of_several_lengths_written, made_before_it_is_left,
    difference_to_the_last, other_name_of_one_round,
    name_twice_in_a_target, number_plus_array_or_number)
PROGRAMS = [Case(function, (X,)) for function in FUNCTIONS]
TWICE = [Case(function, (X,)) for function in (
    number_of_one_round, array_of_one_round, list_of_one_round, tuple_of_one_round, every_other_round,
    inner_loop_of_no_rounds, inner_while_of_no_rounds, rounds_that_raise, rounds_that_continue, three_stages,
    of_the_greatest, rounds_of_two_loops, by_its_pattern, made_before_it_is_left, difference_to_the_last)]
