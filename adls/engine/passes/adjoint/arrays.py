"""Reversing reads and writes of items, and in-place operators: what happens in an array's shadow."""

from __future__ import annotations

from collections.abc import Callable

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Complex,
    Float,
    Int,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.calls import reverse_as_call
from adls.engine.passes.adjoint.cotangents import OWNED, is_container
from adls.engine.passes.adjoint.emitter import may_share
from adls.engine.passes.adjoint.formulas import instantiate
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.outsiders import is_part_of_parameter
from adls.engine.passes.adjoint.plain import only_fixed
from adls.engine.passes.adjoint.rowwise import RowNames, contribute, reverse_row
from adls.engine.passes.adjoint.sequences import (
    reverse_container_read,
    reverse_container_write,
    reverse_extend,
)
from adls.engine.passes.adjoint.tuples import move
from adls.engine.passes.effects import index_kind, out_of_place
from adls.engine.passes.rows import Unbound, bind
from adls.engine.passes.typing.given import Slice, as_int


def reverse_getitem(b: Builder, let: Let) -> None:
    if b.active(let.targets[0]):
        read_item(b, let, let.targets[0], *let.op.args)


def read_item(b: Builder, let: Let, target: Var, source: Operand, index: Operand) -> None:
    type_ = b.function.type_of(source)
    if isinstance(type_, Tuple) and isinstance(index, Const) and isinstance(index.value, int):
        move(b, (target.name,), source, (index.value % len(type_.items),))
    elif isinstance(type_, Tuple) and (part := _literal_part(b, index)) is not None:
        for position, taken in enumerate(range(len(type_.items))[part]):
            move(b, (target.name, position), source, (taken,))
    elif is_container(type_):
        reverse_container_read(b, let, target, source, index)
    elif isinstance(type_, Array) and _is_field(b, index):
        _refuse_field(b)
    elif isinstance(type_, Array):
        _read_array(b, let, target, source, index)
    elif isinstance(type_, Any | Tuple | Opaque):
        reverse_as_call(b, let, "operator.getitem")
    else:
        b.refuse("unsupported-construct", construct="an item of a value of unknown type",
                 reason=f"it is {type_}", way_out="take it apart by unpacking")


def _literal_part(b: Builder, index: Operand) -> slice | None:
    """The part of a tuple that an index takes, where all its ends stand in the text."""
    found = b.function.type_of(index)
    if not isinstance(found, Slice):
        return None
    ends = (found.low, found.high, found.step)
    known = all(isinstance(end, NoneT) or as_int(end) is not None for end in ends)
    return slice(*(None if isinstance(end, NoneT) else as_int(end) for end in ends)) if known else None


def _read_array(b: Builder, let: Let, target: Var, source: Operand, index: Operand) -> None:
    """`y = x[i]`; of an index that only the run knows, the run knows whether y is a view, which x's shadow serves."""
    kind = index_kind(index, b.function) if b.is_shadowed((target.name,)) else "fancy"
    if kind == "unknown" and isinstance(source, Var):
        b.when_copied(let, source, lambda: _give_to_source(b, let, target, source, index))
    elif kind != "basic":
        _give_to_source(b, let, target, source, index)


def _give_to_source(b: Builder, let: Let, target: Var, source: Operand, index: Operand) -> None:
    leaf, place = (target.name,), b.index.place(let)
    cotangent = b.take(leaf, spread=True, signed=True)
    if cotangent is None or cotangent.part or not isinstance(source, Var) or not b.active(source):
        return
    inverse = _without_new_axes(b, source, index)
    if inverse is not None:
        if cotangent.spread and not b.is_number(cotangent.operand):
            cotangent = b.whole(leaf, cotangent, after=True)
        value = cotangent.operand if cotangent.spread else b.emit(Op("getitem", (cotangent.operand, inverse())))
        b.add((source.name,), value, spread=cotangent.spread, negative=cotangent.negative)
        return
    value, negative = cotangent.operand, cotangent.negative
    if negative and cotangent.spread:
        value, negative = b.emit(Op("operator.neg", (value,)), type_=b.type_of(value)), False
    buffer = b.buffer((source.name,), place)
    where = b.index_operand(index, place)
    given, array = b.leaf_type(leaf), b.function.type_of(source)
    if isinstance(array, Array) and not isinstance(given, Array):  # The name may mean something complex later.
        value = b.emit(Op("runtime.or_zero", (value,))) if isinstance(given, Any) else value
        value = b.real_part(value, given, Scalar(array.dtype)) if array.dtype[0] == "f" else value
    b.scatter(buffer, where, index, value, negative=negative)


