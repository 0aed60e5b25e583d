"""Reversing structured control flow.

A region is reversed statement by statement, last first. What may be left early (by `break`, `continue`, `return`, or a
caught exception) keeps a *progress* number: the reversal of each later part asks whether it was reached. What always
leaves takes the rest of its region as its alternative: it needs no number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from adls.engine.ir.ops import (
    Const,
    For,
    If,
    Let,
    Op,
    Operand,
    Region,
    Return,
    Statement,
    Try,
    Var,
    While,
    With,
)
from adls.engine.ir.types import Array, Bool, Int
from adls.engine.ir.walk import statements
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.calls import watched_context
from adls.engine.passes.adjoint.cotangents import Cotangent, Leaf, State, display_name
from adls.engine.passes.adjoint.index import FUNCTION_SCOPE, Place
from adls.engine.passes.adjoint.leaving import leaves, may_leave
from adls.engine.passes.adjoint.memory import establish, establish_loop_target
from adls.engine.passes.adjoint.operations import reverse_let
from adls.engine.passes.adjoint.returning import reverse_return
from adls.engine.passes.adjoint.sequences import close_tuples, iterate_back, open_tuples
from adls.engine.passes.alias import UNKNOWN_CODE


def reverse_region(b: Builder, region: Region, raising: bool = False) -> None:
    """Emit the reversal of a region; `raising`: any of its statements may raise an exception that is caught."""
    before = dict(b.shadows)
    parts = _parts(region, raising)
    progress = Var(b.progress_name(region)) if len(parts) > 1 or (raising and region) else None
    reached = [(part, number + 1 if raising and _is_atomic(part) else number) for number, part in enumerate(parts)]
    for part, least in reached:
        own = part[: _rest(part, raising)]
        if least == 0 or progress is None:
            establish(b, own)
        elif made := b.region(partial(establish, b, own)):
            b.out.append(If(_reached(b, progress, least, region, raising), made, (), b.span))
    for part, least in reversed(reached):
        if least == 0 or progress is None:
            _reverse_straight(b, part, raising)
        else:
            branch(b, partial(_reached, b, progress, least, region, raising),
                   partial(_reverse_straight, b, part, raising), lambda: None, b.index.place(part[0]))
    b.shadows = before


def _is_atomic(part: Region) -> bool:
    """Whether the part has done nothing where an exception left it: a callee may have written before it raised."""
    return bool(part) and isinstance(part[0], Let) and part[0].op.prim != "apply"


def _reached(b: Builder, progress: Var, least: int, region: Region, raising: bool) -> Operand:
    """Whether the forward pass came so far in the region."""
    b.note_progress(progress, region, _parts(region, raising))
    return b.emit(Op("operator.ge", (progress, Const(least))), type_=Bool())


def _parts(region: Region, raising: bool) -> list[Region]:
    """The region cut after each statement that it may leave by, before the end."""
    parts: list[list[Statement]] = [[]]
    for statement in region:
        last = parts[-1][-1] if parts[-1] else None
        if last is not None and (raising or (may_leave(last) and not _is_rest_of_branch(last))):
            parts.append([])
        parts[-1].append(statement)
    return [tuple(part) for part in parts]


def _is_rest_of_branch(statement: Statement) -> bool:
    """Whether all that follows the statement becomes the alternative of a branch that always leaves."""
    if not isinstance(statement, If):
        return False
    one, other = leaves(statement.then), leaves(statement.orelse)
    staying = statement.orelse if one else statement.then
    return one != other and not any(may_leave(s) for s in staying)


def _reverse_straight(b: Builder, part: Region, raising: bool) -> None:
    rest = _rest(part, raising)
    if rest < len(part):
        branching = part[rest - 1]
        assert isinstance(branching, If)
        _reverse_if(b, branching, part[rest:], raising)
        part = part[: rest - 1]
    for statement in reversed(part):
        b.span = statement.span
        reverse_statement(b, statement, raising)


def _rest(part: Region, raising: bool) -> int:
    """Where the rest of a branch that always leaves begins, which is reversed as its alternative; else the end."""
    for position, statement in enumerate(part, start=1):
        if _is_rest_of_branch(statement) and not raising:
            return position
    return len(part)


def reverse_statement(b: Builder, statement: Statement, raising: bool) -> None:
    """Emit the reversal of one statement."""
    b.place, b.raising = b.index.place(statement), raising
    match statement:
        case Let():
            reverse_let(b, statement)
        case If():
            _reverse_if(b, statement, (), raising)
        case For():
            _reverse_for(b, statement, raising)
        case While():
            _reverse_while(b, statement, raising)
        case Try():
            _reverse_try(b, statement, raising)
        case With():
            reverse_region(b, watched_context(b, statement).body, raising)
        case Return(value):
            reverse_return(b, value)


def _reverse_if(b: Builder, statement: If, rest: Region, raising: bool) -> None:
    then, orelse = statement.then, statement.orelse
    rest_first = rest and leaves(then)

    def one() -> None:
        if rest and not rest_first:
            reverse_region(b, (*then, *rest), raising)
        else:
            reverse_region(b, then, raising)

    def other() -> None:
        reverse_region(b, (*orelse, *rest) if rest_first else orelse, raising)

    place = b.index.place(statement)

    def test() -> Operand:
        return b.decision(statement.test, place)

    branch(b, test, one, other, place)


def branch(b: Builder, test: Callable[[], Operand], one: Callable[[], None], other: Callable[[], None],
           place: Place) -> None:
    """Emit a branch of the backward pass, with the cotangents of both arms brought to the same names."""
    span, start = b.span, dict(b.state)
    then = b.region(one)
    after_then = b.state
    b.state = dict(start)
    b.span = span
    orelse = b.region(other)
    after_else = b.state
    _drop_unborn(b, start, after_then, after_else, place)
    merged, then_copies, else_copies = _merge(b, after_then, after_else, place)
    b.span = span
    then, orelse = (*then, *then_copies), (*orelse, *else_copies)
    b.state = merged
    if then or orelse:
        _emit_branch(b, test, then, orelse, span)


def _drop_unborn(b: Builder, start: State, one: State, other: State, place: Place) -> None:
    """A variable whose only definition one arm has reversed does not exist in the other arm: its cotangent is
    nothing. (Where a loop's later rounds read it, it may be there from an earlier round, and its cotangent stays.)"""
    for leaf in start:
        name = str(leaf[0])
        if (leaf in one) != (leaf in other) and b.index.single(name) is not None and (
                place.scope == FUNCTION_SCOPE or b.index.is_of_its_round(name)):
            one.pop(leaf, None)
            other.pop(leaf, None)


def _emit_branch(b: Builder, test: Callable[[], Operand], then: Region, orelse: Region, span: object) -> None:
    cond = test()
    if not then:
        cond = b.emit(Op("operator.not_", (cond,)), type_=Bool())
        then, orelse = orelse, ()
    b.out.append(If(cond, then, orelse, b.span))


def _merge(b: Builder, one: State, other: State, place: Place) -> tuple[State, Region, Region]:
    merged: State = {}
    copies: tuple[list[Statement], list[Statement]] = ([], [])
    for leaf in sorted({*one, *other}, key=str):
        a, c = one.get(leaf), other.get(leaf)
        if a == c and a is not None:
            merged[leaf] = a
            continue
        name = Var(b.names.fresh(display_name(leaf)))
        b.types[name.name] = b.leaf_type(leaf)
        for side, found in zip(copies, (a, c), strict=True):
            side += b.region(partial(_copy_to, b, name, found, leaf, place))
        merged[leaf] = Cotangent(name, (a is None or a.owned) and (c is None or c.owned))
    return merged, tuple(copies[0]), tuple(copies[1])


def _copy_to(b: Builder, name: Var, found: Cotangent | None, leaf: Leaf, place: Place) -> None:
    b.effect(Op("copy", (b.held_at(leaf, found, place),)), (name,))


# Loops


def loop(b: Builder, body: Callable[[], None], place: Place) -> Region:
    """The region of a backward loop around what `body` emits, where cotangents live from one iteration to the next.

    What must have a name at the loop's head is found by emitting the body until nothing new turns up: a leaf whose
    cotangent an iteration changes is carried under one name. The copies before the loop are emitted here.
    """
    entry, names, shadows = dict(b.state), b.names.snapshot(), dict(b.shadows)
    carried: dict[Leaf, bool] = {}
    types = dict(b.types)
    while True:
        b.names.restore(names)
        b.types = dict(types)
        length = len(b.out)
        head = _head(b, entry, carried, place)
        b.state, b.shadows = dict(head), dict(shadows)
        start = dict(head)
        region = b.region(body)
        end = b.state
        grown = _changes(start, end, carried)
        if not grown:
            break
        carried.update(grown)
        del b.out[length:]
    tail = b.region(lambda: _tail(b, start, end, carried, place))
    b.state = start
    return (*region, *tail)


def _changes(start: State, end: State, carried: dict[Leaf, bool]) -> dict[Leaf, bool]:
    """Leaves to carry that are not yet carried (or no longer as owned)."""
    grown: dict[Leaf, bool] = {}
    for leaf in {*start, *end}:
        a, c = start.get(leaf), end.get(leaf)
        if a == c:
            continue
        owned = c is None or c.owned
        if leaf not in carried or (carried[leaf] and not owned):
            grown[leaf] = owned
    return grown


def _head(b: Builder, entry: State, carried: dict[Leaf, bool], place: Place) -> State:
    """Emit the names that are carried, before the loop; gives the state at its head."""
    head = dict(entry)
    for leaf in sorted(carried, key=str):
        before = entry.get(leaf)
        type_ = b.leaf_type(leaf)
        if before is not None and before.owned and not before.negative and carried[leaf] and _sole(entry, before):
            continue
        value = b.held_at(leaf, before, place, after=True)
        if carried[leaf] and before is not None and isinstance(type_, Array):
            value = b.emit(Op("numpy.array", (value,)))
        named, _ = b.name_value(value, display_name(leaf), type_)
        head[leaf] = Cotangent(named, carried[leaf])
    return head


def _sole(state: State, cotangent: Cotangent) -> bool:
    return isinstance(cotangent.operand, Var) and sum(c.operand == cotangent.operand for c in state.values()) == 1


def _tail(b: Builder, head: State, end: State, carried: dict[Leaf, bool], place: Place) -> None:
    """Bring the cotangents at the iteration's end to the names at its head, all at once where one is another's
    source."""
    inside = Place(place.number, (*place.scopes, place.number), False, place.number)
    moves: list[tuple[Var, Operand]] = []
    for leaf in sorted(carried, key=str):
        target = head[leaf].operand
        assert isinstance(target, Var)
        value = b.held_at(leaf, end.get(leaf), inside)
        if value != target:
            moves.append((target, value))
    targets = {target.name for target, _ in moves}
    if any(isinstance(value, Var) and value.name in targets for _, value in moves):
        packed = b.emit(Op("tuple", tuple(value for _, value in moves)))
        b.effect(Op("unpack", (packed,)), tuple(target for target, _ in moves))
        return
    for target, value in moves:
        b.effect(Op("copy", (value,)), (target,))


def _reverse_for(b: Builder, statement: For, raising: bool) -> None:
    if not has_reversal(b, statement):
        return
    place = b.index.place(statement)
    if statement.orelse:
        _reverse_orelse(b, statement, raising)

    def body() -> None:
        b.span = statement.span
        establish_loop_target(b, statement)
        reverse_region(b, statement.body, raising)
        b.span, b.place = statement.span, place
        iterate_back(b, statement)

    opened = open_tuples(b, statement)
    _emit_loop(b, body, statement, place)
    close_tuples(b, opened, place)


def _reverse_while(b: Builder, statement: While, raising: bool) -> None:
    if not has_reversal(b, statement):
        return
    if statement.orelse:
        _reverse_orelse(b, statement, raising)

    def body() -> None:
        reverse_region(b, statement.body, raising)
        reverse_region(b, statement.test, raising)

    _emit_loop(b, body, statement, b.index.place(statement))


def _reverse_orelse(b: Builder, statement: For | While, raising: bool) -> None:
    place = b.index.place(statement)
    flag = b.completed(statement)
    branch(b, lambda: flag, lambda: reverse_region(b, statement.orelse, raising), lambda: None, place)


def _emit_loop(b: Builder, body: Callable[[], None], statement: For | While, place: Place) -> None:
    b.span = statement.span
    raising = b.raising
    region = loop(b, body, place)
    b.span, b.place, b.raising = statement.span, place, raising
    if region:
        b.emit_iterations(statement, region)


def has_reversal(b: Builder, statement: Statement) -> bool:
    """Whether reversing the statement can emit anything, or puts a watch on a call: whether it has to do with a
    cotangent at all."""
    for nested in statements((statement,)):
        if isinstance(nested, Return):
            return True
        if isinstance(nested, Let) and nested.op.prim in (*UNKNOWN_CODE, "apply") and b.is_watched(nested):
            return True
        if isinstance(nested, Let) and (any(map(b.active, nested.targets)) or any(map(b.active, nested.op.operands))):
            return True
        if isinstance(nested, For) and b.active(nested.target):
            return True
    return False


# Exceptions


def _reverse_try(b: Builder, statement: Try, raising: bool) -> None:
    if not has_reversal(b, statement):
        return
    place = b.index.place(statement)
    if any(has_reversal(b, s) for s in statement.final) and any(
            isinstance(s, Return) for s in statements((replace(statement, final=()),))):
        b.refuse("unsupported-construct", construct="`return` out of a `try` whose `finally` changes what varies",
                 reason="the value is made before, and its memory may change after", way_out="return behind it")
    reverse_region(b, statement.final, raising)
    which = b.handler_variable(statement) if statement.handlers or statement.orelse else None
    caught = bool(statement.handlers)
    for number, handler in enumerate(statement.handlers, start=1):
        if any(has_reversal(b, s) for s in handler.body):
            _reverse_arm(b, which, number, handler.body, raising, place)
    if statement.orelse:
        _reverse_arm(b, which, -1, statement.orelse, raising, place)
    reverse_region(b, statement.body, raising or caught)


def _reverse_arm(b: Builder, which: Var | None, number: int, body: Region, raising: bool, place: Place) -> None:
    def test() -> Operand:
        assert which is not None
        kept = b.residuals.keep_name(place.scope, which.name, Int(), b.span, "which handler ran")
        return b.emit(Op("operator.eq", (kept, Const(number))), type_=Bool())

    branch(b, test, lambda: reverse_region(b, body, raising), lambda: None, place)
