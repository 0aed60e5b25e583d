"""Sums of products without the product: a matrix product or an einsum where NumPy would first store `x * y`.

The adjoint pass puts `sum_product` where a product of cotangents is summed and not read otherwise
(`engine/passes/contract.py`). How a sum is computed follows from the shapes alone and is remembered for them.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from adls.runtime.cotangents import Array, Axis, Shape, restore_axes

__all__ = ["sum_product", "sum_product_back", "unbroadcast_product", "unbroadcast_product_back"]

_Compute: TypeAlias = Callable[[Array, Array], Any]
_BLAS = "fdFD"
_LETTERS = string.ascii_letters


def sum_product(x: Any, y: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """`np.sum(x * y, axis, keepdims=keepdims)` of two arrays that broadcast, without the product in memory.

    Operands of other dtypes than two equal floating-point ones are multiplied and summed as they are.
    """
    if type(x) is not np.ndarray or type(y) is not np.ndarray or x.dtype is not y.dtype or x.dtype.char not in _BLAS:
        return np.sum(x * y, axis=axis, keepdims=keepdims)
    if 0 in x.strides or 0 in y.strides:
        whole = np.broadcast_shapes(x.shape, y.shape)
        x, y = _small(x), _small(y)
        return _computation(x.shape, y.shape, whole, axis, keepdims)(x, y)
    return _computation(x.shape, y.shape, None, axis, keepdims)(x, y)


def sum_product_back(v: Any, y: Any, shape: Shape, axis: Axis, keepdims: bool) -> Any:
    """The cotangent of x, of this shape, in `sum_product(x, y, axis, keepdims)`."""
    whole = np.broadcast_shapes(shape, np.shape(y))
    return unbroadcast_product(np.broadcast_to(restore_axes(v, axis, keepdims, len(whole)), whole), y, shape)


def unbroadcast_product(x: Any, y: Any, shape: Shape) -> Any:
    """`unbroadcast(x * y, shape)` without the product in memory: summed over the axes along which an array of
    this shape was broadcast."""
    x_shape, y_shape = getattr(x, "shape", ()), getattr(y, "shape", ())
    if x_shape == y_shape == shape:
        return x * y
    axes = _lost_axes(x_shape, y_shape, shape)
    if axes is None:
        return x * y
    return np.reshape(sum_product(x, y, axes, True), shape) if shape else sum_product(x, y)


@lru_cache(maxsize=1024)
def _lost_axes(x: Shape, y: Shape, shape: Shape) -> tuple[int, ...] | None:
    """The axes that a product of two arrays of these shapes has, and an array of this shape has not; None where the
    product has this shape."""
    whole = np.broadcast_shapes(x, y)
    if whole == shape:
        return None
    lead = len(whole) - len(shape)
    return (*range(lead), *(i for i, n in enumerate(shape, lead) if n == 1 and whole[i] != 1))


def unbroadcast_product_back(v: Any, y: Any, shape: Shape) -> Any:
    """The cotangent of x, of this shape, in `unbroadcast_product(x, y, ...)`."""
    whole = np.broadcast_shapes(shape, np.shape(y))
    return unbroadcast_product(np.broadcast_to(v, whole), y, shape)


def _small(x: Array) -> Array:
    """The elements that a broadcast array repeats, each once; the lengths become 1."""
    if 0 not in x.strides:
        return x
    return x[tuple(slice(0, 1) if stride == 0 else slice(None) for stride in x.strides)]


@lru_cache(maxsize=1024)
def _computation(x: Shape, y: Shape, whole: Shape | None, axis: Axis, keepdims: bool) -> _Compute:
    """How two arrays of these shapes are multiplied and summed; `whole` is the product's shape."""
    ndim = max(len(x), len(y))
    x, y = (1,) * (ndim - len(x)) + x, (1,) * (ndim - len(y)) + y
    whole = whole or np.broadcast_shapes(x, y)
    axes = range(ndim) if axis is None else [i % ndim for i in (axis if isinstance(axis, tuple) else (axis,))]
    return _Sum(x, y, whole, sorted(axes), keepdims).computation()


