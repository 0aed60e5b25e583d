"""What programs use of autograd beside its array functions, in plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np


def flatten(value: Any) -> Any:
    """The numbers of nested lists, tuples and dicts as one vector, and the way back, which the programs do not take."""
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if isinstance(value, list | tuple):
        return np.concatenate([flatten(item)[0] for item in value]), not_differentiated
    return np.ravel(value), not_differentiated


def not_differentiated(*_: Any, **__: Any) -> Any:
    """In place of a gradient."""


def elementwise_slope(function: Any, argnum: int = 0) -> Any:
    """The derivative of each element of a result with respect to the element of an argument, by differences."""

    def slope(*args: Any) -> Any:
        step = 1e-5 * np.maximum(1.0, np.abs(args[argnum]))
        ends = [function(*args[:argnum], args[argnum] + sign * step, *args[argnum + 1 :]) for sign in (1.0, -1.0)]
        return (ends[0] - ends[1]) / (2 * step)

    return slope


def primitive(function: Any) -> Any:
    """A function with a rule of its own is differentiated from its source."""
    return function


make_jvp_reversemode = flatten_func = adam = sgd = rmsprop = defvjp = defjvp = not_differentiated
Box = ArrayBox = DictBox = VSpace = object
