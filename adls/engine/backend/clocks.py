"""The profiled tree: the executed one with a clock read after each of the user's lines.

    h = np.tanh(x)                  h = np.tanh(x)
                                    cells[6] += 1                           how often the line ran,
                                    cells[2] -= t - (t := clock())          and the seconds on it
    y, kept = layer__fwd(h)         y, kept = layer__fwd(h, cells=cells[7] or grow(...))

The cells belong to one call path in one pass; a call of another function of the listing passes that function's on. What
is called through others (a callee that only the run knows) finds its caller by the thread's current node.

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
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, count, pairwise
from typing import Any, TypeVar, cast

from adls.engine.backend.place import place, set_span
from adls.engine.backend.unit import Entry, Listing, Note
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import Span

N = TypeVar("N", bound=ast.AST)
PREFIX = "_adls_"
_CELLS, _NODE, _OUTER, _NOW, _VALUE = (PREFIX + name for name in ("cells", "node", "outer", "now", "value"))
_SCOPES = (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_APART = (ast.stmt, ast.ExceptHandler, *_SCOPES)
_DYNAMIC = ("forward_dynamic", "backward_dynamic")


def probe_name(index: int) -> str:
    """The global that stands for the clock table of a listing's n-th function."""
    return f"{PREFIX}probe_{index}"


def with_clocks(listing: Listing) -> ast.Module:
    """The listing's tree with clocks: `load(listing, clocks.bindings(listing), tree=with_clocks(listing))`."""
    calls = _Calls(listing)
    body: list[ast.stmt] = []
    for statement in listing.tree.body:
        if not isinstance(statement, ast.FunctionDef):
            body.append(statement)
            continue
        index = calls.ours[statement.name]
        within = calls.within(statement)
        entry = listing.entries[index]
        slots = {line: slot for slot, line in enumerate(listing.lines(entry.key))}
        counts = counts_lines(entry)
        callees = count(len(slots) + 1 + counts * len(slots))
        body.append(_Clocked(slots, counts, listing.notes, within, callees).function(statement, index))
    return ast.Module(body, [])


def counts_lines(entry: Entry) -> bool:
    """Whether a function counts how often its lines run: a forward pass, which is the program's own."""
    return entry.role != "backward"


def call_sites(listing: Listing) -> list[int]:
    """For each function of a listing the number of calls that pass cells on."""
    calls = _Calls(listing)
    functions = {each.name: each for each in listing.tree.body if isinstance(each, ast.FunctionDef)}
    return [sum(map(calls.within(functions[entry.name]).is_direct, _scope(functions[entry.name])))
            for entry in listing.entries]


def without_clocks(tree: ast.Module) -> ast.Module:
    """The profiled tree without anything that was inserted: the shown tree."""
    body = [_bare(each, list(_unwrapped(each.body))) if isinstance(each, ast.FunctionDef) else each
            for each in tree.body]
    return ast.Module(body, [])


@dataclass(frozen=True, slots=True)
class _Clocked:
    """A function with clocks. Its cells: seconds by slot, how often it was called, hits by slot, its callees' cells."""

    slots: Mapping[int, int]
    counts: bool
    notes: Mapping[ast.stmt, Note]
    calls: _Calls
    callees: Iterator[int]

    def function(self, definition: ast.FunctionDef, index: int) -> ast.FunctionDef:
        made = copy.copy(definition)
        made.args = copy.copy(definition.args)
        made.args.kwonlyargs = [*made.args.kwonlyargs, place(ast.arg(_CELLS), _span(definition))]
        made.args.kw_defaults = [*made.args.kw_defaults, place(ast.Constant(None), _span(definition))]
        start = (f"if {_CELLS} is None: {_CELLS} = {PREFIX}enter({probe_name(index)})\n"
                 f"{_CELLS}[{len(self.slots)}] += 1\n")
        final: list[ast.stmt] = []
        if any(self.calls.may_enter(each) for each in _scope(definition) if isinstance(each, ast.stmt)):
            start += f"{_NODE} = {_CELLS}[-1]; {_OUTER} = {PREFIX}stay({_NODE})\n"
            final = _parsed(f"{PREFIX}leave({_OUTER})", definition)
        caught = _parsed(f"{PREFIX}caught({_CELLS}, {_NOW})\nraise", definition)
        handler = ast.ExceptHandler(ast.Name("BaseException", ast.Load()), None, caught)
        whole = place(ast.Try(self._all(definition.body), [handler], [], final), _span(definition))
        made.body = [*_parsed(f"{start}{_NOW} = {PREFIX}clock()", definition), whole]
        return made

    def block(self, statements: Sequence[ast.stmt], then: int | None) -> tuple[list[ast.stmt], int | None]:
        """A block with clocks, and the line that the first of them charges; `then` is what is charged after it.

        None stands for a place where nothing may be left to be charged.
        """
        made: list[list[ast.stmt]] = []
        for before, statement in reversed([*pairwise([None, *statements])]):
            assert statement is not None
            clocked, then = self._statement(statement, then, before)
            made.append([*self._site(statement), *clocked])
        return [*chain.from_iterable(reversed(made))], then

    def _statement(self, statement: ast.stmt, then: int | None, before: ast.stmt | None
                   ) -> tuple[list[ast.stmt], int | None]:
        made, line = self._passing(statement), self.notes[statement].line
        match made:
            case ast.Return(value) if _is_at_hand(value):
                # A line that computes its value in a statement of its own has been counted there.
                counted = isinstance(before, ast.Assign | ast.AugAssign) and self.notes[before].line == line
                return [*([] if counted else self._hit(statement)), made], None
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
        if slot is None or not self.counts:
            return []
        return _parsed(f"{_CELLS}[{len(self.slots) + 1 + slot}] += 1", statement)

    def _lap(self, statement: ast.stmt) -> list[ast.stmt]:
        """Charge the time since the last clock to the statement's line."""
        slot = self.slots.get(self.notes[statement].line)
        if slot is None:
            return []
        text = f"{_CELLS}[{slot}] -= {_NOW} - ({_NOW} := {PREFIX}clock())"
        return [*self._hit(statement), *_parsed(text, statement)]

    def _caught(self, statement: ast.stmt) -> list[ast.stmt]:
        """Charge the time until an exception to the line that raised it."""
        return _parsed(f"{_NOW} = {PREFIX}caught({_CELLS}, {_NOW})", statement)

    def _site(self, statement: ast.stmt) -> list[ast.stmt]:
        """Say from which line the next function is called that gets no cells."""
        line = self.notes[statement].line
        if not line or not self.calls.may_enter(statement):
            return []
        return _parsed(f"{_NODE}.site = {line}", statement)

    def _passing(self, statement: ast.stmt) -> ast.stmt:
        """The statement, each of its own calls of the listing's functions passing cells on."""
        line = self.notes[statement].line or statement.lineno

        def passing(node: ast.AST) -> ast.AST:
            if not self.calls.is_direct(node):
                return node
            assert isinstance(node, ast.Call)
            assert isinstance(node.func, ast.Name)
            probe, place_ = probe_name(self.calls.ours[node.func.id]), next(self.callees)
            text = f"{_CELLS}[{place_}] or {PREFIX}grow({_CELLS}, {place_}, {line}, {probe})"
            (given,) = _parsed(text, statement)
            assert isinstance(given, ast.Expr)
            made = copy.copy(node)
            made.keywords = [*node.keywords, ast.copy_location(ast.keyword(_CELLS, given.value), given)]
            return made

        return copy.copy(_mapped(statement, passing))


