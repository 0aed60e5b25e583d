"""The adjoint of the map with NumPy's sine."""

import numpy as np

from benchmarks.programs.numpy_sine_loop import STEPS


def loss__fwd(params):
    x, scale = params
    trace = []
    for _ in range(STEPS):
        sine = np.sin(x)
        trace.append((x, sine))
        x = sine * scale + 0.1
    return x * x, (x, scale, trace)


def loss__back(residuals, cotangent):
    x, scale, trace = residuals
    dx = 2.0 * cotangent * x
    d_scale = 0.0
    for x, sine in reversed(trace):
        d_scale += dx * sine
        dx *= scale * np.cos(x)
    return dx, d_scale
