"""Which line made a kept value: from where the value is read back to the operation that allocated it.

    def layer(x): return x @ W            line 2 made what `h` names in `model`, and what `x` names in the
    def model(x):                         second call of `layer`
        h = layer(x)
        return layer(h)

A trail follows assignments, views, containers, parameters to the caller's arguments, and results to the callee's
`return`. Where a branch decides and nothing that is kept tells how, it gives all lines that may have made the value.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from adls.engine.ir.ops import (
    Const,
    Continue,
    For,
    Function,
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
from adls.engine.ir.types import Array, Scalar, is_reference
from adls.engine.ir.walk import defined, regions
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.effects import effect_of, is_in_place
from adls.profile.recording import Node
from adls.runtime.compiler import Compiled

ANY = None  # a step into a container at a place that only the run knows
Step = int | str | None
Site = tuple[int, int] | None
"""The node and the line that made a value; None for what was there before the call: borrowed."""

_PAIRING = {"builtins.zip", "builtins.enumerate"}
_DEPTH = 200
_ROUNDS = 100  # How many earlier iterations are asked which of their branches were taken.


@dataclass(frozen=True)
class Point:
    """Where a statement stands: its number in program order, and the regions around it as (statement, which region)."""

    number: int
    path: tuple[tuple[int, int], ...]


@dataclass
class Run:
    """What is known of the run where the walk is: how tests came out, now and in the earlier iterations of loops."""

    known: dict[str, bool] = field(default_factory=dict)
    rounds: dict[int, list[dict[str, bool]]] = field(default_factory=dict)


@dataclass
class Flow:
    """One function's statements in program order, with what defines each variable."""

    function: Function
    points: dict[int, Point] = field(default_factory=dict)
    branches: dict[int, Operand] = field(default_factory=dict)  # the test of each `if`
    loops: set[int] = field(default_factory=set)
    plain_tries: set[int] = field(default_factory=set)  # without handlers: whoever comes past has been through the body
    leaves: list[Point] = field(default_factory=list)  # `continue`: what follows it in an iteration may not run
    definitions: dict[str, list[tuple[Point, Statement]]] = field(default_factory=dict)
    stores: dict[str, list[tuple[Point, Step, Operand]]] = field(default_factory=dict)
    returns: list[tuple[Point, Operand]] = field(default_factory=list)
    kept: dict[str, Let] = field(default_factory=dict)  # the call whose callee's residuals a variable holds
    end: Point = Point(0, ())

    def reaching(self, name: str, at: Point, run: Run) -> list[tuple[Point, Statement | None]]:
        """What may have bound a variable as it is at a point, the likeliest first; None stands for a parameter."""
        loop = self.loop_of(at)
        before = [d for d in reversed(self.definitions.get(name, []))
                  if d[0].number < at.number and (not loop or _is_within(d[0], loop))]
        found, settled = self._bound(name, before, at, run.known, run)
        if loop and not settled:
            again, settled = self._in_rounds_before(name, loop, run)
            found += again
            if not settled:
                around = [number for number, _ in at.path].index(loop)
                found += self.reaching(name, Point(loop, at.path[:around]), run)
        elif not settled and self._is_parameter(name):
            found.append((Point(0, ()), None))
        return list(dict.fromkeys(found))

    def _in_rounds_before(self, name: str, loop: int, run: Run) -> tuple[list[tuple[Point, Statement | None]], bool]:
        """What the loop's earlier iterations have bound, and whether one of them surely has."""
        definitions = [d for d in reversed(self.definitions.get(name, [])) if _is_within(d[0], loop)]
        found: list[tuple[Point, Statement | None]] = []
        rounds = run.rounds.get(loop)
        if rounds is None or not definitions:
            return list(definitions), False
        path = definitions[0][0].path
        start = Point(sys.maxsize, path[: [number for number, _ in path].index(loop) + 1])
        for known in rounds[: -1 - _ROUNDS : -1]:
            bound, settled = self._bound(name, definitions, start, known, run)
            found += bound
            if settled:
                return found, True
        return found, False

    def _bound(self, name: str, definitions: Sequence[tuple[Point, Statement]], at: Point, known: Mapping[str, bool],
               run: Run) -> tuple[list[tuple[Point, Statement | None]], bool]:
        """Of definitions, the last first, those that may have run before a point; and whether the last surely has."""
        found: list[tuple[Point, Statement | None]] = []
        walked: set[int] = set()
        for where, statement in definitions:
            loop = next((n for n, _ in where.path if n in run.rounds and (n, 0) not in at.path), 0)
            if loop in walked:
                continue
            if loop:  # A loop that was over before: its iterations are known.
                walked.add(loop)
                again, settled = self._in_rounds_before(name, loop, run)
                found += again
            else:
                ran = self._ran(where, at, known)
                settled = ran is True
                found += [(where, statement)] if ran is not False else []
            if settled:
                return found, True
        return found, False

    def _ran(self, where: Point, at: Point, known: Mapping[str, bool]) -> bool | None:
        """Whether control came by a place before it came to a point; None where nothing tells."""
        came = self._entered(where, at, known)
        for leave in self.leaves:
            if came is not False and leave.number < where.number and self.loop_of(leave) == self.loop_of(where):
                left = self._entered(leave, at, known)
                came = False if left else came if left is False else None
        return came

    def _entered(self, where: Point, at: Point, known: Mapping[str, bool]) -> bool | None:
        """Whether the regions around a place that are not around the point were entered."""
        sure: bool | None = True
        inside = dict(at.path)
        for number, arm in where.path:
            if number in inside and (number in self.branches or inside[number] == arm):
                if inside[number] != arm:
                    return False
                continue
            taken = 0 if number in self.plain_tries else self._taken(number, known)
            if taken is not None and taken != arm and number in self.branches:
                return False
            sure = sure if taken == arm else None
        return sure

    def _taken(self, branch: int, known: Mapping[str, bool]) -> int | None:
        """Which arm of an `if` was taken, where its test is kept."""
        test = self.branches.get(branch)
        if not isinstance(test, Var) or test.name not in known or test.name in self.rebound:
            return None
        return 0 if known[test.name] else 1

    @cached_property
    def tests(self) -> frozenset[str]:
        """The variables that an `if` tests."""
        return frozenset(test.name for test in self.branches.values() if isinstance(test, Var))

    @cached_property
    def rebound(self) -> frozenset[str]:
        """The tests that more than one place decides, not counting the None that a variable begins with."""
        decided = Counter(name for name in self.tests for _, s in self.definitions.get(name, ()) if not _is_none(s))
        return frozenset(name for name, count in decided.items() if count > 1)

    def loop_of(self, at: Point) -> int:
        """The innermost loop around a point; 0 where there is none."""
        return next(iter(self._loops(at)), 0)

    def _loops(self, at: Point) -> list[int]:
        return [number for number, _ in reversed(at.path) if number in self.loops]

    def _is_parameter(self, name: str) -> bool:
        return any(var.name == name for var in inputs(self.function))