class _Calls:
    """Which calls enter functions that have clocks: ours by their names, and the user's own."""

    def __init__(self, listing: Listing) -> None:
        tree = listing.tree
        imports = [each for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]
        names = [alias.asname or alias.name for each in imports for alias in each.names]
        self.libraries = {name.partition(".")[0] for name in names}
        self.ours = {entry.name: index for index, entry in enumerate(listing.entries)}
        self.modules = {target.id for each in tree.body if isinstance(each, ast.Assign)
                        for target in each.targets if isinstance(target, ast.Name)}

    def within(self, definition: ast.FunctionDef) -> _Calls:
        """The same in a function, where names of its own may hide ours."""
        arguments = [each for each in ast.walk(definition.args) if isinstance(each, ast.arg)]
        names = (node for node in _scope(definition) if isinstance(node, ast.Name))
        own = {*(each.id for each in names if isinstance(each.ctx, ast.Store)), *(each.arg for each in arguments)}
        made = copy.copy(self)
        made.ours = {name: index for name, index in self.ours.items() if name not in own}
        return made

    def is_direct(self, node: ast.AST) -> bool:
        """Whether this is a call of one of the listing's functions by its name."""
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.ours

    def may_enter(self, statement: ast.stmt) -> bool:
        """Whether what a statement itself evaluates, without its blocks, may enter such a function in another way."""
        parts = [*_own_expressions(statement)]
        direct = {id(node.func) for part in parts for node in _scope(part)
                  if isinstance(node, ast.Call) and self.is_direct(node)}
        return any(self._enters(node) for part in parts for node in ast.walk(part) if id(node) not in direct and not (
            isinstance(node, ast.Call) and id(node.func) in direct))

    def _enters(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(name):
                return name in self.ours
            case ast.Call(ast.Name(name)):
                return not hasattr(builtins, name)
            case ast.Call(ast.Attribute(_, name)) if name in _DYNAMIC:
                return True
            case ast.Call(ast.Attribute() as function):
                return _root(function) in self.modules
            case ast.Call():
                return True
        return False


def _scope(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it that is evaluated in the same scope."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _SCOPES):
            yield from _scope(child)


def _mapped(node: N, change: Callable[[ast.AST], ast.AST]) -> N:
    """A statement with its own expressions changed, from the inside out; what does not change is shared."""
    made: Any = node
    for name, value in ast.iter_fields(node):
        items = value if isinstance(value, list) else [value]
        fresh = [change(_mapped(each, change)) if isinstance(each, ast.AST) and not isinstance(each, _APART) else each
                 for each in items]
        if any(new is not old for new, old in zip(fresh, items, strict=True)):
            made = copy.copy(made) if made is node else made
            setattr(made, name, fresh if isinstance(value, list) else fresh[0])
    return cast("N", made)


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement's children that are evaluated by itself."""
    if isinstance(statement, ast.FunctionDef):
        return
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.ExceptHandler):
            yield child


def _is_at_hand(value: ast.expr | None) -> bool:
    """Whether nothing has to be computed for a value."""
    if isinstance(value, ast.Tuple):
        return all(map(_is_at_hand, value.elts))
    return value is None or isinstance(value, ast.Name | ast.Constant)


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
    for statement in (_mapped(each, _keeping) for each in statements):
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


def _keeping(node: ast.AST) -> ast.AST:
    """A call that passes no cells on."""
    if isinstance(node, ast.Call) and any(each.arg == _CELLS for each in node.keywords):
        made = copy.copy(node)
        made.keywords = [each for each in node.keywords if each.arg != _CELLS]
        return made
    return node


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
    made.args = copy.copy(definition.args)
    made.args.kwonlyargs, made.args.kw_defaults = made.args.kwonlyargs[:-1], made.args.kw_defaults[:-1]
    return made
