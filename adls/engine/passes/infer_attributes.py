"""Attributes whose names are texts, written as what they are where the text is known.

    getattr(net, "size")                   net.size
    getattr(net, "size", 3)                net.size, or 3 where it has none
    setattr(net, "size", n)                net.size = n
    net.__getattribute__("size")           net.size
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import For, Global, Let, Op, Operand, Var
from adls.engine.ir.types import Dict, NoneT, Opaque, Str, Type
from adls.engine.ir.walk import statements

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_READS = ("builtins.getattr", "__getattribute__")
_WRITES = ("builtins.setattr", "__setattr__")


def named_attribute(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of a read, or a write, of an attribute of an instance by its name as a text; None for all else."""
    from adls.engine.passes.infer_ops import infer_op
    from adls.engine.passes.infer_records import attribute_is_known

    what = _what(op)
    if not what or op.kwargs or len(op.args) < 2:
        return None
    owner, name = inference.type_of(op.args[0]), _text(inference, op.args[1])
    if name is None or not ((isinstance(owner, Dict) and owner.cls) or isinstance(owner, Opaque)):
        return None
    if what in _WRITES and len(op.args) == 3 and isinstance(owner, Dict):
        step = inference.derived(let, (), Op("setattr", (op.args[0], op.args[2]), (), name))
    elif what in _READS and (len(op.args) == 2 or attribute_is_known(inference, owner, name)):
        step = inference.derived(let, let.targets, Op("attr", op.args[:1], (), name))
    elif what == "builtins.getattr" and isinstance(owner, Dict):
        step = inference.derived(let, let.targets, Op("copy", op.args[2:]))
    else:
        return None
    infer_op(inference, step)
    inference.replaced[id(let)] = inference.replaced.get(id(step), (step,))
    return inference.type_of(let.targets[0]) if let.targets else NoneT()


def names_attributes(loop: For) -> bool:
    """Whether what a loop walks over are names of attributes that its body reads or writes."""
    named = {loop.target.name}
    inside = [each for each in statements(loop.body) if isinstance(each, Let)]
    for let in inside:
        if let.op.prim == "unpack" and isinstance(let.op.args[0], Var) and let.op.args[0].name in named:
            named |= {target.name for target in let.targets}
    return any(_what(op) and len(op.args) > 1 and getattr(op.args[1], "name", "") in named
               for op in (_called(let.op) for let in inside))


def _called(op: Op) -> Op:
    """A call of a library's function as the function's own operation."""
    callee = op.args[0] if op.prim == "call" and op.args else None
    return Op(callee.key, op.args[1:], op.kwargs) if isinstance(callee, Global) and callee.key else op


def _what(op: Op) -> str:
    what = str(op.data) if op.prim == "method" else op.prim
    return what if what in (*_READS, *_WRITES) else ""


def _text(inference: Inference, operand: Operand) -> str | None:
    found = inference.type_of(operand)
    return found.value if isinstance(found, Str) else None
