"""The IR as text that a person reads: an operation a line, types on what is assigned, the user's line at the margin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from adls.engine.ir.ops import (
    Break,
    Code,
    Const,
    Continue,
    Delete,
    For,
    Function,
    Global,
    If,
    Let,
    Op,
    Operand,
    Param,
    Raise,
    Region,
    Return,
    Statement,
    Try,
    Var,
    While,
    With,
)
from adls.engine.ir.types import Any
from adls.engine.ir.walk import regions

MARGIN = 92
_STARS = {"varargs": "*", "varkw": "**"}


def show(function: Function) -> str:
    """The function's typed IR. Deterministic: the same function gives the same text, wherever its file lies."""
    return "\n".join(_function(function, "")) + "\n"


def show_operand(operand: Operand) -> str:
    """A variable's name, a literal, or `@` and a global's canonical name."""
    match operand:
        case Var(name):
            return name
        case Const(value):
            return "..." if value is Ellipsis else repr(value)
        case Global(path, key):
            return f"@{key or path}"


def show_op(op: Op) -> str:
    """An operation: its name, its data in brackets, its operands."""
    operands = [show_operand(arg) for arg in op.args]
    operands += [f"**{show_operand(v)}" if k == "**" else f"{k}={show_operand(v)}" for k, v in op.kwargs]
    return " ".join(filter(None, (op.prim + _data(op), ", ".join(operands))))


def _data(op: Op) -> str:
    match op.data:
        case None | ():
            return ""
        case str(text):
            return f"[{text}]"
        case Code(function, _, is_lambda):
            return f"[{'lambda' if is_lambda else function.name} at {function.span.line}]"
        case data:
            return f"[{data!r}]"


def _function(function: Function, indent: str) -> Iterator[str]:
    params = ", ".join(_param(function, param) for param in function.params)
    role = "" if function.role == "primal" else f"{function.role} "
    head = f"{indent}{role}{function.qualname}({params}) -> {function.result}"
    yield _margin(head, f"{PurePath(function.file).name}:{function.span.line}")
    if function.cells:
        yield f"{indent}  cells {', '.join(_typed(function, cell) for cell in function.cells)}"
    yield from _region(function, function.body, indent + "  ")
    for code in _codes(function.body):
        yield ""
        yield from _function(code.function, indent + "  ")


def _param(function: Function, param: Param) -> str:
    text = _STARS.get(param.kind, "") + _typed(function, param.var)
    if param.kind == "keyword":
        text = "keyword " + text
    return text if param.default is None else f"{text} = {show_operand(param.default)}"


def _typed(function: Function, var: Var) -> str:
    """A variable with its type; untyped IR shows names alone."""
    if not function.types:
        return var.name
    return f"{var.name}: {function.types.get(var.name, Any())}"


def _region(function: Function, region: Region, indent: str) -> Iterator[str]:
    if not region:
        yield indent + "pass"
    for statement in region:
        yield from _statement(function, statement, indent)


def _statement(function: Function, statement: Statement, indent: str) -> Iterator[str]:
    def head(text: str) -> str:
        return _margin(indent + text, f"@{statement.span.line}")

    def nested(title: str, region: Region) -> Iterator[str]:
        if region:
            yield indent + title
            yield from _region(function, region, indent + "  ")

    match statement:
        case If(test, then, orelse):
            yield head(f"if {show_operand(test)}:")
            yield from _region(function, then, indent + "  ")
            yield from nested("else:", orelse)
        case For(target, iterable, body, orelse):
            yield head(f"for {_typed(function, target)} in {show_operand(iterable)}:")
            yield from _region(function, body, indent + "  ")
            yield from nested("else:", orelse)
        case While(test, cond, body, orelse):
            yield head("while:")
            yield from _region(function, test, indent + "  ")
            yield f"{indent}holds {show_operand(cond)}:"
            yield from _region(function, body, indent + "  ")
            yield from nested("else:", orelse)
        case Try(body, handlers, orelse, final):
            yield head("try:")
            yield from _region(function, body, indent + "  ")
            for handler in handlers:
                kind = "" if handler.kind is None else f" {show_operand(handler.kind)}"
                name = "" if handler.name is None else f" as {handler.name.name}"
                yield _margin(f"{indent}except{kind}{name}:", f"@{handler.span.line}")
                yield from _region(function, handler.body, indent + "  ")
            yield from nested("else:", orelse)
            yield from nested("finally:", final)
        case With(context, target, body):
            bound = "" if target is None else f" as {_typed(function, target)}"
            yield head(f"with {show_operand(context)}{bound}:")
            yield from _region(function, body, indent + "  ")
        case _:
            yield head(_simple(function, statement))


def _simple(function: Function, statement: Statement) -> str:
    match statement:
        case Let((), op):
            return show_op(op)
        case Let(targets, op):
            return f"{', '.join(_typed(function, target) for target in targets)} = {show_op(op)}"
        case Return(value):
            return f"return {show_operand(value)}"
        case Raise(exception, cause):
            text = "raise" if exception is None else f"raise {show_operand(exception)}"
            return text if cause is None else f"{text} from {show_operand(cause)}"
        case Delete(variables):
            return f"del {', '.join(variable.name for variable in variables)}"
        case Break():
            return "break"
        case Continue():
            return "continue"
        case _:
            raise TypeError(type(statement).__name__)


def _codes(region: Region) -> Iterator[Code]:
    """The lambdas and nested functions that a region makes, in program order."""
    for statement in region:
        if isinstance(statement, Let) and isinstance(statement.op.data, Code):
            yield statement.op.data
        for inner in regions(statement):
            yield from _codes(inner)


def _margin(text: str, note: str) -> str:
    return f"{text:<{MARGIN}}  {note}"
