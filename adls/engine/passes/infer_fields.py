"""Calls of what an instance holds, and what its class holds.

In `x.f(...)`, f may be a field with a function in it, or a property that gives one. Containers of the class are read
off it: `x.__class__.table`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.entities import Library, Member, Value
from adls.engine.ir.ops import Let, Op, Operand, Var
from adls.engine.ir.types import Any, Dict, List, NoneT, Tuple, Type
from adls.engine.ir.walk import lets
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.infer_names import entity_type
from adls.engine.passes.infer_unroll import UnrolledError, put

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference


def is_field(inference: Inference, owner: Type, name: str) -> bool:
    """Whether a name is what an instance, or a NamedTuple, holds."""
    from adls.engine.passes.infer_records import fields_of

    if isinstance(owner, Tuple):
        fields = fields_of(inference, owner.name)
        return name in fields and len(fields) == len(owner.items)
    return isinstance(owner, Dict) and name in dict(owner.items or ())


def called_field(inference: Inference, let: Let, op: Op) -> Type:
    """`x.f(...)` where f is an attribute that holds a function."""
    from adls.engine.passes.infer_ops import infer_op

    (function,) = Prelude(inference, let).temporaries(1)
    steps = tuple(inference.derived(let, step.targets, step.op) for step in _steps(let, op, function))
    for step in steps:
        infer_op(inference, step)
    inference.replaced[id(let)] = tuple(
        each for step in steps for each in inference.replaced.get(id(step), (step,)))
    return inference.type_of(let.targets[0]) if let.targets else NoneT()


def called_property(inference: Inference, let: Let, op: Op) -> Type:
    """`x.f(...)` where f is a property: raise UnrolledError, so that what it captures is seen where it is made."""
    if not inference.patient or not inference.uses.is_of_text(let):
        return called_field(inference, let, op)
    taken = {target.name for each in lets(inference.function) for target in each.targets}
    function = Var(next(name for n in range(len(taken) + 1) if (name := f"{op.data}_{n}") not in taken))
    raise UnrolledError(put(inference.function, let, _steps(let, op, function)))


def class_data(inference: Inference, let: Let, operand: Operand, member: Member) -> Type:
    """`x.name` where the class of x has data under the name."""
    from adls.engine.passes.infer_ops import infer_op

    entity = member.entity
    if member.kind != "value" or not isinstance(entity, Value | Library):
        return Any()
    found = entity_type(inference.program, entity, "")
    if isinstance(found, List | Dict) and let.op.data != "__class__":
        (cls,) = Prelude(inference, let).temporaries(1)
        steps = (inference.derived(let, (cls,), Op("attr", (operand,), (), "__class__")),
                 Let(let.targets, Op("attr", (cls,), (), let.op.data), let.span))
        infer_op(inference, steps[0])
        inference.replaced[id(let)] = steps
    return found


def _steps(let: Let, op: Op, function: Var) -> tuple[Let, Let]:
    return (Let((function,), Op("attr", op.args[:1], (), op.data), let.span),
            Let(let.targets, Op("call", (function, *op.args[1:]), op.kwargs, ()), let.span))
