"""Shadows: the cotangents of memory that is written in place.

An array that may be written has a shadow: an array of its shape that holds its cotangent. Two names of one memory
share one
shadow, and a view of the array has the same view of the shadow, whether strides made it a view or a copy.

Where each name of a class is bound once, to an allocation, a view of another member, or a parameter, the relation is
static: the backward pass makes the shadows in the order in which the forward pass made the arrays, when it enters
the region that
binds them. Everywhere else (a name bound to one array and later to another, arrays in containers) the forward pass
keeps a *token* of each array, its owner's identity with offset and strides, and the backward pass looks the shadow
up. An owner's
entry is dropped where its allocation is reversed, so that the same address may be used again.
"""

from __future__ import annotations

from collections.abc import Callable

from adls.engine.ir.ops import Const, For, Let, Op, Operand, Region, Var, With
from adls.engine.ir.types import (
    Any,
    Array,
    Opaque,
    Tuple,
)
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import Leaf, display_name, is_container, leaf_types
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.made import bind, new_container, picked
from adls.engine.passes.adjoint.overlapping import OVERLAPPING
from adls.engine.passes.adjoint.sharing import array_levels, container_levels
from adls.engine.passes.adjoint.walked import Turns, element_index, walked
from adls.engine.passes.effects import effect_of, is_in_place

_READ_ONLY = {"numpy.diag", "numpy.diagonal", "ndarray.diagonal", "numpy.broadcast_to",
              "numpy.lib.stride_tricks.sliding_window_view"}
"""Views that NumPy gives read-only; a shadow is written through them."""


def establish(b: Builder, region: Region) -> None:
    """Emit the shadows of what a region binds, in program order."""
    for statement in region:
        if isinstance(statement, Let):
            b.span, b.place = statement.span, b.index.place(statement)
            for target in statement.targets:
                if b.active(target):
                    _establish_target(b, statement, target)
        elif isinstance(statement, With) and statement.target is not None:
            continue


def deliver(b: Builder) -> None:
    """Hand over the shadows of arrays that lie in a parameter's containers, and are looked up here."""
    for position in b.interface.shadows:
        name = b.memory.parameters[position]
        leaves = [leaf for leaf, type_ in b.leaves_below((name,)) if is_container(type_)]
        levels = sorted({len(leaf) - 1 + level for leaf in leaves
                         for level in (*b.dynamic_levels(leaf), *_unknown_here(b, leaf))})
        if levels:
            b.plan.looks_up = True
            which = b.given_levels(b.function.types[name], levels)
            held = b.residuals.held_arrays(name, which, b.span)
            b.effect(Op("method", (b.shadows_variable, held, b.shadow_parameter(name)), (), "deliver"))
        if any(_is_put_back(b, name, leaf) for leaf in leaves):
            structure = b.residuals.entry_structure(name, b.span)
            b.effect(Op("method", (b.shadows_variable, structure, b.shadow_parameter(name)), (), "put_back"))


def _is_put_back(b: Builder, name: str, leaf: Leaf) -> bool:
    """Whether other containers may lie in a parameter's now than when it was passed, which only this function knows."""
    if len(leaf) > 1 or not b.is_dynamic(leaf):
        return False
    inside = [b.memory.at(name, level) for level in container_levels(b.leaf_type(leaf)) if level]
    return any(inner in b.dynamic and inner not in b.shared for inner in inside)


def _unknown_here(b: Builder, leaf: Leaf) -> list[int]:
    """The levels at which a parameter's container may hold arrays that nobody here knows for arrays."""
    bits = b.unknown_levels(leaf)
    return [level for level in range(bits.bit_length()) if bits >> level & 1
            and b.memory.at(b.class_name(leaf), level) not in b.shared]


