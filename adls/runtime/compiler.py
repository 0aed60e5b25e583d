"""Compiling a call: live function and types of arguments -> the generated functions that run. Cached by identity."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import FunctionType
from typing import Any

import numpy as np

from adls.engine.backend.load import load
from adls.engine.compile import Adjoints, Origin, Printed, print_adjoint
from adls.engine.frontend.library import library_key
from adls.engine.frontend.live import ABSENT, LiveResolver, cell_values, forget_lowered, live, target_of
from adls.engine.frontend.locate import locate
from adls.engine.ir.entities import RULED, Value
from adls.engine.ir.ops import Function
from adls.engine.ir.printer import show
from adls.engine.ir.types import Array, Type, may_vary
from adls.engine.ir.types import Callable as CallableType
from adls.engine.passes.adjoint.differentiate import Adjoint
from adls.engine.passes.adjoint.interface import RESULT_POSITION, AdjointKey
from adls.engine.passes.adjoint.sharing import DEPTH, container_levels
from adls.engine.passes.alias import Memory
from adls.engine.passes.globals import Mutation, mutated_globals, written_containers
from adls.engine.passes.infer import Program
from adls.engine.passes.pipeline import Watch, unwatched, verified, verifies
from adls.engine.passes.putting_off import put_off
from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.engine.source.text import NOWHERE, Span
from adls.runtime.inner import register_inner
from adls.runtime.modules import note_globals
from adls.runtime.rules import has_rule
from adls.runtime.typeof import key_of, typeof


class Resolver(LiveResolver):
    """Live names; a function with a user's own rule is known at run time only, so that the rule is looked up there."""

    def entity(self, value: object, path: str = "") -> Any:
        if has_rule(value):
            named = library_key(value)  # A module's functions have a path; Python's own have only their name.
            return Value(CallableType(), RULED + named if named.startswith("builtins.") else "")
        return super().entity(value, path)

    def function(self, target: str) -> Function:
        made = super().function(target)
        self._note_origin(made, target)
        return made

    def source(self, name: str) -> str | None:
        from adls.runtime import (
            array_sources,
            collection_sources,
            equation_sources,
            iterators,
            numeric_sources,
            sources,
            standard_sources,
        )

        modules = (sources, array_sources, collection_sources, standard_sources, numeric_sources, equation_sources,
                   iterators)
        found = next((getattr(each, name) for each in modules if hasattr(each, name)), None)
        return None if found is None else target_of(found)

    def for_function(self, function: FunctionType) -> Resolver:
        return Resolver(function, self._shared.typeof, self._shared)

    def afresh(self, function: FunctionType) -> Resolver:
        return Resolver(function, self._shared.typeof)

    def _note_origin(self, made: Function, target: str) -> None:
        function = live(target)
        located = locate(function.__code__, function.__globals__)
        if not isinstance(located, Diagnostic):
            _ORIGINS[made.file] = Origin(located.source, function.__module__ or "")
            note_globals(function.__module__ or "", made.file, function.__globals__)


_ORIGINS: dict[str, Origin] = {}


def origin_of(function: Function) -> Origin:
    """The text and the module that a function comes from: those of the last function that was read from its file."""
    return _ORIGINS[function.file]


@dataclass
class Subject:
    """What is differentiated: a target that `resolver` knows, what it has captured, and its parameters' names."""

    identity: Hashable
    target: str
    resolver: LiveResolver
    cells: dict[str, object]
    origin: Callable[[Function], Origin]


def subject_of(function: FunctionType) -> Subject:
    """A user's function as a subject."""
    return Subject((function.__code__, id(function.__globals__)), target_of(function), Resolver(function, typeof),
                   cell_values(function), origin_of)


