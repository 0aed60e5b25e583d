"""Modules by their text: which definition a name leads to, through imports, classes, aliases and decorators."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import cached_property
from typing import Any, TypeAlias

from adls.engine.frontend import packages
from adls.engine.frontend.bindings import STAR, Binding, bindings_of, declared_global
from adls.engine.frontend.scopes import FunctionNode
from adls.engine.frontend.texts import Texts
from adls.engine.ir import types as ir
from adls.engine.ir.entities import Entity, Library, Value
from adls.engine.source.chunks import Chunk, Chunks, parsed
from adls.engine.source.frozen import dataclass
from adls.engine.source.places import Place, place_of
from adls.engine.source.spread import Spread
from adls.engine.source.text import SourceFile

TypeOf: TypeAlias = "Callable[[Made], ir.Type]"
"""Gives the type of a value that a module's text makes."""

# What comes before any module of a program's folder, whatever that is called.
_FIRST = frozenset({*packages.PACKAGES, "os", "sys", "io", "abc", "codecs", "builtins", "math", "time", "itertools"})


@dataclass(frozen=True, slots=True)
class Named:
    """Something of a library, by the dotted name under which it was found."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Defined:
    """A function of a module, with the scopes around it."""

    module: Module
    node: FunctionNode
    qualname: str
    enclosing: tuple[ast.AST, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Classed:
    """A class of a module."""

    module: Module
    node: ast.ClassDef
    qualname: str
    enclosing: tuple[ast.AST, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The value of an expression of a module, which stands under a name in it; "" where it has none."""

    module: Module
    node: ast.expr
    name: str


@dataclass(frozen=True, slots=True)
class Given:
    """What is known to be of some kind: a decorated function, a name that may be bound to anything."""

    entity: Entity


Thing: TypeAlias = "Named | Defined | Classed | Made | Given | Module"
UNKNOWN = Given(Value(ir.Any()))


def bound_by(chunk: Chunk) -> tuple[Binding, ...]:
    """What a chunk binds, its positions counted from its first line."""
    return _noted(chunk, 0)


def placed_bindings(chunk: Chunk, before: int) -> tuple[Binding, ...]:
    """The same with positions in the file, which has `before` lines above the chunk."""
    return _noted(chunk, before)


def _noted(chunk: Chunk, before: int) -> tuple[Binding, ...]:
    """What a chunk binds, kept with it for its own lines and for its last place in the file."""
    note = "placed bindings" if before else "bindings"
    known: Any = chunk.notes.get(note)
    if known is None or known[0] != before:
        tree = parsed("\n" * before + "".join(chunk.lines)) if before else chunk.tree
        declared = "global" in chunk.words
        known = chunk.notes[note] = before, (*bindings_of(tree.body), *(declared_global(tree) if declared else ()))
    found: tuple[Binding, ...] = known[1]
    return found


@dataclass(eq=False)
class Module:
    """A file of the workspace as Python would import it."""

    path: str
    source: SourceFile = field(repr=False)
    chunks: Chunks = field(repr=False)
    project: Project = field(repr=False)

    @cached_property
    def place(self) -> Place:
        return place_of(self.path)

    @property
    def starts(self) -> tuple[int, ...]:
        """How many lines stand before each chunk, as `source` counts them."""
        return self.source.homes if isinstance(self.source, Spread) else self.chunks.starts

    def placed(self) -> Iterator[tuple[int, Chunk]]:
        """Each chunk with the number of lines before it, as `source` counts them."""
        return zip(self.starts, self.chunks.chunks, strict=True)

    def actual(self, line: int) -> int:
        """Where a line of `source` stands in the file."""
        return self.source.actual(line) if isinstance(self.source, Spread) else line

    @cached_property
    def names(self) -> dict[str, list[tuple[int, int]]]:
        """Where each name is bound: chunk and place among the chunk's bindings, in the text's order."""
        names: dict[str, list[tuple[int, int]]] = {}
        for number, chunk in enumerate(self.chunks.chunks):
            for place, binding in enumerate(bound_by(chunk)):
                names.setdefault(binding.name, []).append((number, place))
        return names

    def bindings(self, name: str) -> list[Binding]:
        """The bindings that a name may have when the module is loaded, with their places in the file."""
        found = [bound_by(self.chunks.chunks[number])[place] for number, place in self.names.get(name, ())]
        kept = [n for n, each in enumerate(found) if not each.script] or list(range(len(found)))
        sure = [n for n in kept if found[n].sure]
        if sure:
            kept = kept[kept.index(sure[-1]) :] + [n for n in kept[: kept.index(sure[-1])] if _is_global(found[n])]
        return [self._placed(found[n], *self.names[name][n]) for n in kept]

    def _placed(self, found: Binding, number: int, place: int) -> Binding:
        if found.how in ("import", "unknown"):
            return found
        return placed_bindings(self.chunks.chunks[number], self.starts[number])[place]

    def get(self, name: str) -> Thing | None:
        """What a name of the module is; None where nothing binds it."""
        return self.project.of_name(self, name)

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        module = self.place.module
        return module if self.path.endswith("__init__.py") else module.rpartition(".")[0]


def _is_global(binding: Binding) -> bool:
    return isinstance(binding.node, ast.Global)


