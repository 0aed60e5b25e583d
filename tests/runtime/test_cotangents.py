"""Reading, writing and broadcasting backwards, against what NumPy itself does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from adls.runtime.cotangents import restore_axes, unbroadcast, zeros_like_cotangent
from adls.runtime.indexing import scatter_add, take_written

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)


def numbers(shape: tuple[int, ...], dtype: Any = float) -> Any:
    """Whole numbers, so that sums are exact in any order."""
    return (np.arange(1, 1 + int(np.prod(shape))) % 17).astype(dtype).reshape(shape)


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=4))
def test_unbroadcast_is_the_adjoint_of_broadcasting(shapes: Any) -> None:
    shape, result = shapes.input_shapes[0], shapes.result_shape
    x, g = numbers(shape), numbers(result)
    found = unbroadcast(g, shape)
    assert np.shape(found) == shape
    assert np.sum(found * x) == np.sum(g * np.broadcast_to(x, result))


def test_unbroadcast_of_an_equal_shape_is_the_array_itself() -> None:
    g = numbers((2, 3))
    assert unbroadcast(g, (2, 3)) is g


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64])
def test_unbroadcast_keeps_the_dtype(dtype: Any) -> None:
    assert unbroadcast(numbers((2, 3), dtype), (3,)).dtype == dtype
    assert unbroadcast(numbers((2, 3), dtype), ()).dtype == dtype


@given(hnp.array_shapes(min_dims=1, max_dims=4), st.data())
def test_restored_axes_are_those_of_keepdims(shape: tuple[int, ...], data: Any) -> None:
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1) | hnp.valid_tuple_axes(len(shape)))
    a = numbers(shape)
    restored = restore_axes(np.sum(a, axis=axis), axis, False, a.ndim)
    np.testing.assert_array_equal(restored, np.sum(a, axis=axis, keepdims=True))


@st.composite
def arrays_and_indices(draw: Any) -> tuple[tuple[int, ...], Any]:
    """A shape and any index that NumPy takes for it: basic, integer arrays with and without repetition,
    masks, mixed."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=5))
    kind = draw(st.sampled_from(["basic", "integers", "mask", "mixed", "list"]))
    if kind == "basic":
        return shape, draw(hnp.basic_indices(shape, allow_newaxis=True))
    if kind == "integers":
        return shape, draw(hnp.integer_array_indices(shape))
    if kind == "mask":
        return shape, draw(hnp.arrays(bool, shape))
    if kind == "list":
        return shape, draw(st.lists(st.integers(-shape[0], shape[0] - 1), max_size=4))
    first = draw(hnp.arrays(int, draw(st.integers(0, 6)), elements=st.integers(-shape[0], shape[0] - 1)))
    return shape, (first, *draw(st.sampled_from([(), (slice(None),), (0,), (..., 0)]))[: len(shape) - 1])


@given(arrays_and_indices())
def test_scatter_add_is_the_adjoint_of_reading(case: tuple[tuple[int, ...], Any]) -> None:
    shape, index = case
    x, dx = numbers(shape), np.zeros(shape)
    g = numbers(np.shape(x[index]))
    scatter_add(dx, index, g)
    assert np.sum(dx * x) == np.sum(g * x[index])


@pytest.mark.parametrize("rows", [3, 100, 1000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_scatter_add_of_many_rows(rows: int, dtype: Any) -> None:
    """Weighted counting and `np.add.at` agree, with negative indices and what broadcasts."""
    index = np.arange(rows) * 7 % 10 - 3
    found, expected = np.ones((10, 2, 3), dtype), np.ones((10, 2, 3), dtype)
    for g in (numbers((rows, 2, 3), dtype), numbers((2, 3), dtype), dtype(2)):
        scatter_add(found, index, g)
        np.add.at(expected, index, g)
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == dtype


@given(arrays_and_indices())
def test_take_written_is_the_adjoint_of_writing(case: tuple[tuple[int, ...], Any]) -> None:
    """Of `x[index] = v`: with respect to v, and to what x held before. The last of several writes to one
    element counts."""
    shape, index = case
    x, dx = numbers(shape), numbers(shape) + 1
    v = numbers(np.shape(x[index])) * 3
    after = x.copy()
    after[index] = v
    total = np.sum(dx * after)
    dv = take_written(dx, index)
    assert np.shape(dv) == np.shape(v)
    assert total == np.sum(dx * x) + np.sum(dv * v)


def test_what_was_taken_shares_no_memory() -> None:
    dx = np.ones((3, 4))
    taken = take_written(dx, slice(0, 2))
    assert not np.shares_memory(taken, dx)
    np.testing.assert_array_equal(dx[:2], 0.0)
    np.testing.assert_array_equal(taken, 1.0)


def test_zero_cotangents_have_the_structure_of_the_value() -> None:
    zero = zeros_like_cotangent({"w": np.ones((2, 3), np.float32), "b": [1.0, (2, 3j)]})
    assert zero["w"].dtype == np.float32
    assert zero["w"].shape == (2, 3)
    assert zero["b"] == [0.0, (0.0, 0j)]
