"""Generators that are bound to a name, walked over in several places, stepped through, and made in another module."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from tests.programs import helpers
from tests.programs.case import Case
from tests.programs.helpers import Layered, in_chunks

X = np.array([0.3, 0.7, 1.1, -0.4, 0.9])


def squares(x):
    for v in x:
        yield v * v


def neighbours(values):
    previous = None
    for value in values:
        if previous is not None:
            yield previous, value
        previous = value


def halvings(x, count):
    number = 0
    while number < count:
        yield x / 2**number
        number += 1


def a_name_bound_to_a_generator_over_itself(x, window=None):
    """As `fastdtw` does."""
    if window is None:
        window = [(i, j) for i in range(len(x)) for j in range(4)]
    window = ((i + 1, j + 1) for i, j in window)
    costs = defaultdict(lambda: (float("inf"),))
    costs[0, 0] = (0, 0, 0)
    for i, j in window:
        cost = (x[i - 1] - j) ** 2
        costs[i, j] = min((costs[i - 1, j][0] + cost, i - 1, j), (costs[i, j - 1][0] + cost, i, j - 1),
                          (costs[i - 1, j - 1][0] + cost, i - 1, j - 1), key=lambda each: each[0])
    i, j = len(x), 4
    while not (i == j == 0):
        i, j = costs[i, j][1], costs[i, j][2]
    return costs[len(x), 4][0]


def network(shapes, nonlinearity=np.tanh):
    def unpacked(weights):
        for m, n in shapes:
            yield weights[:m].reshape((m,)), weights[m : m + n]
            weights = weights[m + n :]

    def predict(weights, inputs):
        for w, b in unpacked(weights):
            outputs = w.sum() * inputs + b.sum()
            inputs = nonlinearity(outputs)
        return outputs

    return predict


predict = network([(2, 1), (1, 1)])


def a_captured_generator(x):
    return predict(x, 0.5)


def a_generator_handed_to_a_helper(x):
    shapes = [2, 1, 2]

    def parts(w):
        for m in shapes:
            yield w[:m]
            w = w[m:]

    return summed_squares(parts, x)


def summed_squares(parts, x):
    total = 0.0
    for part in parts(x):
        total = total + part.sum() ** 2
    return total


def a_generator_of_another_module(x):
    total = 0.0
    for part in in_chunks(x, 2):
        total = total + part.sum() ** 2
    return total


def a_method_of_another_module(x):
    total = 0.0
    for part in helpers.Layered(x).layers():
        total = total + part.prod()
    return total


def an_instance_of_another_module(x):
    total = 0.0
    for v in Layered(x):
        total = total + v**3
    return total


def the_first_and_the_rest(x):
    g = squares(x)
    first = next(g)
    second = next(g)
    return first * second + sum(g)


def the_first_before_a_loop(x):
    g = squares(x)
    first, total = next(g), 0.0
    for v in g:
        total = total + v * first
    return total


def walked_over_in_either_branch(x):
    g = squares(x)
    if x[0] > 0:
        total = sum(g)
    else:
        total = 0.0
        for v in g:
            total += v
    return total


def bound_again_in_a_branch(x, flag=True):
    g = squares(x)
    if flag:
        g = (v * x[0] for v in g)
    return sum(g)


def left_and_taken_up_again(x):
    g, total = squares(x), 0.0
    for v in g:
        if v > 0.4:
            break
        total = total + v
    for v in g:
        total = total + v * 10.0
    return total


def nothing_is_left(x):
    g, total = (v * v for v in x), 0.0
    for _ in range(2):
        for v in g:
            total = total + v
    return total + len(list(g))


def generators_in_a_list(x):
    total = 0.0
    for each in [squares(x), squares(2.0 * x)]:
        for v in each:
            total = total + v
    return total


def generators_side_by_side(x):
    return sum(a * b for a, b in zip(squares(x), squares(x + 1.0)))


def a_generator_beside_itself(x):
    g = squares(x)
    return sum(a * b for a, b in zip(g, g))


def stepped_until_it_ends(x):
    g, last = squares(x), 0.0
    try:
        while True:
            last = next(g) + 0.5 * last
    except StopIteration:
        pass
    return last


def stepped_with_a_default(x):
    g, total = squares(x), 0.0
    while True:
        v = next(g, None)
        if v is None:
            break
        total = total + v
    return total


def weights_one_by_one(x):
    params = (w for w in (x[:2], x[2:]))
    w = next(params)
    b = next(params)
    return w.sum() * b.sum()


def a_star_takes_the_rest(x):
    first, second, *rest = squares(x)
    return first * second + sum(rest)


def pairs_of_neighbours(x):
    g = neighbours(x)
    a, b = next(g)
    return a * b + sum(p * q for p, q in g)


def a_while_that_yields(x):
    g = halvings(x, 3)
    return (next(g) * next(g)).sum() + next(g).prod()


def stepped_by_an_inner_function(x):
    g = squares(x)

    def step():
        return next(g) * 2.0

    return step() + step() * 3.0


def kept_in_a_dict(x):
    held = {"g": (x[k] for k in range(3))}
    return next(held["g"]) + 2.0 * next(held["g"])


def gathered_meanwhile(x):
    g = squares(x)
    out = []
    out.append(next(g))
    for v in g:
        out.append(v * out[-1])
    return sum(out)


class Countdown:
    def __init__(self, value):
        self.value = value
        self.left = 3

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.value * self.left


def next_of_my_own(x):
    steps = Countdown(x[1])
    return next(steps) * next(steps) + next(steps, 1.0) + next(steps, x[0])


def my_own_side_by_side(x):
    return sum(a * b for a, b in zip(Countdown(x[0]), Countdown(x[1])))


def changed_while_it_is_walked_over(x):
    y = x * 1.0
    g = (v * v for v in y)
    first = next(g)
    y[1] = first * 3.0
    return first + next(g)


def captured_and_changed(x):
    gain = [x[3]]
    g = (v * gain[0] for v in x)
    first = next(g)
    gain[0] = x[4]
    return first + next(g)


def one_array_yielded_again(x):
    def summed(values):
        total = 0.0
        for value in values:
            total += value
            yield total

    g = summed([x[:2], x[2:4]])
    first = next(g)
    held = first.sum()
    second = next(g)
    return held + first.sum() * second.sum()


def drawn_in_turns(x):
    rng = np.random.default_rng(0)
    g = (v * rng.normal() for v in x)
    first = next(g)
    return first * rng.normal() + sum(g)


def written_in_turns(x):
    notes = []

    def noted(values):
        for value in values:
            notes.append(value)
            yield value * value

    g = noted(x)
    first = next(g)
    return first * len(notes) + sum(g)


PROGRAMS = [
    Case(a_name_bound_to_a_generator_over_itself, (np.array([1.2, 2.0, 0.9, 2.4, 3.1]),)),
    Case(a_captured_generator, (X,)),
    Case(a_generator_handed_to_a_helper, (X,)),
    Case(a_generator_of_another_module, (X,)),
    Case(a_method_of_another_module, (X,)),
    Case(an_instance_of_another_module, (X,)),
    Case(the_first_and_the_rest, (X,)),
    Case(the_first_before_a_loop, (X,)),
    Case(walked_over_in_either_branch, (X,)),
    Case(bound_again_in_a_branch, (X,)),
    Case(left_and_taken_up_again, (X,)),
    Case(nothing_is_left, (X,)),
    Case(generators_in_a_list, (X,)),
    Case(generators_side_by_side, (X,)),
    Case(a_generator_beside_itself, (X,)),
    Case(stepped_until_it_ends, (X,)),
    Case(stepped_with_a_default, (X,)),
    Case(weights_one_by_one, (X,)),
    Case(a_star_takes_the_rest, (X,)),
    Case(pairs_of_neighbours, (X,)),
    Case(a_while_that_yields, (X,)),
    Case(stepped_by_an_inner_function, (X,)),
    Case(kept_in_a_dict, (X,)),
    Case(gathered_meanwhile, (X,)),
    Case(next_of_my_own, (X,)),
    Case(my_own_side_by_side, (X,)),
    Case(changed_while_it_is_walked_over, (X,)),
    Case(captured_and_changed, (X,)),
    Case(one_array_yielded_again, (X,)),
    Case(drawn_in_turns, (X,)),
    Case(written_in_turns, (X,)),
]

TWICE = PROGRAMS[:8]
