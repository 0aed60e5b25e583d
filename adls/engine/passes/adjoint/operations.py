"""Reversing one operation: library operations by their rows, Python's own operations on names, items and memory here."""

from __future__ import annotations

from collections.abc import Callable

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Array, Bool, Complex, Float, Int, Scalar, Tuple, Type, same_dim
from adls.engine.passes.activity import out_of_place
from adls.engine.passes.adjoint.builder import SHARING_PRIMS, Builder
from adls.engine.passes.adjoint.calls import reverse_apply, reverse_dynamic
from adls.engine.passes.adjoint.cotangents import Leaf, is_container, leaf_types
from adls.engine.passes.adjoint.formulas import METADATA, instantiate
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.sequences import (
    reverse_append,
    reverse_container_read,
    reverse_container_write,
    reverse_display,
)
from adls.engine.passes.effects import index_kind, is_in_place
from adls.engine.passes.rows import Bound, Unbound, bind


def reverse_let(b: Builder, let: Let) -> None:
    """Emit the reversal of one operation; nothing where no cotangent is concerned."""
    reverse = _CORE.get(let.op.prim)
    if reverse is not None:
        reverse(b, let)
    elif is_in_place(let.op.prim):
        _reverse_in_place(b, let)
    elif any(map(b.active, let.targets)):
        _reverse_row(b, let)


# Names and tuples


def _reverse_copy(b: Builder, let: Let) -> None:
    _move(b, (let.targets[0].name,), let.op.args[0], ())


def _move(b: Builder, leaf: Leaf, source: Operand, into: tuple[str | int, ...]) -> None:
    """Hand the cotangents of everything below `leaf` to the same places below `source`."""
    if not isinstance(source, Var) or not b.active(Var(str(leaf[0]))):
        return
    for found, _ in leaf_types(leaf, b.leaf_type(leaf)):
        if b.is_shadowed(found):
            continue
        cotangent = b.take(found)
        if cotangent is not None and b.active(source):
            b.add((source.name, *into, *found[len(leaf) :]), cotangent.operand, owned=cotangent.owned)


def _reverse_tuple(b: Builder, let: Let) -> None:
    if let.op.data:
        if b.active(let.targets[0]):
            b.refuse("unsupported-construct", construct="a starred display", reason="its length is not known",
                     way_out="write out the items")
        return
    for position, item in enumerate(let.op.args):
        _move(b, (let.targets[0].name, position), item, ())


def _reverse_unpack(b: Builder, let: Let) -> None:
    source = let.op.args[0]
    type_ = b.function.type_of(source)
    if isinstance(type_, Tuple) and let.op.data is None:
        for position, target in enumerate(let.targets):
            _move(b, (target.name,), source, (position,))
    elif isinstance(type_, Tuple):
        _unpack_starred(b, let, source, len(type_.items))
    elif any(map(b.active, let.targets)):
        for position, target in enumerate(let.targets):
            _read_item(b, let, target, source, Const(position))


def _unpack_starred(b: Builder, let: Let, source: Operand, length: int) -> None:
    star = let.op.data
    assert isinstance(star, int)
    behind = len(let.targets) - star - 1
    for position, target in enumerate(let.targets):
        if position < star:
            _move(b, (target.name,), source, (position,))
        elif position > star:
            _move(b, (target.name,), source, (length - behind + position - star - 1,))
        elif b.active(target):
            b.refuse("unsupported-construct", construct="a starred target", reason="its items carry a derivative",
                     way_out="unpack the items by name")


# Items and memory


def _reverse_getitem(b: Builder, let: Let) -> None:
    if b.active(let.targets[0]):
        _read_item(b, let, let.targets[0], *let.op.args)


def _read_item(b: Builder, let: Let, target: Var, source: Operand, index: Operand) -> None:
    type_ = b.function.type_of(source)
    if isinstance(type_, Tuple) and isinstance(index, Const) and isinstance(index.value, int):
        _move(b, (target.name,), source, (index.value % len(type_.items),))
    elif is_container(type_):
        reverse_container_read(b, let, target, source, index)
    elif isinstance(type_, Array):
        _read_array(b, let, target, source, index)
    else:
        b.refuse("unsupported-construct", construct="an item of a value of unknown type",
                 reason=f"it is {type_}", way_out="take it apart by unpacking")


def _read_array(b: Builder, let: Let, target: Var, source: Operand, index: Operand) -> None:
    leaf, place = (target.name,), b.index.place(let)
    if b.is_shadowed(leaf) and index_kind(index, b.function) == "basic":
        return
    cotangent = b.take(leaf)
    if cotangent is None or not isinstance(source, Var) or not b.active(source):
        return
    where = b.index_operand(index, place)
    buffer = b.buffer((source.name,), place)
    b.scatter(buffer, where, index, cotangent.operand)


