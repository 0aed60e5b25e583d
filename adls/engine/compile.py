"""From a typed program to the listing that runs: which adjoints a call needs, in which order they are printed.

    entry ──▶ memory ──▶ activity ──▶ interface ──▶ adjoint ──▶ one-shot ──▶ listing
                 └── of every callee, to a fixpoint where functions call each other

The passes and the reasons for their order are in `passes/pipeline.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from typing import TypeAlias

from adls.engine.backend.emit import emit
from adls.engine.backend.unit import EmitUnit, Listing
from adls.engine.callee_facts import CalleeFacts
from adls.engine.ir.ops import Function
from adls.engine.ir.types import Type
from adls.engine.ir.walk import lets
from adls.engine.passes.adjoint.analysed import Analysed, analyse, interface_of, is_its_own, memory_under
from adls.engine.passes.adjoint.differentiate import Adjoint, differentiate
from adls.engine.passes.adjoint.interface import AdjointKey, Interface
from adls.engine.passes.alias import Memory
from adls.engine.passes.alias import analyse as analyse_memory
from adls.engine.passes.direct import without_detours
from adls.engine.passes.displays import lists_as_tuples
from adls.engine.passes.first_iteration import without_first_inputs
from adls.engine.passes.first_writes import written_first
from adls.engine.passes.globals import mutated_globals
from adls.engine.passes.inplace import in_place
from adls.engine.passes.items import in_items
from adls.engine.passes.iterables import iterables_named
from adls.engine.passes.oneshot import one_shot, released
from adls.engine.passes.pipeline import Watch, unwatched, verifies
from adls.engine.passes.plain_numbers import plain_numbers
from adls.engine.passes.putting_off import put_off
from adls.engine.passes.repeated import without_repeats
from adls.engine.passes.tidy import tidied
from adls.engine.passes.whole import written_whole
from adls.engine.source.diagnostics import KINDS, Diagnostic
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import SourceFile


@dataclass(frozen=True)
class Origin:
    """Where a primal comes from: its file's text, and the name of the module that the file makes."""

    source: SourceFile
    module: str


MOST_PUT_OFF = 40
"""How often a program is begun again, because something in it is refused where it is reached."""