def received(b: Builder, leaf: Leaf, seed: Operand) -> Operand:
    """The seed of a container that is returned, without the arrays in it whose shadows are looked up: these take
    theirs."""
    levels = b.dynamic_levels(leaf) if is_container(b.leaf_type(leaf)) else []
    whole = is_container(b.leaf_type(leaf)) and b.is_dynamic(leaf)
    if not levels and not whole:
        return seed
    assert b.place is not None
    b.plan.looks_up = True
    var = b.pinned(("returned", leaf, b.place.number), f"{leaf[0]}_returned")
    none: tuple[tuple[str, Operand], ...] = (("levels", Const(0)),)  # Also of what is not known to be an array.
    which = b.given_levels(b.leaf_type(leaf), levels) if levels else none
    read = Op("runtime.returned", (Var(str(leaf[0])), *map(Const, leaf[1:])), which)
    kept = b.residuals.keep_at(b.place, False, var, read, Opaque("token"), b.span, "the structure of what is returned")
    return b.emit(Op("method", (b.shadows_variable, kept, seed, Const(whole)), (), "receive"), None, Any())


def to_arrays(b: Builder, operand: Operand, items: Operand, place: Place) -> Operand:
    """The cotangents of a container's items without those of arrays whose shadows are looked up: these take theirs."""
    type_ = b.function.type_of(operand)
    levels = [level for level in sorted(array_levels(type_)) if isinstance(operand, Var)
              for inner in [b.memory.at(operand.name, level)] if b.memory.is_written(inner) and inner in b.dynamic]
    if not isinstance(operand, Var) or not levels:
        return items
    b.plan.looks_up = True
    var = b.pinned(("held", operand.name, place.number), f"{operand.name}_held")
    read = Op("runtime.held", (operand,), b.given_levels(type_, levels))
    held = b.residuals.keep_at(place, False, var, read, Opaque("token"), b.span, "which arrays it holds")
    return b.emit(Op("method", (b.shadows_variable, held, items), (), "spread"), None, Any())


def lend(b: Builder, holder: Var, place: Place) -> None:
    """Before a callee's adjoint runs: what is owed to arrays of unknown type in a container or object that the callee
    was given lies where it looks for it, in the container's shadow."""
    _move(b, holder, place, "deliver", after=True)


def take_back(b: Builder, holder: Var, place: Place) -> None:
    """After a callee's adjoint: what it owes to such arrays goes to their shadows, where the caller looks for it."""
    _move(b, holder, place, "absorb", after=False)


def _move(b: Builder, holder: Var, place: Place, method: str, *, after: bool) -> None:
    levels = b.unknown_levels((holder.name,))
    if not levels or not b.has_container(holder):
        return
    b.plan.looks_up = True
    var = b.pinned(("lent", holder.name, place.number, after), f"{holder.name}_held")
    stays: tuple[tuple[str, Operand], ...] = (("stays", Const(True)),)
    read = Op("runtime.returned", (holder,), (("levels", Const(levels)), *stays))
    held = b.residuals.keep_at(place, after, var, read, Opaque("token"), b.span, "which arrays it holds")
    b.effect(Op("method", (b.shadows_variable, held, b.container(holder, after=after)), (), method))


def establish_loop_target(b: Builder, statement: For) -> None:
    """Emit the shadows of containers in what a loop's target is bound to."""
    if b.active(statement.target) and isinstance(statement.iterable, Var):
        _bind_elements(b, statement, (statement.target.name,), statement.iterable, ())


def _bind_elements(b: Builder, statement: For, leaf: Leaf, source: Operand, turns: Turns) -> None:
    inner = [found for found, type_ in b.leaves_below(leaf) if is_container(type_)]
    if not inner or not isinstance(source, Var) or not b.active(source):
        return
    if b.has_container(source):
        index = element_index(b, statement, source, turns)
        element: Operand = b.emit(Op("getitem", (b.container(source), index)))
        if inner != [leaf]:
            element, _ = b.name_value(element, display_name(leaf), Any())
        for found in inner:
            bind(b, found, picked(b, element, found[len(leaf) :]))
        return
    for each, where, turned in walked(b, source, leaf, turns):
        _bind_elements(b, statement, where, each, turned)



def _establish_target(b: Builder, let: Let, target: Var) -> None:
    for leaf, type_ in leaf_types((target.name,), b.function.type_of(target)):
        if not b.is_shadowed(leaf) or b.is_dynamic(leaf):
            continue
        if is_container(type_):
            _establish_container(b, let, leaf)
        elif leaf not in b.shadows:
            _establish_array(b, let, leaf)


