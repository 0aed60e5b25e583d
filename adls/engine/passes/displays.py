"""List displays that are only handed to library functions or taken apart by literal indices are as good as tuples.

    t1 = list a b               t1 has the type [f64, f64]    ->    (f64, f64)
    y = numpy.array t1

Nobody can write to such a list, so that its items' cotangents need no shadow container: each goes straight to its item.
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.ir.ops import Const, For, Function, If, Let, Op, Return, Statement, Var, While, With
from adls.engine.ir.types import List, Tuple, Type
from adls.engine.ir.walk import defined, statements, used
from adls.engine.rules.table import lookup


def lists_as_tuples(function: Function) -> Function:
    """The function with tuple types for the lists that behave as tuples."""
    made = _displays(function)
    outer: dict[str, set[str]] = {}
    for statement in statements(function.body):
        if isinstance(statement, Let):
            _judge(statement, made, outer, function)
        elif isinstance(statement, For | If | While | With | Return):
            _escape(statement, made)
    while gone := [name for name in made if any(holder not in made for holder in outer.get(name, ()))]:
        for name in gone:
            del made[name]
    changed: dict[str, Type] = {}
    for name in made:
        changed[name] = _as_tuple(name, made, function)
    return replace(function, types={**function.types, **changed}) if changed else function


def _as_tuple(name: str, made: dict[str, tuple[Op, List]], function: Function) -> Type:
    """The tuple type of a list, with tuple types for the lists in it."""
    op, type_ = made[name]
    if op.prim != "list":
        return Tuple(type_.items or ())
    return Tuple(tuple(_as_tuple(arg.name, made, function) if isinstance(arg, Var) and arg.name in made
                       else function.type_of(arg) for arg in op.args))


def _displays(function: Function) -> dict[str, tuple[Op, List]]:
    """Variables that are bound once, to a display of known length or to a library function's list."""
    found: dict[str, tuple[Op, List]] = {}
    bound = {*(param.var.name for param in function.params), *(cell.name for cell in function.cells)}
    for statement in statements(function.body):
        for name in [var.name for var in defined(statement)]:
            type_ = function.types.get(name)
            if isinstance(type_, List) and name not in bound and isinstance(statement, Let) and (
                    len(statement.targets) == 1 and _items(function, statement.op, type_)):
                found[name] = statement.op, type_
            else:
                found.pop(name, None)
            bound.add(name)
    return found


def _items(function: Function, op: Op, type_: List) -> tuple[Type, ...] | None:
    """The types of a list's items where a display or a library function makes it, and they are known."""
    if op.prim == "list":
        return None if op.data else tuple(map(function.type_of, op.args))
    return type_.items if lookup(op.prim) and not op.prim.startswith(("builtins.", "operator.")) else None


def _judge(let: Let, made: dict[str, tuple[Op, List]], outer: dict[str, set[str]], function: Function) -> None:
    op = let.op
    if op.prim == "list" and not op.data and len(let.targets) == 1:
        for operand in op.operands:
            if isinstance(operand, Var) and operand.name in made:
                outer.setdefault(operand.name, set()).add(let.targets[0].name)
        return
    reads = op.prim in ("getitem", "unpack") and all(isinstance(index, Const) for index in op.args[1:]) and not any(
        isinstance(function.type_of(target), List) for target in let.targets)  # Who may write the list in it.
    plain = "." in op.prim and not op.prim.startswith("builtins.") and op.prim != "operator.mul"
    if reads or (plain and lookup(op.prim)):
        return
    for operand in op.operands:
        if isinstance(operand, Var):
            made.pop(operand.name, None)


def _escape(statement: Statement, made: dict[str, tuple[Op, List]]) -> None:
    for operand in used(statement):
        if isinstance(operand, Var):
            made.pop(operand.name, None)
