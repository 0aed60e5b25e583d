"""A run and its texts: what has to be kept to say of each figure where it belongs now, and how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from adls.engine.analysis.packing import function_at, functions_named, named
from adls.engine.source.examples import COMMAND_LINE
from adls.render.hint import hint
from adls.render.hover import about, line_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from adls.engine.analysis.model import Analysis, FunctionInfo, Problem
    from adls.profile.model import Gradient, Line, Profile
    from adls.profile.recording import Recording, Unit


def outermost(qualname: str) -> str:
    """The function that a nested one or a lambda stands in."""
    return qualname.partition(".<locals>")[0]


@dataclass(frozen=True)
class Examined:
    """A text and what was found in it."""

    lines: list[str]
    analysis: Analysis

    @cached_property
    def _pieces(self) -> dict[str, list[int]]:
        return named(self.analysis)

    @cached_property
    def _named(self) -> dict[str, tuple[FunctionInfo, ...]]:
        return {}

    def functions(self, qualname: str) -> tuple[FunctionInfo, ...]:
        """The functions of a qualified name; one that is defined again has several."""
        if qualname not in self._named:
            pieces = self._pieces.get(qualname, ())
            self._named[qualname] = tuple(functions_named(self.analysis, qualname, pieces))
        return self._named[qualname]

    def enclosing(self, line: int) -> FunctionInfo | None:
        """The innermost function that a line belongs to."""
        return function_at(self.analysis, line)

    @cached_property
    def _noted(self) -> dict[object, tuple[Examined, dict[int, int]]]:
        return {}

    def noted(self, other: Examined, key: object, find: Callable[[], dict[int, int]]) -> dict[int, int]:
        """Something about this text and another, worked out once: it is asked for each line."""
        known = self._noted.get(key)
        if known is None or known[0] is not other:
            known = self._noted[key] = other, find()
        return known[1]

    def digests(self, name: str) -> set[str]:
        """The digests of what a module-level name is bound to."""
        found = {function.digest for function in self.functions(name)}
        statement = self.analysis.statements.get(name)
        return found | {statement} if statement is not None else found


@dataclass(frozen=True)
class Ran:
    """One run of an example call. `file` and `function` say of what; `texts` are those that ran, by path. `call` is one
    that was given from outside."""

    file: str
    function: str
    recording: Recording
    profile: Profile
    texts: dict[str, Examined]
    call: str = ""

    @cached_property
    def beneath(self) -> dict[str, frozenset[str]]:
        """For each unit all units that ran beneath it, and itself, by their keys."""
        found: dict[str, set[str]] = {unit.key: {unit.key} for unit in self.profile.units}
        for gradient in self.profile.gradients:
            for path in gradient.paths:
                above = path.parent
                while above >= 0:
                    found[gradient.paths[above].unit].add(path.unit)
                    above = gradient.paths[above].parent
        return {key: frozenset(units) for key, units in found.items()}

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The units by key."""
        return {unit.key: unit for unit in self.profile.units}

    @cached_property
    def _infos(self) -> dict[str, FunctionInfo | None]:
        return {
            unit.key: self.texts[unit.file].enclosing(unit.first_line)
            for unit in self.profile.units
            if unit.file in self.texts
        }

    def info(self, unit: Unit) -> FunctionInfo | None:
        """The function of the text that ran that a unit is, or lies in."""
        return self._infos.get(unit.key)

    def is_of_the_call(self, unit: Unit) -> bool:
        """Whether a unit is a lambda that stands in the example call itself."""
        text = self.texts.get(unit.file)
        written = text is not None and any(each.span.line == unit.first_line for each in text.analysis.examples)
        return written or unit.file == COMMAND_LINE

    @cached_property
    def _said(self) -> dict[tuple[int, str], tuple[str, str]]:
        return {}

    def said(self, gradient: Gradient, line: Line, stale: str) -> tuple[str, str]:
        """A line's hint, its table and what its figures are of, written once: a viewport has a hundred of them."""
        key = id(line), stale
        if key not in self._said:
            more = f"{line_table(gradient, line)}\n\n{about(gradient, line, stale)}"
            self._said[key] = hint(line.inclusive, stale=bool(stale)), more
        return self._said[key]

    def functions_in(self, path: str) -> set[str]:
        """The functions of a file that have figures, by the names that its examination has."""
        return {outermost(unit.qualname) for unit in self.profile.units if unit.file == path}

    def gradients_of(self, path: str, qualname: str) -> list[Gradient]:
        """The gradients of a function."""
        return [
            gradient
            for gradient in self.profile.gradients
            if gradient.file == path and self.units[gradient.unit].qualname == qualname
        ]


@dataclass(frozen=True)
class Refusal:
    """What a run of a function found that cannot be differentiated, in the text that ran."""

    file: str
    function: str
    path: str
    text: Examined
    problem: Problem
