"""Two changes of sign are none.

    t = a * b
    minus_d_x = -t          ->      d_x = a * b
    d_x = -minus_d_x

Only where nothing else reads what lies between.
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.ir.ops import Let, Operand, Region, Statement, Var
from adls.engine.ir.walk import all_defined, all_used, regions, statements, with_regions
from adls.engine.passes.dead import reads
from adls.engine.passes.storage import Storage

_NEGATIVE = "operator.neg"


def signs(body: Region, passed: frozenset[str]) -> Region:
    """A backward function's body without such changes; `passed` is as in `contract`."""
    if sum(isinstance(s, Let) and s.op.prim == _NEGATIVE for s in statements(body)) < 2:
        return body
    storage, left = Storage(body, passed), reads(body)

    def is_inner(operand: Operand) -> bool:
        return isinstance(operand, Var) and left[operand.name] == 1 and storage.is_single(operand.name) and (
            not storage.updates[operand.name])

    def region(each: Region) -> Region:
        out: list[Statement] = [with_regions(s, tuple(map(region, regions(s)))) for s in each]
        for outer in [s for s in out if isinstance(s, Let) and s.op.prim == _NEGATIVE]:
            inner = _maker(out, outer.op.args[0]) if is_inner(outer.op.args[0]) else None
            if inner is None or inner.op.prim != _NEGATIVE or not is_inner(inner.op.args[0]):
                continue
            first = _maker(out, inner.op.args[0])
            if first is None or len(first.targets) != 1 or not _is_free(out, first, outer):
                continue
            out[out.index(first)] = replace(first, targets=outer.targets)
            out = [s for s in out if s is not inner and s is not outer]
        return tuple(out)

    return region(body)


def _maker(region: list[Statement], operand: Operand) -> Let | None:
    return next((s for s in region if isinstance(s, Let) and s.targets == (operand,)), None)


def _is_free(region: list[Statement], first: Let, last: Let) -> bool:
    """Whether the name that the last statement binds is neither bound nor read since the first."""
    between = tuple(region[region.index(first) : region.index(last)])
    return not {*all_defined(between), *all_used(between)} & {*last.targets}
