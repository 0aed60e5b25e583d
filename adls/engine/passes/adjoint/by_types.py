"""Functions whose meaning hangs on what they get: `list(x)`, `copy.deepcopy(x)`, `(1,) + x`.

Of values of which nothing is known, the run calls them by what they then get."""

from __future__ import annotations

from adls.engine.ir.ops import Const, Global, Let, Op, Var
from adls.engine.ir.types import Any, List, Tuple
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.calls import distribute
from adls.engine.passes.adjoint.residuals import RESIDUALS

_BY_TYPES = ("builtins.list", "builtins.tuple", "builtins.sorted", "copy.copy", "copy.deepcopy")
_WALKING = ("builtins.list", "builtins.tuple", "builtins.sorted")
_JOINING = ("operator.add", "operator.mul")


def is_by_types(b: Builder, let: Let) -> bool:
    """Whether an operation is such a call."""
    op, types = let.op, [b.function.type_of(operand) for operand in let.op.args]
    if op.kwargs or op.data or len(let.targets) != 1 or not any(isinstance(each, Any) for each in types):
        return False
    sequence = any(isinstance(each, Tuple | List) for each in types)
    return op.prim in _BY_TYPES or (op.prim in _JOINING and sequence)


def reverse_by_types(b: Builder, let: Let) -> None:
    """A call of the function, which the run resolves."""
    place, target, op = b.index.place(let), let.targets[0], let.op
    if op.prim in _WALKING:
        b.residuals.first(place, Op("runtime.only_walkable", op.args[:1]), b.span)
    kept = b.pinned(("call", place.number), "call_kept")
    b.residuals.types[kept.name] = RESIDUALS
    call = Op("forward_dynamic", (Global(op.prim, op.prim), *op.args))
    b.plan.calls[place.number] = [Let((target, kept), call, let.span)]
    kept_var = b.residuals.keep_name(place.scope, kept.name, RESIDUALS, let.span, "what the operation keeps")
    if not any(b.has(leaf) for leaf, _ in b.leaves(target)):
        return
    result = b.emit(Op("backward_dynamic", (kept_var, b.packed((target,), place))), b.names.fresh("d_call"), Any())
    for position, operand in enumerate(op.args):
        if isinstance(operand, Var) and b.active(operand):
            item = b.emit(Op("getitem", (result, Const(position + 1))), None, b.function.type_of(operand))
            distribute(b, operand, item)
