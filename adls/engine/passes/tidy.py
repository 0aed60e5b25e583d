"""A number's cotangent is one sum a line, and what a loop hands on has one name.

    d_x = a * b                        d_x = a * b + c * d
    d_y = e * a              ->        d_y = e * a
    d_x += c * d

    d_h_2, d_w_2 = back(kept, d_h)     d_h, d_w_2 = back(kept, d_h)
    d_w += d_w_2             ->        d_w += d_w_2
    d_h = d_h_2

Only sums of Python's floats are moved, from one place of the same user line to another: nobody can tell when these are
computed. A name is given to a value earlier than before where neither the name nor the value is read in between.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property

from adls.engine.ir.ops import Function, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.types import Float, Scalar, Type
from adls.engine.ir.walk import all_defined, all_used, regions, with_regions
from adls.engine.passes.adjoint.index import variable_names
from adls.engine.passes.adjoint.plan import Names
from adls.engine.passes.inplace import rename
from adls.engine.passes.storage import is_update

_SUMS = ("operator.add", "operator.sub", "operator.mul", "operator.neg")
_MOST_TERMS = 6


def tidied(function: Function) -> Function:
    """The backward function with such sums and names."""
    tidying = _Tidying(function)
    body = tidying.region(function.body)
    return replace(function, body=body, types={**function.types, **tidying.types})


class _Tidying:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.types: dict[str, Type] = {}
        given = (param.var for param in function.params)
        self.bound = Counter(var.name for var in (*given, *all_defined(function.body)))
        self.reads = Counter(operand.name for operand in all_used(function.body) if isinstance(operand, Var))

    @cached_property
    def names(self) -> Names:
        return Names(variable_names(self.function))

    def region(self, region: Region) -> Region:
        inner = tuple(with_regions(s, tuple(map(self.region, regions(s)))) for s in region)
        return self._summed(self._named(inner))

    # Names

    def _named(self, region: Region) -> Region:
        for position, statement in enumerate(region):
            match statement:
                case Let((name,), Op("copy", (Var() as value,))) if name != value:
                    start = self._made(region, position, name, value)
                    if start is not None:
                        between = self._renamed(region[start:position], value, name)
                        return self._named((*region[:start], *between, *region[position + 1 :]))
        return region

    def _renamed(self, region: Region, value: Var, name: Var) -> Region:
        self.bound[name.name] += self.bound.pop(value.name) - 1
        self.reads[name.name] += self.reads.pop(value.name) - 1
        first, *rest = rename(region, {value.name: name})
        if isinstance(first, Let) and first.op == Op("copy", (name,)) and first.targets == (name,):
            self.bound[name.name] -= 1
            self.reads[name.name] -= 1
            return tuple(rest)
        return self._updated(first), *rest

    def _updated(self, statement: Statement) -> Statement:
        """`x += y` for `x = x + y` of numbers, which nobody else can see change."""
        match statement:
            case Let((name,), Op("operator.add" | "operator.sub" as prim, (first, other)), span) if (
                    name == first != other and isinstance(self.function.type_of(name), Float | Scalar)):
                return Let((name,), Op("operator.i" + prim.removeprefix("operator."), (first, other)), span)
        return statement

    def _made(self, region: Region, end: int, name: Var, value: Var) -> int | None:
        """Where a value is made that could go by the other name from there on; None where it could not."""
        start = next((n for n, s in enumerate(region[:end]) if isinstance(s, Let) and value in s.targets), None)
        if start is None:
            return None
        let, between = region[start], region[start + 1 : end]
        assert isinstance(let, Let)
        inside = region[start : end + 1]
        if is_update(let) or name in let.targets or value in let.op.operands:
            return None
        if all_defined(inside).count(value) != self.bound[value.name] or (
                all_used(inside).count(value) != self.reads[value.name]):
            return None
        return None if name in all_defined(between) or name in all_used(between) else start

    # Sums

    def _summed(self, region: Region) -> Region:
        out: list[tuple[Statement, ...]] = [(statement,) for statement in region]
        for position, statement in enumerate(region):
            if isinstance(statement, Let) and self._may_wait(statement):
                updates = self._updates(region, position, statement)
                if updates:
                    for each in (position, *updates):
                        out[each] = ()
                    out[updates[-1]] = self._sum(statement, [region[each] for each in updates])
        return tuple(statement for made in out for statement in made)

    def _may_wait(self, let: Let) -> bool:
        return (len(let.targets) == 1 and let.op.prim in _SUMS and all(map(self._is_float, let.targets))
                and all(map(self._is_settled, let.op.args)))

    def _is_float(self, operand: Operand) -> bool:
        return isinstance(self.function.type_of(operand), Float)

    def _is_settled(self, operand: Operand) -> bool:
        """Whether an operand is a number that never changes."""
        return not isinstance(operand, Var) or (self.bound[operand.name] == 1 and self._is_float(operand))

    def _updates(self, region: Region, start: int, first: Let) -> list[int]:
        """Where a number is added to on its line before anything else is done with it."""
        found: list[int] = []
        target = first.targets[0]
        for position, statement in enumerate(region[start + 1 :], start + 1):
            if target in all_used((statement,)) or target in all_defined((statement,)):
                if not self._adds(statement, target, first) or len(found) == _MOST_TERMS:
                    break
                found.append(position)
        return found

    def _sum(self, first: Let, updates: list[Statement]) -> tuple[Statement, ...]:
        made = [first]
        for update in updates:
            assert isinstance(update, Let)
            before = Var(self.names.temporary())
            self.types[before.name] = Float()
            made[-1] = replace(made[-1], targets=(before,))
            op = Op("operator." + update.op.prim.removeprefix("operator.i"), (before, update.op.args[1]))
            made.append(Let(update.targets, op, update.span))
        return tuple(made)

    def _adds(self, statement: Statement, target: Var, first: Let) -> bool:
        return (isinstance(statement, Let) and is_update(statement)
                and statement.op.prim in ("operator.iadd", "operator.isub") and statement.targets == (target,)
                and statement.span.line == first.span.line and self._is_settled(statement.op.args[1])
                and statement.op.args[1] != target)
