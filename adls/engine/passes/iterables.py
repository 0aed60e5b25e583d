"""What a loop walks over gets a name of its own where the name that it was written with is bound again.

    for each in y:                  t1 = copy y
        y = tanh(y - each)    ->    for each in t1:
                                        y = tanh(y - each)

Python evaluates the iterable once. The backward pass adds the elements' cotangents to what was walked over, which
is not what `y` means inside the loop.
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.ir.ops import For, Function, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.types import Type
from adls.engine.ir.walk import all_defined, defined, lets, regions, statements, with_regions

WALKERS = frozenset(f"builtins.{name}" for name in ("zip", "enumerate", "reversed", "iter", "list", "tuple"))
"""Calls whose result a loop walks over in place of their arguments."""


def iterables_named(function: Function) -> Function:
    """The function with a variable of its own for each iterable whose name does not keep its meaning."""
    if not any(isinstance(s, For) for s in statements(function.body)):
        return function
    namer = _Namer(function)
    body = namer.region(function.body)
    return replace(function, body=body, types={**function.types, **namer.types}) if namer.types else function


class _Namer:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.types: dict[str, Type] = {}
        self.taken = {*function.types, *(var.name for var in all_defined(function.body))}
        self.later = _bound_later(function)

    def region(self, region: Region) -> Region:
        return tuple(made for statement in region for made in self._statement(statement))

    def _statement(self, statement: Statement) -> list[Statement]:
        if isinstance(statement, Let) and statement.op.prim in WALKERS:
            return self._walker(statement)
        nested = tuple(self.region(inner) for inner in regions(statement))
        statement = with_regions(statement, nested) if nested else statement
        if isinstance(statement, For) and isinstance(statement.iterable, Var) and (
                statement.iterable == statement.target or statement.iterable in all_defined(statement.body)):
            copy = self._copy(statement.iterable, statement)
            return [copy, replace(statement, iterable=copy.targets[0])]
        return [statement]

    def _walker(self, let: Let) -> list[Statement]:
        before: list[Statement] = []
        args: list[Operand] = []
        for arg in let.op.args:
            if isinstance(arg, Var) and arg.name in self.later[id(let)]:
                copy = self._copy(arg, let)
                before.append(copy)
                arg = copy.targets[0]
            args.append(arg)
        return [*before, replace(let, op=replace(let.op, args=tuple(args)))] if before else [let]

    def _copy(self, var: Var, statement: For | Let) -> Let:
        number = 1
        while f"t{number}" in self.taken:
            number += 1
        name = f"t{number}"
        self.taken.add(name)
        self.types[name] = self.function.type_of(var)
        return Let((Var(name),), Op("copy", (var,)), statement.span)


def _bound_later(function: Function) -> dict[int, set[str]]:
    """For each call that a loop may walk over, the names that are bound after it in the order of the text."""
    later: set[str] = set()
    found: dict[int, set[str]] = {id(let): set() for let in lets(function) if let.op.prim in WALKERS}
    if found:
        for statement in reversed(list(statements(function.body))):
            if id(statement) in found:
                found[id(statement)] = set(later)
            later |= {var.name for var in defined(statement)}
    return found
