"""What a function's meaning hangs on: the functions and module-level statements that it reads, through all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import cached_property
from typing import Literal

from adls.engine.analysis.model import Read
from adls.engine.analysis.outline import Outlined, OutlinedClass, OutlinedFunction, outline
from adls.engine.frontend.bindings import Binding
from adls.engine.frontend.modules import Module, Project, bound_by
from adls.engine.frontend.static import identity, rules_in
from adls.engine.source.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """Something that is read under a name: a function, a class without its functions' bodies, or all other statements
    that bind the name. `number` counts functions and classes that are defined again."""

    path: str
    name: str
    kind: Literal["function", "class", "statement"]
    number: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Stands:
    """A definition, with the number of lines before its chunk."""

    before: int
    found: OutlinedFunction | OutlinedClass


@dataclass(eq=False)
class Contents:
    """A module's definitions and statements by name."""

    module: Module

    @cached_property
    def functions(self) -> dict[str, list[_Stands]]:
        return _by_name((before, each) for before, found in self._outlines for each in found.functions)

    @cached_property
    def classes(self) -> dict[str, list[_Stands]]:
        return _by_name((before, each) for before, found in self._outlines for each in found.classes)

    def statements(self, name: str) -> list[tuple[int, Outlined, Binding]]:
        """What binds a name besides definitions, or changes its value: lines before the chunk, the chunk's outline, the
        binding."""
        chunks = self.module.chunks
        found = [(n, bound_by(chunks.chunks[n])[place]) for n, place in self.module.names.get(name, ())]
        kept = [each for each in found if each[1].how not in ("function", "class")]
        if kept and kept[0][1].how != "import":
            kept += [(n, Binding(name, "changed", chunks.chunks[n].tree)) for n in self._changes.get(name, ())]
        return [(self.module.starts[n], outline(chunks.chunks[n]), binding)
                for n, binding in sorted(kept, key=lambda each: each[0])]

    @cached_property
    def _changes(self) -> dict[str, list[int]]:
        """For each name the chunks that change its value."""
        found: dict[str, list[int]] = {}
        for number, chunk in enumerate(self.module.chunks.chunks):
            for name in outline(chunk).changes:
                found.setdefault(name, []).append(number)
        return found

    def first_line(self, qualname: str) -> int:
        """Where the last function of a name begins; 0 where there is none."""
        known = self.functions.get(qualname)
        return known[-1].before + known[-1].found.first_line if known else 0

    def lines(self, qualname: str) -> tuple[int, int]:
        """The first and the last line of the last function of a name; none where there is no such function."""
        known = self.functions.get(qualname)
        return (known[-1].before + known[-1].found.first_line, _last_line(known[-1])) if known else (1, 0)

    def function_at(self, line: int) -> str:
        """The outermost function around a line; "" where there is none."""
        around = [name for name, stands in self.functions.items() if "<locals>" not in name
                  and any(each.before + each.found.first_line <= line <= _last_line(each) for each in stands)]
        return around[0] if around else ""

    def digests(self) -> dict[str, str]:
        """For each module-level name a digest of the statements that bind it, as reads have it."""
        found = {}
        for name in self.module.names:
            statements = self.statements(name)
            if statements:
                found[name] = _together(each.chunk.digest for _, each, _ in statements)
        return found | {name: stands[-1].found.digest for name, stands in self.classes.items() if name not in found}

    @property
    def _outlines(self) -> Iterator[tuple[int, Outlined]]:
        return ((before, outline(chunk)) for before, chunk in self.module.placed())


def _last_line(stands: _Stands) -> int:
    return stands.before + (stands.found.node.end_lineno or stands.found.node.lineno)


def _by_name(found: Iterable[tuple[int, OutlinedFunction | OutlinedClass]]) -> dict[str, list[_Stands]]:
    names: dict[str, list[_Stands]] = {}
    for before, each in found:
        names.setdefault(each.qualname, []).append(_Stands(before, each))
    return names


