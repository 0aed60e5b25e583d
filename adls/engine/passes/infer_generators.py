"""Generators and contexts made of them, put in the place of the loop or `with` that consumes them.

    def squares(xs):                       for v in squares(a):             for x in a:
        for x in xs:                           total += v          ->           v = x * x
            yield x * x                                                         total += v

A generator's value is the tuple of what it was called with: its body runs where it is consumed, piece by piece between
the pieces of the loop's body, as in Python. What the loop's `break` leaves, the generator leaves, by way of its
`finally`. Only a generator that is consumed in one place, once, is seen so; of any other nothing is known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import (
    For,
    Function,
    Let,
    Op,
    Region,
    Try,
    Var,
    While,
    With,
)
from adls.engine.ir.types import Dict, Tuple, Type
from adls.engine.ir.walk import all_defined, lets, statements
from adls.engine.passes.infer_splice import Splice

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

MOST = 400
"""A loop is not written out in a generator's `yield`s where that would make more statements than this."""
_GENERATOR, _CONTEXT = "generator ", "context "


def generator_type(target: str, types: tuple[Type, ...], *, context: bool = False) -> Tuple:
    """The type of a generator that was called and has not run yet; `context`: of a context manager made of one."""
    return Tuple(types, (_CONTEXT if context else _GENERATOR) + target)


def target_of(t: Type) -> str:
    """The function of a generator by its type; "" for all else."""
    return t.name.removeprefix(_GENERATOR) if isinstance(t, Tuple) and t.name.startswith(_GENERATOR) else ""


def context_of(t: Type) -> str:
    """The function of a context that was made of a generator; "" for all else."""
    return t.name.removeprefix(_CONTEXT) if isinstance(t, Tuple) and t.name.startswith(_CONTEXT) else ""


def loop_over(inference: Inference, loop: For) -> Region | None:
    """What a loop over a generator, or an instance that can be walked over, is; None for any other loop."""
    found = inference.type_of(loop.iterable)
    target = target_of(found)
    if target:
        inlined = _inlined(inference, loop, target, found)
        if inlined is None:
            refuse(inference)
        return inlined
    if isinstance(found, Dict) and found.cls and isinstance(loop.iterable, Var):
        return _walked(inference, loop, found)
    return None


def refuse(inference: Inference) -> None:
    """Say that a generator cannot be written out here."""
    inference.report("unsupported-construct", construct="a generator here",
                     reason="its body runs piecewise, whenever somebody asks for the next value",
                     way_out="loop over it where it is called, in its own module, or return a list")


def _inlined(inference: Inference, loop: For, target: str, found: Type) -> Region | None:
    source = inference.program.generator(target)
    assert isinstance(found, Tuple)
    if source is None or not inference.patient or not can_stand_here(inference, source.function, target):
        return None
    sites = sum(let.op.prim == "yield" for let in lets(source.function))
    size = sum(1 for _ in statements(loop.body))
    if sites * size > MOST or any(isinstance(s, Try) and s.handlers and _yields(s.body)
                                  for s in statements(source.function.body)):
        return None
    return Splice(inference, source.function, loop.span).of_loop(loop)


def _walked(inference: Inference, loop: For, found: Dict) -> Region | None:
    """`for x in instance`, by what its class has."""
    made = inference.uses.made(loop.iterable)
    member = inference.resolver.member(found.cls, "__iter__")
    walked = Var(free_name(inference, "walked"))
    if member is not None and not (made is not None and made.op.prim == "method" and made.op.data == "__iter__"):
        step = Let((walked,), Op("method", (loop.iterable,), (), "__iter__"), loop.span)
        return step, replace(loop, iterable=walked)
    name = "advanced" if inference.resolver.member(found.cls, "__next__") is not None else (
        "indexed" if inference.resolver.member(found.cls, "__getitem__") is not None else "")
    target = inference.resolver.source(name) if name else None
    if target is None:
        return None
    return Let((walked,), Op("apply", (loop.iterable,), (), target), loop.span), replace(loop, iterable=walked)


def with_over(inference: Inference, statement: With) -> Region | None:
    """What a `with` of a context that was made of a generator is; None for any other."""
    found = inference.type_of(statement.context)
    target = context_of(found)
    if target:
        source = inference.program.generator(target)
        if source is None or not can_stand_here(inference, source.function, target) or not _yields_once(
                source.function.body):
            return None
        return Splice(inference, source.function, statement.span).of_context(statement)
    return None


def can_stand_here(inference: Inference, function: Function, target: str) -> bool:
    """Whether the names in a generator mean the same in the function that consumes it."""
    return function.file == inference.function.file or target.startswith("adls.runtime.")


def free_name(inference: Inference, hint: str) -> str:
    """A name that no variable of the function has."""
    taken = {*inference.definitions, *inference.parameters, *(v.name for v in all_defined(inference.function.body))}
    return next(name for name in (f"{hint}_{n}" if n else hint for n in range(9999)) if name not in taken)


def _yields(region: Region) -> bool:
    return any(isinstance(s, Let) and s.op.prim == "yield" for s in statements(region))


def _yields_once(region: Region) -> bool:
    """Whether there is one `yield`, and in no loop."""
    found = [s for s in statements(region) if isinstance(s, Let) and s.op.prim == "yield"]
    return len(found) == 1 and not any(_yields((s,)) for s in statements(region) if isinstance(s, For | While))
