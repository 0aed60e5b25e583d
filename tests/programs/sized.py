"""What names Python's own constants, and arrays of a given size that are filled with an array's only number."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case


def index_with_ellipsis(y):
    first = slice(0, 2)
    where = (Ellipsis, first)
    z = y * 1.0
    z[where] *= 3.0
    z[Ellipsis, 1] = z[..., 0] * 2.0
    return (z**2).sum() + (y[where] ** 3).sum() + (y[Ellipsis] * y[(Ellipsis,)]).sum()


def _compared(x):
    return NotImplemented if x.ndim > 5 else x


def python_constants(y):
    total = (y**2).sum() if __debug__ else y.sum()
    return total * 2.0 if _compared(y) is not NotImplemented else total


def filled_with_a_number(x):
    return np.full(2, x).sum() + (np.full((2, 3), x * x) * np.arange(3.0)).sum() + np.full_like(np.ones(2), x).sum()


def filled_with_a_row(x):
    return (np.full((2, 2), x) * np.arange(4.0).reshape(2, 2)).sum() + np.full(3, x[:1]).sum() + np.full((), x[0]) ** 2


def filled_like(x):
    return (np.full_like(x, x[1]) * x).sum() + (np.full(x.shape, x) ** 2).sum()


_Y = np.array([[1.0, 2.0, 3.0], [0.5, 0.7, 0.2]])

PROGRAMS = [Case(filled_like, (_Y[0],)), Case(index_with_ellipsis, (_Y,)), Case(python_constants, (_Y,)),
            Case(filled_with_a_row, (_Y[0, :2],)), Case(filled_with_a_number, (np.array(1.5),)), Case(filled_with_a_number, (1.5,), note="float")]
TWICE = PROGRAMS
