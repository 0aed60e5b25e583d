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


def primitive(function: Any) -> Any:
    """A function with a rule of its own is differentiated from its source."""
    return function


make_jvp_reversemode = flatten_func = adam = sgd = rmsprop = defvjp = defjvp = not_differentiated
Box = ArrayBox = DictBox = VSpace = object
