"""How a function uses what it makes to walk over: `zip(a, b)` that only a loop sees need not be a list."""

from __future__ import annotations

from adls.engine.ir.ops import (
    Const,
    For,
    Function,
    Global,
    Let,
    Op,
    Operand,
    Region,
    Return,
    Statement,
    Var,
    While,
)
from adls.engine.ir.walk import defined, regions, used
from adls.engine.passes.effects import is_in_place

_WALKERS = {"builtins.zip", "builtins.enumerate", "builtins.reversed"}
_STEPS = {"builtins.next", "builtins.iter"}
_WHOLE = ("sum", "max", "min", "list", "tuple", "sorted", "len", "any", "all", "map", "filter", "zip", "enumerate",
          "reversed")
_READERS = ("numpy.", "math.", "statistics.", "scipy.", "functools.reduce", "itertools.",
            *(f"builtins.{name}" for name in _WHOLE))
_OTHERS = ("numpy.random.", *(f"numpy.{name}" for name in (
    "put", "place", "copyto", "fill_diagonal", "nditer", "shares_memory", "may_share_memory", "ndarray.")))
"""Functions of libraries that only read what they are given as a whole, but for these."""


class Uses:
    """The uses of each variable of a function, with the loops that each statement stands in."""

    def __init__(self, function: Function) -> None:
        self._uses: dict[str, list[Statement]] = {}
        self._loops: dict[int, tuple[int, ...]] = {}
        self._definitions: dict[str, int] = {}
        self._given = {var.name for var in (*function.cells, *(param.var for param in function.params))}
        self._makers: dict[str, Let] = {}
        self._updates: dict[str, int] = {}
        self._bound_in_loops: set[str] = set()
        self._order: list[Statement] = []
        self._numbers: dict[int, int] = {}
        self._regions: dict[int, tuple[int, ...]] = {}
        self._note(function.body, (), ())
        self._first_return = next((n for n, each in enumerate(self._order) if isinstance(each, Return)), 0)

    def only_walked(self, let: Let) -> bool:
        """Whether loops walk over an operation's value, by themselves or within zip and its like, and nothing else."""
        uses = self._of(let)
        return bool(uses) and all(isinstance(use, For) or (
            isinstance(use, Let) and _name(use.op) in _WALKERS and self.only_walked(use)) for use in uses)

    def only_taken_apart(self, let: Let) -> bool:
        """Whether an operation's value is unpacked, or asked for items by literal positions, and nothing else."""
        uses = self._of(let)
        return bool(uses) and all(isinstance(use, Let) and (use.op.prim == "unpack" or (
            use.op.prim == "getitem" and isinstance(use.op.args[1], Const))) for use in uses)

    def only_handed(self, let: Let) -> bool:
        """Whether an operation's value is walked over, asked for items, copied, or handed to functions of libraries
        that only read it, and nothing else."""
        uses = self._of(let)
        return bool(uses) and all(self._only_reads(use, let.targets[0]) for use in uses)

    def _only_reads(self, use: Statement, value: Var) -> bool:
        if not isinstance(use, Let):
            return isinstance(use, For)
        if use.op.prim == "copy":
            return self.only_handed(use)
        if use.op.prim == "method":
            return use.op.data == "copy"
        if use.op.prim in ("getitem", "unpack"):
            return True
        arguments = use.op.args[1:] if use.op.prim == "call" else use.op.args
        return value in arguments and not use.op.data and _only_reads(_name(use.op))

    def used_once(self, let: Let) -> bool:
        """Whether an operation's value is used in one place, as often as it is made, and there all at once."""
        uses = self._of(let)
        if len(uses) != 1 or isinstance(uses[0], Return):
            return False
        if isinstance(uses[0], Let) and _name(uses[0].op) in _STEPS:
            return False
        return self._loops.get(id(uses[0])) == self._loops.get(id(let))

    def consumed_once(self, let: Let) -> bool:
        """Whether what an operation makes is walked over once, or handed on to where that may be."""
        uses = self._of(let)
        return len(uses) == 1 and self._loops.get(id(uses[0])) == self._loops.get(id(let))

    def consumer(self, let: Let) -> Statement | None:
        """The only statement that uses what an operation makes."""
        uses = self._of(let)
        return uses[0] if len(uses) == 1 else None

    def read_once(self, name: str) -> bool:
        """Whether a parameter is read in one place, in no loop."""
        uses = self._uses.get(name, [])
        return len(uses) == 1 and not self._loops.get(id(uses[0])) and not self._definitions.get(name)

    def made(self, operand: Operand) -> Let | None:
        """The only operation that makes a variable, with a library function's name in place of the call of it."""
        let = self._makers.get(operand.name) if isinstance(operand, Var) else None
        if let is None or not self._is_only(let):
            return None
        if _name(let.op) == "builtins.getattr" and len(let.op.args) == 3 and isinstance(let.op.args[2], Const):
            return Let(let.targets, Op("attr", let.op.args[1:2], (), let.op.args[2].value), let.span)
        if let.op.prim == "call" and _name(let.op) != "call" and not let.op.data:
            return Let(let.targets, Op(_name(let.op), let.op.args[1:], let.op.kwargs), let.span)
        return let

    def maker(self, operand: Var) -> Let | None:
        """The only statement that gives a variable a value, as it stands in the text."""
        let = self._makers.get(operand.name)
        return let if let is not None and self._is_only(let) else None

    def first_maker(self, operand: Var) -> Let | None:
        """The only statement that gives a variable a value, but for those that update it: `d |= more`."""
        made = operand.name not in self._given and self._makers.get(operand.name)
        return made if made and self._definitions[operand.name] == 1 + self._updates.get(operand.name, 0) else None

    def is_bound_once(self, operand: Operand) -> bool:
        """Whether a variable has one value in a call: it is assigned in one place, in no loop, or a parameter."""
        if not isinstance(operand, Var):
            return False
        # What is passed or captured has a value before any statement gives it one.
        bound = self._definitions.get(operand.name, 0) + (operand.name in self._given)
        return bound <= 1 and operand.name not in self._bound_in_loops

    def of(self, name: str) -> list[Statement]:
        """The statements that use a variable."""
        return self._uses.get(name, [])

    def between(self, first: Statement, last: Statement) -> list[Statement]:
        """What stands between two statements of the program's text."""
        return self._order[self._numbers[id(first)] + 1 : self._numbers[id(last)]]

    def is_of_text(self, statement: Statement) -> bool:
        """Whether a statement is one of the program's, not one that inference put there."""
        return id(statement) in self._numbers

    def is_always(self, statement: Statement) -> bool:
        """Whether each call runs a statement, as far as one sees; of those that inference put there it is assumed."""
        if not self.is_of_text(statement):
            return True
        return len(self._regions[id(statement)]) == 1 and self._numbers[id(statement)] < self._first_return

    def is_one(self, container: Operand) -> bool:
        """Whether a variable names a container of its own, not one of those in a list, as far as one sees."""
        if not isinstance(container, Var) or container.name in self._given:
            return True
        made = self.first_maker(container)
        if made is None:
            return container.name not in self._bound_in_loops
        if made.op.prim == "getitem" and not (isinstance(made.op.args[1], Const) and isinstance(
                made.op.args[1].value, str)):
            return False
        return made.op.prim not in ("copy", "getitem", "attr") or self.is_one(made.op.args[0])

    def is_before(self, first: Statement, second: Statement) -> bool:
        """Whether a statement stands before another, or may run before it in a loop around both."""
        return self._numbers[id(first)] < self._numbers[id(second)] or bool(
            {*self._loops[id(first)]} & {*self._loops[id(second)]})

    def in_loop(self, statement: Statement) -> bool:
        """Whether a statement may run several times in a call."""
        return bool(self._loops[id(statement)])

    def only_called_beside(self, let: Let) -> bool:
        """Whether a function that an operation makes is called after it, in the same round of the loops around it, and
        nothing else is done with it."""
        loops = self._loops[id(let)]
        return bool(self._of(let)) and all(
            isinstance(use, Let) and use.op.prim == "call" and use.op.args[0] == let.targets[0]
            and let.targets[0] not in use.op.operands[1:] and self._numbers[id(use)] > self._numbers[id(let)]
            and self._loops[id(use)][: len(loops)] == loops for use in self._of(let))

    def precedes(self, first: Statement, second: Statement) -> bool:
        """Whether a statement has run whenever another one does."""
        here, there = self._regions[id(first)], self._regions[id(second)]
        return self._numbers[id(first)] < self._numbers[id(second)] and there[: len(here)] == here

    def may_precede(self, first: Statement, second: Statement, since: Statement | None) -> bool:
        """Whether a statement may have run before another one, after a third, if any, that makes something anew."""
        anew = self._loops[id(since)] if since is not None else ()
        again = {*self._loops[id(first)]} & {*self._loops[id(second)]} - {*anew}
        return self._numbers[id(first)] < self._numbers[id(second)] or bool(again)

    def _of(self, let: Let) -> list[Statement]:
        if len(let.targets) != 1 or not self._is_only(let):
            return []
        return self._uses.get(let.targets[0].name, [])

    def _is_only(self, let: Let) -> bool:
        """Whether nothing but an operation binds its target: what is passed or captured has a value before."""
        name = let.targets[0].name
        return self._definitions.get(name) == 1 and name not in self._given

    def _note(self, region: Region, loops: tuple[int, ...], around: tuple[int, ...]) -> None:
        here = (*around, id(region))
        for statement in region:
            self._loops[id(statement)] = loops
            self._regions[id(statement)] = here
            self._numbers[id(statement)] = len(self._order)
            self._order.append(statement)
            for operand in used(statement):
                if isinstance(operand, Var):
                    self._uses.setdefault(operand.name, []).append(statement)
            if isinstance(statement, Let) and len(statement.targets) == 1:
                name = statement.targets[0].name
                if is_in_place(statement.op.prim) and statement.op.args[0] == statement.targets[0]:
                    self._updates[name] = self._updates.get(name, 0) + 1
                else:
                    self._makers[name] = statement
            for var in defined(statement):
                self._definitions[var.name] = self._definitions.get(var.name, 0) + 1
                if loops or not isinstance(statement, Let):
                    self._bound_in_loops.add(var.name)
            inner = (*loops, id(statement)) if isinstance(statement, For | While) else loops
            for nested in regions(statement):
                self._note(nested, inner, here)


def _only_reads(function: str) -> bool:
    return function.startswith(_READERS) and not function.startswith(_OTHERS)


def _name(op: Op) -> str:
    """The library function that an operation calls."""
    if op.prim == "call" and isinstance(op.args[0], Global):
        return op.args[0].key
    return op.prim
