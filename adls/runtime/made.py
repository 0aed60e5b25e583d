"""Which line made a kept value: from where the value is read back to the operation that allocated it.

    def layer(x): return x @ W            line 2 made what `h` names in `model`, and what `x` names in the
    def model(x):                         second call of `layer`
        h = layer(x)
        return layer(h)

A trail follows assignments, views, containers, parameters to the caller's arguments, and results to the callee's
`return`. Where a branch decides and nothing that is kept tells how, it gives all lines that may have made the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from adls.engine.ir.ops import Const, For, Function, Let, Op, Operand, Statement, Var, With
from adls.engine.ir.types import Array, Scalar
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.effects import effect_of
from adls.profile.recording import Node
from adls.runtime.compiler import Compiled
from adls.runtime.flow import ANY, Flow, Point, Run, Step, flow_of, inputs, step_of

Site = tuple[int, int] | None
"""The node and the line that made a value; None for what was there before the call: borrowed."""

_PAIRING = {"builtins.zip", "builtins.enumerate"}
_DEPTH = 200


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
            given = next((operand for operand, place in zip(op.operands[1:], frame.dynamic.places[1:], strict=False)
                          if position in (place, getattr(place, "position", None))), op.args[0])
            yield from self.of(frame.parent, given, at, steps)

    def _let(self, frame: Frame, let: Let, at: Point, target: int, steps: tuple[Step, ...]) -> Iterator[Site]:
        op = let.op
        if op.prim in ("forward", "apply", "forward_dynamic"):
            yield from self._result(frame, let, steps)
        elif op.prim in ("runtime.own", "runtime.fixed"):
            yield from self.of(frame, op.args[0], at, steps)
        elif op.prim in ("getitem", "unpack", "attr") and not isinstance(frame.function.type_of(op.args[0]), Array):
            yield from self.of(frame, op.args[0], at, (step_of(op, target), *steps))
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