@dataclass(eq=False)
class Project:
    """The modules of a workspace at one moment: made anew when a text has changed.

    `folders` are looked into for modules after a program's own; with `spread` its files are read so that lines keep
    their numbers over edits. `classes` are those that were met, by name, `instances`
    the types of what classes make of annotated arguments, by path and name. `ruled` is
    what programs that start with a module have rules of their own for, as a resolver finds out.
    """

    texts: Texts
    typeof: TypeOf = lambda made: ir.Any()
    folders: tuple[str, ...] = ()
    spread: bool = False
    _modules: dict[str, Module | None] = field(default_factory=dict)
    _found: dict[tuple[str, str], str] = field(default_factory=dict)
    _things: dict[tuple[str, str], Thing | None] = field(default_factory=dict)
    _busy: set[tuple[str, str]] = field(default_factory=set)
    ruled: dict[str, set[object]] = field(default_factory=dict)
    classes: dict[str, Classed | Made] = field(default_factory=dict)
    instances: dict[tuple[str, str], ir.Type] = field(default_factory=dict)

    def module(self, path: str) -> Module | None:
        """A file's module; None where it cannot be read as Python."""
        if path not in self._modules:
            source = self.texts.spread(path) if self.spread else self.texts.read(path)
            chunks = self.texts.chunks(path)
            readable = source is not None and chunks is not None
            self._modules[path] = Module(path, source, chunks, self) if readable else None  # type: ignore[arg-type]
        return self._modules[path]

    def imported(self, name: str, folder: str) -> Thing | None:
        """The module that `import name` gives to a program in a folder."""
        top = name.partition(".")[0]
        if top not in _FIRST:
            key = name, folder
            if key not in self._found:
                places = (self.texts.find(name, each) for each in (folder, *self.folders))
                self._found[key] = next(filter(None, places), "")
            if self._found[key]:
                return self.module(self._found[key]) or UNKNOWN
        return Named(name) if packages.is_package(name) else None

    def of_name(self, module: Module, name: str) -> Thing | None:
        """What a module's name is, where its bindings agree."""
        key = module.path, name
        if key in self._busy:
            return UNKNOWN
        if key not in self._things:
            self._busy.add(key)
            try:
                self._things[key] = self._of_name(module, name)
            finally:
                self._busy.discard(key)
        return self._things[key]

    def _of_name(self, module: Module, name: str) -> Thing | None:
        bindings = module.bindings(name)
        if not bindings:
            return UNKNOWN if STAR in module.names else None
        if len(bindings) > 1 or any(binding.script for binding in bindings):
            return UNKNOWN
        return self._bound(module, bindings[0])

    def _bound(self, module: Module, binding: Binding) -> Thing:
        node = binding.node
        match binding.how:
            case "import":
                return self._import(module, binding) or UNKNOWN
            case "function":
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                from adls.engine.frontend.decorators import decorated

                return decorated(Defined(module, node, binding.name))
            case "class":
                assert isinstance(node, ast.ClassDef)
                return Classed(module, node, binding.name)
            case "value":
                assert isinstance(node, ast.expr)
                return self.made(module, node, binding.name)
            case _:
                return UNKNOWN

    def made(self, module: Module, node: ast.expr, name: str) -> Thing:
        """What an expression is: another name for something, a function, or a value."""
        if isinstance(node, ast.Lambda):
            return Defined(module, node, "<lambda>")
        path = dotted(node)
        found = self.look(module, path) if path else None
        return found if found is not None else Made(module, node, name)

    def _import(self, module: Module, binding: Binding) -> Thing | None:
        origin, attribute = self.source_of(module, binding)
        return self.attribute(origin, attribute) if origin is not None and attribute else origin

    def source_of(self, module: Module, binding: Binding) -> tuple[Thing | None, str]:
        """The module that an import reads, and which name of it; "" for the module itself."""
        name = binding.module
        if binding.level:
            parts = module.package.split(".") if module.package else []
            name = ".".join([*parts[: len(parts) - binding.level + 1], *([name] if name else [])])
        if binding.name == STAR or not name:
            return None, ""
        return self.imported(name, module.place.folder), binding.attribute

    def look(self, module: Module, path: str) -> Thing | None:
        """What a dotted name of a module leads to; None where it is not found or goes through data."""
        root, *attributes = path.split(".")
        found = module.get(root)
        if found is None:
            known = packages.builtin(root)
            found = Given(known) if known is not None else None
            if packages.is_builtin_class(root):
                found = Named(f"builtins.{root}")
        for attribute in attributes:
            found = self.attribute(found, attribute) if found is not None else None
        return found

    def attribute(self, owner: Thing, name: str) -> Thing | None:
        """An attribute of a module or class."""
        match owner:
            case Named(path):
                return Named(f"{path}.{name}") if packages.entity(f"{path}.{name}") is not None else None
            case Module():
                found = owner.get(name)
                if found is not None or not owner.path.endswith("__init__.py"):
                    return found
                return self.imported(f"{owner.place.module}.{name}", owner.place.folder)
            case Classed():
                from adls.engine.frontend.class_texts import member

                return member(self, owner, name)
            case _:
                return None

    def loaded(self, module: Module) -> Iterator[Module]:
        """A module and those of the workspace that importing it imports."""
        seen: set[str] = set()
        todo = [module]
        while todo:
            found = todo.pop()
            if found.path in seen:
                continue
            seen.add(found.path)
            yield found
            for chunk in found.chunks.chunks:
                for binding in bound_by(chunk):
                    if binding.how == "import":
                        origin, attribute = self.source_of(found, binding)
                        inner = self.attribute(origin, attribute) if isinstance(origin, Module) and attribute else None
                        todo += [each for each in (origin, inner) if isinstance(each, Module)]


def library_of(found: Thing | None) -> str:
    """The canonical name of a library's function or class; "" for all else."""
    known = packages.entity(found.path) if isinstance(found, Named) else None
    if isinstance(found, Given):
        known = found.entity
    return known.key if isinstance(known, Library) else ""


def dotted(node: ast.AST) -> str:
    """`a.b.c` as text; "" for any other expression."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(value, attribute):
            owner = dotted(value)
            return f"{owner}.{attribute}" if owner else ""
    return ""
