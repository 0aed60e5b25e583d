"""A helper in another module, which writes into its argument before it may raise."""

from __future__ import annotations


def g(a, i):
    a[i] = a[i] * 3.0
    if a[i] < 0.0:
        raise ValueError("negative")
    a[i] += 1.0
    return a[i]
