"""A workspace at one moment: its modules, what reads what, and functions differentiated for types that are inferred."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from adls.engine.analysis.arguments import Arguments, BadCall, from_annotations, from_call, parse_call
from adls.engine.analysis.earlier import Typed, Unchanged, typed
from adls.engine.analysis.model import ExampleInfo, Fact, Place, Problem
from adls.engine.analysis.outline import OutlinedExample, names_in, outline
from adls.engine.analysis.reads import Reads
from adls.engine.analysis.values import Values
from adls.engine.compile import Adjoints, Origin
from adls.engine.frontend.modules import Defined, Module, Project
from adls.engine.frontend.scopes import FunctionNode
from adls.engine.frontend.static import StaticResolver
from adls.engine.frontend.texts import Texts
from adls.engine.ir.ops import Function
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.infer import Program
from adls.engine.source.chunks import split
from adls.engine.source.diagnostics import Diagnostic
from adls.engine.source.examples import Argnums, Example
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import Span

KEPT = 500
"""Findings that are kept for later moments."""
Lowered: TypeAlias = tuple[Function | None, tuple[Diagnostic, ...], StaticResolver]
"""A function's IR, what stands against it, and the names that it reads."""
FactsByPlace: TypeAlias = Mapping[Place, tuple[Fact, ...]]
"""The facts about a typed function, by the function of the text that they stand in."""


@dataclass(eq=False)
class Facts:
    """Facts about typed functions by their keys: those `before` an edit, which hold for the same functions."""

    before: Mapping[str, tuple[Function, FactsByPlace]]
    found: dict[str, tuple[Function, FactsByPlace]] = field(default_factory=dict)

    def of(self, key: str, function: Function, find: Callable[[], FactsByPlace]) -> FactsByPlace:
        """The facts about a function, which are looked for where it is another than it was."""
        known = self.before.get(key)
        self.found[key] = known if known is not None and known[0] is function else (function, find())
        return self.found[key][1]


@dataclass(frozen=True, eq=False)
class Differentiated:
    """A function's adjoint for inferred types, or what stands against it."""

    defined: Defined
    arguments: Arguments
    names: StaticResolver
    program: Program
    adjoints: Adjoints
    key: AdjointKey
    diagnostics: tuple[Diagnostic, ...]
    facts: Facts


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """What was made of a function last, for what an edit leaves as it is."""

    typed: Typed
    adjoints: Adjoints
    facts: Facts


