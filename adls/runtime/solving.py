"""SciPy's solvers where a gradient passes by: what they find, and how finely that is followed again.

What a solver finds stays as it is. Its derivative is that of the same thing computed in Python
(`equation_sources.py`), which is held against it here: where the two disagree, or the equation is too stiff for that,
the gradient is refused.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array
from adls.runtime.refusing import refuse

__all__ = ["found_integral", "found_root", "found_solution", "found_states", "gauss_nodes",
           "gauss_weights", "held_constant", "panels_over", "slope_at",
           "solution_calls", "solution_states", "solution_status", "solution_times", "steps_between"]

_MOST_STEPS = 1 << 13
_CLOSE = 1e-9
_ROUGH = 1e-6
_NEAR = 2e-2


def _scipy(name: str) -> Any:
    """A module of SciPy's, which the program has loaded."""
    return importlib.import_module(f"scipy.{name}")


def held_constant(x: Any) -> Any:
    """x, which counts as constant."""
    return x


def found_states(func: Any, y0: Any, t: Any, args: Any, tfirst: Any, options: Any) -> Array:
    """What `scipy.integrate.odeint` gives."""
    return np.asarray(_scipy("integrate").odeint(func, y0, t, args=args, tfirst=tfirst, **options))


def found_solution(fun: Any, t_span: Any, y0: Any, method: Any, t_eval: Any, args: Any, options: Any) -> Any:
    """What `scipy.integrate.solve_ivp` gives."""
    solve = _scipy("integrate").solve_ivp
    return solve(fun, t_span, y0, method=method, t_eval=t_eval, args=args or None, **options)


def solution_times(found: Any) -> Array:
    return np.asarray(found.t)


def solution_states(found: Any) -> Array:
    """The states, a row for each time."""
    return np.asarray(found.y).T


def gauss_nodes(count: int) -> Array:
    """Where Gaussian quadrature of so many points looks between -1 and 1."""
    return np.polynomial.legendre.leggauss(count)[0]


def gauss_weights(count: int) -> Array:
    return np.polynomial.legendre.leggauss(count)[1]


def solution_status(found: Any) -> int:
    return int(found.status)


def solution_calls(found: Any) -> int:
    """How often the function was called."""
    return int(found.nfev)


def steps_between(func: Any, start: Any, states: Array, times: Any, args: Any, tfirst: Any) -> list[int]:
    """How many steps lead from each of the times to the next one. There is a state for each but the first, where
    `start` is."""
    from adls.runtime.equation_sources import stepped, stepped_by_time

    step = stepped_by_time if tfirst else stepped
    counts: list[int] = []
    y, scale = np.array(start, float, ndmin=1), 1e-6 + np.abs(states).max(axis=0, initial=0.0)
    for begin, end, wanted in zip(times[:-1], times[1:], states, strict=True):
        count, coarse = 1, step(func, y, begin, end, 1, args)
        while True:
            fine = step(func, y, begin, end, 2 * count, args)
            if np.all(np.abs(fine - coarse) <= _CLOSE * (scale + np.abs(fine))):
                break
            count, coarse = 2 * count, fine
            if count > _MOST_STEPS:
                refuse("the differential equation is too stiff to be followed by explicit steps")
        counts.append(2 * count)
        y = fine
        if not np.all(np.abs(y - wanted) <= _NEAR * (scale + np.abs(wanted))):
            refuse("what the solver found is far from the equation's solution: ask it for more accuracy")
    return counts


def found_integral(func: Any, a: Any, b: Any, args: Any, options: Any) -> tuple[float, float]:
    """What `scipy.integrate.quad` gives."""
    value, error = _scipy("integrate").quad(func, a, b, args=args, **options)[:2]
    return float(value), float(error)


def panels_over(func: Any, a: Any, b: Any, args: Any, found: Any) -> int:
    """By how many panels of Gaussian quadrature an integral comes out as it was found."""
    from adls.runtime.equation_sources import quadrature

    rough = 0
    for count in (1, 2, 4, 8, 16, 32, 64, 128):
        missed = abs(quadrature(func, a, b, args, count) - found[0])
        if missed <= _CLOSE * (1.0 + abs(found[0])):
            return count
        if missed <= _ROUGH * (1.0 + abs(found[0])) and not rough:
            rough = count
    return rough or refuse("the integral does not come out by Gaussian quadrature: its integrand is not smooth")


def found_root(solver: Any, f: Any, where: Any, args: Any, options: Any) -> Any:
    """What one of SciPy's root finders gives; raises what it raises."""
    found = getattr(_scipy("optimize"), solver)(f, *where, args=args, **options)
    return np.asarray(found.x) if solver == "root" else found


def slope_at(f: Callable[..., Any], x: Any, args: Sequence[Any]) -> Any:
    """The inverse of the derivative of f at x, a number or a matrix, by central differences: a root that is followed by
    steps along it comes out right even so."""
    if np.ndim(x) == 0:
        step = 1e-6 * (1.0 + abs(x))
        return float(2.0 * step / np.reshape(np.asarray(f(x + step, *args)) - f(x - step, *args), ()))
    steps = np.diag(1e-6 * (1.0 + np.abs(x)))
    columns = [np.asarray(f(x + step, *args)) - np.asarray(f(x - step, *args)) for step in steps]
    return np.linalg.inv(np.stack(columns, -1) / (2.0 * np.diagonal(steps)))
