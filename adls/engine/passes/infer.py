"""Type inference: each function of a program, typed for the types that it is called with.

Abstract interpretation over the structured IR. A variable has one type (its assignments joined; splitting has parted
what need not be one), so that a pass over straight-line code is enough, a loop is walked until nothing changes, and a
recursive call starts from "never" and is walked until its result is what was assumed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from typing import Protocol

from adls.engine.ir.entities import CONTEXT, Resolver
from adls.engine.ir.ops import Function
from adls.engine.ir.types import Any, Bottom, Type
from adls.engine.ir.walk import lets
from adls.engine.passes.infer_eager import STREAMED, as_list, base_of, is_generator
from adls.engine.passes.infer_function import Inference, Source
from adls.engine.passes.infer_heap import RESULT, Heap
from adls.engine.passes.infer_library import is_library
from adls.engine.passes.infer_lifting import brought_by, called_target, with_brought
from adls.engine.passes.infer_pruning import prune
from adls.engine.passes.infer_symbols import (
    dims_of,
    instance_key,
    localised,
    shared_symbols,
    substituted,
    substitution,
    widened,
    without_values,
)
from adls.engine.passes.infer_unroll import Rewritten, UnrolledError
from adls.engine.passes.late_returns import delay_returns
from adls.engine.passes.pipeline import Watch
from adls.engine.passes.typing import join
from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.engine.source.frozen import dataclass

UserResult = Callable[[str, tuple[Type, ...]], Type]
AdjointTypes = Callable[[object, tuple[Type, ...]], tuple[Type, ...] | None]

DEEPEST = 12
"""How often one function may stand on the stack with different types before its parameters become Any."""
FARTHEST = 400
"""How long a chain of calls may be before the next one is left dynamic."""
MOST_WRITTEN_OUT = 24
"""How many loops of one function are written out at most: a generator may consume itself."""
LONGEST = 8
"""How often a recursive function is walked before its result becomes Any."""


@dataclass
class Instance:
    """A function for one tuple of types.

    `local` are those of its cells and parameters, in its own symbols. `lowest` is the depth on the stack of the
    outermost running instance whose result it assumed; it is provisional until that one has settled.
    """

    key: str
    target: str
    local: tuple[Type, ...]
    function: Function
    result: Type = field(default_factory=Bottom)
    heap: Heap = field(default_factory=Heap)
    names: tuple[str, ...] = ()
    state: str = "running"
    epoch: int = 0
    depth: int = 0
    lowest: int = 0
    assumed: bool = False
    callees: set[str] = field(default_factory=set)
    rewritten: Rewritten = field(default_factory=Rewritten)
    source: Source | None = None  # Its own form of the function, where loops had to be written out for its types.
    alone: bool = True  # Whether nothing but its callees and itself was learned when it was typed.

    def summary(self) -> tuple[object, ...]:
        """What callers rely on."""
        return self.result, self.heap.shape((*self.names, RESULT))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call of an instance gives, in the caller's symbols."""

    instance: Instance
    result: Type
    meaning: Mapping[str, object]
    convert: Callable[[Type], Type]


class Earlier(Protocol):
    """What was made of a program before an edit, as far as it holds now."""

    def source(self, target: str) -> Source | None:
        """A user function, where it is as it was; its names are looked up as they are now."""

    def instances(self, key: str) -> Mapping[str, Instance]:
        """A typed function and all that it calls, by key, where all that it hangs on is as it was."""


