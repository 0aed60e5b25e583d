"""Functions of another module, for golden files that call them."""

from __future__ import annotations

import numpy as np


def g(a, i):
    a[i] = a[i] * 3.0
    if a[i] < 0.0:
        raise ValueError("negative")
    a[i] += 1.0
    return a[i]


def affine(x, w, b):
    return np.tanh(x @ w + b)
