"""Binding the arguments of a call to a user function's parameters, all of them by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from adls.engine.ir.entities import UserFunction, key_of
from adls.engine.ir.ops import Const, Function, Global, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Dict, List, Tuple, Type
from adls.engine.passes.infer_names import entity_type
from adls.engine.passes.infer_presence import present
from adls.engine.passes.typing import join_all

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

LONGEST_SPREAD = 32
"""A starred sequence of more items than this is left to the run."""


class Prelude:
    """Operations that come before a rewritten call: they spread stars, pack `*args`, read defaults."""

    def __init__(self, inference: Inference, let: Let) -> None:
        self.inference = inference
        self.let = let
        self.lets: list[Let] = []
        self._made = 0

    def emit(self, op: Op, found: Type) -> Var:
        """Add an operation; gives the temporary that holds its value, the same one in each walk."""
        (target,) = self.temporaries(1)
        self._add((target,), op)
        self.inference.assign(target.name, found)
        return target

    def inferred(self, op: Op) -> Var:
        """Add an operation whose type is to be found, or what stands for it; gives what holds its value."""
        from adls.engine.passes.infer_ops import infer_op

        (target,) = self.temporaries(1)
        step = self.inference.derived(self.let, (target,), op)
        infer_op(self.inference, step)
        self.lets += self.inference.replaced.get(id(step), (step,))
        return target

    def unpack(self, operand: Operand, items: Sequence[Type]) -> tuple[Var, ...]:
        """Take a sequence of known length apart."""
        targets = self.temporaries(len(items))
        if targets:
            self._add(targets, Op("unpack", (operand,)))
        for position, (target, found) in enumerate(zip(targets, items, strict=True)):
            heap = self.inference.heap
            if isinstance(operand, Var):
                heap.unify(heap.field(heap.node(operand.name), position), heap.node(target.name))
            self.inference.assign(target.name, found)
        return targets

    def keywords(self, kwargs: Sequence[tuple[str, Operand]]) -> dict[str, Operand] | None:
        """Keyword arguments by name, `**m` taken apart; None where its keys are not known."""
        found: dict[str, Operand] = {}
        for name, operand in kwargs:
            if name != "**":
                found[name] = operand
                continue
            type_ = present(self.inference, self.let, operand)
            if not isinstance(type_, Dict) or type_.items is None:
                return None
            for key, value in type_.items:
                found[str(key)] = self.item(operand, key, value)
        return found

    def item(self, operand: Operand, key: object, found: Type) -> Var:
        """`operand[key]`."""
        target = self.emit(Op("getitem", (operand, Const(key))), found)
        heap = self.inference.heap
        if isinstance(operand, Var):
            heap.unify(heap.field(heap.node(operand.name), key), heap.node(target.name))
        return target

    def temporaries(self, count: int) -> tuple[Var, ...]:
        made = []
        for _ in range(count):
            made.append(self.inference.temporary_of(self.let, self._made))
            self._made += 1
        return tuple(made)

    def _add(self, targets: tuple[Var, ...], op: Op) -> None:
        self.lets.append(Let(targets, op, self.let.span))


def spread(prelude: Prelude, operands: Sequence[Operand], stars: Sequence[int]) -> tuple[Operand, ...] | None:
    """Positional operands with the starred ones taken apart; None where one's length is not known."""
    if not stars:
        return tuple(operands)
    found: list[Operand] = []
    for position, operand in enumerate(operands):
        if position not in stars:
            found.append(operand)
            continue
        type_ = prelude.inference.type_of(operand)
        if not isinstance(type_, Tuple | List) or type_.items is None or len(type_.items) > LONGEST_SPREAD:
            return None
        found += prelude.unpack(operand, type_.items)
    return tuple(found)


def bound_arguments(prelude: Prelude, function: Function, callee: Operand, positional: Sequence[Operand],
                    keywords: Mapping[str, Operand]) -> tuple[Operand, ...] | None:
    """One operand for each parameter; None where they do not fit, and the call is left to raise what Python raises."""
    rest, named = list(positional), dict(keywords)
    bound: list[Operand] = []
    for param in function.params:
        name = param.var.name
        if param.kind == "varargs":
            bound.append(packed(prelude, rest))
            rest = []
        elif param.kind == "varkw":
            bound.append(_dict(prelude, named))
            named = {}
        elif param.kind == "positional" and rest:
            bound.append(rest.pop(0))
            if name in named:
                return None
        elif name in named:
            bound.append(named.pop(name))
        elif param.default is not None:
            default = _default(prelude, function, callee, param.default)
            if default is None:
                return None
            bound.append(default)
        else:
            return None
    return None if rest or named else tuple(bound)


def packed(prelude: Prelude, operands: Sequence[Operand]) -> Var:
    """A tuple of operands."""
    items = tuple(map(prelude.inference.type_of, operands))
    target = prelude.emit(Op("tuple", tuple(operands), (), ()), Tuple(items))
    _hold(prelude, target, enumerate(operands))
    return target


def _dict(prelude: Prelude, named: Mapping[str, Operand]) -> Var:
    entries = tuple((name, prelude.inference.type_of(operand)) for name, operand in named.items())
    operands: list[Operand] = []
    for name, operand in named.items():
        operands += [Const(name), operand]
    target = prelude.emit(Op("dict", tuple(operands)), Dict(join_all(t for _, t in entries), entries))
    _hold(prelude, target, named.items())
    return target


def _hold(prelude: Prelude, container: Var, entries: object) -> None:
    heap = prelude.inference.heap
    for key, operand in entries:  # type: ignore[attr-defined]
        if isinstance(operand, Var):
            heap.unify(heap.field(heap.node(container.name), key), heap.node(operand.name))


def _default(prelude: Prelude, function: Function, callee: Operand, default: Operand) -> Operand | None:
    """What a parameter is when it is left out, named where the call stands."""
    inference = prelude.inference
    if isinstance(default, Const):
        return default
    if isinstance(default, Var):
        return _captured_default(inference, function, callee, default)
    name, _, place = default.path.rpartition(".__")
    found = _stored_type(inference, callee, default)
    if isinstance(callee, Global) and name:
        operand = Global(f"{callee.path}.__{place}")
        inference.types["@" + operand.path] = found
        return operand
    attribute, _, index = f"__{place}".partition("[")
    holder = prelude.emit(Op("attr", (callee,), (), attribute), Any())
    key = index.removesuffix("]")
    return prelude.item(holder, int(key) if key.isdigit() else key.strip("'\""), found)


def _captured_default(inference: Inference, function: Function, callee: Operand, default: Var) -> Operand | None:
    """A nested function's default is a variable that it has captured."""
    captured = inference.closures.get(callee.name, ()) if isinstance(callee, Var) else ()
    names = [cell.name for cell in function.cells]
    if default.name in names and len(captured) == len(names):
        return captured[names.index(default.name)]
    return None


def _stored_type(inference: Inference, callee: Operand, default: Global) -> Type:
    target = getattr(inference.type_of(callee), "target", "")
    source = inference.program.source(target) if target else None
    entity = source.resolver.resolve(default.path) if source is not None else None
    # What a function has captured is read off a path; there is none through a default.
    known = entity is not None and not (isinstance(entity, UserFunction) and entity.cells)
    return entity_type(inference.program, entity, key_of(entity)) if known else Any()

