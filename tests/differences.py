"""Central differences, against which every gradient is checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np


def flat(value: Any) -> np.ndarray:
    """The floats of nested tuples, lists, dicts and arrays, in order."""
    if dataclasses.is_dataclass(value):
        value = vars(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return np.concatenate([flat(item) for item in value]) if value else np.zeros(0)
    if isinstance(value, float | np.floating) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return np.ravel(np.asarray(value, dtype=float))
    return np.zeros(0)


def rebuilt(like: Any, numbers: np.ndarray) -> Any:
    """A value of the same structure with other floats; consumes `numbers` from the front."""
    taken = [0]

    def take(value: Any) -> Any:
        if dataclasses.is_dataclass(value):
            made = object.__new__(type(value))
            vars(made).update((key, take(item)) for key, item in vars(value).items())
            return made
        if isinstance(value, dict):
            return {key: take(item) for key, item in value.items()}
        if isinstance(value, tuple):
            items = [take(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
        if isinstance(value, list):
            return [take(item) for item in value]
        if isinstance(value, float | np.floating):
            taken[0] += 1
            return type(value)(numbers[taken[0] - 1])
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            out = np.empty_like(value)
            out[...] = numbers[taken[0] : taken[0] + value.size].reshape(value.shape)
            taken[0] += value.size
            return out
        return value

    return take(like)


def numerical_gradient(f: Callable[..., Any], args: tuple[Any, ...], argnum: int = 0, step: float = 1e-6) -> np.ndarray:
    """The gradient of f with respect to one argument, flat; every evaluation has fresh arguments."""
    numbers = flat(args[argnum])
    result = np.empty_like(numbers)
    for n in range(numbers.size):
        ends = []
        for sign in (1.0, -1.0):
            moved = numbers.copy()
            moved[n] += sign * step * max(1.0, abs(numbers[n]))
            fresh = [rebuilt(arg, flat(arg)) for arg in args]
            fresh[argnum] = rebuilt(args[argnum], moved)
            ends.append(float(f(*fresh)))
        result[n] = (ends[0] - ends[1]) / (2 * step * max(1.0, abs(numbers[n])))
    return result


def assert_gradient(f: Callable[..., Any], *args: Any, argnums: tuple[int, ...] | int = 0, rtol: float = 1e-5,
                    atol: float = 1e-7) -> None:
    """Assert that adls's gradient is that of central differences, and the value the plain call's, bit for bit."""
    import adls

    wanted = (argnums,) if isinstance(argnums, int) else argnums
    fresh = tuple(rebuilt(arg, flat(arg)) for arg in args)
    value, gradients = adls.value_and_grad(f, wanted)(*fresh)
    plain_args = tuple(rebuilt(arg, flat(arg)) for arg in args)
    plain = f(*plain_args)
    assert np.array_equal(np.asarray(value), np.asarray(plain), equal_nan=True), (value, plain)
    for after, expected in zip(fresh, plain_args, strict=True):
        assert np.array_equal(flat(after), flat(expected), equal_nan=True), "the arguments are not as the plain call's"
    for argnum, gradient in zip(wanted, gradients, strict=True):
        np.testing.assert_allclose(flat(gradient), numerical_gradient(f, args, argnum), rtol=rtol, atol=atol)
