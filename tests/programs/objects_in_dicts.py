"""Objects that dicts and lists hold: put in, taken out, copied along, found by a key that only the run knows."""

from __future__ import annotations

import itertools
import math

from tests.programs.case import Case


class Body:
    def __init__(self, v):
        self.v = v

    def energy(self):
        return self.v * self.v


def made_by_keywords(x):
    d = dict(a=Body(x), b=Body(x * 2))
    rows = [dict(a=Body(x), b=Body(x * x)), dict(a=Body(x * 3), b=d["a"])]
    return d["a"].v * d["b"].v + sum(sum(each.v for each in row.values()) for row in rows)


def updated(x):
    d = {"a": Body(x)}
    d.update(b=Body(x * 2), c=Body(x * 3))
    d.setdefault("e", Body(x))
    return sum(each.v * x for each in d.values()) + d.get("zz", Body(x * 9)).v


def taken_out(x):
    d = {"a": Body(x)}
    e = d.pop("a", Body(x * 5))
    f = d.pop("a", Body(x * 5))
    d.update({"k": Body(x)})
    d |= {"l": Body(x)}
    d = d | {"m": e}
    return e.v * f.v * x + sum(each.energy() for each in d.values())


def listed(x):
    bodies = [Body(x)]
    bodies.append(Body(x * 2))
    bodies.insert(0, Body(x * 3))
    bodies.extend([Body(x)])
    bodies += [Body(x * 7)]
    return sum(body.v * n for n, body in enumerate(bodies)) * bodies[2].v + bodies.pop().v * bodies.pop(0).v


def made_when_missing(x):
    d = {}
    for k in "ab":
        d.setdefault(k, Body(x)).v += x
        d.setdefault(k, Body(x)).v *= x
    return sum(body.v for body in d.values())


def grouped(x):
    groups = {}
    for k in "aba":
        groups.setdefault(k, []).append(Body(x))
    return sum(sum(body.energy() for body in group) for group in groups.values())


def picked_by_what_they_hold(x):
    d = dict(zip("abc", [Body(x), Body(x * x), Body(2.0 * x)], strict=True))
    best = max(d.values(), key=lambda body: body.v)
    order = sorted(d, key=lambda k: -d[k].v)
    return best.v * d[order[1]].v


def copied_and_changed(x):
    d = {k: Body(x * n) for n, k in enumerate("abc")}
    e = dict(d, c=Body(x * x))
    e["a"].v += x
    return sum(each.v * d[k].v for k, each in e.items())


def copied_with_unknown_keys(x):
    d = {"a": Body(x), "b": Body(x * 2)}
    for k in "cd":
        d[k] = Body(x * 3)
    e = dict(d)
    e["a"].v *= x
    return sum(each.v for each in d.values())


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)


def forces_by_identity(x):
    bodies = [Vector(0.0, x), Vector(1.0, x * x), Vector(x, 0.5)]
    forces = {id(body): Vector(0.0, 0.0) for body in bodies}
    for a, b in itertools.combinations(bodies, 2):
        d = b - a
        f = d * (1.0 / math.hypot(d.x, d.y) ** 3)
        forces[id(a)] = forces[id(a)] + f
        forces[id(b)] = forces[id(b)] - f
    return sum(forces[id(body)].x * body.y for body in bodies)


def ranks_of_a_graph(x):
    edges = {"a": [("b", 0), ("c", 1)], "b": [("c", 2)], "c": [("a", 3)]}
    rank = dict.fromkeys(edges, x)
    for _ in range(2):
        new = dict.fromkeys(edges, 0)
        for source, out in edges.items():
            for target, n in out:
                new[target] += math.sin(n + x) * rank[source] / len(out)
        rank = new
    return rank["a"] * rank["c"]


FUNCTIONS = (made_by_keywords, updated, taken_out, listed, made_when_missing, grouped, picked_by_what_they_hold,
             copied_and_changed, copied_with_unknown_keys, forces_by_identity, ranks_of_a_graph)
PROGRAMS = [Case(function, (1.7,)) for function in FUNCTIONS]
