"""Examining a file: its functions, what of it is differentiated, what stands against that, and what hover shows.

An examination never raises. What it infers of a function is kept under the function's meaning: its text, and a digest
of the tokens of all that it reads. So an edit elsewhere, also above it, costs no inference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from adls.engine.analysis.calls import written_call
from adls.engine.analysis.findings import Finding, find_out
from adls.engine.analysis.model import (
    Analysis,
    ExampleInfo,
    Fact,
    FunctionInfo,
    PackedFacts,
    Place,
    Problem,
    Read,
)
from adls.engine.analysis.moment import KEPT, Earlier, Moment
from adls.engine.analysis.outline import OutlinedFunction, outline
from adls.engine.analysis.packing import NONE, pack, placed
from adls.engine.analysis.scope import Scope, scope_of
from adls.engine.frontend.modules import Module
from adls.engine.frontend.texts import Texts
from adls.engine.source.examples import Example
from adls.engine.source.text import Span

Groups: TypeAlias = tuple[tuple[int, tuple[Fact, ...]], ...]
"""Facts about a function, for each time that it was typed, and where it began then."""

LATELY = 8
"""Of how many states of a text the findings of one call are kept."""


@dataclass(eq=False)
class Examiner:
    """Examines files, and remembers what it found."""

    _kept: dict[str, dict[str, dict[Place, Finding]]] = field(default_factory=dict)
    _complaints: dict[str, str] = field(default_factory=dict)
    _earlier: dict[tuple[str, str], Earlier] = field(default_factory=dict)
    _packed: dict[Place, tuple[Groups, PackedFacts]] = field(default_factory=dict)

    def examine(self, texts: Texts, path: str, also: Iterable[str] = ()) -> Analysis:
        """All that is known of a file. `also` names functions that are in scope for other reasons."""
        try:
            return self._examined(Moment(texts, self._complaints, self._earlier, spread=True), path, tuple(also))
        except Exception:  # Whatever the text is, an answer is given.
            return Analysis(path, syntax_error=True)

    def _examined(self, moment: Moment, path: str, also: tuple[str, ...]) -> Analysis:
        module = moment.module(path)
        if module is None:
            return Analysis(path, syntax_error=True)
        scope = scope_of(moment, module)
        wanted = {*scope.functions, *also}
        examples = tuple(_really(module, info) for _, info in moment.examples(module))
        findings = list(self._findings(moment, module, scope))
        functions = tuple(function_info(moment, module, before, found, full=found.qualname in wanted)
                          for before, chunk in module.chunks.placed() for found in outline(chunk).functions)
        problems = dict.fromkeys(problem for place, found in findings for problem in _problems(moment, place, found))
        return Analysis(path, functions, examples, scope.differentiated, scope.functions, tuple(problems),
                        tuple(sorted(self._facts(moment, findings), key=lambda each: each.first)),
                        moment.reads.contents(module).digests())

    def _findings(self, moment: Moment, module: Module, scope: Scope) -> Iterator[tuple[Place, Finding]]:
        """What is found in the functions of a file, for each call by which they are reached."""
        for start in scope.starts:
            home = moment.module(start.path)
            if home is None:
                continue
            calls = [found for found, _ in moment.examples_as_written(home)
                     if found.function == start.name and found.example is not None]
            examples: list[Example | None] = [call.example for call in calls]
            for example in examples or [_other_call(moment, home, start.name)]:
                meaning = moment.meaning(home, start.name, example)
                read, _, subject = meaning.partition("|")
                known = self._kept.get(subject, {}).get(read)
                if known is None:
                    known = self._remember(subject, read, find_out(moment, home, start.name, example))
                contents = moment.reads.contents(module)
                yield from ((place, finding) for place, finding in known.items()
                            if place.path == module.path and place.qualname in contents.functions)

    def _facts(self, moment: Moment, findings: Iterable[tuple[Place, Finding]]) -> Iterator[PackedFacts]:
        """What is known of expressions, function by function; of one that is as it was, what was packed then."""
        places: dict[Place, list[tuple[int, tuple[Fact, ...]]]] = {}
        for place, finding in findings:
            places.setdefault(place, []).extend((finding.first_line, group) for group in finding.facts)
        for place, groups in places.items():
            known, packed = self._packed.get(place, ((), NONE))
            if not _are_same(known, groups):
                packed = pack(groups)
                if len(self._packed) >= KEPT:
                    self._packed.clear()
                self._packed[place] = tuple(groups), packed
            yield placed(packed, _first_line(moment, place))

    def _remember(self, subject: str, read: str, found: dict[Place, Finding]) -> dict[Place, Finding]:
        """Keep what was found of a call; of each call what it was lately, for edits that are undone."""
        if len(self._kept) >= KEPT:
            self._kept.clear()
        lately = self._kept.setdefault(subject, {})
        if len(lately) >= LATELY:
            del lately[next(iter(lately))]
        lately[read] = found
        return found


def function_info(moment: Moment, module: Module, before: int, found: OutlinedFunction, *, full: bool) -> FunctionInfo:
    """A function as data; `full` with its tokens' lines and what it reads, which of a large file is most of all."""
    lines = tuple(before + line for line in found.token_lines) if full else ()
    reads = tuple(_read(moment, each) for each in moment.reads.of_function(module, found.qualname)) if full else ()
    return FunctionInfo(found.qualname, moved(found.name, before), before + found.first_line,
                        before + found.node.lineno, before + found.end_line, found.params, found.digest, lines, reads)


def moved(span: Span, lines: int) -> Span:
    """A span so many lines further down."""
    return Span(span.line + lines, span.column, span.end_line + lines, span.end_column)


def _other_call(moment: Moment, home: Module, qualname: str) -> Example | None:
    """A call that types may come from where there is no example call."""
    found = written_call(moment, home, qualname)
    return Example(qualname, found.expression, 0, found.path, found.line, 0) if found is not None else None


def _problems(moment: Moment, place: Place, found: Finding) -> Iterator[Problem]:
    """What stands against a function, at the lines where it is now."""
    lines = _first_line(moment, place) - found.first_line
    return (replace(each, span=moved(each.span, lines)) for each in found.problems)


def _first_line(moment: Moment, place: Place) -> int:
    module = moment.module(place.path)
    return module.actual(moment.reads.contents(module).first_line(place.qualname)) if module is not None else 0


def _really(module: Module, info: ExampleInfo) -> ExampleInfo:
    """An example call at the line where it is."""
    return replace(info, span=moved(info.span, module.actual(info.span.line) - info.span.line))


def _read(moment: Moment, read: Read) -> Read:
    """What is read, at the line where it is."""
    module = moment.module(read.path)
    return replace(read, line=module.actual(read.line)) if module is not None else read


def _are_same(known: Groups, groups: list[tuple[int, tuple[Fact, ...]]]) -> bool:
    return len(known) == len(groups) and all(
        first == other and facts is same for (first, facts), (other, same) in zip(known, groups, strict=True))
