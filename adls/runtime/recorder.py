"""Recording gradients: exact time by line from clocks in the generated code, and bytes kept between the passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from adls.engine.backend.clocks import with_clocks
from adls.profile.recording import Evaluation, Kept, Node, Unit
from adls.runtime.clocks import Clocks
from adls.runtime.compiler import Compiled, load_module
from adls.runtime.kept import kept_by

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
        self._clocks = _clocks(clock)
        self._evaluations: list[Evaluation] = []
        self._running: list[RecordedEvaluation] = []
        self._units: dict[str, Unit] = {}
        self._before: Recorder | Plain = _PLAIN

    def __enter__(self) -> Recorder:
        global _active
        self._before, _active = _active, self
        return self

    def __exit__(self, *exception: object) -> None:
        global _active
        _active = self._before
        for evaluation in self._running:
            evaluation.give_up()
        self._running.clear()

    def evaluations(self) -> tuple[Evaluation, ...]:
        """All gradient evaluations so far, in order."""
        unfinished = [e for e in (running.unfinished() for running in self._running) if e is not None]
        return (*self._evaluations, *unfinished)

    def units(self) -> tuple[Unit, ...]:
        """The differentiated functions that took part."""
        return tuple(self._units.values())

    def evaluation(self, found: Compiled, argnums: tuple[int, ...]) -> RecordedEvaluation:
        """An evaluation that is about to begin."""
        for unit in units_of(found):
            self._units.setdefault(unit.key, unit)
        evaluation = RecordedEvaluation(self, found, argnums)
        self._running.append(evaluation)
        return evaluation

    def finished(self, evaluation: RecordedEvaluation, result: Evaluation) -> None:
        """Note a finished evaluation."""
        if evaluation in self._running:
            self._running.remove(evaluation)
        self._evaluations.append(result)

    def nested(self, found: Compiled) -> dict[str, Any]:
        """The module of a callee that was found at run time, within an evaluation that is recorded."""
        for unit in units_of(found):
            self._units.setdefault(unit.key, unit)
        return self.profiled(found)

    def profiled(self, found: Compiled) -> dict[str, Any]:
        """The module of a listing with clocks in it."""
        key = id(found), id(self._clocks)
        if key not in _PROFILED:
            listing = found.printed.listing
            module = load_module(found.adjoints, found.printed, self._clocks.bindings(listing), with_clocks(listing))
            _PROFILED[key] = (found, module)
        return _PROFILED[key][1]


class RecordedEvaluation:
    """One gradient evaluation under the clocks. Its backward pass may be run again: each run is an evaluation."""

    def __init__(self, recorder: Recorder, found: Compiled, argnums: tuple[int, ...]) -> None:
        self.recorder = recorder
        self.found = found
        self.argnums = argnums
        self.module = recorder.profiled(found)
        self.root: Any = None
        self.nodes: tuple[Node, ...] = ()
        self.kept: tuple[Kept, ...] = ()
        self.forward_ns = 0
        self.began = 0.0

    def forward(self, *values: Any) -> Any:
        clocks, clock = self.recorder._clocks, self.recorder.clock
        function = self.module[self.found.printed.forward]
        self.root = clocks.start()
        self.began = clock()
        value, residuals = function(*values)
        self.forward_ns = _nanoseconds(clock() - self.began)
        self.nodes = clocks.stop(self.root)
        self.root = None
        self.kept = kept_by(self.found, residuals, values, value, self.nodes)
        return value, residuals

    def backward(self, residuals: Any, seed: Any, *shadows: Any) -> Any:
        clocks, clock = self.recorder._clocks, self.recorder.clock
        function = self.module[self.found.printed.backward]
        self.root = clocks.start()
        self.began = clock()
        returned = function(residuals, seed, *shadows)
        backward_ns = _nanoseconds(clock() - self.began)
        nodes = clocks.stop(self.root)
        self.root = None
        self.recorder.finished(self, self._result(backward_ns, nodes, True))
        return returned

    def unfinished(self) -> Evaluation | None:
        """What has been measured of an evaluation that was interrupted."""
        if self.root is None and not self.nodes:
            return None
        nodes = _snapshot(self.root)
        spent = _nanoseconds(self.recorder.clock() - self.began) if self.root is not None else 0
        if self.forward_ns:
            return self._result(spent, nodes, False)
        return Evaluation(self._unit(), self.argnums, spent, 0, nodes, (), False)

    def give_up(self) -> None:
        """Keep what was measured: the evaluation was left by an exception."""
        left = self.unfinished()
        if left is not None and self.root is not None:
            self.recorder._clocks.stop(self.root)
            self.root = None
            self.recorder._evaluations.append(left)

    def _result(self, backward_ns: int, nodes: tuple[Node, ...], complete: bool) -> Evaluation:
        shifted = tuple(replace(n, parent=n.parent + len(self.nodes)) if n.parent >= 0 else n for n in nodes)
        return Evaluation(self._unit(), self.argnums, self.forward_ns, backward_ns, (*self.nodes, *shifted),
                          self.kept, complete)

    def _unit(self) -> str:
        return self.found.printed.digests[str(self.found.key)]


def units_of(found: Compiled) -> list[Unit]:
    """One unit for each adjoint of a listing."""
    printed = found.printed
    made: list[Unit] = []
    for key, adjoint in found.adjoints.made.items():
        digest = printed.digests.get(str(key))
        if digest is not None:
            function = adjoint.forward
            made.append(Unit(digest, function.name, function.qualname, function.file, _signature(found, key),
                             function.digest, function.span.line, printed.listing.lines(digest), found.text))
    return made


def _signature(found: Compiled, key: Any) -> str:
    function = found.adjoints.primals[key.instance]
    names = (*(cell.name for cell in function.cells), *(param.var.name for param in function.params))
    return "(" + ", ".join(f"{name}: {function.types[name]}" for name in names) + f") -> {function.result}"


def active_recorder() -> Recorder | Plain:
    """The recorder that is active, or one that records nothing."""
    return _active


def _snapshot(root: Any) -> tuple[Node, ...]:
    from adls.runtime.clocks import _flat

    return tuple(_flat(root)) if root is not None else ()


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
