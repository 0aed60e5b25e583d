"""Typing of functions that join arrays or part them: concatenate, stack, split."""

from __future__ import annotations

from adls.engine.ir.types import (
    ONE,
    UNKNOWN_DIM,
    Any,
    Array,
    Bottom,
    Dim,
    Iter,
    List,
    NoneT,
    Scalar,
    Tuple,
    Type,
)
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import Dims, broadcast_dim, literal, total
from adls.engine.passes.typing.elementwise import dtype_and_dims
from adls.engine.passes.typing.given import Given, Rule, as_array, as_int, as_ints, hopeless


def concatenate(given: Given, _: str) -> Type:
    return joined(given, given.first, as_int(given["axis"]), flat=isinstance(given["axis"], NoneT))


def append(given: Given, _: str) -> Type:
    pair = Tuple((given["arr"], given["values"]))
    return joined(given, pair, as_int(given["axis"]), flat=isinstance(given["axis"], NoneT))


def stacker(rank: int, axis: int) -> Rule:
    """The rule of vstack, hstack, dstack, column_stack: operands get a rank first, then are joined."""

    def stack_all(given: Given, _: str) -> Type:
        def lifted(t: Type) -> Type:
            array = as_array(t)
            return Array(array.dtype, _lift(array.dims, rank, given.prim)) if array else t

        along = axis
        arrays = _mapped(given.first, lifted)
        if given.prim == "numpy.hstack":
            ranks = {len(a.dims) for a in _arrays(arrays) if a.dims is not None}
            along = 0 if ranks == {1} else 1
        return joined(given, arrays, along)

    return stack_all


def stack(given: Given, _: str) -> Type:
    axis = as_int(given["axis"])
    parts = _arrays(given.first)
    if not parts:
        return _unknown(given.first)
    dtype, dims = _promoted(parts), _agreed(parts)
    dtype = dtypes.of_argument(given["dtype"]) or dtype
    if dims is None:
        return Array(dtype, None)
    if axis is None:
        return Array(dtype, (UNKNOWN_DIM,) * (len(dims) + 1))
    position = axis % (len(dims) + 1)
    return Array(dtype, (*dims[:position], _count(given.first), *dims[position:]))


def block(given: Given, _: str) -> Type:
    return hopeless(given.first) or _unknown(given.first)


def split(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None:
        return hopeless(given.first) or Any()
    names = {"numpy.vsplit": 0, "numpy.hsplit": 1, "numpy.dsplit": 2}
    axis = names.get(given.prim, as_int(given["axis"]))
    dims = array.dims
    if dims is None or axis is None:
        return List(Array(array.dtype, None))
    if given.prim == "numpy.hsplit" and len(dims) == 1:
        axis = 0
    position = axis % len(dims)
    part = Array(array.dtype, tuple(UNKNOWN_DIM if i == position else dim for i, dim in enumerate(dims)))
    sections = given["indices_or_sections"]
    count = as_int(sections)
    if count is None:
        points = as_ints(sections)
        count = None if points is None else len(points) + 1
    return List(part, None if count is None else (part,) * count)


def unstack(given: Given, _: str) -> Type:
    return Any()


def joined(given: Given, arrays: Type, axis: int | None, *, flat: bool = False) -> Type:
    """The type of several arrays joined along an axis that they have."""
    parts = _arrays(arrays)
    if not parts:
        return _unknown(arrays)
    dtype = dtypes.of_argument(given["dtype"]) or _promoted(parts)
    if flat:
        return Array(dtype, (UNKNOWN_DIM,))
    dims = _agreed(parts)
    if dims is None or not dims:
        return Array(dtype, None)
    if axis is None:
        return Array(dtype, (UNKNOWN_DIM,) * len(dims))
    position = axis % len(dims)
    along = [part.dims[position] for part in parts if part.dims is not None]
    whole = total(along) if _known_count(arrays) else UNKNOWN_DIM
    return Array(dtype, tuple(whole if i == position else dim for i, dim in enumerate(dims)))


def _arrays(t: Type) -> list[Array]:
    """The arrays in a sequence; one that stands for all where their number is unknown; none where one is no array."""
    match t:
        case Tuple(items) | List(_, tuple(items)):
            arrays = [as_array(item) for item in items]
        case List(item, None) | Iter(_, item):
            arrays = [as_array(item)]
        case Array(dtype, dims):
            arrays = [Array(dtype, None if dims is None else dims[1:])]
        case _:
            return []
    return [array for array in arrays if array] if all(arrays) else []


def _mapped(t: Type, change: object) -> Type:
    if not callable(change):
        return t
    match t:
        case Tuple(items) | List(_, tuple(items)):
            return Tuple(tuple(change(item) for item in items))
        case List(item, None) | Iter(_, item):
            return List(change(item))
        case Array(dtype, dims):
            return List(change(Array(dtype, None if dims is None else dims[1:])))
        case _:
            return t


def _promoted(parts: list[Array]) -> str:
    found = dtype_and_dims([Array(part.dtype, ()) if part.dims != () else Scalar(part.dtype) for part in parts])
    return found[0] if found else dtypes.UNKNOWN


def _agreed(parts: list[Array]) -> Dims | None:
    """Dims on which the parts agree, knowing of each what is known of any."""
    first = parts[0].dims
    if first is None or any(part.dims is None or len(part.dims) != len(first) for part in parts):
        return None
    result = first
    for part in parts[1:]:
        result = tuple(_either(a, b) for a, b in zip(result, part.dims or (), strict=True))
    return result


def _either(a: Dim, b: Dim) -> Dim:
    if a.one or b.one:
        return ONE
    return b if a.symbol == "?" else broadcast_dim(a, b) if a.one is None and b.one is None else a


def _count(t: Type) -> Dim:
    match t:
        case Tuple(items) | List(_, tuple(items)):
            return literal(len(items))
        case Array(_, tuple(dims)) if dims:
            return dims[0]
        case _:
            return UNKNOWN_DIM


def _known_count(t: Type) -> bool:
    return isinstance(t, Tuple) or (isinstance(t, List) and t.items is not None)


def _lift(dims: Dims | None, rank: int, prim: str) -> Dims | None:
    if dims is None or len(dims) >= rank:
        return dims
    if prim == "numpy.column_stack":
        return (*dims, ONE)
    if prim == "numpy.dstack":
        return (*((ONE,) if len(dims) < 2 else ()), *dims, ONE)[-3:] if dims else (ONE, ONE, ONE)
    return (*(ONE,) * (rank - len(dims)), *dims)


def _unknown(t: Type) -> Type:
    """Nothing is known of the parts; of no parts NumPy makes nothing."""
    empty = isinstance(t, Tuple | List) and (t.items == () or (isinstance(t, List) and isinstance(t.item, Bottom)))
    return Bottom() if empty else hopeless(t) or Array(dtypes.UNKNOWN, None)
