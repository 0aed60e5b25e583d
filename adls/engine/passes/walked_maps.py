"""A loop over `map` or `filter` calls the function in each round, as the iterator would.

    for y in map(f, xs):            for x in xs:
        ...                  ->         y = f(x)
                                        ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adls.engine.ir.ops import For, Function, Global, If, Let, Op, Region, Statement, Var
from adls.engine.ir.walk import all_defined, all_used, regions, statements, with_regions


def calling(function: Function) -> Function:
    """The function with the calls that `map` and `filter` make written out in loops over them."""
    if not any(isinstance(s, Let) and _is_lazy(s) for s in statements(function.body)):
        return function
    taken = {var.name for var in all_defined(function.body)} | {
        operand.name for operand in all_used(function.body) if isinstance(operand, Var)} | {
        var.name for var in (*function.cells, *(param.var for param in function.params))}
    names = (name for n in range(1, len(taken) + 10**6) if (name := f"item_{n}") not in taken)
    return replace(function, body=_region(function.body, lambda: Var(next(names))))


def _region(region: Region, fresh: Callable[[], Var]) -> Region:
    out: list[Statement] = []
    for statement in region:
        inner = tuple(_region(each, fresh) for each in regions(statement))
        statement = with_regions(statement, inner) if inner else statement
        last = out[-1] if out else None
        if isinstance(statement, For) and isinstance(last, Let) and _is_lazy(last) and last.targets == (
                statement.iterable,):
            out[-1:] = _written_out(last, statement, fresh)
        else:
            out.append(statement)
    return tuple(out)


def _is_lazy(let: Let) -> bool:
    op, callee = let.op, let.op.args[0] if let.op.prim == "call" else None
    if not isinstance(callee, Global) or op.kwargs or op.data or len(let.targets) != 1:
        return False
    if callee.key == "builtins.map":
        return len(op.args) >= 3
    return callee.key == "builtins.filter" and len(op.args) == 3 and isinstance(op.args[1], Var | Global)


def _written_out(lazy: Let, loop: For, fresh: Callable[[], Var]) -> list[Statement]:
    assert isinstance(lazy.op.args[0], Global)
    _, function, *sources = lazy.op.args
    item, span = fresh(), lazy.span
    if lazy.op.args[0].key == "builtins.filter":
        kept = fresh()
        body: Region = (Let((kept,), Op("call", (function, item), data=()), span), If(
            kept, (Let((loop.target,), Op("copy", (item,)), span), *loop.body), (), loop.span))
        return [replace(loop, target=item, iterable=sources[0], body=body)]
    if len(sources) == 1:
        call = Let((loop.target,), Op("call", (function, item), data=()), span)
        return [replace(loop, target=item, iterable=sources[0], body=(call, *loop.body))]
    zipped, items = fresh(), tuple(fresh() for _ in sources)
    walk = Let((zipped,), Op("call", (Global("zip", "builtins.zip"), *sources), data=()), span)
    apart = Let(items, Op("unpack", (item,)), span)
    call = Let((loop.target,), Op("call", (function, *items), data=()), span)
    return [walk, replace(loop, target=item, iterable=zipped, body=(apart, call, *loop.body))]