def _is_none(statement: Statement) -> bool:
    return isinstance(statement, Let) and statement.op == Op("copy", (Const(None),))


def _is_within(where: Point, loop: int) -> bool:
    return any(number == loop for number, _ in where.path)


def inputs(function: Function) -> list[Var]:
    """Cells first, then parameters: the positions of an interface."""
    return [*function.cells, *(param.var for param in function.params)]


_FLOWS: dict[int, Flow] = {}


def flow_of(function: Function) -> Flow:
    """The flow of a function, worked out once."""
    found = _FLOWS.get(id(function))
    if found is None:
        found = _FLOWS[id(function)] = Flow(function)
        found.end = Point(_number(found, function.body, (), 1), ())
    return found


def _number(flow: Flow, region: Region, path: tuple[tuple[int, int], ...], number: int) -> int:
    for statement in region:
        point = flow.points[id(statement)] = Point(number, path)
        _note(flow, statement, point)
        number += 1
        for which, nested in enumerate(regions(statement)):
            number = _number(flow, nested, (*path, (point.number, which)), number)
    return number


def _note(flow: Flow, statement: Statement, point: Point) -> None:
    inner = Point(point.number, (*point.path, (point.number, 0))) if isinstance(statement, For) else point
    if not _is_in_place(statement, flow.function):
        for target in defined(statement):
            flow.definitions.setdefault(target.name, []).append((inner, statement))
    match statement:
        case If():
            flow.branches[point.number] = statement.test
        case For() | While():
            flow.loops.add(point.number)
        case Try(_, ()):
            flow.plain_tries.add(point.number)
        case Continue():
            flow.leaves.append(point)
        case Return(value):
            flow.returns.append((point, value))
        case Let(targets, Op("forward", args, _, AdjointKey(guarded=guarded))):
            holder = args[0] if guarded else targets[-1]
            assert isinstance(holder, Var)
            flow.kept[holder.name] = statement
        case Let(targets, Op("forward_dynamic")):
            flow.kept[targets[-1].name] = statement
        case Let(_, op) if op.prim not in ("apply", "backward"):
            for container, value in effect_of(op, flow.function).stores:
                if isinstance(container, Var):
                    step = _step(op, 0) if op.prim == "setitem" else ANY
                    flow.stores.setdefault(container.name, []).append((point, step, value))


def _is_in_place(statement: Statement, function: Function) -> bool:
    return isinstance(statement, Let) and is_in_place(statement.op.prim) and is_reference(
        function.type_of(statement.targets[0]))


