"""Expressions that evaluate only some of their parts: `and`, `or`, `a if c else b`, `a < b < c`; and `:=`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from adls.engine.frontend.builder import Builder, span_of
from adls.engine.frontend.expressions import comparison_op
from adls.engine.ir.ops import If, Let, Op, Operand, Raise, Var
from adls.engine.source.text import Span


def boolean(builder: Builder, node: ast.BoolOp) -> Operand:
    """`a and b` is `c = a; if c: c = b`."""
    chosen = builder.variable("chosen")
    builder.assign(chosen, node.values[0])
    _more(builder, chosen, node, 1)
    return chosen


def _more(builder: Builder, chosen: Var, node: ast.BoolOp, index: int) -> None:
    if index == len(node.values):
        return

    def fill() -> None:
        builder.assign(chosen, node.values[index])
        _more(builder, chosen, node, index + 1)

    only_if(builder, chosen, fill, span_of(node), holds=isinstance(node.op, ast.And))


def only_if(builder: Builder, test: Operand, fill: Callable[[], None], span: Span, *, holds: bool = True) -> None:
    """What `fill` emits, where `test` holds, or where it does not."""
    region, _ = builder.block(fill)
    builder.emit(If(test, region, (), span) if holds else If(test, (), region, span))


def ternary(builder: Builder, node: ast.IfExp) -> Operand:
    chosen = builder.variable("chosen")
    ternary_into(builder, chosen, node)
    return chosen


def ternary_into(builder: Builder, target: Var, node: ast.IfExp) -> None:
    """`target = a if c else b` assigns in both arms."""
    test = builder.operand(node.test)
    then, _ = builder.block(lambda: builder.assign(target, node.body))
    orelse, _ = builder.block(lambda: builder.assign(target, node.orelse))
    builder.emit(If(test, then, orelse, span_of(node)))


def comparison(builder: Builder, node: ast.Compare) -> Op | Operand:
    """`a < b < c` is `b` once, and the second comparison only where the first one holds."""
    if len(node.ops) == 1:
        left, right = builder.operands(node.left, node.comparators[0])
        return _compared(builder, node.ops[0], left, right, span_of(node))
    chosen = builder.variable("chosen")
    left = builder.operand(node.left)
    _links(builder, node, chosen, left, 0)
    return chosen


def _links(builder: Builder, node: ast.Compare, chosen: Var, left: Operand, index: int) -> None:
    """Comparison `index` of a chain, and those after it."""
    last = index == len(node.ops) - 1
    right = builder.operand(node.comparators[index]) if last else _link(builder, node, index)
    result = _compared(builder, node.ops[index], left, right, span_of(node))
    builder.emit(Let((chosen,), result, span_of(node)))
    if not last:
        only_if(builder, chosen, lambda: _links(builder, node, chosen, right, index + 1), span_of(node))


def _link(builder: Builder, node: ast.Compare, index: int) -> Operand:
    """The middle of a chain, which is read twice."""
    return builder.reusable(node.comparators[index], "middle")


def _compared(builder: Builder, operator: ast.cmpop, left: Operand, right: Operand, span: Span) -> Op:
    result = comparison_op(operator, left, right)
    if isinstance(operator, ast.NotIn):
        return Op("operator.not_", (builder.held(result, span),))
    return result


def walrus(builder: Builder, node: ast.NamedExpr) -> Operand:
    """`(x := value)`; inside a comprehension it sets the function's own variable."""
    name = node.target.id
    if name not in builder.names.bound:
        builder.complain("mutated-global", node, name=name)
    target = builder.assigned(name)
    builder.assign(target, node.value)
    return target


def assertion(builder: Builder, node: ast.Assert) -> None:
    """`assert test, message` raises where the test fails; with `python -O` it is not there at all."""
    if not __debug__:
        return

    def fail() -> None:
        error: Operand = builder.builtin("AssertionError")
        if node.msg is not None:
            error = builder.held(Op("call", (error, builder.operand(node.msg)), data=()), span_of(node))
        builder.end(Raise(error, None, span_of(node)))

    only_if(builder, builder.operand(node.test), fail, span_of(node), holds=False)
