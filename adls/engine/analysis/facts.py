"""What hover shows: the type of each expression of a typed program, and the rule by which it is differentiated."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import partial

from adls.engine.analysis.model import Fact, Formula, Place
from adls.engine.analysis.moment import Differentiated
from adls.engine.frontend.modules import Defined
from adls.engine.frontend.scopes import FUNCTIONS, every_argument
from adls.engine.ir.ops import Function, Let, is_temporary
from adls.engine.ir.types import Any, Bottom, NoneT, Opaque, Type
from adls.engine.ir.walk import lets
from adls.engine.passes.infer_lifting import plain_target
from adls.engine.passes.rows import Unbound, bind
from adls.engine.rules.row import Row
from adls.engine.source.text import NOWHERE, Span

_PLACE = re.compile(r"@\d+:\d+")  # which of several functions of a name it is


def facts_of(found: Differentiated, standing: Callable[[Place, int], Place]
             ) -> Iterator[tuple[Place, tuple[Fact, ...]]]:
    """The facts about the functions that a program has typed; `standing` says for a line of one where that stands."""
    for key, function in found.program.instances.items():
        yield from found.facts.of(key, function, partial(_by_place, found, key, function, standing)).items()


def _by_place(found: Differentiated, key: str, function: Function, standing: Callable[[Place, int], Place]
              ) -> dict[Place, tuple[Fact, ...]]:
    place = Place(function.file, function.qualname)
    places: dict[Place, list[Fact]] = {}
    for fact in _facts(function, found.names.defined_as(plain_target(key))):
        places.setdefault(standing(place, fact.span.line), []).append(fact)
    return {place: tuple(facts) for place, facts in places.items()}


def _facts(function: Function, defined: Defined | None) -> Iterator[Fact]:
    found = (_fact(function, let) for let in lets(function))
    yield from (fact for fact in found if fact is not None)
    if defined is not None:
        yield from _names(function, defined)


def _fact(function: Function, let: Let) -> Fact | None:
    if let.span == NOWHERE or let.span.line < 1:
        return None
    row = _row(function, let)
    result = function.types.get(let.targets[0].name) if len(let.targets) == 1 else None
    type_ = _text(result)
    if row is None:
        return Fact(let.span, type_) if type_ and not isinstance(result, Opaque) else None
    formulas = tuple(Formula(operand, text) for operand, text in row.cotangents.items())
    return Fact(let.span, type_, let.op.prim, formulas)


def _row(function: Function, let: Let) -> Row | None:
    try:
        bound = bind(let.op, function)
    except (Unbound, AttributeError):
        return None
    return bound.row if bound is not None and bound.row.cotangents else None


def _text(t: Type | None) -> str:
    return "" if t is None or isinstance(t, Any | Bottom | NoneT) else _PLACE.sub("", str(t))


def _names(function: Function, defined: Defined) -> Iterator[Fact]:
    """The types of variables where they are named, but for those that are several variables of the IR."""
    several = {name.rpartition("_")[0] for name in function.types if name.rpartition("_")[2].isdigit()}
    known = {name: _text(t) for name, t in function.types.items()
             if name not in several and not name.startswith("@") and not is_temporary(name)}
    for argument in every_argument(defined.node.args):
        if known.get(argument.arg):
            start = argument.col_offset
            end = start + len(argument.arg.encode(errors="replace"))
            yield Fact(Span(argument.lineno, start, argument.lineno, end), known[argument.arg])
    for node in _own(defined.node):
        if isinstance(node, ast.Name) and known.get(node.id):
            span = Span(node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
            yield Fact(span, known[node.id])


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions inside it."""
    todo: list[ast.AST] = list(getattr(node, "body", [])) if not isinstance(node, ast.Lambda) else [node.body]
    while todo:
        found = todo.pop()
        yield found
        if not isinstance(found, (*FUNCTIONS, ast.ClassDef)):
            todo += ast.iter_child_nodes(found)
