"""SciPy's solvers inside: differential equations, integrals and roots."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.optimize
from scipy.integrate import odeint, quad, solve_ivp

from tests.programs.case import Case


def decay(rate: float, start: float) -> Any:
    found = odeint(lambda y, t: -rate * y, start, np.linspace(0.0, 1.0, 4), rtol=1e-11, atol=1e-11)
    return np.sum(found**2)


def oscillator(p: np.ndarray) -> Any:
    def slope(y: np.ndarray, t: float, stiffness: float) -> list[Any]:
        return [y[1], -stiffness * y[0] + np.sin(t)]

    found = odeint(slope, [1.0, p[1]], np.linspace(0.0, 2.0, 5), args=(p[0],), rtol=1e-11, atol=1e-11)
    return np.sum((found[:, 0] - 0.3) ** 2)


def predator_and_prey(p: np.ndarray) -> Any:
    def slope(t: float, y: np.ndarray) -> Any:
        return np.array([p[0] * y[0] - p[1] * y[0] * y[1], p[2] * y[0] * y[1] - p[3] * y[1]])

    found = solve_ivp(slope, (0.0, 2.0), np.array([1.0, 0.5]), t_eval=np.linspace(0.5, 2.0, 4), rtol=1e-11, atol=1e-11)
    if not found.success:
        return np.inf
    return np.sum(found.y**2) + found.t[-1] * p[0]


def until_what_varies(p: np.ndarray) -> Any:
    found = solve_ivp(lambda t, y, k: -k * y * t, (0.0, p[1]), [p[0]], method="DOP853", args=(p[1],), rtol=1e-11,
                      atol=1e-11)
    return found.y[0, -1] ** 2


def area(p: np.ndarray) -> Any:
    inside, _ = quad(lambda t: np.exp(-p[0] * t) * p[1], 0.0, p[1])
    tail = quad(lambda t, a: np.exp(-a * t**2), 0.0, np.inf, args=(p[0],))[0]
    return inside * tail


def implied(price: float, strike: float) -> Any:
    return scipy.optimize.brentq(lambda s: s**3 + strike * s - price, 0.0, 5.0) ** 2


def two_roots(p: np.ndarray) -> Any:
    def missed(z: np.ndarray) -> list[Any]:
        return [z[0] * z[1] - p[0], z[0] - z[1] - p[1]]

    z = scipy.optimize.fsolve(missed, [1.0, 1.0], xtol=1e-13)
    return z[0] ** 2 + np.sin(z[1]) + scipy.optimize.newton(lambda t: t**3 - p[0], 1.0)


_P2, _P4 = np.array([0.7, 1.3]), np.array([0.7, 0.9, 0.5, 0.8])

PROGRAMS = [
    Case(decay, (0.7, 1.3), (0, 1)),
    Case(oscillator, (_P2,)),
    Case(predator_and_prey, (_P4,)),
    Case(until_what_varies, (_P2,)),
    Case(area, (_P2,)),
    Case(implied, (2.0, 0.5), (0, 1)),
    Case(two_roots, (_P2,)),
]
TWICE = PROGRAMS
