"""The forward function: the primal, statement by statement, which also keeps what the backward pass reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from adls.engine.ir.ops import (
    Const,
    For,
    Function,
    Global,
    Handler,
    If,
    Let,
    Op,
    Operand,
    Raise,
    Region,
    Return,
    Statement,
    Try,
    Var,
    While,
    With,
)
from adls.engine.ir.types import Bool, Int, Tuple, Type
from adls.engine.ir.walk import regions, statements
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.index import FUNCTION_SCOPE, Place
from adls.engine.passes.adjoint.leaving import leaves, may_leave
from adls.engine.passes.adjoint.plan import LoopPlan
from adls.engine.passes.adjoint.residuals import RESIDUALS, Edit
from adls.engine.source.text import NOWHERE, Span


def forward_function(b: Builder) -> Function:
    """The forward function of the builder's primal, once its backward pass has been emitted."""
    rewriter = _Rewriter(b)
    body = rewriter.region(b.function.body)
    head = (*rewriter.inits(), *b.residuals.entry)
    if b.key.guarded:
        body = (Try(body, (), (), rewriter.pack_sink(b.function.span), b.function.span),)
    params = b.function.params
    cells = (rewriter.sink, *b.function.cells) if b.key.guarded else b.function.cells
    types = {**b.function.types, **b.residuals.types, **rewriter.types}
    result = b.function.result if b.key.guarded else Tuple((b.function.result, RESIDUALS))
    return replace(b.function, body=(*head, *body), params=params, cells=cells, types=types, result=result,
                   role="forward")


