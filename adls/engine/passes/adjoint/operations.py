"""Reversing one operation: which function does it."""

from __future__ import annotations

from collections.abc import Callable as Reversal

from adls.engine.ir.ops import Const, Global, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Array, Callable, Complex, Dict, Float, Scalar, Tuple, Type
from adls.engine.ir.walk import statements, used
from adls.engine.passes.adjoint.arrays import (
    read_item,
    reverse_augitem,
    reverse_getitem,
    reverse_in_place,
    reverse_setitem,
    reverse_writer,
)
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.by_types import is_by_types, reverse_by_types
from adls.engine.passes.adjoint.calls import reverse_apply, reverse_as_call, reverse_dynamic
from adls.engine.passes.adjoint.captured import changes, only_settled
from adls.engine.passes.adjoint.cotangents import is_container
from adls.engine.passes.adjoint.formulas import METADATA
from adls.engine.passes.adjoint.resizing import (
    reverse_insert,
    reverse_pop,
    reverse_repeat,
    reverse_reverse,
    reverse_rotate,
)
from adls.engine.passes.adjoint.rowwise import reverse_row
from adls.engine.passes.adjoint.sequences import (
    filled,
    reverse_append,
    reverse_container_read,
    reverse_container_write,
    reverse_display,
    reverse_extend,
    reverse_part,
)
from adls.engine.passes.adjoint.tuples import move, reverse_copy, reverse_tuple, reverse_unpack
from adls.engine.passes.effects import effect_of, is_harmless, is_in_place
from adls.engine.rules.table import lookup


def reverse_let(b: Builder, let: Let) -> None:
    """Emit the reversal of one operation; nothing where no cotangent is concerned.

    What its targets owed is owed by nobody before it, also where its operands carry no derivative. What an operation on
    what carries one leaves behind would be lost, and is refused.
    """
    owed = {leaf: b.state[leaf] for target in let.targets for leaf, _ in b.leaves(target) if leaf in b.state}
    _reverse(b, let)
    for leaf, cotangent in owed.items():
        if b.state.get(leaf) is cotangent:
            told = any(each.span == b.span for each in b.diagnostics)
            if not told and let.op.prim not in _TAKERS and any(map(b.active, let.op.operands)):
                b.refuse("unsupported-construct", construct=f"what {let.op.prim} gives here",
                         reason="its derivative would be lost", way_out="write it with NumPy's functions")
            del b.state[leaf]


def _reverse(b: Builder, let: Let) -> None:
    reverse = _CORE.get(let.op.prim)
    if not let.targets and let.op.prim in _READS:
        return  # An expression statement.
    if let.op.prim in _WALKERS_THAT_WRITE and any(map(b.active.is_varied, let.op.operands)):
        b.refuse("missing-rule", name=let.op.prim, reason="what is written through it is not followed")
    elif reverse is not None:
        reverse(b, let)
    elif is_in_place(let.op.prim) and not _is_of_tuples(b, let):
        reverse_in_place(b, let)
    elif let.op.prim == "operator.mul" and let.targets and is_container(b.function.type_of(let.targets[0])):
        reverse_repeat(b, let)
    elif any(map(b.active, let.targets)) and is_by_types(b, let):
        reverse_by_types(b, let)
    elif let.op.prim.startswith("builtins.") and any(
            is_container(type_) for target in let.targets for _, type_ in b.leaves(target)):
        b.refuse("unsupported-construct", construct=f"a container that {let.op.prim[9:]} gives",
                 reason="whose shadow it has is not known", way_out="take it out of its list by its index")
    elif any(map(b.active, let.targets)) and _is_of_tuples(b, let):
        b.refuse("unsupported-construct", construct="a sum or product of tuples", reason="how long it is is not known",
                 way_out="use a list, or write out the items")
    elif any(map(b.active, let.targets)):
        reverse_row(b, let)
    elif any(map(b.active, let.op.operands)):
        _reverse_effect(b, let)


def _is_of_tuples(b: Builder, let: Let) -> bool:
    return let.op.prim in _OF_TUPLES and any(isinstance(b.function.type_of(each), Tuple) for each in let.op.args)


_WALKERS_THAT_WRITE = ("numpy.nditer", "numpy.nested_iters")
_TAKERS = ("attr", "getitem", "unpack", "apply")  # They leave it where it is, or the callee knows that it cancels.
_OF_TUPLES = ("operator.add", "operator.mul", "operator.iadd", "operator.imul")


def _reverse_list_copy(b: Builder, let: Let) -> None:
    if not let.targets:
        return
    source, target = let.op.args[0] if let.op.args else Const(None), let.targets[0]
    if is_container(b.function.type_of(source)) and is_container(b.function.type_of(target)):
        if b.active(target):
            reverse_part(b, target, source, b.emit(Op("builtins.slice", (Const(None),))))
    elif b.active(target) and is_container(b.function.type_of(target)) and not b.active(source):
        return
    elif b.active(target) and is_by_types(b, let):
        reverse_by_types(b, let)
    elif b.active(target):
        reverse_row(b, let)


