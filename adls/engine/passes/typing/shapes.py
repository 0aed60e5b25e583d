"""Typing of functions that rearrange an array: reshape, transpose, expand_dims..."""

from __future__ import annotations

from collections.abc import Sequence

from adls.engine.ir.types import ONE, UNKNOWN_DIM, Any, Array, Dim, List, NoneT, Scalar, Tuple, Type, same_dim
from adls.engine.passes.typing.dims import Dims, derived, product, shift, size
from adls.engine.passes.typing.dims import broadcast as broadcast_shapes
from adls.engine.passes.typing.given import Given, as_array, as_int, as_ints, hopeless, make_array, shape_of


def reshape(given: Given, _: str) -> Type:
    array = as_array(given.first)
    shape = _starred(given["new_shape"] if "new_shape" in given.types else given["shape"])
    dims = shape_of(shape)
    if array is None:
        return hopeless(given.first) or Any()
    if dims is None:
        return Array(array.dtype, None)
    items = shape.items if isinstance(shape, Tuple | List) and shape.items is not None else (shape,)
    guessed = [i for i, item in enumerate(items) if as_int(item) == -1]
    if not guessed:
        return Array(array.dtype, dims)
    position = guessed[0]
    others = (*dims[:position], *dims[position + 1 :])
    return Array(array.dtype, (*dims[:position], _left(array.dims, others), *dims[position + 1 :]))


