"""The type of a formula's arithmetic, where operands of one shape and numbers meet."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from adls.engine.ir.ops import Const, Op, Operand
from adls.engine.ir.types import Array, Bool, Float, Int, Scalar, Type, same_dim
from adls.engine.rules.table import lookup

_ARITHMETIC = {f"operator.{name}" for name in ("add", "sub", "mul", "truediv", "neg")}


def elementwise_type(op: Op, type_of: Callable[[Operand], Type]) -> Type | None:
    """The array type that an elementwise operation keeps, or a Python float's; None where it is not known."""
    if not _is_elementwise(op.prim) or op.kwargs:
        return None
    found: Array | None = None
    first: Operand | None = None
    for operand in op.args:
        type_ = type_of(operand)
        if isinstance(type_, Array) and type_.dtype[0] not in "fc":
            return None  # Integers become floats on the way, or do not.
        if isinstance(type_, Array) and type_.dims and (found is None or operand == first or _same(found, type_)):
            found, first = found or type_, first or operand
        elif not _is_number(operand, type_, found):
            return None
    return found or _number_type(op, type_of)


def _number_type(op: Op, type_of: Callable[[Operand], Type]) -> Type | None:
    """The type of arithmetic on Python's floats."""
    types = [type_of(operand) for operand in op.args]
    floats = op.prim in _ARITHMETIC and any(isinstance(each, Float) for each in types)
    return Float() if floats and all(isinstance(each, Float | Int) for each in types) else None


def _same(a: Array, b: Array) -> bool:
    return (a.dtype == b.dtype and a.dims is not None and b.dims is not None and len(a.dims) == len(b.dims)
            and all(map(same_dim, a.dims, b.dims)))


def _is_number(operand: Operand, type_: Type, array: Array | None) -> bool:
    if isinstance(operand, Const):
        return isinstance(operand.value, int | float)
    return isinstance(type_, Float | Int | Bool) or (isinstance(type_, Scalar) and type_.dtype in ("f64", "f32") and (
        array is None or array.dtype == "f64"))


@cache
def _is_elementwise(prim: str) -> bool:
    """Whether the operation gives floats of its operands' shape."""
    first = lookup(prim)[:1]
    return any(row.elementwise and row.alias in ("fresh", "maybe:v") and row.cotangents for row in first) and (
        not prim.startswith(("math.", "builtins.")))
