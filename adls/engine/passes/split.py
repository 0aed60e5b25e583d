"""Web splitting: a variable that is reused for something else becomes a variable of its own.

    x = np.sin(x)            x_2 = np.sin(x)
    x = x.reshape(-1)   ->   x_3 = x_2.reshape(-1)
    return x                 return x_3

A web is a set of assignments that reach a common use. After splitting a variable has one assignment, or several that
control flow merges. Shapes and aliases of one web then say nothing of another, and a backward pass finds each value
under a name of its own.
`x += v` stays with its x: in memory it is the same object.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from typing import TypeAlias

from adls.engine.ir.ops import (
    Break,
    Code,
    Continue,
    Delete,
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
from adls.engine.ir.walk import defined, regions, statements, used, with_regions
from adls.engine.passes.effects import is_in_place
from adls.engine.passes.renamed_code import renamed_code
from adls.engine.source.frozen import dataclass

State: TypeAlias = dict[str, frozenset[int]]
"""The assignments of each variable that may have made its value."""

EXACT_LEVELS = 3
"""How deep loops are nested for which it is followed exactly what reaches their heads."""

_NOTHING: frozenset[int] = frozenset()


def split(function: Function) -> Function:
    """The function with each web under a name of its own; the first one keeps the user's."""
    parameters = [var.name for var in (*function.cells, *(param.var for param in function.params))]
    again = _assigned_again(function, parameters)
    if not again:
        return function
    webs = _Webs(again)
    webs.flow(function.body, {name: frozenset((webs.define(0, name),)) for name in parameters if name in again})
    names = webs.names(_taken(function, parameters))
    return replace(function, body=_renamed(function.body, names, webs)) if names else function


def _assigned_again(function: Function, parameters: Iterable[str]) -> frozenset[str]:
    """The variables with several assignments: all others are webs already."""
    seen = set(parameters)
    again: set[str] = set()
    for statement in statements(function.body):
        for var in defined(statement):
            (again if var.name in seen else seen).add(var.name)
    return frozenset(again)


def _taken(function: Function, parameters: Iterable[str]) -> set[str]:
    """Names that a new variable may not have: those of variables, and of globals here and in functions made here."""
    taken = set(parameters)
    for statement in statements(function.body):
        taken |= {var.name for var in defined(statement)}
        for operand in used(statement):
            taken.add(operand.name if isinstance(operand, Var) else _root(operand))
        if isinstance(statement, Let) and isinstance(statement.op.data, Code):
            inner = statement.op.data.function
            taken |= _taken(inner, (var.name for var in (*inner.cells, *(param.var for param in inner.params))))
    return taken


def _root(operand: Operand) -> str:
    return operand.path.partition(".")[0] if isinstance(operand, Global) else ""


@dataclass
class _Loop:
    """The states in which the innermost loop is left or continued."""

    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)


