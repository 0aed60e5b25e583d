"""What SciPy's solvers solve, in Python: see `sources.py`, `solving.py` and `engine/passes/infer_equations.py`.

Each of them gives what the solver found, to the bit, and its derivatives are those of the equation. Integrals and
differential equations are computed again by fixed rules, of as many steps as it takes to agree. A root is followed by
steps along a constant slope, each of which makes one more derivative right.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adls.runtime.solving import (
    found_integral,
    found_root,
    found_solution,
    found_states,
    gauss_nodes,
    gauss_weights,
    held_constant,
    panels_over,
    slope_at,
    solution_calls,
    solution_states,
    solution_status,
    solution_times,
    steps_between,
)


def stepped(func: Any, y: Any, begin: Any, end: Any, count: Any, args: Any) -> Any:
    """The state at the end of `y' = func(y, t, *args)`, by steps of Dormand and Prince's fifth order."""
    h = (end - begin) / count
    for step in range(count):
        t = begin + step * h
        a = np.array(func(y, t, *args))
        b = np.array(func(y + h * (a / 5), t + h / 5, *args))
        c = np.array(func(y + h * (3 * a / 40 + 9 * b / 40), t + 3 * h / 10, *args))
        d = np.array(func(y + h * (44 * a / 45 - 56 * b / 15 + 32 * c / 9), t + 4 * h / 5, *args))
        e = np.array(func(y + h * (19372 * a / 6561 - 25360 * b / 2187 + 64448 * c / 6561 - 212 * d / 729),
                          t + 8 * h / 9, *args))
        f = np.array(func(y + h * (9017 * a / 3168 - 355 * b / 33 + 46732 * c / 5247 + 49 * d / 176 - 5103 * e / 18656),
                          t + h, *args))
        y = y + h * (35 * a / 384 + 500 * c / 1113 + 125 * d / 192 - 2187 * e / 6784 + 11 * f / 84)
    return y


def stepped_by_time(func: Any, y: Any, begin: Any, end: Any, count: Any, args: Any) -> Any:
    """The state at the end of `y' = func(t, y, *args)`, by steps of Dormand and Prince's fifth order."""
    h = (end - begin) / count
    for step in range(count):
        t = begin + step * h
        a = np.array(func(t, y, *args))
        b = np.array(func(t + h / 5, y + h * (a / 5), *args))
        c = np.array(func(t + 3 * h / 10, y + h * (3 * a / 40 + 9 * b / 40), *args))
        d = np.array(func(t + 4 * h / 5, y + h * (44 * a / 45 - 56 * b / 15 + 32 * c / 9), *args))
        e = np.array(func(t + 8 * h / 9, y + h * (19372 * a / 6561 - 25360 * b / 2187 + 64448 * c / 6561
                                                  - 212 * d / 729), *args))
        f = np.array(func(t + h, y + h * (9017 * a / 3168 - 355 * b / 33 + 46732 * c / 5247 + 49 * d / 176
                                          - 5103 * e / 18656), *args))
        y = y + h * (35 * a / 384 + 500 * c / 1113 + 125 * d / 192 - 2187 * e / 6784 + 11 * f / 84)
    return y


def states_along(func: Any, y0: Any, t: Any, args: Any, options: Any) -> Any:
    """`scipy.integrate.odeint(func, y0, t, args, **options)`."""
    found = found_states(func, y0, t, args, False, options)
    counts = steps_between(func, y0, found[1:], t, args, False)
    y = np.array(y0, float, ndmin=1)
    again = np.empty(found.shape)
    again[0] = y
    for position in range(len(counts)):
        y = stepped(func, y, t[position], t[position + 1], counts[position], args)
        again[position + 1] = y
    return found + (again - held_constant(again))