def _without_new_axes(b: Builder, source: Operand, index: Operand) -> Callable[[], Operand] | None:
    """What emits the index that takes new axes out again, of an index that only adds some (`x[:, None]`)."""
    array = b.function.type_of(source)
    if not isinstance(array, Array) or not array.dims:
        return None
    type_ = b.function.type_of(index)
    items = type_.items if isinstance(type_, Tuple) else (type_,)
    if not all(isinstance(item, NoneT | Slice) or item == Opaque("ellipsis") for item in items):
        return None
    if NoneT() not in items or any(isinstance(item, Slice) and not _is_whole(item) for item in items):
        return None

    def emitted() -> Operand:
        found = [Const(0) if isinstance(item, NoneT) else b.emit(Op("slice", (Const(None),) * 3))
                 if isinstance(item, Slice) else Const(...) for item in items]
        return found[0] if len(found) == 1 else b.emit(Op("tuple", tuple(found)))

    return emitted


def _is_whole(part: Slice) -> bool:
    return all(isinstance(end, NoneT) for end in (part.low, part.high, part.step))


def reverse_setitem(b: Builder, let: Let) -> None:
    container, index, value = let.op.args
    if not b.active(container):
        return
    type_ = b.function.type_of(container)
    if is_container(type_):
        reverse_container_write(b, let)
    elif isinstance(type_, Array) and _is_field(b, index):
        _refuse_field(b)
    elif isinstance(type_, Array):
        _write_array(b, let, container, index, value)
    elif isinstance(type_, Any):
        only_fixed(b, b.index.place(let), "a write into a value of unknown type", "it, or what is written, carries a "
                   "derivative", "write into an array or a list", container, value)
    else:
        b.refuse("dynamic-write", name=str(getattr(container, "name", "")), reason=f"it is {type_}")


def _write_array(b: Builder, let: Let, container: Operand, index: Operand, value: Operand) -> None:
    place = b.index.place(let)
    shadow = b.buffer((_name(container),), place)
    where = b.index_operand(index, place)
    if not b.active(value):
        b.effect(Op("setitem", (shadow, where, Const(0.0))))
        return
    written = _take_written(b, shadow, where, index, container)
    _contribute_written(b, written, value, container, place)


def _take_written(b: Builder, shadow: Operand, where: Operand, index: Operand, container: Operand) -> Operand:
    """The cotangent of what was written, with zeros left in its place."""
    if index_kind(index, b.function) != "basic":
        return b.emit(Op("runtime.take_written", (shadow, where)))
    taken = b.emit(Op("getitem", (shadow, where)))
    if not _is_full_index(b, container, index):
        taken = b.emit(Op("ndarray.copy", (taken,)))
    full = _is_full_index(b, container, index)
    type_ = b.function.type_of(container)
    dtype = type_.dtype if isinstance(type_, Array) else "f64"
    named, _ = b.name_value(taken, "d_written", Scalar(dtype) if full else Any())
    b.effect(Op("setitem", (shadow, where, Const(0.0))))
    return named


def _contribute_written(b: Builder, written: Operand, value: Operand, container: Operand, place: Place) -> None:
    type_ = b.function.type_of(value)
    for leaf, leaf_type in b.leaves(value):
        fitted = written
        if isinstance(leaf_type, Array) or (isinstance(type_, Any) and not _is_scalar(b, written)):
            shape = b.metadata(value, "shape", place)
            fitted = b.emit(Op("runtime.unbroadcast", (written, shape)))
        elif not _is_full_index(b, container, Const(None)) and isinstance(type_, Float | Scalar | Complex):
            fitted = written if _is_scalar(b, written) else b.emit(Op("numpy.sum", (written,)))
        b.add(leaf, b.cast(fitted, b.function.type_of(container), leaf_type), owned=fitted != written)


