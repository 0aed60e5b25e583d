"""Emitting the backward pass: operations with names, types and spans, and regions of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Protocol

from adls.engine.ir.ops import Function, Let, Op, Operand, Region, Statement, Var, is_temporary
from adls.engine.ir.types import Type
from adls.engine.passes.activity import Activity
from adls.engine.passes.adjoint.arithmetic import elementwise_type
from adls.engine.passes.adjoint.computed import Computed
from adls.engine.passes.adjoint.cotangents import Leaf, State
from adls.engine.passes.adjoint.index import Index, Place
from adls.engine.passes.adjoint.interface import AdjointKey, Interface
from adls.engine.passes.adjoint.plan import ForwardPlan, Names
from adls.engine.passes.adjoint.residuals import Residuals
from adls.engine.passes.adjoint.sharing import Program
from adls.engine.passes.alias import Memory
from adls.engine.passes.chosen import partly_chosen
from adls.engine.rules.table import lookup
from adls.engine.source.diagnostics import KINDS, Diagnostic
from adls.engine.source.text import NOWHERE, Span


@cache
def may_share(prim: str) -> bool:
    """Whether an operation's result may share memory with an operand: the backward pass does not own it then."""
    return prim in ("copy", "getitem", "attr", "unpack") or any(row.alias != "fresh" for row in lookup(prim))


class Callees(Program, Protocol):
    """What a builder asks of the rest of the program."""

    def interface(self, key: AdjointKey) -> Interface:
        """How the adjoint of a callee is called."""

    def parameters(self, key: AdjointKey) -> tuple[Type, ...]:
        """The types of a callee's cells and parameters, as it has them: a name that is bound anew has a wider one."""

    def result(self, key: AdjointKey) -> Type:
        """The type of what a callee gives."""

    def hands_through(self, instance: str) -> frozenset[int]:
        """The positions of the operands whose elements the result's are made of, one by one."""

    inside: bool
    """Whether a function that is being differentiated calls the entry."""

    def is_entry(self, key: AdjointKey) -> bool:
        """Whether the user's own call is what this adjoint serves."""

    def source_line(self, file: str, line: int) -> str:
        """A line of a user's file, for diagnostics."""


class Emitter:
    """Appends operations to the backward pass; knows the function, its facts, and the names in use."""

    def __init__(self, key: AdjointKey, function: Function, memory: Memory, active: Activity, index: Index,
                 residuals: Residuals, names: Names, interface: Interface,
                 callees: Callees, dynamic: frozenset[str], shared: frozenset[str]) -> None:
        self.key = key
        self.function = function
        self.memory = memory
        self.active = active
        self.index = index
        self.residuals = residuals
        self.names = names
        self.interface = interface
        self.callees = callees
        self.dynamic = dynamic
        self.shared = shared
        self.computed = Computed(function, memory, index)
        self.chosen = partly_chosen(function, memory, callees.hands_through, result=key.chosen)
        self.out: list[Statement] = []
        self.state: State = {}
        self.shadows: dict[Leaf, Operand] = {}
        self.span: Span = NOWHERE
        self.diagnostics: list[Diagnostic] = []
        self.place: Place | None = None
        self.raising = False
        self.plan = ForwardPlan()
        self._pins: dict[tuple[object, ...], Var] = {}
        self.seed_variable = Var(names.pin("d_value"))
        self.types: dict[str, Type] = {self.seed_variable.name: function.result}
        self.residuals_variable = Var(names.pin("residuals"))
        self.shadows_variable = Var(names.pin("shadows"))
        self.made_variable = Var(names.pin("made"))

    # Emitting

    def emit(self, op: Op, name: str | None = None, type_: Type | None = None) -> Var:
        """Append `name = op`, with a temporary where no name is given."""
        target = Var(name or self.names.temporary())
        self.out.append(Let((target,), op, self.span))
        type_ = type_ or elementwise_type(op, self.type_of)
        if type_ is not None:
            self.types[target.name] = type_
        return target

    def type_of(self, operand: Operand) -> Type:
        """The type of an operand of the backward pass, as far as it is known while emitting."""
        known = self.types.get(operand.name) if isinstance(operand, Var) else None
        return known or self.function.type_of(operand)

    def effect(self, op: Op, targets: tuple[Var, ...] = ()) -> None:
        """Append an operation that is run for its effect, or whose targets exist already."""
        self.out.append(Let(targets, op, self.span))

    def region(self, body: Callable[[], None]) -> Region:
        """What `body` emits, as a region of its own."""
        outer, self.out = self.out, []
        try:
            body()
            return tuple(self.out)
        finally:
            self.out = outer

    def name_value(self, operand: Operand, base: str, type_: Type) -> tuple[Var, bool]:
        """Give a value a name of its own: the temporary just emitted is renamed, anything else is copied to the name.

        The flag says that it was a temporary, whose memory is nobody else's.
        """
        if isinstance(operand, Var) and self.out and self._is_last(operand) and is_temporary(operand.name):
            return self.named_last(base, type_)
        return self.emit(Op("copy", (operand,)), self.names.fresh(base), type_), False

    def named_last(self, base: str, type_: Type) -> tuple[Var, bool]:
        """What the last statement made, under a name of its own; whether its memory is nobody else's."""
        last = self.out[-1]
        assert isinstance(last, Let)
        target = Var(self.names.fresh(base))
        self.out[-1] = replace(last, targets=(target,))
        self.types[target.name] = type_
        return target, not may_share(last.op.prim)

    def _is_last(self, operand: Var) -> bool:
        """Whether the last statement made the operand."""
        last = self.out[-1]
        return isinstance(last, Let) and last.targets == (operand,)

    def refuse(self, code: str, **details: str) -> None:
        """Note that the operation at the current span cannot be differentiated."""
        line = self.callees.source_line(self.function.file, self.span.line)
        found = Diagnostic(KINDS[code], self.function.file, self.span, self.function.name, tuple(details.items()), line)
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    def pinned(self, key: tuple[object, ...], base: str) -> Var:
        """A variable of both passes with a name of its own; the same for the same key."""
        if key not in self._pins:
            self._pins[key] = Var(self.names.pin(base))
        return self._pins[key]
