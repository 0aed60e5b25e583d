"""The adjoint of Burgers' equation: what the two shifts along an axis take is added before it is shifted back."""

import numpy as np

from benchmarks.programs.burgers import STEPS


def step__fwd(u):
    north, south = np.roll(u, -1, 0), np.roll(u, 1, 0)
    east, west = np.roll(u, -1, 1), np.roll(u, 1, 1)
    slope = north - south
    slope += east
    slope -= west
    north += south
    north += east
    north += west
    north -= 4.0 * u
    north *= 0.05
    moved = u * slope
    moved *= 0.01
    np.subtract(u, moved, out=moved)
    moved += north
    return moved, (u, slope)


def step__back(residuals, cotangent):
    u, slope = residuals
    d_slope = cotangent * u
    d_slope *= -0.01
    spread = 0.05 * cotangent
    ahead = spread + d_slope
    spread -= d_slope
    du = slope * -0.01
    du += 0.8
    du *= cotangent
    du += np.roll(ahead, 1, 0)
    du += np.roll(spread, -1, 0)
    du += np.roll(ahead, 1, 1)
    du += np.roll(spread, -1, 1)
    return du


def loss__fwd(u):
    trace = []
    for _ in range(STEPS):
        u, kept = step__fwd(u)
        trace.append(kept)
    return np.sum(u * u), (u, trace)


def loss__back(residuals, cotangent):
    u, trace = residuals
    du = (2.0 * cotangent) * u
    for kept in reversed(trace):
        du = step__back(kept, du)
    return du
