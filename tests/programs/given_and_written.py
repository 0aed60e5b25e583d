"""Arrays that a helper gives back inside something, or is handed in two arguments, and that are written."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.2, 0.9])


# A helper keeps an array for its own adjoint, and the caller writes into it


def root_and_sum(p):
    v = np.sqrt(p)
    return v, np.sum(v)


def root_is_scaled(x):
    v, s = root_and_sum(x)
    v *= 2
    return s + v.sum()


def grown_in_a_list(p):
    v = np.exp(p)
    return [v], np.sum(v)


def item_is_moved(x):
    items, s = grown_in_a_list(x)
    items[0] += 2
    return s + (items[0] ** 2).sum()


def grown_in_a_dict(p):
    v = np.exp(p)
    return {"v": v, "s": np.sum(v)}


def entry_is_scaled(x):
    d = grown_in_a_dict(x)
    d["v"] *= 2
    return d["s"] + (d["v"] ** 2).sum()


def cross_entropy(z):
    e = np.exp(z)
    p = e / e.sum()
    return -np.log(p[0]), p


def error_of_the_output(x):
    loss, p = cross_entropy(x)
    p[0] -= 1
    return loss + (p ** 2).sum()


def softmax_in_place(z):
    e = np.exp(z)
    e /= e.sum()
    return e


def error_of_a_softmax(x):
    p = softmax_in_place(x)
    p[0] -= 1
    return (p ** 2).sum()


def roots_of_multiples(x):
    out = []
    for i in (1.0, 2.0):
        out.append(np.sqrt(x * i))
    return out


def each_root_is_scaled(x):
    roots = roots_of_multiples(x)
    for v in roots:
        v *= x
    return (roots[0] * roots[1]).sum()


def two_views(v):
    v = np.sqrt(v)
    return v[1:], v[:1]


def view_times_view(x):
    a, b = two_views(x)
    a *= b
    return (a * a).sum() + b.sum()


def nested_with_itself(x):
    v = np.tanh(x)
    return v, (v.sum(), v)


def written_by_its_second_name(x):
    v, (s, w) = nested_with_itself(x)
    w *= 2
    return (v * s).sum()


def as_a_row(v):
    v = np.sqrt(v)
    return v.reshape(1, 3)


def row_is_scaled(x):
    a = as_a_row(x)
    a *= 2
    return (a ** 3).sum()


class Grown(NamedTuple):
    v: object
    s: float


def grown_in_a_record(z):
    e = np.exp(z)
    return Grown(e, e.sum())


def field_is_written(x):
    r = grown_in_a_record(x)
    r.v[1] *= 2
    return (r.v ** 2).sum() * r.s


def eigenvectors_are_squared(x):
    values, vectors = np.linalg.eigh(np.outer(x, x) + np.diag([1.0, 2.0, 4.0]))
    vectors *= vectors
    return (vectors[0] * values).sum()


def singular_vectors_are_squared(x):
    u, s, _ = np.linalg.svd(np.outer(x, x * x) + np.diag([1.0, 2.0, 4.0]))
    u *= u
    return (u[0] * s).sum()


# A view and its array, both given back


def view_in_a_dict(x):
    b = x * 2
    b[0] *= 2
    return {"v": b[:1]}, b


def array_beside_its_view(x):
    d, b = view_in_a_dict(x)
    return d["v"].sum() + (b ** 2).sum()


def view_in_a_list(x):
    b = x * 2
    return b, [b[:1]]


def array_is_scaled_with_its_view(x):
    b, views = view_in_a_list(x)
    b *= x
    return views[0].sum() + (b ** 2).sum()


def states_and_views(x):
    b = np.outer(x, x)
    out = []
    for t in range(2):
        v = b[:, 1]
        out.append((x * (t + 1), v, t))
        b[0] *= 2
    return out, b


def history_with_views(x):
    out, b = states_and_views(x)
    return sum((a * v).sum() * t for a, v, t in out) + b.sum()


# One array in two arguments


def through_the_dict(d, p):
    d["b"][1] *= 2
    return p + 1


def in_a_dict_and_alone(x):
    v = x * 1
    return (through_the_dict({"b": v}, v) * x).sum()


class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def update(self, p):
        self.b[1] *= 2
        return p * 2


def through_the_pair(pair, p):
    pair.b[1] += pair.a[2]
    return p * p


def in_an_object_and_alone(x):
    v = x * 1
    return through_the_pair(Pair(v * 2, v[::-1]), v).sum()


def handed_what_it_has(x):
    pair = Pair(x * 1, x * 2)
    return (pair.update(pair.b) * x).sum()


def captured_and_handed(x):
    d = {"b": x * 1}

    def inner(p):
        d["b"][1] *= 2
        return p * x

    return inner(d["b"]).sum()


def decayed(ps, w):
    for p in ps:
        p *= 0.5
    return (w * w).sum()


def in_a_list_and_alone(x):
    w, b = x * 1, x * 2
    return decayed([w, b], w) * b[0]


def in_a_tuple_and_alone(x):
    w, b = x * 1, x * 2
    return decayed((w, b), w) * b[0]


def by_name(p, **kw):
    kw["v"][0] *= 3
    return p * p


def alone_and_by_name(x):
    v = x * 1
    return by_name(v, v=v).sum()


def written_deeper(d):
    d["l"][0][1] *= 3
    return (d["a"] ** 2).sum()


def twice_in_one_dict(x):
    v = x * 1
    return written_deeper({"a": v, "l": [v]})


PROGRAMS = [Case(f, (X,)) for f in (
    root_is_scaled, item_is_moved, entry_is_scaled, error_of_the_output, error_of_a_softmax, each_root_is_scaled,
    view_times_view, written_by_its_second_name, row_is_scaled, field_is_written, eigenvectors_are_squared,
    singular_vectors_are_squared, array_beside_its_view, array_is_scaled_with_its_view, history_with_views,
    in_a_dict_and_alone, in_an_object_and_alone, handed_what_it_has, captured_and_handed, in_a_list_and_alone,
    in_a_tuple_and_alone, alone_and_by_name, twice_in_one_dict)]
TWICE = [Case(f, (X,)) for f in (error_of_a_softmax, row_is_scaled)]
