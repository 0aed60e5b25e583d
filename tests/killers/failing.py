"""A helper in another module whose own backward pass fails where its hyperbola has a vertical slope."""

from __future__ import annotations

import numpy as np


def g(a, i):
    a[i] = a[i] * 3.0
    return 1.0 + np.arccosh(a[i] + 1.0) * 2.0


def rough(v):
    """A function that has a user's rule (in the tests), whose backward pass raises."""
    return v * 2.0


def h(a, i):
    a[i] += 1.0
    return 0.5 * rough(a[i]) + a[i]
