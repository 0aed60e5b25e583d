"""Containers in tuples in containers: handed on, given back, changed, and read at every depth."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tests.programs.case import Case


class Stage(NamedTuple):
    scale: Any
    weights: list


class Holder:
    def __init__(self, first, pair):
        self.first = first
        self.pair = pair


def _weighed(rows):
    total = 0.0
    for first, others in reversed(rows):
        total = total + (first**2).sum()
        for each in reversed(others):
            total = total + (each**3).sum() * 2
    return total


def _grown(x):
    rows, inner = [], []
    inner.append((0, x * x))
    rows.append((0, x * 2, inner))
    return rows


def _written_and_grown(x):
    rows = []
    for k in range(3):
        v = x * k
        v[0] *= 2
        rows.append((v, [x * x, x], {"s": x * 3}, (x, [v * 2])))
    return rows


def _kept_for_later(x):
    q = np.zeros((2, 1))
    kept = []
    for j in range(2):
        v = x[j : j + 1].copy()
        inner = []
        for i in range(j):
            row = q[i]
            v -= row * row
            inner.append((i, row.copy()))
        q[j] = v * v
        kept.append((j, v.copy(), inner))
    return q, kept


def given_back_from_a_loop_that_writes(x):
    q, kept = _kept_for_later(x)
    total = q.sum()
    for j, v, inner in reversed(kept):
        total = total + (v**2).sum() * j
        for i, row in reversed(inner):
            total = total + (row**3).sum() * (i + 2)
    return total


def list_in_a_tuple_in_a_list(x):
    rows = [(x * 2, [x * x])]
    return (rows[0][1][0] ** 2).sum() + rows[0][0].sum()


def grown_by_a_helper(x):
    rows = _grown(x)
    return (rows[0][2][0][1] ** 2).sum() + rows[0][1].sum()


def handed_over_as_displays(x):
    return _weighed([(x * 2, [x * x])]) + _weighed([(x * 2, []), (x, [x * x, x])])


def handed_over_as_the_values_of_a_dict(x):
    rows = {"k": (x * 2, [x * x]), "m": (x, [])}
    return _weighed(list(rows.values()))


def list_in_a_named_tuple(x):
    layer = Stage(x * 2, [x * x])
    return (layer.weights[0] ** 2).sum() + layer.scale.sum()


def named_tuples_handed_over(x):
    return _weighed([Stage(x * 2, [x * x]), Stage(x, [])])


def empty_ones_among_lists(x):
    total = 0.0
    for rows in [[[], [x]], [[x * x], []], []]:
        for row in rows:
            for each in row:
                total = total + (each**2).sum()
    return total


def pair_in_an_object(x):
    holder = Holder(x, (x * 2, [x * x]))
    return holder.pair[1][0].sum() + holder.pair[0].sum() + _weighed([holder.pair, (x, [])])


def changed_after_it_was_made(x):
    rows = [(x * 2, [x * x]), (x, [])]
    rows[1][1].append(x * 3)
    rows.append((x**2, [x]))
    return _weighed(rows)


def known_by_two_names(x):
    inner = [x * x]
    rows = [(x * 2, inner)]
    return rows[0][1][0].sum() + inner[0].sum() * 3 + _weighed(rows) + _weighed([(x, inner)])


def dicts_in_tuples(x):
    rows = [(x * 2, {"w": [x * x], "e": []}), (x, {"w": [], "e": [x]})]
    total = 0.0
    for first, others in rows:
        for key in others:
            for each in others[key]:
                total = total + (each * first).sum()
    return total


def read_while_another_array_is_written(x):
    rows = []
    for k in range(3):
        rows.append((k, x * k, [(j, x**j) for j in range(k)]))
    q = x * 1.0
    for _, first, inner in rows:
        for _, each in inner:
            q[0] += each[1] * first[0]
            first[1] *= 2
    return (q**2).sum() + _weighed([(first, [each for _, each in inner]) for _, first, inner in rows])


def everything_in_rows_of_a_helper(x):
    total = 0.0
    for v, pair, named, (first, inner) in _written_and_grown(x):
        total = total + (v * pair[0] * pair[1] * named["s"] * first * inner[0]).sum()
    return total


def pair_chosen_in_a_loop(x):
    for i in range(2):
        if x[i] > 1:
            pair = (1, [x * 2])
            break
    else:
        pair = (2, [x * x])
    return (pair[1][0] ** 2).sum()


def pair_bound_anew(x):
    pair = (0, [x])
    for i in range(3):
        pair = (i, [pair[1][0] * x, x])
    return (pair[1][0] ** 2).sum() + pair[1][1].sum()


def pair_chosen_by_a_branch(x):
    if x[0] > 0:
        pair = (x, {"a": x * x})
    else:
        pair = (x * 2, {"a": x})
    return (pair[1]["a"] ** 2).sum() + pair[0].sum()


def orthogonalised(x):
    a = np.outer(x, x[::-1]) + np.diag(x)
    q, r = np.zeros_like(a), np.zeros((3, 3))
    for j in range(3):
        v = a[:, j].copy()
        for i in range(j):
            r[i, j] = q[:, i] @ a[:, j]
            v -= r[i, j] * q[:, i]
        r[j, j] = np.sqrt(v @ v)
        q[:, j] = v / r[j, j]
    return np.sum(r * r * np.arange(9.0).reshape(3, 3)) + np.sum(q[0] ** 3)


def squared_rows_before(x):
    q = np.zeros((3, 1))
    for j in range(3):
        v = x[j : j + 1].copy()
        for i in range(j):
            v -= q[i] * q[i]
        q[j] = v * v
    return q.sum()


_X = np.array([0.9, 1.2])
_Y = np.array([0.9, 1.2, 0.7])

TWICE = [Case(squared_rows_before, (_Y,)), Case(list_in_a_tuple_in_a_list, (_X,)),
         Case(list_in_a_named_tuple, (_X,))]
PROGRAMS = [*TWICE, Case(orthogonalised, (_Y,)), *(Case(function, (_X,)) for function in (
    given_back_from_a_loop_that_writes, grown_by_a_helper, handed_over_as_displays, handed_over_as_the_values_of_a_dict,
    named_tuples_handed_over, pair_in_an_object, changed_after_it_was_made, known_by_two_names, dicts_in_tuples,
    pair_chosen_in_a_loop, pair_bound_anew, pair_chosen_by_a_branch,
    empty_ones_among_lists, read_while_another_array_is_written, everything_in_rows_of_a_helper))]
