"""Zeros that are added to in parts, and then to an item of a container, are that item itself.

    d_t9 = np.zeros(t9_shape)                                 d_t9 = runtime.item_of(d_params, "table", t9_shape)
    runtime.scatter_add(d_t9, rows, d_t10)            ->      runtime.scatter_add(d_t9, rows, d_t10)
    runtime.accumulate(d_params, "table", d_t9)

A loop that looks up rows of a table then costs the rows in each iteration, and not the table.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from adls.engine.ir.ops import Const, Function, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.walk import all_defined, all_used, prims, regions, statements, used, with_regions

_PARTS = ("runtime.scatter_add", "augitem")


def in_items(function: Function) -> Function:
    """The backward function with such arrays in their containers."""
    if "runtime.accumulate" not in prims(function.body):
        return function
    reads = Counter(operand.name for operand in all_used(function.body) if isinstance(operand, Var))
    bound = Counter(var.name for var in all_defined(function.body))
    return replace(function, body=_region(function.body, reads, bound))


def _region(region: Region, reads: Counter[str], bound: Counter[str]) -> Region:
    out: list[Statement | None] = [with_regions(s, tuple(_region(r, reads, bound) for r in regions(s))) for s in region]
    for position, statement in enumerate(out):
        if isinstance(statement, Let) and statement.op.prim == "numpy.zeros" and bound[statement.targets[0].name] == 1:
            end = _end(out, position, statement.targets[0], reads)
            given = out[end] if end is not None else None
            if end is None or not isinstance(given, Let):
                continue
            container, key, _ = given.op.args
            op = Op("runtime.item_of", (container, key, *statement.op.args), statement.op.kwargs)
            out[position], out[end] = Let(statement.targets, op, statement.span), None
    return tuple(statement for statement in out if statement is not None)


def _end(region: list[Statement | None], start: int, array: Var, reads: Counter[str]) -> int | None:
    """Where the array is added to an item, if nothing reads it before, and nothing else is done with the container."""
    end = next((n for n in range(start + 1, len(region)) if _gives(region[n], array)), None)
    if end is None:
        return None
    given = region[end]
    assert isinstance(given, Let)
    between = tuple(s for s in region[start + 1 : end] if s is not None)
    parts = sum(_adds_part(s, array) for s in statements(between))
    if reads[array.name] != parts + 1 or any(key in all_defined(between) for key in given.op.args[:2]):
        return None
    return None if any(_touches(s, given.op.args[0]) for s in statements(between)) else end


def _gives(statement: Statement | None, array: Var) -> bool:
    if not isinstance(statement, Let) or statement.op.prim != "runtime.accumulate":
        return False
    container, key, value = statement.op.args
    return value == array and isinstance(container, Var) and isinstance(key, Const | Var)


def _adds_part(statement: Statement, array: Var) -> bool:
    return isinstance(statement, Let) and statement.op.prim in _PARTS and (
        statement.op.operands.count(array) == 1 and statement.op.args[0] == array) and (
        statement.op.data in (None, "operator.iadd", "operator.isub"))


def _touches(statement: Statement, container: Operand) -> bool:
    """Whether a statement does anything with a container but add to an item."""
    if isinstance(statement, Let) and statement.op.prim == "runtime.accumulate":
        return container in statement.op.args[1:]
    return container in used(statement)
