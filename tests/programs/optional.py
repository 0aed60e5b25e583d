"""Names and attributes that are None at one time and a list or dict at another: the state of an optimiser, defaults."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.2, 0.9])
PARAMS = {"W": np.array([0.7, 1.2, 0.9]), "b": np.array([1.1, 0.8, 0.6])}


def adam(params):
    m = v = None
    for t in range(1, 3):
        g = {k: 2 * a * a for k, a in params.items()}
        if m is None:
            m = {k: np.zeros_like(a) for k, a in params.items()}
            v = {k: np.zeros_like(a) for k, a in params.items()}
        m = {k: 0.9 * m[k] + 0.1 * g[k] for k in params}
        v = {k: 0.99 * v[k] + 0.01 * g[k] ** 2 for k in params}
        params = {k: params[k] - 0.1 * m[k] / t / (np.sqrt(v[k]) + 1e-3) for k in params}
    return sum((a * a).sum() for a in params.values())


def momentum_in_a_dict(params):
    m = None
    for _ in range(3):
        if m is None:
            m = {}
        for k in params:
            m[k] = 0.9 * m.get(k, 0.0) + 0.2 * params[k] ** 2
        params = {k: params[k] - 0.1 * m[k] for k in params}
    return sum((a * a).sum() for a in params.values())


def momentum_in_a_list(x):
    velocities, params = None, [x, x * 2]
    for _ in range(3):
        gradients = [2 * p * p for p in params]
        if velocities is None:
            velocities = [np.zeros_like(p) for p in params]
        velocities = [0.9 * v + g for v, g in zip(velocities, gradients)]
        params = [p - 0.1 * v for p, v in zip(params, velocities)]
    return sum((p * p).sum() for p in params)


class Momentum:
    def __init__(self, rate):
        self.rate, self.m, self.t = rate, None, 0

    def step(self, params, gradients):
        self.t += 1
        if self.m is None:
            self.m = {k: np.zeros_like(v) for k, v in params.items()}
        out = {}
        for k in params:
            self.m[k] = 0.9 * self.m[k] + gradients[k]
            out[k] = params[k] - self.rate * self.m[k] / self.t
        return out


def optimiser_with_state(params):
    optimiser = Momentum(0.1)
    for _ in range(3):
        params = optimiser.step(params, {k: 2 * v * v for k, v in params.items()})
    return sum((a * a).sum() for a in params.values())


def weighted(x, weights=None):
    weights = weights or [1.0, 2.0, 3.0]
    return sum(w * v for w, v in zip(weights, x))


def list_by_default(x):
    return weighted(x) + weighted(x, [x[0], 2.0, x[1]]) * weighted(x, [])


class Model:
    def __init__(self, w, layers=None, options=None):
        self.w = w
        self.layers = layers if layers is not None else []
        self.options = options or {}

    def run(self, x):
        for layer in self.layers:
            x = x * layer
        return x * self.w * self.options.get("gain", 1.0)


def attributes_by_default(x):
    plain, deep = Model(x).run(x).sum(), Model(x, [x, x * 2]).run(x).sum()
    return plain * deep + Model(x, [x], {"gain": x[0]}).run(x).sum() + Model(x, options={"gain": x[1]}).run(x)[0]


def list_made_in_one_branch(x):
    found = None
    if x[0] > 0:
        found = [x * 2, x]
    if found is None:
        return x.sum()
    return found[0].sum() * found[1][0]


def best_so_far(x):
    best = None
    for i in range(3):
        if best is None or x[i] > best[0]:
            best = [x[i] * 2, i]
    return best[0] * x[best[1]]


def known_by_another_name(x):
    values, last = [x * 2], None
    for i in range(3):
        if i == 1:
            last = values
        values[0] = values[0] * x
        values.append(x * i)
    return (last[0] * last[-1]).sum()


def given_or_none(values, wanted):
    return values if wanted else None


def list_that_a_helper_may_give(x):
    values = [x[0] * x[1], x[2]]
    one, other = given_or_none(values, x[0] > 0), given_or_none(values, x[0] > 9)
    values[0] = values[0] * x[1]
    if one:
        one.append(x[0])
    return sum(one) * (1.0 if other is None else sum(other)) * len(values)


PROGRAMS = [
    Case(adam, (PARAMS,)),
    Case(momentum_in_a_dict, (PARAMS,)),
    Case(momentum_in_a_list, (X,)),
    Case(optimiser_with_state, (PARAMS,)),
    *(Case(program, (X,)) for program in (
        list_by_default, attributes_by_default, list_made_in_one_branch, best_so_far, known_by_another_name,
        list_that_a_helper_may_give)),
]