class _Sum:
    """One sum of a product: which axes it runs over, and which of them each operand has."""

    def __init__(self, x: Shape, y: Shape, whole: Shape, summed: Sequence[int], keepdims: bool) -> None:
        every = range(len(whole))
        self.x, self.y, self.whole, self.every = x, y, whole, every
        self.both = [i for i in every if i in summed and x[i] != 1 and y[i] != 1]
        self.x_alone = tuple(i for i in summed if x[i] != 1 and y[i] == 1)
        self.y_alone = tuple(i for i in summed if y[i] != 1 and x[i] == 1)
        self.batch = [i for i in every if i not in summed and x[i] != 1 and y[i] != 1]
        self.left = [i for i in every if i not in summed and x[i] != 1 and y[i] == 1]
        self.right = [i for i in every if i not in summed and x[i] == 1 and y[i] != 1]
        self.repeats = math.prod(whole[i] for i in summed if x[i] == 1 and y[i] == 1)
        self.small = tuple(1 if i in summed else max(x[i], y[i]) if 0 not in (x[i], y[i]) else 0 for i in every)
        self.kept = tuple(1 if i in summed else whole[i] for i in every)
        self.result = self.kept if keepdims else tuple(whole[i] for i in every if i not in summed)

    def computation(self) -> _Compute:
        if not self.result and self.repeats == 1 and len(self.both) == sum(n != 1 for n in self.whole):
            return _dot
        if not self.both:
            inner: _Compute = np.multiply
        elif self.left or self.right:
            inner = self._matrix_product()
        else:
            inner = self._einsum()
        return self._finished(inner)

    def _finished(self, inner: _Compute) -> _Compute:
        """The computation with what one operand alone is summed over before it, and the result's shape after it."""
        x_shape, y_shape, x_alone, y_alone = self.x, self.y, self.x_alone, self.y_alone
        small, kept, result, repeats = self.small, self.kept, self.result, self.repeats

        def compute(x: Array, y: Array) -> Any:
            x, y = x.reshape(x_shape), y.reshape(y_shape)
            if x_alone:
                x = np.add.reduce(x, axis=x_alone, keepdims=True)
            if y_alone:
                y = np.add.reduce(y, axis=y_alone, keepdims=True)
            found = inner(x, y)
            if repeats != 1:
                found = found * found.dtype.type(repeats)
            if small != kept:
                found = np.broadcast_to(found.reshape(small), kept).copy()
            return found.reshape(result) if result else found.reshape(())[()]

        return compute

    def _matrix_product(self) -> _Compute:
        """A product of matrices, one for each element of the axes that both have and that stay."""
        units = [i for i in self.every if i not in (*self.batch, *self.left, *self.right, *self.both)]
        x_order = (*self.batch, *self.left, *self.both, *self.right, *units)
        y_order = (*self.batch, *self.both, *self.right, *self.left, *units)
        batch = tuple(self.whole[i] for i in self.batch)
        rows, columns = (math.prod(self.whole[i] for i in axes) for axes in (self.left, self.right))
        depth = math.prod(self.whole[i] for i in self.both)
        order = (*self.batch, *self.left, *self.right)
        lengths = tuple(self.whole[i] for i in order)
        back = tuple(order.index(i) for i in sorted(order))
        sorted_already = back == tuple(range(len(back)))

        def compute(x: Array, y: Array) -> Array:
            left = x.transpose(x_order).reshape(*batch, rows, depth)
            found: Array = np.matmul(left, y.transpose(y_order).reshape(*batch, depth, columns)).reshape(lengths)
            return found if sorted_already else found.transpose(back)

        return compute

    def _einsum(self) -> _Compute:
        """A sum for each element of what stays, where both operands have all the axes."""
        letters = [_LETTERS[i] for i in self.every]
        subscripts = f"{''.join(letters)},{''.join(letters)}->{''.join(letters[i] for i in self.batch)}"
        return lambda x, y: np.asarray(np.einsum(subscripts, x, y))


def _dot(x: Array, y: Array) -> Any:
    if x.flags.f_contiguous and y.flags.f_contiguous:
        x, y = x.T, y.T
    return np.dot(x.reshape(-1), y.reshape(-1))
