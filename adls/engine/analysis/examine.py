"""Examining a file: its functions, what of it is differentiated, what stands against that, and what hover shows.

An examination never raises. What it infers of a function is kept under the function's meaning: its text, and a digest
of the tokens of all that it reads. So an edit elsewhere, also above it, costs no inference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from adls.engine.analysis.calls import written_call
from adls.engine.analysis.findings import Finding, find_out
from adls.engine.analysis.model import (
    Analysis,
    ExampleInfo,
    Fact,
    FunctionInfo,
    Piece,
    Place,
    Problem,
    Read,
)
from adls.engine.analysis.moment import KEPT, Earlier, Moment
from adls.engine.analysis.outline import OutlinedFunction, outline
from adls.engine.analysis.packing import packed, packed_facts
from adls.engine.analysis.reads import Node
from adls.engine.analysis.scope import Scope, scope_of
from adls.engine.frontend.modules import Module
from adls.engine.frontend.texts import Texts
from adls.engine.source.chunks import Chunk
from adls.engine.source.examples import COMMAND_LINE, BadExample, Example, read_call
from adls.engine.source.text import Span

Reads: TypeAlias = tuple[Read, ...]
Facts: TypeAlias = Mapping[object, str]
"""What is known of the expressions of outlined functions, packed."""
Groups: TypeAlias = tuple[tuple[int, tuple[Fact, ...]], ...]
"""Facts about a function, for each time that it was typed, and where it began then."""

LATELY = 8
"""Of how many states of a text the findings of one call are kept."""
_PIECE = "piece"


@dataclass(eq=False)
class Examiner:
    """Examines files, and remembers what it found."""

    _kept: dict[str, dict[str, dict[Place, Finding]]] = field(default_factory=dict)
    _complaints: dict[str, str] = field(default_factory=dict)
    _earlier: dict[tuple[str, str], Earlier] = field(default_factory=dict)
    _packed: dict[Place, tuple[Groups, str]] = field(default_factory=dict)

    def examine(self, texts: Texts, path: str, also: Iterable[str] = (), measured: Iterable[Sequence[str]] = ()
                ) -> Analysis:
        """All that is known of a file. `also` names functions that are asked for by others; `measured` are calls that
        stand in no text: path, qualified name and call of each."""
        try:
            moment = Moment(texts, self._complaints, self._earlier, spread=True)
            return self._examined(moment, path, tuple(also), measured)
        except Exception:  # Whatever the text is, an answer is given.
            return Analysis(path, syntax_error=True)

    def _examined(self, moment: Moment, path: str, also: tuple[str, ...], measured: Iterable[Sequence[str]]
                  ) -> Analysis:
        module = moment.module(path)
        if module is None:
            return Analysis(path, syntax_error=True)
        calls = _calls(moment, measured)
        scope = scope_of(moment, module, calls)
        examples = tuple(_really(module, info) for _, info in moment.examples(module))
        findings = list(self._findings(moment, module, scope, calls))
        problems = dict.fromkeys(problem for place, found in findings for problem in _problems(moment, place, found))
        reads = {name: moment.reads.of_function(module, name) for name in dict.fromkeys((*scope.functions, *also))}
        pieces = _pieces(module, reads, self._facts(moment, module, findings))
        return Analysis(path, tuple(before for before, _ in pieces), tuple(piece for _, piece in pieces), examples,
                        scope.differentiated, scope.functions, tuple(problems),
                        tuple(sorted({read.path for found in reads.values() for read in found})),
                        moment.reads.contents(module).digests())

    def _findings(self, moment: Moment, module: Module, scope: Scope, measured: Mapping[Node, list[Example]]
                  ) -> Iterator[tuple[Place, Finding]]:
        """What is found in the functions of a file, for each call by which they are reached."""
        for start in scope.starts:
            home = moment.module(start.path)
            if home is None:
                continue
            written = [found.example for found, _ in moment.examples_as_written(home)
                       if found.function == start.name and found.example is not None]
            examples: list[Example | None] = [*written, *measured.get(start, ())]
            for example in examples or [_other_call(moment, home, start.name)]:
                meaning = moment.meaning(home, start.name, example)
                read, _, subject = meaning.partition("|")
                known = self._kept.get(subject, {}).get(read)
                if known is None:
                    known = self._remember(subject, read, find_out(moment, home, start.name, example))
                contents = moment.reads.contents(module)
                yield from ((place, finding) for place, finding in known.items()
                            if place.path == module.path and place.qualname in contents.functions)

    def _facts(self, moment: Moment, module: Module, findings: Iterable[tuple[Place, Finding]]) -> Facts:
        """What is known of expressions, function by function; of one that is as it was, what was packed then."""
        places: dict[Place, list[tuple[int, tuple[Fact, ...]]]] = {}
        for place, finding in findings:
            places.setdefault(place, []).extend((finding.first_line, group) for group in finding.facts)
        contents = moment.reads.contents(module).functions
        return {contents[place.qualname][-1].found: self._packed_once(place, groups)
                for place, groups in places.items() if groups}

    def _packed_once(self, place: Place, groups: list[tuple[int, tuple[Fact, ...]]]) -> str:
        known, text = self._packed.get(place, ((), ""))
        if not _are_same(known, groups):
            text = packed_facts(groups)
            if len(self._packed) >= KEPT:
                self._packed.clear()
            self._packed[place] = tuple(groups), text
        return text

    def _remember(self, subject: str, read: str, found: dict[Place, Finding]) -> dict[Place, Finding]:
        """Keep what was found of a call; of each call what it was lately, for edits that are undone."""
        if len(self._kept) >= KEPT:
            self._kept.clear()
        lately = self._kept.setdefault(subject, {})
        if len(lately) >= LATELY:
            del lately[next(iter(lately))]
        lately[read] = found
        return found


def _calls(moment: Moment, measured: Iterable[Sequence[str]]) -> dict[Node, list[Example]]:
    """Calls that stand in no text, by what they call."""
    found: dict[Node, list[Example]] = {}
    for path, function, call in measured:
        module = moment.module(path)
        node = moment.reads.function(module, function) if module is not None else None
        if node is not None:
            with suppress(BadExample):
                argnums, expression = read_call(call)
                found.setdefault(node, []).append(Example(function, expression, argnums, COMMAND_LINE, 0, 0))
    return found


def _pieces(module: Module, reads: Mapping[str, Reads], facts: Facts) -> list[tuple[int, Piece]]:
    """The statements that hold functions, each with the number of lines before it."""
    return [(before, _piece(chunk, functions, reads, facts)) for before, chunk in module.chunks.placed()
            if (functions := outline(chunk).functions)]


def _piece(chunk: Chunk, functions: Sequence[OutlinedFunction], reads: Mapping[str, Reads], facts: Facts) -> Piece:
    """A statement's piece, which the chunk keeps until something else is known of it."""
    known = tuple((reads.get(each.qualname), facts.get(each)) for each in functions)
    noted: Any = chunk.notes.get(_PIECE)
    if noted is None or noted[0] != known:
        infos = [_function_info(each, read) for each, (read, _) in zip(functions, known, strict=True)]
        placed = [(each.first_line, text) for each, (_, text) in zip(functions, known, strict=True) if text is not None]
        noted = chunk.notes[_PIECE] = known, packed(infos, placed)
    piece: Piece = noted[1]
    return piece


def _function_info(found: OutlinedFunction, reads: Reads | None) -> FunctionInfo:
    """A function by its chunk's lines; where its tokens are is asked for where its reads are."""
    counts = Counter(found.token_lines if reads is not None else ())
    tokens = tuple(counts[line] for line in range(found.first_line, max(counts, default=0) + 1))
    return FunctionInfo(found.qualname, found.first_line, found.node.lineno, found.end_line, found.digest, tokens,
                        reads or ())


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


def _are_same(known: Groups, groups: list[tuple[int, tuple[Fact, ...]]]) -> bool:
    return len(known) == len(groups) and all(
        first == other and facts is same for (first, facts), (other, same) in zip(known, groups, strict=True))
