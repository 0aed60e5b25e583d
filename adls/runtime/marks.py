"""What a program says of its derivative: stop it, look at it, compute it from less memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from types import MethodType
from typing import Any

import numpy as np


def stop_gradient(x: Any) -> Any:
    """`x` as a constant: nothing of what is done with the result has a derivative with respect to `x`.

    The result is a copy of an array, and a structure of copies for tuples, lists and dicts. Numbers are given back as
    they are.
    """
    return _copied(x)


def _copied(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, dict):
        return type(x)((key, _copied(item)) for key, item in x.items()) if type(x) is dict else x
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*map(_copied, x))
    return type(x)(map(_copied, x)) if type(x) in (tuple, list) else x


def on_cotangent(x: Any, fn: Callable[[Any], Any]) -> Any:
    """`x`, of whose cotangent `fn` is told in the backward pass, with what `fn` returns in its place (None: as it was).

    `x` is an array or a number; the result is a copy. To see, clip or scale what flows back:

        h = adls.on_cotangent(h, lambda g: np.clip(g, -1.0, 1.0))
        h = adls.on_cotangent(h, print)

    Outside of a gradient nothing is called. Raises TypeError where `x` is neither an array nor a number.
    """
    if not isinstance(x, np.ndarray | np.generic | float | int | complex):
        raise TypeError(f"on_cotangent takes an array or a number, not a {type(x).__name__}: name the part of it")
    return x.copy() if isinstance(x, np.ndarray) else x


class Checkpoint:
    """A function whose calls keep their arguments only, and are evaluated again in the backward pass."""

    def __init__(self, function: Callable[..., Any]) -> None:
        if not callable(function):
            raise TypeError(f"a function was expected, not {function!r}")
        self.function = function
        self.__wrapped__ = function
        self.__name__ = f"checkpoint({getattr(function, '__name__', type(function).__name__)})"
        self.__doc__ = getattr(function, "__doc__", None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else Checkpoint(MethodType(self.function, instance))

    def __repr__(self) -> str:
        return f"<{self.__name__}: evaluated again in the backward pass>"


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, keeping less for the backward pass: only the arguments of each call, from which it **evaluates `f` again**.

    So `f` runs twice for a gradient; a checkpoint inside a checkpoint three times, inside two of them four times.
    What `f` prints, it prints as often. It must give the same value each time: where it does not (it draws random
    numbers, or reads what has changed since), the backward pass raises RuntimeError. Also as a decorator, of
    functions and methods. Differentiated twice, it keeps what any function keeps.
    """
    return Checkpoint(f)


def digest_of(value: Any) -> int:
    """A number that two values have in common when their bits are the same."""
    if isinstance(value, np.ndarray):
        return zlib.crc32(value.tobytes(), value.size)
    if isinstance(value, dict):
        return hash(tuple((key, digest_of(item)) for key, item in value.items()))
    if isinstance(value, tuple | list):
        return hash(tuple(map(digest_of, value)))
    if isinstance(value, np.generic):
        return zlib.crc32(value.tobytes())
    return zlib.crc32(repr(value).encode()) if isinstance(value, float | int | complex | str | None) else 0