def _reverse_list(b: Builder, let: Let) -> None:
    reverse = reverse_tuple if isinstance(b.function.type_of(let.targets[0]), Tuple) else reverse_display
    reverse(b, let)


def _reverse_effect(b: Builder, let: Let) -> None:
    """An operation that carries a derivative by what it writes: by its row, or not at all."""
    effect = effect_of(let.op, b.function)
    written = [operand for operand in effect.writes if b.active(operand)]
    if not written and (is_harmless(let.op.prim) or lookup(let.op.prim)):
        return
    if len(written) == 1 and isinstance(b.function.type_of(written[0]), Array) and reverse_writer(b, let, written[0]):
        return
    b.refuse("missing-rule", name=let.op.prim, reason="it may write into its arguments")


def _reverse_attr(b: Builder, let: Let) -> None:
    source = let.op.args[0]
    if not b.active(let.targets[0]) or not b.active(source):
        return
    name = str(let.op.data)
    owner = b.function.type_of(source)
    if isinstance(owner, Dict):
        if name in dict(owner.items or ()):
            reverse_container_read(b, let, let.targets[0], source, Const(name))
        elif isinstance(b.function.type_of(let.targets[0]), Any | Callable):
            _reverse_bound_method(b, let, source)
        return
    if name in METADATA and isinstance(owner, Any | Array):
        if isinstance(owner, Any):
            b.residuals.first(b.index.place(let), Op("runtime.only_array", (source, Const(name))), b.span)
        return
    if name == "flat" and isinstance(owner, Array):
        b.refuse("unsupported-construct", construct="the iterator `.flat` here", reason="which items are read is not "
                 "known", way_out="write .ravel()")
        return
    if isinstance(owner, Any) and _is_of_unknown(b, let, source, name):
        return
    if name in ("real", "imag") and isinstance(owner, Any):
        b.residuals.first(b.index.place(let), Op("runtime.only_array", (source, Const(name))), b.span)
    elif not isinstance(owner, _HAS_PARTS.get(name, ())):
        _read_off_unknown(b, let, source, name)
        return
    if b.is_shadowed((let.targets[0].name,)):
        return
    cotangent = b.take((let.targets[0].name,))
    if cotangent is None or (name == "imag" and _is_real(owner)):
        return
    if name in ("T", "mT"):
        value: Operand = b.emit(Op("attr", (cotangent.operand,), (), name))
    else:
        blind = isinstance(b.function.type_of(let.targets[0]), Any)  # It may be None where a branch was not taken.
        given = b.emit(Op("runtime.or_zero", (cotangent.operand,))) if blind else cotangent.operand
        value = b.emit(Op("numpy.real", (given,)))
        value = value if name == "real" else b.emit(Op("operator.mul", (value, Const(-1j))))
    b.add((_name(source),), b.cast(value, b.function.type_of(let.targets[0]), b.function.type_of(source)))


def _read_off_unknown(b: Builder, let: Let, source: Operand, name: str) -> None:
    """What is read off an object must be constant, a method of it, whose cotangent is the object's, or an attribute of
    an instance, whose cotangent is a part of the instance's; the limits of a dtype are constant."""
    found = b.index.single(source.name) if isinstance(source, Var) else None
    made = found[1].op.prim if found is not None and isinstance(found[1], Let) else ""
    if made in ("numpy.finfo", "numpy.iinfo"):
        return
    place, target = b.index.place(let), let.targets[0]
    how = b.pinned(("how it is read", place.number), f"{target.name}_how")
    check = Op("runtime.read_off", (target, source, Const(name)))
    taken = b.take((target.name,))
    if taken is None:
        b.residuals.then(place, check, b.span)
        return
    if isinstance(source, Var) and b.is_inside_parameter(source.name):
        b.refuse("unsupported-construct", construct=f"the attribute .{name}", way_out="pass the object itself",
                 reason="of an object of unknown class, in one that was handed over")
        return
    kept = b.residuals.keep_at(place, True, how, check, Any(), b.span, "how it belongs to the object")
    value = b.emit(Op("runtime.owed", (kept, taken.operand)), None, Any())
    if not isinstance(b.function.type_of(source), Any | Dict):
        value = b.emit(Op("runtime.or_zero", (value,)))
    b.add((_name(source),), value, owned=False)


def _is_real(type_: Type) -> bool:
    return isinstance(type_, Float) or (isinstance(type_, Array | Scalar) and type_.dtype.startswith("f"))


_NUMBER = (Array, Float, Scalar, Complex)
_HAS_PARTS: dict[str, tuple[type, ...]] = {"T": (Array,), "mT": (Array,), "real": _NUMBER, "imag": _NUMBER}


def _is_of_unknown(b: Builder, let: Let, source: Operand, name: str) -> bool:
    """Reverse `x.T`, or `x.method` that is called, of an x that only the run knows; whether it is that."""
    if name == "T":
        reverse_as_call(b, let, "numpy.transpose")
        return True
    if not _only_called(b, let.targets[0]):
        return False
    cotangent = b.take((let.targets[0].name,))
    if cotangent is not None:
        b.add((_name(source),), cotangent.operand, owned=False)
    return True


