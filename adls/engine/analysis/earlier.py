"""What was typed before an edit, as far as it holds after it: only what the edit touches, and what leads to that, is
lowered and typed anew.

A function's IR and its types hang on its text and place, on those of all that it reads, and on the classes and
functions that its arguments' types name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from adls.engine.analysis.reads import Node, Reads
from adls.engine.frontend.modules import Classed
from adls.engine.frontend.static import StaticResolver
from adls.engine.ir.types import Callable, Dict, Iter, List, Opaque, Tuple, Type
from adls.engine.passes.infer import Instance, Program
from adls.engine.passes.infer_function import Source
from adls.engine.passes.infer_library import is_library
from adls.engine.source.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Basis:
    """What something hangs on, and a digest of how that was."""

    nodes: tuple[Node, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A typed function and all that it calls, by key. `mentioned` are the workspace's functions and classes in it."""

    instances: Mapping[str, Instance]
    basis: Basis
    mentioned: Mapping[str, Node]


@dataclass(eq=False)
class Typed:
    """What may be taken over from a program. `rules` are what had rules of the user's."""

    rules: set[object]
    sources: dict[str, tuple[Source, Basis]] = field(default_factory=dict)
    settled: dict[str, Settled] = field(default_factory=dict)


def typed(program: Program, names: StaticResolver, reads: Reads) -> Typed:
    """What an edit may leave of a program as it is."""
    found, notes = Typed(names.ruled()), _Notes(names, reads)
    for target, source in program.sources():
        node = notes.node(target)
        if node is not None:
            found.sources[target] = source, notes.basis([node])
    for key in program.instances:
        settled = notes.settled(key, program.settled(key) or {})
        if settled is not None:
            found.settled[key] = settled
    return found


@dataclass(eq=False)
class Unchanged:
    """What of an earlier program holds in another moment, whose names and reads these are."""

    before: Typed
    names: StaticResolver
    reads: Reads
    _same: dict[Basis, bool] = field(default_factory=dict)

    def source(self, target: str) -> Source | None:
        """A user function, where it is as it was; its names are looked up as they are now."""
        source, basis = self.before.sources.get(target, (None, None))
        defined = self.names.defined_as(target)
        if source is None or basis is None or defined is None or not self._holds(basis):
            return None
        return source.among(self.names.for_target(target), defined.module.source.digest)

    def instances(self, key: str) -> Mapping[str, Instance]:
        """A typed function and all that it calls, by key, where all that it hangs on is as it was."""
        found = self.before.settled.get(key)
        if found is None or not self._holds(found.basis):
            return {}
        return found.instances if all(self._met(*each) for each in found.mentioned.items()) else {}

    def _holds(self, basis: Basis) -> bool:
        if basis not in self._same:
            self._same[basis] = self.names.ruled() == self.before.rules and all(
                _only(node.path, node.name, self.reads) == node for node in basis.nodes
            ) and self.reads.places(basis.nodes) == basis.digest
        return self._same[basis]

    def _met(self, name: str, node: Node) -> bool:
        """Whether resolvers know a function or class by its name, as they do once they have met it."""
        project = self.reads.project
        module = project.module(node.path)
        found = project.look(module, node.name) if module is not None else None
        if found is not None:
            self.names.entity(found)
        return self.names.defined_as(name) is not None or name in project.classes


@dataclass(eq=False)
class _Notes:
    """Finds what parts of a program hang on."""

    names: StaticResolver
    reads: Reads
    _bases: dict[tuple[Node, ...], Basis] = field(default_factory=dict)

    def basis(self, nodes: Iterable[Node]) -> Basis:
        key = tuple(dict.fromkeys(nodes))
        if key not in self._bases:
            self._bases[key] = Basis(key, self.reads.places(key))
        return self._bases[key]

    def settled(self, key: str, instances: Mapping[str, Instance]) -> Settled | None:
        """An instance as it may be taken over; None where something in it is not found again by its name."""
        own = {key}.intersection(instances)
        mentioned = {each.target: self.node(each.target) for each in instances.values()}
        given = {name: self.named(name) for each in own for name in _names_in(instances[each].local)}
        for each in instances.values():
            mentioned |= {name: self.named(name) for name in _names_in((*each.local, each.result))}
        found = {name: node for name, node in mentioned.items() if node is not None}
        if not own or len(found) < len(mentioned):
            return None
        return Settled(instances, self.basis([found[instances[key].target], *(found[name] for name in given)]), found)

    def node(self, target: str) -> Node | None:
        """The function behind a target; None for one inside another, or one of several of its name."""
        defined = self.names.defined_as(target) if "@" not in target and "<" not in target else None
        return _only(defined.module.path, defined.qualname, self.reads) if defined is not None else None

    def named(self, name: str) -> Node | None:
        """What a type names: a function or a class of the workspace."""
        owner = self.reads.project.classes.get(name)
        return _only(owner.module.path, owner.qualname, self.reads) if isinstance(owner, Classed) else self.node(name)


def _only(path: str, qualname: str, reads: Reads) -> Node | None:
    """The function or class of a name in a file, where there is one."""
    module = reads.project.module(path)
    if module is None:
        return None
    contents = reads.contents(module)
    stands = *contents.functions.get(qualname, ()), *contents.classes.get(qualname, ())
    if len(stands) != 1:
        return None
    return Node(path, qualname, "function" if qualname in contents.functions else "class")


def _names_in(types: Iterable[Type]) -> Iterator[str]:
    """The functions and classes of the user's that types name."""
    todo = list(types)
    while todo:
        match todo.pop():
            case Callable(target, cells):
                if target and not is_library(target):
                    yield target
                todo += cells
            case Tuple(items, name):
                if name:
                    yield name
                todo += items
            case List(item, items):
                todo += [item, *(items or ())]
            case Dict(value, items, cls):
                if cls:
                    yield cls
                todo += [value, *(held for _, held in items or ())]
            case Iter(_, item):
                todo.append(item)
            case Opaque(name) if name.startswith("class "):
                yield name.removeprefix("class ")
            case _:
                pass
