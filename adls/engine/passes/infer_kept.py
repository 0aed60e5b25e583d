"""What is computed once and then kept: a `functools.cached_property`, written out as what it does.

    x = net.total            if runtime.lacks(net, "total"):
                                 net.total = Net.total.func(net)
                             x = net.total

Its value stays what it was when it was first asked for, whatever becomes of the attributes that it was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.entities import Member, UserFunction
from adls.engine.ir.ops import Const, If, Let, Op, Operand, Var
from adls.engine.passes.infer_generators import free_name

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference


def keep_property(inference: Inference, let: Let, operand: Operand, name: str, member: Member) -> None:
    """Have the function typed anew with a read of a cached property written out, where it is one of its text."""
    from adls.engine.passes.infer_iteration import written_out

    if not isinstance(member.entity, UserFunction) or not inference.program.known(member.entity.target):
        return
    lacks, made, span = Var(free_name(inference, "lacks")), Var(free_name(inference, name)), let.span
    make = (Let((made,), Op("apply", (operand,), (), member.entity.target), span),
            Let((), Op("setattr", (operand, made), (), name), span))
    read = Let(let.targets, Op("attr", (operand,), (("kept", Const(True)),), name), span)
    written_out(inference, let, (
        Let((lacks,), Op("runtime.lacks", (operand, Const(name))), span), If(lacks, make, (), span), read))
