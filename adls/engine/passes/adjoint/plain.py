"""What has operators of its own: masked arrays, matrices, series. Arithmetic's rules are not true of it."""

from __future__ import annotations

from adls.engine.ir.ops import Const, Global, Let, Op, Operand
from adls.engine.ir.types import Any, Dict, Opaque, Type
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.index import Place


def only_plain(b: Builder, let: Let, place: Place) -> None:
    """Have the run refuse what is no array or number but computes with them, where an operand's type is not known:
    what it makes of an operation is its own."""
    if b.function.role != "primal" or not isinstance(b.function.type_of(let.targets[0]), Any):
        return
    instances = any(isinstance(t, Dict) and t.cls for t in b.function.types.values())
    for operand in let.op.operands:
        known = isinstance(operand, Const) or (isinstance(operand, Global) and operand.key) or (
            b.active(operand) and not instances)  # Where there are objects, what varies may be one of unknown class.
        if not known and _may_compute(b.function.type_of(operand)):
            b.residuals.first(place, Op("runtime.only_plain", (operand,)), b.span)


def only_fixed(b: Builder, place: Place, construct: str, reason: str, way_out: str, *values: Operand) -> None:
    """Have the run refuse what cannot be followed, if it comes to it with a value that may carry a derivative."""
    texts = (Const(construct), Const(reason), Const(way_out))
    b.residuals.first(place, Op("runtime.only_fixed", (*texts, *values)), b.span)


def _may_compute(type_: Type) -> bool:
    return isinstance(type_, Any) or (
        isinstance(type_, Opaque) and type_.name not in ("slice", "ellipsis") and " " not in type_.name)
