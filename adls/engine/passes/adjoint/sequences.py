"""Lists, dicts, and what a `for` walks over: cotangents live in a shadow container of the same shape.

A shadow list holds 0.0 for a number and None for anything else that has no cotangent yet.
"""

from __future__ import annotations

from adls.engine.ir.ops import Const, For, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Array, Complex, Dict, Float, List, Opaque, Scalar, Tuple, Type
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import Cotangent, display_name, is_container
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.leaves import has_one_shape
from adls.engine.passes.adjoint.memory import field_index
from adls.engine.passes.adjoint.plain import only_fixed
from adls.engine.passes.adjoint.residuals import SHAPE, reading_shape
from adls.engine.passes.adjoint.walked import Turns, element_index, walked


def reverse_display(b: Builder, let: Let) -> None:
    """`[a, b]` and `{k: a}`: each item takes its cotangent out of the shadow container."""
    target = let.targets[0]
    if not b.active(target):
        return
    if let.op.data and let.op.prim != "record":
        b.refuse("unsupported-construct", construct="a starred display", reason="its items carry a derivative",
                 way_out="write out the items")
        return
    shadow, place = b.container(target, after=True), b.index.place(let)
    items = let.op.args if let.op.prim == "list" else let.op.args[1::2]
    if let.op.prim == "record":
        items = tuple(item for _, item in let.op.kwargs)
    for position, item in enumerate(items):
        key: Operand = Const(position)
        if let.op.prim == "record":
            key = Const(let.op.kwargs[position][0])
        if let.op.prim == "dict":
            if _is_varying_key(b, target, let.op.args[2 * position]):
                return
            key = b.index_operand(let.op.args[2 * position], place)
        known = is_container(b.function.type_of(item)) and not b.memory.is_written(target.name) and (
            shadow not in b.plan.merged)
        if b.active(item) and not known:
            give(b, item, b.emit(Op("getitem", (shadow, key))), place, target)


def _is_varying_key(b: Builder, container: Operand, key: Operand) -> bool:
    """Whether a derivative would go into a key, which has no cotangent; of a key of which nothing is known, the run
    says it."""
    varying = isinstance(b.function.type_of(container), Dict) and b.active(key)
    way_out = "keep the number in the value as well, and use a key that is no float"
    way_out = "keep the number in the value as well, and use a key that is no float"
    if varying and b.place is not None and all(isinstance(type_, Any) for _, type_ in b.leaves(key)):
        only_fixed(b, b.place, "a key of a dict", "it carries a derivative", way_out, key)
        return False
    if varying:
        b.refuse("unsupported-construct", construct="a key of a dict", reason="it carries a derivative",
                 way_out=way_out)
    return varying


def give(b: Builder, item: Operand, element: Operand, place: Place, container: Operand) -> None:
    """Add an element of a shadow container to the cotangents of the value that was put there."""
    if isinstance(b.function.type_of(item), Float | Scalar | Complex):
        zero = isinstance(element_type(b, container), Any) or _may_change_kind(b, container)
        b.add(b.leaves(item)[0][0], b.emit(Op("runtime.or_zero", (element,))) if zero else element)
        return
    for leaf, type_ in b.leaves(item):
        elsewhere = b.is_shadowed(leaf) and not is_container(type_)
        if elsewhere and not b.is_dynamic(leaf) and not _is_read_blindly(b, container, leaf):
            continue
        value = element
        for step in leaf[1:]:
            value = b.emit(Op("runtime.pick", (value, Const(step))))
        if elsewhere:
            b.effect(Op("runtime.add_part", (b.shadow(leaf) or Const(None), value)))
            continue
        if is_container(type_):
            # The element and the variable had shadows of their own: what later reads added to one belongs to both.
            shadow = b.shadow(leaf) or Const(None)
            b.effect(Op("runtime.merge_into", (shadow, value)))
            b.plan.merged.add(shadow)
            continue
        if isinstance(type_, Any):
            value = b.emit(Op("runtime.detached", (value,)))
        b.add(leaf, filled(b, value, leaf, type_, place), owned=False)