@dataclass(eq=False)
class Moment:
    """What is known of a workspace as it is now; nothing in it changes.

    `complaints` remembers over several moments what is wrong with example calls, by what these mean; `earlier` what
    was made of functions last. With `spread` lines keep their numbers over edits (`source/spread.py`).
    """

    texts: Texts
    complaints: dict[str, str] = field(default_factory=dict)
    earlier: dict[tuple[str, str], Earlier] | None = None
    spread: bool = False
    values: Values = field(default_factory=Values)
    _lowered: dict[tuple[str, FunctionNode], Lowered] = field(default_factory=dict)
    _examples: dict[str, list[tuple[OutlinedExample, int]]] = field(default_factory=dict)
    _arguments: dict[object, Arguments | BadCall | None] = field(default_factory=dict)

    @cached_property
    def project(self) -> Project:
        return Project(self.texts, self.values.constant, spread=self.spread)

    @cached_property
    def reads(self) -> Reads:
        return Reads(self.project)

    def module(self, path: str) -> Module | None:
        """A file's module; None where it cannot be read as Python."""
        return self.project.module(path)

    def lowered(self, defined: Defined) -> Lowered:
        """A function's IR, what stands against it, and the names that it reads."""
        key = defined.module.path, defined.node
        if key not in self._lowered:
            resolver = StaticResolver(defined.module)
            target = resolver.target(defined)
            self._lowered[key] = *resolver.lowered(target), resolver.for_target(target)
        return self._lowered[key]

    def differentiated(self, defined: Defined, arguments: Arguments) -> Differentiated | None:
        """The adjoint of a function for types of its parameters; None where it has no IR."""
        function, _, names = self.lowered(defined)
        if function is None or function.cells:
            return None
        place = defined.module.path, defined.qualname
        before = self.earlier.get(place) if self.earlier is not None else None
        unchanged = Unchanged(before.typed, names, self.reads) if before is not None else None
        program = Program(names, earlier=unchanged)
        instance = program.entry(function, (), arguments.types, names.target(defined))
        key = AdjointKey(instance, arguments.active)
        adjoints = Adjoints(program.instances, self.origin, earlier=before.adjoints if before is not None else None)
        adjoints.adjoint(key)
        facts = Facts(before.facts.found if before is not None else {})
        if self.earlier is not None:
            if len(self.earlier) >= KEPT:
                self.earlier.clear()
            self.earlier[place] = Earlier(typed(program, names, self.reads), adjoints, facts)
        diagnostics = (*program.diagnostics, *adjoints.diagnostics)
        return Differentiated(defined, arguments, names, program, adjoints, key, diagnostics, facts)

    def arguments(self, defined: Defined, expression: str = "", argnums: Argnums = 0) -> Arguments | None:
        """The types that a function is called with: by a call, or by annotations where that is none.

        None where it has no IR. Raises BadCall.
        """
        key = defined.module.path, defined.qualname, expression, argnums
        if key not in self._arguments:
            try:
                self._arguments[key] = self._read_arguments(defined, expression, argnums)
            except BadCall as error:
                self._arguments[key] = error
        found = self._arguments[key]
        if isinstance(found, BadCall):
            raise found
        return found

    def _read_arguments(self, defined: Defined, expression: str, argnums: Argnums) -> Arguments | None:
        function, _, _ = self.lowered(defined)
        if function is None:
            return None
        if not expression:
            return from_annotations(function, defined)
        call = parse_call(expression, defined.qualname)
        return from_call(function, defined, call, argnums, self.values)

    def origin(self, function: Function) -> Origin:
        """The text and the module that a function comes from."""
        module = self.project.module(function.file)
        assert module is not None
        return Origin(module.source, module.place.module)

    def examples_as_written(self, module: Module) -> list[tuple[OutlinedExample, int]]:
        """The example calls of a module, each with the number of lines before its chunk."""
        if module.path not in self._examples:
            self._examples[module.path] = [(each, before) for before, chunk in module.placed()
                                           for each in outline(chunk).examples]
        return self._examples[module.path]

    def examples(self, module: Module) -> list[tuple[OutlinedExample, ExampleInfo]]:
        """The same, with what is wrong with them."""
        return [(found, self._example(module, found, before)) for found, before in self.examples_as_written(module)]

    def _example(self, module: Module, found: OutlinedExample, before: int) -> ExampleInfo:
        line = before + found.line
        if found.example is None:
            length = len(module.source.line(line).encode(errors="replace"))
            return ExampleInfo(found.function, "", Span(line, 0, line, length), found.problem)
        example = found.example
        end = example.column + len(example.expression.encode(errors="replace"))
        span = Span(line, example.column, line, end)
        digest = f"{digest_of_expression(example.expression)}:{example.argnums}"
        return ExampleInfo(found.function, example.expression, span, self._complaint(module, found), digest)

    def meaning(self, module: Module, function: str, example: Example | None) -> str:
        """What is inferred from a call of a function depends on."""
        expression, argnums = (example.expression, example.argnums) if example is not None else ("", 0)
        start = self.reads.function(module, function)
        used = self.reads.named(module, names_in(expression))
        read = self.reads.meaning([*([start] if start is not None else []), *used])
        rules = ",".join(sorted(map(repr, StaticResolver(module).ruled())))
        return f"{read}|{rules}|{module.path}|{function}|{expression}|{argnums}"

    def _complaint(self, module: Module, found: OutlinedExample) -> str:
        """What is wrong with an example call: "" in the usual case."""
        key = self.meaning(module, found.function, found.example)
        if key not in self.complaints:
            if len(self.complaints) > KEPT:
                self.complaints.clear()
            self.complaints[key] = self._complain(module, found)
        return self.complaints[key]

    def _complain(self, module: Module, found: OutlinedExample) -> str:
        assert found.example is not None
        try:
            parse_call(found.example.expression, found.function)
            defined = StaticResolver(module).find(found.function)
            if defined is not None:
                self.arguments(defined, found.example.expression, found.example.argnums)
        except BadCall as error:
            return f"the example call {error}"
        except Exception:  # It is no reason to complain that something is not understood here.
            return ""
        return ""


def digest_of_expression(expression: str) -> str:
    """The same for the same tokens."""
    try:
        return "".join(chunk.digest for chunk in split(f"({expression}\n)\n").chunks)
    except Exception:  # What cannot be read is known by its text.
        return expression


def problems_of(diagnostics: Iterable[Diagnostic]) -> tuple[Problem, ...]:
    """Diagnostics as data, each once."""
    found = (Problem(each.kind.code, each.span, each.message, each.way_out, each.function) for each in diagnostics)
    return tuple(dict.fromkeys(found))
