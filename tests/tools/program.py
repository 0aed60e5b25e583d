"""A small program, run with ordinary tools: which of these lines do they name?"""

from __future__ import annotations

import numpy as np


def layer(x, w):
    h = x @ w
    return np.tanh(h)


def loss(w, x):
    total = 0.0
    for _ in range(3):
        x = layer(x, w)
        total = total + np.sum(x * x)
    return total


def arguments(n=4):
    w = np.cos(np.arange(float(n * n)).reshape(n, n)) / n
    return w, np.sin(np.arange(2.0 * n)).reshape(2, n)


def busy(seconds=None, n=300):
    """Take gradients until the process is ended."""
    import adls

    gradient = adls.grad(loss)
    w, x = arguments(n)
    gradient(w, x)
    print("ready", flush=True)
    while True:
        gradient(w, x)


if __name__ == "__main__":
    busy()