@dataclass(eq=False)
class Frame:
    """A call of a function as the trail sees it: its node, and the call in the caller's frame that made it."""

    found: Compiled
    function: Function
    guarded: bool
    node: int
    nodes: Sequence[Node]
    parent: Frame | None = None
    call: Let | None = None
    dynamic: Any = None  # the KeptCall of a callee that only the run knows
    children: dict[tuple[int, int], Frame] = field(default_factory=dict)
    run: Run = field(default_factory=Run)

    @cached_property
    def flow(self) -> Flow:
        return flow_of(self.function)

    def moment(self) -> tuple[object, ...]:
        """What of the run matters to where values come from, here and in the callers; equal moments, equal trails."""
        frame: Frame | None = self
        found: list[object] = []
        while frame is not None:
            if frame.run.known or frame.run.rounds:
                tests = bool(frame.flow.tests)
                found += [(loop, len(rounds) if tests else bool(rounds)) for loop, rounds in frame.run.rounds.items()]
                found += frame.run.known.items()
            frame = frame.parent
        return tuple(found)

    def child(self, let: Let, dynamic: Any = None) -> Frame | None:
        """The frame of a call in this frame; None where the run made none that is known."""
        which = id(let), id(dynamic and dynamic.found)
        if which not in self.children:
            made = self._callee(let, dynamic)
            if made is None:
                return None
            self.children[which] = made
        return self.children[which]

    def called(self, let: Let) -> list[Frame]:
        """The frames of a call: several where its callee changes."""
        self.child(let)
        return [frame for (call, _), frame in self.children.items() if call == id(let)]

    def _callee(self, let: Let, dynamic: Any) -> Frame | None:
        key = let.op.data
        found = self.found if dynamic is None else dynamic.found
        if dynamic is not None:
            function, guarded, unit = found.adjoint.forward, False, found.printed.digests[str(found.key)]
        elif isinstance(key, AdjointKey):
            function, guarded, unit = found.adjoints.made[key].forward, key.guarded, found.printed.digests[str(key)]
        elif let.op.prim == "apply":
            name = found.printed.names[str(key)][0]
            function, guarded = found.adjoints.primals[str(key)], False
            unit = next((e.key for e in found.printed.listing.entries if e.name == name), "")
        else:
            return None
        node = self._node(let.span.line, unit)
        return None if node is None else Frame(found, function, guarded, node, self.nodes, self, let, dynamic)

    def _node(self, line: int, unit: str) -> int | None:
        below = [n for n, node in enumerate(self.nodes)
                 if node.parent == self.node and node.unit == unit and node.direction == "forward"]
        exact = [n for n in below if self.nodes[n].parent_line == line]
        return next(iter(exact or below), None)

    def here(self, let: Statement) -> tuple[int, int]:
        """The site of an operation of this frame's function."""
        return self.node, let.span.line

    def point_of_loop(self, kept: str) -> Point:
        """The end of the body of the loop whose iterations' residuals a variable lists."""
        return next((point for point, _, _ in self.flow.stores.get(kept, ())), self.flow.end)


def origins(frame: Frame, name: str, at: Point, value: object, steps: tuple[Step, ...] = ()) -> list[Site]:
    """All sites that may have made what a variable of the frame names at a point, the likeliest first.

    `steps` lead from there to `value`, which lies in the variable's container.
    """
    owns = isinstance(value, np.ndarray) and value.base is None
    return list(dict.fromkeys(_Trail(owns).of(frame, Var(name), at, steps)))


