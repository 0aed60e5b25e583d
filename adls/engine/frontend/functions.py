"""A definition as a function of the IR: parameters, defaults, body, and what its inner functions may capture."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from adls.engine.frontend.builder import Builder, span_of
from adls.engine.frontend.captures import unsettled
from adls.engine.frontend.scopes import FunctionNode
from adls.engine.frontend.siblings import group_of, siblings_of
from adls.engine.frontend.unsupported import REBOUND, UNSETTLED
from adls.engine.ir.ops import Const, Function, Global, Op, Operand, Param, Return, Var
from adls.engine.source.text import Span

Default: TypeAlias = Callable[[ast.expr, str], Operand]
"""What stands for a default that is no literal, whose live value is at a place such as `__defaults__[0]`."""


def function(builder: Builder, default: Default, extra: tuple[Var, ...] = ()) -> Function:
    """The function that a builder's definition is; `extra` are captured variables that hold its defaults."""
    node = builder.definition
    _check(builder, node)
    span = span_of(node)
    body, _ = builder.block(lambda: _body(builder, node))
    cells = (*(Var(name) for name in builder.cells), *extra)
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    return Function(name, builder.qualname, builder.source.path, builder.source.digest, span,
                    parameters(node, default), cells, body)


def stored_default(name: str) -> Default:
    """Defaults of a function of the module, which the live function keeps."""
    return lambda _node, place: Global(f"{name}.{place}")


def parameters(node: FunctionNode, default: Default) -> tuple[Param, ...]:
    """The parameters in the order in which Python's signature lists them."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)

    def value(given: ast.expr | None, place: str) -> Operand | None:
        return None if given is None else literal(given) or default(given, place)

    params = [Param(Var(argument.arg)) for argument in positional[:required]]
    for index, (argument, given) in enumerate(zip(positional[required:], arguments.defaults, strict=True)):
        params.append(Param(Var(argument.arg), "positional", value(given, f"__defaults__[{index}]")))
    if arguments.vararg is not None:
        params.append(Param(Var(arguments.vararg.arg), "varargs"))
    for argument, maybe in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        params.append(Param(Var(argument.arg), "keyword", value(maybe, f"__kwdefaults__[{argument.arg!r}]")))
    if arguments.kwarg is not None:
        params.append(Param(Var(arguments.kwarg.arg), "varkw"))
    return tuple(params)


def literal(node: ast.expr) -> Const | None:
    """A default that is a literal, so that reading it again is the same."""
    match node:
        case ast.Constant(value):
            return Const(value)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return Const(-value)
        case _:
            return None


def _body(builder: Builder, node: FunctionNode) -> None:
    for name, op in builder.again.items():
        builder.let([Var(name)], op, span_of(node))
    for parameter, variable in builder.entering():
        builder.let([variable], Op("copy", (parameter,)), span_of(node))
    if isinstance(node, ast.Lambda):
        value = builder.operand(node.body)
        builder.end(Return(value, span_of(node.body)))
    else:
        builder.statements(node.body)
        builder.end(Return(Const(None), _last(node)))


def _last(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
    """Where a function falls off its end: its last statement, as CPython has it."""
    return span_of(node.body[-1])


def _check(builder: Builder, node: FunctionNode) -> None:
    """Note what concerns the function as a whole."""
    if isinstance(node, ast.AsyncFunctionDef):
        builder.complain("async", node, construct="`async def`", name=builder.qualname)
    if not builder.makes_functions:
        return
    siblings = siblings_of(node)
    for capture in unsettled(node):
        name = getattr(capture.node, "name", "")
        if capture.early and siblings.get(name) is capture.node and capture.name in group_of(name, siblings):
            continue
        builder.refuse(UNSETTLED if capture.early else REBOUND, capture.node, name=capture.name)