def _may_change_kind(b: Builder, container: Operand) -> bool:
    """Whether an array may be put where a number lay, by the caller or as a list is turned round: what lies beside
    arrays begins as None."""
    if not isinstance(container, Var):
        return False
    mixed = isinstance(b.function.type_of(container), List) and isinstance(element_type(b, container), Any)
    return b.is_looked_up((container.name,)) or (mixed and b.memory.is_written(container.name))


def _is_read_blindly(b: Builder, container: Operand, leaf: tuple[str | int, ...]) -> bool:
    """Whether what lies in a container is read without knowing that it is an array, whose shadow could be looked up."""
    found = element_type(b, container)
    for step in leaf[1:]:
        found = found.items[int(step)] if isinstance(found, Tuple) else Any()
    return isinstance(found, Any)


def filled(b: Builder, value: Operand, leaf: tuple[str | int, ...], type_: Type, place: Place) -> Operand:
    """The value, with zeros of the leaf's shape in place of None."""
    if isinstance(type_, Array):
        return b.emit(Op("runtime.or_zeros", (value, b.shape_of_leaf(leaf, place))))
    if isinstance(type_, Float | Scalar | Complex):
        return b.emit(Op("runtime.or_zero", (value,)))
    return value


def reverse_container_read(b: Builder, let: Let, target: Var, source: Operand, index: Operand) -> None:
    """`y = xs[i]`: the shadow's element takes y's cotangent."""
    if is_part(b, index):
        reverse_part(b, target, source, b.slice_object(index, b.index.place(let)))
        return
    where = b.index_operand(index, b.index.place(let))
    if not isinstance(source, Var) or not b.active(source) or is_container(b.function.type_of(target)):
        return
    _accumulate(b, source, where, target)


def _accumulate(b: Builder, source: Var, index: Operand, target: Var) -> None:
    if not any(b.has(leaf) for leaf, _ in b.leaves(target) if not b.is_shadowed(leaf)):
        return
    if b.is_blind((target.name,)) and b.is_inside_parameter(target.name):
        b.refuse("unsupported-construct", construct=f"`{target.name}` here", way_out="return it, and store it there",
                 reason="it may be an object or container that is written, in one that was handed over")
        return
    _add_to_item(b, source, index, b.packed_element((target.name,)), b.function.type_of(target))


def _add_to_item(b: Builder, source: Var, index: Operand, value: Operand, type_: Type) -> None:
    if isinstance(type_, Float | Scalar | Complex) and not _may_change_kind(b, source):
        b.effect(Op("augitem", (b.container(source), index, value), (), "operator.iadd"))
    else:
        b.effect(Op("runtime.accumulate", (b.container(source), index, value)))


def reverse_container_write(b: Builder, let: Let) -> None:
    """`xs[i] = v`: v takes the element's cotangent, which is zero before."""
    container, index, value = let.op.args[0], field_index(let.op), let.op.args[-1]
    place = b.index.place(let)
    if let.op.prim == "augitem":
        _reverse_augmented(b, let, container, index, value, place)
        return
    if _is_varying_key(b, container, index):
        return
    index_type = b.function.type_of(index)
    if isinstance(index_type, Opaque) and index_type.name == "slice":
        b.refuse("unsupported-construct", construct="an assignment to a part of a list",
                 reason="its items carry a derivative", way_out="make a new list: `xs[:i] + values + xs[j:]`")
        return
    where = b.index_operand(index, place)
    number = _item_type(b, container, index)
    # What lay there may have been of another kind, where that of each item is not known.
    each = isinstance(index, Const) or not getattr(b.function.type_of(container), "items", None)
    mixed = isinstance(number, Any) and each
    before = (Const(None),) if mixed else ()
    taken = b.emit(Op("runtime.take_item", (b.container(container), where, *before)), None,
                   number if isinstance(number, Float | Scalar | Complex) else None)
    if b.active(value):
        give(b, value, taken, place, container)


def _reverse_augmented(b: Builder, let: Let, container: Operand, index: Operand, value: Operand, place: Place) -> None:
    if let.op.data not in ("operator.iadd", "operator.isub") or isinstance(element_type(b, container), Array | Any):
        b.refuse("unsupported-construct", construct="an augmented assignment to an item of a container",
                 reason="its old value is not kept", way_out="write `x[i] = x[i] * y`")
        return
    element = b.emit(Op("getitem", (b.container(container), b.index_operand(index, place))))
    if b.active(value):
        sign = element if let.op.data == "operator.iadd" else b.emit(Op("operator.neg", (element,)))
        b.add((_name(value),), sign)


