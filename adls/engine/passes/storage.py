"""Which of a generated function's variables may share memory, and what its statements write: straight-line code only.

A variable's *root* is the operation whose memory it is: its own where that made an array, its operand's where it took
a view. Residuals are one root, which a backward function never writes; what the caller passes for it to write is
another, with the result's cotangent; what is not known may be any but a residual.
"""

from __future__ import annotations

from collections import Counter

from adls.engine.ir.ops import Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.walk import all_defined, statements
from adls.engine.rules.table import lookup

RESIDUAL, CALLER, UNKNOWN = "<residual>", "<caller>", "<unknown>"
_VIEWS = ("copy", "getitem", "attr")
_WRITERS = ("augitem", "setitem", "delitem", "runtime.scatter_add", "runtime.add_into", "runtime.move_into",
            "runtime.merge_into", "runtime.detached", "runtime.accumulate_all", "runtime.take_written")
_MAKERS = ("tuple", "list", "slice", "builtins.slice")


class Storage:
    """What is known of the memory behind the variables of a backward function's body."""

    def __init__(self, body: Region, passed: frozenset[str]) -> None:
        self.passed = passed
        self.bound = Counter([var.name for var in all_defined(body)])
        updates: list[str] = []
        self.made: dict[str, Op] = {}
        for statement in statements(body):
            if isinstance(statement, Let) and statement.targets:
                name = statement.targets[0].name
                if is_update(statement):
                    updates.append(name)
                elif len(statement.targets) == 1:
                    self.made[name] = statement.op
        self.updates = Counter(updates)
        self._roots: dict[str, str] = {}

    def is_single(self, name: str) -> bool:
        """Whether one statement binds the name, and others only update it in place."""
        return self.bound[name] - self.updates[name] == 1 and name in self.made

    def root(self, operand: Operand) -> str:
        if not isinstance(operand, Var):
            return RESIDUAL
        if operand.name not in self._roots:
            self._roots[operand.name] = UNKNOWN
            self._roots[operand.name] = self._root(operand.name)
        return self._roots[operand.name]

    def _root(self, name: str) -> str:
        if not self.bound[name]:
            return CALLER if name in self.passed else RESIDUAL
        if not self.is_single(name):
            return UNKNOWN
        op = self.made[name]
        rows = lookup(op.prim)
        if op.prim in _MAKERS or (rows and all(row.alias == "fresh" and not row.writes for row in rows)):
            return name
        if op.prim in _VIEWS or any(row.alias.startswith(("view", "maybe", "same")) for row in rows):
            return self.root(op.args[0]) if op.args else UNKNOWN
        return UNKNOWN

    def writes(self, statement: Statement, to: Operand) -> bool:
        """Whether a statement may change the array that an operand names."""
        read = self.root(to)
        if read == RESIDUAL or (isinstance(statement, Let) and only_reads(statement)):
            return False
        if isinstance(statement, Let) and (is_update(statement) or statement.op.prim in _WRITERS):
            written = self.root(statement.op.args[0])
            return written == read or UNKNOWN in (written, read)
        return True


def is_update(statement: Statement) -> bool:
    """Whether a statement updates a variable in place: `x += v`."""
    return isinstance(statement, Let) and bool(statement.targets) and statement.op.args[:1] == statement.targets


def only_reads(let: Let) -> bool:
    """Whether an operation writes nothing."""
    if is_update(let) or let.op.prim in _WRITERS:
        return False
    rows = lookup(let.op.prim)
    return let.op.prim in (*_VIEWS, *_MAKERS, "unpack") or (bool(rows) and not any(row.writes for row in rows))
