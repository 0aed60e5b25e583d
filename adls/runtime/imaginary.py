"""Shadows of the imaginary part of complex memory.

The cotangent of `w` holds that of its imaginary part with its sign changed: of `w.imag.sum()` it is `-1j`. So the
shadow of the view `w.imag` is a view of the shadow of `w` that shows each number with its sign changed back.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from adls.runtime.overlaps import accumulating, added_at, overlaps, window
from adls.runtime.refusing import refuse

Array: TypeAlias = np.ndarray[Any, Any]

__all__ = ["imaginary_shadow"]


class Negative(np.ndarray[Any, Any]):
    """A view of memory that holds numbers with their sign changed: whoever reads and writes sees them as they are.

    Basic indexing and methods that rearrange give such a view again, all else plain numbers.
    """

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **kwargs: Any) -> Any:
        if method == "at":
            whole = with_sign(inputs[0])
            ufunc.at(whole, *map(with_sign, inputs[1:]))
            inputs[0][...] = whole
            return None
        result = getattr(ufunc, method)(*map(with_sign, inputs), **kwargs)
        if not out:
            return result
        out[0][...] = result
        return out[0]

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func in _VIEWS:
            return _negative(super().__array_function__(func, types, args, kwargs))
        given = {name: _all_with_sign(value) for name, value in kwargs.items()}
        return func(*map(_all_with_sign, args), **given)

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        if isinstance(found, Negative):
            return found if np.may_share_memory(found, self) else with_sign(found)
        return -found

    def __setitem__(self, index: Any, value: Any) -> None:
        self.view(np.ndarray)[index] = -with_sign(value)

    def __iadd__(self, other: Any) -> Any:  # type: ignore[misc]
        plain = self.view(np.ndarray)
        if overlaps(plain.shape, plain.strides):
            added_at(plain, ..., -with_sign(other))
        else:
            plain -= with_sign(other)
        return self

    def __isub__(self, other: Any) -> Any:  # type: ignore[misc]
        self += -with_sign(other)
        return self


def _of_numbers(name: str) -> Any:
    return lambda self, *args, **kwargs: getattr(with_sign(self), name)(*map(with_sign, args), **kwargs)


for _name in ("argmax", "argmin", "argpartition", "argsort", "astype", "choose", "clip", "compress", "copy", "cumprod",
              "cumsum", "dot", "flatten", "item", "max", "mean", "min", "nonzero", "prod", "repeat", "round",
              "searchsorted", "std", "sum", "take", "tolist", "trace", "var", "__bool__", "__complex__", "__float__"):
    setattr(Negative, _name, _of_numbers(_name))


def with_sign(value: Any) -> Any:
    """The numbers that a view with changed signs stands for; anything else as it is."""
    return -value.view(np.ndarray) if isinstance(value, Negative) else value


def imaginary_shadow(v: Any) -> Any:
    """The shadow of `w.imag`, of the shadow of w: a view, or zeros of their own where w is real."""
    if not np.iscomplexobj(v):
        return np.zeros_like(v)
    return v.imag.view(Negative)


def _negative(value: Any) -> Any:
    if isinstance(value, list):
        return [_negative(part) for part in value]
    return value.view(Negative) if isinstance(value, np.ndarray) else value


def part_of_complex(base: Array, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], turned: bool) -> Array:
    """The shadow of real or imaginary parts of complex memory, or the part of such a shadow."""
    if any(stride % base.itemsize for stride, n in zip(strides, shape, strict=True) if n > 1):
        refuse("complex memory that is written is seen as real and imaginary parts in turn")
    beside = offset % base.itemsize
    whole = window(base, offset - beside, shape, strides)
    part = whole.imag if beside else whole.real
    return part.view(Negative) if beside and not turned else accumulating(part)


def _all_with_sign(value: Any) -> Any:
    return type(value)(map(_all_with_sign, value)) if type(value) in (list, tuple) else with_sign(value)


_VIEWS = frozenset({
    np.atleast_1d, np.atleast_2d, np.atleast_3d, np.broadcast_to, np.diagonal, np.expand_dims, np.flip, np.fliplr,
    np.flipud, np.moveaxis, np.ravel, np.reshape, np.rollaxis, np.rot90, np.squeeze, np.swapaxes, np.transpose,
    np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit, np.shape, np.ndim, np.size, np.may_share_memory,
    np.shares_memory, np.lib.stride_tricks.sliding_window_view})
"""Functions that rearrange, and those that ask for no number."""
