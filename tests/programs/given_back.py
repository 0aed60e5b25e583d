"""Helpers that give back one object in several places, or one that the caller goes on to change."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case, normal


class Weights:
    def __init__(self, v):
        self.v = v
        self.history = [v]

    def push(self, u):
        self.v = self.v * u
        self.history.append(self.v)


class Descent:
    def __init__(self, model):
        self.model = model

    def step(self):
        self.model.v = self.model.v - 0.1 * self.model.v**2


class Held:
    def __init__(self, x):
        self.weights = Weights(x * 2)
        self.descent = Descent(self.weights)
        self.items = [self.weights]


class World:
    def __init__(self):
        self.everything = []
        self.by_name = {}

    def add(self, thing, name):
        self.everything.append(thing)
        self.by_name[name] = thing
        return thing

    def step(self):
        for thing in self.everything:
            thing.push(thing.v)


def model_and_optimiser(x):
    model = Weights(x * 2)
    return model, Descent(model)


def stepped_by_the_optimiser(x):
    model, optimiser = model_and_optimiser(x)
    optimiser.step()
    optimiser.step()
    return (model.v**2).sum()


def read_in_both_ways(x):
    model, optimiser = model_and_optimiser(x)
    return (model.v**2).sum() + (optimiser.model.v**3).sum()


def holder_of(x):
    return Held(x)


def held_and_given_back(x):
    held = holder_of(x)
    held.descent.step()
    held.items[0].v = held.items[0].v * x
    return (held.weights.v**2).sum()


def one_dict_twice(x):
    def made():
        d = {"a": x * 2}
        return d, d

    t, u = made()
    return (t["a"] ** 2).sum() + (u["a"] ** 3).sum()


def one_dict_twice_in_a_list(x):
    def made():
        d = {"a": x * 2}
        return [d, d]

    t = made()
    return (t[0]["a"] ** 2).sum() + (t[1]["a"] ** 3).sum()


def one_dict_twice_in_a_dict(x):
    def made():
        d = {"a": x * 2}
        return {"p": d, "q": d}

    t = made()
    t["p"]["a"] = t["q"]["a"] * x
    return (t["p"]["a"] ** 2).sum() + (t["q"]["a"] ** 3).sum()


def in_two_lists(x):
    def made():
        d = {"a": x * 2}
        first, second = [], []
        first.append(d)
        second.append(d)
        d["a"] = d["a"] * x
        return first, second

    first, second = made()
    second[0]["a"] = second[0]["a"] * x
    return (first[0]["a"] ** 2).sum() + (second[0]["a"] ** 3).sum()


def numbers_given_back_twice(x):
    def made():
        a = {"p": x[0], "q": x[1]}
        return a, [a, a]

    a, both = made()
    both[0]["p"] = both[1]["q"] * a["p"]
    a["q"] = a["p"] ** 2
    return both[1]["p"] * both[0]["q"]


def with_what_is_in_it(x):
    def made(k):
        d = {"k": x * k, "in": {"z": x**k}}
        return d, d["in"]

    d, inner = made(2)
    inner["z"] = inner["z"] * d["k"]
    d["in"]["y"] = x
    return sum((v**2).sum() for v in inner.values()) + d["k"].sum()


def all_and_a_part(x):
    def made():
        items = [{"a": x * k} for k in range(3)]
        part = items[:2]
        part[0]["a"] = part[0]["a"] * x
        items[1]["a"] = x**3
        return part, items

    part, items = made()
    return sum((d["a"] ** 2).sum() for d in part) + sum((d["a"] ** 3).sum() for d in items)


def a_part_of_objects(x):
    def made():
        items = []
        for k in range(3):
            items.append(Weights(x * k))
        part = items[:-1]
        items[1].v = items[1].v * x
        return part

    return sum((w.v**2).sum() for w in made())


def lists_put_in_one_another(x):
    def made(k):
        return [x * k, [x**k]]

    rows = [made(k) for k in range(3)]
    rows[1][1][0] = rows[1][1][0] * x
    rows[2][1].append(x * 5)
    rows[0][1] = rows[1][1]
    return sum((a * b[-1]).sum() for a, b in rows)


def world_and_one_of_it(x):
    def made():
        world = World()
        world.add(Weights(x), "a")
        world.add(Weights(x * 2), "b")
        return world, world.by_name["a"]

    world, a = made()
    world.step()
    a.push(x)
    world.add(a, "c")
    world.step()
    return sum((w.v**2).sum() for w in world.everything) + sum(h.sum() for h in a.history)


def optimiser_of_lists(x):
    def step(params, gradients, state):
        new = [p - 0.1 * g for p, g in zip(params, gradients, strict=True)]
        return new, [0.9 * s + g for s, g in zip(state, gradients, strict=True)]

    params, state = [x, x * 2], [x * 0, x * 0]
    for _ in range(3):
        params, state = step(params, [p * p for p in params], state)
    return sum((p * s).sum() for p, s in zip(params, state, strict=True))


def swapped_by_a_helper(x):
    def swapped(p, q):
        p[0], q[0] = q[0], p[0]
        return p, q

    p, q = swapped([x], [x * x])
    p[0] = p[0] * x
    r, t = swapped(q, p)
    return (p[0] ** 2).sum() + (r[0] * x).sum() + t[0].sum()


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __matmul__(self, other):
        return Matrix([[sum(a * b for a, b in zip(r, c, strict=True)) for c in zip(*other.rows, strict=True)]
                       for r in self.rows])

    def trace(self):
        return sum(self.rows[i][i] for i in range(len(self.rows)))


def rows_of_displays(x):
    a = Matrix([[x[0], x[1]], [x[1] * x[0], x[0]]])
    return (a @ a @ a).trace()


def row_of_a_display(x):
    a = Matrix([[x[0], x[1]], [x[0], x[1]]])
    return a.trace() * a.rows[0][1]


def cells_put_together(x):
    def made():
        rows = []
        for k in range(2):
            cell = [x * k]
            row = [cell, [x]]
            rows.append(row)
            cell[0] = cell[0] * x
        return Matrix(rows)

    return sum((cell[0] ** 2).sum() for row in made().rows for cell in row)


def second_of(one, other):
    return other


def multiplied(a, b):
    return second_of(a, [u * v for u, v in zip(a, b, strict=True)])


def made_anew_and_given_back(x):
    layers = {"w": [x * 1.0, x * 2.0]}
    for _ in range(2):
        layers = {"w": multiplied(layers["w"], layers["w"])}
    return sum(np.sum(v ** 2) for v in layers["w"])


def squared_layers(layers):
    return {"w": multiplied(layers["w"], layers["w"])}


def made_anew_by_two_helpers(x):
    layers = {"w": [x * 1.0, x * 2.0]}
    for _ in range(2):
        layers = squared_layers(layers)
    return sum(np.sum(v ** 2) for v in layers["w"])


_ALL = (made_anew_and_given_back, made_anew_by_two_helpers,
        stepped_by_the_optimiser, read_in_both_ways, held_and_given_back, one_dict_twice, one_dict_twice_in_a_list,
        one_dict_twice_in_a_dict, in_two_lists, numbers_given_back_twice, with_what_is_in_it, all_and_a_part,
        a_part_of_objects, lists_put_in_one_another, rows_of_displays, row_of_a_display, cells_put_together, world_and_one_of_it, optimiser_of_lists, swapped_by_a_helper)

PROGRAMS = [case for f in _ALL for case in (
    Case(f, (normal(1, 2) * 0.5 + 1.0,)), Case(f, (normal(2, 2, 3) * 0.2 + 0.8,), note="matrix"))
    if not (f in (numbers_given_back_twice, rows_of_displays, row_of_a_display) and case.note)]
