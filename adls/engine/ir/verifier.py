"""What every function of the IR holds to, before and after each pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from adls.engine.ir.ops import (
    Break,
    Code,
    Const,
    Continue,
    Delete,
    For,
    Function,
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
    is_temporary,
)
from adls.engine.ir.printer import show_op
from adls.engine.ir.walk import all_defined, all_used, defined, regions, statements, used
from adls.engine.source.text import NOWHERE, Span

_ARITY = {"copy": 1, "getitem": 2, "setitem": 3, "augitem": 3, "delitem": 2, "slice": 3, "attr": 1, "setattr": 2,
          "unpack": 1}
_NO_TARGETS = {"setitem", "augitem", "delitem", "setattr"}
_NAMED = {"attr", "setattr", "method", "augitem", "python", "import"}

Defined: TypeAlias = frozenset[str] | None
"""The variables that may have a value at some point; None where control never comes."""


class InvalidIR(Exception):
    """A function of the IR that breaks a rule: a defect in adls, never in the user's program."""


def verify(function: Function) -> None:
    """Raise `InvalidIR`, naming the function and the statement, if the function breaks a rule of the IR."""
    parameters = [*function.cells, *(param.var for param in function.params)]
    _check_names(function, parameters)
    _check_types(function, parameters)
    _check_assigned(function, parameters)
    _Flow(function).region(function.body, frozenset(var.name for var in parameters))
    _check_statements(function, function.body)


def _fail(function: Function, statement: Statement | None, what: str) -> InvalidIR:
    if statement is None:
        return InvalidIR(f"{function.role} {function.qualname}: {what}")
    text = show_op(statement.op) if isinstance(statement, Let) else type(statement).__name__.lower()
    return InvalidIR(f"{function.role} {function.qualname}, line {statement.span.line}, `{text}`: {what}")


def _check_names(function: Function, parameters: list[Var]) -> None:
    new = [each for each in statements(function.body) if not _is_refinement(each, function.role)]
    made = [var for each in new for var in defined(each)]
    counts = Counter(var.name for var in [*parameters, *made])
    for name, count in counts.items():
        if not name.isidentifier():
            raise _fail(function, None, f"{name!r} is no identifier")
        if count > 1 and is_temporary(name):
            raise _fail(function, None, f"the temporary {name} is assigned {count} times")
    twice = [name for name, count in Counter(var.name for var in parameters).items() if count > 1]
    if twice:
        raise _fail(function, None, f"two parameters are called {twice[0]}")


def _is_refinement(statement: Statement, role: str) -> bool:
    """Whether it writes into what its target names already (`t1 += v`), or holds the place of a residual that an arm
    may not make (`t1 = None` in a forward function)."""
    if not isinstance(statement, Let):
        return False
    updates = statement.op.prim.startswith("operator.i") and statement.targets == statement.op.args[:1]
    return updates or (role == "forward" and statement.op == Op("copy", (Const(None),)))


def _check_assigned(function: Function, parameters: list[Var]) -> None:
    """A variable that nothing assigns is none; one that is read too early is an UnboundLocalError of the user's."""
    names = {var.name for var in [*parameters, *all_defined(function.body)]}
    for operand in all_used(function.body):
        if isinstance(operand, Var) and operand.name not in names:
            raise _fail(function, None, f"nothing assigns {operand.name}, which is read")


def _check_types(function: Function, parameters: list[Var]) -> None:
    """Once a primal is typed, all its variables are; those that differentiation makes are typed for reading only."""
    if not function.types or function.role != "primal":
        return
    for var in [*parameters, *all_defined(function.body)]:
        if var.name not in function.types:
            raise _fail(function, None, f"{var.name} has no type")


def _check_statements(function: Function, region: Region) -> None:
    for statement in region:
        for span in _spans(statement):
            if not _is_sane(span):
                raise _fail(function, statement, f"{span} is no range of a file")
        if isinstance(statement, Let):
            what = _wrong_targets(statement) or _wrong_operands(statement.op)
            if what:
                raise _fail(function, statement, what)
            if isinstance(statement.op.data, Code):
                verify(statement.op.data.function)
        for inner in regions(statement):
            _check_statements(function, inner)


def _spans(statement: Statement) -> list[Span]:
    handlers = statement.handlers if isinstance(statement, Try) else ()
    return [statement.span, *(handler.span for handler in handlers)]


def _is_sane(span: Span) -> bool:
    ordered = (span.line, span.column) <= (span.end_line, span.end_column)
    return span == NOWHERE or (span.line >= 1 and span.column >= 0 and ordered)


