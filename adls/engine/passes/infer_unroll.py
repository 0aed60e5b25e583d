"""A loop over a few items of different types is written out, so that each of its rounds has types of its own.

    for layer in [Dense(w), Tanh()]:          layer = getitem layers, 0;  x = apply Dense.__call__, layer, x
        x = layer(x)                    ->    layer = getitem layers, 1;  x = apply Tanh.__call__, layer, x

Only where joining the types of the items would leave nothing known of one of them, or where they name attributes.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import (
    Break,
    Const,
    Continue,
    For,
    Function,
    Global,
    Let,
    Op,
    Operand,
    Region,
    Statement,
    Var,
    While,
    is_temporary,
)
from adls.engine.ir.types import Any, Callable, Dict, List, Tuple, Type
from adls.engine.ir.walk import all_defined, regions, with_regions
from adls.engine.passes.infer_attributes import names_attributes
from adls.engine.passes.infer_walks import GatheredByKey, Part, gathers, only_for, parts_of
from adls.engine.passes.typing.indexing import element_type
from adls.engine.source.frozen import dataclass

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


def unroll(inference: Inference, loop: For) -> bool:
    """Raise UnrolledError where a loop is to be written out; whether that is to be asked again in the next walk."""
    joined, parts = parts_of(inference, loop)
    if not parts or _leaves_early(loop.body) or inference.rewritten.is_left(loop):
        return False
    rounds = min(len(part.items) for part in parts)
    found = [tuple(part.items[n] for part in parts) for n in range(rounds)]
    if not 0 < rounds <= MOST or not (names_attributes(loop) or any(map(_loses, zip(*found, strict=True))) or (
            _makes_tree(inference, loop, parts))):
        return False
    if inference.heap.changed and any(part.keys is not None for part in parts):
        return inference.walks_again  # Whether that was all that is put into it, the next walk knows.
    rounds = inference.rewritten.count(loop, rounds)
    if 0 < rounds <= MOST and all(part.keys is None or rounds <= len(part.keys) for part in parts):
        raise _written_out(inference, loop, rounds, joined, parts)
    return False


def _makes_tree(inference: Inference, loop: For, parts: list[Part]) -> bool:
    """Whether a comprehension makes a mapping of one that holds containers, with its keys, or of a tuple a tuple or the
    arguments of a call."""
    gathered = gathers(inference, loop, parts)
    if isinstance(gathered, GatheredByKey):
        return any(isinstance(t, List | Dict) for part in parts for t in part.items)
    return gathered is not None and isinstance(inference.type_of(loop.iterable), Tuple) and any(
        isinstance(use, Let) and use.op.prim == "call" and (
            _makes(inference, use.op.args[0]) == "builtins.tuple" or _is_starred(use.op, gathered.items))
        for use in inference.uses.of(gathered.items.name))


def _is_starred(call: Op, operand: Var) -> bool:
    """Whether a call gets `*operand`."""
    return isinstance(call.data, tuple) and any(call.args[position] == operand for position in call.data)


def _makes(inference: Inference, callee: Operand) -> str:
    """The library function that a call calls, by its name or as `type(x)`."""
    if isinstance(callee, Global):
        return callee.key
    found = inference.type_of(callee)
    return found.target if isinstance(found, Callable) else ""


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


def _written_out(inference: Inference, loop: For, rounds: int, joined: str, parts: list[Part]) -> UnrolledError:
    function = inference.function
    taken = {*inference.definitions, *(var.name for var in all_defined(function.body))}
    names = iter([name for name in (f"part_{n}" for n in range(9999)) if name not in taken])
    held = [Var(next(names)) for _ in parts]
    body: list[Statement] = []
    for var, part in zip(held, parts, strict=True):
        body += [Let((var,), Op("copy", (part.operand,)), loop.span), *part.checked(var, loop)]
    gathered, into = [], gathers(inference, loop, parts)
    for number in range(rounds):
        items: list[Operand] = [Const(number)] if joined == "builtins.enumerate" else []
        for var, part in zip(held, parts, strict=True):
            target = Var(next(names)) if joined else loop.target
            body += part.item(var, number, target, Var(next(names)), loop)
            items.append(target)
        if joined:
            body.append(Let((loop.target,), Op("tuple", tuple(items), data=()), loop.span))
        body += _copied(loop.body if into is None else loop.body[:-1])
        if into is not None:
            gathered.append(Var(next(names)))
            body += _named(body.pop(), into.item, gathered[-1])
    if into is not None:
        body.append(into.display(parts, gathered, loop))
    noted = Rounds(loop, tuple(var.name for var in held), rounds)
    changed = put(function, loop, (*body, *loop.orelse))
    for made in only_for(inference, loop, parts):
        changed = put(changed, made, ())
    return UnrolledError(changed, noted)


def _named(last: Statement, item: Operand, name: Var) -> Region:
    """The last operation of a round, and what it gives, under a name of this round."""
    if isinstance(last, Let) and last.targets == (item,) and isinstance(item, Var) and is_temporary(item.name):
        return (replace(last, targets=(name,)),)
    return last, Let((name,), Op("copy", (item,)), last.span)


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
