"""Methods of objects of others, of which nothing is known: what they are given, they may not keep."""

from __future__ import annotations

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.effects import WRITERS
from adls.engine.passes.outside import is_unknown


def keeps_nothing(b: Builder, let: Let, carries: bool) -> None:
    """Have the run refuse a method of an object of others that keeps what it is given: that may be read later."""
    if let.op.data in WRITERS:
        check = Op("runtime.only_own_methods", (let.op.args[0], Const(let.op.data)))
        b.residuals.first(b.index.place(let), check, b.span)
    if not carries:
        watch_method(b, let, "runtime.called_on")


def watch_method(b: Builder, let: Let, watcher: str) -> None:
    op, place = let.op, b.index.place(let)
    bound = b.pinned(("bound", place.number), f"bound_{op.data}")
    called = Op(watcher, (bound, *op.args[1:]), op.kwargs)
    b.plan.calls[place.number] = [Let((bound,), Op("attr", op.args[:1], (), op.data), let.span),
                                  Let(let.targets, called, let.span)]


def is_outside(b: Builder, receiver: Operand) -> bool:
    """Whether an object of which nothing is known may be seen by others: a global, a parameter, or a part of one."""
    if not is_unknown(b.function, receiver):
        return False
    if not isinstance(receiver, Var):
        return True
    if is_part_of_parameter(b, receiver):  # What the user's own call leaves in its arguments, nobody asks for.
        return receiver.name in b.active.needed or b.callees.inside or not b.callees.is_entry(b.key)
    return receiver.name in b.active.outside


def is_part_of_parameter(b: Builder, operand: Var) -> bool:
    """Whether a variable is, or was read off, a parameter that carries no derivative."""
    mine = b.memory.class_of(operand.name)
    return any(mine in b.memory.reached(name) for name in b.memory.parameters
               if not b.active(Var(name)) and is_unknown(b.function, Var(name)))
