"""A generator's body with the body of the loop or `with` that consumes it in the place of each `yield`.

Ways out stay what they are: a `break` of the loop leaves the generator's own loops too, by a note (`leaving`) that is
looked at after each of them, and a `return` of the generator ends the loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import (
    Break,
    Code,
    Const,
    Continue,
    For,
    Function,
    If,
    Let,
    Op,
    Operand,
    Region,
    Return,
    Statement,
    Var,
    While,
    With,
    is_temporary,
)
from adls.engine.ir.walk import (
    all_defined,
    defined,
    regions,
    statements,
    with_defined,
    with_regions,
    with_used,
)
from adls.engine.passes.renamed_code import renamed_code
from adls.engine.source.text import Span

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_BROKEN, _ENDED, _RETURNED, _CONTINUED = 1, 2, 3, 4
_NOTHING: Region = ()


@dataclass
class Splice:
    """One generator on its way into the function that consumes it."""

    inference: Inference
    function: Function
    span: Span
    names: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    leaving: Var = field(default_factory=lambda: Var("leaving"))
    result: Var = field(default_factory=lambda: Var("result"))
    way: Var = field(default_factory=lambda: Var("way"))

    def __post_init__(self) -> None:
        own = self.inference.function
        self.taken = {*self.inference.definitions, *self.inference.parameters, *(v.name for v in all_defined(own.body))}
        for code in (*_codes(own.body), *_codes(self.function.body)):
            self.taken |= {node.id for node in ast.walk(_tree(code)) if isinstance(node, ast.Name)}
        self.leaving, self.result, self.way = (Var(self.fresh(name)) for name in ("leaving", "result", "way"))

    def fresh(self, name: str) -> str:
        if is_temporary(name):
            name = next(f"t{n}" for n in range(len(self.taken), 10**9) if f"t{n}" not in self.taken)
        free = next(each for each in (f"{name}_{n}" if n else name for n in range(9999)) if each not in self.taken)
        self.taken.add(free)
        return free

    def renamed(self, operand: Operand) -> Operand:
        if not isinstance(operand, Var):
            return operand
        return Var(self.name(operand))

    def name(self, var: Var) -> str:
        """What one of the generator's variables is called here."""
        if var.name not in self.names:
            self.names[var.name] = self.fresh(var.name)
        return self.names[var.name]

    def own(self, region: Region) -> Region:
        """The generator's statements under names of this function; from elsewhere, they stand at the loop's place."""
        return tuple(self._own(statement) for statement in region)

    def _own(self, statement: Statement) -> Statement:
        new = with_used(statement, self.renamed)
        for var in defined(statement):
            self.renamed(var)
        new = with_defined(new, self.names)
        if isinstance(statement, Let) and isinstance(statement.op.data, Code):
            captured = {cell.name: self.name(cell) for cell in statement.op.args if isinstance(cell, Var)}
            code = renamed_code(statement.op.data, {old: name for old, name in captured.items() if old != name})
            new = replace(new, op=replace(new.op, data=code))  # type: ignore[union-attr, arg-type]
        new = with_regions(new, tuple(self.own(inner) for inner in regions(statement)))
        return replace(new, span=self.span) if self.function.file != self.inference.function.file else replace(new)

    def of_loop(self, loop: For) -> Region:
        body = self.own(self.function.body)
        ends = any(isinstance(s, Return) for s in statements(body[:-1])) or not (body and isinstance(body[-1], Return))
        if body and isinstance(body[-1], Return):
            body = body[:-1]
        broken = _leaves(loop.body, Break)
        here = loop.body
        if _leaves(here, Continue):
            here = self.once(_rerouted(here, {Continue: (), Break: self.leave(_BROKEN)}))
            if broken:
                here = (*here, If(self.leaving, (Break(self.span),), (), self.span))
        elif broken:
            here = _rerouted(here, {Break: (*self.leave(_BROKEN), Break(self.span))}, keep=True)

        def spliced(region: Region) -> Region:
            out: list[Statement] = []
            for statement in region:
                if isinstance(statement, Let) and statement.op.prim == "yield":
                    out += [Let((loop.target,), Op("copy", statement.op.args), loop.span), *_copied(here)]
                else:
                    out.append(with_regions(statement, tuple(map(spliced, regions(statement)))))
            return tuple(out)

        arriving = self.arriving(loop.iterable)
        body = self.left(spliced(body) if not ends else self.returning(spliced, body), ends or broken)
        if not (ends or broken):
            return (*arriving, *body, *loop.orelse)
        orelse = loop.orelse
        if broken and orelse:
            flag = Var(self.fresh("was_broken"))
            test = Let((flag,), Op("operator.eq", (self.leaving, Const(_BROKEN))), self.span)
            orelse = (test, If(flag, (), orelse, self.span))
        return (*arriving, self.reset(), *self.once(body), *orelse)

    def arriving(self, operand: Operand) -> Region:
        """What the generator was called with, under its parameters' names."""
        parameters = (*self.function.cells, *(param.var for param in self.function.params))
        begun = Var(self.fresh("begun"))
        return (Let((begun,), Op("copy", (operand,)), self.span),
                *(Let((Var(self.name(var)),), Op("getitem", (begun, Const(position))), self.span)
                  for position, var in enumerate(parameters)))

    def returning(self, spliced: object, body: Region) -> Region:
        """The body with its own `return`s as ways out of the loops around them; those of the consumer stay."""
        marked = _rerouted(body, {Return: (*self.leave(_ENDED), Break(self.span))}, keep=True)
        return spliced(marked)  # type: ignore[operator, no-any-return]

    def of_context(self, statement: With) -> Region:
        body = self.own(self.function.body)
        if body and isinstance(body[-1], Return):
            body = body[:-1]
        if any(isinstance(s, Return) for s in statements(body)):
            body = self.left(_rerouted(body, {Return: (*self.leave(_ENDED), Break(self.span))}, keep=True), True)
            body = self.once(body)
        here, after = statement.body, _NOTHING
        leaves = any(isinstance(s, Return) for s in statements(here)) or _leaves(here, Break) or _leaves(here, Continue)
        if leaves:
            here, after = self.held(here)

        def spliced(region: Region) -> Region:
            out: list[Statement] = []
            for each in region:
                if isinstance(each, Let) and each.op.prim == "yield":
                    if statement.target is not None:
                        out.append(Let((statement.target,), Op("copy", each.op.args), statement.span))
                    out += here
                else:
                    out.append(with_regions(each, tuple(map(spliced, regions(each)))))
            return tuple(out)

        return (*self.arriving(statement.context), self.reset(), *spliced(body), *after)

    def held(self, body: Region) -> tuple[Region, Region]:
        """A context's body whose ways out wait until the context has been left, and these ways out."""
        ways: list[Statement] = []
        for kind, code in ((Return, _RETURNED), (Break, _BROKEN), (Continue, _CONTINUED)):
            if any(isinstance(s, Return) for s in statements(body)) if kind is Return else _leaves(body, kind):
                flag = Var(self.fresh("leaves"))
                way: Statement = Return(self.result, self.span) if kind is Return else (
                    Break(self.span) if kind is Break else Continue(self.span))
                ways += [Let((flag,), Op("operator.eq", (self.way, Const(code))), self.span),
                         If(flag, (way,), (), self.span)]
        out = _Ways(self, {Break: _BROKEN, Continue: _CONTINUED, Return: _RETURNED}).rerouted(body, 0)
        begin = Let((self.way,), Op("copy", (Const(0),)), self.span)
        return (begin, *self.once(out)), tuple(ways)

    def leave(self, code: int) -> Region:
        return (Let((self.leaving,), Op("copy", (Const(code),)), self.span),)

    def reset(self) -> Let:
        return Let((self.leaving,), Op("copy", (Const(0),)), self.span)

    def once(self, body: Region) -> Region:
        """A loop of one round, which a `break` can leave."""
        return (While((), Const(True), (*body, Break(self.span)), (), self.span),)

    def left(self, region: Region, leaves: bool) -> Region:
        """After each loop of the generator that may be left for good: leave the next one out."""
        if not leaves:
            return region
        out: list[Statement] = []
        for statement in region:
            inner = tuple(self.left(each, leaves) for each in regions(statement))
            out.append(with_regions(statement, inner))
            if isinstance(statement, For | While) and any(
                    isinstance(s, Let) and self.leaving in s.targets for s in statements((statement,))):
                out.append(If(self.leaving, (Break(self.span),), (), self.span))
        return tuple(out)


