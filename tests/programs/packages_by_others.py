"""What packages by others do, written small: what each of them taught is named."""

from __future__ import annotations

import json
from functools import reduce
from math import cos
from operator import mul

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.3, 0.4])


def rows_of_unknown_rank(x):
    """Rows read before and after their array is written: views or numbers, as the run finds."""
    w = np.ones(json.loads("[3, 2]")) * x[0]
    w[0] = x[2] ** 2
    last = w[2]
    total = np.sum(last**2) + np.sum(last * w[0])
    w[1] = w[1] * x[0]
    row = w[1]
    squares = np.sum(row * row)
    w[1] = 0.5
    return total + squares * np.sum(w)


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


def bounds_exchanged(x):
    """Where the lower bound is above the upper one, NumPy gives the upper one."""
    return np.sum(np.clip(x, x[0] + 3.0, x[1] - 3.0) ** 2) + np.sum(np.clip(x, x[2], x[1]) ** 3)


def gaps_filled(x):
    """What stands for a gap, and for infinities, may vary."""
    holes = np.array([np.nan, np.inf, -np.inf]) + x
    return np.sum(np.nan_to_num(holes, nan=x[0], posinf=x[1], neginf=x[2]) ** 2) + np.var(x, ddof=x[0]) * np.std(x, ddof=x[2])


FUNCTIONS = (
    bounds_exchanged, gaps_filled,
    made_of_its_own_kind, made_of_a_number, multiplied_by_both,
    rows_of_unknown_rank, generators_in_a_generator)
PROGRAMS = [Case(function, (X,)) for function in FUNCTIONS]
