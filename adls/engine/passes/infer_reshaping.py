"""`y.shape = s` of an array that goes by one name: the name is bound to the array in that shape.

    y = x * x                  y = x * x
    y.shape = (3, 1)     ->    y = y.reshape((3, 1))

Of an array that others may know the write stays what it is, and is refused: they would see the shape change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import For, Let, Op, Return, Statement, Var
from adls.engine.ir.types import Array
from adls.engine.ir.walk import defined, statements, used
from adls.engine.passes.effects import effect_of

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_KEEPING = ("copy", "apply", "call", "method", "closure", "setitem", "setattr", "record", "list.append")


def reshape_in_place(inference: Inference, let: Let, op: Op) -> None:
    """Have the function typed anew where setting the shape of an array is binding its name again."""
    from adls.engine.passes.infer_iteration import written_out

    target = op.args[0]
    if op.data != "shape" or not isinstance(target, Var) or not isinstance(inference.type_of(target), Array):
        return
    last = _returned_display(inference)
    if all(each is last or _keeps_alone(inference, each, target) for each in statements(inference.function.body)):
        written_out(inference, let, (Let((target,), Op("method", (target, op.args[1]), (), "reshape"), let.span),))


def _returned_display(inference: Inference) -> Statement | None:
    """The tuple that a function makes to return it at its end: nothing is done with the arrays any more."""
    match inference.function.body[-2:]:
        case Let((made,), Op("tuple")) as let, Return(value) if value == made:
            return let
        case _:
            return None


def _keeps_alone(inference: Inference, statement: Statement, target: Var) -> bool:
    """Whether a statement gives the array that a variable is no other name."""
    if target in defined(statement):
        if not isinstance(statement, Let) or len(statement.targets) != 1:
            return False
        op = inference.replaced.get(id(statement), (statement,))[-1].op
        return target in op.args[:1] or (not effect_of(op, inference.view).shares and op.prim not in _KEEPING)
    if target.name in inference.parameters:
        return False
    if target not in used(statement):
        return True
    if isinstance(statement, For):
        return True
    if not isinstance(statement, Let):
        return type(statement).__name__ == "Return"
    kept = {operand for kind, operand in effect_of(statement.op, inference.view).shares if kind in ("same", "holds")}
    stored = {value for _, value in effect_of(statement.op, inference.view).stores}
    if statement.op.prim == "method":
        return statement.op.args[0] == target and target not in statement.op.operands[1:]
    callee = statement.op.prim == "call" and not getattr(statement.op.args[0], "key", "")
    return target not in kept and target not in stored and not callee and statement.op.prim not in ("apply", "closure")
