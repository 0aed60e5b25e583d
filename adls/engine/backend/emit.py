"""IR -> Python: the listing that is shown, and the tree with the user's positions that is executed.

Both come from one set of statements. The text is laid out from them (`layout`), so that it parses to the same tree but
for positions; `check_listing` says so where it is not so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile

from adls.engine.backend.expressions import Expressions
from adls.engine.backend.fold import fold
from adls.engine.backend.layout import laid_out
from adls.engine.backend.place import place
from adls.engine.backend.preamble import Preamble
from adls.engine.backend.statements import Statements
from adls.engine.backend.unit import EmitUnit, Entry, Listing, Note
from adls.engine.ir.ops import Const, Function, Var
from adls.engine.ir.walk import all_defined, all_used
from adls.engine.source.text import Span

_TOP = Span(1, 0, 1, 0)


class ListingMismatch(Exception):
    """The text on show does not parse to the tree that is executed: a defect in adls."""


def emit(units: Sequence[EmitUnit], names: Mapping[str, tuple[str, str]] | None = None, *,
         check: bool = False) -> Listing:
    """The module of the given functions, in their order.

    `names` gives for each instance key the emitted names of its forward (or plain) and backward function. `check` makes
    sure that the text parses to the executed tree.
    """
    preamble = Preamble(_taken(units, names or {}))
    notes: dict[ast.stmt, Note] = {}
    definitions = [_definition(unit, preamble, names or {}, notes) for unit in units]
    groups = preamble.statements()
    tree = place(ast.Module([*(each for group in groups for each in group), *definitions], []), _TOP)
    entries = tuple(map(_entry, units, definitions, [notes] * len(units)))
    listing = Listing(tree, entries, notes, partial(laid_out, groups, definitions, units, notes))
    if check:
        check_listing(listing)
    return listing


def check_listing(listing: Listing) -> None:
    """Raise `ListingMismatch` unless the text parses to the executed tree, but for positions."""
    shown = ast.dump(ast.parse(listing.text), indent=1).splitlines()
    executed = ast.dump(listing.tree, indent=1).splitlines()
    for number, (left, right) in enumerate(zip(shown, executed, strict=False)):
        if left != right:
            before = "\n".join(shown[max(0, number - 5) : number])
            raise ListingMismatch(f"after\n{before}\nthe text says\n{left}\nand what runs is\n{right}")
    if len(shown) != len(executed):
        raise ListingMismatch("one of text and executed tree ends early")


def _definition(unit: EmitUnit, preamble: Preamble, names: Mapping[str, tuple[str, str]],
                notes: dict[ast.stmt, Note]) -> ast.FunctionDef:
    function = unit.function
    expressions = Expressions(unit, preamble, fold(function), names)
    statements = Statements(expressions, notes)
    body = statements.block(function.body, function.span)
    params = [ast.arg(var.name) for var in (*function.cells, *(param.var for param in function.params))]
    given = takewhile(lambda default: isinstance(default, Const), (p.default for p in reversed(function.params)))
    defaults = [expressions.operand(default, function.span) for default in given if default is not None][::-1]
    arguments = ast.arguments([], params, None, [], [], None, defaults)
    definition = ast.FunctionDef(unit.name, arguments, body, [])
    if "type_params" in definition._fields:  # Python 3.12 asks for it, 3.13 fills it in, 3.11 does not know it.
        definition.type_params = []  # type: ignore[attr-defined,unused-ignore]
    return place(definition, function.span)


def _entry(unit: EmitUnit, definition: ast.FunctionDef, notes: Mapping[ast.stmt, Note]) -> Entry:
    function = unit.function
    lines = {notes[node].line for node in _statements(definition) if node in notes}
    prefix = function.qualname.rpartition(".")[0]
    qualname = f"{prefix}.{unit.frame}" if prefix else unit.frame
    return Entry(unit.name, unit.frame, qualname, function.file, function.span.line, function.role, unit.key,
                 tuple(sorted(lines - {0})))


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """All statements in a node; none of their expressions is looked at."""
    for name in ("body", "orelse", "finalbody", "handlers"):
        for each in getattr(node, name, ()):
            if isinstance(each, ast.stmt):
                yield each
            yield from _statements(each)


def _taken(units: Sequence[EmitUnit], names: Mapping[str, tuple[str, str]]) -> set[str]:
    """Every name that the functions use themselves."""
    taken = {unit.name for unit in units} | {name for pair in names.values() for name in pair}
    for unit in units:
        taken |= _names_in(unit.function)
    return taken


def _names_in(function: Function) -> set[str]:
    operands = all_used(function.body)
    parameters = [*function.cells, *(param.var for param in function.params)]
    return {each.name for each in [*operands, *parameters, *all_defined(function.body)] if isinstance(each, Var)}