def element_type(b: Builder, container: Operand) -> Type:
    """The type of a container's elements."""
    type_ = b.function.type_of(container)
    return type_.item if isinstance(type_, List) else type_.value if isinstance(type_, Dict) else Any()


def _item_type(b: Builder, container: Operand, index: Operand) -> Type:
    """The type of one element of a container, whose key may be known."""
    type_ = b.function.type_of(container)
    known = dict(type_.items or ()) if isinstance(type_, Dict) else {}
    found = known.get(index.value) if isinstance(index, Const) else None
    return found or element_type(b, container)


def reverse_append(b: Builder, let: Let) -> None:
    """`xs.append(v)`: v takes the last element of the shadow, which the list does not have before."""
    container, value = let.op.args
    if not b.active(container):
        return
    taken = b.emit(Op("list.pop", (b.container(container),)))
    if b.active(value):
        place = b.index.place(let)
        named, _ = b.name_value(taken, f"d_{_name(container)}_item", b.function.type_of(value))
        give(b, value, named, place, container)


def reverse_extend(b: Builder, let: Let) -> None:
    """`xs += ys` and `xs.extend(ys)`: the last items of the shadow are those of ys."""
    container, values = let.op.args[:2]
    if not b.active(container):
        return
    shadow = b.container(values) if isinstance(values, Var) and b.has_container(values) else None
    if shadow is None or let.op.prim not in ("operator.iadd", "list.extend"):
        b.refuse("unsupported-construct", construct="extending a list by what is no list",
                 reason="its items carry a derivative", way_out="append the items one by one")
        return
    b.effect(Op("runtime.take_tail", (b.container(container), shadow)))


def reverse_part(b: Builder, target: Var, source: Operand, part: Operand) -> None:
    """`ys = xs[i:j]`, also as the starred target of an unpacking: a list of its own, with the same items."""
    if isinstance(source, Var) and b.active(source) and b.active(target):
        b.effect(Op("runtime.accumulate_slice", (b.container(source), part, b.container(target, after=True))))


def is_part(b: Builder, index: Operand) -> bool:
    """Whether an index takes a part of a list."""
    type_ = b.function.type_of(index)
    return isinstance(type_, Opaque) and type_.name == "slice"


def open_tuples(b: Builder, statement: For) -> list[Var]:
    """Before a backward loop: a list of cotangents for each tuple that the loop walks over."""
    opened: list[Var] = []
    for source in _walked_leaves(b, statement.iterable):
        type_ = b.function.type_of(source)
        if isinstance(type_, Tuple) and b.active(source) and (source.name,) not in b.shadows:
            empty = b.emit(Op("list", tuple(_opened(b, (source.name, n)) for n in range(len(type_.items)))))
            b.shadows[(source.name,)], _ = b.name_value(empty, f"d_{source.name}_items", Any())
            opened.append(source)
    return opened


def _opened(b: Builder, leaf: tuple[str | int, ...]) -> Operand:
    """What stands for an item of a tuple at first: the shadow where it is a container, None for zero."""
    type_ = b.leaf_type(leaf)
    if is_container(type_):
        return b.shadow(leaf) or Const(None)
    if isinstance(type_, Tuple) and any(is_container(t) for _, t in b.leaves_below(leaf)):
        return b.emit(Op("tuple", tuple(_opened(b, (*leaf, n)) for n in range(len(type_.items)))))
    return Const(None)


def close_tuples(b: Builder, opened: list[Var], place: Place) -> None:
    """After a backward loop: what the lists hold goes to the tuples' items."""
    for source in opened:
        items = b.shadows.pop((source.name,))
        for leaf, type_ in b.leaves(source):
            value: Operand = b.emit(Op("getitem", (items, Const(leaf[1]))))
            for step in leaf[2:]:
                value = b.emit(Op("runtime.pick", (value, Const(step))))
            b.add(leaf, filled(b, value, leaf, type_, place), owned=False)


