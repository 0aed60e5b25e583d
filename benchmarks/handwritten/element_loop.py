"""The adjoint of the loop over elements."""

import math

import numpy as np


def loss__fwd(x):
    total = 0.0
    trace = []
    for i in range(len(x)):
        v = x[i]
        sine = math.sin(v)
        total = total + v * sine
        trace.append((i, v, sine))
    return total, (len(x), trace)


def loss__back(residuals, cotangent):
    n, trace = residuals
    dx = np.zeros(n)
    for i, v, sine in trace:
        dx[i] = cotangent * (sine + v * math.cos(v))
    return dx