def _reverse_setitem(b: Builder, let: Let) -> None:
    container, index, value = let.op.args
    if not b.active(container):
        return
    type_ = b.function.type_of(container)
    if is_container(type_):
        reverse_container_write(b, let)
    elif isinstance(type_, Array):
        _write_array(b, let, container, index, value)
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
        if isinstance(leaf_type, Array):
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


def _reverse_augitem(b: Builder, let: Let) -> None:
    container, index, value = let.op.args
    if not b.active(container):
        return
    if not isinstance(b.function.type_of(container), Array):
        reverse_container_write(b, let)
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

    def old() -> Operand:
        var = Var(b.names.fresh(f"{_name(container)}_old"))
        read = Op("runtime.item_copy", (container, index)) if not full else Op("getitem", (container, index))
        return b.residuals.keep_at(place, False, var, read, old_type, b.span, "overwritten here")

    row_op = Op(out_of_place(str(let.op.data)), (container, value))
    bound = bind(row_op, b.function)
    if bound is None:
        b.refuse("missing-rule", name=row_op.prim, reason="no row in the rules")
        return
    names = _RowNames(b, bound, place, {"g": written, "x": old}, None)
    first, second = list(bound.operands)[:2]
    if b.active(value) and second in bound.row.cotangents:
        _contribute_written(b, instantiate(bound.row.cotangents[second], names, b.emit), value, container, place)
    if first in bound.row.cotangents:
        b.scatter(shadow, where, index, instantiate(bound.row.cotangents[first], names, b.emit))


# In-place operators on names


def _reverse_in_place(b: Builder, let: Let) -> None:
    target = let.targets[0]
    type_ = b.function.type_of(target)
    if not b.active(target):
        return
    if isinstance(type_, Array):
        _reverse_array_update(b, let)
    elif is_container(type_):
        b.refuse("unsupported-construct", construct="`+=` on a list", reason="its items carry a derivative",
                 way_out="append the items one by one")
    else:
        _reverse_row(b, Let(let.targets, Op(out_of_place(let.op.prim), let.op.args), let.span), b.index.place(let))


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
    names = _RowNames(b, bound, place, {"g": shadow}, target)
    text = bound.row.cotangents.get(second)
    if b.active(value) and text is not None:
        contribution = instantiate(text, names, b.emit)
        contribution = _unshared(b, contribution, shadow)
        _contribute(b, contribution, value, b.function.type_of(target), place, elementwise=True)
    text = bound.row.cotangents.get(first, "0.0")
    if text != "g":
        b.effect(Op("setitem", (shadow, Const(...), instantiate(text, names, b.emit))))


def _unshared(b: Builder, value: Operand, shadow: Operand) -> Operand:
    """A copy of what would otherwise share the shadow's memory, which goes on changing."""
    last = b.out[-1] if b.out else None
    shares = value == shadow or (isinstance(last, Let) and last.targets == (value,) and last.op.prim in SHARING_PRIMS)
    return b.emit(Op("ndarray.copy", (value,))) if shares else value


# Rows


class _RowNames:
    """What the names of a row's formula stand for in the backward pass."""

    def __init__(self, b: Builder, bound: Bound, place: Place, given: dict[str, Operand | Callable[[], Operand]],
                 target: Var | None) -> None:
        self.b = b
        self.bound = bound
        self.place = place
        self.given = given
        self.target = target

    def value(self, name: str) -> Operand:
        given = self.given.get(name)
        if given is not None:
            return given() if callable(given) else given
        if name == "out" and self.target is not None:
            return self._kept(self.target, True)
        operand = self.bound.operands[name]
        if isinstance(operand, tuple):
            return self.b.emit(Op("tuple", tuple(self._kept(each, False) for each in operand)))
        return self._kept(operand, False)

    def metadata(self, name: str, attribute: str) -> Operand:
        assert attribute in METADATA
        if name == "g" or name in self.given:
            return self.b.emit(Op("attr", (self.value(name),), (), attribute))
        if name == "out":
            assert self.target is not None
            return self.b.metadata(self.target, attribute, self.place, after=True)
        operand = self.bound.operands[name]
        if isinstance(operand, tuple):
            return self.b.emit(Op("attr", (self.value(name),), (), attribute))
        return self.b.metadata(operand, attribute, self.place)

    def _kept(self, operand: Operand, after: bool) -> Operand:
        reason = f"the adjoint of {self.bound.row.names[0]} reads it"
        return self.b.forward_value(operand, self.place, after, reason)


