"""Recording gradients: exact time by line from clocks in the generated code, and bytes kept between the passes."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from adls.engine.backend.clocks import with_clocks
from adls.engine.ir.ops import Function
from adls.profile.recording import Evaluation, Kept, Unit
from adls.runtime.clocks import Clocks, snapshot
from adls.runtime.compiler import Compiled, load_module

Clock = Callable[[], float]


class Plain:
    """Evaluations that nobody records."""

    def evaluation(self, found: Compiled, argnums: tuple[int, ...]) -> PlainEvaluation:
        return PlainEvaluation(found)


class PlainEvaluation:
    """The generated functions themselves, so that no frame of ours holds on to residuals."""

    __slots__ = ("backward", "forward")

    def __init__(self, found: Compiled) -> None:
        self.forward = found.forward
        self.backward = found.backward


class Recorder:
    """While active, every gradient that is taken in this process is recorded. `clock` gives seconds.

    What has been recorded can be read at any time, also after an interrupt: an evaluation that was left by an
    exception is there, marked incomplete.
    """

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self.clock = clock
        self.clocks = _clocks(clock)
        self._measured: list[Measured] = []
        self._running: list[RecordedEvaluation] = []
        self._compiled: dict[int, Compiled] = {}
        self._kept: dict[Hashable, tuple[Kept, ...]] = {}
        self._before: Recorder | Plain = _PLAIN

    def __enter__(self) -> Recorder:
        global _active
        self._before, _active = _active, self
        return self

    def __exit__(self, *exception: object) -> None:
        global _active
        _active = self._before
        self._measured += self._unfinished()
        self._running.clear()

    def evaluations(self) -> tuple[Evaluation, ...]:
        """All gradient evaluations so far, in order."""
        return tuple(measured.evaluation() for measured in (*self._measured, *self._unfinished()))

    def _unfinished(self) -> list[Measured]:
        return [e for e in (running.unfinished() for running in self._running) if e is not None]

    def units(self) -> tuple[Unit, ...]:
        """The differentiated functions that took part."""
        units = (unit for found in self._compiled.values() for unit in units_of(found))
        return tuple({unit.key: unit for unit in units}.values())

    def evaluation(self, found: Compiled, argnums: tuple[int, ...]) -> RecordedEvaluation:
        """An evaluation that is about to begin."""
        self._compiled.setdefault(id(found), found)
        evaluation = RecordedEvaluation(self, found, argnums)
        self._running.append(evaluation)
        return evaluation

    def finished(self, evaluation: RecordedEvaluation, result: Measured) -> None:
        """Note a finished evaluation."""
        if evaluation in self._running:
            self._running.remove(evaluation)
        self._measured.append(result)

    def nested(self, found: Compiled) -> dict[str, Any]:
        """The module of a callee that was found at run time, within an evaluation that is recorded."""
        self._compiled.setdefault(id(found), found)
        return self.profiled(found)

    def kept(self, found: Compiled, residuals: Any, values: tuple[Any, ...], value: Any, root: Any) -> tuple[Kept, ...]:
        """What an evaluation keeps: walked once for each outline of residuals and call tree."""
        from adls.runtime.kept import kept_by

        key = (id(found), tree_outline(root), outline(residuals))
        if key not in self._kept:
            self._kept[key] = kept_by(found, residuals, values, value, snapshot(root))
        return self._kept[key]

    def profiled(self, found: Compiled) -> dict[str, Any]:
        """The module of a listing with clocks in it."""
        key = id(found), id(self.clocks)
        if key not in _PROFILED:
            listing = found.printed.listing
            module = load_module(found.adjoints, found.printed, self.clocks.bindings(listing), with_clocks(listing))
            _PROFILED[key] = (found, module)
        return _PROFILED[key][1]


@dataclass(frozen=True)
class Measured:
    """An evaluation as it was measured; trees of nodes become rows when it is read."""

    found: Compiled
    argnums: tuple[int, ...]
    forward_ns: int
    backward_ns: int
    forward_root: Any
    backward_root: Any
    kept: tuple[Kept, ...]
    complete: bool

    def evaluation(self) -> Evaluation:
        """The evaluation as plain data."""
        unit = self.found.printed.digests[str(self.found.key)]
        first = snapshot(self.forward_root)
        second = snapshot(self.backward_root) if self.backward_root is not None else ()
        shifted = tuple(replace(n, parent=n.parent + len(first)) if n.parent >= 0 else n for n in second)
        return Evaluation(unit, self.argnums, self.forward_ns, self.backward_ns, (*first, *shifted), self.kept,
                          self.complete)


class RecordedEvaluation:
    """One gradient evaluation under the clocks. Its backward pass may be run again: each run is an evaluation."""

    def __init__(self, recorder: Recorder, found: Compiled, argnums: tuple[int, ...]) -> None:
        self.recorder = recorder
        self.found = found
        self.argnums = argnums
        self.module = recorder.profiled(found)
        self.forward_root: Any = None
        self.running: Any = None
        self.kept: tuple[Kept, ...] = ()
        self.forward_ns = 0
        self.spent_ns = 0
        self.began = 0.0

    def forward(self, *values: Any) -> Any:
        function = self.module[self.found.printed.forward]
        self.forward_root = root = self.recorder.clocks.start()
        value, residuals = self._timed(root, lambda: function(*values))
        self.forward_ns = self.spent_ns
        self.kept = self.recorder.kept(self.found, residuals, values, value, root)
        return value, residuals

    def backward(self, residuals: Any, seed: Any, *shadows: Any) -> Any:
        function = self.module[self.found.printed.backward]
        box = [residuals]
        del residuals  # The one-shot form frees each residual after its last read: no frame of ours may hold them.
        root = self.recorder.clocks.start()
        returned = self._timed(root, lambda: function(box.pop(), seed, *shadows))
        self.recorder.finished(self, self._result(self.spent_ns, root, True))
        return returned

    def _timed(self, root: Any, run: Callable[[], Any]) -> Any:
        """Run one pass under the clocks; where it raises, what was measured is kept."""
        clocks, clock = self.recorder.clocks, self.recorder.clock
        self.running = root
        self.began = clock()
        try:
            result = run()
        except BaseException:
            self.recorder.finished(self, self._left())
            clocks.end(root)
            self.running = None
            raise
        self.spent_ns = _nanoseconds(clock() - self.began)
        clocks.end(root)
        self.running = None
        return result

    def unfinished(self) -> Measured | None:
        """What has been measured of an evaluation that has not run to its end; None before it begins."""
        return self._left() if self.forward_root is not None else None

    def _left(self) -> Measured:
        spent = _nanoseconds(self.recorder.clock() - self.began) if self.running is not None else 0
        if self.running is self.forward_root:
            return Measured(self.found, self.argnums, spent, 0, self.forward_root, None, (), False)
        return self._result(spent, self.running, False)

    def _result(self, backward_ns: int, root: Any, complete: bool) -> Measured:
        return Measured(self.found, self.argnums, self.forward_ns, backward_ns, self.forward_root, root, self.kept,
                        complete)


def outline(value: Any) -> Hashable:
    """What decides the bytes that residuals hold, and which path they came from: shapes, memory, branches taken."""
    if isinstance(value, np.ndarray):
        return value.shape, value.strides, value.base is None
    if isinstance(value, tuple | list):
        return type(value), *map(outline, value)
    if isinstance(value, bool | int | str):
        return value
    found = getattr(value, "found", None)
    if found is not None:
        return id(found), outline(value.residuals)
    kind: Hashable = type(value)  # type: ignore[assignment]
    return kind


def tree_outline(root: Any) -> Hashable:
    """Which functions were called from which lines."""
    return tuple((line, probe.unit, tree_outline(child)) for (line, probe), child in root.children.items())


def units_of(found: Compiled) -> list[Unit]:
    """One unit for each adjoint of a listing, and for each function that it calls undifferentiated."""
    listing, made = found.printed.listing, found.adjoints.made
    functions = {digest: (made[key].forward, found.adjoints.primals[key.instance])
                 for key in made if (digest := found.printed.digests.get(str(key))) is not None}
    primals = {names[0]: found.adjoints.primals[instance] for instance, names in found.printed.names.items()
               if instance in found.adjoints.primals}
    for entry in listing.entries:
        if entry.role == "primal":
            functions[entry.key] = (primals[entry.name], primals[entry.name])
    return [Unit(digest, function.name, function.qualname, function.file, _signature(typed), function.digest,
                 function.span.line, listing.lines(digest), found.text, found.ir)
            for digest, (function, typed) in functions.items()]


def _signature(function: Function) -> str:
    names = (*(cell.name for cell in function.cells), *(param.var.name for param in function.params))
    return "(" + ", ".join(f"{name}: {function.types[name]}" for name in names) + f") -> {function.result}"


def active_recorder() -> Recorder | Plain:
    """The recorder that is active, or one that records nothing."""
    return _active


def _clocks(clock: Clock) -> Clocks:
    """One Clocks for each clock, so that profiled code is made once."""
    if clock not in _BY_CLOCK:
        _BY_CLOCK[clock] = Clocks(clock)
    return _BY_CLOCK[clock]


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)


_BY_CLOCK: dict[Clock, Clocks] = {}
_PROFILED: dict[tuple[int, int], tuple[Compiled, dict[str, Any]]] = {}
_PLAIN = Plain()
_active: Recorder | Plain = _PLAIN
