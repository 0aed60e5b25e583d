"""Cotangents updated in place: an array that nobody else has, and that is read for the last time, takes the result.

    t = d_d * x               t = d_d * x
    d_a = d_d + t       ->    d_d += t
    d_y = d_a * c             d_d *= c

Only where both types are known to be the same (dtype and every dim), where the array was made by arithmetic in the same
block, and where nothing else can share its memory. The bits are those of the operation out of place: `+` and `*`
commute.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from adls.engine.ir.ops import Function, Let, Op, Operand, Region, Statement, Var, is_temporary
from adls.engine.ir.types import Array, Type, same_dim
from adls.engine.ir.walk import all_defined, all_used, regions, used, with_operands, with_regions, with_used
from adls.engine.rules.table import lookup

_IN_PLACE = {"operator.add": (0, 1), "operator.mul": (0, 1), "operator.sub": (0,), "operator.truediv": (0,)}
"""For each operator the operands that may take the result."""


def in_place(function: Function) -> Function:
    """The backward function with its arithmetic in place where that cannot be seen."""
    rewriting = _Rewriting(function)
    return replace(function, body=rename(rewriting.region(function.body), rewriting.named))


class _Rewriting:
    def __init__(self, function: Function) -> None:
        self.types = function.types
        self.left = Counter(operand.name for operand in all_used(function.body) if isinstance(operand, Var))
        self.bound = Counter(var.name for var in all_defined(function.body))
        self.renamed: dict[str, Var] = {}
        self.named: dict[str, Var] = {}

    def region(self, region: Region) -> Region:
        own: set[str] = set()
        out: list[Statement] = []
        for statement in region:
            if isinstance(statement, Let):
                out.append(self._let(statement, own))
            else:
                own -= _names(statement)
                self._read(used(statement))
                renamed = with_used(statement, self._rename)
                out.append(with_regions(renamed, tuple(self.region(r) for r in regions(statement))))
        return tuple(out)

    def _let(self, let: Let, own: set[str]) -> Let:
        self._read(let.op.operands)
        op = with_operands(let.op, self._rename)
        taken = self._taker(let, op, own)
        if taken is not None:
            other = op.args[1] if op.args[0] == taken else op.args[0]
            self.renamed[let.targets[0].name] = taken
            self.left[taken.name] = self.left.get(let.targets[0].name, 0)
            shown = self.named.get(taken.name, taken).name
            if _says_less(shown, let.targets[0].name):
                self.named[taken.name] = let.targets[0]
            return Let((taken,), Op("operator.i" + op.prim.removeprefix("operator."), (taken, other)), let.span)
        fresh = _is_arithmetic(op)
        own -= {operand.name for operand in op.operands if isinstance(operand, Var) and not _only_reads(op)}
        if fresh and len(let.targets) == 1 and self.bound.get(let.targets[0].name) == 1:
            own.add(let.targets[0].name)
        return Let(let.targets, op, let.span)

    def _taker(self, let: Let, op: Op, own: set[str]) -> Var | None:
        """The operand that may take the result."""
        if len(let.targets) != 1 or self.bound.get(let.targets[0].name) != 1:
            return None
        for position in _IN_PLACE.get(op.prim, ()):
            operand = op.args[position]
            if isinstance(operand, Var) and operand.name in own and self.left.get(operand.name, 0) == 0 and (
                    op.args.count(operand) == 1) and self._same(operand, let.targets[0]):
                return operand
        return None

    def _same(self, a: Var, b: Var) -> bool:
        return _same_array(self.types.get(a.name), self.types.get(b.name))

    def _read(self, operands: tuple[Operand, ...]) -> None:
        for operand in operands:
            if isinstance(operand, Var):
                name = self._rename(operand).name  # type: ignore[union-attr]
                self.left[name] = self.left.get(name, 0) - 1

    def _rename(self, operand: Operand) -> Operand:
        return self.renamed.get(operand.name, operand) if isinstance(operand, Var) else operand


def _says_less(name: str, other: str) -> bool:
    """Whether a variable should have the other name: it is a temporary, or its sign has changed since."""
    if is_temporary(name) or is_temporary(other):
        return is_temporary(name) and not is_temporary(other)
    return name.startswith("minus_") and not other.startswith("minus_")


def rename(region: Region, names: dict[str, Var]) -> Region:
    """The region with variables renamed, also where they are bound."""

    def other(operand: Operand) -> Operand:
        return names.get(operand.name, operand) if isinstance(operand, Var) else operand

    out: list[Statement] = []
    for statement in region:
        renamed = with_used(statement, other)
        if isinstance(renamed, Let):
            targets = tuple(names.get(target.name, target) for target in renamed.targets)
            out.append(replace(renamed, targets=targets))
        else:
            out.append(with_regions(renamed, tuple(rename(nested, names) for nested in regions(statement))))
    return tuple(out)


def _same_array(a: Type | None, b: Type | None) -> bool:
    return (isinstance(a, Array) and isinstance(b, Array) and a.dtype == b.dtype and a.dims is not None
            and b.dims is not None and len(a.dims) == len(b.dims) > 0 and all(map(same_dim, a.dims, b.dims)))


def _is_arithmetic(op: Op) -> bool:
    """Whether the result is an array of its own."""
    rows = lookup(op.prim)
    return bool(rows) and all(row.alias == "fresh" and row.elementwise for row in rows)


def _only_reads(op: Op) -> bool:
    """Whether nothing can hold on to the operands after the operation."""
    if op.prim in ("augitem", "operator.iadd", "operator.isub", "operator.imul", "operator.itruediv"):
        return True
    rows = lookup(op.prim)
    return bool(rows) and all(row.alias == "fresh" and not row.writes for row in rows)


def _names(statement: Statement) -> set[str]:
    """Variables that a statement or anything nested in it mentions."""
    mentioned = [*all_used((statement,)), *all_defined((statement,))]
    return {operand.name for operand in mentioned if isinstance(operand, Var)}
