"""Leaves whose memory has a shadow: known when compiling, looked up by the run, or maybe so.

What the run alone can tell to be an array, a container or a number (`e = y if far else None`) is *blind*: each
contribution to its cotangent is settled where it arises, with the shadow that the memory turns out to have, and the
statement that made the value collects from there what has come together since.
"""

from __future__ import annotations

from functools import cached_property

from adls.engine.ir.ops import Const, For, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Array, Dict, List, Tuple, Type
from adls.engine.ir.walk import statements, used
from adls.engine.passes.activity import STRUCTURAL
from adls.engine.passes.adjoint.cotangents import Cotangent, Leaf, display_name, is_container, leaf_types
from adls.engine.passes.adjoint.emitter import Emitter
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.sharing import DEPTH, array_levels
from adls.engine.passes.effects import effect_of
from adls.engine.rules.table import lookup


class Looking(Emitter):
    """Says which leaves have shadows, and where these are."""

    @cached_property
    def items(self) -> frozenset[object]:
        """Variables that are read out of written arrays of unknown rank, and that nothing but functions with a row
        reads: numbers, or views. Only the run knows which, and they are blind."""
        names = [name for name, type_ in self.function.types.items() if isinstance(type_, Array) and type_.dims is None]
        if not names or self.key.is_generated:
            return frozenset()
        found = frozenset(name for name in names if self._is_item(name))
        return found - self._kept_elsewhere() if found else found

    def _kept_elsewhere(self) -> set[object]:
        """Variables that others may see: handed on, written, put into containers, viewed."""
        found: set[object] = set()
        for statement in statements(self.function.body):
            if isinstance(statement, Let) and lookup(statement.op.prim) and statement.op.prim not in STRUCTURAL:
                effect = effect_of(statement.op, self.function)
                if not effect.shares and not effect.writes and not effect.stores:
                    continue
            found |= {each.name for each in used(statement) if isinstance(each, Var)}
        return found

    def _is_item(self, name: str) -> bool:
        found = [statement for _, statement in self.index.definitions.get(name, ())]
        read = all(isinstance(each, Let) and each.op.prim == "getitem"
                   and isinstance(self.function.type_of(each.op.args[0]), Array) for each in found)
        return bool(found) and read and name not in self.memory.parameters and (
            self.memory.is_written(name) and self.memory.class_of(name) in self.dynamic)

    def leaves(self, operand: Operand) -> list[tuple[Leaf, Type]]:
        """The leaves of an operand that has a cotangent; none for constants and inactive variables."""
        if not isinstance(operand, Var) or not self.active(operand):
            return []
        return leaf_types((operand.name,), Any() if operand.name in self.items else self.function.type_of(operand))

    def leaf_type(self, leaf: Leaf) -> Type:
        if leaf[0] in self.items:
            return Any()
        type_ = self.function.types[str(leaf[0])]
        for step in leaf[1:]:
            type_ = type_.items[int(step)] if isinstance(type_, Tuple) else Any()
        return type_

    def is_shadowed(self, leaf: Leaf) -> bool:
        """Whether the leaf's cotangent lives in memory of its own that aliases as the primal's does."""
        type_ = self.leaf_type(leaf)
        if is_container(type_):
            return True
        return isinstance(type_, Array) and self.memory.is_written(self.class_name(leaf))

    def class_name(self, leaf: Leaf) -> str:
        name = str(leaf[0])
        for _ in leaf[1:]:
            name = self.memory.content_of(name)
        return name

    def is_dynamic(self, leaf: Leaf) -> bool:
        """Whether only the run knows which memory the leaf's shadow is."""
        return self.is_shadowed(leaf) and self.memory.class_of(self.class_name(leaf)) in self.dynamic

    def dynamic_levels(self, leaf: Leaf, *, with_shared: bool = False) -> list[int]:
        """The levels at which a container holds arrays whose shadows only the run knows; `with_shared` also those whose
        shadows are in the caller's table."""
        name, known = self.class_name(leaf), frozenset() if with_shared else self.shared
        return [level for level in sorted(array_levels(self.leaf_type(leaf))) for inner in [self.memory.at(name, level)]
                if self.memory.is_written(inner) and inner in self.dynamic and inner not in known]

    def given_levels(self, type_: Type, levels: list[int]) -> tuple[tuple[str, Operand], ...]:
        """The argument that says at which levels a container's arrays count, where not all do."""
        return () if set(levels) == array_levels(type_) else (("levels", Const(sum(1 << level for level in levels))),)

    def is_looked_up(self, leaf: Leaf) -> bool:
        """Whether the leaf's shadow is in the caller's table: nobody hands it over."""
        return self.is_reference(leaf) and self.memory.class_of(self.class_name(leaf)) in self.shared

    def is_reference(self, leaf: Leaf) -> bool:
        """Whether the leaf is memory that others may name, not a number."""
        return is_container(self.leaf_type(leaf)) or isinstance(self.leaf_type(leaf), Array)

    def is_blind(self, leaf: Leaf) -> bool:
        """Whether a value of unknown type may be, or hold, memory whose shadow is looked up. What adjoints compute with
        is of unknown type often, and never has a second name."""
        return not self.key.is_generated and isinstance(self.leaf_type(leaf), Any) and bool(self._blind_levels(leaf))

    def _blind_levels(self, leaf: Leaf) -> int:
        name = self.class_name(leaf)
        return sum(1 << level for level in range(DEPTH) for inner in [self.memory.at(name, level)]
                   if inner in self.dynamic and self.memory.is_written(inner))

    def unknown_levels(self, leaf: Leaf) -> int:
        """The levels, as bits, at which a container of items of unknown type may hold arrays whose shadows are looked
        up by whoever knows them by another name."""
        type_ = self.leaf_type(leaf)
        if self.key.is_generated or not is_container(type_) or not _holds_unknown(type_):
            return 0
        return self._blind_levels(leaf) & ~(1 | sum(1 << level for level in array_levels(type_)))

    def is_inside_parameter(self, name: str) -> bool:
        """Whether a value of unknown type may be memory in a container that the caller handed over, of which neither a
        table nor shadows were handed over too: what is owed to it would not get to where it was made."""
        mine = self.memory.class_of(name)
        is_ours = self.key.instance.startswith("adls.runtime.")
        return not is_ours and mine not in self.shared and any(
            mine in self.memory.reached(given)[1:] for given in self.memory.parameters
            if is_container(self.function.types[given]) and self.memory.class_of(given) not in self.dynamic)

    def settled(self, leaf: Leaf, value: Operand, negative: bool) -> Operand:
        """A contribution to a value of unknown type without what goes to memory with a shadow of its own."""
        if negative:
            value = self.emit(Op("operator.neg", (value,)))
        return self._of_blind("settle", leaf, value, self._blind_levels(leaf), after=False)

    def collected(self, leaf: Leaf, found: Cotangent | None, elsewhere: frozenset[int] = frozenset()) -> Operand:
        """The cotangent of a value of unknown type, with what has gone to memory with a shadow of its own; not at the
        levels where somebody else looks for these shadows."""
        value: Operand = Const(None) if found is None else found.operand
        if found is not None and found.negative:
            value = self.emit(Op("operator.neg", (value,)))
        levels = self._blind_levels(leaf) & ~sum(1 << level for level in elsewhere)
        return self._of_blind("collect", leaf, value, levels, after=True)

    def without_arrays(self, leaf: Leaf, value: Operand) -> Operand:
        """A contribution of unknown structure to a container without those of arrays in it that have shadows."""
        levels = self.dynamic_levels(leaf, with_shared=True)
        if not levels:
            return value
        return self._of_blind("settle", leaf, value, sum(1 << level for level in levels), after=False)

    def primal(self, leaf: Leaf, *, after: bool) -> Operand:
        """A container, or a value of unknown type, as the forward pass has it before (or after) this place."""
        place = self.place
        assert place is not None
        bound = self.index.definitions.get(str(leaf[0]), ())
        if after and any(where.number == place.number and isinstance(statement, For) for where, statement in bound):
            place, after = Place(place.number, (*place.scopes, place.number), False, place.number), False
        value: Operand = self.residuals.reference(Var(str(leaf[0])), place, after, self.span)
        for step in leaf[1:]:
            value = self.emit(Op("getitem", (value, Const(step))))
        return value

    def _of_blind(self, method: str, leaf: Leaf, value: Operand, levels: int, *, after: bool) -> Operand:
        self.plan.looks_up = True
        op = Op("method", (self.shadows_variable, self.primal(leaf, after=after), value, Const(levels)), (), method)
        return self.emit(op, self.names.fresh(display_name(leaf)), Any())


def _holds_unknown(type_: Type) -> bool:
    """Whether something in a list, dict or tuple has no known type."""
    match type_:
        case List(item, items):
            return any(map(_holds_unknown, (item,) if items is None else items))
        case Dict(value, entries):
            return any(map(_holds_unknown, (value,) if entries is None else [t for _, t in entries]))
        case Tuple(items):
            return any(map(_holds_unknown, items))
    return isinstance(type_, Any)
