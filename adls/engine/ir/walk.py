"""Walking structured IR: what one statement reads, assigns and contains, and the same of all that is nested in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from operator import is_

from adls.engine.ir.ops import (
    Delete,
    For,
    Function,
    If,
    Let,
    Op,
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
    """The regions directly inside a statement, in the order in which they can run."""
    if isinstance(statement, Let):
        return ()
    match statement:
        case If(_, then, orelse):
            return then, orelse
        case For(_, _, body, orelse):
            return body, orelse
        case While(test, _, body, orelse):
            return test, body, orelse
        case Try(body, handlers, orelse, final):
            return body, orelse, *(handler.body for handler in handlers), final
        case With(_, _, body):
            return (body,)
        case _:
            return ()


def with_regions(statement: Statement, new: tuple[Region, ...]) -> Statement:
    """The statement with its regions replaced, in the order that `regions` gives."""
    if not new:
        return statement
    match statement:
        case If():
            return replace(statement, then=new[0], orelse=new[1])
        case For():
            return replace(statement, body=new[0], orelse=new[1])
        case While():
            return replace(statement, test=new[0], body=new[1], orelse=new[2])
        case Try():
            bodies = zip(statement.handlers, new[2:-1], strict=True)
            handlers = tuple(replace(handler, body=body) for handler, body in bodies)
            return Try(new[0], handlers, new[1], new[-1], statement.span)
        case With():
            return replace(statement, body=new[0])
        case _:
            return statement


def statements(region: Region) -> Iterator[Statement]:
    """All statements of a region and of what is nested in it."""
    for statement in region:
        yield statement
        if not isinstance(statement, Let):
            for nested in regions(statement):
                yield from statements(nested)


def lets(function: Function) -> Iterator[Let]:
    """All operations of a function."""
    return (s for s in statements(function.body) if isinstance(s, Let))


def prims(region: Region) -> set[str]:
    """What the operations of a region and of what is nested in it are: a pass asks before it looks closer."""
    found = {statement.op.prim for statement in region if isinstance(statement, Let)}
    if len(found) < len(region):
        for statement in region:
            if not isinstance(statement, Let):
                for nested in regions(statement):
                    found |= prims(nested)
    return found


def defined(statement: Statement) -> tuple[Var, ...]:
    """The variables that a statement itself assigns, not those that its regions do."""
    if isinstance(statement, Let):
        return statement.targets
    match statement:
        case For(target, _):
            return (target,)
        case With(_, target) if target is not None:
            return (target,)
        case Try(_, handlers):
            return tuple(handler.name for handler in handlers if handler.name is not None)
        case _:
            return ()


def used(statement: Statement) -> tuple[Operand, ...]:
    """The operands that a statement itself reads, not those that its regions do."""
    if isinstance(statement, Let):
        return statement.op.operands
    match statement:
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


def with_operands(op: Op, other: Callable[[Operand], Operand]) -> Op:
    """The operation on other operands; the same object where they are the same."""
    args = tuple(map(other, op.args))
    kwargs = tuple([(name, other(value)) for name, value in op.kwargs]) if op.kwargs else ()
    same = all(map(is_, args, op.args)) and all(mine[1] is old[1] for mine, old in zip(kwargs, op.kwargs, strict=True))
    return op if same else Op(op.prim, args, kwargs, op.data)


def with_used(statement: Statement, other: Callable[[Operand], Operand]) -> Statement:
    """The statement with other operands in place of those that it reads itself; what is deleted stays."""
    if isinstance(statement, Let):
        op = with_operands(statement.op, other)
        return statement if op is statement.op else Let(statement.targets, op, statement.span)
    match statement:
        case If():
            return replace(statement, test=other(statement.test))
        case For():
            return replace(statement, iterable=other(statement.iterable))
        case While():
            return replace(statement, cond=other(statement.cond))
        case With():
            return replace(statement, context=other(statement.context))
        case Return(value, span):
            return Return(other(value), span)
        case Raise(exception, cause, span):
            return Raise(exception and other(exception), cause and other(cause), span)
        case Try():
            handlers = (replace(handler, kind=handler.kind and other(handler.kind)) for handler in statement.handlers)
            return replace(statement, handlers=tuple(handlers))
        case _:
            return statement


def with_defined(statement: Statement, names: Mapping[str, str]) -> Statement:
    """The statement with what it assigns under other names."""
    match statement:
        case Let(targets, op, span):
            return Let(tuple(Var(names.get(v.name, v.name)) for v in targets), op, span)
        case For(target):
            return replace(statement, target=Var(names.get(target.name, target.name)))
        case Delete(variables):
            return replace(statement, variables=tuple(Var(names.get(v.name, v.name)) for v in variables))
        case With(_, Var(name)):
            return replace(statement, target=Var(names.get(name, name)))
        case Try(_, handlers):
            named = (replace(h, name=h.name and Var(names.get(h.name.name, h.name.name))) for h in handlers)
            return replace(statement, handlers=tuple(named))
        case _:
            return statement


def all_defined(region: Region) -> list[Var]:
    """All variables that a region or anything nested in it assigns, once for each assignment."""
    found: list[Var] = []
    for statement in region:
        if isinstance(statement, Let):  # Nearly all are: the rest is slower.
            found += statement.targets
        else:
            found += defined(statement)
            for nested in regions(statement):
                found += all_defined(nested)
    return found


def all_used(region: Region) -> list[Operand]:
    """All operands that a region or anything nested in it reads, once for each read."""
    found: list[Operand] = []
    for statement in region:
        if isinstance(statement, Let):
            found += statement.op.operands
        else:
            found += used(statement)
            for nested in regions(statement):
                found += all_used(nested)
    return found