class _Trail:
    """`owns`: the value has memory of its own, so that no operation that gives a view made it."""

    def __init__(self, owns: bool) -> None:
        self.owns = owns
        self.seen: set[tuple[object, ...]] = set()

    def of(self, frame: Frame, operand: Operand, at: Point, steps: tuple[Step, ...]) -> Iterator[Site]:
        if not isinstance(operand, Var):
            yield None
            return
        key = (id(frame), operand.name, at, steps)
        if key in self.seen or len(self.seen) > _DEPTH:
            return
        self.seen.add(key)
        if steps:
            for where, step, stored in frame.flow.stores.get(operand.name, ()):
                if step is ANY or steps[0] is ANY or step == steps[0]:
                    yield from self.of(frame, stored, where, steps[1:])
        for where, statement in frame.flow.reaching(operand.name, at, frame.run):
            match statement:
                case None:
                    yield from self._argument(frame, operand.name, steps)
                case Let():
                    yield from self._let(frame, statement, where, statement.targets.index(operand), steps)
                case For():
                    outside = Point(where.number, where.path[:-1])
                    yield from self.of(frame, statement.iterable, outside, (ANY, *steps))
                case With():
                    yield from self.of(frame, statement.context, where, steps)
                case _:
                    yield frame.here(statement)

    def _argument(self, frame: Frame, name: str, steps: tuple[Step, ...]) -> Iterator[Site]:
        """A parameter is what the caller passed."""
        if frame.parent is None or frame.call is None:
            yield None
            return
        at = frame.parent.flow.points[id(frame.call)]
        position = [var.name for var in inputs(frame.function)].index(name)
        op = frame.call.op
        if frame.dynamic is None:
            yield from self.of(frame.parent, op.args[position], at, steps)
        elif position < frame.dynamic.cells or not op.args[1:]:
            yield from self.of(frame.parent, op.args[0], at, (ANY, *steps))
        else:
            written = position - frame.dynamic.cells - frame.dynamic.first + 1
            given = op.operands[written] if 0 < written < len(op.operands) else op.args[0]
            yield from self.of(frame.parent, given, at, steps)

    def _let(self, frame: Frame, let: Let, at: Point, target: int, steps: tuple[Step, ...]) -> Iterator[Site]:
        op = let.op
        if op.prim in ("forward", "apply", "forward_dynamic"):
            yield from self._result(frame, let, steps)
        elif op.prim == "runtime.own":
            yield from self.of(frame, op.args[0], at, steps)
        elif op.prim in ("getitem", "unpack", "attr") and not isinstance(frame.function.type_of(op.args[0]), Array):
            yield from self.of(frame, op.args[0], at, (_step(op, target), *steps))
        elif steps:
            yield from self._item(frame, let, at, steps)
        elif isinstance(frame.function.type_of(let.targets[target]), Scalar):
            yield frame.here(let)  # An item of an array is a number of its own.
        else:
            yield from self._made(frame, let, at)

    def _item(self, frame: Frame, let: Let, at: Point, steps: tuple[Step, ...]) -> Iterator[Site]:
        """What lies in a container that an operation made."""
        op, step = let.op, steps[0]
        if op.prim == "tuple" and not op.data and isinstance(step, int) and -len(op.args) <= step < len(op.args):
            yield from self.of(frame, op.args[step], at, steps[1:])
        elif op.prim in ("tuple", "list", "set", "closure"):
            for arg in op.args:
                yield from self.of(frame, arg, at, steps[1:])
        elif op.prim == "dict":
            pairs = list(zip(op.args[::2], op.args[1::2], strict=True))
            named = [value for key, value in pairs if key == Const(step)] if step is not ANY else []
            for value in named or [value for _, value in pairs]:
                yield from self.of(frame, value, at, steps[1:])
        elif op.prim in _PAIRING and len(steps) > 1 and isinstance(steps[1], int):
            args = op.args if op.prim == "builtins.zip" else (Const(0), op.args[0])
            yield from self.of(frame, args[steps[1]], at, (ANY, *steps[2:]))
        else:
            shared = [operand for kind, operand in effect_of(op, frame.function).shares]
            deeper = steps[1:] if op.prim in ("dict.items",) and len(steps) > 1 else steps
            for operand in shared:
                yield from self.of(frame, operand, at, deeper)
            if not shared:
                yield frame.here(let)

    def _made(self, frame: Frame, let: Let, at: Point) -> Iterator[Site]:
        """What an operation gives: a new object, or (a view of) one of its operands."""
        shares = effect_of(let.op, frame.function).shares
        same = [operand for kind, operand in shares if kind in ("same", "element")]
        views = [operand for kind, operand in shares if kind == "view"]
        maybe = [operand for kind, operand in shares if kind == "maybe"]
        for operand in same if self.owns else (*same, *views):
            yield from self.of(frame, operand, at, ())
        for operand in maybe:
            yield from () if self.owns and not _may_be_same(let.op) else self.of(frame, operand, at, ())
        if not (same or (views and not self.owns)):
            yield frame.here(let)

    def _result(self, frame: Frame, let: Let, steps: tuple[Step, ...]) -> Iterator[Site]:
        """A call's result is what the callee returns."""
        callees = frame.called(let)
        if not callees:
            yield frame.here(let)
        for callee in callees:
            for where, value in callee.flow.returns:
                packed = callee.function.role == "forward" and not callee.guarded
                yield from self.of(callee, value, where, (0, *steps) if packed else steps)


def _may_be_same(op: Op) -> bool:
    """Whether an operation that may copy gives its very operand where it does not (`np.asarray`), not a view of it."""
    return op.prim.rpartition(".")[2] in ("asarray", "ascontiguousarray", "asfortranarray", "asanyarray", "array",
                                          "astype", "require", "broadcast_arrays", "call", "method")


def _step(op: Op, target: int) -> Step:
    if op.prim in ("getitem", "setitem") and isinstance(op.args[1], Const):
        value = op.args[1].value
        return value if isinstance(value, int | str) else ANY
    return target if op.prim == "unpack" and op.data is None else ANY
