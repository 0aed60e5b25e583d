"""Views of several arrays at once (`np.broadcast_arrays`), where these have shadows.

Which of them are views, and of what, only the run knows. As long as nobody writes the memory, a copy is as good as the
view, and has a shadow of its own: the forward pass makes one. Where an array is written, the view is refused.
"""

from __future__ import annotations

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import Array, Tuple, Type
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.index import Place

OVERLAPPING = {"numpy.broadcast_arrays"}


def is_copied(b: Builder, let: Let) -> bool:
    """Whether an operation gives a view whose elements share memory, of an array with a shadow: it is copied."""
    if let.op.prim not in OVERLAPPING:
        return False
    return any(b.is_shadowed(leaf) for target in let.targets for leaf, _ in b.leaves(target))


def copy(b: Builder, let: Let, place: Place) -> None:
    """Have the forward pass copy what the operation gives."""
    operands = [*let.targets, *(operand for operand in let.op.operands if isinstance(operand, Var))]
    if any(b.memory.is_changed(inner) for operand in operands for inner in b.memory.reached(operand.name)):
        b.refuse("unsupported-construct", construct="a broadcast view of memory that is written",
                 reason="its elements share memory", way_out="broadcast a copy")
        return
    views = tuple(_variable(b, b.function.type_of(target)) for target in let.targets)
    made = [Let(views, let.op, let.span)]
    for target, view in zip(let.targets, views, strict=True):
        copied = _copied(b, let, view, b.function.type_of(target), made)
        made.append(Let((target,), Op("copy", (copied,)), let.span))
    b.plan.calls[place.number] = list(made)


def _copied(b: Builder, let: Let, view: Var, type_: Type, made: list[Let]) -> Operand:
    if isinstance(type_, Array):
        return _emit(b, let, Op("ndarray.copy", (view,)), type_, made)
    if not isinstance(type_, Tuple):
        return view
    parts = [(_emit(b, let, Op("getitem", (view, Const(n))), part, made), part) for n, part in enumerate(type_.items)]
    return _emit(b, let, Op("tuple", tuple(_copied(b, let, each, part, made) for each, part in parts)), type_, made)


def _emit(b: Builder, let: Let, op: Op, type_: Type, made: list[Let]) -> Var:
    var = _variable(b, type_)
    made.append(Let((var,), op, let.span))
    return var


def _variable(b: Builder, type_: Type) -> Var:
    var = Var(b.names.temporary())
    b.residuals.types[var.name] = type_
    return var
