"""Sums of products without the product, against what NumPy gives with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from adls.runtime.contraction import sum_product, sum_product_back, unbroadcast_product
from adls.runtime.cotangents import unbroadcast


@st.composite
def pairs(draw: Any) -> tuple[Any, Any]:
    """Two arrays that broadcast, in any layout: C, Fortran, or repeated without memory of their own."""
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, min_dims=1, max_dims=4, min_side=0, max_side=4))
    dtype = draw(st.sampled_from([np.float32, np.float64, np.complex128, np.int64]))
    return tuple(laid_out(draw, shape, shapes.result_shape, dtype) for shape in shapes.input_shapes)  # type: ignore[return-value]


def laid_out(draw: Any, shape: tuple[int, ...], whole: tuple[int, ...], dtype: Any) -> Any:
    array = (np.arange(1, 1 + int(np.prod(shape))) % 7).astype(dtype).reshape(shape)
    layout = draw(st.sampled_from(["C", "F", "broadcast"]))
    return np.broadcast_to(array, whole) if layout == "broadcast" else np.asarray(array, order=layout)


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pairs(), st.data())
def test_it_is_the_sum_of_the_product(operands: tuple[Any, Any], data: Any) -> None:
    x, y = operands
    product = x * y
    axis = data.draw(st.none() | st.integers(-product.ndim, product.ndim - 1) | hnp.valid_tuple_axes(product.ndim))
    keepdims = data.draw(st.booleans())
    expected, found = np.sum(product, axis=axis, keepdims=keepdims), sum_product(x, y, axis, keepdims)
    assert (type(found), found.dtype, found.shape) == (type(expected), expected.dtype, expected.shape)
    np.testing.assert_array_equal(found, expected)  # Whole numbers: exact in any order.


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pairs(), st.data())
def test_its_adjoint_is_the_transpose(operands: tuple[Any, Any], data: Any) -> None:
    x, y = operands
    ndim = max(x.ndim, y.ndim)
    axis, keepdims = data.draw(st.none() | st.integers(-ndim, ndim - 1)), data.draw(st.booleans())
    out = sum_product(x, y, axis, keepdims)
    v = (np.arange(out.size) % 5).astype(out.dtype).reshape(out.shape)
    back = sum_product_back(v, y, x.shape, axis, keepdims)
    assert np.shape(back) == x.shape
    assert np.sum(back * x) == np.sum(v * out)


@given(pairs())
def test_unbroadcast_product_is_unbroadcast_of_the_product(operands: tuple[Any, Any]) -> None:
    x, y = operands
    np.testing.assert_array_equal(unbroadcast_product(x, y, x.shape), unbroadcast(x * y, x.shape))


def test_what_it_gives_is_new_memory() -> None:
    x, y = np.ones((3, 1)), np.ones((1, 4))
    for axis in (0, 1, (), (0, 1)):
        found = sum_product(x, y, axis)
        assert not np.shares_memory(found, x)
        assert not np.shares_memory(found, y)
