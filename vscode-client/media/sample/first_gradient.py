"""A small network fits a wave: a first gradient to profile.

The comment above `loss` is its example call: what is measured. It is evaluated among the names of this module.
"""

import numpy as np


def init(seed, width=256):
    """Weights of two layers."""
    rng = np.random.default_rng(seed)
    return {
        "inner": rng.normal(size=(1, width)),
        "shift": rng.normal(size=width),
        "outer": rng.normal(size=(width, 1)) / np.sqrt(width),
    }


def batch(size=4096):
    """Points on a noisy wave."""
    x = np.linspace(-3.0, 3.0, size)[:, None]
    noise = np.random.default_rng(1).normal(size=x.shape)
    return x, np.sin(2.0 * x) + 0.1 * noise


def predict(params, x):
    hidden = np.tanh(x @ params["inner"] + params["shift"])
    return hidden @ params["outer"]


# adls: loss(init(0), *batch())
def loss(params, x, y):
    error = predict(params, x) - y
    penalty = 1e-4 * sum(np.sum(weights**2) for weights in params.values())
    return np.mean(error**2) + penalty
