"""Recording gradients: exact time by line from clocks in the generated code, and bytes kept between the passes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from adls.engine.backend.clocks import with_clocks
from adls.engine.backend.parts import Parts
from adls.engine.ir.ops import Function
from adls.engine.ir.printer import show
from adls.engine.passes.adjoint.interface import GENERATED
from adls.profile.recording import Evaluation, Kept, Unit
from adls.runtime.active import Onlooker, Passes, activate
from adls.runtime.alike import Alike, alike_to
from adls.runtime.clocks import Clocks, Figures, Tree
from adls.runtime.compiler import Compiled, load_module
from adls.runtime.kept import kept_by
from adls.runtime.outline import Key, NoOutline, outline

Clock = Callable[[], float]


class Recorder:
    """While active, every gradient that is taken in this process is recorded. `clock` gives seconds.

    What has been recorded can be read at any time, also after an interrupt: an evaluation that was left by an
    exception is there, marked incomplete.
    """

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self.clock = clock
        self.clocks = _clocks(clock)
        self._measured: list[Measured] = []
        self._running: dict[int, RecordedEvaluation] = {}
        self._profiled: dict[int, Profiled] = {}
        self._before: Onlooker | None = None

    def __enter__(self) -> Recorder:
        self._before = activate(self)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._before is not None:
            activate(self._before)
            self._before = None
        self._measured += self._unfinished()
        self._running.clear()

    def evaluations(self) -> tuple[Evaluation, ...]:
        """All gradient evaluations so far, in order."""
        return tuple(measured.evaluation() for measured in (*self._measured, *self._unfinished()))

    def _unfinished(self) -> list[Measured]:
        return [e for e in (running.unfinished() for running in [*self._running.values()]) if e is not None]

    def units(self) -> tuple[Unit, ...]:
        """The differentiated functions that took part."""
        units = (unit for each in [*self._profiled.values()] for unit in units_of(each.found))
        return tuple({unit.key: unit for unit in units}.values())

    def evaluation(self, found: Compiled, argnums: tuple[int, ...]) -> Passes:
        """An evaluation that is about to begin."""
        profiled = self._profiled.get(id(found)) or self.profiled(found)
        evaluation = RecordedEvaluation(self, profiled, argnums)
        self._running[id(evaluation)] = evaluation
        return evaluation

    def finished(self, evaluation: RecordedEvaluation, result: Measured) -> None:
        """Note a finished evaluation. What ends after the recording has been noted already, as unfinished."""
        self._running.pop(id(evaluation), None)
        if self._before is not None:
            self._measured.append(result)

    def nested(self, found: Compiled) -> dict[str, Any]:
        """The module of a callee that was found at run time, within an evaluation that is recorded."""
        return self.profiled(found).module

    def profiled(self, found: Compiled) -> Profiled:
        """The module of a listing with clocks in it."""
        key = id(found), id(self.clocks)
        if key not in _PROFILED:
            listing = found.printed.listing
            module = load_module(found.adjoints, found.printed, self.clocks.bindings(listing), with_clocks(listing))
            _PROFILED[key] = Profiled(found, module, module[found.printed.forward], module[found.printed.backward])
        self._profiled[id(found)] = _PROFILED[key]
        return _PROFILED[key]


@dataclass(eq=False, slots=True)
class Profiled:
    """An adjoint with clocks, and the trees that no pass of it is using."""

    found: Compiled
    module: dict[str, Any]
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    forward_trees: list[Tree] = field(default_factory=list)
    backward_trees: list[Tree] = field(default_factory=list)
    kept_before: dict[Hashable, tuple[Kept, ...]] = field(default_factory=dict)
    alive: list[object] = field(default_factory=list)  # whose identities are in the keys of `kept_before`
    tokens: int = 0
    usual: list[tuple[Tree, tuple[int, ...], Alike, tuple[Kept, ...]]] = field(default_factory=list)
    met: Counter[Hashable] = field(default_factory=Counter)  # keys of `kept_before` that may become usual

    def kept(self, residuals: Any, borrowed: Sequence[Any], figures: Figures) -> tuple[Kept, ...]:
        """What an evaluation keeps: walked once for all that keep the same in the same way."""
        for tree, hits, alike, usual in self.usual:
            if hits == figures.hits and tree is figures.tree and alike(residuals, borrowed):
                return usual
        try:
            tokens, alive = outline(borrowed, residuals)
        except NoOutline:
            return kept_by(self.found, residuals, borrowed, figures.nodes())
        key = (figures.tree, figures.hits, tokens)
        rows = self.kept_before.get(key)
        if rows is None:
            rows = kept_by(self.found, residuals, borrowed, figures.nodes())
            self._note(key, rows, alive)
        elif len(self.usual) < _MOST_USUAL:
            self.met[key] += 1
            if self.met[key] == _ENOUGH:  # It takes a while to make a test.
                test = alike_to(residuals, borrowed)
                self.usual += [] if test is None else [(figures.tree, figures.hits, test, rows)]
        return rows

    def _note(self, key: tuple[Tree, tuple[int, ...], Key], rows: tuple[Kept, ...], alive: list[object]) -> None:
        if self.tokens > _MOST_TOKENS:
            self.kept_before.clear()
            self.met.clear()
            self.alive.clear()
            self.tokens = 0
        self.kept_before[key] = rows
        self.alive += alive
        self.tokens += len(key[1]) + len(key[2])


@dataclass(slots=True)
class Measured:
    """An evaluation as it was measured; figures become nodes when it is read."""

    found: Compiled
    argnums: tuple[int, ...]
    forward_seconds: float
    backward_seconds: float
    forward: Figures
    backward: Figures | None
    kept: tuple[Kept, ...]
    complete: bool

    def evaluation(self) -> Evaluation:
        """The evaluation as plain data."""
        unit = self.found.printed.digests[str(self.found.key)]
        first = self.forward.nodes()
        second = self.backward.nodes() if self.backward is not None else ()
        shifted = tuple(replace(n, parent=n.parent + len(first)) if n.parent >= 0 else n for n in second)
        spent = round(self.forward_seconds * 1e9), round(self.backward_seconds * 1e9)
        return Evaluation(unit, self.argnums, *spent, (*first, *shifted), self.kept, self.complete)


class RecordedEvaluation:
    """One gradient evaluation under the clocks. Its backward pass may be run again: each run is an evaluation."""

    __slots__ = ("argnums", "began", "forward_figures", "forward_seconds", "kept", "profiled", "recorder", "running")

    def __init__(self, recorder: Recorder, profiled: Profiled, argnums: tuple[int, ...]) -> None:
        self.recorder = recorder
        self.profiled = profiled
        self.argnums = argnums
        self.forward_figures: Figures | None = None
        self.running: Tree | None = None
        self.kept: tuple[Kept, ...] = ()
        self.forward_seconds = 0.0

    def forward(self, *values: Any) -> Any:
        function, trees = self.profiled.forward, self.profiled.forward_trees
        tree = self._start(trees)
        try:
            value, residuals = function(*values)
            self.forward_seconds = self.recorder.clock() - self.began
            self._end(tree)
        except BaseException:
            self._left(tree)
            raise
        self.forward_figures = figures = tree.finish()
        trees.append(tree)
        self.kept = self.profiled.kept(residuals, (*values, value), figures)
        return value, residuals

    def backward(self, residuals: Any, seed: Any, *shadows: Any) -> Any:
        function, trees = self.profiled.backward, self.profiled.backward_trees
        box = [residuals]
        del residuals  # The one-shot form frees each residual after its last read: no frame of ours may hold them.
        call = _passing_on(len(shadows))
        tree = self._start(trees)
        try:
            returned = call(function, box, seed, *shadows)
            spent = self.recorder.clock() - self.began
            self._end(tree)
        except BaseException:
            self._left(tree)
            raise
        self.recorder.finished(self, self._result(spent, tree.finish(), True))
        trees.append(tree)
        return returned

    def _start(self, trees: list[Tree]) -> Tree:
        recorder = self.recorder
        self.running = tree = recorder.clocks.start(trees.pop() if trees else None)
        self.began = recorder.clock()
        return tree

    def _end(self, tree: Tree) -> None:
        self.recorder.clocks.end(tree)
        self.running = None

    def _left(self, tree: Tree) -> None:
        """Keep what was measured of a pass that raised."""
        self.recorder.finished(self, self._so_far())
        self._end(tree)

    def unfinished(self) -> Measured | None:
        """What has been measured of an evaluation that has not run to its end; None before it begins."""
        return self._so_far() if self.running is not None or self.forward_figures is not None else None

    def _so_far(self) -> Measured:
        running = self.running
        figures = None if running is None else running.figures()
        spent = 0.0 if running is None else self.recorder.clock() - self.began
        if self.forward_figures is None:
            assert figures is not None
            return Measured(self.profiled.found, self.argnums, spent, 0.0, figures, None, (), False)
        return self._result(spent, figures, False)

    def _result(self, spent: float, figures: Figures | None, complete: bool) -> Measured:
        assert self.forward_figures is not None
        return Measured(self.profiled.found, self.argnums, self.forward_seconds, spent, self.forward_figures, figures,
                        self.kept, complete)


@cache
def _passing_on(shadows: int) -> Callable[..., Any]:
    """A function that calls a backward function without a star, which would hold all that it passes to the end."""
    names = ", ".join(["seed", *(f"s{n}" for n in range(shadows))])
    call: Callable[..., Any] = eval(f"lambda function, box, {names}: function(box.pop(), {names})")
    return call


def units_of(found: Compiled) -> list[Unit]:
    """One unit for each adjoint of a listing, and for each function that it calls undifferentiated.

    Each shows the part of the listing that it needs: the whole for the adjoint that all others serve.
    """
    names, primals, parts = found.printed.names, found.adjoints.primals, Parts(found.text)
    units = [_unit(found, found.printed.digests[str(key)], adjoint.forward, primals[key.instance],
                   parts.of(names[str(key)]), found.ir_of(key))
             for key, adjoint in found.adjoints.beneath(found.key)]
    instances = {own: instance for instance, (own, _) in names.items() if instance in primals}
    for entry in found.printed.listing.entries:
        if entry.role == "primal":
            function = primals[instances[entry.name]]
            ir = f"# {function.role}\n{show(function)}\n"
            units.append(_unit(found, entry.key, function, function, parts.of([entry.name]), ir))
    return units


def _unit(found: Compiled, digest: str, ran: Function, typed: Function, text: str, ir: str) -> Unit:
    return Unit(digest, ran.name, _shown_name(ran.qualname), ran.file, _signature(typed), ran.digest, ran.span.line,
                found.printed.listing.lines(digest), text, ir)


def _shown_name(qualname: str) -> str:
    """A function's name for readers: one that is differentiated again is `grad(f)`."""
    if not qualname.startswith(GENERATED):
        return qualname
    kind, _, target = qualname.removeprefix(GENERATED).partition(":")
    return f"{kind}({_shown_name(target.partition('¦')[0])})".replace(":", ".")


def _signature(function: Function) -> str:
    names = (*(cell.name for cell in function.cells), *(param.var.name for param in function.params))
    return "(" + ", ".join(f"{name}: {function.types[name]}" for name in names) + f") -> {function.result}"


def _clocks(clock: Clock) -> Clocks:
    """One Clocks for each clock, so that profiled code is made once."""
    if clock not in _BY_CLOCK:
        _BY_CLOCK[clock] = Clocks(clock)
    return _BY_CLOCK[clock]


_ENOUGH, _MOST_USUAL = 4, 4
_MOST_TOKENS = 1_000_000  # of the keys of what was kept before: some tens of megabytes
_BY_CLOCK: dict[Clock, Clocks] = {}
_PROFILED: dict[tuple[int, int], Profiled] = {}
