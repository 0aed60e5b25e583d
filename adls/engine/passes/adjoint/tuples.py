"""Reversing names and tuples: cotangents are handed on, nothing is computed."""

from __future__ import annotations

from collections.abc import Callable

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Tuple
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.calls import reverse_as_call
from adls.engine.passes.adjoint.cotangents import Leaf, leaf_types
from adls.engine.passes.adjoint.memory import starred_part
from adls.engine.passes.adjoint.sequences import filled, reverse_part

ReadItem = Callable[[Builder, Let, Var, Operand, Operand], None]


def reverse_copy(b: Builder, let: Let) -> None:
    move(b, (let.targets[0].name,), let.op.args[0], ())


def move(b: Builder, leaf: Leaf, source: Operand, into: tuple[str | int, ...]) -> None:
    """Hand the cotangents of everything below `leaf` to the same places below `source`."""
    if not b.active(Var(str(leaf[0]))):
        return
    for found, _ in leaf_types(leaf, b.leaf_type(leaf)):
        if b.is_shadowed(found):
            continue
        # Also where the source is a constant: what the name meant before owes nothing to what it means from here on.
        same = b.is_blind(found) and isinstance(source, Var)  # What memory is owed lies where it is owed to the source.
        cotangent = b.state.pop(found, None) if same else b.take(found, signed=True)
        if cotangent is not None and isinstance(source, Var) and b.active(source):
            into_leaf = (source.name, *into, *found[len(leaf) :])
            value, type_ = cotangent.operand, b.leaf_type(into_leaf)
            if isinstance(b.leaf_type(found), Any) and isinstance(type_, Tuple):
                _spread(b, value, into_leaf)
                continue
            if isinstance(b.leaf_type(found), Any) and b.place is not None:
                value = filled(b, value, into_leaf, type_, b.place)
            value = b.real_part(value, b.leaf_type(found), type_)
            b.add(into_leaf, value, owned=cotangent.owned and value == cotangent.operand, negative=cotangent.negative)


def _spread(b: Builder, value: Operand, into: Leaf) -> None:
    """Hand the cotangent of what was not known for a tuple to the tuple's items."""
    for leaf, type_ in b.leaves_below(into):
        part = value
        for step in leaf[len(into) :]:
            part = b.emit(Op("runtime.pick", (part, Const(step))))
        b.add(leaf, filled(b, part, leaf, type_, b.place) if b.place is not None else part, owned=False)


def reverse_tuple(b: Builder, let: Let) -> None:
    if let.op.data:
        if b.active(let.targets[0]):
            b.refuse("unsupported-construct", construct="a starred display", reason="its length is not known",
                     way_out="write out the items")
        return
    if isinstance(b.function.type_of(let.targets[0]), Any):
        _give_items(b, let)
        return
    for position, item in enumerate(let.op.args):
        move(b, (let.targets[0].name, position), item, ())


def _give_items(b: Builder, let: Let) -> None:
    """A tuple that is one thing here and another there, such as a linked list's end: its cotangent comes whole."""
    taken = b.take((let.targets[0].name,)) if b.active(let.targets[0]) else None
    for position, item in enumerate(let.op.args) if taken is not None else ():
        for leaf, type_ in b.leaves(item):
            value: Operand = taken.operand if taken is not None else Const(None)
            for step in (position, *leaf[1:]):
                value = b.emit(Op("runtime.pick", (value, Const(step))))
            b.add(leaf, filled(b, value, leaf, type_, b.index.place(let)), owned=False)


def reverse_unpack(b: Builder, let: Let, read_item: ReadItem) -> None:
    source = let.op.args[0]
    type_ = b.function.type_of(source)
    if isinstance(type_, Tuple) and let.op.data is None:
        for position, target in enumerate(let.targets):
            move(b, (target.name,), source, (position,))
    elif isinstance(type_, Tuple):
        _unpack_starred(b, let, source, len(type_.items))
    elif isinstance(type_, Any) and let.op.data is None and any(map(b.active, let.targets)):
        reverse_as_call(b, let, "operator.getitem")
    elif any(map(b.active, let.targets)):
        star = let.op.data if isinstance(let.op.data, int) else len(let.targets)
        for position, target in enumerate(let.targets):
            if position == star:
                reverse_part(b, target, source, starred_part(b, let))
            else:
                read_item(b, let, target, source, Const(position if position < star else position - len(let.targets)))


def _unpack_starred(b: Builder, let: Let, source: Operand, length: int) -> None:
    star = let.op.data
    assert isinstance(star, int)
    behind = len(let.targets) - star - 1
    for position, target in enumerate(let.targets):
        if position < star:
            move(b, (target.name,), source, (position,))
        elif position > star:
            move(b, (target.name,), source, (length - behind + position - star - 1,))
        elif b.active(target):
            b.refuse("unsupported-construct", construct="a starred target", reason="its items carry a derivative",
                     way_out="unpack the items by name")
