"""What everyday programs do besides arithmetic: how arrays lie in memory, Python's iterators, objects that hold functions."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.2, 0.9])


def strides(x):
    return x.strides[0] * x[0] + x.itemsize * x[1] ** 2


def strides_of_view(x):
    v = x[::2]
    return (v * v * v.strides[0]).sum()


def flags(x):
    return (x * x).sum() * x.flags.c_contiguous + x[::2].flags["OWNDATA"] * x[0] + x.dtype.itemsize * x[1]


def distances(x):
    return math.dist(x, x[::-1] * 2) * math.dist(x * x, [1.0, x[0], 3.0])


def rows_with_another(x):
    a = np.outer(x, x) + np.diag(x)
    mixed = np.apply_along_axis(np.convolve, 0, a, x)
    read = np.apply_along_axis(lambda row, at, k: row * at.sum() * k, 1, a, x, 2.0)
    return (mixed**2).sum() + (read**2).sum() + (np.apply_along_axis(func1d=np.cumsum, axis=0, arr=a) ** 2).sum()


PROGRAMS = [Case(program, (X,)) for program in (strides, strides_of_view, flags, distances, rows_with_another)]
