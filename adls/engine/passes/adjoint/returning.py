"""Reversing a return: the seed is handed to what was returned."""

from __future__ import annotations

from adls.engine.ir.ops import Const, Op, Operand, Var
from adls.engine.ir.types import Any, Tuple, Type
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import Leaf, is_container
from adls.engine.passes.adjoint.memory import received
from adls.engine.passes.adjoint.sequences import filled


def reverse_return(b: Builder, value: Operand) -> None:
    """Emit the reversal of a return."""
    if b.interface.aliases_parameter is not None or not b.interface.seeded:
        return
    if isinstance(value, Var) and b.active(value):
        containers = [leaf for leaf, type_ in b.leaves(value) if is_container(type_)]
        met = b.emit(Op("dict"), b.names.fresh("met")) if len(containers) > 1 else None
        for leaf, item in b.taken_apart(b.seed_variable, (value.name,), b.function.result):
            known = _below(b.function.result, leaf)
            blind = isinstance(known, Any)  # Callers know no type, have None for zero, and look no shadow up.
            if blind and b.is_looked_up(leaf):
                add, item = ("runtime.add_into", b.without_arrays(leaf, item)) if is_container(b.leaf_type(leaf)) else (
                    "runtime.add_part", item)
                b.effect(Op(add, (b.shadow(leaf) or Const(None), item)))
            elif not b.is_looked_up(leaf):
                assert b.place is not None
                item = filled(b, item, leaf, b.leaf_type(leaf), b.place) if blind else item
                _give(b, leaf, b.real_part(received(b, leaf, item), known, b.leaf_type(leaf)), met)


def _give(b: Builder, leaf: Leaf, item: Operand, met: Operand | None) -> None:
    """Add to what was returned; what several containers hold is one cotangent, and is added once."""
    if b.key.shared and is_container(b.leaf_type(leaf)):
        b.effect(Op("runtime.move_into", (b.shadow(leaf) or Const(None), item)))
    elif met is not None and is_container(b.leaf_type(leaf)):
        b.effect(Op("runtime.add_into", (b.shadow(leaf) or Const(None), item, met)))
    else:
        b.add(leaf, item, owned=False)


def _below(type_: Type, leaf: Leaf) -> Type:
    """The type of what a function gives back, at a leaf of what one of its returns does."""
    for step in leaf[1:]:
        type_ = type_.items[step] if isinstance(type_, Tuple) and isinstance(step, int) else Any()
    return type_
