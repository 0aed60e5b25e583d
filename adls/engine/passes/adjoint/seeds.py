"""The cotangent of a call's result, as its callee takes it."""

from __future__ import annotations

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Complex,
    Float,
    Scalar,
    Tuple,
    Type,
)
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import is_container
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.interface import RESULT_POSITION, AdjointKey, Interface
from adls.engine.passes.adjoint.residuals import SHAPE, TOKEN, reading_shape


def seed_of(b: Builder, let: Let, key: AdjointKey, interface: Interface) -> Operand:
    """The cotangent of the callee's result; zeros where the result is not used."""
    if not interface.seeded or interface.aliases_parameter is not None:
        return Const(None)
    place = b.index.place(let)
    elsewhere = frozenset(level for position, level in interface.looked_up if position == RESULT_POSITION)
    if let.targets:
        _gather(b, let, elsewhere, place)
        seed = b.packed_result((let.targets[0].name,), place, elsewhere, interface.settled)
        return _whole(b, let, key, seed, place) if isinstance(b.function.type_of(let.targets[0]), Any) else seed
    if 0 in elsewhere:
        return Const(None)
    return _zeros(b, let, b.callees.result(key), place, (), b.pinned(("ignored", place.number), "ignored").name)


def _whole(b: Builder, let: Let, key: AdjointKey, seed: Operand, place: Place) -> Operand:
    """The seed, or zeros: a name that is None elsewhere may have no cotangent, and the callee knows what it gives."""
    result, name = b.callees.result(key), let.targets[0].name
    if isinstance(result, Tuple) and not _has_zeros(result):
        return b.emit(Op("runtime.or_nothing", (seed, _zeros(b, let, result, place, (), name))), None, Any())
    if not _has_zeros(result):
        return seed
    kept = b.residuals.keep_at(place, True, b.pinned(("seed shapes", place.number), f"{name}_shapes"),
                               Op("runtime.shapes", let.targets), SHAPE, let.span, f"the shape of {name}")
    return b.emit(Op("runtime.or_zeros_of", (seed, kept)), None, Any())


def _has_zeros(type_: Type) -> bool:
    """Whether a callee takes numbers and arrays for the cotangent of what it gives, and not None."""
    if isinstance(type_, Tuple):
        return all(map(_has_zeros, type_.items))
    return isinstance(type_, Float | Complex | Scalar | Array)


def _zeros(b: Builder, let: Let, type_: Type, place: Place, steps: tuple[int, ...], name: str) -> Operand:
    """Zeros in the structure of a result that has no cotangent, or of a part of it."""
    if isinstance(type_, Tuple):
        items = tuple(_zeros(b, let, each, place, (*steps, n), name) for n, each in enumerate(type_.items))
        return b.emit(Op("tuple", items), type_=type_)
    if isinstance(type_, Float | Complex | Scalar):
        return Const(0.0)
    if not isinstance(type_, Array):
        return Const(None)
    shape = b.pinned(("ignored shape", place.number, steps), f"{name}_shape")
    read = reading_shape((name, *steps)) if steps else Op("numpy.shape", (Var(name),))
    kept = b.residuals.keep_at(place, True, shape, read, SHAPE, let.span, "of what is unused")
    return b.emit(Op("numpy.zeros", (kept,)), type_=type_)


def _gather(b: Builder, let: Let, elsewhere: frozenset[int], place: Place) -> None:
    """Arrays in the callee's result that the caller writes have shadows of their own: these become the seed, whoever
    else looks them up."""
    name = let.targets[0].name
    for leaf, type_ in b.leaves(let.targets[0]):
        found = b.dynamic_levels(leaf, with_shared=True) if is_container(type_) else []
        levels = [level for level in found if len(leaf) - 1 + level not in elsewhere]  # The callee looks up the others.
        if levels and len(leaf) - 1 not in elsewhere:
            b.plan.looks_up = True
            var = b.pinned(("held", leaf, place.number), f"{name}_held")
            steps = tuple(Const(step) for step in leaf[1:])
            read = Op("runtime.returned", (Var(name), *steps), b.given_levels(type_, levels))
            held = b.residuals.keep_at(place, True, var, read, TOKEN, let.span, f"which arrays {name} holds")
            b.effect(Op("method", (b.shadows_variable, held, b.container_leaf(leaf)), (), "hand_over"))
