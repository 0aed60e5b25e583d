"""A-normal form back to nested expressions: which temporaries are printed inside the statement that reads them.

Before `t1 = numpy.exp z; t2 = numpy.sum t1; y = operator.truediv t1...` a person wrote `np.sum(np.exp(z))`. A temporary
that is assigned once and read once, by a later statement of its block and on the same user line, is printed in its
reader, as long as Python then evaluates everything in the order of the IR:

    t1 = f(a)                       t1 = f(a)
    t2 = g(b)                       t2 = g(b)
    y = t1 + t2                     y = t2 + t1
    -> y = f(a) + g(b)              -> t1 = f(a); y = g(b) + t1

An array that is read again later may stand inside its first reader too, under its name, where this lets another array
be a part of the expression, which NumPy then writes the result into:

    t1 = f(a)
    t2 = g(b)                       y = f(a) * (t2 := g(b))
    y = t1 * t2             ->      return y, t2
    return y, t2

The temporaries that still wait for their reader form a stack: a reader takes from its top, in the order in which it
evaluates its operands, and a statement that stays a statement empties it. So nothing ever moves past anything: but for
sums and products of Python's floats, of which nobody can tell when they are computed. They wait until what they are
computed from is bound again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field

from adls.engine.ir.ops import (
    Code,
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
)
from adls.engine.ir.types import Array, Float, Int, Opaque
from adls.engine.ir.walk import all_defined, all_used, defined, regions, used
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import Span

_RESIDUALS = Opaque("residuals")
_TEMPORARY = re.compile(r"(t|_)\d+")
_SUMS = {"operator.add", "operator.sub", "operator.mul", "operator.neg"}
_STATEMENTS = {"setitem", "augitem", "delitem", "setattr", "unpack", "import", "forward", "forward_dynamic"}
_QUIET = {"getitem", "attr", "slice", "tuple", "list", "dict", "set", "copy"}
_IN_PLACE = re.compile(r"operator\.i(add|sub|mul|truediv|floordiv|mod|pow|matmul|and|or|xor|lshift|rshift|concat)\b")


@dataclass(frozen=True, slots=True)
class Folding:
    """What is not printed as a statement of its own.

    `trees` are the temporaries that are printed inside their reader. `patterns` are those that are bound only to be
    unpacked: `for t1 in pairs: a, b = t1` is printed as `for a, b in pairs:`, and `t1, c = f(); a, b = t1` as
    `(a, b), c = f()`. `named` are those of the trees that are read again: the first reader binds them.
    """

    trees: Mapping[str, Let]
    patterns: Mapping[str, Let]
    named: AbstractSet[str]

    def hides(self, statement: Statement) -> bool:
        """Whether a statement is printed as a part of another."""
        if not isinstance(statement, Let) or not statement.op.prim:
            return False
        if statement.targets and self.trees.get(statement.targets[0].name) is statement:
            return True
        arg = statement.op.args[0] if statement.op.prim == "unpack" else None
        return isinstance(arg, Var) and self.patterns.get(arg.name) is statement


def fold(function: Function) -> Folding:
    """Which temporaries of a function are printed inside other statements."""
    parameters = [*function.cells, *(param.var for param in function.params)]
    assignments = Counter(var.name for var in [*parameters, *all_defined(function.body)])
    reads = Counter(operand.name for operand in all_used(function.body) if isinstance(operand, Var))
    once = {name for name, count in reads.items() if count == 1 and assignments[name] == 1}
    again = {name for name, count in reads.items() if count > 1 and assignments[name] == 1 and _TEMPORARY.match(name)
             and isinstance(function.types.get(name), Array)}
    folder = _Folder({name for name in once if _TEMPORARY.match(name)}, again, function)
    folder.region(function.body)
    return Folding(folder.folded, folder.patterns, again & folder.folded.keys())


def is_in_place(prim: str) -> bool:
    """Whether an operator is an augmented assignment's: `operator.iadd`, not `operator.invert`."""
    return _IN_PLACE.match(prim) is not None


def in_order(op: Op) -> tuple[Operand, ...]:
    """An operation's operands in the order in which Python evaluates them once it is printed."""
    match op.prim:
        case "setitem":
            target, index, value = op.args
            return value, target, index
        case "setattr":
            return op.args if op.kwargs else op.args[::-1]
        case "operator.contains":
            return op.args[::-1]
        case _:
            return op.operands