class _Rewriter:
    def __init__(self, b: Builder) -> None:
        self.b = b
        plan = b.plan
        taken = b.function.types  # What is differentiated may be a forward function that has a sink of its own.
        names = (f"kept_here_{n}" if n > 1 else "kept_here" for n in range(1, len(taken) + 2))
        self.sink = Var(next(name for name in names if name not in taken))
        self.types: dict[str, Type] = {self.sink.name: RESIDUALS}
        self.types |= {var.name: Int() for table in (plan.progress_start, plan.handlers, plan.counters)
                       for var in table.values()}
        self.types |= {var.name: Bool() for var in plan.completed.values()}
        self.types |= {loop.kept.name: RESIDUALS for loop in plan.loops.values()}

    def _temporary(self) -> Var:
        var = Var(self.b.names.temporary())
        self.types[var.name] = RESIDUALS
        return var

    def region(self, region: Region) -> Region:
        out: list[Statement] = []
        for statement in region:
            out += self.statement(statement)
        return tuple(out)

    def statement(self, statement: Statement) -> list[Statement]:
        number = self.b.index.place(statement).number
        edit = self.b.residuals.edits.get(number, Edit())
        return [*self._progress_start(number, statement.span), *edit.before, *self._itself(statement, number, edit),
                *edit.after, *self._progress(number, statement)]

    def _progress_start(self, number: int, span: Span) -> list[Statement]:
        start = self.b.plan.progress_start.get(number)
        return [_assign(start, 0, span)] if start is not None else []

    def _progress(self, number: int, statement: Statement) -> list[Statement]:
        if leaves((statement,)):
            return []
        return [_assign(Var(name), value, statement.span)
                for name, value in self.b.plan.progress.get(number, {}).items()]

    def _itself(self, statement: Statement, number: int, edit: Edit) -> list[Statement]:
        match statement:
            case Let():
                return self.b.plan.calls.get(number, [statement])
            case Return(value):
                return self._return(value, statement.span)
            case If():
                return [replace(statement, then=self.region(statement.then), orelse=self.region(statement.orelse))]
            case For() | While():
                return self._loop(statement, number, edit)
            case Try():
                return self._try(statement, number)
            case With():
                return [replace(statement, body=self.region(statement.body))]
            case _:
                return [statement]

    # Leaving the function

    def _return(self, value: Operand, span: Span) -> list[Statement]:
        if self.b.key.guarded:
            return [Return(value, span)]
        kept = self._temporary()
        both = self._temporary()
        names = tuple(Var(name) for name in self.b.residuals.scopes[FUNCTION_SCOPE])
        return [*self._forms(span), Let((kept,), Op("tuple", names), span),
                Let((both,), Op("tuple", (value, kept)), span), Return(both, span)]

    def _forms(self, span: Span) -> list[Statement]:
        """The structures of containers that live on."""
        lasting = self._lasting
        stays: tuple[tuple[str, Operand], ...] = (("stays", Const(True)),) if self.b.key.shared else ()
        structures = [Let((form,), Op("runtime.returned", (Var(name),), (("levels", Const(0)), *stays)), span)
                      for name, form in self.b.residuals.structures.items()]
        if not lasting:
            return [*structures]
        made = self._temporary()  # What two of them hold is one thing in both forms.
        return [*structures, Let((made,), Op("dict"), span),
                *(Let((form,), Op("runtime.form_of", (Var(name), made)), span) for name, form in lasting.items())]

    @property
    def _lasting(self) -> dict[str, Var]:
        kept = self.b.residuals.scopes[FUNCTION_SCOPE]
        return {name: form for name, form in self.b.residuals.forms.items() if form.name in kept}

    def pack_sink(self, span: Span) -> Region:
        kept = self._temporary()
        names = tuple(Var(name) for name in self.b.residuals.scopes[FUNCTION_SCOPE])
        return (*self._forms(span), Let((kept,), Op("tuple", names), span),
                Let((), Op("list.append", (self.sink, kept)), span))

    # Loops

    def _loop(self, statement: For | While, number: int, edit: Edit) -> list[Statement]:
        plan = self.b.plan.loops.get(number)
        body = (*edit.inside, *self._loop_items(statement, number), *self.region(statement.body))
        before: list[Statement] = []
        counter = self.b.plan.counters.get(number)
        if counter is not None:
            before.append(_assign(counter, -1, statement.span))
            body = (Let((counter,), Op("operator.add", (counter, Const(1))), statement.span), *body)
        completed = self.b.plan.completed.get(number)
        orelse = self.region(statement.orelse)
        if completed is not None:
            before.append(_assign(completed, False, statement.span))
            orelse = (_assign(completed, True, statement.span), *orelse)
        if plan is not None:
            before.append(self._new_kept(plan, number, statement.span))
            body = self._keeping(statement, body, plan, number)
        if isinstance(statement, While):
            return [*before, replace(statement, test=self.region(statement.test), body=body, orelse=orelse)]
        return [*before, replace(statement, body=body, orelse=orelse)]

    def _loop_items(self, statement: Statement, number: int) -> list[Statement]:
        found: list[Statement] = []
        for name, path in self.b.plan.items.get(number, {}).items():
            assert isinstance(statement, For)
            value: Operand = statement.target
            for step in path[:-1]:
                value = Var(self.b.names.temporary())
                found.append(Let((value,), Op("getitem", (statement.target, Const(step))), statement.span))
            found.append(Let((Var(name),), Op("getitem", (value, Const(path[-1]))), statement.span))
        return found

    def _new_kept(self, plan: LoopPlan, number: int, span: Span) -> Statement:
        if self.b.residuals.scopes.get(number):
            return Let((plan.kept,), Op("list"), span)
        return _assign(plan.kept, 0, span)

    def _keeping(self, statement: For | While, body: Region, plan: LoopPlan, number: int) -> Region:
        names = tuple(Var(name) for name in self.b.residuals.scopes.get(number, {}))
        span = statement.span
        if not names:
            return (Let((plan.kept,), Op("operator.add", (plan.kept, Const(1))), span), *body)
        kept: Var = names[0]
        pack: list[Statement] = []
        if len(names) > 1:
            kept = self._temporary()
            pack.append(Let((kept,), Op("tuple", names), span))
        pack.append(Let((), Op("list.append", (plan.kept, kept)), span))
        if plan.raising or _is_left_early(statement.body):
            return (Try(body, (), (), tuple(pack), span),)
        return (*body, *pack)

    # Exceptions

    def _try(self, statement: Try, number: int) -> list[Statement]:
        which = self.b.plan.handlers.get(number)
        handlers = tuple(self._handler(handler, which, position)
                         for position, handler in enumerate(statement.handlers, start=1))
        orelse = self.region(statement.orelse)
        if which is not None and orelse:
            orelse = (_assign(which, -1, statement.span), *orelse)
        body = self.region(statement.body)
        if any(_may_refuse(s) for s in statements(body)) and any(_catches_all(each) for each in handlers):
            handlers = (Handler(_REFUSAL, None, (Raise(None, None, statement.span),), statement.span), *handlers)
        tried = Try(body, handlers, orelse, self.region(statement.final), statement.span)
        return [_assign(which, 0, statement.span), tried] if which is not None else [tried]

    def _handler(self, handler: Handler, which: Var | None, position: int) -> Handler:
        mark = (_assign(which, position, handler.span),) if which is not None else ()
        return replace(handler, body=(*mark, *self.region(handler.body)))

    # Names that not every path binds

    def inits(self) -> Region:
        """`name = None` for what is kept but may be unbound where it is packed; a loop then had no iterations."""
        found = [name for scope, kept in self.b.residuals.scopes.items() for name in kept
                 if Var(name) not in self._lasting.values() and self._may_be_unbound(name, scope)]
        found += [name for name in self._lasting if self._may_be_unbound(name, FUNCTION_SCOPE)]
        set_at_entry = {target.name for s in self.b.residuals.entry if isinstance(s, Let) for target in s.targets}
        found += sorted(self.b.residuals.slots - set_at_entry)
        loops = {plan.kept.name for plan in self.b.plan.loops.values()}
        return tuple(Let((Var(name),), Op("list") if name in loops else Op("copy", (Const(None),)),
                         NOWHERE_IN(self.b.function)) for name in dict.fromkeys(found))

    def _may_be_unbound(self, name: str, scope: int) -> bool:
        if name in self.b.memory.parameters or any(_binds(s, name) for s in self.b.residuals.entry):
            return False
        return not self._surely_bound(name, scope)

    def _surely_bound(self, name: str, scope: int) -> bool:
        """Whether the name is bound on every way to the end of the scope, where it is packed."""
        if self.b.key.guarded:
            return False
        places = [(where, where.number != where.scope) for where, _ in self.b.index.definitions.get(name, [])] or [
            (place, self._is_bound_after(place, name)) for place in self._edit_places(name)]
        return any(not place.conditional and self._comes_before_end(place, scope, after) for place, after in places)

    def _is_bound_after(self, place: Place, name: str) -> bool:
        """Whether the forward pass binds a name of its own only when it has come through a statement."""
        edit, call = self.b.residuals.edits.get(place.number), self.b.plan.calls.get(place.number, ())
        return any(_binds(s, name) for s in (*call, *(edit.after if edit is not None else ())))

    def _comes_before_end(self, place: Place, scope: int, after: bool) -> bool:
        """Whether whoever comes to the end of a scope has come past a place: in a loop inside it, maybe never."""
        if place.scope == scope:
            return not self._left_before(place, after)
        loop = self.b.index.scope_of_loop.get(scope)
        return loop is not None and place.number <= scope and place.scope in self.b.index.place(loop).scopes

    def _edit_places(self, name: str) -> list[Place]:
        return [place for place in self.b.index.places.values() if place.number in self._edited.get(name, ())]

    @cached_property
    def _edited(self) -> dict[str, set[int]]:
        """The names that the forward pass binds for itself, each with the numbers of the statements where it does."""
        found: dict[str, set[int]] = {}
        for number, edit in self.b.residuals.edits.items():
            _note(found, number, _bound((*edit.before, *edit.after, *edit.inside)))
        for number, lets in self.b.plan.calls.items():
            _note(found, number, _bound(lets))
        for number, plan in self.b.plan.loops.items():
            _note(found, number, [plan.kept])
        for table in (self.b.plan.handlers, self.b.plan.completed, self.b.plan.progress_start, self.b.plan.counters):
            for number, var in table.items():
                _note(found, number, [var])
        return found

    @cached_property
    def _exits(self) -> list[Place]:
        """The statements that may leave their scope."""
        found = (s for s in statements(self.b.function.body) if may_leave(s) or isinstance(s, Try))
        return [self.b.index.place(statement) for statement in found]

    def _left_before(self, place: Place, after: bool) -> bool:
        """Whether the scope may be left before (or at) a place, so that it packs without having come there."""
        scope, number = place.scope, place.number
        if any(where.number < number + after and where.scope == scope for where in self._exits):
            return True
        plan = self.b.plan.loops.get(scope)
        if plan is None:
            return False
        at_once = not after and number <= scope + 1  # The loop's own target, and what is assigned first of all.
        return plan.raising or (not at_once and self._packs_at_last(scope))

    def _packs_at_last(self, scope: int) -> bool:
        """Whether a loop packs in a `finally`, which an exception comes through too."""
        loop = self.b.index.scope_of_loop.get(scope)
        return isinstance(loop, For | While) and _is_left_early(loop.body)


