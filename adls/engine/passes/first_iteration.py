"""A cotangent that nobody reads after a loop is not computed in the loop's first iteration, which is reversed last.

The input of a network's first layer is data, that of the others is not. So the variable that holds it has a cotangent,
which is of no use once the first layer is reached:

    for iteration, x, kept in reversed(iterations_4):
        d_t4 = d_x * (1.0 - x * x)
        d_x_2, d_W = layer__back(kept, d_t4)     ->     d_x_2, d_W = layer__back(kept, d_t4, x_varies=iteration > 0)
        d_x = d_x_2

    def layer__back(residuals, d_value):         ->     def layer__back(residuals, d_value, x_varies=True):
        W, x = residuals                                    W, x = residuals
        d_x = d_value @ W.T                                 if x_varies:
        d_W = x.T @ d_value                                     d_x = d_value @ W.T
        return d_x, d_W                                     else:
                                                                d_x = None
                                                            d_W = x.T @ d_value
                                                            return d_x, d_W

Only where that saves work on arrays, and in loops over containers: they are short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field, replace

from adls.engine.ir.ops import (
    Const,
    For,
    Function,
    If,
    Let,
    Op,
    Operand,
    Param,
    Region,
    Return,
    Statement,
    Var,
    is_temporary,
)
from adls.engine.ir.types import Array, Bool
from adls.engine.ir.walk import all_defined, all_used
from adls.engine.passes.adjoint.differentiate import Adjoint
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.effects import is_in_place
from adls.engine.rules.table import lookup
from adls.engine.source.frozen import dataclass

_READS = {"copy", "getitem", "attr", "tuple", "slice"}


def without_first_inputs(adjoints: Mapping[AdjointKey, Adjoint]) -> dict[AdjointKey, Function]:
    """The backward functions of adjoints that call each other, without what their loops need not compute."""
    trimming = _Trimming({key: adjoint.backward for key, adjoint in adjoints.items()})
    for key, adjoint in adjoints.items():
        if adjoint.counters:
            trimming.loops(key, adjoint.counters)
    return trimming.functions


@dataclass(frozen=True)
class _Slice:
    """What serves one variable alone: statements, by identity, and the result of a call that takes a flag for it."""

    statements: frozenset[int]
    call: tuple[int, AdjointKey, int] | None
    saves: bool


@dataclass
class _Trimming:
    functions: dict[AdjointKey, Function]
    flags: dict[AdjointKey, tuple[int, Var]] = field(default_factory=dict)
    slices: dict[tuple[AdjointKey, int], _Slice | None] = field(default_factory=dict)

    def loops(self, key: AdjointKey, counters: Mapping[str, str]) -> None:
        """Trim the loops in a function's own block."""
        function = self.functions[key]
        walks = {s.targets[0].name: s.op.args[0] for s in function.body
                 if isinstance(s, Let) and s.op.prim == "builtins.reversed"}
        body = list(function.body)
        for position, statement in enumerate(body):
            if isinstance(statement, For) and isinstance(statement.iterable, Var):
                kept = walks.get(statement.iterable.name)
                counter = counters.get(kept.name) if isinstance(kept, Var) else None
                if counter is not None:
                    body[position] = self._loop(function, statement, tuple(body[position + 1 :]), Var(counter))
        self.functions[key] = replace(self.functions[key], body=tuple(body))

    def _loop(self, function: Function, loop: For, rest: Region, counter: Var) -> For:
        later = {operand.name for operand in all_used(rest) if isinstance(operand, Var)}
        for position, statement in enumerate(loop.body):
            source = _carried_from(statement, loop.body, position)
            if source is None or statement.targets[0].name in later:  # type: ignore[union-attr]
                continue
            found = self._slice(function, loop.body, source.name)
            if found is not None and found.saves:
                later_ones = Op("operator.gt", (counter, Const(0)))
                return replace(loop, body=self._guarded(function, loop.body, found, source, later_ones))
        return loop

    def _can_skip(self, key: AdjointKey, position: int) -> bool:
        """Whether a function can do without one of its results, and saves work by that."""
        if self.flags.get(key, (position,))[0] != position:
            return False
        if (key, position) not in self.slices:
            self.slices[key, position] = None  # What a function computes by calling itself it keeps.
            function = self.functions.get(key)
            names = _returned(function) if function is not None else ()
            if function is not None and position < len(names):
                self.slices[key, position] = self._slice(function, function.body, names[position])
        found = self.slices[key, position]
        return found is not None and found.saves

    def _slice(self, function: Function, region: Region, name: str) -> _Slice | None:
        """What a block computes for one variable alone, which is read once."""
        reads = _Reads(function, region)
        if is_temporary(name) or reads.left[name] != 1 + reads.updates[name]:
            return None
        reads.left[name] -= 1
        call: tuple[int, AdjointKey, int] | None = None
        found: set[int] = set()
        saves = False
        for statement in reversed(region):
            if not isinstance(statement, Let):
                continue
            if reads.serves_nobody(statement):
                found.add(id(statement))
                reads.drop(statement)
                saves = saves or isinstance(function.types.get(statement.targets[0].name), Array)
            elif call is None and statement.op.prim == "backward" and isinstance(statement.op.data, AdjointKey):
                unread = [n for n, target in enumerate(statement.targets) if reads.is_unread(target)]
                call = next(((id(statement), statement.op.data, n) for n in unread
                             if self._can_skip(statement.op.data, n)), None)
        return _Slice(frozenset(found), call, saves or call is not None)

    def _guarded(self, function: Function, region: Region, found: _Slice, value: Var, wanted: Op) -> Region:
        """The block with what a slice holds under a test."""
        names = {*function.types, *(var.name for var in all_defined(function.body))}
        out: list[Statement] = []
        run: list[Statement] = []
        for statement in region:
            if id(statement) in found.statements:
                run.append(statement)
                continue
            out += _under(names, wanted, run, value)
            run = []
            out += self._flagged(names, statement, found, wanted)
        return (*out, *_under(names, wanted, run, value))

    def _flagged(self, names: set[str], statement: Statement, found: _Slice, wanted: Op) -> list[Statement]:
        if found.call is None or found.call[0] != id(statement) or not isinstance(statement, Let):
            return [statement]
        test, flag = _test(names, wanted, statement)
        name = self._flag(*found.call[1:])
        op = replace(statement.op, kwargs=((name, flag),))
        return [*test, replace(statement, op=op)]

    def _flag(self, key: AdjointKey, position: int) -> str:
        """The parameter of a backward function that says whether one of its results is wanted."""
        found = self.slices[key, position]
        if key not in self.flags and found is not None:
            function = self.functions[key]
            name = _returned(function)[position]
            flag = Var(_free({*function.types, *(p.var.name for p in function.params)},
                             f"{name.removeprefix('d_')}_varies"))
            self.flags[key] = position, flag
            body = self._guarded(function, function.body, found, Var(name), Op("copy", (flag,)))
            params = (*function.params, Param(flag, default=Const(True)))
            self.functions[key] = replace(function, body=body, params=params,
                                          types={**function.types, flag.name: Bool()})
        return self.flags[key][1].name