def _establish_array(b: Builder, let: Let, leaf: Leaf) -> None:
    op = let.op
    if is_in_place(op.prim):
        return
    shares = [(kind, operand) for kind, operand in effect_of(op, b.function).shares if isinstance(operand, Var)]
    if op.prim == "apply":
        _establish_result(b, let, leaf)
    elif not shares or op.prim in OVERLAPPING:
        _allocate(b, let, leaf)
    else:
        kind, operand = shares[0]
        shadow = b.shadows.get((operand.name,))
        if shadow is None:
            _allocate(b, let, leaf)
        elif kind == "same":
            b.shadows[leaf] = shadow
        else:
            _view(b, let, leaf, kind, operand, shadow)


def _view(b: Builder, let: Let, leaf: Leaf, kind: str, operand: Var, shadow: Operand) -> None:
    place, op = b.index.place(let), _in_shadow(let.op)
    args = tuple(shadow if arg == operand else b.index_operand(arg, place) for arg in op.args)
    kwargs = tuple((name, b.index_operand(arg, place)) for name, arg in op.kwargs)
    viewed = b.emit(Op(op.prim, args, kwargs, op.data))
    for step in leaf[1:]:
        viewed = b.emit(Op("getitem", (viewed, Const(step))))
    if op.prim in _READ_ONLY:
        viewed = b.emit(Op("runtime.writable", (viewed,)))
    if kind == "maybe":
        viewed = b.emit(Op("runtime.shadow_view", (viewed, b.is_view_flag(let, operand))))
    bind(b, leaf, viewed)


def _in_shadow(op: Op) -> Op:
    """The operation that makes the view of a shadow: where it is of the imaginary part, signs are changed."""
    if op.prim == "runtime.imaginary_shadow":
        return Op("numpy.imag", op.args)
    if op.prim == "numpy.imag" or (op.prim == "attr" and op.data == "imag"):
        return Op("runtime.imaginary_shadow", op.args or tuple(value for _, value in op.kwargs))
    return op


def _allocate(b: Builder, let: Let, leaf: Leaf) -> None:
    place = b.index.place(let)
    name = str(leaf[0])
    if b.needs_layout(name):
        var = b.pinned(("layout", name), f"{name}_layout")
        kept = b.residuals.keep_at(place, True, var, Op("runtime.layout", (Var(name),)), Opaque("layout"), let.span,
                                   f"the shape and strides of {name}")
        bind(b, leaf, b.emit(Op("runtime.shadow", (kept,))))
        return
    made = b.zeros(leaf, place)
    bind(b, leaf, made)


def _establish_result(b: Builder, let: Let, leaf: Leaf) -> None:
    interface = b.interface_of(let)
    if interface.aliases_parameter is not None:
        operand = let.op.args[interface.aliases_parameter]
        if isinstance(operand, Var) and (operand.name,) in b.shadows:
            b.shadows[leaf] = b.shadows[(operand.name,)]
            return
    _allocate(b, let, leaf)



def _establish_container(b: Builder, let: Let, leaf: Leaf) -> None:
    op = let.op
    source = op.args[0] if op.args else Const(None)
    if op.prim in ("copy", "operator.iadd") and isinstance(source, Var) and b.has_container(source):
        b.shadows[leaf] = b.container(source)
    elif op.prim == "copy" and isinstance(source, Var) and (source.name, *leaf[1:]) in b.shadows:
        b.shadows[leaf] = b.shadows[(source.name, *leaf[1:])]
    elif op.prim in ("tuple", "list", "record") and len(leaf) > 1:
        item = _items(op)[int(leaf[1])]
        inner = (getattr(item, "name", ""), *leaf[2:])
        if inner in b.shadows:
            b.shadows[leaf] = b.shadows[inner]
        elif not b.active(item):
            new_container(b, let, leaf)  # Of constants, but who gets the tuple may add to it.
    elif op.prim in _MAKERS or op.prim.startswith("collections."):
        new_container(b, let, leaf)
    elif op.prim in ("builtins.list", "list.copy") and isinstance(source, Var) and b.has_container(source):
        _part_container(b, let, leaf, source, lambda: b.emit(Op("builtins.slice", (Const(None),))))
    elif op.prim == "builtins.list" and (not b.active(source) or isinstance(b.function.type_of(source), Any)):
        new_container(b, let, leaf)  # Of constants, or of what only the run knows.
    elif op.prim in ("getitem", "unpack", "attr") and isinstance(source, Var):
        _inner_container(b, let, leaf, source)
    elif op.prim == "apply":
        new_container(b, let, leaf)
    else:
        b.refuse("unsupported-construct", construct=f"a container made by {op.prim}",
                 reason="its items carry a derivative", way_out="build it with a display or append to it")