def _is_scalar(b: Builder, operand: Operand) -> bool:
    return isinstance(b.types.get(_name(operand)), Float | Scalar)


def _is_full_index(b: Builder, container: Operand, index: Operand) -> bool:
    """Whether the index leaves a single number of the array."""
    type_ = b.function.type_of(container)
    if not isinstance(type_, Array) or type_.dims is None:
        return False
    found = b.function.type_of(index)
    items = found.items if isinstance(found, Tuple) else (found,)
    return len(items) == len(type_.dims) and all(isinstance(item, Int) or _is_int_scalar(item) for item in items)


def _is_int_scalar(type_: Type) -> bool:
    return isinstance(type_, Scalar) and type_.dtype[0] in "iu"


def _is_field(b: Builder, index: Operand) -> bool:
    """Whether an index is the name of a field, or a list of names."""
    found = b.function.type_of(index)
    return isinstance(found.item if isinstance(found, List) else found, Str)


def _refuse_field(b: Builder) -> None:
    b.refuse("unsupported-construct", construct="a field of a structured array", reason="it carries a derivative, and "
             "its array has no cotangent", way_out="keep each field in an array of its own")


def reverse_augitem(b: Builder, let: Let) -> None:
    container, index, value = let.op.args
    if not b.active(container):
        return
    if not isinstance(b.function.type_of(container), Array):
        reverse_container_write(b, let)
        return
    if _is_field(b, index):
        _refuse_field(b)
        return
    place, prim = b.index.place(let), str(let.op.data)
    shadow = b.buffer((_name(container),), place)
    where = b.index_operand(index, place)
    if prim in ("operator.iadd", "operator.isub") and index_kind(index, b.function) == "basic":
        if b.active(value):
            _add_written(b, shadow, where, index, container, value, place, prim)
        return
    _reverse_general_augitem(b, let, shadow, where)


def _add_written(b: Builder, shadow: Operand, where: Operand, index: Operand, container: Operand, value: Operand,
                 place: Place, prim: str) -> None:
    taken: Operand = b.emit(Op("getitem", (shadow, where)))
    if prim == "operator.isub":
        taken = b.emit(Op("operator.neg", (taken,)))
    elif not _is_full_index(b, container, index):
        taken = b.emit(Op("ndarray.copy", (taken,)))
    if _is_full_index(b, container, index):
        b.types[_name(taken)] = Float()
    _contribute_written(b, taken, value, container, place)


def _reverse_general_augitem(b: Builder, let: Let, shadow: Operand, where: Operand) -> None:
    container, index, value = let.op.args
    place = b.index.place(let)
    full = _is_full_index(b, container, index)
    old_type: Type = Float() if full else b.function.type_of(container)
    written = _take_written(b, shadow, where, index, container)
    if index_kind(index, b.function) != "basic":
        written, _ = b.name_value(written, "d_written", Any())  # It is read for both operands.

    def old() -> Operand:
        var = b.pinned(("old item", place.number), f"{_name(container)}_old")
        read = Op("runtime.item_copy", (container, index)) if not full else Op("getitem", (container, index))
        return b.residuals.keep_at(place, False, var, read, old_type, b.span, "overwritten here")

    row_op = Op(out_of_place(str(let.op.data)), (container, value))
    bound = bind(row_op, b.function)
    if bound is None:
        b.refuse("missing-rule", name=row_op.prim, reason="no row in the rules")
        return

    def new() -> Operand:
        var = b.pinned(("new item", place.number), f"{_name(container)}_new")
        read = Op("runtime.item_copy", (container, index)) if not full else Op("getitem", (container, index))
        return b.residuals.keep_at(place, True, var, read, old_type, b.span, "what was written here")

    names = RowNames(b, bound, place, {"g": written, "x": old, "out": new}, None)
    first, second = list(bound.operands)[:2]
    if b.active(value) and second in bound.row.cotangents:
        _contribute_written(b, instantiate(bound.row.cotangents[second], names, b.emit), value, container, place)
    if first in bound.row.cotangents:
        b.scatter(shadow, where, index, instantiate(bound.row.cotangents[first], names, b.emit))