@dataclass
class Compiled:
    """A call's adjoint as running code. `forward` and `backward` are the functions that `text` shows."""

    key: AdjointKey
    adjoint: Adjoint
    adjoints: Adjoints
    printed: Printed
    module: dict[str, Any]
    dependencies: tuple[tuple[Any, str, object], ...]
    contents: tuple[tuple[object, Hashable], ...]
    """The lists and dicts among the globals that were read, with what their types follow from."""
    subject: Subject
    once: bool
    # By the general way, for each kind of answer: one that is asked for again is worth a plan.
    calls: dict[Hashable, int] = field(default_factory=dict)

    @cached_property
    def forward(self) -> Callable[..., Any]:
        function: Callable[..., Any] = self.module[self.printed.forward]
        return function

    @cached_property
    def backward(self) -> Callable[..., Any]:
        function: Callable[..., Any] = self.module[self.printed.backward]
        return function

    @cached_property
    def parameter_types(self) -> tuple[Type, ...]:
        """The types of what the function has captured and of its parameters."""
        primal = self.adjoints.primals[self.key.instance]
        return tuple(map(primal.type_of, (*primal.cells, *(param.var for param in primal.params))))

    @cached_property
    def writes_arguments(self) -> bool:
        """Whether memory is written that an argument, or what the function has captured, is or holds."""
        memory = self.adjoints.facts(self.key).memory
        return any(memory.is_written(inner) for name in memory.parameters for inner in memory.reached(name))

    @cached_property
    def varied(self) -> tuple[int, ...]:
        """The active positions whose values may carry a derivative."""
        facts = self.adjoints.facts(self.key)
        names = facts.memory.parameters
        return tuple(n for n in sorted(self.key.active) if may_vary(facts.function.types[names[n]]))

    @cached_property
    def may_overlap(self) -> bool:
        """Whether a parameter is written and there is another that may share its memory, or it holds what is written in
        several places."""
        facts = self.adjoints.facts(self.key)
        names = facts.memory.parameters
        several = len(names) > 1 or not all(isinstance(facts.function.types[name], Array) for name in names)
        return bool(self.adjoint.interface.shadows) and several and self.writes_arguments

    @cached_property
    def rebuilds_arguments(self) -> bool:
        """Whether a list, dict or instance among the arguments may hold other things after the call."""
        facts = self.adjoints.facts(self.key)
        return any(facts.memory.is_written(facts.memory.at(name, level)) for name in facts.memory.parameters
                   for level in container_levels(facts.function.types[name]))

    @cached_property
    def text(self) -> str:
        """The listing that runs, with the types of everything in it."""
        from adls.runtime.typed import typed_text

        return typed_text(self)

    @property
    def ir(self) -> str:
        """The typed IR: of each function its primal, forward and backward function."""
        return self.ir_of(self.key)

    def ir_of(self, key: AdjointKey) -> str:
        """The same of one of the adjoints, and of all that it calls."""
        functions = ((self.adjoints.primals[each.instance], adjoint.forward, adjoint.backward)
                     for each, adjoint in self.adjoints.beneath(key))
        return "\n\n".join(f"# {each.role}\n{show(each)}" for three in functions for each in three) + "\n"

    def holds(self) -> bool:
        """Whether every global that was read is still what it was."""
        return all(namespace.get(name, ABSENT) is value for namespace, name, value in self.dependencies) and all(
            key_of(value) == key for value, key in self.contents)


_CACHE: dict[Hashable, Compiled] = {}
PLANS: dict[Hashable, list[Callable[..., Any]]] = {}
"""Straight-line code for calls that were seen before, by function and what is asked of it (`runtime/plan.py`)."""


def forget() -> None:
    """Compile everything anew: a rule was registered."""
    _CACHE.clear()
    _EFFECTS.clear()
    forget_lowered()
    for plans in PLANS.values():
        plans.clear()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls a subject: the user, or (`inside`) a function that is being differentiated and may read what the
    subject writes into globals. With `changing` the caller may later write what it gives, or what it gets."""

    inside: bool = False
    changing: bool = False


USER = Caller()


def adjoint_of(subject: Subject, arguments: Sequence[object], active: frozenset[int], *, once: bool,
               caller: Caller = USER) -> Compiled:
    """The adjoint for a call of the subject; `active` counts cells first, then parameters.

    Raises DifferentiationError with all that cannot be differentiated.
    """
    values = (*subject.cells.values(), *arguments)
    key = (subject.identity, *map(key_of, values), active, once, caller)
    found = _CACHE.get(key)
    if found is None or not found.holds():
        found = _CACHE[key] = compile_call(subject, arguments, active, once=once, caller=caller)
    return found


def compile_call(subject: Subject, arguments: Sequence[object], active: frozenset[int], *, once: bool,
                 watch: Watch | None = None, caller: Caller = USER) -> Compiled:
    """Compile without looking in the cache. Raises DifferentiationError as `adjoint_of` does."""
    whole = (*subject.cells.values(), *arguments)
    special = next((type(whole[n]).__name__ for n in sorted(active) if _is_special(whole[n])), None)
    if special is not None and not caller.inside:
        raise _not_here(subject, f"a gradient with respect to a {special}", "its operations are not those of arrays",
                        "pass `np.asarray(...)` of it")
    collects = gc.isenabled()
    gc.disable()  # What is made here stays, so that collections would only walk over the user's whole program.
    try:
        return _compiled(subject, arguments, active, once, watch or (verified if verifies() else unwatched), caller)
    except RecursionError:  # Python's limit counts the frames of the user's program, too.
        raise _too_deep(subject) from None
    finally:
        if collects:
            gc.enable()


def _is_special(value: object) -> bool:
    """Whether a value is an array of numbers with a class of its own, such as a masked one."""
    return isinstance(value, np.ndarray) and type(value) not in (np.ndarray, np.memmap) and value.dtype.kind in "fc"


def _too_deep(subject: Subject) -> DifferentiationError:
    return _not_here(
        subject, f"`{subject.resolver.live_function.__code__.co_name}`",
        "an expression in it, or in what it calls, is nested too deeply for Python's recursion limit",
        "write it as several statements or a loop, or raise the limit with `sys.setrecursionlimit`")


def _not_here(subject: Subject, construct: str, reason: str, way_out: str) -> DifferentiationError:
    """What concerns a function as a whole."""
    code = subject.resolver.live_function.__code__
    span = Span(code.co_firstlineno, 0, code.co_firstlineno, 0)
    details = {"construct": construct, "reason": reason, "way_out": way_out}
    return DifferentiationError((Diagnostic(KINDS["unsupported-construct"], code.co_filename, span, code.co_qualname,
                                            tuple(details.items())),))


def _compiled(subject: Subject, arguments: Sequence[object], active: frozenset[int], once: bool,
              watch: Watch, caller: Caller) -> Compiled:
    program, key = typed_program(subject, arguments, active)
    if caller.changing:
        key = replace(key, volatile=frozenset(
            (n, level) for n in range(RESULT_POSITION, len(subject.cells) + len(arguments)) for level in range(DEPTH)))
    if watch is not unwatched:
        program.watched(watch)
    adjoints = Adjoints(program.instances, subject.origin, watch, inside=caller.inside)
    adjoint = adjoints.adjoint(key)
    _raise(adjoints.diagnostics)
    printed = print_adjoint(adjoints, key, once=once)
    dependencies = tuple((d.namespace, d.name, d.value) for d in subject.resolver.dependencies)
    contents = tuple((value, key_of(value)) for _, _, value in dependencies if type(value) in (list, dict))
    return Compiled(key, adjoint, adjoints, printed, load_module(adjoints, printed), dependencies, contents, subject,
                    once)


@dataclass
class Effects:
    """What a call does besides giving a value, as far as that is known before it runs."""

    memory: Memory
    types: Mapping[str, Type]
    """Those of its variables; its parameters' first."""
    mutated: list[Mutation]
    """The globals that it writes what it was given into."""
    dependencies: tuple[tuple[Any, str, object], ...]


