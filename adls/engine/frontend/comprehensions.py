"""Comprehensions as loops: `[f(x) for x in xs if p(x)]` is a list, a `for`, an `if` and an `append`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from adls.engine.frontend.builder import Builder, header, span_of
from adls.engine.frontend.choices import only_if
from adls.engine.frontend.scopes import Comprehension, comprehension_targets
from adls.engine.frontend.targets import loop_target
from adls.engine.ir.ops import Break, Const, For, Op, Operand, Var
from adls.engine.source.text import Span


def comprehension(builder: Builder, node: Comprehension) -> Operand:
    first = builder.operand(node.generators[0].iter)
    items = builder.variable("items")
    _fill(builder, items, node, first)
    return items


def comprehension_into(builder: Builder, target: Var, node: Comprehension) -> None:
    """`target = [...]` appends to `target` itself, unless somebody could see it half filled."""
    if builder.protected or target.name in _names(node):
        builder.let([target], Op("copy", (comprehension(builder, node),)), span_of(node))
    else:
        _fill(builder, target, node, builder.operand(node.generators[0].iter))


def quantifier(builder: Builder, node: ast.GeneratorExp, *, decides: bool) -> Operand:
    """`any` (`all`) of a generator: loops that are left at the first element that is true (false)."""
    span = span_of(node)
    first = builder.operand(node.generators[0].iter)
    result = builder.variable("found" if decides else "holds")
    builder.let([result], Op("copy", (Const(not decides),)), span)

    def decide() -> None:
        builder.let([result], Op("copy", (Const(decides),)), span)
        builder.end(Break(span))

    def leave() -> None:
        only_if(builder, result, lambda: builder.end(Break(span)), span, holds=decides)

    with builder.renamed(comprehension_targets(node)):
        test = node.elt
        _loops(builder, node.generators, first,
               lambda: only_if(builder, builder.operand(test), decide, span_of(test), holds=decides), span, leave)
    return result


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _fill(builder: Builder, items: Var, node: Comprehension, first: Operand) -> None:
    """The loops that fill `items`. The first iterable was evaluated outside of the comprehension's own scope."""
    span = span_of(node)
    builder.let([items], _empty(builder, node), span)
    with builder.renamed(comprehension_targets(node)):
        _loops(builder, node.generators, first, lambda: _add(builder, items, node), span)


def _empty(builder: Builder, node: Comprehension) -> Op:
    if isinstance(node, ast.SetComp):
        return Op("call", (builder.builtin("set"),), data=())
    return Op("dict") if isinstance(node, ast.DictComp) else Op("list", data=())


def _add(builder: Builder, items: Var, node: Comprehension) -> None:
    if isinstance(node, ast.DictComp):
        key, value = builder.operands(node.key, node.value)
        builder.let([], Op("setitem", (items, key, value)), span_of(node.value))
        return
    name = "add" if isinstance(node, ast.SetComp) else "append"
    element = builder.operand(node.elt)
    builder.let([], Op("method", (items, element), data=name), span_of(node.elt))


def _loops(builder: Builder, generators: list[ast.comprehension], iterable: Operand,
           innermost: Callable[[], None], span: Span, after: Callable[[], None] = lambda: None) -> None:
    """`for a in A if p for b in B` as nested loops around `innermost`; `after` each inner loop comes `after`."""
    generator, *rest = generators

    def inner() -> None:
        if rest:
            _loops(builder, rest, builder.operand(rest[0].iter), innermost, span, after)
            after()
        else:
            innermost()

    target, unpack = loop_target(builder, generator.target)

    def fill() -> None:
        unpack()
        _filtered(builder, generator.ifs, inner)

    body, _ = builder.block(fill)
    builder.emit(For(target, iterable, body, (), header(generator.target, generator.iter)))


def _filtered(builder: Builder, tests: list[ast.expr], inner: Callable[[], None]) -> None:
    if not tests:
        inner()
        return
    test = builder.operand(tests[0])
    only_if(builder, test, lambda: _filtered(builder, tests[1:], inner), span_of(tests[0]))