_MAKERS = {"list", "dict", "record", "runtime.new", "operator.mul", "list.pop", "dict.pop", "runtime.shadow_of",
           "runtime.form_of"}


def _items(op: Op) -> tuple[Operand, ...]:
    """What a tuple is made of: a display's operands, or the fields of a NamedTuple in their order."""
    given = dict(op.kwargs)
    if not isinstance(op.data, tuple) or not given:
        return op.args
    return tuple(given.get(str(name), Const(None)) for name in op.data)  # What is left out has its default.


def _inner_container(b: Builder, let: Let, leaf: Leaf, source: Var) -> None:
    position = let.targets.index(Var(str(leaf[0])))
    index: Operand = Const(position) if let.op.prim == "unpack" else field_index(let.op)
    if isinstance(b.function.type_of(source), Tuple) and isinstance(index, Const):
        inner = (source.name, index.value, *leaf[1:])
        if inner in b.shadows:
            b.shadows[leaf] = b.shadows[inner]  # type: ignore[index]
    elif b.has_container(source) and _is_part(b, let, position):
        _part_container(b, let, leaf, source, lambda: starred_part(b, let) if let.op.prim == "unpack" else (
            b.slice_object(index, b.index.place(let))))
    elif b.has_container(source):
        if let.op.prim == "unpack" and isinstance(let.op.data, int) and position > let.op.data:
            index = Const(position - len(let.targets))
        where = b.index_operand(index, b.index.place(let))
        element = b.emit(Op("getitem", (b.container(source), where)))
        bind(b, leaf, picked(b, element, leaf[1:]))


def _part_container(b: Builder, let: Let, leaf: Leaf, source: Var, part: Callable[[], Operand]) -> None:
    """The shadow of a part of a list. Where one of the two is written, which item is where is known by the value."""
    if b.memory.is_written(source.name) or b.memory.is_written(str(leaf[0])):
        new_container(b, let, leaf)
    else:
        bind(b, leaf, b.emit(Op("runtime.shadow_slice", (b.container(source), part()))))


def field_index(op: Op) -> Operand:
    """The index of an item, or the name of an attribute: its index in the shadow of an instance."""
    return Const(op.data) if op.prim in ("attr", "setattr") else op.args[1]


def _is_part(b: Builder, let: Let, position: int) -> bool:
    if let.op.prim == "attr":
        return False
    if let.op.prim == "unpack":
        return let.op.data == position
    type_ = b.function.type_of(let.op.args[1])
    return isinstance(type_, Opaque) and type_.name == "slice"


def starred_part(b: Builder, let: Let) -> Operand:
    """The slice of a list that a starred target takes."""
    assert isinstance(let.op.data, int)
    behind = len(let.targets) - let.op.data - 1
    return b.emit(Op("builtins.slice", (Const(let.op.data), Const(-behind if behind else None), Const(None))))











def check_memory(b: Builder) -> None:
    """Where memory is written, what has an array's type but no known rank must be an array: a NumPy scalar is none."""
    for name, type_ in b.function.types.items():
        rankless = isinstance(type_, Array) and type_.dims is None and b.memory.is_written(name)
        if not rankless or not b.active(Var(name)) or name in b.memory.parameters or name in b.items:
            continue
        for place, statement in b.index.definitions.get(name, []):
            if not (isinstance(statement, Let) and is_in_place(statement.op.prim)):
                b.residuals.then(place, Op("runtime.only_memory", (Var(name), Const(name))), statement.span)
