"""A function that is handed to a user's function brings what it has captured along, as variables of the callee.

    def solve(f, y):                        def solve(f_rate, f, y):
        return y + f(y)             ->          return y + apply lambda, f_rate, y
    solve(lambda y: rate * y, y0)           apply solve, rate, lambda, y0

So what a callback has captured is the callee's like any parameter: cotangents come back, and what is written into it is
followed. The same holds for `obj.method`, a function that has captured its instance.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Function, Global, Operand, Var
from adls.engine.ir.types import Callable
from adls.engine.ir.walk import all_defined, all_used
from adls.engine.passes.infer_eager import base_of

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_MARK = "@with "
_TARGET = re.compile(f"(.*){_MARK}([^|¦]*)")
"""A function and what its parameters bring along; a bar stands in the names of generated functions."""
_MOST = 24
"""How many captured variables one call may bring along."""

Brought = tuple[tuple[str, tuple[str, ...]], ...]
"""For each function that is a parameter: its name, and the names of what it has captured."""


def plain_target(target: str) -> str:
    """The target of the user's function, for an instance's key or for one whose parameters bring something along."""
    return base_of(called_target(target))[0]


def called_target(target: str) -> str:
    """The target of what is called, without what its parameters bring along."""
    target = target.partition("|")[0]
    found = _TARGET.fullmatch(target)
    return found[1] if found else target


def brought_by(target: str) -> Brought:
    """What the parameters of a function bring along, by its target."""
    found = _TARGET.fullmatch(target)
    pairs = (note.partition("=") for note in (found[2].split(";") if found else ()))
    return tuple((name, tuple(captured.split("+"))) for name, _, captured in pairs)


def with_brought(function: Function, brought: Brought) -> Function:
    """The function with cells for what its parameters bring along, behind its own."""
    cells = tuple(Var(name) for _, names in brought for name in names)
    return replace(function, cells=(*function.cells, *cells))


def lifted(inference: Inference, target: str, operands: tuple[Operand, ...]) -> tuple[str, tuple[Operand, ...]]:
    """The target and the operands of a call, with what its arguments have captured."""
    source = inference.program.source(target)
    if source is None or source.brought:
        return target, operands
    cells, taken = len(source.function.cells), _names(source.lowered)
    handed = [(name, operand) for name, operand in zip(source.parameters, operands, strict=True)
              if source.definitions.get(name) == 1]
    brought: list[Operand] = []
    notes: list[str] = []
    for name, operand in handed:
        captured = _captured(inference, operand)
        if not captured or len(brought) + len(captured) > _MOST:
            continue
        names = [_fresh(f"{name}_{each}", taken) for each in _captured_names(inference, operand)]
        notes.append(f"{name}={'+'.join(names)}")
        brought += captured
        handed += zip(names, captured, strict=True)
    made = f"{target}{_MARK}{';'.join(notes)}"
    if not brought or inference.program.source(made) is None:  # A generated function is typed as it is.
        return target, operands
    return made, (*operands[:cells], *brought, *operands[cells:])


def _captured(inference: Inference, operand: Operand) -> tuple[Operand, ...]:
    found = inference.type_of(operand)
    if not isinstance(found, Callable) or not found.target:
        return ()
    if isinstance(operand, Global) and inference.program.generator(found.target) is not None:
        return captured_by_global(inference, operand, found)
    captured = inference.closures.get(operand.name, ()) if isinstance(operand, Var) else ()
    return captured if len(captured) == len(found.cells) == len(_captured_names(inference, operand)) else ()


def captured_by_global(inference: Inference, function: Global, found: Callable) -> tuple[Operand, ...]:
    """What reads the variables that a function which lies in a global has captured."""
    cells = [Global(f"{function.path}.__closure__[{i}].cell_contents") for i in range(len(found.cells))]
    inference.types.update({"@" + each.path: t for each, t in zip(cells, found.cells, strict=True)})
    return tuple(cells)


def _captured_names(inference: Inference, operand: Operand) -> list[str]:
    found = inference.type_of(operand)
    if not isinstance(found, Callable):
        return []
    source = inference.program.source(found.target) or inference.program.generator(found.target)
    if source is None:
        return []
    own = [cell.name for cell in source.function.cells]
    return own if len(own) == len(found.cells) else [*own, "self"]


def _names(function: Function) -> set[str]:
    given = {var.name for var in (*function.cells, *(param.var for param in function.params))}
    used = {operand.name for operand in all_used(function.body) if isinstance(operand, Var)}
    return given | used | {var.name for var in all_defined(function.body)}


def _fresh(name: str, taken: set[str]) -> str:
    number, made = 1, name
    while made in taken:
        number += 1
        made = f"{name}_{number}"
    taken.add(made)
    return made