# In-place operators on names


def reverse_in_place(b: Builder, let: Let) -> None:
    target = let.targets[0]
    type_ = b.function.type_of(target)
    if not b.active(target):
        return
    if isinstance(type_, Array):
        _reverse_array_update(b, let)
    elif is_container(type_):
        reverse_extend(b, let)
    else:
        if isinstance(type_, Any) and let.op.data != OWNED:
            _as_a_number(b, target, b.index.place(let))
        reverse_row(b, Let(let.targets, Op(out_of_place(let.op.prim), let.op.args), let.span), b.index.place(let))


def _as_a_number(b: Builder, target: Var, place: Place) -> None:
    """A value of unknown type is updated as a number is. That is right for an array too, unless others see it: then the
    forward pass refuses it."""
    for name in b.memory.others(target.name):
        other = Var(name.partition("[")[0])
        if other.name in b.function.types and b.active(other) and b.index.read_after(other.name, place):
            b.residuals.first(place, Op("runtime.only_number", (target, Const(target.name), Const(other.name))), b.span)
            return
    if is_part_of_parameter(b, target):
        whose = Const("the caller")
        b.residuals.first(place, Op("runtime.only_number", (target, Const(target.name), whose)), b.span)


def _reverse_array_update(b: Builder, let: Let) -> None:
    target, value = let.targets[0], let.op.args[1]
    place = b.index.place(let)
    shadow = b.buffer((target.name,), place)
    op = Op(out_of_place(let.op.prim), let.op.args)
    bound = bind(op, b.function)
    if bound is None:
        b.refuse("missing-rule", name=op.prim, reason="no row in the rules")
        return
    first, second = list(bound.operands)[:2]
    names = RowNames(b, bound, place, {"g": shadow}, target)
    text, own = bound.row.cotangents.get(second), bound.row.cotangents.get(first, "0.0")
    contribution = None
    if b.active(value) and text is not None:
        # Both cotangents are taken before the shadow changes: value and target may share memory.
        contribution = _unshared(b, instantiate(text, names, b.emit), shadow)
    if own != "g":
        b.effect(Op("setitem", (shadow, Const(...), instantiate(own, names, b.emit))))
    if contribution is not None:
        contribute(b, contribution, value, b.function.type_of(target), place, elementwise=bound.row.elementwise)


def reverse_writer(b: Builder, let: Let, written: Operand) -> bool:
    """A library function that writes into an operand: in its row's formulas `g` is that operand's cotangent afterwards,
    and the operand's own text its cotangent before. False where it has no such row."""
    place = b.index.place(let)
    try:
        bound = bind(let.op, b.function)
    except Unbound:
        return False
    own = next((name for name, operand in bound.operands.items() if operand == written), "") if bound else ""
    if bound is None or own not in bound.row.cotangents:
        return False
    shadow = b.buffer((_name(written),), place)
    names = RowNames(b, bound, place, {"g": shadow}, None)
    for name, text in bound.row.cotangents.items():
        operand = bound.operands[name]
        if name != own and isinstance(operand, Var) and b.active(operand):
            value = _unshared(b, instantiate(text, names, b.emit), shadow)
            for leaf, type_ in b.leaves(operand):
                shape = b.metadata(operand, "shape", place)
                b.add(leaf, b.emit(Op("runtime.unbroadcast", (value, shape)), None, type_))
    if bound.row.cotangents[own] != "g":
        b.effect(Op("setitem", (shadow, Const(...), instantiate(bound.row.cotangents[own], names, b.emit))))
    return True


def _unshared(b: Builder, value: Operand, shadow: Operand) -> Operand:
    """A copy of what would otherwise share the shadow's memory, which goes on changing."""
    last = b.out[-1] if b.out else None
    shares = value == shadow or (isinstance(last, Let) and last.targets == (value,) and may_share(last.op.prim))
    return b.emit(Op("ndarray.copy", (value,))) if shares else value


def _name(operand: Operand) -> str:
    assert isinstance(operand, Var)
    return operand.name