class _Reads:
    """The reads of a function's variables that are left when what served nobody else is gone."""

    def __init__(self, function: Function, region: Region) -> None:
        self.left = Counter(operand.name for operand in all_used(function.body) if isinstance(operand, Var))
        self.bound = Counter(var.name for var in all_defined(function.body))
        self.bound.update(param.var.name for param in function.params)
        own = [statement for statement in region if isinstance(statement, Let)]
        self.here = Counter(target.name for let in own for target in let.targets)
        self.updates = Counter(let.targets[0].name for let in own if _is_update(let))
        self.shared = {let.targets[0].name for let in own if let.targets and not _is_update(let) and not _is_fresh(let)}

    def is_unread(self, target: Var) -> bool:
        name = target.name
        if self.left[name] != self.updates[name] or self.here[name] != self.bound[name]:
            return False
        return self.bound[name] == 1 + self.updates[name] and not (self.updates[name] and name in self.shared)

    def serves_nobody(self, let: Let) -> bool:
        if len(let.targets) != 1 or not self.is_unread(let.targets[0]):
            return False
        return _is_update(let) or let.op.prim in _READS or _only_computes(let.op)

    def drop(self, let: Let) -> None:
        if _is_update(let):
            self.updates[let.targets[0].name] -= 1
            self.here[let.targets[0].name] -= 1
            self.bound[let.targets[0].name] -= 1
        for operand in let.op.operands:
            if isinstance(operand, Var):
                self.left[operand.name] -= 1


def _is_update(let: Let) -> bool:
    return is_in_place(let.op.prim) and let.targets == let.op.args[:1]


def _is_fresh(let: Let) -> bool:
    rows = lookup(let.op.prim)
    return bool(rows) and all(row.alias == "fresh" for row in rows)


def _only_computes(op: Op) -> bool:
    rows = lookup(op.prim)
    return bool(rows) and not any(row.writes for row in rows)


def _carried_from(statement: Statement, body: Region, position: int) -> Var | None:
    """What a loop's body hands to its next iteration by this copy at its end, and only by it."""
    match statement:
        case Let((Var(name),), Op("copy", (Var() as source,))):
            elsewhere = [*all_defined(body[:position]), *all_defined(body[position + 1 :]),
                         *all_used(body[position + 1 :])]
            return None if Var(name) in elsewhere else source
    return None


def _returned(function: Function) -> tuple[str, ...]:
    """The variables that a function gives back; "" for what is none."""
    last = function.body[-1] if function.body else None
    value = last.value if isinstance(last, Return) else None
    made = [s.op for s in function.body if isinstance(s, Let) and s.op.prim == "tuple" and (value,) == s.targets]
    operands = made[0].args if made and isinstance(function.body[-1], Return) else (value,)
    return tuple(operand.name if isinstance(operand, Var) else "" for operand in operands)


def _under(names: set[str], wanted: Op, run: list[Statement], value: Var) -> list[Statement]:
    if not run:
        return []
    span = run[0].span
    test, flag = _test(names, wanted, run[0])
    makes_it = any(value in all_defined((statement,)) for statement in run)
    orelse = (Let((value,), Op("copy", (Const(None),)), span),) if makes_it else ()
    return [*test, If(flag, tuple(run), orelse, span)]


def _test(names: set[str], wanted: Op, before: Statement) -> tuple[list[Statement], Operand]:
    if wanted.prim == "copy":
        return [], wanted.args[0]
    test = Var(_free(names, "t"))
    return [Let((test,), wanted, before.span)], test


def _free(names: set[str], base: str) -> str:
    number = 1
    while (name := f"{base}{number}" if base == "t" or number > 1 else base) in names:
        number += 1
    names.add(name)
    return name