def ravel(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None:
        return hopeless(given.first) or Any()
    return Array(array.dtype, (product(array.dims) if array.dims is not None else UNKNOWN_DIM,))


def transpose(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None:
        return hopeless(given.first) or Any()
    dims = array.dims
    if dims is None:
        return array
    if given.prim in ("numpy.matrix_transpose", "ndarray.mT", "numpy.linalg.matrix_transpose"):
        return Array(array.dtype, (*dims[:-2], dims[-1], dims[-2]))
    axes = _starred(given["axes"])
    if isinstance(axes, NoneT) or axes == Tuple(()):
        return Array(array.dtype, dims[::-1])
    order = as_ints(axes)
    if order is None:
        return Array(array.dtype, (UNKNOWN_DIM,) * len(dims))
    return Array(array.dtype, tuple(dims[i] for i in order))


def swapaxes(given: Given, _: str) -> Type:
    a, b = as_int(given["axis1"]), as_int(given["axis2"])

    def swap(dims: list[Dim]) -> None:
        if a is None or b is None:
            dims[:] = [UNKNOWN_DIM] * len(dims)
        else:
            dims[a], dims[b] = dims[b], dims[a]

    return _rearranged(given, swap)


def moveaxis(given: Given, _: str) -> Type:
    source, destination = as_ints(given["source"]), as_ints(given["destination"])

    def move(dims: list[Dim]) -> None:
        if source is None or destination is None:
            dims[:] = [UNKNOWN_DIM] * len(dims)
            return
        rank = len(dims)
        order = [i for i in range(rank) if i not in {s % rank for s in source}]
        for to, origin in sorted((d % rank, s % rank) for d, s in zip(destination, source, strict=True)):
            order.insert(to, origin)
        dims[:] = [dims[i] for i in order]

    return _rearranged(given, move)


def rollaxis(given: Given, _: str) -> Type:
    return _rearranged(given, lambda dims: dims.__setitem__(slice(None), [UNKNOWN_DIM] * len(dims)))


def rot90(given: Given, _: str) -> Type:
    k, axes = as_int(given["k"]), as_ints(given["axes"])

    def turn(dims: list[Dim]) -> None:
        if k is None or axes is None or len(axes) != 2:
            dims[:] = [UNKNOWN_DIM] * len(dims)
        elif k % 2:
            dims[axes[0]], dims[axes[1]] = dims[axes[1]], dims[axes[0]]

    return _rearranged(given, turn)


def expand_dims(given: Given, _: str) -> Type:
    axes = as_ints(given["axis"])
    array = as_array(given.first)
    if array is None:
        return hopeless(given.first) or Any()
    if axes is None or array.dims is None:
        return Array(array.dtype, None)
    rank = len(array.dims) + len(axes)
    new = {axis % rank for axis in axes}
    old = iter(array.dims)
    return Array(array.dtype, tuple(ONE if i in new else next(old) for i in range(rank)))


def squeeze(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None:
        return hopeless(given.first) or Any()
    if array.dims is None:
        return array
    if isinstance(given["axis"], NoneT):
        unsure = any(dim.one is None for dim in array.dims)
        return _like(given.first, array.dtype, None if unsure else tuple(d for d in array.dims if not d.one))
    axes = as_ints(given["axis"])
    if axes is None:
        return Array(array.dtype, None)
    gone = {axis % len(array.dims) for axis in axes}
    return _like(given.first, array.dtype, tuple(dim for i, dim in enumerate(array.dims) if i not in gone))


def broadcast_to(given: Given, _: str) -> Type:
    array = as_array(given.first)
    return Array(array.dtype, shape_of(given["shape"])) if array else Any()


def broadcast_arrays(given: Given, _: str) -> Type:
    arrays = [as_array(t) for t in _items(given["args"])]
    dims = broadcast_shapes(array.dims if array else None for array in arrays)
    return Tuple(tuple(Array(array.dtype, dims) if array else Any() for array in arrays))


def repeat(given: Given, _: str) -> Type:
    array, count = as_array(given.first), as_int(given["repeats"])
    if array is None:
        return Any()
    axis = as_int(given["axis"])
    if isinstance(given["axis"], NoneT):
        whole = product(array.dims) if array.dims is not None else UNKNOWN_DIM
        return Array(array.dtype, (_times(whole, count),))
    if array.dims is None or axis is None:
        return Array(array.dtype, None if array.dims is None else (UNKNOWN_DIM,) * len(array.dims))
    position = axis % len(array.dims)
    return Array(array.dtype, tuple(_times(d, count) if i == position else d for i, d in enumerate(array.dims)))


def tile(given: Given, _: str) -> Type:
    array, reps = as_array(given.first), as_ints(given["reps"])
    if array is None or array.dims is None or reps is None:
        return Array(array.dtype, None) if array else Any()
    rank = max(len(array.dims), len(reps))
    dims = (*(ONE,) * (rank - len(array.dims)), *array.dims)
    counts = (*(1,) * (rank - len(reps)), *reps)
    return make_array(array.dtype, tuple(map(_times, dims, counts)))


def pad(given: Given, _: str) -> Type:
    array, width = as_array(given.first), given["pad_width"]
    if array is None or array.dims is None:
        return array or Any()
    rank = len(array.dims)
    widths = _widths(width, rank)
    dims = zip(array.dims, widths, strict=True)
    return Array(array.dtype, tuple(UNKNOWN_DIM if w is None else shift(d, w) for d, w in dims))


def diag(given: Given, _: str) -> Type:
    array, k = as_array(given.first), as_int(given["k"])
    if array is None or array.dims is None:
        return Array(array.dtype, None) if array else hopeless(given.first) or Any()
    if given.prim == "numpy.diagflat":
        side = product(array.dims) if k == 0 else UNKNOWN_DIM
        return Array(array.dtype, (side, side))
    if len(array.dims) == 1:
        side = array.dims[0] if k == 0 else UNKNOWN_DIM if k is None else shift(array.dims[0], abs(k))
        return Array(array.dtype, (side, side))
    return Array(array.dtype, (_diagonal(array.dims[0], array.dims[1], k),))


def diagonal(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None or array.dims is None:
        return Array(array.dtype, None) if array else Any()
    rank, axes = len(array.dims), as_ints(Tuple((given["axis1"], given["axis2"])))
    if axes is None:
        return Array(array.dtype, (UNKNOWN_DIM,) * (rank - 1))
    a, b = axes[0] % rank, axes[1] % rank
    rest = tuple(dim for i, dim in enumerate(array.dims) if i not in (a, b))
    return Array(array.dtype, (*rest, _diagonal(array.dims[a], array.dims[b], as_int(given["offset"]))))


def atleast(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None or array.dims is None:
        return Array(array.dtype, None) if array else Any()
    rank = int(given.prim[-2])
    dims = array.dims
    if len(dims) >= rank:
        return array
    if rank == 3 and len(dims) == 2:
        return Array(array.dtype, (*dims, ONE))
    if rank == 3 and len(dims) == 1:
        return Array(array.dtype, (ONE, *dims, ONE))
    return Array(array.dtype, (*(ONE,) * (rank - len(dims)), *dims))


def sliding_window(given: Given, _: str) -> Type:
    array, window = as_array(given.first), as_int(given["window_shape"])
    axis = as_int(given["axis"])
    if array is None or array.dims is None:
        return Array(array.dtype, None) if array else Any()
    if window is None or (axis is None and len(array.dims) != 1):
        return Array(array.dtype, None)
    position = (axis or 0) % len(array.dims)
    dims = [shift(d, 1 - window) if i == position else d for i, d in enumerate(array.dims)]
    return Array(array.dtype, (*dims, Dim(str(window), 0, False) if window != 1 else ONE))


def _like(operand: Type, dtype: str, dims: Dims | None) -> Type:
    """A view of rank 0 is an array, unlike the result of a reduction; a scalar stays a scalar."""
    return Scalar(dtype) if isinstance(operand, Scalar) else Array(dtype, dims)


def _left(dims: Dims | None, others: Dims) -> Dim:
    """What -1 stands for: the dims of the array without those that are named."""
    if dims is None:
        return UNKNOWN_DIM
    rest = list(dims)
    for other in others:
        if other.one:
            continue
        match = next((i for i, dim in enumerate(rest) if same_dim(dim, other)), None)
        if match is None:
            return _quotient(dims, others)
        del rest[match]
    return product(rest)


def _quotient(dims: Dims, others: Dims) -> Dim:
    whole, part = size(product(dims)), size(product(others))
    if whole is None or not part:
        return UNKNOWN_DIM
    return ONE if whole == part else Dim(str(whole // part), 0, False)


def _times(dim: Dim, count: int | None) -> Dim:
    if count is None:
        return UNKNOWN_DIM
    known = size(dim)
    if known is not None:
        return ONE if known * count == 1 else Dim(str(known * count), 0, False)
    return dim if count == 1 else derived(dim, f"*{count}", False)


def _diagonal(m: Dim, n: Dim, k: int | None) -> Dim:
    if k == 0 and same_dim(m, n):
        return m
    both = m.one is False and n.one is False
    return ONE if k == 0 and m.one and n.one else Dim("?", 0, False if k == 0 and both else None)


def _widths(width: Type, rank: int) -> Sequence[int | None]:
    single = as_int(width)
    if single is not None:
        return (2 * single,) * rank
    if not isinstance(width, Tuple):
        return (None,) * rank
    flat = as_ints(width)
    if flat is not None and len(flat) == 2:
        return (sum(flat),) * rank
    pairs = [as_ints(item) for item in width.items]
    if len(pairs) == 1:
        pairs *= rank
    if len(pairs) != rank:
        return (None,) * rank
    return tuple(sum(pair) if pair is not None and len(pair) == 2 else None for pair in pairs)


def _rearranged(given: Given, change: object) -> Type:
    array = as_array(given.first)
    if array is None:
        return hopeless(given.first) or Any()
    if array.dims is None:
        return array
    dims = list(array.dims)
    if callable(change):
        change(dims)
    return Array(array.dtype, tuple(dims))


def _starred(shape: Type) -> Type:
    """The shape itself where `*shape` caught one thing, a tuple or what may be one: `a.reshape((2, 3))`."""
    return shape.items[0] if isinstance(shape, Tuple) and len(shape.items) == 1 else shape


def _items(t: Type) -> tuple[Type, ...]:
    return t.items if isinstance(t, Tuple | List) and t.items is not None else ()


