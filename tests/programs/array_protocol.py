"""Instances that NumPy's functions are handed as arrays: they say by `__array__` what they are."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case, normal


class Field:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values


class Sequence(Field):
    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        return self.values[index]


def reduced(x):
    return np.sum(Field(x)) + np.sin(Field(x)).sum() + np.dot(Field(x), x)


def made_an_array(x):
    return (x * np.asarray(Sequence(x)) ** 2).sum() + (np.asarray(Field(x), dtype=float)[1:] ** 3).sum()


def like_a_sequence(x):
    s = Sequence(x)
    return np.mean(s) + np.max(s) * len(s) + s[::2].sum()


def beside_an_array(x):
    return np.stack([Sequence(x), x]).sum()


PROGRAMS = [Case(function, (normal(1, 3),)) for function in (reduced, made_an_array, like_a_sequence, beside_an_array)]
