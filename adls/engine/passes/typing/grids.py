"""Typing of `np.mgrid[0:n, 0:m]`: an array of coordinates for each axis."""

from __future__ import annotations

from adls.engine.ir.types import UNKNOWN_DIM, Any, Array, Complex, Dim, Float, Int, NoneT, Tuple, Type
from adls.engine.passes.typing.creation import arange_dim
from adls.engine.passes.typing.dims import literal
from adls.engine.passes.typing.given import Slice

MGRID = "MGridClass"
_PLAIN = (Int, Float, Complex, NoneT)


def grid_type(index: Type) -> Type:
    """The type of `np.mgrid[index]`."""
    if isinstance(index, Slice):
        return Array(_dtype((index,)), (_length(index),)) if _is_plain(index) else Any()
    if not isinstance(index, Tuple):
        return Any()
    axes = [axis for axis in index.items if isinstance(axis, Slice) and _is_plain(axis)]
    if not axes or len(axes) < len(index.items):
        return Any()
    return Array(_dtype(tuple(axes)), (literal(len(axes)), *map(_length, axes)))


def _is_plain(axis: Slice) -> bool:
    return all(isinstance(bound, _PLAIN) for bound in (axis.low, axis.high, axis.step))


def _dtype(axes: tuple[Slice, ...]) -> str:
    bounds = [bound for axis in axes for bound in (axis.low, axis.high, axis.step)]
    return "f64" if any(isinstance(bound, Float | Complex) for bound in bounds) else "i64"


def _length(axis: Slice) -> Dim:
    if not isinstance(axis.high, Int):
        return UNKNOWN_DIM
    start = Int(0) if isinstance(axis.low, NoneT) else axis.low
    return arange_dim(start, axis.high, Int(1) if isinstance(axis.step, NoneT) else axis.step)