def _walked_leaves(b: Builder, iterable: Operand) -> list[Var]:
    if not isinstance(iterable, Var):
        return []
    inner = walked(b, iterable, (), ())
    return [found for each, _, _ in inner for found in _walked_leaves(b, each)] if inner else [iterable]


def iterate_back(b: Builder, statement: For) -> None:
    """The loop's target gives its cotangent to the element of what the loop walks over, and has none before."""
    if b.active(statement.target) and isinstance(statement.iterable, Var):
        _spread_out(b, statement)
        _walk_back(b, statement, (statement.target.name,), statement.iterable, ())
    for leaf in [leaf for leaf in b.state if leaf[0] == statement.target.name]:
        del b.state[leaf]


def _spread_out(b: Builder, statement: For) -> None:
    """Give a cotangent of the loop's target that is yet to be broadcast the shape that the element has in this
    iteration, which another element need not have."""
    for leaf in [leaf for leaf in b.state if leaf[0] == statement.target.name and b.state[leaf].spread]:
        if not has_one_shape(b.leaf_type(leaf)):
            shape = b.pinned(("shape of element", leaf), "_".join(map(str, leaf)) + "_shape")
            read = reading_shape(leaf) if len(leaf) > 1 else Op("attr", (statement.target,), (), "shape")
            b.residuals.keep_at(b.index.place(statement.body[0]), False, shape, read, SHAPE, b.span,
                                f"the shape of {leaf[0]}")
            found = b.state[leaf]
            value = b.emit(Op("operator.neg", (found.operand,))) if found.negative else found.operand
            full = b.emit(Op("numpy.broadcast_to", (value, shape)), b.names.fresh(display_name(leaf)),
                          b.leaf_type(leaf))
            b.state[leaf] = Cotangent(full, False)


def _walk_back(b: Builder, statement: For, leaf: tuple[str | int, ...], source: Operand, turns: Turns) -> None:
    if not isinstance(source, Var) or not b.active(source):
        return
    type_ = b.function.type_of(source)
    if isinstance(type_, Dict):
        return  # The keys, which carry no derivative.
    if isinstance(type_, Array | List | Tuple):
        _give_element(b, statement, leaf, source, turns)
        return
    inner = walked(b, source, leaf, turns)
    if inner:
        for each, where, turned in inner:
            _walk_back(b, statement, where, each, turned)
        return
    found = b.index.single(source.name)
    op = found[1].op if found is not None and isinstance(found[1], Let) else Op("")
    if op.prim == "dict.items":
        _give_entry(b, statement, leaf, op.args[0])
    else:  # Of what is not known, a list is made then: see `listed.py`.
        what = "a value of unknown type" if isinstance(type_, Any) else str(type_)
        b.refuse("unsupported-construct", construct=f"a loop over {what}", reason="its items carry a derivative",
                 way_out="loop over an array, a list, zip, enumerate or reversed")


def _give_element(b: Builder, statement: For, leaf: tuple[str | int, ...], source: Var, turns: Turns) -> None:
    type_, place = b.function.type_of(source), b.index.place(statement)
    leaves = [found for found, _ in b.leaves_below(leaf) if not b.is_shadowed(found)]
    if not any(b.has(found) for found in leaves):
        return
    index = element_index(b, statement, source, turns)
    value = b.packed_element(leaf)
    if isinstance(type_, Array):
        b.effect(Op("augitem", (b.buffer((source.name,), place), index, value), (), "operator.iadd"))
    else:
        _add_to_item(b, source, index, value, type_.item if isinstance(type_, List) else Any())


def _give_entry(b: Builder, statement: For, leaf: tuple[str | int, ...], source: Operand) -> None:
    leaves = [found for found, _ in b.leaves_below((*leaf, 1))]
    if not isinstance(source, Var) or not any(b.has(found) for found in leaves):
        return
    key = b.loop_item(statement, (*leaf[1:], 0))
    b.effect(Op("runtime.accumulate", (b.container(source), key, b.packed_element((*leaf, 1)))))


def _name(operand: Operand) -> str:
    assert isinstance(operand, Var)
    return operand.name
