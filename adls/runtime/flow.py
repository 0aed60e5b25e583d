"""What may have bound a variable at a place: control flow, and what is known of a run."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

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
)
from adls.engine.ir.types import is_reference
from adls.engine.ir.walk import defined, regions
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.effects import effect_of, is_in_place

ANY = None  # a step into a container at a place that only the run knows
Step = int | str | None
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
    loops: dict[int, int] = field(default_factory=dict)  # which region of a loop is its body; a test stands before it
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
        return list({(where, id(statement)): (where, statement) for where, statement in found}.values())

    def _in_rounds_before(self, name: str, loop: int, run: Run) -> tuple[list[tuple[Point, Statement | None]], bool]:
        """What the loop's earlier iterations have bound, and whether one of them surely has."""
        definitions = [d for d in reversed(self.definitions.get(name, [])) if _is_within(d[0], loop)]
        found: list[tuple[Point, Statement | None]] = []
        rounds = run.rounds.get(loop)
        if rounds is None or not definitions:
            return list(definitions), False
        path = definitions[0][0].path
        start = Point(sys.maxsize, (*path[: [number for number, _ in path].index(loop)], (loop, self.loops[loop])))
        outer = Run(run.known, {n: r for n, r in run.rounds.items() if n <= loop})  # Inner loops ran otherwise then.
        for known in rounds[: -1 - _ROUNDS : -1]:
            bound, settled = self._bound(name, definitions, start, known, outer)
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
            loop = next((n for n, _ in where.path if n in run.rounds and not self._is_in_round(at, n)), 0)
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
            if number in inside and arm < self.loops.get(number, 0):  # The test comes before all else in a loop.
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

    def _is_in_round(self, at: Point, loop: int) -> bool:
        """Whether a point is in an iteration of a loop; in its `else` they are over."""
        region = dict(at.path).get(loop)
        return region is not None and region <= self.loops[loop]

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
            flow.loops[point.number] = 1 if isinstance(statement, While) else 0
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
                    step = step_of(op, 0) if op.prim == "setitem" else ANY
                    flow.stores.setdefault(container.name, []).append((point, step, value))


def _is_in_place(statement: Statement, function: Function) -> bool:
    return isinstance(statement, Let) and is_in_place(statement.op.prim) and is_reference(
        function.type_of(statement.targets[0]))


def step_of(op: Op, target: int) -> Step:
    """Which item of a container an operation reads or writes."""
    if op.prim in ("getitem", "setitem") and isinstance(op.args[1], Const):
        value = op.args[1].value
        return value if isinstance(value, int | str) else ANY
    return target if op.prim == "unpack" and op.data is None else ANY
