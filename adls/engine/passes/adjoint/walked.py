"""What a loop walks over by zip, enumerate, reversed and their like, and where in it an iteration's element lies."""

from __future__ import annotations

from typing import TypeAlias

from adls.engine.ir.ops import Const, For, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Int, List
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import Leaf

Turns: TypeAlias = tuple[Let, ...]
"""The `reversed` between a loop and what it walks over."""


def walked(b: Builder, source: Var, leaf: Leaf, turns: Turns) -> list[tuple[Operand, Leaf, Turns]]:
    """What zip, enumerate or reversed walk over: each with the place of its element in the loop's target.

    `turns` are the `reversed` on the way.
    """
    let = _made_by(b, source)
    if let is None:
        return []
    match let.op.prim:
        case "builtins.zip":
            return [(each, (*leaf, position), turns) for position, each in enumerate(let.op.args)]
        case "builtins.enumerate":
            return [(let.op.args[0], (*leaf, 1), turns)]
        case "builtins.reversed":
            return [(let.op.args[0], leaf, (*turns, let))]
        case "builtins.list" | "builtins.iter" | "builtins.tuple":
            return [(let.op.args[0], leaf, turns)]
    return []


def element_index(b: Builder, statement: For, source: Operand, turns: Turns) -> Operand:
    """Where in `source` an iteration's element lies.

    Counted from the end only where that stays where it is: a list may grow in the loop, and a zip ends with the
    shortest.
    """
    index: Operand = b.iteration(statement)
    if len(turns) == 1 and turns[0].op.args[0] == source and not _may_grow(b, source, turns[0]):
        return b.emit(Op("operator.sub", (Const(-1), index)))
    for turn in turns:
        place = b.index.place(turn)
        count = b.residuals.keep_at(place, False, b.pinned(("count", place.number), "count"),
                                    Op("builtins.len", turn.op.args), Int(), turn.span, "where the last element lies")
        index = b.emit(Op("operator.sub", (b.emit(Op("operator.sub", (count, Const(1)))), index)))
    return index


def _may_grow(b: Builder, source: Operand, turn: Let) -> bool:
    return isinstance(source, Var) and isinstance(b.function.type_of(source), List | Any) and (
        b.residuals.changes_after(source.name, b.index.place(turn), False))


def _made_by(b: Builder, source: Operand) -> Let | None:
    """What made an iterator, also where it was handed on in a tuple: to a generator, say."""
    path: list[object] = []
    while isinstance(source, Var) and (found := b.index.single(source.name)) is not None:
        let = found[1]
        if not isinstance(let, Let) or len(let.targets) != 1:
            return None
        op = let.op
        if op.prim == "copy":
            source = op.args[0]
        elif op.prim == "getitem" and isinstance(op.args[1], Const):
            path.append(op.args[1].value)
            source = op.args[0]
        elif op.prim == "tuple" and path and not op.data and path[-1] in range(len(op.args)):
            source = op.args[int(str(path.pop()))]
        else:
            return None if path else let
    return None
