"""A loop over a few items of different types is written out, so that each of its rounds has types of its own.

    for layer in [Dense(w), Tanh()]:          layer = getitem layers, 0;  x = apply Dense.__call__, layer, x
        x = layer(x)                    ->    layer = getitem layers, 1;  x = apply Tanh.__call__, layer, x

Only where joining the types of the items would leave nothing known of one of them, or where they name attributes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import (
    Break,
    Const,
    Continue,
    For,
    Function,
    Let,
    Op,
    Operand,
    Region,
    Statement,
    Var,
    While,
)
from adls.engine.ir.types import Any, Callable, Dict, List, Tuple, Type
from adls.engine.ir.walk import all_defined, regions, with_regions
from adls.engine.passes.infer_attributes import names_attributes
from adls.engine.passes.typing.indexing import element_type

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

MOST = 16
"""A loop of more rounds than this stays one."""


class UnrolledError(Exception):
    """Tells whoever types a function that it has to be typed anew, with a loop or `with` of it written out."""

    def __init__(self, function: Function, rounds: Rounds | None = None) -> None:
        super().__init__()
        self.function = function
        self.rounds = rounds


@dataclass(frozen=True, slots=True)
class Rounds:
    """A loop that was written out: the variables that hold what it walked over, and for how many items. None: left."""

    loop: For
    held: tuple[str, ...]
    count: int


@dataclass
class Rewritten:
    """The loops of a function that were written out so far, in order. What is walked over may turn out longer once all
    that is put into it is known: `known` then has the right number, or 0 for a loop that has to stay one."""

    rounds: list[Rounds] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)

    def is_left(self, loop: For) -> bool:
        return any(each.loop is loop and not each.count for each in self.rounds)

    def count(self, loop: For, count: int) -> int:
        """For how many rounds to write a loop out."""
        count = self.known.get(len(self.rounds), count)
        if not count:
            self.rounds.append(Rounds(loop, (), 0))
        return count

    def refuted(self, inference: Inference) -> bool:
        """Whether a loop was written out for a wrong number of items; all that came after it is forgotten."""
        for number, each in enumerate(self.rounds):
            found = [getattr(inference.types.get(name), "items", None) for name in each.held]
            settled = not inference.heap.changed and all(items is not None for items in found)
            count = min((len(items) for items in found if items is not None), default=0) if settled else 0
            if each.held and count != each.count:
                again = self.known.get(number) is not None
                before = {n: known for n, known in self.known.items() if n < number}
                self.known = before | {number: 0 if again else count}
                self.rounds.clear()
                return True
        return False


def unroll(inference: Inference, loop: For) -> None:
    """Raise UnrolledError where a loop is to be written out."""
    parts = _parts(inference, loop.iterable)
    if not parts or _leaves_early(loop.body) or inference.rewritten.is_left(loop):
        return
    rounds = min(len(items) for _, items in parts)
    found = [tuple(items[n] for _, items in parts) for n in range(rounds)]
    if not 0 < rounds <= MOST or not (names_attributes(loop) or any(map(_loses, zip(*found, strict=True)))):
        return
    rounds = inference.rewritten.count(loop, rounds)
    if 0 < rounds <= MOST:
        raise _written_out(inference, loop, rounds, [operand for operand, _ in parts])


def _parts(inference: Inference, iterable: Operand) -> list[tuple[Operand, tuple[Type, ...]]]:
    """What a loop walks over, side by side: each with the types of its items; none where they are not known."""
    found = inference.type_of(iterable)
    if isinstance(found, Tuple) and " " in found.name:
        return []  # A generator, which has no items yet.
    if isinstance(found, Tuple | List):
        return [(iterable, found.items)] if found.items is not None else []
    made = inference.uses.made(iterable)
    if made is None or made.op.prim not in ("builtins.zip", "builtins.enumerate") or made.op.kwargs or made.op.data:
        return []
    if made.op.prim == "builtins.enumerate" and len(made.op.args) > 1:
        return []
    parts: list[tuple[Operand, tuple[Type, ...]]] = []
    for arg in made.op.args:
        each = inference.type_of(arg)
        if not isinstance(each, Tuple | List) or each.items is None or " " in getattr(each, "name", ""):
            return []
        parts.append((arg, each.items))
    return parts


def _loses(items: tuple[Type, ...]) -> bool:
    """Whether what is known of each of several types is not known of all of them."""
    return is_vague(element_type(Tuple(items))) and not any(map(is_vague, items))


def is_vague(t: Type) -> bool:
    """Whether nothing is known of a value of type `t`, or of a part of it."""
    match t:
        case Any():
            return True
        case Callable(target, _):
            return not target
        case Tuple(items) | List(_, tuple(items)):
            return any(map(is_vague, items))
        case List(item, None):
            return is_vague(item)
        case Dict(_, tuple(entries)):
            return any(is_vague(each) for _, each in entries)
        case Dict(value, None):
            return is_vague(value)
        case _:
            return False


def _leaves_early(region: Region) -> bool:
    """Whether a `break` or `continue` of the loop itself stands in its body."""
    for statement in region:
        if isinstance(statement, Break | Continue):
            return True
        if not isinstance(statement, For | While) and any(map(_leaves_early, regions(statement))):
            return True
    return False


def _written_out(inference: Inference, loop: For, rounds: int, operands: list[Operand]) -> UnrolledError:
    function = inference.function
    made = inference.uses.made(loop.iterable)
    prim = made.op.prim if made is not None else ""
    taken = {*inference.definitions, *(var.name for var in all_defined(function.body))}
    names = iter([name for name in (f"part_{n}" for n in range(9999)) if name not in taken])
    held = [Var(next(names)) for _ in operands]
    body: list[Statement] = [Let((var,), Op("copy", (operand,)), loop.span)
                             for var, operand in zip(held, operands, strict=True)]
    for number in range(rounds):
        items: list[Operand] = [Const(number)] if prim == "builtins.enumerate" else []
        for var in held:
            if prim not in ("builtins.zip", "builtins.enumerate"):
                body.append(Let((loop.target,), Op("getitem", (var, Const(number))), loop.span))
                continue
            item = Var(next(names))
            body.append(Let((item,), Op("getitem", (var, Const(number))), loop.span))
            items.append(item)
        if items:
            body.append(Let((loop.target,), Op("tuple", tuple(items), data=()), loop.span))
        body += _copied(loop.body)
    noted = Rounds(loop, tuple(var.name for var in held), rounds)
    return UnrolledError(put(function, loop, (*body, *loop.orelse)), noted)


def _copied(region: Region) -> Region:
    """The statements of a region as objects of their own: what is known of a statement goes by its identity."""
    return tuple(replace(with_regions(each, tuple(map(_copied, inner))) if (inner := regions(each)) else each)
                 for each in region)


def put(function: Function, old: Statement, new: Region) -> Function:
    """The function with statements in the place of one."""
    return replace(function, body=_put(function.body, old, new))


def _put(region: Region, loop: Statement, body: Region) -> Region:
    out: list[Statement] = []
    for statement in region:
        if statement is loop:
            out += body
            continue
        inner = regions(statement)
        changed = tuple(_put(each, loop, body) for each in inner)
        out.append(with_regions(statement, changed) if changed != inner else statement)
    return tuple(out)
