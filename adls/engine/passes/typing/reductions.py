"""Typing of reductions along axes, and of what runs along one axis."""

from __future__ import annotations

from collections.abc import Callable

from adls.engine.ir.types import ONE, UNKNOWN_DIM, Any, Array, Float, NoneT, Scalar, Tuple, Type
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import Dims, broadcast, product, shift
from adls.engine.passes.typing.given import (
    Given,
    Rule,
    as_array,
    as_bool,
    as_int,
    as_ints,
    hopeless,
    make_array,
)


def reducer(dtype_of: Callable[[str], str]) -> Rule:
    """The rule of a reduction whose result has the dtype that `dtype_of` makes of the operand's."""

    def reduce(given: Given, _: str) -> Type:
        return hopeless(given.first) or _reduced(given, dtype_of)

    return reduce


def sum_product(given: Given, _: str) -> Type:
    """The sum of a product of two operands that broadcast."""
    x, y = as_array(given["x"]), as_array(given["y"])
    if x is None or y is None:
        return Any()
    product = Array(dtypes.promote(x.dtype, y.dtype), broadcast((x.dims, y.dims)))
    return make_array(product.dtype, reduced_dims(product.dims, given["axis"], given["keepdims"]))


def meaned(dtype: str) -> str:
    """The dtype of a mean: integers give f64."""
    return "f64" if dtype[0] in "biu" else dtype


def deviation(dtype: str) -> str:
    """The dtype of a variance or a norm: real."""
    return dtypes.real(meaned(dtype))


def reduced_dims(dims: Dims | None, axis: Type, keepdims: Type) -> Dims | None:
    """The dims left after a reduction; None where the rank cannot be known."""
    keep = as_bool(keepdims)
    if isinstance(axis, NoneT):
        if keep is False:
            return ()
        return None if dims is None or keep is None else (ONE,) * len(dims)
    axes = as_ints(axis)
    if dims is None or keep is None:
        return None
    if axes is None:
        return None if not (keep or isinstance(axis, Tuple)) else _unknown_axes(dims, axis, keep)
    gone = {a % len(dims) for a in axes} if dims else set()
    if keep:
        return tuple(ONE if i in gone else dim for i, dim in enumerate(dims))
    return tuple(dim for i, dim in enumerate(dims) if i not in gone)


def cumulative(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None:
        return Any()
    dtype = _dtype_argument(given) or dtypes.summed(array.dtype)
    if not isinstance(given["axis"], NoneT):
        return Array(dtype, array.dims or (None if array.dims is None else (ONE,)))
    return Array(dtype, (product(array.dims) if array.dims is not None else UNKNOWN_DIM,))


def diff(given: Given, _: str) -> Type:
    array, n, axis = as_array(given.first), as_int(given["n"]), as_int(given["axis"])
    if array is None or array.dims is None:
        return Array(array.dtype, None) if array else Any()
    if n is None or axis is None or not array.dims:
        return Array(array.dtype, (UNKNOWN_DIM,) * len(array.dims))
    position = axis % len(array.dims)
    dims = tuple(shift(dim, -n) if i == position else dim for i, dim in enumerate(array.dims))
    return Array(array.dtype, dims)


def gradient(given: Given, _: str) -> Type:
    """`np.gradient` along one axis; along several it is a list."""
    array = as_array(given["f"])
    if array is None or array.dims is None or (len(array.dims) != 1 and as_int(given["axis"]) is None):
        return Any()
    return Array(meaned(array.dtype), array.dims)


def average(given: Given, _: str) -> Type:
    array, weights = as_array(given.first), as_array(given["weights"])
    if array is None or (weights is None and not isinstance(given["weights"], NoneT)):
        return Any()
    dtype = dtypes.promote(array.dtype, weights.dtype) if weights else array.dtype
    return make_array(meaned(dtype), reduced_dims(array.dims, given["axis"], given["keepdims"]))


def percentile(given: Given, _: str) -> Type:
    """np.percentile, quantile: the dims of q come first."""
    array, q = as_array(given.first), as_array(given["q"])
    if array is None or q is None:
        return Any()
    dims = reduced_dims(array.dims, given["axis"], given["keepdims"])
    dtype = meaned(array.dtype) if not q.dims else dtypes.promote(meaned(array.dtype), q.dtype)
    return make_array(dtype, None if dims is None or q.dims is None else (*q.dims, *dims))


def logsumexp(given: Given, _: str) -> Type:
    found = _reduced(given, dtypes.inexact)
    return Scalar("f64") if isinstance(found, Float) else found


def _unknown_axes(dims: Dims, axis: Type, keep: bool) -> Dims | None:
    if keep:
        return (UNKNOWN_DIM,) * len(dims)
    gone = len(axis.items) if isinstance(axis, Tuple) else 1
    return (UNKNOWN_DIM,) * max(len(dims) - gone, 0)


def _reduced(given: Given, dtype_of: Callable[[str], str]) -> Type:
    array = as_array(given.first)
    if array is None:
        return Any()
    known = array.dtype if array.dtype == dtypes.UNKNOWN else dtype_of(array.dtype)
    dtype = _dtype_argument(given) or known
    return make_array(dtype, reduced_dims(array.dims, given["axis"], given["keepdims"]))


def _dtype_argument(given: Given) -> str | None:
    return dtypes.of_argument(given["dtype"])
