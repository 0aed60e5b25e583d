"""Arms that the types exclude, taken out before variables are split anew.

    def loss(w, scale=None):             def loss(w, scale):
        if scale is None:         ->         scale_2 = w[:2]
            scale = w[:2]                    ...

What a call leaves out is None on entry. Once the test is decided, nothing joins that None with what the arm assigns.
Only where a variable's types would join to one of which nothing is known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, If, Let, Operand, Region, Statement, Var
from adls.engine.ir.types import Any, is_optional
from adls.engine.ir.walk import all_defined, regions, with_regions
from adls.engine.passes.infer_unroll import UnrolledError, is_vague
from adls.engine.passes.split import split

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference


def prune(inference: Inference, *, settled: bool) -> None:
    """Raise UnrolledError where a function is to be typed anew without arms that its types never take.

    `settled`: nothing that was inferred rests on what a recursive call was assumed to give.
    """
    decided = {number for number, taken in inference.branches.items() if len(taken) == 1}
    if not decided or not _vague_names(inference):
        return
    if not settled:
        decided &= set(_decided_on_entry(inference, inference.function.body))
    body = _without(inference, inference.function.body, decided)
    if body == inference.function.body:
        return
    pruned = replace(inference.function, body=body)
    if split(pruned) is not pruned:
        raise UnrolledError(pruned)


def _vague_names(inference: Inference) -> set[str]:
    """The variables with several assignments of which nothing is known."""
    given = dict(zip(inference.parameters, inference.given, strict=True))
    return {name for name, found in inference.types.items()
            if inference.definitions.get(name, 0) > 1 and (is_vague(found) or is_optional(found))
            and not isinstance(given.get(name), Any)}


def _decided_on_entry(inference: Inference, body: Region) -> list[int]:
    """The branches in no loop whose tests read nothing but literals and what a parameter is on entry."""
    found: list[int] = []
    tests: set[str] = set()
    assigned: set[str] = set()
    for statement in body:
        if isinstance(statement, If) and isinstance(statement.test, Var) and statement.test.name in tests:
            found.append(id(statement))
        made = {var.name for var in all_defined((statement,))}
        assigned |= made
        tests -= made
        if isinstance(statement, Let) and all(
                _is_given(inference, operand, assigned) for operand in statement.op.operands):
            tests |= made
    return found


def _is_given(inference: Inference, operand: Operand, assigned: set[str]) -> bool:
    if isinstance(operand, Var):
        return operand.name in inference.parameters and operand.name not in assigned
    return isinstance(operand, Const) or operand.key.startswith("builtins.")


def _without(inference: Inference, region: Region, decided: set[int]) -> Region:
    out: list[Statement] = []
    for statement in region:
        if isinstance(statement, If) and id(statement) in decided:
            taken = True in inference.branches[id(statement)]
            out += _without(inference, statement.then if taken else statement.orelse, decided)
            continue
        new = tuple(_without(inference, each, decided) for each in regions(statement))
        changed = with_regions(statement, new)
        out.append(statement if changed == statement else changed)
    return tuple(out)