@dataclass(eq=False)
class Reads:
    """What reads what in a project, at one moment."""

    project: Project
    _contents: dict[str, Contents] = field(default_factory=dict)
    _edges: dict[Node, tuple[Node, ...]] = field(default_factory=dict)
    _reads: dict[Node, Read] = field(default_factory=dict)
    _ruled: dict[str, dict[object, list[Node]]] = field(default_factory=dict)

    def contents(self, module: Module) -> Contents:
        if module.path not in self._contents:
            self._contents[module.path] = Contents(module)
        return self._contents[module.path]

    def function(self, module: Module, qualname: str) -> Node | None:
        """The node of a function, the last one of its name; None where the module's text has none."""
        found = self.contents(module).functions.get(qualname)
        return Node(module.path, qualname, "function", len(found) - 1) if found else None

    def reached(self, starts: Iterable[Node]) -> list[Node]:
        """Nodes and all that they read, nearest first."""
        found = dict.fromkeys(starts)
        todo = list(found)
        for node in todo:
            for other in self.edges(node):
                if other not in found:
                    found[other] = None
                    todo.append(other)
        return todo

    def named(self, module: Module, paths: Iterable[str]) -> list[Node]:
        """What dotted names of a module lead to."""
        return list(dict.fromkeys(node for path in paths for node in self._of_path(module, path)))

    def read(self, node: Node) -> Read:
        """A node as data."""
        if node not in self._reads:
            self._reads[node] = self._read(node)
        return self._reads[node]

    def of_function(self, module: Module, qualname: str) -> tuple[Read, ...]:
        """What a function reads, itself left out."""
        start = self.function(module, qualname)
        return tuple(map(self.read, self.reached([start])[1:])) if start is not None else ()

    def meaning(self, nodes: Iterable[Node]) -> str:
        """A digest of nodes and all that they read: what is inferred from them holds as long as it stays.

        Of functions it counts the text, so that also places in them, counted from their first line, stay; of classes
        all functions, which instances lead to.
        """
        found = self._with_methods(nodes)
        text = "|".join(sorted(f"{node.path}:{node.name}:{self._text(node)}" for node in found))
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

    def places(self, nodes: Iterable[Node]) -> str:
        """A digest of nodes and all that they read, and of the lines where these stand."""
        found = self._with_methods(nodes)
        text = "|".join(sorted(f"{node.path}:{node.name}:{self._line(node)}:{self._text(node)}" for node in found))
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

    def edges(self, node: Node) -> tuple[Node, ...]:
        """What a node reads directly."""
        if node not in self._edges:
            contents = self._of(node)
            paths: Iterable[str]
            if node.kind == "statement":
                paths = [path for _, each, _ in contents.statements(node.name) for path in each.paths]
            else:
                paths = self._definition(node).found.paths
            found = [each for each in self.named(contents.module, paths) if each != node]
            found += self._rules(contents.module, paths)
            if node.kind == "statement":
                found += [each for _, _, binding in contents.statements(node.name) if binding.how == "import"
                          and binding.attribute for each in self._imported(contents.module, binding, "", 0)]
            self._edges[node] = tuple(dict.fromkeys(found))
        return self._edges[node]

    def _rules(self, module: Module, paths: Iterable[str]) -> Iterator[Node]:
        """The user's rules for what dotted names of a module lead to."""
        if module.path not in self._ruled:
            known: dict[object, list[Node]] = {}
            for subject, home, name in rules_in(self.project, module):
                rule = self.function(home, name)
                known.setdefault(subject, []).extend([rule] if rule is not None else [])
            self._ruled[module.path] = known
        ruled = self._ruled[module.path]
        for path in paths if ruled else ():
            yield from ruled.get(identity(self.project.look(module, path)), ())

    def _with_methods(self, nodes: Iterable[Node]) -> list[Node]:
        found = self.reached(nodes)
        while True:
            known = set(found)
            more = [each for node in found for each in self._methods(node) if each not in known]
            if not more:
                return found
            found = self.reached([*found, *more])

    def _read(self, node: Node) -> Read:
        if node.kind != "statement":
            return Read(node.path, node.name, self._definition(node).found.digest)
        statements = self._of(node).statements(node.name)
        return Read(node.path, node.name, _together(each.chunk.digest for _, each, _ in statements))

    def _line(self, node: Node) -> int:
        """Where it begins."""
        if node.kind != "statement":
            stands = self._definition(node)
            return stands.before + stands.found.first_line
        before, first, _ = self._of(node).statements(node.name)[0]
        return before + first.chunk.begins

    def _methods(self, node: Node) -> list[Node]:
        """The functions of a class, and those of classes within."""
        if node.kind != "class":
            return []
        functions = self._of(node).functions
        return [Node(node.path, name, "function", number) for name, stands in functions.items()
                if name.startswith(f"{node.name}.") for number in range(len(stands))]

    def _text(self, node: Node) -> str:
        if node.kind != "function":
            return self.read(node).digest
        found = self._definition(node).found
        assert isinstance(found, OutlinedFunction)
        return found.text_digest

    def _definition(self, node: Node) -> _Stands:
        contents = self._of(node)
        return (contents.functions if node.kind == "function" else contents.classes)[node.name][node.number]

    def _of(self, node: Node) -> Contents:
        module = self.project.module(node.path)
        assert module is not None
        return self.contents(module)

    def _of_path(self, module: Module, path: str, depth: int = 0) -> Iterator[Node]:
        root, _, rest = path.partition(".")
        contents = self.contents(module)
        for number in range(len(contents.functions.get(root, ()))):
            yield Node(module.path, root, "function", number)
        yield from self._in_class(contents, root, rest)
        statements = contents.statements(root)
        if statements:
            yield Node(module.path, root, "statement")
        for _, _, binding in statements:
            if binding.how == "import" and depth < DEEPEST:
                yield from self._imported(module, binding, rest, depth)

    def _in_class(self, contents: Contents, name: str, rest: str) -> Iterator[Node]:
        for number in range(len(contents.classes.get(name, ()))):
            yield Node(contents.module.path, name, "class", number)
            first, _, more = rest.partition(".")
            inner = f"{name}.{first}"
            for each in range(len(contents.functions.get(inner, ()))):
                yield Node(contents.module.path, inner, "function", each)
            if first:
                yield from self._in_class(contents, inner, more)

    def _imported(self, module: Module, binding: Binding, rest: str, depth: int) -> Iterator[Node]:
        """What a name of another module of the workspace leads to."""
        found, attribute = self.project.source_of(module, binding)
        path = ".".join(part for part in (attribute, rest) if part)
        while isinstance(found, Module) and path:
            first, _, more = path.partition(".")
            if first in found.names:
                yield from self._of_path(found, path, depth + 1)
                return
            found, path = self.project.attribute(found, first), more


DEEPEST = 20
"""How often a name may be imported on."""


def _together(digests: Iterable[str]) -> str:
    found = list(dict.fromkeys(digests))
    return found[0] if len(found) == 1 else hashlib.sha256("|".join(found).encode()).hexdigest()[:24]
