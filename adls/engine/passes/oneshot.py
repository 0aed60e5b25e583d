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

from collections import Counter
from dataclasses import replace

from adls.engine.ir.ops import Delete, Function, Let, Region, Return, Statement, Var, is_temporary
from adls.engine.ir.types import Any, Array, Tuple, Type
from adls.engine.ir.walk import all_used, defined, regions, statements
from adls.engine.passes.effects import effect_of


def one_shot(function: Function) -> Function:
    """The backward function that may run once."""
    residuals = function.params[0].var.name
    large = {name for name in _names(function) if name == residuals or _holds_array(function.types.get(name))}
    return _releasing(function, large | {residuals})


def released(function: Function) -> Function:
    """A forward function in which an array of the user's that is not kept goes after its last read."""
    closures = [s for s in statements(function.body) if isinstance(s, Let) and s.op.prim == "closure"]
    captured = {operand.name for operand in all_used(tuple(closures)) if isinstance(operand, Var)}
    arrays = {name for name in _names(function) if isinstance(function.types.get(name), Array)}
    return _releasing(function, arrays - captured)


def _names(function: Function) -> set[str]:
    """Names that the function's own block binds once."""
    return _first_defined(function.body)


def _releasing(function: Function, names: set[str]) -> Function:
    gone: dict[int, list[str]] = {}
    for name, position in _last_reads(function).items():
        if name in names:
            gone.setdefault(position, []).append(name)
    until = _last_allocation(function)
    out: list[Statement] = []
    for position, statement in enumerate(function.body):
        out.append(statement)
        if position in gone and position < until and not isinstance(statement, Return | Delete):
            out.append(Delete(tuple(map(Var, gone[position])), statement.span))
    return replace(function, body=tuple(out))


def _last_allocation(function: Function) -> int:
    """The position of the last statement that may need memory: letting go after it helps nobody."""
    for position in range(len(function.body) - 1, -1, -1):
        statement = function.body[position]
        if not isinstance(statement, Let | Return | Delete):
            return position
        if isinstance(statement, Let) and any(_holds_array(function.types.get(t.name)) for t in statement.targets):
            return position
    return 0


def _holds_array(type_: Type | None) -> bool:
    if isinstance(type_, Tuple):
        return any(map(_holds_array, type_.items))
    return type_ is None or isinstance(type_, Array | Any)


def _first_defined(body: Region) -> set[str]:
    """Names that the function's own block assigns, once."""
    counts: dict[str, int] = {}
    for statement in body:
        for name in _all_defined(statement):
            counts[name] = counts.get(name, 0) + (1 if isinstance(statement, Let) else 2)
    once = {name for name, count in counts.items() if count == 1}
    return once - _folded(body)


def _folded(body: Region) -> set[str]:
    """Temporaries that are read once: a part of the expression that reads them, without a name to delete."""
    reads = Counter([operand.name for operand in all_used(body) if isinstance(operand, Var)])
    return {name for name, count in reads.items() if count == 1 and is_temporary(name)}


def _all_defined(statement: Statement) -> list[str]:
    if isinstance(statement, Let) and statement.targets and statement.op.args[:1] == statement.targets:
        return []
    found = [target.name for target in defined(statement)]
    return found + [name for region in regions(statement) for nested in region for name in _all_defined(nested)]


def _last_reads(function: Function) -> dict[str, int]:
    """Where each name is read last. What an expression's part may be a view of is read where the expression is."""
    last: dict[str, int] = {}
    for position, statement in enumerate(function.body):
        last.update((operand.name, position) for operand in all_used((statement,)) if isinstance(operand, Var))
    folded = _folded(function.body)
    for statement in reversed(function.body):
        if isinstance(statement, Let) and len(statement.targets) == 1 and statement.targets[0].name in folded:
            for _, shared in effect_of(statement.op, function).shares:
                if isinstance(shared, Var) and shared.name in last:
                    last[shared.name] = max(last[shared.name], last[statement.targets[0].name])
    return last