_EFFECTS: dict[Hashable, Effects] = {}


def effects_of(subject: Subject, arguments: Sequence[object]) -> Effects:
    """What a call of the subject writes, whether or not it can be differentiated.

    Raises DifferentiationError where its text cannot be read.
    """
    values = (*subject.cells.values(), *arguments)
    key = (subject.identity, *map(key_of, values))
    found = _EFFECTS.get(key)
    if found is None or not all(space.get(name, ABSENT) is value for space, name, value in found.dependencies):
        everything = frozenset(range(len(values)))
        program, entry = typed_program(subject, arguments, everything)
        memory = Adjoints(program.instances, subject.origin).memory
        mutated = mutated_globals(program.instances, entry.instance, everything, memory, inside=True)
        dependencies = tuple((d.namespace, d.name, d.value) for d in subject.resolver.dependencies)
        found = _EFFECTS[key] = Effects(
            memory(entry.instance), program.instances[entry.instance].types, mutated, dependencies)
    return found


def load_module(adjoints: Adjoints, printed: Printed, bindings: dict[str, object] | None = None,
                tree: ast.Module | None = None) -> dict[str, Any]:
    """A listing as running code (`tree` in place of its own), its inner functions known to the frontend."""
    module = load(printed.listing, bindings, tree=tree)
    for key, adjoint in adjoints.made.items():
        names = printed.names.get(str(key))
        if names is not None:
            register_inner(module, names[0], adjoint.forward)
    for instance in adjoints.primals:
        if instance in printed.names:
            register_inner(module, printed.names[instance][0], adjoints.plain(instance))
    return module


def typed_program(subject: Subject, arguments: Sequence[object], active: frozenset[int]) -> tuple[Program, AdjointKey]:
    """The typed primals that a call reaches, and the key of the adjoint that it needs."""
    program, key = _typed_once(subject, arguments, active, frozenset())
    loose = written_containers(program.instances, Adjoints(program.instances, subject.origin).memory)
    return _typed_once(subject, arguments, active, loose) if loose else (program, key)


def _typed_once(subject: Subject, arguments: Sequence[object], active: frozenset[int],
                loose: frozenset[str]) -> tuple[Program, AdjointKey]:
    function = subject.resolver.function(subject.target)
    program = Program(subject.resolver, loose=loose)
    cells = tuple(typeof(value, cell.name) for cell, value in zip(function.cells, subject.cells.values(), strict=True))
    types = tuple(typeof(value, param.var.name) for param, value in zip(function.params, arguments, strict=True))
    instance = program.entry(function, cells, types, subject.target)
    if program.diagnostics:
        changed = put_off(program.instances, instance, program.diagnostics)
        if not changed:
            _raise(tuple(program.diagnostics))
        program.put_off(changed)
    return program, AdjointKey(instance, active)


def _raise(diagnostics: Sequence[Diagnostic]) -> None:
    if diagnostics:
        raise DifferentiationError(tuple(map(_with_source_line, diagnostics)))


def _with_source_line(diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic that shows its line: inference, which finds some, has no text."""
    origin = _ORIGINS.get(diagnostic.file)
    if diagnostic.source_line or diagnostic.span == NOWHERE or origin is None:
        return diagnostic
    return replace(diagnostic, source_line=origin.source.line(diagnostic.span.line))
