"""What one statement reads, assigns and contains."""

from __future__ import annotations

from adls.engine.ir.ops import (
    Delete,
    For,
    If,
    Let,
    Operand,
    Raise,
    Region,
    Return,
    Statement,
    Try,
    Var,
    While,
    With,
)


def regions(statement: Statement) -> tuple[Region, ...]:
    """The regions directly inside a statement, in the order in which they are written."""
    match statement:
        case If(_, then, orelse):
            return then, orelse
        case For(_, _, body, orelse):
            return body, orelse
        case While(test, _, body, orelse):
            return test, body, orelse
        case Try(body, handlers, orelse, final):
            return body, *(handler.body for handler in handlers), orelse, final
        case With(_, _, body):
            return (body,)
        case _:
            return ()


def assigned(statement: Statement) -> tuple[Var, ...]:
    """The variables that a statement itself assigns, not those that its regions do."""
    match statement:
        case Let(targets, _):
            return targets
        case For(target, _):
            return (target,)
        case With(_, target) if target is not None:
            return (target,)
        case Try(_, handlers):
            return tuple(handler.name for handler in handlers if handler.name is not None)
        case _:
            return ()


def read(statement: Statement) -> tuple[Operand, ...]:
    """The operands that a statement itself reads, not those that its regions do."""
    match statement:
        case Let(_, op):
            return op.operands
        case If(operand) | For(_, operand) | While(_, operand) | With(operand) | Return(operand):
            return (operand,)
        case Raise(exception, cause):
            return tuple(operand for operand in (exception, cause) if operand is not None)
        case Try(_, handlers):
            return tuple(handler.kind for handler in handlers if handler.kind is not None)
        case Delete(variables):
            return variables
        case _:
            return ()


def every_assignment(region: Region) -> list[Var]:
    """All variables that a region or anything nested in it assigns, once for each assignment."""
    found: list[Var] = []
    for statement in region:
        found += assigned(statement)
        for inner in regions(statement):
            found += every_assignment(inner)
    return found


def every_read(region: Region) -> list[Operand]:
    """All operands that a region or anything nested in it reads, once for each read."""
    found: list[Operand] = []
    for statement in region:
        found += read(statement)
        for inner in regions(statement):
            found += every_read(inner)
    return found
