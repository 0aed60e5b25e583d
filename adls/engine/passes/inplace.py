"""Arithmetic in place: an array that nobody else has, and that is read for the last time, takes the result.

    t = d_d * x               t = d_d * x
    d_a = d_d + t       ->    d_d += t
    d_y = d_a * c             d_d *= c

Only where both types are known to be the same (dtype and every dim), where the array was made by arithmetic in the same
block, and where nothing else can share its memory. The bits are those of the operation out of place: `+` and `*`
commute.

In a forward function only temporaries take results, so that the user's variables hold what they should at any time,
and only on the way to one of those: an expression without a name stays one. The result must also lie in memory as it
would out of place, or a later sum would add in another order: all operands are known to be in C order.

    gates = x @ W + b   ->    gates = x @ W
                              gates += b
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from adls.engine.ir.ops import Function, Let, Op, Operand, Region, Statement, Var, is_temporary
from adls.engine.ir.types import Array, Float, Int, Scalar, Type, same_dim
from adls.engine.ir.walk import (
    all_defined,
    all_used,
    lets,
    regions,
    used,
    with_operands,
    with_regions,
    with_used,
)
from adls.engine.rules.table import lookup

_IN_PLACE = {"operator.add": (0, 1), "operator.mul": (0, 1), "operator.sub": (0,), "operator.truediv": (0,)}
"""For each operator the operands that may take the result."""


def in_place(function: Function) -> Function:
    """The function, forward or backward, with its arithmetic in place where that cannot be seen."""
    if function.role == "backward":
        return _Rewriting(function).function()
    if not any(_may_take_temporary(let, function.types) for let in lets(function)):
        return function
    refused: frozenset[str] = frozenset()
    while True:
        rewriting = _Forward(function, refused)
        found = rewriting.function()
        if not rewriting.nameless:
            return found
        refused |= rewriting.nameless


def _may_take_temporary(let: Let, types: Mapping[str, Type]) -> bool:
    return let.op.prim in _IN_PLACE and any(isinstance(arg, Var) and is_temporary(arg.name)
                                            and isinstance(types.get(arg.name), Array) for arg in let.op.args)


class _Rewriting:
    def __init__(self, function: Function) -> None:
        self.whole = function
        self.types = function.types
        self.left = Counter(operand.name for operand in all_used(function.body) if isinstance(operand, Var))
        given = [*function.cells, *(param.var for param in function.params)]
        self.bound = Counter(var.name for var in (*given, *all_defined(function.body)))
        self.renamed: dict[str, Var] = {}
        self.named: dict[str, Var] = {}

    def function(self) -> Function:
        return replace(self.whole, body=rename(self.region(self.whole.body), self.named))

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
        fresh = self._makes(op)
        own -= {operand.name for operand in op.operands if isinstance(operand, Var) and not _only_reads(op)}
        if fresh and len(let.targets) == 1 and self.bound.get(let.targets[0].name) == 1:
            own.add(let.targets[0].name)
            self._made(let.targets[0], op)
        return let if op is let.op else Let(let.targets, op, let.span)

    def _makes(self, op: Op) -> bool:
        """Whether the result is an array of its own."""
        return _is_arithmetic(op)

    def _made(self, target: Var, op: Op) -> None:
        """Note what made an array that is bound once."""

    def _may_take(self, taken: Var, op: Op) -> bool:
        """Whether the result may be put where the operand is, if nobody reads that any more."""
        return True

    def _taker(self, let: Let, op: Op, own: set[str]) -> Var | None:
        """The operand that may take the result."""
        if len(let.targets) != 1 or self.bound.get(let.targets[0].name) != 1:
            return None
        for position in _IN_PLACE.get(op.prim, ()):
            operand = op.args[position]
            if isinstance(operand, Var) and operand.name in own and self.left.get(operand.name, 0) == 0 and (
                    op.args.count(operand) == 1) and self._same(operand, let.targets[0]) and (
                    self._may_take(operand, op)):
                return operand
        return None

    def _same(self, operand: Var, result: Var) -> bool:
        return _same_array(self.types.get(operand.name), self.types.get(result.name))

    def _read(self, operands: tuple[Operand, ...]) -> None:
        for operand in operands:
            if isinstance(operand, Var):
                name = self._rename(operand).name  # type: ignore[union-attr]
                self.left[name] = self.left.get(name, 0) - 1

    def _rename(self, operand: Operand) -> Operand:
        return self.renamed.get(operand.name, operand) if isinstance(operand, Var) else operand


class _Forward(_Rewriting):
    """Knows which arrays are in C order, and which temporaries must not take a result."""

    def __init__(self, function: Function, refused: frozenset[str]) -> None:
        super().__init__(function)
        self.type_of = function.type_of
        self.refused = refused
        self.ordered: set[str] = set()

    @property
    def nameless(self) -> frozenset[str]:
        """The temporaries that have taken results of which none has a name."""
        return frozenset({taken.name for taken in self.renamed.values()} - set(self.named))

    def _makes(self, op: Op) -> bool:
        return _is_arithmetic(op) or op.prim == "operator.matmul"

    def _made(self, target: Var, op: Op) -> None:
        rank = self._rank(target)
        if rank == 1 or (rank == 2 and (op.prim == "operator.matmul" or self._is_ordered(op, rank))):
            self.ordered.add(target.name)

    def _may_take(self, taken: Var, op: Op) -> bool:
        rank = self._rank(taken)
        return (is_temporary(taken.name) and taken.name not in self.refused and rank is not None
                and self._is_ordered(op, rank))

    def _is_ordered(self, op: Op, rank: int) -> bool:
        """Whether the result of arithmetic is in C order: all operands are that have as many axes."""
        def fits(operand: Operand) -> bool:
            mine = self._rank(operand)
            return mine is not None and (mine < rank or (isinstance(operand, Var) and operand.name in self.ordered))

        return rank == 1 or all(map(fits, op.operands))

    def _rank(self, operand: Operand) -> int | None:
        match self.type_of(operand):
            case Array(_, dims):
                return None if dims is None else len(dims)
            case Float() | Int() | Scalar():
                return 0
        return None


def _says_less(name: str, other: str) -> bool:
    """Whether a variable should have the other name: it is a temporary, or its sign has changed since."""
    if is_temporary(name) or is_temporary(other):
        return is_temporary(name) and not is_temporary(other)
    return name.startswith("minus_") and not other.startswith("minus_")


def rename(region: Region, names: dict[str, Var]) -> Region:
    """The region with variables renamed, also where they are bound."""
    if not names:
        return region

    def other(operand: Operand) -> Operand:
        return names.get(operand.name, operand) if isinstance(operand, Var) else operand

    out: list[Statement] = []
    for statement in region:
        renamed = with_used(statement, other)
        if isinstance(renamed, Let):
            out.append(Let(tuple([names.get(target.name, target) for target in renamed.targets]), renamed.op,
                           renamed.span))
        else:
            out.append(with_regions(renamed, tuple(rename(nested, names) for nested in regions(statement))))
    return tuple(out)


def _same_array(operand: Type | None, result: Type | None) -> bool:
    """Whether arithmetic gives an array of its operand's type: an axis that is longer than 1 keeps its length."""
    if not isinstance(operand, Array) or not isinstance(result, Array) or operand.dims is None or result.dims is None:
        return False
    return operand.dtype == result.dtype and len(operand.dims) == len(result.dims) > 0 and all(
        mine.one is False or same_dim(mine, whole) for mine, whole in zip(operand.dims, result.dims, strict=True))


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