def _is_left_early(body: Region) -> bool:
    """Whether an iteration may end before the end of a loop's body."""
    return any(may_leave(s) or _continues(s) for s in body)


def _continues(statement: Statement) -> bool:
    return any(_continues(nested) for region in regions(statement) for nested in region)


def _note(found: dict[str, set[int]], number: int, names: Iterable[Var]) -> None:
    for var in names:
        found.setdefault(var.name, set()).add(number)


def _bound(body: Iterable[Statement]) -> Iterator[Var]:
    """What the assignments among statements bind."""
    return (target for statement in body if isinstance(statement, Let) for target in statement.targets)


def _binds(statement: Statement, name: str) -> bool:
    return isinstance(statement, Let) and Var(name) in statement.targets


def _assign(var: Var, value: object, span: Span) -> Let:
    return Let((var,), Op("copy", (Const(value),)), span)


def NOWHERE_IN(function: Function) -> Span:
    """The span of a function's header, for what belongs to no line of its body."""
    return function.span if function.span != NOWHERE else Span(1, 0, 1, 0)


_REFUSAL = Global("runtime.DifferentiationError", "runtime.DifferentiationError")


def _may_refuse(statement: Statement) -> bool:
    """Whether a statement of a forward function may raise an error of ours, which no handler of the user's is for."""
    return isinstance(statement, Let) and (
        statement.op.prim in ("forward", "forward_dynamic") or statement.op.prim.startswith("runtime."))


def _catches_all(handler: Handler) -> bool:
    if isinstance(handler.kind, Global):
        return handler.kind.key in ("builtins.Exception", "builtins.BaseException")
    return True
