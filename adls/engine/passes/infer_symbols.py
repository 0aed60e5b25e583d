"""From a caller's types to an instance's and back: keys without sizes, dims renamed to the callee's own symbols.

An instance serves every call with the same key, and a key says of a dim only whether it is 1. So inside the instance
each dim has a symbol of its own, and at each call those symbols stand for the caller's dims.
"""

from __future__ import annotations

from collections.abc import Callable as Function
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from adls.engine.ir.types import (
    ONE,
    Array,
    Bool,
    Callable,
    Dict,
    Dim,
    Int,
    Iter,
    List,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.typing.dims import forget, shift
from adls.engine.passes.typing.given import Slice, Truth

SMALL = 8
"""Literal ints up to this size stay in a key: they are axes, positions in tuples and small powers."""
SHORT = 32
"""Literal strings up to this length stay in a key: they name modes, keys and einsum subscripts."""

_LETTERS = ("n", "m", "k", "p", "q", "r", "s", "u", "v", "w")


def map_dims(t: Type, change: Function[[Dim, bool], Dim]) -> Type:
    """A type with each of its dims changed, in a fixed order; the flag says whether one dim stands for many."""
    return _mapped(t, change, False)


def without_values(t: Type) -> Type:
    """A type without the literal values in it."""
    match t:
        case Truth():
            return Bool()
        case Int(_, dim):
            return Int(None, dim)
        case Str():
            return Str()
        case Tuple(items, name):
            return Tuple(tuple(map(without_values, items)), name)
        case _:
            return t


def widened(t: Type) -> Type:
    """A type as a key has it: without values that are not small literals."""
    match t:
        case Int(int(value), dim) if abs(value) > SMALL:
            return Int(None, dim)
        case Int(None, Dim(_, _, True)):
            return Int(1, ONE)
        case Str(str(value)) if len(value) > SHORT:
            return Str()
        case Tuple(items, name):
            return Tuple(tuple(map(widened, items)), name)
        case List(item, tuple(items)):
            return List(item, tuple(map(widened, items)), t.kind, t.optional)
        case _:
            return t


def key_text(t: Type) -> str:
    """A type in an instance's key: dims as N (not 1), 1 or ? (unknown)."""
    return _key_text(t) + ("|None" if isinstance(t, List | Dict) and t.optional else "")


def _key_text(t: Type) -> str:
    match t:
        case Array(dtype, dims):
            return f"{dtype}[{','.join(map(_dim_text, dims)) if dims is not None else '...'}]"
        case Int(int(value), _):
            return f"int={value}"
        case Truth():
            return f"bool={t.value}"
        case Str(str(value)):
            return f"str={value!r}"
        case Tuple(items, name):
            return f"{name}({','.join(map(key_text, items))})"
        case List(_, tuple(items)):
            return f"{t.kind}[{','.join(map(key_text, items))}]"
        case List(item, None):
            return f"{t.kind}[{key_text(item)}...]"
        case Dict(_, tuple(entries)):
            return t.cls + t.kind + "{" + ",".join(f"{key!r}:{key_text(value)}" for key, value in entries) + "}"
        case Dict(value, None):
            default = f"({key_text(t.default)})" if t.default is not None else ""
            return f"{t.kind}{default}{{...{key_text(value)}}}"
        case Iter(kind, item):
            return f"{kind}<{key_text(item)}>"
        case Callable(target, cells):
            return f"fn {target}" + (f"({','.join(map(key_text, cells))})" if cells else "")
        case Slice():
            return f"slice({key_text(t.low)},{key_text(t.high)},{key_text(t.step)})"
        case _:
            return str(t)


def instance_key(target: str, cells: Iterable[Type], params: Iterable[Type]) -> str:
    """The name of an instance: the same for the same function and widened types, whatever the sizes."""
    return f"{target}|{','.join(map(key_text, cells))}|{','.join(map(key_text, params))}"


def localised(types: Iterable[Type], names: Iterable[str], taken: Iterable[str], *, keep: bool = False
              ) -> tuple[Type, ...]:
    """Types with a symbol of its own for each dim; the length that an int parameter gives is called like it.

    `keep` leaves the symbols that are there.
    """
    fresh = _symbols(set(taken))

    def rename(dim: Dim, many: bool) -> Dim:
        if dim.one:
            return ONE
        if many:
            return forget(dim)
        return dim if keep and dim.symbol != "?" else Dim(next(fresh), 0, dim.one)

    return tuple(
        Int(None, Dim(name)) if isinstance(t, Int) and t.value is None else _with_sizes(t, rename)
        for name, t in zip(names, types, strict=True)
    )


def dims_of(types: Iterable[Type]) -> list[Dim]:
    """All dims in types, in the order in which `localised` names them."""
    found: list[Dim] = []

    def note(dim: Dim, many: bool) -> Dim:
        if not many and not dim.one:
            found.append(dim)
        return dim

    for t in types:
        _with_sizes(t, note)
    return found


def substitution(local: Iterable[Type], actual: Iterable[Type]) -> Mapping[str, Dim]:
    """What each symbol of an instance stands for at a call."""
    pairs = zip(dims_of(local), dims_of(actual), strict=True)
    return {inside.symbol: outside for inside, outside in pairs if inside.symbol != "?"}


def substituted(t: Type, meaning: Mapping[str, Dim]) -> Type:
    """A type of an instance in the caller's symbols; what has no meaning outside loses its symbol."""

    def replace(dim: Dim, many: bool) -> Dim:
        if dim.one or dim.symbol.isdigit():
            return dim
        outside = meaning.get(dim.symbol)
        if outside is None:
            return forget(dim)
        moved = shift(outside, dim.offset)
        return Dim(moved.symbol, moved.offset, dim.one) if moved.one is None else moved

    return map_dims(t, replace)


def shared_symbols(types: Iterable[Type]) -> str:
    """Which dims of an entry's types have the same symbol: part of its key, as the instance relies on it."""
    positions: dict[str, list[int]] = {}
    for position, dim in enumerate(dims_of(types)):
        if dim.symbol != "?":
            positions.setdefault(dim.symbol, []).append(position)
    shared = [found for found in positions.values() if len(found) > 1]
    return ";".join("=".join(map(str, found)) for found in shared)


def _symbols(taken: set[str]) -> Iterator[str]:
    round_ = 1
    while True:
        for letter in _LETTERS:
            name = letter if round_ == 1 else f"{letter}{round_}"
            if name not in taken:
                yield name
        round_ += 1


def _with_sizes(t: Type, change: Function[[Dim, bool], Dim]) -> Type:
    """As map_dims, where an int of unknown value counts as a dim too: it may be used as a size."""
    return _mapped(t, change, False, sizes=True)


def _mapped(t: Type, change: Function[[Dim, bool], Dim], many: bool, sizes: bool = False) -> Type:
    match t:
        case Array(dtype, dims):
            return t if not dims else Array(dtype, tuple([change(dim, many) for dim in dims]))
        case Int(None, dim) if dim is not None or (sizes and not many):
            # A key says nothing of an int, so that no claim about it may come from one caller.
            given = dim if dim is not None and not sizes else Dim(dim.symbol, dim.offset) if dim is not None else Dim()
            changed = change(given, many)
            return Int(None, None if changed.symbol == "?" and changed.one is None else changed)
        case Tuple(items, name):
            return Tuple(_all_mapped(items, change, many, sizes), name)
        case List(item, items):
            each = _mapped(item, change, True, sizes)
            return List(each, None if items is None else _all_mapped(items, change, many, sizes), t.kind, t.optional)
        case Dict(value, entries):
            known = None if entries is None else tuple([(k, _mapped(v, change, many, sizes)) for k, v in entries])
            each, default = _mapped(value, change, True, sizes), t.default
            return replace(t, value=each, items=known, default=default and _mapped(default, change, many, sizes))
        case Iter(kind, item):
            return Iter(kind, _mapped(item, change, True, sizes))
        case Callable(target, cells) if cells:
            return Callable(target, _all_mapped(cells, change, many, sizes))
        case Slice():
            return Slice("slice", *_all_mapped((t.low, t.high, t.step), change, many, sizes))
        case _:
            return t


def _all_mapped(types: Iterable[Type], change: Function[[Dim, bool], Dim], many: bool, sizes: bool) -> tuple[Type, ...]:
    return tuple([_mapped(t, change, many, sizes) for t in types])


def _dim_text(dim: Dim) -> str:
    return "1" if dim.one else "N" if dim.one is False else "?"


