"""Operations whose results are read no longer, since another pass has rewritten what read them."""

from __future__ import annotations

from collections import Counter

from adls.engine.ir.ops import Let, Op, Region, Var
from adls.engine.ir.walk import all_used, regions, with_regions
from adls.engine.rules.table import lookup


def reads(body: Region) -> Counter[str]:
    """How often each variable is read."""
    return Counter([operand.name for operand in all_used(body) if isinstance(operand, Var)])


def without_dead(body: Region, before: Counter[str]) -> Region:
    """The body without operations whose results were read before, and are not now."""
    while True:
        dead = set(before) - set(reads(body))
        found = _living(body, dead)
        if found == body:
            return body
        body = found


def _living(body: Region, dead: set[str]) -> Region:
    return tuple(with_regions(s, tuple(_living(nested, dead) for nested in regions(s))) for s in body if not (
        isinstance(s, Let) and len(s.targets) == 1 and s.targets[0].name in dead and _is_pure(s.op)))


def _is_pure(op: Op) -> bool:
    rows = lookup(op.prim)
    return op.prim in ("tuple", "slice", "getitem", "attr", "copy") or (
        bool(rows) and not any(row.writes for row in rows) and not op.prim.endswith("refuse"))