def _reverse_row(b: Builder, let: Let, place: Place | None = None) -> None:
    place = place or b.index.place(let)
    try:
        bound = bind(let.op, b.function)
    except Unbound as misfit:
        b.refuse("missing-rule", name=let.op.prim, reason=f"{misfit} is not covered")
        return
    if bound is None:
        _reverse_unknown(b, let)
        return
    g = _result_cotangent(b, let, place)
    if g is None:
        return
    _apply_row(b, let, bound, g, place)
    _settle_view(b, let, bound, g, place)


def _result_cotangent(b: Builder, let: Let, place: Place) -> Operand | None:
    """The operand for `g`: the target's cotangent, or a tuple of the targets' or items' cotangents; None where all are zero."""
    leaves = [leaf for target in let.targets for leaf, _ in b.leaves(target)]
    plain = len(let.targets) == 1 and not isinstance(b.function.type_of(let.targets[0]), Tuple)
    if plain:
        taken = b.take(leaves[0])
        return taken.operand if taken is not None else None
    if not any(b.has(leaf) for leaf in leaves):
        return None
    return b.packed(let.targets, place)


def _apply_row(b: Builder, let: Let, bound: Bound, g: Operand, place: Place) -> None:
    names = _RowNames(b, bound, place, {"g": g}, let.targets[0])
    result = b.function.type_of(let.targets[0])
    for name, text in bound.row.cotangents.items():
        operand = bound.operands.get(name)
        if isinstance(operand, tuple):
            if any(map(b.active, operand)):
                _contribute_each(b, instantiate(text, names, b.emit), operand, result, place, bound)
        elif operand is not None and b.active(operand) and not _is_its_view(b, let, operand):
            value = instantiate(text, names, b.emit)
            _contribute(b, value, operand, result, place, elementwise=bound.row.elementwise)


def _is_its_view(b: Builder, let: Let, operand: Operand) -> bool:
    """Whether the target's shadow is (or may be) a view of the operand's: what is in it has arrived already."""
    return b.is_shadowed((let.targets[0].name,)) and b.memory.class_of(let.targets[0].name) == b.memory.class_of(
        _name(operand)) and isinstance(b.function.type_of(operand), Array)


def _settle_view(b: Builder, let: Let, bound: Bound, g: Operand, place: Place) -> None:
    """Where the result was a copy after all, its shadow is memory of its own: hand its content to the operand's."""
    kind, _, name = bound.row.alias.partition(":")
    operand = bound.operands.get(name)
    if kind != "maybe" or not isinstance(operand, Var) or not _is_its_view(b, let, operand) or not b.active(operand):
        return
    names = _RowNames(b, bound, place, {"g": g}, let.targets[0])
    b.when_copied(let, operand, lambda: b.add((operand.name,), instantiate(bound.row.cotangents[name], names, b.emit)))


def _contribute_each(b: Builder, value: Operand, operands: tuple[Operand, ...], result: Type, place: Place,
                     bound: Bound) -> None:
    for position, operand in enumerate(operands):
        if b.active(operand):
            item = b.emit(Op("getitem", (value, Const(position))))
            _contribute(b, item, operand, result, place, elementwise=bound.row.elementwise)


def _contribute(b: Builder, value: Operand, operand: Operand, result: Type, place: Place, *, elementwise: bool) -> None:
    type_ = b.function.type_of(operand)
    if isinstance(type_, Tuple):
        for leaf, _ in b.leaves(operand):
            item = value
            for step in leaf[1:]:
                item = b.emit(Op("getitem", (item, Const(step))))
            b.add(leaf, item)
        return
    if is_container(type_):
        if isinstance(value, Var):
            b.types.setdefault(value.name, type_)
        b.effect(Op("runtime.accumulate_all", (b.shadows[(_name(operand),)], value)))
        return
    if elementwise:
        value = _unbroadcast(b, value, operand, type_, result, place)
    b.add((_name(operand),), b.cast(value, result, type_))