@dataclass(slots=True)
class _Folder:
    candidates: set[str]
    again: set[str]  # arrays that are read more than once
    function: Function
    folded: dict[str, Let] = field(default_factory=dict)
    patterns: dict[str, Let] = field(default_factory=dict)
    waiting: list[Let] = field(default_factory=list)
    numbers: dict[str, tuple[Let, frozenset[str]]] = field(default_factory=dict)  # with all that they are computed from
    moved: set[str] = field(default_factory=set)

    def region(self, region: Region) -> None:
        for position, statement in enumerate(region):
            self._statement(statement)
            if isinstance(statement, Let) and len(statement.targets) > 1:
                self._taken_apart(statement.targets, statement.span, region[position + 1 :])
        self.waiting.clear()
        self.numbers.clear()

    def _statement(self, statement: Statement) -> None:
        taken = self._taken_numbers(statement)
        self._take(statement)
        if isinstance(statement, Let) and (self._may_wait(statement) or self._may_be_named(statement)):
            if self._is_sum_of_numbers(statement):
                self.numbers[statement.targets[0].name] = statement, taken
            else:
                self.waiting.append(statement)
            return
        self.waiting.clear()
        self._bound(statement)
        if isinstance(statement, While):
            self._test(statement)
        if isinstance(statement, For):
            self._pattern(statement)
        for inner in regions(statement)[isinstance(statement, While) :]:
            self.region(inner)

    def _taken_numbers(self, statement: Statement) -> frozenset[str]:
        """Fold the sums of numbers that a statement reads; all variables that it is then computed from."""
        found: set[str] = set()
        captures = isinstance(statement, Let) and statement.op.prim == "closure"  # variables, not values
        for operand in () if captures else used(statement):
            if not isinstance(operand, Var):
                continue
            let, sources = self.numbers.get(operand.name, (None, frozenset()))
            if let is not None and let.span.line == statement.span.line and not isinstance(statement, While):
                self.folded[operand.name] = let
                self.moved.add(operand.name)
                found |= sources
                del self.numbers[operand.name]
            else:
                found.add(operand.name)
        return frozenset(found)

    def _is_sum_of_numbers(self, let: Let) -> bool:
        """Whether nobody can tell when the operation is carried out."""
        type_of = self.function.type_of
        return let.op.prim in _SUMS and isinstance(type_of(let.targets[0]), Float) and all(
            isinstance(type_of(each), Float | Int) and not self._stays(each) for each in let.op.args)

    def _stays(self, operand: Operand) -> bool:
        """Whether an operand stands for an expression that must be where it is."""
        return isinstance(operand, Var) and operand.name in self.folded and operand.name not in self.moved

    def _bound(self, statement: Statement) -> None:
        """What a statement binds again is no longer what waiting numbers are computed from."""
        if regions(statement):
            self.numbers.clear()
        gone = {var.name for var in defined(statement)}
        if isinstance(statement, Delete):
            gone |= {var.name for var in statement.variables}
        for name in [name for name, (_, sources) in self.numbers.items() if sources & gone]:
            del self.numbers[name]

    def _pattern(self, loop: For) -> None:
        """Take the unpackings at the start of a loop's body into its target."""
        self._taken_apart((loop.target,), loop.span, loop.body)

    def _taken_apart(self, made: tuple[Var, ...], where: Span, rest: Region) -> None:
        """Take the unpackings that follow at once into the targets that they unpack."""
        bound = {target.name for target in made} & self.candidates
        for statement in rest if bound else ():
            match statement:
                case Let(targets, Op("unpack", (Var(name),)), span) if name in bound and span.line == where.line:
                    self.patterns[name] = statement
                    bound |= {target.name for target in targets} & self.candidates
                case _:
                    return

    def _test(self, loop: While) -> None:
        """A loop's condition is read at the end of its test, as by one more statement."""
        for statement in loop.test:
            self._statement(statement)
        self._read((loop.cond,), loop.span, len(loop.test))
        self.waiting.clear()

    def _may_wait(self, let: Let) -> bool:
        if len(let.targets) != 1 or let.targets[0].name not in self.candidates:
            return False
        if isinstance(let.op.data, Code):
            return let.op.data.is_lambda
        return let.op.prim not in _STATEMENTS and let.targets != let.op.args[:1]

    def _may_be_named(self, let: Let) -> bool:
        """Whether an array that is read again may stand inside its reader: another one waits for the same reader."""
        if len(let.targets) != 1 or let.targets[0].name not in self.again or not self.waiting:
            return False
        before = self.waiting[-1]
        waits = before.span.line == let.span.line and isinstance(self.function.type_of(before.targets[0]), Array)
        return waits and let.op.prim.startswith(("numpy.", "operator.")) and not is_in_place(let.op.prim)

    def _take(self, statement: Statement) -> None:
        """Fold what the statement itself reads."""
        match statement:
            case Let(_, op, span):
                if op.prim != "closure":  # A function captures variables, not values.
                    self._read(in_order(op), span, _first_late(op), walks=_is_starred(op), packs=self._packs(statement))
            case If(operand) | For(_, operand) | With(operand) | Return(operand):
                self._read((operand,), statement.span, 1)
            case Raise(exception, cause):
                operands = tuple(operand for operand in (exception, cause) if operand is not None)
                self._read(operands, statement.span, 2)
            case Try(_, handlers):
                for handler in reversed(handlers):
                    self._read(() if handler.kind is None else (handler.kind,), handler.span, 0)
            case _:
                pass

    def _read(self, operands: tuple[Operand, ...], span: Span, late: int, *, walks: bool = False,
              packs: bool = False) -> None:
        """Take the operands off the top of the stack, the last one first; what stands under a refused one stays.

        What packs residuals takes those that are turned into floats for that, wherever they were computed.

        With `walks`, an operand before the late ones is walked over, which may raise: no operator moves past that.
        """
        taken = []
        for position, operand in reversed(list(enumerate(operands))):
            if not self.waiting or operand != self.waiting[-1].targets[0]:
                continue
            top = self.waiting[-1]
            if top.span.line != span.line and not (packs and top.op.prim == "builtins.float"):
                continue
            if position >= late and (not self._is_quiet(top) or (walks and self._operates(top))):
                continue
            if top.targets[0].name in self.again and operands.count(operand) > 1:
                continue
            taken.append(self.waiting.pop())
        while taken and taken[-1].targets[0].name in self.again:  # It lets nothing else in.
            taken.pop()
            self.waiting.clear()
        self.folded.update((let.targets[0].name, let) for let in taken)
        self._settle({operand.name for operand in operands if isinstance(operand, Var)})

    def _packs(self, let: Let) -> bool:
        return let.op.prim == "tuple" and len(let.targets) == 1 and (
            self.function.types.get(let.targets[0].name) == _RESIDUALS)

    def _operates(self, let: Let) -> bool:
        """Whether an operator is part of what the temporary stands for."""
        inner = [self.folded.get(operand.name) for operand in let.op.operands if isinstance(operand, Var)]
        return let.op.prim.startswith("operator.") or any(self._operates(each) for each in inner if each is not None)

    def _settle(self, names: set[str]) -> None:
        """A waiting temporary that was read without being taken is a statement, and so is all before it."""
        for index in reversed(range(len(self.waiting))):
            if self.waiting[index].targets[0].name in names:
                del self.waiting[: index + 1]
                return

    def _is_quiet(self, let: Let) -> bool:
        """Whether nothing that the temporary stands for runs code which could change something, or binds a name."""
        if let.targets[0].name in self.again:
            return False
        if let.op.prim not in _QUIET and (is_in_place(let.op.prim) or not let.op.prim.startswith("operator.")):
            return False
        inner = [self.folded.get(operand.name) for operand in let.op.operands if isinstance(operand, Var)]
        return all(self._is_quiet(each) for each in inner if each is not None)


def _first_late(op: Op) -> int:
    """The first operand, in order, that Python evaluates only after it has begun to carry the operation out.

    `x[i] += v` reads x[i] before v, and `[*a, b]` walks over a before b. The IR does all of that after its operands, so
    that a call there must stay a statement of its own. In a template anything may stand before an operand.
    """
    if op.prim == "augitem":
        return 2
    if op.prim == "python":
        return 0
    if _is_starred(op) and isinstance(op.data, tuple):
        return int(min(op.data)) + 1
    return len(op.operands)


def _is_starred(op: Op) -> bool:
    return op.prim in ("tuple", "list", "set", "call") and isinstance(op.data, tuple) and bool(op.data)
