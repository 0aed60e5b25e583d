"""Temporaries of a generated function that are no temporaries where it is typed and differentiated anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from adls.engine.ir.ops import Operand, Region, Var, is_temporary
from adls.engine.ir.walk import all_defined, regions, with_defined, with_regions, with_used


def with_slots(body: Region) -> Region:
    """The body with a variable's name for each temporary that has several assignments, or holds a place before its own:
    a residual that only some of the arms make."""
    counts = Counter(var.name for var in all_defined(body))
    taken = set(counts)
    names: dict[str, str] = {}
    for name, count in counts.items():
        if count > 1 and is_temporary(name):
            names[name] = next(n for n in (f"kept_{name}{'_' * k}" for k in range(len(taken) + 1)) if n not in taken)
    return _renamed(body, names) if names else body


def _renamed(body: Region, names: Mapping[str, str]) -> Region:
    def other(operand: Operand) -> Operand:
        return Var(names[operand.name]) if isinstance(operand, Var) and operand.name in names else operand

    return tuple(with_regions(with_defined(with_used(statement, other), names),
                              tuple(_renamed(inner, names) for inner in regions(statement))) for statement in body)