class Adjoints:
    """The adjoints that one entry needs, made on demand from a program's typed primals.

    `earlier` are those of the program as it was before an edit: what was made of the same functions is taken over.
    `inside`: the entry is called by what is differentiated itself, which may read the globals that it writes.
    """

    def __init__(self, primals: Mapping[str, Function], origin: Callable[[Function], Origin],
                 watch: Watch = unwatched, earlier: Adjoints | None = None, *, inside: bool = False) -> None:
        self.primals = primals
        self.inside = inside
        self.origin = origin
        self.watch = watch
        self._earlier = earlier
        self._same: dict[str, bool] = {}
        self._memories: dict[str, Memory] = {}
        self._asked: set[str] = set()  # whose memory was asked for: in its own analysis that of a recursive function
        self._facts: dict[AdjointKey, Analysed] = {}
        self._callees = CalleeFacts(primals, self.memory)
        self._interfaces: dict[AdjointKey, Interface] = {}
        self.made: dict[AdjointKey, Adjoint] = {}
        self._entry: AdjointKey | None = None
        self._plain: dict[str, Function] = {}

    # What the adjoint pass asks (Callees)

    def interface(self, key: AdjointKey) -> Interface:
        if key not in self._interfaces:
            earlier = self._as_before(key)
            known = earlier._interfaces.get(key) if earlier is not None else None
            self._interfaces[key] = known or interface_of(key, self.facts(key))
        return self._interfaces[key]

    def parameters(self, key: AdjointKey) -> tuple[Type, ...]:
        primal = self.primals[key.instance]
        return tuple(primal.types[var.name] for var in (*primal.cells, *(param.var for param in primal.params)))

    def result(self, key: AdjointKey) -> Type:
        return self.primals[key.instance].result

    def gives_back(self, instance: str) -> int | None:
        return self._callees.gives_back(instance)

    def binds(self, instance: str) -> frozenset[object]:
        return self._callees.binds(instance)

    def hands_through(self, instance: str) -> frozenset[int]:
        return self._callees.hands_through(instance)

    def is_entry(self, key: AdjointKey) -> bool:
        return key == self._entry

    def source_line(self, file: str, line: int) -> str:
        for primal in self.primals.values():
            if primal.file == file:
                return self.origin(primal).source.line(line) if line else ""
        return ""

    # Facts

    def facts(self, key: AdjointKey) -> Analysed:
        earlier = self._as_before(key)
        if earlier is not None and key in earlier._facts:
            self._facts.setdefault(key, earlier._facts[key])
        if key not in self._facts:
            function = lists_as_tuples(self.primals[key.instance])
            self.watch("displays", key.instance, function)
            function = iterables_named(function)
            self.watch("iterables", key.instance, function)
            own = function is self.primals[key.instance] and is_its_own(key)
            memory = self.memory(key.instance) if own else memory_under(key, function, self.memory)
            function = without_repeats(function, memory)
            self.watch("repeated", key.instance, function)
            self._facts[key] = analyse(key, function, memory, self)
        return self._facts[key]

    def memory(self, instance: str) -> Memory:
        """The alias classes of a primal; of a recursive one, the least that agree with themselves."""
        self._asked.add(instance)
        earlier = self._unchanged(instance) if instance not in self._memories else None
        if earlier is not None and instance in earlier._memories:
            self._memories[instance] = earlier._memories[instance]
        if instance not in self._memories:
            function = self.primals[instance]
            self._memories[instance] = analyse_memory(replace(function, body=()), self.memory)
            while True:
                self._asked.discard(instance)
                before = self._memories[instance]
                self._memories[instance] = analyse_memory(function, self.memory)
                if instance not in self._asked or self._memories[instance].summary() == before.summary():
                    break
        return self._memories[instance]

    # Adjoints

    def adjoint(self, key: AdjointKey) -> Adjoint:
        """The adjoint for a key, with those that it calls before it in `made`."""
        self._entry = key
        self._make(key, set())
        self._earlier = None  # Or every edit would keep all that were before it.
        for _ in range(MOST_PUT_OFF if self.diagnostics else 0):
            changed = put_off(self.primals, key.instance, self.diagnostics)
            if not changed:
                break
            self._begin_again(changed)
            self._make(key, set())
        return self.made[key]

    def _begin_again(self, changed: Mapping[str, Function]) -> None:
        """Forget what was made: some functions refuse where they come to what has no derivative."""
        self._plain = {**self.primals, **self._plain}
        self.primals = {**self.primals, **changed}
        self._callees = CalleeFacts(self.primals, self.memory)
        for made in (self._same, self._memories, self._facts, self._interfaces, self.made):
            made.clear()

    def plain(self, instance: str) -> Function:
        """A primal as it runs where it carries no derivative."""
        return self._plain.get(instance) or self.primals[instance]

    def _make(self, key: AdjointKey, pending: set[AdjointKey]) -> None:
        if key in self.made or key in pending:
            return
        pending.add(key)
        adjoint = self._taken_over(key) or self._differentiated(key)
        for callee in called(adjoint.forward, "forward"):
            assert isinstance(callee, AdjointKey)
            self._make(callee, pending)
        self.made[key] = adjoint

    def _differentiated(self, key: AdjointKey) -> Adjoint:
        adjoint = differentiate(key, self.facts(key), self.interface(key), self)
        if key == self._entry:
            adjoint = replace(adjoint, diagnostics=(*adjoint.diagnostics, *self._mutated_globals(key)))
        return adjoint if adjoint.diagnostics else self._in_place(adjoint)

    def _taken_over(self, key: AdjointKey) -> Adjoint | None:
        earlier = self._as_before(key)
        if earlier is None or key not in earlier.made:
            return None
        if key in earlier._facts:
            self._facts[key] = earlier._facts[key]
        adjoint, digest = earlier.made[key], self.primals[key.instance].digest
        return replace(adjoint, forward=replace(adjoint.forward, digest=digest),
                       backward=replace(adjoint.backward, digest=digest))

    def _as_before(self, key: AdjointKey) -> Adjoints | None:
        """The earlier adjoints, where the function of a key and all that it calls are as they were.

        An entry's adjoint is made otherwise than a callee's.
        """
        earlier = self._earlier
        return self._unchanged(key.instance) if earlier and key not in (self._entry, earlier._entry) else None

    def _unchanged(self, instance: str) -> Adjoints | None:
        """The earlier adjoints, where an instance and all that it calls are as they were."""
        earlier = self._earlier
        if earlier is None:
            return None
        if instance not in self._same:
            instances = self._called_by(instance)
            self._same[instance] = all(_equal(self.primals[each], earlier.primals.get(each)) for each in instances)
        return earlier if self._same[instance] else None

    def _called_by(self, instance: str) -> list[str]:
        """An instance and all that it calls."""
        found = dict.fromkeys([instance])
        todo = [instance]
        while todo:
            for each in map(str, called(self.primals[todo.pop()], "apply")):
                if each not in found:
                    found[each] = None
                    todo.append(each)
        return list(found)

    def _mutated_globals(self, key: AdjointKey) -> list[Diagnostic]:
        found = mutated_globals(self.primals, key.instance, key.active, self.memory, inside=self.inside)
        return [Diagnostic(KINDS["mutated-global"], each.function.file, each.span, each.function.name,
                           (("name", each.name),), self.source_line(each.function.file, each.span.line))
                for each in found]

    def _in_place(self, adjoint: Adjoint) -> Adjoint:
        key = str(adjoint.key)
        self.watch("adjoint", key, adjoint.forward)
        self.watch("adjoint", key, adjoint.backward)
        backward = in_place(adjoint.backward)
        self.watch("in-place", key, backward)
        return replace(adjoint, backward=backward, outright=adjoint.backward)

    def beneath(self, key: AdjointKey) -> list[tuple[AdjointKey, Adjoint]]:
        """An adjoint and all that it calls, in the order in which they were made: callees first."""
        wanted: set[AdjointKey] = set()
        todo: list[object] = [key]
        while todo:
            each = todo.pop()
            if isinstance(each, AdjointKey) and each not in wanted:
                wanted.add(each)
                todo += called(self.made[each].forward, "forward")
        return [(each, adjoint) for each, adjoint in self.made.items() if each in wanted]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        found = [d for adjoint in self.made.values() for d in adjoint.diagnostics]
        return tuple(dict.fromkeys(found))