class _Webs:
    """Reaching definitions by one walk (a loop body that assigns is walked twice), united where a use joins them."""

    def __init__(self, candidates: frozenset[str]) -> None:
        self.candidates = candidates
        self._numbers: dict[tuple[int, str], int] = {}
        self._uses: dict[tuple[int, str], int] = {}
        self._parent: list[int] = []
        self._variable: list[str] = []
        self._last: dict[str, int] = {}
        self._loops: list[_Loop] = []
        self._raised: list[State] = []

    def define(self, place: int, name: str) -> int:
        """The number of an assignment; place is its statement's id, 0 for the function's entry."""
        number = self._numbers.get((place, name))
        if number is None:
            number = self._numbers[place, name] = len(self._parent)
            self._parent.append(number)
            self._variable.append(name)
        return number

    def names(self, taken: set[str]) -> dict[int, str]:
        """A name for each web that cannot keep its variable's, by the web's number."""
        first: dict[str, int] = {}
        names: dict[int, str] = {}
        for number, variable in enumerate(self._variable):
            root = self._web(number)
            if root == first.setdefault(variable, root) or root in names:
                continue
            names[root] = self._fresh(variable, taken)
        return names

    def _fresh(self, variable: str, taken: set[str]) -> str:
        """The next name of a variable that nothing else has: counting on, as a variable may have thousands."""
        while True:
            self._last[variable] = number = self._last.get(variable, 1) + 1
            if f"{variable}_{number}" not in taken:
                return f"{variable}_{number}"

    def defined_web(self, place: int, name: str) -> int | None:
        """The web of an assignment."""
        number = self._numbers.get((place, name))
        return None if number is None else self._web(number)

    def used_web(self, place: int, name: str) -> int | None:
        """The web of a use; None where no assignment reaches it."""
        number = self._uses.get((place, name))
        return None if number is None else self._web(number)

    def flow(self, region: Region, state: State | None) -> State | None:
        """The state after a region; None where control never comes to its end."""
        for statement in region:
            if state is None:
                return None
            state = self._statement(statement, state)
        return state

    def _statement(self, statement: Statement, state: State) -> State | None:
        if not isinstance(statement, Try):
            self._use(id(statement), used(statement), state)
        match statement:
            case Let():
                return self._let(statement, state)
            case If(_, then, orelse):
                return _join(self.flow(then, state), self.flow(orelse, state))
            case For(target, _, body, orelse):
                return self._loop(statement, (), (target,), body, orelse, state)
            case While(test, _, body, orelse):
                return self._loop(statement, test, (), body, orelse, state)
            case Try():
                return self._try(statement, state)
            case With(_, target, body):
                inner = self._assign(id(statement), (target,) if target is not None else (), state)
                return self._with(body, inner)
            case Delete(variables):
                return state | {var.name: _NOTHING for var in variables if var.name in self.candidates}
            case Break():
                self._loops[-1].breaks.append(state)
                return None
            case Continue():
                self._loops[-1].continues.append(state)
                return None
            case Return() | Raise():
                return None

    def _with(self, body: Region, state: State) -> State | None:
        """A context manager may swallow an exception, so that what follows sees any assignment of the body."""
        self._raised.append(dict(state))
        after = self.flow(body, state)
        return _join(after, self._raised.pop())

    def _let(self, let: Let, state: State) -> State:
        after = self._assign(id(let), let.targets, state)
        if is_in_place(let.op.prim) and let.targets and let.targets[0] == let.op.args[0]:
            name = let.targets[0].name
            if name in self.candidates:
                self._unite((*state.get(name, _NOTHING), *after[name]))
        return after

    def _loop(self, loop: For | While, test: Region, targets: tuple[Var, ...], body: Region, orelse: Region,
              state: State) -> State | None:
        """A second walk starts from what the first one leaves: more cannot reach the loop's head.

        Each level of nesting doubles the walks. Deep inside, any assignment of the body counts as reaching the head.
        """
        inside = self._assigned_in(loop)
        exact = len(self._loops) < EXACT_LEVELS
        head, exits = state if exact else _join(state, inside) or state, _Loop()
        tested: State | None = head
        for _ in range(2 if inside and exact else 1):
            self._loops.append(exits := _Loop())
            tested = self._test(loop, test, head)
            end = self.flow(body, None if tested is None else self._assign(id(loop), targets, tested))
            self._loops.pop()
            for other in (end, *exits.continues):
                head = _join(head, other) or head
        tested = self._test(loop, test, head) if test else head
        result = self.flow(orelse, tested)
        for left in exits.breaks:
            result = _join(result, left)
        return result

    def _assigned_in(self, loop: For | While) -> State:
        """All assignments in a loop."""
        found: State = {}
        for each in statements((loop,)):
            places = [(id(each), var) for var in defined(each)] if not isinstance(each, Try) else \
                [(id(handler), handler.name) for handler in each.handlers if handler.name is not None]
            for place, var in places:
                if var.name in self.candidates:
                    found[var.name] = found.get(var.name, _NOTHING) | {self.define(place, var.name)}
        return found

    def _test(self, loop: For | While, test: Region, head: State) -> State | None:
        tested = self.flow(test, head)
        if isinstance(loop, While) and tested is not None:
            self._use(id(loop), (loop.cond,), tested)
        return tested

    def _try(self, statement: Try, state: State) -> State | None:
        """Each assignment of the body may be the last one before a handler, each one so far before `finally`."""
        loop = self._loops[-1] if self._loops else _Loop()
        left = len(loop.breaks), len(loop.continues)
        self._raised.append(dict(state))
        self._raised.append(dict(state))
        end = self.flow(statement.body, state)
        raised = self._raised.pop()
        end = self.flow(statement.orelse, end)
        for handler in statement.handlers:
            end = _join(end, self._handler(handler, raised))
        leaving = self._raised.pop()
        if not statement.final:
            return end
        assigned = self.flow(statement.final, _join(end, leaving))
        for states, seen in ((loop.breaks, left[0]), (loop.continues, left[1])):
            states[seen:] = [_join(each, assigned) or each for each in states[seen:]]
        return None if end is None else assigned

    def _handler(self, handler: Handler, raised: State) -> State | None:
        if handler.kind is not None:
            self._use(id(handler), (handler.kind,), raised)
        targets = (handler.name,) if handler.name is not None else ()
        return self.flow(handler.body, self._assign(id(handler), targets, raised))

    def _assign(self, place: int, targets: Iterable[Var], state: State) -> State:
        made = {var.name: frozenset((self.define(place, var.name),)) for var in targets if var.name in self.candidates}
        if not made:
            return state
        for raised in self._raised:
            for name, numbers in made.items():
                raised[name] = raised.get(name, _NOTHING) | numbers
        return state | made

    def _use(self, place: int, operands: Iterable[Operand], state: State) -> None:
        for operand in operands:
            if isinstance(operand, Var) and operand.name in self.candidates:
                reaching = state.get(operand.name, _NOTHING)
                key = place, operand.name
                self._unite((*reaching, *((self._uses[key],) if key in self._uses else ())))
                for number in reaching:
                    self._uses[key] = number

    def _unite(self, numbers: Iterable[int]) -> None:
        roots = [self._web(number) for number in numbers]
        if roots:
            least = min(roots)
            for root in roots:
                self._parent[root] = least

    def _web(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number


def _join(a: State | None, b: State | None) -> State | None:
    if a is None or b is None or a is b:
        return b if a is None else a
    return {name: a.get(name, _NOTHING) | b.get(name, _NOTHING) for name in {**a, **b}}


def _renamed(region: Region, names: dict[int, str], webs: _Webs) -> Region:
    return tuple(_renamed_statement(statement, names, webs) for statement in region)


def _renamed_statement(statement: Statement, names: dict[int, str], webs: _Webs) -> Statement:
    inner = regions(statement)
    if inner:
        statement = _Renaming(names, webs, id(statement)).statement(statement)
        return with_regions(statement, tuple(_renamed(region, names, webs) for region in inner))
    return _Renaming(names, webs, id(statement)).statement(statement)


@dataclass(frozen=True, slots=True)
class _Renaming:
    """The new names at one statement."""

    names: dict[int, str]
    webs: _Webs
    place: int

    def target(self, var: Var) -> Var:
        web = self.webs.defined_web(self.place, var.name)
        return Var(self.names[web]) if web in self.names else var

    def operand(self, operand: Operand) -> Operand:
        if not isinstance(operand, Var):
            return operand
        web = self.webs.used_web(self.place, operand.name)
        return Var(self.names[web]) if web in self.names else operand

    def statement(self, statement: Statement) -> Statement:
        """The statement with its own names new; its regions are left as they are."""
        match statement:
            case Let(targets, op, span):
                return Let(tuple(map(self.target, targets)), self._op(op), span)
            case If():
                return replace(statement, test=self.operand(statement.test))
            case While():
                return replace(statement, cond=self.operand(statement.cond))
            case For(target, iterable, _, _):
                return replace(statement, target=self.target(target), iterable=self.operand(iterable))
            case Try():
                return replace(statement, handlers=tuple(map(self._handler, statement.handlers)))
            case With(context, target, _):
                return replace(statement, context=self.operand(context), target=target and self.target(target))
            case Return(value, span):
                return Return(self.operand(value), span)
            case Raise(exception, cause, span):
                return Raise(exception and self.operand(exception), cause and self.operand(cause), span)
            case Delete(variables, span):
                return Delete(tuple(var for each in variables if isinstance(var := self.operand(each), Var)), span)
            case _:
                return statement

    def _op(self, op: Op) -> Op:
        args = tuple(map(self.operand, op.args))
        if isinstance(op.data, Code) and args != op.args:
            # What runs this function by itself (a library, as its key) finds what it has captured by these names.
            names = {old.name: new.name for old, new in zip(op.args, args, strict=True)
                     if isinstance(old, Var) and isinstance(new, Var) and old != new}
            return replace(op, args=args, data=renamed_code(op.data, names))
        return replace(op, args=args, kwargs=tuple((key, self.operand(value)) for key, value in op.kwargs))

    def _handler(self, handler: Handler) -> Handler:
        own = _Renaming(self.names, self.webs, id(handler))
        name = None if handler.name is None else own.target(handler.name)
        return replace(handler, kind=handler.kind and own.operand(handler.kind), name=name)