class Program:
    """The typed functions of a program by instance key, and what is wrong with them.

    `diagnostics` are names that are not found. `unavailable` says of user functions without IR why that is so: an
    error only where a derivative has to go through them.

    `user_result` gives the result type of a function with a user's own rule. `adjoint_types` gives the types of the
    targets of `forward` and `backward`, so that generated functions can be typed again. `loose` are global lists and
    dicts of which it is not known what they hold when they are read, because the program writes into them. `earlier`
    is what need not be made again.
    """

    def __init__(self, resolver: Resolver, user_result: UserResult = lambda key, types: Any(),
                 adjoint_types: AdjointTypes = lambda key, types: None, loose: frozenset[str] = frozenset(),
                 earlier: Earlier | None = None) -> None:
        self.loose = loose
        self.diagnostics: list[Diagnostic] = []
        self.user_result = user_result
        self.adjoint_types = adjoint_types
        self.unavailable: dict[str, tuple[Diagnostic, ...]] = {}
        self.fields: dict[str, tuple[str, ...]] = {}
        self._resolver = resolver
        self._earlier = earlier
        self._sources: dict[str, Source | None] = {}
        self._generators: dict[str, Source] = {}
        self._records: dict[str, Instance] = {}
        self._stack: list[Instance] = []
        self._provisional: list[Instance] = []
        self._epoch = 0
        self._entries: list[str] = []

    @property
    def instances(self) -> dict[str, Function]:
        """The typed functions that the entries reach, by key, callers first."""
        reached: dict[str, Function] = {}
        todo = self._entries[::-1]
        while todo:
            key = todo.pop()
            if key not in reached:
                record = self._records[key]
                reached[key] = record.function
                todo += sorted(record.callees, reverse=True)
        return reached

    def entry(self, function: Function, cells: tuple[Type, ...], params: tuple[Type, ...], target: str = "") -> str:
        """Type a function for the types of a call of it; gives the key of its instance.

        Dims of parameters keep the symbols that they have, and an instance is shared only by entries where the same
        ones are equal. `target` is the function's own name for resolvers, so that recursion finds it.
        """
        target = target or f"{function.qualname}@{function.span.line}:{function.span.column}"
        if is_generator(function):
            self._note(target, Source(function, self._resolver))
            self.diagnostics += self.unavailable[target]
            self._sources.pop(target)
        if target not in self._sources:
            self._sources[target] = Source(function, self._resolver)
        types = tuple(map(widened, (*cells, *params)))
        shared = shared_symbols(types)
        key = instance_key(target, types[: len(cells)], types[len(cells) :]) + (f"|{shared}" if shared else "")
        if key not in self._records or self._records[key].state != "final":
            source = self._sources[target]
            assert source is not None
            with _deep_stack():
                self._infer(key, target, source, self._local(source, types, keep=True))
        if key not in self._entries:
            self._entries.append(key)
        return key

    def watched(self, watch: Watch) -> None:
        """Show what the passes up to inference made of each function that the entries reach."""
        for key, function in self.instances.items():
            source = self._sources[self._records[key].target]
            assert source is not None
            watch("lower", key, source.lowered)
            watch("split", key, source.function)
            watch("infer", key, function)

    def known(self, target: str) -> bool:
        """Whether a target is a user function whose IR can be had."""
        return len(self._stack) < FARTHEST and (self.source(target) or self.generator(target)) is not None

    def source(self, target: str) -> Source | None:
        """A user function by its target; None where it has no IR, and calls of it are dynamic."""
        if target not in self._sources:
            self._sources[target] = None if target.startswith(CONTEXT) else self._lowered(target)
        return self._sources[target]

    def generator(self, target: str) -> Source | None:
        """A generator function by its target, or that of the context made of it; None for any other function."""
        target = target.removeprefix(CONTEXT)
        if target not in self._generators:
            self.source(target)
        return self._generators.get(target)

    def sources(self) -> Iterator[tuple[str, Source]]:
        """The user functions that were read, by target."""
        for target, source in (*self._sources.items(), *self._generators.items()):
            if source is not None:
                yield target, source

    def is_known_inside(self, target: str) -> bool:
        """Whether a function inside another has been registered."""
        return target in self._sources or target in self._generators

    def register(self, target: str, function: Function, resolver: Resolver) -> None:
        """Make a function known that was found inside another: a lambda or nested def."""
        self._learned()
        if self._sources.get(target) is None:
            self._note(target, Source(function, resolver))

    def call(self, target: str, types: tuple[Type, ...]) -> Answer:
        """Type a user function for the types of its cells and parameters at a call."""
        source = self.source(target)
        assert source is not None
        types = self._specialised(target, tuple(map(widened, types)))
        cells = len(source.function.cells)
        key = instance_key(target, types[:cells], types[cells:])
        record = self._records.get(key) or self._taken_over(key)
        if record is None or (record.state == "provisional" and record.epoch != self._epoch):
            record = self._infer(key, target, source, self._local(source, types))
        elif record.state == "running":
            record.assumed = True
        if self._stack:
            caller = self._stack[-1]
            if record.state != "final":
                caller.lowest = min(caller.lowest, record.lowest)
        meaning = substitution(record.local, types)
        return Answer(record, substituted(record.result, meaning), meaning, lambda t: substituted(t, meaning))

    def report(self, diagnostic: Diagnostic) -> None:
        """Note what is wrong, once."""
        self._learned()
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def put_off(self, changed: Mapping[str, Function]) -> None:
        """Take functions that refuse where they come to what is wrong, or raise there, for those that were typed."""
        for key, function in changed.items():
            self._records[key].function = function
        self.diagnostics.clear()

    def note_fields(self, name: str, fields: tuple[str, ...]) -> None:
        """Make known what the items of a named tuple are called."""
        self._learned()
        self.fields[name] = fields

    def settled(self, key: str) -> dict[str, Instance] | None:
        """An instance and all that it calls, by key; None where some of it said more than what it is."""
        found: dict[str, Instance] = {}
        todo = [key]
        while todo:
            each = todo.pop()
            record = self._records.get(each)
            if record is None or record.state != "final" or not record.alone:
                return None
            if each not in found:
                found[each] = record
                todo += record.callees
        return found

    def _learned(self) -> None:
        """Note that who takes over what is being typed would have to be told more."""
        for record in self._stack[-1:]:
            record.alone = False

    def _taken_over(self, key: str) -> Instance | None:
        if self._earlier is None:
            return None
        for other, record in self._earlier.instances(key).items():
            self._records.setdefault(other, record)
        return self._records.get(key)

    def _lowered(self, target: str) -> Source | None:
        if is_library(target):
            return None
        known = self._earlier.source(target) if self._earlier is not None else None
        if known is not None:
            return self._note(target, known)
        base_target, mark = base_of(target)
        if mark:
            generator = self.generator(base_target)
            stream = self._resolver.source("streamed") if mark == STREAMED else ""
            return None if generator is None or stream is None else Source(
                as_list(generator.lowered, stream), generator.resolver)
        brought = brought_by(target)
        if brought:
            base = self.source(called_target(target))
            return None if base is None else Source(with_brought(base.lowered, brought), base.resolver, brought)
        try:
            return self._note(target, Source(self._resolver.function(target), self._resolver.for_target(target)))
        except DifferentiationError as error:
            self.unavailable[target] = error.diagnostics
            return None
        except KeyError:  # It is made inside a function that is not read here.
            return None

    def _note(self, target: str, source: Source) -> Source | None:
        """A function's source, unless it is a generator: its body does not run when it is called."""
        if is_generator(source.function):
            self._generators[target] = source
            function = source.function
            first = next(let.span for let in lets(function) if let.op.prim == "yield")
            self.unavailable[target] = (Diagnostic(
                KINDS["unsupported-construct"], function.file, first, function.qualname,
                (("construct", "a generator that is not consumed in one place"),
                 ("reason", "its body runs piecewise, whenever somebody asks for the next value"),
                 ("way_out", "loop over it where it is called, or return a list"))),)
            self._sources[target] = None
            return None
        self._sources[target] = source
        return source

    def _specialised(self, target: str, types: tuple[Type, ...]) -> tuple[Type, ...]:
        """Within its own recursion a function keeps no literals, and at some depth no types at all."""
        depth = sum(record.target == target for record in self._stack)
        if depth > DEEPEST:
            return (Any(),) * len(types)
        return tuple(map(without_values, types)) if depth else types

    def _local(self, source: Source, types: tuple[Type, ...], *, keep: bool = False) -> tuple[Type, ...]:
        given = {dim.symbol for dim in dims_of(types)} if keep else set()
        return localised(types, source.parameters, given | source.definitions.keys(), keep=keep)

    def _infer(self, key: str, target: str, source: Source, local: tuple[Type, ...]) -> Instance:
        """Walk a function until its result is what its recursive calls assumed."""
        record = self._records.get(key)
        if record is None:
            record = self._records[key] = Instance(key, target, local, source.function)
        record.state, record.assumed = "running", False
        record.depth = record.lowest = len(self._stack)
        self._stack.append(record)
        for walk in range(LONGEST):
            before = record.summary()
            self._walk(record, source)
            if not record.assumed or record.summary() == before:
                break
            self._epoch += 1
            if walk == LONGEST - 2:
                record.result = Any()
        self._stack.pop()
        self._settle(record)
        return record

    def _walk(self, record: Instance, source: Source) -> None:
        written_out = 0
        while True:
            inference = Inference(self, record.source or source, record.target, record.local)
            inference.rewritten, inference.patient = record.rewritten, written_out < MOST_WRITTEN_OUT
            try:
                record.function = inference.run()
                if record.rewritten.refuted(inference):
                    record.source = None
                    continue
                prune(inference, settled=not record.assumed and record.lowest >= record.depth)
                delay_returns(inference)
                break
            except UnrolledError as unrolled:
                record.source = Source(unrolled.function, source.resolver, source.brought)
                record.rewritten.rounds += [unrolled.rounds] if unrolled.rounds is not None else []
                written_out += 1
        record.heap, record.names = inference.heap, inference.parameters
        record.callees = inference.callees
        record.result = join(record.result, record.function.result)

    def _settle(self, record: Instance) -> None:
        """An instance that relied on a caller's assumption is walked again when the caller is."""
        if record.lowest < record.depth:
            record.state, record.epoch = "provisional", self._epoch
            self._provisional.append(record)
            if self._stack:
                self._stack[-1].lowest = min(self._stack[-1].lowest, record.lowest)
            return
        record.state = "final"
        for other in self._provisional:
            other.state = "final" if other.lowest >= record.depth else other.state
        self._provisional = [other for other in self._provisional if other.state == "provisional"]


@contextmanager
def _deep_stack() -> Iterator[None]:
    """Room for a long chain of calls: typing one takes a dozen of Python's own frames."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20 * FARTHEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