def _unbroadcast(b: Builder, value: Operand, operand: Operand, type_: Type, result: Type, place: Place) -> Operand:
    """Sum a contribution of the result's shape over the axes along which the operand was broadcast."""
    if isinstance(result, Float | Scalar | Complex | Int | Bool):
        return value
    if isinstance(type_, Float | Scalar | Complex):
        return b.emit(Op("numpy.sum", (value,))) if isinstance(result, Array) else b.emit(
            Op("runtime.unbroadcast", (value, b.emit(Op("tuple")))))
    axes = broadcast_axes(type_, result)
    if axes is None:
        return b.emit(Op("runtime.unbroadcast", (value, b.metadata(operand, "shape", place))))
    leading, inner = axes
    if inner:
        value = b.emit(Op("numpy.sum", (value,), (("axis", _axes(b, inner)), ("keepdims", Const(True)))))
    if leading:
        value = b.emit(Op("numpy.sum", (value,), (("axis", _axes(b, tuple(range(leading)))),)))
    return value


def broadcast_axes(operand: Type, result: Type) -> tuple[int, tuple[int, ...]] | None:
    """How many leading axes and which other axes of the result the operand lacks; None where only the run knows."""
    if not isinstance(operand, Array) or not isinstance(result, Array) or operand.dims is None or result.dims is None:
        return None
    leading = len(result.dims) - len(operand.dims)
    inner: list[int] = []
    for axis, (mine, whole) in enumerate(zip(operand.dims, result.dims[leading:], strict=True), start=leading):
        if same_dim(mine, whole) or (mine.one is False and whole.one is False) or mine.one is False:
            continue
        if mine.one is True:
            inner.append(axis)
        else:
            return None
    return leading, tuple(inner)


def _axes(b: Builder, axes: tuple[int, ...]) -> Operand:
    return Const(axes[0]) if len(axes) == 1 else b.emit(Op("tuple", tuple(map(Const, axes))))


def _reverse_unknown(b: Builder, let: Let) -> None:
    if let.op.prim in ("call", "method"):
        reverse_dynamic(b, let)
    elif any(map(b.active, let.op.operands)):
        b.refuse("missing-rule", name=let.op.prim, reason="no row in the rules")


def _reverse_attr(b: Builder, let: Let) -> None:
    source = let.op.args[0]
    if not b.active(let.targets[0]) or not b.active(source):
        return
    place, name = b.index.place(let), str(let.op.data)
    if not isinstance(b.function.type_of(source), Array) or name not in ("T", "mT", "real", "imag"):
        b.refuse("unsupported-construct", construct=f"the attribute .{name}", reason="of an object",
                 way_out="pass its value as an argument")
        return
    if b.is_shadowed((let.targets[0].name,)):
        return
    cotangent = b.take((let.targets[0].name,))
    if cotangent is None:
        return
    if name in ("T", "mT"):
        value: Operand = b.emit(Op("attr", (cotangent.operand,), (), name))
    elif name == "real":
        value = cotangent.operand
    else:
        value = b.emit(Op("operator.mul", (cotangent.operand, Const(-1j))))
    b.add((_name(source),), b.cast(value, b.function.type_of(let.targets[0]), b.function.type_of(source)))


def _reverse_closure(b: Builder, let: Let) -> None:
    target = let.targets[0]
    if not b.active(target):
        return
    taken = b.take((target.name,))
    if taken is None:
        return
    for position, cell in enumerate(let.op.args):
        for leaf, _ in b.leaves(cell):
            item = b.emit(Op("runtime.cell_cotangent", (taken.operand, Const(position))))
            b.add(leaf, item, owned=False)


def _name(operand: Operand) -> str:
    assert isinstance(operand, Var)
    return operand.name


def _ignore(b: Builder, let: Let) -> None:
    if any(map(b.active, let.op.operands)) and any(map(b.active, let.targets)):
        b.refuse("unsupported-construct", construct="this expression", reason="its parts carry a derivative",
                 way_out="write it with operators and calls")


def _walked(b: Builder, let: Let) -> None:
    """What a loop walks over gets its cotangent from the loop."""


_CORE: dict[str, Callable[[Builder, Let], None]] = {
    "copy": _reverse_copy,
    "tuple": _reverse_tuple,
    "unpack": _reverse_unpack,
    "getitem": _reverse_getitem,
    "setitem": _reverse_setitem,
    "augitem": _reverse_augitem,
    "attr": _reverse_attr,
    "closure": _reverse_closure,
    "apply": reverse_apply,
    "call": reverse_dynamic,
    "method": reverse_dynamic,
    "list": reverse_display,
    "dict": reverse_display,
    "list.append": reverse_append,
    "builtins.zip": _walked,
    "builtins.enumerate": _walked,
    "builtins.reversed": _walked,
    "dict.items": _walked,
    "adls.grad": _reverse_copy,
    "adls.value_and_grad": _reverse_copy,
    "python": _ignore,
    "format": _ignore,
    "set": _ignore,
}
