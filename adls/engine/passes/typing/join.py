"""The join of types: what is true of a variable that several assignments reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeGuard

from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Bottom,
    Callable,
    Complex,
    Dict,
    Dim,
    Float,
    Int,
    Iter,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
    same_dim,
)
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import join_dims

OBJECT = Opaque("object")
_NUMBERS = (Bool, Int, Float, Complex)
_CONSTANT = (NoneT, Bool, Int, Str, Opaque)


def join(a: Type, b: Type) -> Type:
    """The least type that both belong to.

    A Python number that elsewhere is a NumPy scalar (`total = 0.0` before a loop that adds) counts as the
    scalar: both have rank 0, are immutable, and carry the same derivative.
    """
    if a is b or a == b:
        return a
    if isinstance(a, Bottom):
        return b
    if isinstance(b, Bottom):
        return a
    if type(a) is type(b):
        return _join_alike(a, b)
    if isinstance(a, _NUMBERS) and isinstance(b, _NUMBERS):
        return _join_numbers(a, b)
    if isinstance(a, Scalar) or isinstance(b, Scalar):
        return _join_scalar(a, b) if isinstance(a, Scalar) else _join_scalar(b, a)
    if isinstance(a, _CONSTANT) and isinstance(b, _CONSTANT):
        return OBJECT
    if isinstance(b, NoneT):
        a, b = b, a
    if isinstance(a, NoneT) and _is_container(b):
        return replace(b, optional=True)
    return Any()


def _is_container(t: Type) -> TypeGuard[List | Dict]:
    """Whether None may stand for it: instances may lead to one of their own class, and so on without end."""
    return isinstance(t, List) or (isinstance(t, Dict) and not t.cls)


def join_all(types: Iterable[Type]) -> Type:
    """The join of any number of types; Bottom for none."""
    result: Type = Bottom()
    for each in types:
        result = join(result, each)
    return result


def _join_numbers(a: Type, b: Type) -> Type:
    rank = {kind: position for position, kind in enumerate(_NUMBERS)}

    def kind_of(t: Type) -> type:
        return next(kind for kind in _NUMBERS if isinstance(t, kind))

    return max(kind_of(a), kind_of(b), key=rank.__getitem__)()  # type: ignore[no-any-return]


def _join_scalar(scalar: Type, other: Type) -> Type:
    if not isinstance(scalar, Scalar):
        return Any()
    kind = dtypes.weak_kind(other)
    if kind:
        return Scalar(dtypes.promote_weak(scalar.dtype, kind))
    return Any()  # Nor with an array: that is memory, which a scalar is not.


def _join_alike(a: Type, b: Type) -> Type:
    match a, b:
        case (Array(d, shape), Array(e, other)):
            return Array(d if d == e else dtypes.UNKNOWN, _join_shapes(shape, other))
        case (Scalar(), Scalar()):
            return Scalar(dtypes.UNKNOWN)
        case (Int(v, m), Int(w, n)):
            same = m is not None and n is not None and same_dim(m, n)
            return Int(v if v == w else None, m if same else None)
        case (Tuple(items, name), Tuple(others, other_name)):
            if len(items) != len(others) or name != other_name:
                return Any()
            return Tuple(tuple(map(join, items, others)), name)
        case (List(), List()):
            return _join_lists(a, b)
        case (Dict(), Dict()):
            return _join_dicts(a, b)
        case (Iter(kind, item), Iter(other_kind, other_item)):
            return Iter(kind if kind == other_kind else "iterator", join(item, other_item))
        case (Callable(), Callable()):
            return _join_functions(a, b)
        case _:
            return _join_plain(a)


def _join_plain(a: Type) -> Type:
    if isinstance(a, Bool):
        return Bool()
    if isinstance(a, Str):
        return Str()
    if isinstance(a, Opaque):
        return Opaque("slice") if a.name == "slice" else OBJECT
    return a


def _join_shapes(a: tuple[Dim, ...] | None, b: tuple[Dim, ...] | None) -> tuple[Dim, ...] | None:
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(map(join_dims, a, b))


def _join_lists(a: List, b: List) -> Type:
    item = join(a.item, b.item)
    if a.kind != b.kind:
        return Any()
    optional = a.optional or b.optional
    if a.items is None or b.items is None or len(a.items) != len(b.items):
        return List(item, None, a.kind, optional)
    return List(item, tuple(map(join, a.items, b.items)), a.kind, optional)


def _join_dicts(a: Dict, b: Dict) -> Type:
    value = join(a.value, b.value)
    if a.cls or b.cls:
        return _join_records(a, b) if a.cls == b.cls else Any()
    if a.kind != b.kind or a.default != b.default:
        return Any()
    a = replace(a, optional=a.optional or b.optional)
    if a.items is None or b.items is None or [k for k, _ in a.items] != [k for k, _ in b.items]:
        return replace(a.any_keys(), value=value)
    items = tuple((k, join(t, u)) for (k, t), (_, u) in zip(a.items, b.items, strict=True))
    return replace(a, value=value, items=items, later=a.later | b.later)


def _join_records(a: Dict, b: Dict) -> Type:
    """An attribute that one of them lacks is not set yet, or is of the class."""
    entries = dict(b.items or ())
    for key, t in a.items or ():
        entries[key] = join(t, entries[key]) if key in entries else t
    return Dict(join_all(entries.values()), tuple(sorted(entries.items(), key=str)), a.cls)


def _join_functions(a: Callable, b: Callable) -> Type:
    if a.target != b.target or len(a.cells) != len(b.cells):
        return Callable()
    return Callable(a.target, tuple(map(join, a.cells, b.cells)))
