"""One function on its way into the IR: its names, the region that is being filled, and what cannot be lowered."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from adls.engine.frontend.scopes import (
    FunctionNode,
    every_argument,
    identifiers,
    makes_functions,
    names_of,
    nodes_of,
)
from adls.engine.frontend.unsupported import OTHER, Refusal
from adls.engine.ir.entities import Resolver, key_of
from adls.engine.ir.ops import Const, Global, Let, Op, Operand, Region, Statement, Var
from adls.engine.source.diagnostics import Diagnostic, diagnose
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import SourceFile, Span

# A user's variable of such a name is given an underscore: a temporary is known by its name.
_TEMPORARY = re.compile(r"[t_]\d+")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a definition stands: its module's names, and the variables around it that it can capture."""

    resolver: Resolver
    visible: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lowering:
    """How each kind of node is lowered. An expression becomes an operation, or an operand where there is none."""

    expressions: Mapping[type[ast.AST], Callable[[Builder, Any], Op | Operand]]
    into: Mapping[type[ast.AST], Callable[[Builder, Var, Any], None]]
    statements: Mapping[type[ast.AST], Callable[[Builder, Any], None]]


class Builder:
    """Emits the statements of one function. Handlers of nodes are functions over it: see `lower.LOWERING`."""

    def __init__(self, definition: FunctionNode, source: SourceFile, qualname: str, scope: Scope,
                 lowering: Lowering, problems: list[Diagnostic]) -> None:
        self.definition = definition
        self.source = source
        self.qualname = qualname
        self.scope = scope
        self.lowering = lowering
        self.problems = problems
        self.names = names_of(definition)
        self.cells = tuple(sorted(self.names.free & scope.visible))
        self.again: dict[str, Op] = {}  # functions that are made again at the beginning
        self.region: list[Statement] = []
        self.ended = False
        self.breaks: list[bool] = []  # for each loop around, whether a `break` leaves it
        self.protected = 0  # how many `try` bodies stand around
        self._renamed: list[dict[str, str]] = [{}]
        self._claimed = {*self.names.bound, *self.names.free, *self.names.declared_global}
        inside = [*nodes_of(definition)]
        self.makes_functions = makes_functions(definition, inside)
        self._taken = {*identifiers(inside), *self._claimed}
        self._walruses = _assigned_in(inside)
        self._temporaries = 0
        for name in sorted(filter(_TEMPORARY.fullmatch, self.names.assigned)):
            self._renamed[0][name] = self.variable(f"{name}_").name

    # Names

    def temporary(self) -> Var:
        """A new temporary: to be assigned once and read once."""
        while True:
            self._temporaries += 1
            if f"t{self._temporaries}" not in self._taken:
                return Var(f"t{self._temporaries}")

    def variable(self, hint: str) -> Var:
        """A new variable that may be assigned and read as often as one likes: `hint`, or `hint_2`..."""
        number, name = 1, hint
        while name in self._taken:
            number += 1
            name = f"{hint}_{number}"
        self._taken.add(name)
        return Var(name)

    @contextmanager
    def renamed(self, names: set[str]) -> Iterator[None]:
        """Within it, a comprehension's variables have names that nothing else in the function has."""
        renaming = {}
        for name in sorted(names):
            clear = f"{name}_" if _TEMPORARY.fullmatch(name) else name
            renaming[name] = self.variable(clear).name if clear != name or name in self._claimed else name
        self._claimed |= set(renaming.values())
        self._renamed.append(renaming)
        yield
        self._renamed.pop()

    def local(self, name: str) -> Var | None:
        """The variable of a name, or None where it is global."""
        for renaming in reversed(self._renamed):
            if name in renaming:
                return Var(renaming[name])
        return Var(name) if name in self.names.bound or name in self.cells or name in self.again else None

    def variables(self) -> frozenset[str]:
        """The variables that a function made here can capture."""
        renamed = (new for names in self._renamed for new in names.values())
        return frozenset({*self.names.bound, *self.cells, *self.again, *renamed})

    def entering(self) -> Iterator[tuple[Var, Var]]:
        """The parameters that the body assigns under another name, with that name."""
        parameters = {argument.arg for argument in every_argument(self.definition.args)}
        for name, new in self._renamed[0].items():
            if name in parameters:
                yield Var(name), Var(new)

    def target(self, name: str) -> Var:
        """The variable that an assignment to `name` sets."""
        return self.local(name) or Var(name)

    def assigned(self, name: str) -> Var:
        """The function's own variable of a name, also inside a comprehension that has one of that name."""
        return Var(self._renamed[0].get(name, name))

    def builtin(self, name: str) -> Global:
        return Global(name, f"builtins.{name}")

    def global_name(self, path: str) -> Global | None:
        """The global that a dotted path leads to through modules and classes; None where data is on the way."""
        entity = self.scope.resolver.resolve(path)
        if entity is None and "." in path:
            return None
        return Global(path, key_of(entity))

    # Emission

    def emit(self, statement: Statement) -> None:
        """Append a statement, unless control cannot come here."""
        if not self.ended:
            self.region.append(statement)

    def let(self, targets: Sequence[Var], op: Op, span: Span) -> None:
        self.emit(Let(tuple(targets), op, span))

    def end(self, statement: Statement) -> None:
        """Append a statement after which control does not come."""
        self.emit(statement)
        self.ended = True

    @contextmanager
    def nested(self, region: list[Statement]) -> Iterator[None]:
        """Within it, statements go to `region`. Afterwards `ended` says whether control leaves it at its end."""
        outer, was_ended = self.region, self.ended
        self.region, self.ended = region, was_ended
        yield
        self.region = outer

    def block(self, fill: Callable[[], object]) -> tuple[Region, bool]:
        """The region that `fill` emits, and whether control never comes to its end."""
        region: list[Statement] = []
        before = self.ended
        with self.nested(region):
            fill()
        ended, self.ended = self.ended, before
        return tuple(region), ended

    # Lowering

    def value(self, node: ast.expr) -> Op | Operand:
        """What computes an expression, its operands evaluated: an operation that is not yet emitted, or an operand."""
        handler = self.lowering.expressions.get(type(node))
        if handler is None:
            self.refuse(OTHER, node, name=type(node).__name__)
            return Const(None)
        return handler(self, node)

    def operand(self, node: ast.expr) -> Operand:
        """An expression, evaluated."""
        value = self.value(node)
        return self.held(value, span_of(node)) if isinstance(value, Op) else value

    def held(self, op: Op, span: Span) -> Var:
        """The value of an operation in a new temporary."""
        temporary = self.temporary()
        self.let([temporary], op, span)
        return temporary

    def reusable(self, node: ast.expr, hint: str, before: ast.expr | None = None) -> Operand:
        """An expression, evaluated, as an operand that may be read several times, also after `before`."""
        value = self.value(node)
        if not isinstance(value, Op):
            if not self._changes(value, [before] if before else []):
                return value
            value = Op("copy", (value,))
        variable = self.variable(hint)
        self.let([variable], value, span_of(node))
        return variable

    def operands(self, *nodes: ast.expr, before: ast.expr | None = None) -> tuple[Operand, ...]:
        """Expressions, evaluated in order. One that a later one assigns (`f(x, (x := 2))`) is kept as it was."""
        values: list[Operand] = []
        for index, node in enumerate(nodes):
            value = self.operand(node)
            if self._changes(value, [*nodes[index + 1 :], *([before] if before else [])]):
                value = self.held(Op("copy", (value,)), span_of(node))
            values.append(value)
        return tuple(values)

    def _changes(self, value: Operand, later: Sequence[ast.AST]) -> bool:
        """Whether evaluating `later` assigns the variable that `value` is."""
        if not self._walruses or not isinstance(value, Var):
            return False
        return value in map(self.assigned, _assigned_in(inner for node in later for inner in nodes_of(node)))

    def assign(self, variable: Var, node: ast.expr) -> None:
        """`variable = node`, without a temporary in between."""
        into = self.lowering.into.get(type(node))
        if into is not None:
            into(self, variable, node)
            return
        value = self.value(node)
        self.let([variable], value if isinstance(value, Op) else Op("copy", (value,)), span_of(node))

    def statements(self, nodes: Sequence[ast.stmt]) -> None:
        for node in nodes:
            if self.ended:
                return
            handler = self.lowering.statements.get(type(node))
            if handler is None:
                self.refuse(OTHER, node, name=type(node).__name__)
            else:
                handler(self, node)

    # Diagnostics

    def refuse(self, refusal: Refusal, node: ast.AST, **details: str) -> None:
        """Note that a construct is not supported."""
        texts = (refusal.construct, refusal.reason, refusal.way_out)
        construct, reason, way_out = (text.format_map(details) if details else text for text in texts)
        self.complain("unsupported-construct", node, construct=construct, reason=reason, way_out=way_out)

    def complain(self, code: str, node: ast.AST, **details: str) -> None:
        self.problems.append(diagnose(code, self.source, span_of(node), self.qualname, **details))


def span_of(node: ast.AST) -> Span:
    """The range of a node that has one."""
    located: Any = node
    return Span(located.lineno, located.col_offset, located.end_lineno, located.end_col_offset)


def header(start: ast.AST, end: ast.AST) -> Span:
    """From the start of one node to the end of another: the first line of a compound statement."""
    first, last = span_of(start), span_of(end)
    return Span(first.line, first.column, last.end_line, last.end_column)


def keyword(node: ast.AST, word: str) -> Span:
    """The word that begins a statement: `try`, `else`."""
    first = span_of(node)
    return Span(first.line, first.column, first.line, first.column + len(word))


def _assigned_in(nodes: Iterable[ast.AST]) -> set[str]:
    return {node.target.id for node in nodes if type(node) is ast.NamedExpr}


