"""Statements: branches, loops, exceptions, contexts, and the ways out of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from adls.engine.frontend.builder import Builder, header, keyword, span_of
from adls.engine.frontend.scopes import imported_name
from adls.engine.frontend.targets import loop_target
from adls.engine.frontend.unsupported import NONLOCAL, STAR_IMPORT, STARRED_EXCEPT
from adls.engine.ir.ops import (
    Break,
    Const,
    Continue,
    For,
    Handler,
    If,
    Op,
    Operand,
    Raise,
    Region,
    Return,
    Try,
    While,
    With,
)

# Contexts that are known to let exceptions pass: code after `with np.errstate(...): return x` is never reached.
_TRANSPARENT = {"numpy.errstate", "numpy.printoptions", "builtins.open", "warnings.catch_warnings",
                "decimal.localcontext", "threading.Lock", "threading.RLock"}


def expression(builder: Builder, node: ast.Expr) -> None:
    """An expression for its effect: a docstring or another literal has none."""
    if isinstance(node.value, ast.Yield):
        given = Const(None) if node.value.value is None else builder.operand(node.value.value)
        builder.let([], Op("yield", (given,)), span_of(node.value))
        return
    if isinstance(node.value, ast.YieldFrom):
        _yield_from(builder, node.value)
        return
    value = builder.value(node.value)
    if isinstance(value, Op):
        builder.let([], value, span_of(node.value))


def _yield_from(builder: Builder, node: ast.YieldFrom) -> None:
    """`yield from xs` is `for x in xs: yield x`."""
    iterable, span = builder.operand(node.value), span_of(node)
    item = builder.temporary()
    body, _ = builder.block(lambda: builder.let([], Op("yield", (item,)), span))
    builder.emit(For(item, iterable, body, (), span))


def pass_(builder: Builder, node: ast.Pass | ast.Global) -> None:
    """Nothing: a `global` only matters to assignments."""


def nonlocal_(builder: Builder, node: ast.Nonlocal) -> None:
    builder.refuse(NONLOCAL, node)


def return_(builder: Builder, node: ast.Return) -> None:
    value: Operand = Const(None) if node.value is None else builder.operand(node.value)
    builder.end(Return(value, span_of(node)))


def raise_(builder: Builder, node: ast.Raise) -> None:
    parts = builder.operands(*(part for part in (node.exc, node.cause) if part is not None))
    exception, cause = (*parts, None, None)[:2]
    builder.end(Raise(exception, cause, span_of(node)))


def break_(builder: Builder, node: ast.Break) -> None:
    if builder.breaks:
        builder.breaks[-1] = True
    builder.end(Break(span_of(node)))


def continue_(builder: Builder, node: ast.Continue) -> None:
    builder.end(Continue(span_of(node)))


def if_(builder: Builder, node: ast.If) -> None:
    test = builder.operand(node.test)
    then, then_ends = builder.block(lambda: builder.statements(node.body))
    orelse, orelse_ends = builder.block(lambda: builder.statements(node.orelse))
    builder.emit(If(test, then, orelse, header(node, node.test)))
    builder.ended |= then_ends and orelse_ends


def for_(builder: Builder, node: ast.For) -> None:
    iterable = builder.operand(node.iter)
    target, unpack = loop_target(builder, node.target)
    body, broken = _loop_body(builder, node.body, unpack)
    orelse, orelse_ends = builder.block(lambda: builder.statements(node.orelse))
    builder.emit(For(target, iterable, body, orelse, header(node, node.iter)))
    builder.ended |= orelse_ends and not broken


def while_(builder: Builder, node: ast.While) -> None:
    condition: list[Operand] = []
    test, _ = builder.block(lambda: condition.append(builder.operand(node.test)))
    body, broken = _loop_body(builder, node.body, lambda: None)
    orelse, orelse_ends = builder.block(lambda: builder.statements(node.orelse))
    builder.emit(While(test, condition[0], body, orelse, header(node, node.test)))
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    builder.ended |= (endless or orelse_ends) and not broken


def _loop_body(builder: Builder, nodes: Sequence[ast.stmt], first: Callable[[], None]) -> tuple[Region, bool]:
    """A loop's body, and whether a `break` leaves the loop."""
    builder.breaks.append(False)

    def fill() -> None:
        first()
        builder.statements(nodes)

    body, _ = builder.block(fill)
    return body, builder.breaks.pop()