@dataclass
class _Ways:
    """Ways out of a region, from any depth of loops in it, noted and turned into `break`s of a loop around it."""

    splice: Splice
    codes: dict[type, int]

    def rerouted(self, region: Region, depth: int) -> Region:
        out: list[Statement] = []
        span = self.splice.span
        for statement in region:
            code = self.codes.get(type(statement))
            if code is not None and (depth == 0 or isinstance(statement, Return)):
                if isinstance(statement, Return):
                    out.append(Let((self.splice.result,), Op("copy", (statement.value,)), statement.span))
                return (*out, Let((self.splice.way,), Op("copy", (Const(code),)), span), Break(span))
            loop = isinstance(statement, For | While)
            inner = tuple(self.rerouted(each, depth + loop) for each in regions(statement))
            out.append(with_regions(statement, inner))
            if loop and any(isinstance(s, Return) for s in statements((statement,))):
                out.append(If(self.splice.way, (Break(span),), (), span))
        return tuple(out)


def _codes(region: Region) -> Iterator[Code]:
    """The functions that are made in a region."""
    return (s.op.data for s in statements(region) if isinstance(s, Let) and isinstance(s.op.data, Code))


def _tree(code: Code) -> ast.AST:
    return ast.parse(f"({code.text}\n)" if code.is_lambda else code.text)


def _leaves(region: Region, kind: type) -> bool:
    """Whether a `break` or `continue` of the loop around a region stands in it."""
    return any(isinstance(s, kind) or (not isinstance(s, For | While) and any(_leaves(r, kind) for r in regions(s)))
               for s in region)


def _rerouted(region: Region, ways: dict[type, Region], *, keep: bool = False) -> Region:
    """A region with its ways out replaced: `break` and `continue` of the loop around it, `return` at any depth.

    Without `keep` each of them ends in a `break`.
    """
    out: list[Statement] = []
    for statement in region:
        if type(statement) in ways:
            end: Region = () if keep else (Break(statement.span),)
            return (*out, *ways[type(statement)], *end)
        deeper = {kind: way for kind, way in ways.items() if kind is Return or not isinstance(statement, For | While)}
        inner = tuple(_rerouted(each, deeper, keep=keep) for each in regions(statement))
        out.append(with_regions(statement, inner))
    return tuple(out)


def _copied(region: Region) -> Region:
    """The statements of a region as objects of their own: what is known of a statement goes by its identity."""
    return tuple(replace(with_regions(each, tuple(map(_copied, inner))) if (inner := regions(each)) else each)
                 for each in region)