def _only_called(b: Builder, target: Var) -> bool:
    """Whether a value is the callee of calls that the run resolved: a method of an unknown object, again."""
    if not target.name.startswith("bound_"):
        return False
    for statement in statements(b.function.body):
        if target in used(statement):
            op = statement.op if isinstance(statement, Let) else None
            if op is None or op.prim != "call" or target in op.operands[2:]:
                return False
            if op.args[0] != target and getattr(op.args[0], "key", "") != "runtime.forward_dynamic":
                return False
    return True


def _reverse_bound_method(b: Builder, let: Let, source: Operand) -> None:
    """`f = x.method`: the cotangent of a bound method is that of its instance."""
    cotangent = b.take((let.targets[0].name,))
    if cotangent is not None and b.active(source):
        b.effect(Op("runtime.add_into", (b.container(source), cotangent.operand)))


def _reverse_setattr(b: Builder, let: Let) -> None:
    owner, value = let.op.args
    if isinstance(b.function.type_of(owner), Array):
        # What is known of the array's type would not be true of it afterwards, derivative or not.
        b.refuse("unsupported-construct", construct=f"setting the attribute .{let.op.data}", reason="of an array",
                 way_out="write `y = x.reshape(...)`" if let.op.data == "shape" else "make a new array")
    elif isinstance(b.function.type_of(owner), Dict):
        if b.active(owner):
            reverse_container_write(b, let)
    elif b.active(value) or b.active(owner) or (isinstance(owner, Global) and b.active.is_varied(value) and isinstance(
            b.function.type_of(owner), Callable)):
        b.refuse("unsupported-construct", construct=f"setting the attribute .{let.op.data}",
                 reason="of an object that is not known", way_out="keep the value in a variable")


def _reverse_record(b: Builder, let: Let) -> None:
    target = let.targets[0] if let.targets else None
    if target is None or not b.active(target):
        return
    if not isinstance(b.function.type_of(target), Tuple):
        reverse_display(b, let)
        return
    fields = let.op.data if isinstance(let.op.data, tuple) else ()
    given = dict(let.op.kwargs)
    for position, name in enumerate(fields):
        move(b, (target.name, position), given.get(name, Const(None)), ())


def _reverse_closure(b: Builder, let: Let) -> None:
    target = let.targets[0]
    if not b.active(target):
        return
    taken = b.take((target.name,))
    if taken is None:
        return
    for position, cell in enumerate(let.op.args):
        for leaf, type_ in b.leaves(cell):
            item: Operand = b.emit(Op("runtime.cell_cotangent", (taken.operand, Const(position))))
            if isinstance(cell, Var) and changes(b, let, cell):
                item = only_settled(b, item, cell)
            for step in leaf[1:]:
                item = b.emit(Op("runtime.pick", (item, Const(step))))
            b.add(leaf, filled(b, item, leaf, type_, b.index.place(let)), owned=False)


def _name(operand: Operand) -> str:
    assert isinstance(operand, Var)
    return operand.name


def _ignore(b: Builder, let: Let) -> None:
    if any(map(b.active, let.op.operands)) and any(map(b.active, let.targets)):
        b.refuse("unsupported-construct", construct="this expression", reason="its parts carry a derivative",
                 way_out="write it with operators and calls")


def _walked(b: Builder, let: Let) -> None:
    """What a loop walks over gets its cotangent from the loop; what is new owes nothing to anybody."""


_READS = {"copy", "tuple", "list", "dict", "record", "getitem", "attr", "closure"}

_CORE: dict[str, Reversal[[Builder, Let], None]] = {
    "copy": reverse_copy,
    "tuple": reverse_tuple,
    "unpack": lambda b, let: reverse_unpack(b, let, read_item),
    "getitem": reverse_getitem,
    "setitem": reverse_setitem,
    "augitem": reverse_augitem,
    "attr": _reverse_attr,
    "closure": _reverse_closure,
    "apply": reverse_apply,
    "call": reverse_dynamic,
    "method": reverse_dynamic,
    "list": _reverse_list,
    "dict": reverse_display,
    "record": _reverse_record,
    "setattr": _reverse_setattr,
    "runtime.new": _walked,
    "runtime.shadow_of": _walked,
    "runtime.form_of": _walked,
    "collections.Counter": _walked,
    "collections.defaultdict": _walked,
    "collections.OrderedDict": _walked,
    "collections.deque": _walked,
    "list.append": reverse_append,
    "list.extend": reverse_extend,
    "list.copy": _reverse_list_copy,
    "list.pop": reverse_pop,
    "list.insert": reverse_insert,
    "list.reverse": reverse_reverse,
    "list.rotate": reverse_rotate,
    "dict.move_to_end": _walked,
    "dict.pop": reverse_pop,
    "builtins.list": _reverse_list_copy,
    "builtins.zip": _walked,
    "builtins.enumerate": _walked,
    "builtins.reversed": _walked,
    "dict.items": _walked,
    "adls.grad": reverse_copy,
    "adls.value_and_grad": reverse_copy,
    "adls.checkpoint": reverse_copy,
    "python": _ignore,
    "format": _ignore,
    "set": _ignore,
}
