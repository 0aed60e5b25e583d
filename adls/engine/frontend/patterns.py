"""`match` as a chain of tests: literals, names, `|`, sequences, mappings and classes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TypeAlias

from adls.engine.frontend.builder import Builder, keyword, span_of
from adls.engine.frontend.choices import only_if
from adls.engine.frontend.expressions import global_path
from adls.engine.frontend.unsupported import PATTERN
from adls.engine.ir.ops import Const, If, Let, Op, Operand, Var
from adls.engine.source.text import Span

# CPython marks the types that a sequence pattern matches with this flag; strings and arrays do not have it.
_SEQUENCE_FLAG = 1 << 5
_MAPPING_FLAG = 1 << 6
# Classes of which a positional pattern matches the value itself.
_ITSELF = {"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"}

Then: TypeAlias = Callable[[], None]


def match(builder: Builder, node: ast.Match) -> None:
    """`case`s in order. `matched` says whether one has taken the value; none is tried after that."""
    subject = builder.reusable(node.subject, "subject")
    _case(builder, subject, node, 0)


def _case(builder: Builder, subject: Operand, node: ast.Match, index: int) -> None:
    if index == len(node.cases):
        return
    case = node.cases[index]
    span = span_of(case.pattern)
    if case.guard is None and _always(case.pattern):
        _bind(builder, case.pattern, subject, lambda: builder.statements(case.body))
        return
    matched = builder.variable("matched")
    builder.let([matched], Op("copy", (Const(False),)), span)
    guard = case.guard

    def take() -> None:
        if guard is None:
            builder.let([matched], Op("copy", (Const(True),)), span)
        else:
            builder.assign(matched, guard)

    _bind(builder, case.pattern, subject, take)
    _branch(builder, matched, lambda: builder.statements(case.body),
            lambda: _case(builder, subject, node, index + 1), keyword(case.pattern, ""))


def _branch(builder: Builder, test: Operand, then: Then, orelse: Then, span: Span) -> None:
    yes, yes_ends = builder.block(then)
    no, no_ends = builder.block(orelse)
    builder.emit(If(test, yes, no, span))
    builder.ended |= yes_ends and no_ends


def _always(pattern: ast.pattern) -> bool:
    """Whether a pattern matches anything: `_`, `name`, `... as name`."""
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _always(pattern.pattern))


def _bind(builder: Builder, pattern: ast.pattern, subject: Operand, then: Then) -> None:
    """Emit what `then` emits, where the pattern matches `subject`, after its names are set."""
    match pattern:
        case ast.MatchValue(value):
            test = builder.held(Op("operator.eq", (subject, builder.operand(value))), span_of(pattern))
            only_if(builder, test, then, span_of(pattern))
        case ast.MatchSingleton(constant):
            test = builder.held(Op("operator.is_", (subject, Const(constant))), span_of(pattern))
            only_if(builder, test, then, span_of(pattern))
        case ast.MatchAs(inner, name):
            _bind_as(builder, pattern, inner, name, subject, then)
        case ast.MatchOr(patterns):
            _bind_or(builder, patterns, subject, then, span_of(pattern))
        case ast.MatchSequence(patterns):
            _bind_sequence(builder, pattern, patterns, subject, then)
        case ast.MatchClass(cls, positional, names, patterns):
            own = _positional_names(builder, cls, len(positional))
            if own is None:
                builder.refuse(PATTERN, pattern)
            else:
                pairs = zip((*own, *names), (*positional, *patterns), strict=True)
                _bind_class(builder, pattern, list(pairs), subject, then)
        case ast.MatchMapping(keys, patterns, rest) if rest is None:
            _bind_mapping(builder, pattern, list(zip(keys, patterns, strict=True)), subject, then)
        case _:
            builder.refuse(PATTERN, pattern)


def _bind_as(builder: Builder, pattern: ast.pattern, inner: ast.pattern | None, name: str | None,
             subject: Operand, then: Then) -> None:
    def named() -> None:
        if name is not None:
            builder.let([builder.target(name)], Op("copy", (subject,)), span_of(pattern))
        then()

    if inner is None:
        named()
    else:
        _bind(builder, inner, subject, named)


def _bind_or(builder: Builder, patterns: Sequence[ast.pattern], subject: Operand, then: Then, span: Span) -> None:
    """The alternatives in order; what follows is emitted once, behind a flag."""
    matched = builder.variable("matched")
    builder.let([matched], Op("copy", (Const(False),)), span)

    def found() -> None:
        builder.emit(Let((matched,), Op("copy", (Const(True),)), span))

    def attempt(index: int) -> None:
        if index < len(patterns):
            _bind(builder, patterns[index], subject, found)
            if index + 1 < len(patterns):
                only_if(builder, matched, lambda: attempt(index + 1), span, holds=False)

    attempt(0)
    only_if(builder, matched, then, span)


def _bind_sequence(builder: Builder, pattern: ast.pattern, patterns: Sequence[ast.pattern], subject: Operand,
                   then: Then) -> None:
    """A sequence of the right length, then its elements from left to right."""
    span = span_of(pattern)
    star = next((index for index, inner in enumerate(patterns) if isinstance(inner, ast.MatchStar)), None)
    kind = builder.held(Op("attr", (subject,), data="__class__"), span)
    flags = builder.held(Op("attr", (kind,), data="__flags__"), span)
    test = builder.held(Op("operator.and_", (flags, Const(_SEQUENCE_FLAG))), span)

    def sized() -> None:
        length = builder.held(Op("call", (builder.builtin("len"), subject), data=()), span)
        wanted = len(patterns) - (star is not None)
        prim = "operator.eq" if star is None else "operator.ge"
        fits = builder.held(Op(prim, (length, Const(wanted))), span)
        only_if(builder, fits, elements, span)

    def elements() -> None:
        variables = [builder.variable("element") for _ in patterns]
        if variables:
            builder.let(variables, Op("unpack", (subject,), data=star), span)
        _bind_each(builder, list(zip(map(_unstarred, patterns), variables, strict=True)), then)

    only_if(builder, test, sized, span)


def _unstarred(pattern: ast.pattern) -> ast.pattern:
    """`*rest` in a sequence pattern, as the pattern that its list matches."""
    if isinstance(pattern, ast.MatchStar):
        return ast.copy_location(ast.MatchAs(None, pattern.name), pattern)
    return pattern


def _bind_each(builder: Builder, pairs: list[tuple[ast.pattern, Var]], then: Then) -> None:
    if not pairs:
        then()
        return
    (pattern, variable), *rest = pairs
    _bind(builder, pattern, variable, lambda: _bind_each(builder, rest, then))


def _positional_names(builder: Builder, cls: ast.expr, count: int) -> tuple[str, ...] | None:
    """The attributes that positional patterns of a class stand for; "" is the value itself, None: not known."""
    if not count:
        return ()
    found = global_path(builder, cls)
    if found is None:
        return None
    if found.key.removeprefix("builtins.") in _ITSELF:
        return ("",) if count == 1 else None
    value = getattr(builder.scope.resolver, "value", lambda path: None)
    names = value(f"{found.path}.__match_args__")
    return names[:count] if isinstance(names, tuple) and len(names) >= count else None


def _bind_mapping(builder: Builder, pattern: ast.MatchMapping, parts: list[tuple[ast.expr, ast.pattern]],
                  subject: Operand, then: Then) -> None:
    """A mapping that has each key, and what it has there matches."""
    span = span_of(pattern)
    kind = builder.held(Op("attr", (subject,), data="__class__"), span)
    flags = builder.held(Op("attr", (kind,), data="__flags__"), span)
    test = builder.held(Op("operator.and_", (flags, Const(_MAPPING_FLAG))), span)

    def keys(rest: list[tuple[ast.expr, ast.pattern]]) -> None:
        if not rest:
            then()
            return
        (key, inner), *others = rest
        has = builder.held(Op("operator.contains", (subject, builder.operand(key))), span)
        only_if(builder, has, lambda: part(key, inner, others), span)

    def part(key: ast.expr, inner: ast.pattern, others: list[tuple[ast.expr, ast.pattern]]) -> None:
        variable = builder.variable("element")
        builder.let([variable], Op("getitem", (subject, builder.operand(key))), span)
        _bind(builder, inner, variable, lambda: keys(others))

    only_if(builder, test, lambda: keys(parts), span)


def _bind_class(builder: Builder, pattern: ast.MatchClass, parts: list[tuple[str, ast.pattern]], subject: Operand,
                then: Then) -> None:
    """An instance of the class that has each attribute, and it matches."""
    span = span_of(pattern)
    arguments = (builder.builtin("isinstance"), subject, builder.operand(pattern.cls))
    test = builder.held(Op("call", arguments, data=()), span)

    def attributes(rest: list[tuple[str, ast.pattern]]) -> None:
        if not rest:
            then()
            return
        (name, inner), *others = rest
        if not name:
            _bind(builder, inner, subject, lambda: attributes(others))
            return
        has = builder.held(Op("call", (builder.builtin("hasattr"), subject, Const(name)), data=()), span)
        only_if(builder, has, lambda: part(name, inner, others), span)

    def part(name: str, inner: ast.pattern, others: list[tuple[str, ast.pattern]]) -> None:
        variable = builder.variable("element")
        builder.let([variable], Op("attr", (subject,), data=name), span)
        _bind(builder, inner, variable, lambda: attributes(others))

    only_if(builder, test, lambda: attributes(parts), span)
