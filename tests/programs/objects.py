"""Classes as people write them: dataclasses, simulators, vectors, layers, trees; made inside, or passed in."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tests.programs import helpers
from tests.programs.case import Case


@dataclass
class Params:
    w: np.ndarray
    b: float = 0.5

    def apply(self, x):
        return np.tanh(self.w * x + self.b)

    @property
    def norm(self):
        return np.sum(self.w**2)

    @staticmethod
    def square(z):
        return z**2

    @classmethod
    def of(cls, w):
        return cls(w, 0.1)


def methods_of_every_kind(a, b):
    p = Params(a, b[0])
    return np.sum(p.apply(b)) + p.norm * 2 + Params.square(p.b) + np.sum(Params.of(b).apply(a))


def fields_set_again(a, b):
    p = Params(a, b[0])
    q = Params(p.w * 2, p.b)
    p.w = p.w + q.w
    p.w *= 2.0
    return np.sum(p.w * q.w)


def dataclass_argument(p, x):
    return np.sum(p.apply(x)) * p.norm + p.b**2


class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, s):
        return Vec(self.x * s, self.y * s)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def __getitem__(self, i):
        return self.x if i == 0 else self.y

    def __len__(self):
        return 2

    def dot(self, other):
        return self.x * other.x + self.y * other.y


def operators_of_a_class(a, b):
    u, v = Vec(a[0], a[1]), Vec(b[0], b[1])
    w = u + v * 2.0 + 3.0 * u
    w = w + (-v)
    return w.dot(u) + w[0] * w[1] * len(w)


class Body:
    def __init__(self, pos, vel, mass=1.0):
        self.pos = pos
        self.vel = vel
        self.mass = mass
        self.steps = 0

    def step(self, dt):
        self.vel = self.vel - dt * self.pos / self.mass
        self.pos = self.pos + dt * self.vel
        self.steps += 1

    def energy(self):
        return 0.5 * self.mass * np.sum(self.vel**2) + 0.5 * np.sum(self.pos**2)


def simulator(a, b):
    body = Body(a, b, mass=b[2])
    for _ in range(4):
        body.step(0.1)
    assert body.steps == 4
    return body.energy()


def list_of_bodies(a, b):
    bodies = [Body(a[:1] * i, b[:1]) for i in range(1, 4)]
    for _ in range(2):
        for body in bodies:
            body.step(0.1)
    return sum(body.energy() for body in bodies)


class Mean:
    def __init__(self):
        self.total = 0.0
        self.n = 0
        self.history = []

    def push(self, x):
        self.total += x
        self.n += 1
        self.history.append(x)

    def value(self):
        return self.total / self.n + self.history[-1]


def running_mean(a, b):
    mean = Mean()
    for x in a:
        mean.push(x * b[0])
    return mean.value() * mean.total


class Layer:
    scale = 2.0

    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.scale * self.act(self.w * x)

    def act(self, z):
        return z


class Sine(Layer):
    def __init__(self, w, k):
        super().__init__(w)
        self.k = k

    def act(self, z):
        return np.sin(z) * self.k + super().act(z)


class Squash:
    def __init__(self, kind):
        self.kind = kind

    def __call__(self, x):
        return np.tanh(x) if self.kind == "tanh" else x


def inherited_methods(a, b):
    return np.sum(Sine(a, b[1])(b))


def layers_of_several_classes(a, b):
    x = np.ones(3)
    for layer in [Layer(a), Squash("tanh"), Sine(b, 0.5)]:
        x = layer(x)
    return np.sum(x)


class State(NamedTuple):
    pos: np.ndarray
    vel: np.ndarray
    t: float = 0.0

    def kinetic(self):
        return 0.5 * np.sum(self.vel**2)


def named_tuple_stepped(a, b):
    s = State(a, b)
    for _ in range(3):
        s = s._replace(pos=s.pos + 0.1 * s.vel, vel=s.vel - 0.1 * s.pos**3)
    return s.kinetic() + np.sum(s.pos * s[1])


class Kinetic:
    class Energy(NamedTuple):
        x: np.ndarray

        def value(self):
            return np.sum(self.x**2)


class Potential:
    class Energy(NamedTuple):
        x: np.ndarray

        def value(self):
            return np.sum(np.sin(self.x))


def energy_of(part):
    return part.value()


def two_named_tuples_of_one_name(a, b):
    both = Kinetic.Energy(a).value() * 3.0 + Potential.Energy(b).value()
    return both + energy_of(Kinetic.Energy(b)) + 2.0 * energy_of(Potential.Energy(a))


def named_tuple_of_a_module(a, b):
    pair = helpers.Pair(a, b)
    return pair.dot() + np.sum(pair.left) * helpers.Pair(b, a).right[0]


class Stepper:
    def __init__(self, f, dt):
        self.f, self.dt = f, dt

    def step(self, y):
        k = self.f(y + 0.5 * self.dt * self.f(y))
        return y + self.dt * k


def function_in_an_object(a, b):
    stepper = Stepper(lambda y: -a * y, 0.1)
    y = b
    for _ in range(3):
        y = stepper.step(y)
    return np.sum(y**2)


class Buffer:
    def __init__(self, n):
        self.x = np.zeros(n)

    def put(self, i, v):
        self.x[i] = v

    def add(self, v):
        self.x += v


def array_written_in_an_object(a, b):
    buffer = Buffer(3)
    for i in range(3):
        buffer.put(i, a[i] * b[i])
    buffer.add(a)
    return np.sum(buffer.x**2)


class Node:
    def __init__(self, v, children=()):
        self.v, self.children = v, children

    def total(self):
        return self.v**2 + sum(child.total() * 0.5 for child in self.children)


def tree_of_objects(a, b):
    return Node(a[0], (Node(a[1] * b[0]), Node(b[1], (Node(a[2]),)))).total()


@dataclass(frozen=True)
class Config:
    lr: float
    momentum: float = 0.9
    tags: list = field(default_factory=list)


def momentum_descent(a, b):
    config = Config(lr=b[0])
    v, x = np.zeros(3), a
    for _ in range(3):
        v = config.momentum * v - config.lr * 2 * x
        x = x + v
    return np.sum(x**2)


@dataclass
class Disc:
    r: float

    def __post_init__(self):
        self.area = math.pi * self.r**2


def computed_after_init(a, b):
    return Disc(a[0]).area * Disc(b[0]).r


class Scaled:
    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, new):
        self._v = new * 2


def property_set(a, b):
    p = Scaled(a)
    p.v = b
    return np.sum(p.v * a)


class Filter:
    def __init__(self, x, P):
        self.x, self.P = x, P

    def predict(self, F):
        self.x = F * self.x
        self.P = F * self.P * F + 0.1
        return self

    def update(self, z):
        gain = self.P / (self.P + 0.5)
        self.x = self.x + gain * (z - self.x)
        self.P = (1 - gain) * self.P
        return self

    def bump(self, v):
        self.x = self.x + v
        return self.x


def fluent_filter(a, b):
    kf = Filter(a[0], a[1])
    total = 0.0
    for z in b:
        total += kf.predict(a[2]).update(z).x ** 2
    return total


def attribute_given_back_twice(a, b):
    o = Filter(a, b)
    s = o.bump(b) + o.bump(a)
    return np.sum(s * o.x)


def best_object_changed(a, b):
    items = [Filter(v, 0.0) for v in a]
    items.sort(key=lambda o: -o.x)
    best = max(items, key=lambda o: o.x)
    best.x = best.x * b[0]
    return sum(o.x * (i + 1) for i, o in enumerate(items))


def copied_objects(a, b):
    o = Filter(a * 1.0, b)
    shallow, deep = copy.copy(o), copy.deepcopy(o)
    shallow.x = shallow.x * 3
    deep.x[0] = 7.0
    return np.sum(o.x * shallow.x * deep.x)


class Heat:
    def __init__(self, n):
        self.u = np.zeros(n)
        self.log = []

    def step(self, dt, source):
        self.u += dt * (np.roll(self.u, 1) + np.roll(self.u, -1) - 2 * self.u + source)
        self.log.append(self.u.sum())


def field_written_in_place(a, b):
    heat = Heat(3)
    for _ in range(4):
        heat.step(0.1 * b[0], a)
    return heat.log[-1] * heat.log[1] + np.sum(heat.u**2)


def one_array_in_a_list_many_times(a, b):
    heat, history = Heat(3), []
    for _ in range(3):
        heat.step(0.1, a * b)
        history.append(heat.u)
    return np.sum(np.array(history) ** 2)


class Model:
    def __init__(self, w):
        self.p = {"w": w, "b": w * 0.5}
        self.inner = Filter(w, w)

    def apply(self, x):
        return self.p["w"] * x + self.p["b"] + self.inner.x

    def grow(self):
        self.p["w"] = self.p["w"] * 2
        self.inner.bump(self.p["b"])


def objects_in_objects(a, b):
    x = np.ones(3)
    for model in [Model(a), Model(b)]:
        model.grow()
        x = model.apply(x)
    return np.sum(x)


def called_with(f, v):
    f(v)


def writing_method_handed_on(a, b):
    o = Filter(a, b)
    called_with(o.bump, b)
    return np.sum(o.x**2)


def writing_method_as_a_value(a, b):
    o = Filter(a, b)
    f = o.predict
    f(2.0)
    return np.sum(o.x)


_ARGS = (np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.7, 0.2]))

PROGRAMS = [Case(function, _ARGS, (0, 1)) for function in (
    methods_of_every_kind, fields_set_again, operators_of_a_class, simulator, list_of_bodies, running_mean,
    inherited_methods, layers_of_several_classes, named_tuple_stepped, two_named_tuples_of_one_name, named_tuple_of_a_module,
    function_in_an_object,
    array_written_in_an_object, tree_of_objects, momentum_descent, computed_after_init,
    property_set, fluent_filter, attribute_given_back_twice, best_object_changed, copied_objects, field_written_in_place,
    one_array_in_a_list_many_times, objects_in_objects, writing_method_handed_on, writing_method_as_a_value)] + [
    Case(dataclass_argument, (Params(_ARGS[0], 0.3), _ARGS[1]), (0, 1)),
]