def _wrong_targets(let: Let) -> str:
    count = len(let.targets)
    if let.op.prim in _NO_TARGETS and count:
        return "it has no value to assign"
    if let.op.prim == "unpack":
        star = let.op.data
        if not count:
            return "unpacking needs a target"
        if star is not None and not (isinstance(star, int) and 0 <= star < count):
            return f"no target has the index {star!r}"
    return ""


def _wrong_operands(op: Op) -> str:
    wanted = _ARITY.get(op.prim)
    if wanted is not None and len(op.args) != wanted:
        return f"it needs {wanted} operands, not {len(op.args)}"
    if op.prim == "dict" and len(op.args) % 2:
        return "a key has no value"
    if op.prim in _NAMED and not isinstance(op.data, str):
        return "its data is no name"
    if op.prim in ("tuple", "list", "set", "call") and not _are_stars(op):
        return f"{op.data!r} are no positions of its operands"
    if op.prim == "closure" and not (isinstance(op.data, Code) and len(op.data.function.cells) == len(op.args)):
        return "its operands are not what the function captures"
    return ""


def _are_stars(op: Op) -> bool:
    if op.data is None:
        return True
    return isinstance(op.data, tuple) and all(isinstance(i, int) and 0 <= i < len(op.args) for i in op.data)


def _join(*states: Defined) -> Defined:
    known = [state for state in states if state is not None]
    return frozenset().union(*known) if known else None


@dataclass(slots=True)
class _Loop:
    """What may be defined where a loop is left by `break`."""

    broken: Defined = None


@dataclass(slots=True)
class _Flow:
    """Which variables may have a value where: each read of what adls made needs a definition that can reach it."""

    function: Function
    loops: list[_Loop] = field(default_factory=list)

    def region(self, region: Region, known: Defined) -> Defined:
        for statement in region:
            self._check_reads(statement, () if isinstance(statement, While) else used(statement), known)
            known = self._after(statement, known)
        return known

    def _check_reads(self, statement: Statement, operands: tuple[Operand, ...], known: Defined) -> None:
        if known is None:
            return
        for operand in operands:
            if isinstance(operand, Var) and operand.name not in known and self._is_ours(operand):
                raise _fail(self.function, statement, f"no definition of {operand.name} reaches it")

    def _is_ours(self, var: Var) -> bool:
        return self.function.role == "backward" or is_temporary(var.name)

    def _after(self, statement: Statement, known: Defined) -> Defined:
        match statement:
            case If(_, then, orelse):
                return _join(self.region(then, known), self.region(orelse, known))
            case For() | While():
                return self._loop(statement, known)
            case Try():
                return self._try(statement, known)
            case With(_, _, body):
                return self.region(body, self._with_names(statement, known))
            case Delete(variables):
                return None if known is None else known - {variable.name for variable in variables}
            case Return() | Raise():
                return None
            case Break() | Continue():
                self._leave(statement, known)
                return None
            case _:
                return self._with_names(statement, known)

    def _with_names(self, statement: Statement, known: Defined) -> Defined:
        return None if known is None else known | {var.name for var in defined(statement)}

    def _leave(self, statement: Break | Continue, known: Defined) -> None:
        if not self.loops:
            raise _fail(self.function, statement, "it stands outside of any loop")
        if isinstance(statement, Break):
            self.loops[-1].broken = _join(self.loops[-1].broken, known)

    def _loop(self, loop: For | While, known: Defined) -> Defined:
        """Variables that the body assigns may be there when it begins again; a temporary lives within one iteration."""
        here = _Loop()
        again = [var.name for var in all_defined((replace(loop, orelse=()),)) if not is_temporary(var.name)]
        self.loops.append(here)
        tested = self._test(loop, None if known is None else known.union(again))
        end = self.region(loop.body, self._with_names(loop, tested))
        self.loops.pop()
        return _join(self.region(loop.orelse, _join(tested, end)), here.broken)

    def _test(self, loop: For | While, known: Defined) -> Defined:
        if isinstance(loop, While):
            known = self.region(loop.test, known)
            self._check_reads(loop, (loop.cond,), known)
        return known

    def _try(self, statement: Try, known: Defined) -> Defined:
        after = self.region(statement.orelse, self.region(statement.body, known))
        raised = self._with(known, statement.body)
        ends = [after]
        for handler in statement.handlers:
            names = [handler.name] if handler.name is not None else []
            entered = None if raised is None else raised | {var.name for var in names}
            ends.append(self.region(handler.body, entered))
        if not statement.final:
            return _join(*ends)
        final = self.region(statement.final, self._with(known, (statement,)))
        return None if final is None else self._with(_join(*ends), statement.final)

    def _with(self, known: Defined, region: Region) -> Defined:
        """With whatever a region may have assigned by the time that it raises."""
        return None if known is None else known | {var.name for var in all_defined(region)}
