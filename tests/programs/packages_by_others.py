"""What packages by others do, written small: what each of them taught is named."""

from __future__ import annotations

import json
from functools import reduce
from math import cos
from operator import mul

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.3, 0.4])
SIZES = json.loads('{"matrix": [3, 2], "vector": [3]}')


def rows_of_unknown_rank(x):
    """Rows read before and after their array is written: views or numbers, as the run finds."""
    w = np.ones(SIZES["matrix"]) * x[0]
    w[0] = x[2] ** 2
    total = 0.0
    for row in w:
        total = total + np.sum(row**2)
    w[1] = w[1] * x[0]
    row = w[1]
    squares = np.sum(row * row)
    w[1] = 0.5
    return total + squares * np.sum(w)


def numbers_of_unknown_rank(x):
    """The same of a vector, whose items keep their value when it is written."""
    w = np.ones(SIZES["vector"]) * x[0]
    w[0] = x[2] ** 2
    total = 0.0
    for item in w:
        total = total + item**2
    w[1] *= x[0]
    item, first = w[1], w[0]
    w[0] = 3.0 * x[1]
    product = item * item * first
    w[1] = 0.5
    last = w[2]
    w[2] *= 2.0
    return total + product * np.sum(w) + np.sum(last**3)


def views_of_rows_of_unknown_rank(x):
    """A view of a row sees what is written into the array."""
    w = np.ones(SIZES["matrix"]) * x[0]
    row = w[2]
    part = row[1:]
    w[2] *= 2.0 * x[1]
    tripled = part * 3.0
    w[2, 1] = x[2]
    return np.sum(tripled**2) + np.sum(part**3)


def generators_in_a_generator(x):
    """An inner generator expression reads the outer one's variable, which stands behind it in the text."""
    found = [x[0]]
    found.extend(reduce(mul, (cos(item) for item in x[:m]), 1) * x[m] for m in range(3))
    return sum(v**2 for v in found)


class Turn:
    """A class that makes itself of one of its kind, of a number, or of an array."""

    def __init__(self, *args):
        if isinstance(args[0], Turn):
            self.q = args[0].q
            return
        try:
            self.q = np.array([float(args[0]), 1.0])
            return
        except TypeError:
            pass
        self.q = args[0] * 1.0

    def __mul__(self, other):
        if isinstance(other, Turn):
            return Turn(self.q * other.q)
        return Turn(self.q * other)


def made_of_its_own_kind(x):
    return np.sum(Turn(Turn(x)).q ** 3)


def made_of_a_number(x):
    return np.sum(Turn(Turn(x[1])).q ** 3) * x[0]


def multiplied_by_both(x):
    a, b = Turn(x), Turn(x**2)
    return np.sum((a * b * x[2] * 2.0).q) + np.sum((a * x).q)


FUNCTIONS = (
    made_of_its_own_kind, made_of_a_number, multiplied_by_both,
    rows_of_unknown_rank, numbers_of_unknown_rank, views_of_rows_of_unknown_rank, generators_in_a_generator)
PROGRAMS = [Case(function, (X,)) for function in FUNCTIONS]