def states_along_by_time(func: Any, y0: Any, t: Any, args: Any, options: Any) -> Any:
    """`scipy.integrate.odeint(func, y0, t, args, tfirst=True, **options)`."""
    found = found_states(func, y0, t, args, True, options)
    counts = steps_between(func, y0, found[1:], t, args, True)
    y = np.array(y0, float, ndmin=1)
    again = np.empty(found.shape)
    again[0] = y
    for position in range(len(counts)):
        y = stepped_by_time(func, y, t[position], t[position + 1], counts[position], args)
        again[position + 1] = y
    return found + (again - held_constant(again))


class Solution:
    """What `scipy.integrate.solve_ivp` gives."""

    def __init__(self, found: Any, t: Any, y: Any) -> None:
        self.t = t
        self.y = y
        self.status = solution_status(found)
        self.success = self.status >= 0
        self.nfev = solution_calls(found)
        self.message = str(found.message)


def solution_of(fun: Any, t_span: Any, y0: Any, method: Any, t_eval: Any, args: Any, options: Any) -> Any:
    """`scipy.integrate.solve_ivp(fun, t_span, y0, method, t_eval, args=args, **options)`."""
    found = found_solution(fun, t_span, y0, method, t_eval, args, options)
    times = solution_times(found)
    states = solution_states(found)
    begin, end = t_span[0], t_span[1]
    if t_eval is None:
        moved = begin + (end - begin) * held_constant((times - begin) / (end - begin))
    else:
        moved = np.asarray(t_eval)[: len(times)]
    where = np.concatenate((np.reshape(begin, (1,)), moved))
    counts = steps_between(fun, y0, states, where, args, True)
    y = np.array(y0, float, ndmin=1)
    again = np.empty(states.shape)
    for position in range(len(counts)):
        y = stepped_by_time(fun, y, where[position], where[position + 1], counts[position], args)
        again[position] = y
    whole = states + (again - held_constant(again))
    return Solution(found, times + (moved - held_constant(moved)), whole.T)


def quadrature(func: Any, a: Any, b: Any, args: Any, count: Any) -> Any:
    """An integral by panels of Gaussian quadrature; towards infinity by u / (1 - u) and the like."""
    nodes, weights = gauss_nodes(20), gauss_weights(20)
    low, high = 0.0, 1.0
    if a == -np.inf and b == np.inf:
        low = -1.0
    total = 0.0
    width = (high - low) / count
    for panel in range(count):
        for node in range(20):
            u = low + width * (panel + 0.5 * (nodes[node] + 1.0))
            share = 0.5 * width * weights[node]
            if a == -np.inf and b == np.inf:
                total = total + share * (1.0 + u * u) / (1.0 - u * u) ** 2 * func(u / (1.0 - u * u), *args)
            elif b == np.inf:
                total = total + share / (1.0 - u) ** 2 * func(a + u / (1.0 - u), *args)
            elif a == -np.inf:
                total = total + share / (1.0 - u) ** 2 * func(b - u / (1.0 - u), *args)
            else:
                total = total + share * (b - a) * func(a + (b - a) * u, *args)
    return total


def integral(func: Any, a: Any, b: Any, args: Any, options: Any) -> Any:
    """`scipy.integrate.quad(func, a, b, args, **options)`."""
    found = found_integral(func, a, b, args, options)
    again = quadrature(func, a, b, args, panels_over(func, a, b, args, found))
    return found[0] + (again - held_constant(again)), found[1]


def root_of(solver: Any, f: Any, where: Any, args: Any, options: Any) -> Any:
    """A root of a function of one number, as a solver of `scipy.optimize` finds it."""
    found = found_root(solver, f, where, args, options)
    slope = slope_at(f, found, args)
    x = found
    for _ in range(3):
        x = x - f(x, *args) * slope
    return found + (x - held_constant(x))


def roots_of_system(solver: Any, f: Any, where: Any, args: Any, options: Any) -> Any:
    """A root of a function of a vector, as `scipy.optimize.fsolve` finds it."""
    found = found_root(solver, f, where, args, options)
    slope = slope_at(f, found, args)
    x = found
    for _ in range(3):
        x = x - slope @ np.array(f(x, *args))
    return found + (x - held_constant(x))
