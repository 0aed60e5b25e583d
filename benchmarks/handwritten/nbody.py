"""The N-body program's adjoint."""

import numpy as np

from samples.nbody import SOFTENING, STEP


def acceleration__fwd(x, mass):
    separation = x[None, :, :] - x[:, None, :]
    squared = np.sum(separation**2, axis=2)
    squared += SOFTENING**2
    cubed = np.sqrt(squared)
    cubed *= squared
    strength = mass / cubed
    value = np.sum(strength[:, :, None] * separation, axis=1)
    return value, (separation, squared, strength)


def acceleration__back(residuals, cotangent):
    """Each term is summed as it is formed: no cotangent of the separations is ever stored."""
    separation, squared, strength = residuals
    pull = (separation @ cotangent[:, :, None])[:, :, 0]
    pull *= strength
    pull /= squared
    pull *= -3.0
    dx = np.einsum("ij,ijk->jk", pull, separation)
    dx -= (pull[:, None, :] @ separation)[:, 0]
    dx += strength.T @ cotangent
    dx -= strength.sum(axis=1)[:, None] * cotangent
    return dx


def leapfrog__fwd(x, v, mass, steps):
    a, first = acceleration__fwd(x, mass)
    trace = [first]
    for _ in range(steps):
        v = v + 0.5 * STEP * a
        x = x + STEP * v
        a, residuals = acceleration__fwd(x, mass)
        v = v + 0.5 * STEP * a
        trace.append(residuals)
    return (x, v), trace


def leapfrog__back(trace, cotangent):
    dx, dv = cotangent
    da = np.zeros_like(dx)
    for residuals in trace[:0:-1]:
        da += 0.5 * STEP * dv
        dx += acceleration__back(residuals, da)
        dv += STEP * dx
        da = 0.5 * STEP * dv
    dx += acceleration__back(trace[0], da)
    return dx, dv


def loss__fwd(state, mass, seen, steps=10):
    x, v = state
    (x, _), leapfrog_residuals = leapfrog__fwd(x, v, mass, steps)
    miss = x - seen
    return np.mean(np.sum(miss**2, axis=1)), (miss, leapfrog_residuals)


def loss__back(residuals, cotangent):
    miss, leapfrog_residuals = residuals
    dx = (2.0 * cotangent / len(miss)) * miss
    return leapfrog__back(leapfrog_residuals, (dx, np.zeros_like(dx)))
