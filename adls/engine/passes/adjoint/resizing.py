"""Lists and dicts that lose, gain or turn round their items: the shadow container does the opposite.

    y = xs.pop(i)             runtime.put_back(d_xs, i, d_y)
    xs.insert(i, v)           d_v += runtime.take_out(d_xs, i)
    xs.reverse()              d_xs.reverse()
    xs.rotate(n)              runtime.rotate(d_xs, -n)
"""

from __future__ import annotations

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import is_container
from adls.engine.passes.adjoint.made import zero_item
from adls.engine.passes.adjoint.sequences import element_type, give


def reverse_pop(b: Builder, let: Let) -> None:
    """`y = xs.pop(i)` and `y = d.pop(k)`: what was taken out goes back to its place, with y's cotangent."""
    container, *key = let.op.args
    if not b.active(container):
        return
    place = b.index.place(let)
    where: Operand = b.index_operand(key[0], place) if key else Const(-1)
    value = _taken(b, let, container)
    b.effect(Op("runtime.put_back", (b.container(container, after=True), where, value)))


def _taken(b: Builder, let: Let, container: Operand) -> Operand:
    """The cotangent of what was taken out; nothing where nobody used it."""
    if let.targets and b.active(let.targets[0]):
        target = let.targets[0]
        if is_container(b.function.type_of(target)):
            return b.container(target, after=True)
        if any(b.has(leaf) for leaf, _ in b.leaves(target) if not b.is_shadowed(leaf)):
            return b.packed_element((target.name,))
    return zero_item(element_type(b, container))


def reverse_insert(b: Builder, let: Let) -> None:
    """`xs.insert(i, v)`: v takes the item of the shadow at that place, which the list does not have before."""
    container, index, value = let.op.args
    if not b.active(container):
        return
    place = b.index.place(let)
    where = b.index_operand(index, place)
    taken = b.emit(Op("runtime.take_out", (b.container(container, after=True), where)))
    if b.active(value):
        assert isinstance(container, Var)
        named, _ = b.name_value(taken, f"d_{container.name}_item", b.function.type_of(value))
        give(b, value, named, place, container)


def reverse_reverse(b: Builder, let: Let) -> None:
    """`xs.reverse()`."""
    if b.active(let.op.args[0]):
        b.effect(Op("list.reverse", (b.container(let.op.args[0], after=True),)))


def reverse_rotate(b: Builder, let: Let) -> None:
    """`xs.rotate(n)`."""
    container, count = let.op.args
    if b.active(container):
        back = b.emit(Op("operator.neg", (b.index_operand(count, b.index.place(let)),)))
        b.effect(Op("runtime.rotate", (b.container(container, after=True), back)))


def reverse_repeat(b: Builder, let: Let) -> None:
    """`[x] * n`: the shadow's items are summed over the rounds."""
    source = next((arg for arg in let.op.args if is_container(b.function.type_of(arg))), None)
    target = let.targets[0]
    if source is None or not b.active(target) or not b.active(source):
        return
    if is_container(element_type(b, source)):
        b.refuse("unsupported-construct", construct="a repeated list of lists", reason="its items are one object",
                 way_out="write a comprehension")
        return
    b.effect(Op("runtime.fold_rounds", (b.container(source), b.container(target, after=True))))
