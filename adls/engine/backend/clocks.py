"""The profiled tree: the executed one with a clock read after each of the user's lines.

    h = np.tanh(x)                  h = np.tanh(x)
                                    hits[2] += 1
                                    seconds[2] += -t + (t := clock())

The old `t` is evaluated before the clock is read, so that one statement charges the line and starts the next. A loop's
own work (its iterator, its test) and an `if`'s test are charged to their lines at the start of their bodies. No clock
is read where whichever comes next charges the same line. Where an exception comes by, `caught` asks its traceback which
line was running. `without_clocks` gives the shown tree back.

Everything that is inserted has names that begin with `_adls_`; a listing has none of those.
"""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from adls.engine.backend.place import place, set_span
from adls.engine.backend.unit import Listing, Note
from adls.engine.source.text import Span

PREFIX = "_adls_"
_NODE, _SECONDS, _HITS, _NOW, _VALUE = (PREFIX + name for name in ("node", "seconds", "hits", "now", "value"))
_DYNAMIC = ("forward_dynamic", "backward_dynamic")


def probe_name(index: int) -> str:
    """The global that stands for the clock table of a listing's n-th function."""
    return f"{PREFIX}probe_{index}"


def with_clocks(listing: Listing) -> ast.Module:
    """The listing's tree with clocks: `load(listing, clocks.bindings(listing), tree=with_clocks(listing))`."""
    calls = _Calls(listing.tree)
    body: list[ast.stmt] = []
    for statement in listing.tree.body:
        if not isinstance(statement, ast.FunctionDef):
            body.append(statement)
            continue
        index = next(i for i, entry in enumerate(listing.entries) if entry.name == statement.name)
        slots = {line: slot for slot, line in enumerate(listing.lines(listing.entries[index].key))}
        body.append(_Clocked(slots, listing.notes, calls).function(statement, index))
    return ast.Module(body, [])


def without_clocks(tree: ast.Module) -> ast.Module:
    """The profiled tree without anything that was inserted: the shown tree."""
    body = [_bare(each, list(_unwrapped(each.body))) if isinstance(each, ast.FunctionDef) else each
            for each in tree.body]
    return ast.Module(body, [])


