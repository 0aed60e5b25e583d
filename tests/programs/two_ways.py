"""One object that is reached in two ways: by a name, and through another object, a list or a dict."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case


class Particle:
    def __init__(self, v):
        self.v = v

    def push(self, u):
        self.v = self.v + u


class Spring:
    def __init__(self, end):
        self.end = end


class Optimiser:
    def __init__(self, model):
        self.model = model

    def step(self, g):
        self.model.v = self.model.v - 0.1 * g


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimiser = Optimiser(model)

    def fit(self):
        for _ in range(2):
            self.optimiser.step(self.model.v**2)
        return self.model.v


class Swarm:
    def __init__(self):
        self.all = []


def written_through_the_holder(x):
    a = Particle(x)
    s = Spring(a)
    s.end.v = x * x
    return a.v


def written_by_its_name(x):
    a = Particle(x)
    s = Spring(a)
    a.v = x * x
    return s.end.v


def pushed_through_the_holder(x):
    a = Particle(x)
    s = Spring(a)
    s.end.push(x * x)
    a.push(x)
    return a.v * s.end.v


def dict_in_a_dict(x):
    a = {"v": x}
    s = {"a": a}
    s["a"]["v"] = x * x
    return a["v"]


def list_in_a_list(x):
    a = [x]
    s = [a]
    s[0][0] = x * x
    return a[0]


def list_in_an_object(x):
    a = []
    s = Spring(a)
    s.end.append(x * x)
    return a[0]


def dict_in_an_object(x):
    a = {}
    s = Spring(a)
    s.end["k"] = x * x
    return a["k"]


def array_in_an_object(x):
    a = Particle(np.ones(2) * x)
    s = Spring(a)
    s.end.v *= x
    s.end.v[0] = x * x
    return a.v.sum()


def particles_in_a_list(x):
    w = Swarm()
    p = Particle(x)
    w.all.append(p)
    w.all.append(Particle(x * x))
    p.v = x**3
    return w.all[0].v * w.all[1].v


def steps_of_an_optimiser(x):
    m = Particle(x)
    o = Optimiser(m)
    o.step(m.v * m.v)
    o.step(m.v * m.v)
    return m.v


def steps_of_a_trainer(x):
    return Trainer(Particle(x)).fit()


PROGRAMS = [Case(f, (1.3,)) for f in (
    written_through_the_holder, written_by_its_name, pushed_through_the_holder, dict_in_a_dict, list_in_a_list,
    list_in_an_object, dict_in_an_object, array_in_an_object, particles_in_a_list, steps_of_an_optimiser,
    steps_of_a_trainer)]
