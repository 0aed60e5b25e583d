"""The small perceptron's adjoint."""

import numpy as np


def loss__fwd(params, x, target):
    W1, b1, W2, b2 = params
    hidden = np.tanh(x @ W1 + b1)
    missed = hidden @ W2 + b2 - target
    return np.sum(missed**2), (x, W2, hidden, missed)


def loss__back(residuals, cotangent):
    x, W2, hidden, missed = residuals
    dy = 2.0 * cotangent * missed
    d_hidden = dy @ W2.T
    d_hidden *= 1.0 - hidden * hidden
    return x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ dy, dy.sum(axis=0)
