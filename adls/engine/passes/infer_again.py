"""Typing what an earlier inference has made of constructors, where generated functions are typed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Let, Op, Var
from adls.engine.ir.types import Any, Bottom, Dict, Tuple, Type
from adls.engine.passes.infer_records import class_named
from adls.engine.passes.typing import join_all

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference


def infer_new(inference: Inference, let: Let, op: Op) -> Type:
    """`runtime.new(Class)`: an instance without attributes, so far."""
    cls = class_named(inference.type_of(op.args[0]))
    return Dict(Bottom(), (), cls) if cls else Any()


def infer_record(inference: Inference, let: Let, op: Op) -> Type:
    """A constructor that stores what it gets."""
    cls = class_named(inference.type_of(op.args[0]))
    made = inference.resolver.construction(cls) if cls else None
    if made is None or made.stored is None:
        return Any()
    given = {name: inference.type_of(operand) for name, operand in op.kwargs}
    types = {each.name: given.get(each.name) or each.default or Any() for each in made.stored}
    named = isinstance(op.data, tuple)
    for target in let.targets:
        for name, operand in op.kwargs:
            if isinstance(operand, Var):
                place = list(types).index(name) if named else name
                heap = inference.heap
                heap.unify(heap.field(heap.node(target.name), place), heap.node(operand.name))
    if named:
        return Tuple(tuple(types.values()), cls.rpartition(".")[2])
    return Dict(join_all(types.values()), tuple(sorted(types.items(), key=str)), cls)
