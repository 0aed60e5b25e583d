"""The logistic regression's adjoint."""

import numpy as np


def loss__fwd(params, X, y):
    w, b = params
    against = X @ w
    against += b
    against *= y
    np.negative(against, out=against)
    return np.mean(np.logaddexp(0.0, against)) + 0.0005 * np.sum(w * w), (w, X, y, against)


def loss__back(residuals, cotangent):
    w, X, y, against = residuals
    dz = np.exp(-against)
    dz += 1.0
    np.divide(-cotangent / len(y), dz, out=dz)
    dz *= y
    return dz @ X + (0.001 * cotangent) * w, dz.sum()