def try_(builder: Builder, node: ast.Try) -> None:
    kinds = [_handler_kind(builder, handler) for handler in node.handlers]
    builder.protected += 1
    body, body_ends = builder.block(lambda: builder.statements(node.body))
    builder.protected -= 1
    done = [_handler(builder, handler, kind) for handler, kind in zip(node.handlers, kinds, strict=True)]
    orelse, orelse_ends = builder.block(lambda: builder.statements([] if body_ends else node.orelse))
    final, final_ends = builder.block(lambda: builder.statements(node.finalbody))
    builder.emit(Try(body, tuple(handler for handler, _ in done), orelse, final, keyword(node, "try")))
    builder.ended |= final_ends or ((body_ends or orelse_ends) and all(ends for _, ends in done))


def _handler_kind(builder: Builder, handler: ast.ExceptHandler) -> Operand | None:
    """What is caught. `except (A, B)` makes its tuple before the `try`, where it cannot hide a failure inside it."""
    return None if handler.type is None else builder.operand(handler.type)


def _handler(builder: Builder, node: ast.ExceptHandler, kind: Operand | None) -> tuple[Handler, bool]:
    name = builder.target(node.name) if node.name else None
    body, ends = builder.block(lambda: builder.statements(node.body))
    span = keyword(node, "except") if node.type is None else header(node, node.type)
    return Handler(kind, name, body, span), ends


def try_star(builder: Builder, node: ast.AST) -> None:
    builder.refuse(STARRED_EXCEPT, node)


def with_(builder: Builder, node: ast.With) -> None:
    _contexts(builder, node, 0)


def _contexts(builder: Builder, node: ast.With, index: int) -> None:
    """`with a, b: body` is `with a: with b: body`."""
    if index == len(node.items):
        builder.statements(node.body)
        return
    item = node.items[index]
    swallows = not _is_transparent(builder, item.context_expr)
    context = builder.operand(item.context_expr)
    target, unpack = (None, None) if item.optional_vars is None else loop_target(builder, item.optional_vars)

    def fill() -> None:
        if unpack is not None:
            unpack()
        _contexts(builder, node, index + 1)

    builder.protected += swallows
    body, ends = builder.block(fill)
    builder.protected -= swallows
    builder.emit(With(context, target, body, header(node, item.optional_vars or item.context_expr)))
    builder.ended |= ends and not swallows


def _is_transparent(builder: Builder, node: ast.expr) -> bool:
    """Whether an exception inside this context surely leaves it."""
    if not isinstance(node, ast.Call):
        return False
    callee = builder.value(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else None
    return getattr(callee, "key", "") in _TRANSPARENT


def import_(builder: Builder, node: ast.Import) -> None:
    """`import a.b as c` sets `c` to the inner module, `import a.b` sets `a` to the outer one."""
    for alias in node.names:
        outer = alias.name if alias.asname else alias.name.partition(".")[0]
        if outer != alias.name:
            builder.let([], Op("import", data=alias.name), span_of(alias))
        builder.let([builder.target(imported_name(alias))], Op("import", data=outer), span_of(alias))


def import_from(builder: Builder, node: ast.ImportFrom) -> None:
    """`from m import a as b`, which may also import the submodule `m.a`, is `b = import[m:a]`."""
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            builder.refuse(STAR_IMPORT, node)
        else:
            target = builder.target(imported_name(alias))
            builder.let([target], Op("import", data=f"{module}:{alias.name}"), span_of(alias))