def _equal(function: Function, other: Function | None) -> bool:
    """Whether two functions are the same, whatever else stands in their files."""
    return other is not None and replace(other, digest=function.digest) == function


def called(function: Function, prim: str) -> list[object]:
    """The keys of what a function calls by `apply`, `forward` or `backward`, in program order, each once."""
    return list(dict.fromkeys(let.op.data for let in lets(function) if let.op.prim == prim))


@dataclass(frozen=True)
class Printed:
    """A listing with the names of the entry's two functions and of every adjoint's."""

    listing: Listing
    forward: str
    backward: str
    names: Mapping[str, tuple[str, str]]
    digests: Mapping[str, str]


Annotate: TypeAlias = Callable[[AdjointKey, Function], Function]
"""Gives a generated function that is printed the types of its variables."""


def print_adjoint(adjoints: Adjoints, entry: AdjointKey, *, once: bool, annotate: Annotate | None = None) -> Printed:
    """The listing of an entry and all that it calls, callees first; `once` gives the one-shot form."""
    printing = _Printing(adjoints, entry, once, annotate)
    units = printing.units()
    listing = emit(units, printing.names, check=verifies())
    forward, backward = printing.names[str(entry)]
    return Printed(listing, forward, backward, printing.names, printing.digests)


@dataclass
class _Printing:
    adjoints: Adjoints
    entry: AdjointKey
    once: bool
    annotate: Annotate | None
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    backward: dict[AdjointKey, Function] = field(default_factory=dict)
    variables: set[str] = field(default_factory=set)

    def units(self) -> list[EmitUnit]:
        found: list[EmitUnit] = []
        reached = self.adjoints.beneath(self.entry)
        self.backward = without_first_inputs(dict(reached))
        self._watch("first-iteration")
        self.backward = {key: in_items(function) for key, function in self.backward.items()}
        self._watch("items")
        self.backward = written_first(self.backward, self.entry)
        self._watch("first-writes")
        self.backward = {key: without_detours(function) for key, function in self.backward.items()}
        self._watch("direct")
        for key, adjoint in reached:
            for instance in called(adjoint.forward, "apply"):
                found += self._primal(str(instance))
            found += self._pair(key, adjoint)
        return found

    def _watch(self, name: str) -> None:
        if self.adjoints.watch is not unwatched:
            for key, function in self.backward.items():
                self.adjoints.watch(name, str(key), function)

    def _pair(self, key: AdjointKey, adjoint: Adjoint) -> list[EmitUnit]:
        base, name = self._base(adjoint.forward.name, suffixes=("__fwd", "__back")), str(key)
        self.names[name] = f"{base}__fwd", f"{base}__back"
        digest = self.digests[name] = _digest(name, adjoint.forward.digest)
        origin = self.adjoints.origin(adjoint.forward)
        frame = adjoint.forward.name
        forward, backward = self._final(key, adjoint)
        return [EmitUnit(forward, f"{base}__fwd", frame, origin.source, origin.module, digest),
                EmitUnit(backward, f"{base}__back", f"{base}__back", origin.source, origin.module, digest)]

    def _final(self, key: AdjointKey, adjoint: Adjoint) -> tuple[Function, Function]:
        """Both functions as they run; types for the reader come last, so that they change nothing."""
        forward, backward = released(in_place(adjoint.forward)), written_whole(self.backward[key])
        watch, name = self.adjoints.watch, str(key)
        watch("release", name, forward)
        watch("whole", name, backward)
        forward, backward = plain_numbers(forward, backward)
        watch("plain-numbers", name, forward)
        watch("plain-numbers", name, backward)
        backward = tidied(backward)
        watch("tidy", name, backward)
        if self.once and key == self.entry:
            backward = one_shot(backward)
            watch("one-shot", name, backward)
        if self.annotate is None:
            return forward, backward
        return self.annotate(key, forward), self.annotate(key, backward)

    def _primal(self, instance: str) -> list[EmitUnit]:
        if instance in self.names:
            return []
        function = self.adjoints.plain(instance)
        base = self._base(function.name, self._variables())
        self.names[instance] = base, base
        found: list[EmitUnit] = []
        for callee in called(function, "apply"):
            found += self._primal(str(callee))
        origin = self.adjoints.origin(function)
        return [*found, EmitUnit(function, base, function.name, origin.source, origin.module,
                                 _digest(instance, function.digest))]

    def _variables(self) -> set[str]:
        """The names of the variables of what is printed: a nested function goes by one of them."""
        if not self.variables:
            self.variables = {name for key in self.adjoints.made for name in self.adjoints.facts(key).function.types}
            self.variables |= {name for primal in self.adjoints.primals.values() for name in primal.types}
        return self.variables

    def _base(self, name: str, other: AbstractSet[str] = frozenset(), suffixes: tuple[str, ...] = ()) -> str:
        """A free name for functions that differ by what follows it."""
        number, base = 1, (plain := name if name.isidentifier() else "lambda_")
        while base in self.taken or base in other or any(base + suffix in self.taken for suffix in suffixes):
            number += 1
            base = f"{plain}_{number}"
        self.taken |= {base, *(base + suffix for suffix in suffixes)}
        return base


def _digest(key: str, source: str) -> str:
    return hashlib.sha256(f"{key}|{source}".encode()).hexdigest()[:16]