@dataclass(frozen=True, slots=True)
class _Clocked:
    slots: Mapping[int, int]
    notes: Mapping[ast.stmt, Note]
    calls: _Calls

    def function(self, definition: ast.FunctionDef, index: int) -> ast.FunctionDef:
        made = copy.copy(definition)
        start = f"{_NODE} = {PREFIX}enter({probe_name(index)}); {_SECONDS} = {_NODE}.seconds; {_HITS} = {_NODE}.hits"
        caught = f"{PREFIX}caught({_NODE}, {_NOW})\nraise"
        handler = ast.ExceptHandler(ast.Name("BaseException", ast.Load()), None, _parsed(caught, definition))
        final = _parsed(f"{PREFIX}leave({_NODE})", definition)
        whole = place(ast.Try(self._all(definition.body), [handler], [], final), _span(definition))
        made.body = [*_parsed(f"{start}\n{_NOW} = {PREFIX}clock()", definition), whole]
        return made

    def block(self, statements: Sequence[ast.stmt], then: int | None) -> tuple[list[ast.stmt], int | None]:
        """A block with clocks, and the line that the first of them charges; `then` is what is charged after it.

        None stands for a place where nothing may be left to be charged.
        """
        made: list[list[ast.stmt]] = []
        for statement in reversed(statements):
            clocked, then = self._statement(statement, then)
            made.append([*self._site(statement), *clocked])
        return [*chain.from_iterable(reversed(made))], then

    def _statement(self, statement: ast.stmt, then: int | None) -> tuple[list[ast.stmt], int | None]:
        made, line = copy.copy(statement), self.notes[statement].line
        match made:
            case ast.Return(value) if _is_at_hand(value):
                return [*self._hit(statement), made], None
            case ast.Return(ast.expr() as value):
                kept: ast.stmt = place(ast.Assign([ast.Name(_VALUE, ast.Store())], value), _span(statement))
                made.value = place(ast.Name(_VALUE, ast.Load()), _span(statement))
                return [kept, *self._lap(statement), made], line
            case ast.Break() | ast.Continue() | ast.Raise():
                return [made], None
            case ast.If():
                made.body = self._charged(statement, made.body, then)
                made.orelse = self._charged(statement, made.orelse, then)
                return [made], line
            case ast.For() | ast.While():
                made.orelse = self._charged(statement, made.orelse, line) if made.orelse else []
                made.body = self._charged(statement, made.body, line)
            case ast.With():
                made.body = self._charged(statement, made.body, line)
            case ast.Try():
                self._try(made)
                return [made], None
        return [made, *([] if line == then else self._lap(statement))], line

    def _charged(self, statement: ast.stmt, body: Sequence[ast.stmt], then: int | None) -> list[ast.stmt]:
        """A block within a statement, whose own work until then is charged at the block's start."""
        made, first = self.block(body, then)
        return made if first == self.notes[statement].line else [*self._lap(statement), *made]

    def _try(self, made: ast.Try) -> None:
        made.body, made.orelse = self._all(made.body), self._all(made.orelse)
        made.handlers = [copy.copy(handler) for handler in made.handlers]
        for handler in made.handlers:
            handler.body = [*self._caught(handler.body[0]), *self._all(handler.body)]
        if made.finalbody:
            made.finalbody = [*self._caught(made.finalbody[0]), *self._all(made.finalbody)]

    def _all(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """A block that leaves nothing to be charged after it."""
        return self.block(statements, None)[0]

    def _hit(self, statement: ast.stmt) -> list[ast.stmt]:
        """Count that the statement's line ran."""
        slot = self.slots.get(self.notes[statement].line)
        return [] if slot is None else _parsed(f"{_HITS}[{slot}] += 1", statement)

    def _lap(self, statement: ast.stmt) -> list[ast.stmt]:
        """Charge the time since the last clock to the statement's line."""
        slot = self.slots.get(self.notes[statement].line)
        if slot is None:
            return []
        text = f"{_HITS}[{slot}] += 1; {_SECONDS}[{slot}] += -{_NOW} + ({_NOW} := {PREFIX}clock())"
        return _parsed(text, statement)

    def _caught(self, statement: ast.stmt) -> list[ast.stmt]:
        """Charge the time until an exception to the line that raised it."""
        return _parsed(f"{_NOW} = {PREFIX}caught({_NODE}, {_NOW})", statement)

    def _site(self, statement: ast.stmt) -> list[ast.stmt]:
        """Say from which line the next function is called."""
        line = self.notes[statement].line
        if not line or not self.calls.may_enter(statement):
            return []
        return _parsed(f"{_NODE}.site = {line}", statement)


class _Calls:
    """Which statements may call a function that has clocks: ours by their names, and the user's own."""

    def __init__(self, tree: ast.Module) -> None:
        imports = [each for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]
        names = [alias.asname or alias.name for each in imports for alias in each.names]
        self.libraries = {name.partition(".")[0] for name in names}
        self.ours = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
        self.modules = {target.id for each in tree.body if isinstance(each, ast.Assign)
                        for target in each.targets if isinstance(target, ast.Name)}

    def may_enter(self, statement: ast.stmt) -> bool:
        """Whether what a statement itself evaluates, without its blocks, may enter such a function."""
        calls = (node for part in _own_expressions(statement) for node in ast.walk(part) if isinstance(node, ast.Call))
        return any(map(self._enters, calls))

    def _enters(self, call: ast.Call) -> bool:
        match call.func:
            case ast.Name(name):
                return name in self.ours or not hasattr(builtins, name)
            case ast.Attribute(_, name) if name in _DYNAMIC:
                return True
            case ast.Attribute():
                return _root(call.func) in self.modules
            case _:
                return True


def _is_at_hand(value: ast.expr | None) -> bool:
    """Whether nothing has to be computed for a value."""
    if isinstance(value, ast.Tuple):
        return all(map(_is_at_hand, value.elts))
    return value is None or isinstance(value, ast.Name | ast.Constant)


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement's children that are evaluated by itself."""
    if isinstance(statement, ast.FunctionDef):
        return
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.ExceptHandler):
            yield child


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _parsed(text: str, owner: ast.stmt) -> list[ast.stmt]:
    """Statements that stand where their owner begins."""
    module, span = ast.parse(text), _span(owner)
    for node in ast.walk(module):
        if "lineno" in node._attributes:
            set_span(node, span)
    return module.body


def _span(statement: ast.stmt) -> Span:
    return Span(statement.lineno, statement.col_offset, statement.lineno, statement.col_offset)


def _unwrapped(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a clocked function's body, which stand in its `try`."""
    for statement in body:
        if isinstance(statement, ast.Try):
            yield from _shown(statement.body)


def _shown(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    value: ast.expr | None = None
    for statement in statements:
        match statement:
            case ast.Assign([ast.Name(name)], kept) if name == _VALUE:
                value = kept
            case ast.Return(ast.Name(name)) if name == _VALUE:
                made = copy.copy(statement)
                made.value = value
                yield made
            case ast.Assign() | ast.AugAssign() | ast.Expr() if _is_inserted(statement):
                continue
            case _:
                yield _stripped(statement)


def _stripped(statement: ast.stmt) -> ast.stmt:
    made = copy.copy(statement)
    match made:
        case ast.If() | ast.For() | ast.While():
            made.orelse = list(_shown(made.orelse))
            made.body = list(_shown(made.body))
        case ast.With():
            made.body = list(_shown(made.body))
        case ast.Try():
            made.body, made.orelse = list(_shown(made.body)), list(_shown(made.orelse))
            made.finalbody = list(_shown(made.finalbody))
            made.handlers = [copy.copy(handler) for handler in made.handlers]
            for handler in made.handlers:
                handler.body = list(_shown(handler.body))
    return made


def _is_inserted(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Name) and node.id.startswith(PREFIX) for node in ast.walk(statement))


def _bare(definition: ast.FunctionDef, body: list[ast.stmt]) -> ast.FunctionDef:
    made = copy.copy(definition)
    made.body = body
    return made
