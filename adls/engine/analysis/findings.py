"""What is found in a function that is differentiated, and in those that it calls, for the types of one call.

Only what is certain is a problem: what a run would refuse too. Where a type is not known before the program runs,
nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from adls.engine.analysis.arguments import BadCall
from adls.engine.analysis.facts import facts_of
from adls.engine.analysis.model import Fact, Place, Problem
from adls.engine.analysis.moment import Differentiated, Moment, problems_of
from adls.engine.frontend.modules import Module
from adls.engine.frontend.static import StaticResolver
from adls.engine.ir.entities import UserFunction
from adls.engine.ir.ops import Function, Global, Let, Operand
from adls.engine.ir.types import Any
from adls.engine.ir.walk import lets
from adls.engine.passes.infer_lifting import plain_target
from adls.engine.passes.putting_off import put_off
from adls.engine.source.diagnostics import Diagnostic
from adls.engine.source.examples import Example
from adls.engine.source.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one function, which then began on `first_line`; facts for each time that it was typed."""

    first_line: int
    problems: tuple[Problem, ...] = ()
    facts: tuple[tuple[Fact, ...], ...] = ()


def find_out(moment: Moment, module: Module, qualname: str, example: Example | None) -> dict[Place, Finding]:
    """What is found in a function and those that it calls; `example` is the call that types come from."""
    defined = StaticResolver(module).find(qualname)
    if defined is None:
        return {}
    expression, argnums = (example.expression, example.argnums) if example is not None else ("", 0)
    try:
        arguments = moment.arguments(defined, expression, argnums)
    except BadCall:
        arguments = moment.arguments(defined)
    _, diagnostics, _ = moment.lowered(defined)
    try:
        found = moment.differentiated(defined, arguments) if arguments is not None else None
        if found is not None:
            return _sorted_out(moment, certain(found), facts_of(found, partial(_standing, moment)))
    except Exception:  # What is too deep or too strange to be typed is not known; all else of the file is.
        return {}
    return _sorted_out(moment, diagnostics, ())


def certain(found: Differentiated) -> Iterator[Diagnostic]:
    """The diagnostics that do not hang on a type which is not known here."""
    refused = found.program.diagnostics
    later = refused and put_off(found.program.instances, found.key.instance, refused)
    yield from (each for each in refused if not later or each.kind.code == "unresolved-name")
    for diagnostic in found.adjoints.diagnostics:
        if diagnostic.kind.code == "dynamic-write":
            continue  # What a class of the user's does is known to a run.
        places = [(function, let) for function in found.program.instances.values() if function.file == diagnostic.file
                  for let in lets(function) if let.span == diagnostic.span]
        if places and all(_typed(function, let) for function, let in places):
            yield diagnostic
    yield from _in_the_way(found)


def _typed(function: Function, let: Let) -> bool:
    return not any(isinstance(function.type_of(operand), Any) for operand in let.op.operands)


def _in_the_way(found: Differentiated) -> Iterator[Diagnostic]:
    """What stands against functions that a derivative would have to go through."""
    for key in found.adjoints.made:
        facts = found.adjoints.facts(key)
        names = found.names.for_target(plain_target(key.instance)) if _is_known(found, key.instance) else None
        for let in lets(facts.function):
            if let.op.prim != "call" or names is None or not isinstance(let.op.args[0], Global):
                continue
            entity = names.resolve(let.op.args[0].path)
            if isinstance(entity, UserFunction) and any(map(facts.activity, _variables(let))):
                yield from names.lowered(entity.target)[1]


def _is_known(found: Differentiated, instance: str) -> bool:
    return found.names.defined_as(plain_target(instance)) is not None


def _variables(let: Let) -> list[Operand]:
    return [operand for operand in let.op.operands if not isinstance(operand, Global)]


def _sorted_out(moment: Moment, diagnostics: Iterable[Diagnostic], facts: Iterable[tuple[Place, tuple[Fact, ...]]]
                ) -> dict[Place, Finding]:
    """Problems and facts by the function that they stand in; those of inner functions with the outermost."""
    problems: dict[Place, list[Problem]] = {}
    for diagnostic in dict.fromkeys(diagnostics):
        place = _standing(moment, Place(diagnostic.file, diagnostic.function), diagnostic.span.line)
        problems.setdefault(place, []).extend(problems_of([diagnostic]))
    known: dict[Place, list[tuple[Fact, ...]]] = {}
    for place, group in facts:
        known.setdefault(place, []).append(group)
    return {place: Finding(_first_line(moment, place), tuple(problems.get(place, ())), tuple(known.get(place, ())))
            for place in {**problems, **known}}


def _standing(moment: Moment, place: Place, line: int) -> Place:
    """Where something stands: a generator that is consumed in a function has become a part of that function."""
    place = Place(place.path, _outermost(place.qualname))
    module = moment.module(place.path)
    if module is None:
        return place
    contents = moment.reads.contents(module)
    first, last = contents.lines(place.qualname)
    return place if first <= line <= last else Place(place.path, contents.function_at(line) or place.qualname)


def _outermost(qualname: str) -> str:
    return qualname.partition(".<locals>")[0]


def _first_line(moment: Moment, place: Place) -> int:
    module = moment.module(place.path)
    return moment.reads.contents(module).first_line(place.qualname) if module is not None else 0
