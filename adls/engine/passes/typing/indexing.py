"""Typing of `x[i]` and of what a `for` takes out of a value."""

from __future__ import annotations

from dataclasses import dataclass

from adls.engine.ir.types import (
    ONE,
    UNKNOWN_DIM,
    Any,
    Array,
    Bool,
    Bottom,
    Dict,
    Dim,
    Int,
    Iter,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.typing.dims import Dims, broadcast, derived, int_of, literal, shift, size, stride
from adls.engine.passes.typing.given import Slice, as_array, as_int, hopeless, make_array
from adls.engine.passes.typing.join import join_all


def item_type(container: Type, index: Type) -> Type:
    """The type of `container[index]`."""
    match container:
        case Array():
            return _array_item(container, index)
        case Tuple(items):
            return _sequence_item(items, index, as_tuple=True)
        case List(item, items):
            return _list_item(item, items, index)
        case Dict(value, entries):
            return _dict_item(value, entries, index)
        case Str():
            return Str()
        case Iter("range", item):
            return item if isinstance(index, Int) else container
        case NoneT() | Bool() | Int():
            return Bottom()
        case Scalar(dtype):
            return _array_item(Array(dtype, ()), index)
        case Opaque("flags"):
            return Bool()
        case _:
            return hopeless(container) or Any()


def element_type(iterable: Type) -> Type:
    """What `for x in iterable` assigns."""
    match iterable:
        case Array(dtype, dims):
            return Array(dtype, None) if dims is None else make_array(dtype, dims[1:]) if dims else Bottom()
        case Tuple(items) | List(_, tuple(items)):
            return join_all(map(_without_value, items))
        case List(item, None) | Iter(_, item):
            return item
        case Dict(_, tuple(entries)):
            return join_all(_key_type(key) for key, _ in entries)
        case Dict():
            return Opaque("object")  # A key carries no derivative.
        case Str():
            return Str()
        case NoneT() | Bottom():
            return Bottom()
        case _:
            return Any()


def element_types(value: Type, count: int, starred: int | None) -> tuple[Type, ...]:
    """The types of the targets of `a, *b, c = value`."""
    if isinstance(value, Tuple | List) and value.items is not None:
        items = value.items
        if starred is None:
            return items if len(items) == count else (Bottom(),) * count
        extra = len(items) - count + 1
        if extra >= 0:
            rest = items[starred : starred + extra]
            return (*items[:starred], List(join_all(rest), rest), *items[starred + extra :])
        return (Bottom(),) * count
    item = element_type(value)
    return tuple(List(item) if i == starred else item for i in range(count))


def length_type(value: Type) -> Int:
    """The type of `len(value)`."""
    match value:
        case Array(_, tuple(dims)) if dims:
            return int_of(dims[0])
        case Tuple(items) | List(_, tuple(items)):
            return Int(len(items), literal(len(items)))
        case Dict(_, tuple(entries)):
            return Int(len(entries), literal(len(entries)))
        case _:
            return Int()


def is_slice(index: Type) -> bool:
    """Whether an index is a slice object."""
    return isinstance(index, Opaque) and index.name == "slice"


def slice_dim(dim: Dim, part: Slice) -> Dim:
    """The length of a slice of a dim. Known for literal bounds; a bound `n` on a dim `n` is no bound."""
    step = 1 if isinstance(part.step, NoneT) else as_int(part.step)
    if step is None or step == 0:
        return UNKNOWN_DIM
    low, high = _bound(part.low), _bound(part.high)
    if low is _UNKNOWN or high is _UNKNOWN:
        return _whole_slice(dim, part, step)
    known = size(dim)
    if known is not None and not (isinstance(low, Dim) or isinstance(high, Dim)):
        return literal(len(range(*slice(low, high, step).indices(known))))
    if isinstance(low, Dim) or isinstance(high, Dim):
        return _whole_slice(dim, part, step)
    if step < 0:
        return stride(dim, step) if low is None and high is None else UNKNOWN_DIM
    return stride(_contiguous(dim, low or 0, high), step)  # type: ignore[arg-type]


def _contiguous(dim: Dim, low: int, high: int | None) -> Dim:
    """The length of dim[low:high] with step 1 for a dim whose length is a symbol."""
    if low >= 0 and (high is None or high < 0):
        return shift(dim, (high or 0) - low)
    not_one = dim.one is False and dim.offset == 0
    if low == 0 and high is not None:
        return literal(0) if high == 0 else derived(dim, f"[:{high}]", False if not_one and high != 1 else None)
    if high is None:
        return derived(dim, f"[{low}:]", False if not_one and low != -1 else None)
    if low >= 0 and high <= low:
        return literal(0)
    return derived(dim, f"[{low}:{high}]")


_INTEGERS = (Int, Bool, Scalar)


class _Unknown:
    pass


_UNKNOWN = _Unknown()


def _bound(t: Type) -> int | Dim | _Unknown | None:
    match t:
        case NoneT():
            return None
        case Int(int(value), _):
            return value
        case Int(None, Dim() as dim):
            return dim
        case _:
            return _UNKNOWN


def _whole_slice(dim: Dim, part: Slice, step: int) -> Dim:
    """A slice with a symbolic bound: `x[:n]` and `x[n - 2:]` of a dim n are known, all else is not."""
    high = _bound(part.high)
    low = _bound(part.low)
    if step != 1 or dim.symbol == "?" or dim.offset:
        return UNKNOWN_DIM
    if isinstance(high, Dim) and high.symbol == dim.symbol and high.offset <= 0 and isinstance(low, int | None):
        # n - 3 is negative for n = 2, and then counts from the end; n - 2 gives an empty slice all the same.
        return shift(dim, high.offset - (low or 0)) if (low or 0) >= 0 and high.offset >= -2 else UNKNOWN_DIM
    return UNKNOWN_DIM


@dataclass(slots=True)
class _Indexing:
    """The dims that an indexing expression's parts leave as they are walked, and where fancy parts stood."""

    dims: list[Dim]
    fancy: list[Dims | None]
    place: int | None = None
    parted: bool = False
    closed: bool = False

    def basic(self, dim: Dim | None) -> None:
        self.closed = self.closed or bool(self.fancy)
        if dim is not None:
            self.dims.append(dim)

    def advanced(self, shape: Dims | None) -> None:
        self.parted = self.parted or self.closed
        if self.place is None:
            self.place = len(self.dims)
        self.fancy.append(shape)

    def result(self) -> Dims | None:
        """Adjacent fancy indices stand where they stood; parted ones come first."""
        if not self.fancy or self.place is None:
            return tuple(self.dims)
        shape = broadcast(self.fancy)
        if shape is None:
            return None
        place = 0 if self.parted else self.place
        return (*self.dims[:place], *shape, *self.dims[place:])


def _array_item(array: Array, index: Type) -> Type:
    if isinstance(index, Bottom):
        return Bottom()
    parts = index.items if isinstance(index, Tuple) else (index,)
    if array.dims is None:
        return Array(array.dtype, None)
    dims = _indexed(array.dims, parts)
    if dims == () and any(_is_fancy(part) or _is_ellipsis(part) for part in parts):
        return Array(array.dtype, ()) if any(_is_ellipsis(part) for part in parts) else make_array(array.dtype, ())
    return make_array(array.dtype, dims)


def _indexed(dims: Dims, parts: tuple[Type, ...]) -> Dims | None:
    consumed = sum(map(_consumes, parts))
    if any(_consumes(part) < 0 for part in parts):
        return None
    walk, position, mixed = _Indexing([], []), 0, any(map(_is_fancy, parts))
    spread = False
    for part in parts:
        if _is_ellipsis(part):
            spread = True
            rest = max(len(dims) - consumed, 0)
            walk.basic(None)
            for dim in dims[position : position + rest]:
                walk.basic(dim)
            position += rest
            continue
        if isinstance(part, NoneT):
            walk.basic(ONE)
            continue
        if position + _consumes(part) > len(dims):
            return None
        _walk_part(walk, part, dims[position : position + _consumes(part)], mixed)
        position += _consumes(part)
    if not spread or position < len(dims):
        for dim in dims[position:]:
            walk.basic(dim)
    return walk.result()


def _walk_part(walk: _Indexing, part: Type, dims: Dims, mixed: bool) -> None:
    match part:
        case Slice():
            walk.basic(slice_dim(dims[0], part))
        case Opaque("slice"):
            walk.basic(UNKNOWN_DIM)
        case _ if _is_mask(part):
            walk.advanced((UNKNOWN_DIM,))
        case Int() | Scalar():
            # Beside an index array an integer is one too: it keeps its place among the fancy indices.
            walk.advanced(()) if mixed else walk.basic(None)
        case _:
            walk.advanced(_index_shape(part))


def _index_shape(part: Type) -> Dims | None:
    array = as_array(part)
    return array.dims if array else None


def _is_mask(part: Type) -> bool:
    array = as_array(part)
    return array is not None and array.dtype == "bool"


def _is_fancy(part: Type) -> bool:
    return isinstance(part, Array | List | Tuple | Bool) or (isinstance(part, Scalar) and part.dtype == "bool")


def _is_ellipsis(part: Type) -> bool:
    return isinstance(part, Opaque) and part.name == "ellipsis"


def _consumes(part: Type) -> int:
    """How many dims an index uses up; -1 where that cannot be known."""
    match part:
        case NoneT() | Opaque("ellipsis"):
            return 0
        case Int() | Opaque("slice"):
            return 1
        case Scalar(dtype):
            return -1 if dtype == "?" else 0 if dtype == "bool" else 1
        case Bool():
            return 0
        case Array("bool", dims):
            return -1 if dims is None else len(dims)
        case Array(dtype, dims):
            return -1 if dtype == "?" or dims is None else 1
        case List() | Tuple():
            array = as_array(part)
            return -1 if array is None or array.dtype == "?" else _consumes(array)
        case _:
            return -1


def _sequence_item(items: tuple[Type, ...], index: Type, *, as_tuple: bool) -> Type:
    at = as_int(index)
    if at is not None:
        return items[at] if -len(items) <= at < len(items) else Bottom()
    if isinstance(index, Slice):
        bounds = [None if isinstance(t, NoneT) else as_int(t) for t in (index.low, index.high, index.step)]
        plain = [isinstance(t, NoneT) or as_int(t) is not None for t in (index.low, index.high, index.step)]
        if all(plain) and bounds[2] != 0:
            chosen = items[slice(*bounds)]
            return Tuple(chosen) if as_tuple else List(join_all(chosen), chosen)
    if is_slice(index):
        return Any() if as_tuple else List(join_all(map(_without_value, items)))
    return join_all(map(_without_value, items)) if isinstance(index, _INTEGERS) else Any()


def _list_item(item: Type, items: tuple[Type, ...] | None, index: Type) -> Type:
    if items is not None:
        return _sequence_item(items, index, as_tuple=False)
    if is_slice(index):
        return List(item)
    return item if isinstance(index, _INTEGERS) else Any()


def _dict_item(value: Type, entries: tuple[tuple[object, Type], ...] | None, index: Type) -> Type:
    key = getattr(index, "value", None)
    if entries is not None and key is not None:
        return next((t for k, t in entries if k == key and type(k) is type(key)), Bottom())
    return value


def _key_type(key: object) -> Type:
    return Str() if isinstance(key, str) else Int() if type(key) is int else Any()


def _without_value(t: Type) -> Type:
    """An element without its literal value: what is taken out in a loop differs from iteration to iteration."""
    return Int() if isinstance(t, Int) else Str() if isinstance(t, Str) else t


