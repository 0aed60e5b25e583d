"""The heated plate's adjoint: the cotangent is one plate too, and each write is undone on it in reverse."""

import numpy as np

from samples.stencil import DIFFUSION, RADIATION


def laplacian__fwd(u):
    return u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * u[1:-1, 1:-1], None


def laplacian__back(_, cotangent, du):
    """Adds to the plate's cotangent in place."""
    du[:-2, 1:-1] += cotangent
    du[2:, 1:-1] += cotangent
    du[1:-1, :-2] += cotangent
    du[1:-1, 2:] += cotangent
    cotangent *= 4.0
    du[1:-1, 1:-1] -= cotangent


def insulate__fwd(u):
    u[0, :] = u[1, :]
    u[-1, :] = u[-2, :]
    u[:, 0] = u[:, 1]
    u[:, -1] = u[:, -2]


def insulate__back(_, du):
    du[:, -2] += du[:, -1]
    du[:, -1] = 0.0
    du[:, 1] += du[:, 0]
    du[:, 0] = 0.0
    du[-2, :] += du[-1, :]
    du[-1, :] = 0.0
    du[1, :] += du[0, :]
    du[0, :] = 0.0


def step__fwd(u, heater):
    """Keeps the temperatures that it overwrites: the radiation's slope depends on them."""
    inside = u[1:-1, 1:-1]
    before = inside.copy()
    flow, _ = laplacian__fwd(u)
    flow *= DIFFUSION
    flow -= RADIATION * inside**4
    flow += heater[1:-1, 1:-1]
    inside += flow
    insulate__fwd(u)
    return before


def step__back(before, du):
    insulate__back(None, du)
    d_inside = du[1:-1, 1:-1]
    cotangent = DIFFUSION * d_inside
    slope = before * before
    slope *= before
    slope *= -4.0 * RADIATION
    slope *= d_inside
    d_inside += slope
    laplacian__back(None, cotangent, du)


def loss__fwd(initial, heater, measured, steps=50):
    u = initial.copy()
    trace = [step__fwd(u, heater) for _ in range(steps)]
    miss = u - measured
    return np.mean(miss**2), (miss, trace)


def loss__back(residuals, cotangent):
    miss, trace = residuals
    du = (2.0 * cotangent / miss.size) * miss
    for before in reversed(trace):
        step__back(before, du)
    return du
