"""The one-shot form of a backward function: each residual is let go after its last read.

    a, b = residuals          a, b = residuals
    d_b = g * a         ->    del residuals
    d_a = d_b * b             d_b = g * a
                              del a
                              d_a = d_b * b
                              del b

Only names of the function's own block are let go, so that a loop's body never deletes what the next iteration reads.
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.ir.ops import Delete, Function, Let, Region, Return, Statement, Var
from adls.engine.ir.types import Array, Tuple, Type
from adls.engine.passes.walk import defined, regions, used

def one_shot(function: Function) -> Function:
    """The backward function that may run once."""
    last = _last_reads(function.body)
    kept = {*_first_defined(function.body), function.params[0].var.name}
    out: list[Statement] = []
    for position, statement in enumerate(function.body):
        out.append(statement)
        gone = [name for name, where in last.items() if where == position and name in kept and _is_large(function, name)]
        if gone and not isinstance(statement, Return) and not _is_parameter(function, gone):
            out.append(Delete(tuple(map(Var, gone)), statement.span))
    return replace(function, body=tuple(out))


def _is_large(function: Function, name: str) -> bool:
    return name == function.params[0].var.name or _holds_array(function.types.get(name))


def _holds_array(type_: Type | None) -> bool:
    if isinstance(type_, Tuple):
        return any(map(_holds_array, type_.items))
    return isinstance(type_, Array) or type_ is None or type(type_).__name__ == "Any"


def _is_parameter(function: Function, names: list[str]) -> bool:
    return any(param.var.name in names for param in function.params[1:])


def _first_defined(body: Region) -> set[str]:
    """Names that the function's own block assigns, once."""
    counts: dict[str, int] = {}
    for statement in body:
        for name in _all_defined(statement):
            counts[name] = counts.get(name, 0) + (1 if isinstance(statement, Let) else 2)
    return {name for name, count in counts.items() if count == 1 and not (name[0] == "t" and name[1:].isdigit())}


def _all_defined(statement: Statement) -> list[str]:
    if isinstance(statement, Let) and statement.targets and statement.op.args[:1] == statement.targets:
        return []
    found = [target.name for target in defined(statement)]
    return found + [name for region in regions(statement) for nested in region for name in _all_defined(nested)]


def _last_reads(body: Region) -> dict[str, int]:
    last: dict[str, int] = {}
    for position, statement in enumerate(body):
        for name in _all_used(statement):
            last[name] = position
    return last


def _all_used(statement: Statement) -> list[str]:
    found = [operand.name for operand in used(statement) if isinstance(operand, Var)]
    return found + [name for region in regions(statement) for nested in region for name in _all_used(nested)]
