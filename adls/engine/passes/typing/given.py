"""What a typing rule gets: the types of a call's operands by name, with what is known of their values."""

from __future__ import annotations

from collections.abc import Callable as Function
from collections.abc import Mapping
from typing import TypeAlias

from adls.engine.ir.ops import Const
from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Bottom,
    Dim,
    Int,
    Iter,
    List,
    NoneT,
    Opaque,
    Scalar,
    Tuple,
    Type,
    type_of_literal,
)
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import Dims, dim_of, literal
from adls.engine.source.frozen import dataclass

NONE = NoneT()


@dataclass(frozen=True, slots=True)
class Truth(Bool):
    """A bool of known value: a literal, or a test that the types decide."""

    value: bool = False

    __str__ = Bool.__str__


@dataclass(frozen=True, slots=True)
class Slice(Opaque):
    """A slice object with the types of its bounds."""

    name: str = "slice"
    low: Type = NONE
    high: Type = NONE
    step: Type = NONE

    __str__ = Opaque.__str__


@dataclass(frozen=True, slots=True)
class Given:
    """A call of `prim`; `types` holds each operand of its signature, the one named `star` as a Tuple."""

    prim: str
    types: Mapping[str, Type]
    star: str = ""

    def __getitem__(self, name: str) -> Type:
        return self.types.get(name, NoneT())

    @property
    def first(self) -> Type:
        return next(iter(self.types.values()), Any())

    def spread(self) -> tuple[Type, ...]:
        """All operands in order, those of a starred name one by one."""
        found: list[Type] = []
        for name, t in self.types.items():
            found += t.items if name == self.star and isinstance(t, Tuple) else (t,)
        return tuple(found)

    @property
    def python(self) -> bool:
        """Whether the call gives a Python number for Python numbers."""
        return self.prim.startswith(("operator.", "math.", "builtins."))


Rule: TypeAlias = Function[[Given, str], Type]


def literal_type(value: object) -> Type:
    """The type of a literal operand, keeping what a rule can use of its value."""
    return Truth(value) if isinstance(value, bool) else type_of_literal(value)


def const_type(constant: Const) -> Type:
    return literal_type(constant.value)


def as_int(t: Type) -> int | None:
    """An int's value where it is known."""
    return t.value if isinstance(t, Int) else None


def as_ints(t: Type) -> tuple[int, ...] | None:
    """The values of an int or of a tuple of ints where all are known."""
    items = t.items if isinstance(t, Tuple | List) and t.items is not None else (t,)
    values = [as_int(item) for item in items]
    known = tuple(value for value in values if value is not None)
    return known if len(known) == len(values) else None


def as_bool(t: Type) -> bool | None:
    """A flag's value where it is known."""
    if isinstance(t, NoneT):
        return False
    return t.value if isinstance(t, Truth) else None


def shape_of(t: Type) -> Dims | None:
    """The dims that a shape argument stands for; None where even their number is unknown."""
    match t:
        case Int():
            return (dim_of(t),)
        case Scalar():
            return (Dim(),)
        case Tuple(items) | List(_, tuple(items)):
            return tuple(dim_of(item) if isinstance(item, Int) else Dim() for item in items)
        case _:
            return None


def make_array(dtype: str, dims: Dims | None) -> Type:
    """An array, or a scalar where the rank is 0."""
    return Scalar(dtype) if dims == () else Array(dtype, dims)


def as_array(t: Type) -> Array | None:
    """The array that NumPy makes of an operand (rank 0 for numbers); None where that is unknown."""
    match t:
        case Array():
            return t
        case Scalar(dtype):
            return Array(dtype, ())
        case Tuple(items) | List(_, tuple(items)):
            return _array_of_items(items)
        case List(item, None) | Iter("range", item):
            inner = as_array(item)
            return inner and Array(inner.dtype, None if inner.dims is None else (Dim(), *inner.dims))
        case _:
            kind = dtypes.weak_kind(t)
            return Array(dtypes.of_kind(kind), ()) if kind else None


def _array_of_items(items: tuple[Type, ...]) -> Array | None:
    arrays = [as_array(item) for item in items]
    known = [array for array in arrays if array is not None]
    if len(known) < len(items):
        return None
    if not known:
        return Array("f64", (literal(0),))
    strong = [array.dtype for array in known]
    dtype = strong[0]
    for other in strong[1:]:
        dtype = dtypes.promote(dtype, other)
    shapes = [array.dims for array in known]
    first = shapes[0]
    if first is None or any(shape is None or len(shape) != len(first) for shape in shapes):
        return Array(dtype, None)
    return Array(dtype, (literal(len(items)), *_common(shapes)))


def _common(shapes: list[Dims | None]) -> Dims:
    """The dims of items that must agree: what is known of any one holds for all."""
    result = shapes[0] or ()
    for shape in shapes[1:]:
        result = tuple(b if a.symbol == "?" or a.one is None else a for a, b in zip(result, shape or (), strict=True))
    return result


def hopeless(*types: Type) -> Type | None:
    """Bottom where an operand never comes to be; Any where nothing is known of one."""
    if any(isinstance(t, Bottom) for t in types):
        return Bottom()
    return Any() if any(isinstance(t, Any) for t in types) else None
