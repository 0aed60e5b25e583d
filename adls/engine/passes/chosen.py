"""Values of which only a part counts: what else is in them was computed and not chosen.

    y = np.where(x > 0, np.sqrt(x), 0.0)      the square root of a negative number is no number, and nobody reads it
    r = np.sqrt(d); r[d == 0] = 1.0           so is the inverse of a distance of 0
    e = np.log(p)[p > 0]
    s = np.sum(np.log(p), where=p > 0)

Where a part does not count, its cotangent is zero; the derivative there may be infinite or no number, and the product
must be zero all the same. The adjoint of what is found here says so (`runtime.unchosen`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adls.engine.ir.ops import Function, Let, Op, Return, Var
from adls.engine.ir.types import Array
from adls.engine.ir.walk import statements
from adls.engine.passes.alias import Memory
from adls.engine.passes.effects import index_kind
from adls.engine.rules.table import lookup

_CHOOSING = {f"{owner}.{name}" for owner in ("numpy", "ndarray") for name in (
    "where", "maximum", "minimum", "fmax", "fmin", "clip", "select", "choose", "take", "compress", "extract",
    "nan_to_num", "nansum", "nanmean", "nanmax", "nanmin", "nanvar", "nanstd", "nanmedian", "nanquantile",
    "nanpercentile", "nanprod", "nancumsum", "nancumprod")} | {"runtime.unchosen"}


Through = Callable[[str], frozenset[int]]
"""Of a callee the positions of the operands whose elements its result's elements are made of, one by one."""


def partly_chosen(function: Function, memory: Memory, through: Through, *, result: bool = False) -> frozenset[str]:
    """The names of arrays and numbers that need not all reach the result. `result`: nor need what the function gives
    back, as its caller chooses from it."""
    lets = [each for each in statements(function.body) if isinstance(each, Let) and len(each.targets) == 1]
    todo = [name for each in lets for name in _offered(each.op, function)]
    todo += _returned(function) if result else []
    written = (each.targets[0].name for each in lets)
    todo += [name for name in written if isinstance(function.types.get(name), Array) and memory.is_written(name)]
    return _made_of(lets, todo, through) & {each.targets[0].name for each in lets}


def handed_through(function: Function, through: Through) -> frozenset[int]:
    """The positions, cells first, of the parameters whose elements the result's are made of, one by one."""
    lets = [each for each in statements(function.body) if isinstance(each, Let) and len(each.targets) == 1]
    found = _made_of(lets, _returned(function), through)
    given = [*(cell.name for cell in function.cells), *(param.var.name for param in function.params)]
    return frozenset(n for n, name in enumerate(given) if name in found)


def _returned(function: Function) -> list[str]:
    return [s.value.name for s in statements(function.body) if isinstance(s, Return) and isinstance(s.value, Var)]


def _made_of(lets: list[Let], todo: list[str], through: Through) -> frozenset[str]:
    """The names whose elements those of others are made of, one by one, and these."""
    made: dict[str, list[Op]] = {}
    for let in lets:
        made.setdefault(let.targets[0].name, []).append(let.op)
    found: set[str] = set()
    while todo:
        name = todo.pop()
        ops = [op for op in made.get(name, ()) if op.prim in ("apply", "copy") or _is_elementwise(op.prim)]
        if name in found or (name in made and not ops):
            continue
        found.add(name)
        for op in ops:
            operands = [op.args[n] for n in through(str(op.data))] if op.prim == "apply" else op.operands
            todo += [operand.name for operand in operands if isinstance(operand, Var)]
    return frozenset(found)


def _offered(op: Op, function: Function) -> Iterator[str]:
    """The arrays that an operation chooses from."""
    masked = op.prim == "getitem" and isinstance(function.type_of(op.args[0]), Array) and (
        index_kind(op.args[1], function) != "basic")
    if masked or op.prim in _CHOOSING or any(name == "where" for name, _ in op.kwargs):
        yield from (operand.name for operand in op.operands if isinstance(operand, Var))


def _is_elementwise(prim: str) -> bool:
    return any(row.elementwise for row in lookup(prim)[:1])
