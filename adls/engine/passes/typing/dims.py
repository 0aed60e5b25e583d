"""Arithmetic of symbolic dims: broadcasting, slicing, products. A symbol is claimed only where it is provable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from adls.engine.ir.types import ONE, UNKNOWN_DIM, Dim, Int, same_dim

NOT_ONE = Dim("?", 0, False)

Dims = tuple[Dim, ...]


def literal(n: int) -> Dim:
    """The dim of a known length."""
    return ONE if n == 1 else Dim(str(n), 0, False)


def size(dim: Dim) -> int | None:
    """The length of a dim where it is a known number."""
    if dim.one:
        return 1
    return int(dim.symbol) + dim.offset if dim.symbol.isdigit() else None


def shift(dim: Dim, by: int) -> Dim:
    """A dim `by` longer. Python clamps a slice's length at 0, so that a clamped length must not grow again."""
    if not by:
        return dim
    known = size(dim)
    if known is not None:
        return literal(max(known + by, 0))
    if dim.symbol == "?" or (dim.offset < 0 < by):
        return UNKNOWN_DIM
    if dim.offset + by == 0:
        return Dim(dim.symbol)
    grown = dim.offset >= 0 and by > 0
    return Dim(dim.symbol, dim.offset + by, False if grown and dim.offset + by >= 2 else None)


def join_dims(a: Dim, b: Dim) -> Dim:
    """What is true of both dims."""
    if same_dim(a, b):
        return a if a.one is not None else b
    one = a.one if a.one == b.one else None
    return Dim("?", 0, one)


def broadcast_dim(a: Dim, b: Dim) -> Dim:
    """The length of two dims broadcast together, which the call has checked to be possible."""
    if a.one:
        return b
    if b.one:
        return a
    if a.one is False:
        return b if a.symbol == "?" and b.one is False else a
    if b.one is False:
        return b
    return a if same_dim(a, b) else UNKNOWN_DIM


def broadcast(shapes: Iterable[Dims | None]) -> Dims | None:
    """The shape of several broadcast together; None where a rank is unknown."""
    result: Dims = ()
    for shape in shapes:
        if shape is None:
            return None
        if len(shape) > len(result):
            result, shape = shape, result
        if shape:
            missing = len(result) - len(shape)
            tail = [broadcast_dim(a, b) for a, b in zip(result[missing:], shape, strict=True)]
            result = (*result[:missing], *tail)
    return result


def product(dims: Sequence[Dim]) -> Dim:
    """The number of elements; it is 1 just where every dim is 1."""
    rest = [dim for dim in dims if not dim.one]
    if not rest:
        return ONE
    if len(rest) == 1:
        return rest[0]
    sizes = [size(dim) for dim in rest]
    known = [n for n in sizes if n is not None]
    if len(known) == len(rest):
        total = 1
        for n in known:
            total *= n
        return literal(total)
    one = False if any(dim.one is False for dim in rest) else None
    if any(dim.symbol == "?" for dim in rest):
        return Dim("?", 0, one)
    return Dim("*".join(f"({dim})" if dim.offset else str(dim) for dim in rest), 0, one)


def total(dims: Sequence[Dim]) -> Dim:
    """The sum of lengths, as concatenation gives it."""
    sizes = [size(dim) for dim in dims]
    known = sum(n for n in sizes if n is not None)
    rest = [dim for dim, n in zip(dims, sizes, strict=True) if n is None]
    if not rest:
        return literal(known)
    if len(rest) == 1:
        return shift(rest[0], known)
    return NOT_ONE if any(dim.one is False for dim in rest) and known else UNKNOWN_DIM


def dim_of(n: Int) -> Dim:
    """The dim of an array made with this int as a length."""
    if n.value is not None:
        return literal(n.value) if n.value >= 0 else UNKNOWN_DIM
    return n.dim if n.dim is not None else UNKNOWN_DIM


def int_of(dim: Dim) -> Int:
    """The type of `x.shape[i]`."""
    known = size(dim)
    if known is not None:
        return Int(known, literal(known))
    return Int(None, None if dim.symbol == "?" and dim.one is None else dim)


def stride(dim: Dim, step: int) -> Dim:
    """The length of `x[::step]`."""
    if abs(step) == 1:
        return dim
    known = size(dim)
    if known is not None:
        return literal(-(-known // abs(step)))
    return derived(dim, f"[::{step}]")


def derived(dim: Dim, how: str, one: bool | None = None) -> Dim:
    """A length that follows from another dim and literals alone: equal wherever it is derived in the same way."""
    if dim.symbol == "?":
        return Dim("?", 0, one)
    return Dim(f"({dim}){how}" if dim.offset else f"{dim}{how}", 0, one)


def forget(dim: Dim) -> Dim:
    """The dim without its symbol, for one that stands for many."""
    return dim if dim.one else replace(dim, symbol="?", offset=0)
