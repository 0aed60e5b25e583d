"""The shadows of containers that the program makes: displays, instances, what calls give back."""

from __future__ import annotations

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Array, Bool, Complex, Dict, Float, Int, List, Scalar, Tuple, Type
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import Leaf, display_name, is_container
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.sharing import container_levels

_SHOWN = ("list", "dict", "record", "copy", "getitem", "attr", "unpack")
"""What makes a container whose shadow is known by the text, where nobody writes it."""


def new_container(b: Builder, let: Let, leaf: Leaf) -> None:
    name, place = str(leaf[0]), b.index.place(let)
    made: Operand
    type_ = b.leaf_type(leaf)
    partly = _is_partly_given(let, type_)
    if let.op.prim not in ("list", "dict", "record") or b.memory.is_written(name) or partly:
        kept = picked(b, b.residuals.structure(Var(name), place, True, let.span), leaf[1:])
        if _is_met_elsewhere(b, name):
            b.plan.shares = True
            made = b.emit(Op("runtime.shadow_of", (kept, b.made_variable)))
        else:
            made = b.emit(Op("runtime.shadow_of", (kept,)))
    elif isinstance(type_, List):
        known = type_.items or (type_.item,) * len(let.op.args)
        items = (_shadow_or(b, item, _zero_beside(t, type_.item)) for item, t in zip(let.op.args, known, strict=True))
        made = b.emit(Op("list", tuple(items)))
    elif let.op.prim == "record":
        given = dict(let.op.kwargs)
        fields = ((Const(name), _shadow_or(b, given.get(str(name), Const(None)), zero_item(t)))
                  for name, t in (type_.items if isinstance(type_, Dict) else None) or ())
        made = b.emit(Op("dict", tuple(each for field in fields for each in field)))
    else:
        joined = type_.value if isinstance(type_, Dict) else Any()
        entries = (operand if n % 2 == 0 else _shadow_or(b, operand, _zero_beside(b.function.type_of(operand), joined))
                   for n, operand in enumerate(_kept_keys(b, let, place)))
        made = b.emit(Op("dict", tuple(entries)))
    if len(leaf) == 1 and let.op.prim in ("list", "dict", "record") and not b.memory.is_written(name) and not partly:
        made = _noted(b, name, made, place)
    bind(b, leaf, made)


def _noted(b: Builder, name: str, made: Operand, place: Place) -> Operand:
    """The shadow of a display. Where it lies in what has a shadow made by identity, the two have one shadow of it:
    a loop that is reversed shows it again, when that of the list around it has been there for long."""
    here = b.memory.class_of(name)
    if any(is_container(type_) and here in b.memory.reached(other)[1:] and not _is_display(b, other)
           for other, type_ in b.function.types.items()
           if not other.startswith("@") and other not in b.memory.parameters):
        kept = b.residuals.structure(Var(name), place, True, b.span)
        b.plan.shares = True
        return b.emit(Op("runtime.noted", (kept, made, b.made_variable)))
    return made


def _is_display(b: Builder, name: str) -> bool:
    """Whether a container's shadow is that of a display, or is read off another."""
    made = [statement for _, statement in b.index.definitions.get(name, []) if isinstance(statement, Let)]
    return not b.memory.is_written(name) and bool(made) and all(
        let.op.prim in _SHOWN and not _is_partly_given(let, b.function.types[name]) for let in made)


def _is_partly_given(let: Let, type_: Type) -> bool:
    """Whether an operation makes an instance of which some fields have their defaults."""
    return let.op.prim == "record" and isinstance(type_, Dict) and len(let.op.kwargs) < len(type_.items or ())


def _is_met_elsewhere(b: Builder, name: str) -> bool:
    """Whether a container lies in another, or holds one, that has a name too: the two have one shadow."""
    here = b.memory.reached(name)
    return any(is_container(type_) and not other.startswith("@") and other not in b.memory.parameters
               and b.memory.class_of(other) != here[0]
               and (b.memory.class_of(other) in here or here[0] in b.memory.reached(other))
               for other, type_ in b.function.types.items())


def zero_item(type_: Type) -> Const:
    """What a shadow container holds for an item that has no cotangent yet."""
    return Const(0.0) if isinstance(type_, Float | Scalar | Complex) else Const(None)


def _zero_beside(type_: Type, joined: Type) -> Const:
    """What a shadow display holds for an item: an int may be read as one of the floats beside it."""
    return zero_item(joined if isinstance(type_, Int | Bool) else type_)


def _kept_keys(b: Builder, let: Let, place: Place) -> list[Operand]:
    return [operand if n % 2 else b.index_operand(operand, place) for n, operand in enumerate(let.op.args)]


def _shadow_or(b: Builder, item: Operand, zero: Const) -> Operand:
    """The shadow of what a display holds: of a container its own, of a tuple those of the containers in it."""
    return _shadow_in(b, (item.name,), b.function.type_of(item), zero) if isinstance(item, Var) else zero


def _shadow_in(b: Builder, leaf: Leaf, type_: Type, zero: Const) -> Operand:
    if isinstance(type_, Tuple) and container_levels(type_):
        return b.emit(Op("tuple", tuple(_shadow_in(b, (*leaf, n), item, zero_item(item))
                                        for n, item in enumerate(type_.items))))
    if not is_container(type_) or leaf in b.shadows:
        return b.shadows[leaf] if leaf in b.shadows and is_container(type_) else zero
    if len(leaf) == 1 and container_levels(type_) == {0} and not _holds_reals(type_):
        return zero
    assert b.place is not None  # Nothing in it varies, but who reads it may not know.
    kept = b.residuals.structure(Var(str(leaf[0])), b.place, True, b.span)
    return b.emit(Op("runtime.shadow_of", (picked(b, kept, leaf[1:]),)))


def _holds_reals(type_: Type) -> bool:
    """Whether a list or dict may hold what can be read as carrying a derivative."""
    inside = type_.items or (type_.item,) if isinstance(type_, List) else (
        [t for _, t in type_.items or ()] or [type_.value] if isinstance(type_, Dict) else ())
    return any(isinstance(item, Float | Scalar | Complex | Array | Any | Tuple) for item in inside)


def bind(b: Builder, leaf: Leaf, made: Operand) -> None:
    named, _ = b.name_value(made, display_name(leaf), b.leaf_type(leaf))
    b.shadows[leaf] = named


def picked(b: Builder, element: Operand, path: Leaf) -> Operand:
    for step in path:
        element = b.emit(Op("getitem", (element, Const(step))))
    return element
