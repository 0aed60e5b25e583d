"""Names resolved from text alone, as a server does that runs nothing.

It answers what the live resolver would, or less: a name that may be bound to several things, or to something that only
the run knows, is a value of unknown type, and calls of it stay dynamic. It is never something else than at run time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from adls.engine.frontend import packages
from adls.engine.frontend.bindings import Binding, bindings_of
from adls.engine.frontend.class_texts import match_args, named_tuple, namespace
from adls.engine.frontend.lower import lower
from adls.engine.frontend.modules import (
    UNKNOWN,
    Classed,
    Defined,
    Given,
    Made,
    Module,
    Named,
    Project,
    Thing,
    bound_by,
    dotted,
    library_of,
)
from adls.engine.frontend.record_texts import RecordTexts
from adls.engine.ir.entities import (
    Construction,
    Entity,
    Library,
    Member,
    Namespace,
    Resolver,
    UserFunction,
    Value,
)
from adls.engine.ir.ops import Function
from adls.engine.ir.types import Any
from adls.engine.ir.types import Callable as CallableType
from adls.engine.source.diagnostics import Diagnostic, DifferentiationError

_RUNTIME = Path(__file__).resolve().parents[2] / "runtime"
SOURCES = tuple(str(_RUNTIME / name) for name in (
    "sources.py", "array_sources.py", "collection_sources.py", "standard_sources.py", "numeric_sources.py",
    "equation_sources.py", "iterators.py"))
"""Python's own functions over sequences, and NumPy's over arrays, as Python: read, not imported."""


@dataclass(eq=False)
class _Shared:
    """What the resolvers of one moment have in common. `home` is the module that a program starts with."""

    project: Project
    home: Module
    targets: dict[str, Defined] = field(default_factory=dict)
    lowered: dict[str, tuple[Function | None, tuple[Diagnostic, ...]]] = field(default_factory=dict)


class StaticResolver(Resolver):
    """The names of one module, and of one function of it where its defaults are asked for."""

    def __init__(self, module: Module, function: Defined | None = None, shared: _Shared | None = None) -> None:
        self.module = module
        self.defined = function
        self._shared = shared or _Shared(module.project, module)

    def resolve(self, path: str) -> Entity | None:
        """What a global `name` or `name.attribute...` is; None where it is not found or goes through data."""
        for place in (".__defaults__[", ".__kwdefaults__["):
            name, held, index = path.partition(place)
            if held:
                return self._default(self._holder(name), index.removesuffix("]"), place)
        found = self._shared.project.look(self.module, path)
        entity = self.entity(found) if found is not None else None
        own = isinstance(entity, Value) and entity.key == f"builtins.{path}" and self.module.get(path) is None
        if isinstance(entity, Value) and entity.key and not own and not self._in_library(path.rpartition(".")[0]):
            return Value(entity.type)  # Other data has a library's name only where it is read off the library.
        return entity

    def _in_library(self, home: str) -> bool:
        return bool(home) and isinstance(self._shared.project.look(self.module, home), Named)

    def entity(self, found: Thing) -> Entity:
        """What kind of thing a definition is."""
        if self._has_rule(found):
            return Value(CallableType())
        if isinstance(found, Defined):
            return UserFunction(self.target(found))
        return entity_of(found)

    def find(self, qualname: str) -> Defined | None:
        """The function of a qualified name; None where its text shows none that runs under this name."""
        found = self._shared.project.look(self.module, qualname)
        return found if isinstance(found, Defined) and found.module is self.module else None

    def target(self, function: Defined) -> str:
        """The name of a user function: module and qualified name, with a place where that names several."""
        name = f"{function.module.place.module}.{function.qualname}"
        known = self._shared.targets.get(name)
        if "<" in name or (known is not None and known.node is not function.node):
            name += f"@{function.node.lineno}:{function.node.col_offset}"
        self._shared.targets.setdefault(name, function)
        return name

    def function(self, target: str) -> Function:
        """The IR of a user function; raises DifferentiationError where it has none."""
        found, problems = self.lowered(target)
        if found is None:
            raise DifferentiationError(problems)
        return found

    def lowered(self, target: str) -> tuple[Function | None, tuple[Diagnostic, ...]]:
        """The IR of a user function, and what stands against it."""
        defined = self._shared.targets.get(target)
        if defined is None:
            return None, ()
        if target not in self._shared.lowered:
            resolver = StaticResolver(defined.module, defined, self._shared)
            try:
                made = lower(defined.node, defined.module.source, defined.qualname, resolver, defined.enclosing)
            except RecursionError:
                made = None, ()
            self._shared.lowered[target] = made
        return self._shared.lowered[target]

    def for_target(self, target: str) -> StaticResolver:
        """The names of another function's module."""
        defined = self._shared.targets[target]
        return StaticResolver(defined.module, defined, self._shared)

    def source(self, name: str) -> str | None:
        """The target of a function that stands for one of a library's; its text lies in the runtime's folder."""
        for path in SOURCES:
            module = self._shared.project.module(path)
            found = module.get(name) if module is not None else None
            if isinstance(found, Defined):
                return self.target(found)
        return None

    def value(self, path: str) -> object:
        """The names that positional patterns of a dataclass stand for, `Point.__match_args__`; None for all else."""
        owner, _, name = path.rpartition(".")
        found = self._shared.project.look(self.module, owner) if name == "__match_args__" and owner else None
        return match_args(found) if isinstance(found, Classed) else None

    def member(self, cls: str, name: str, after: str = "") -> Member | None:
        """What a class, or those behind the class `after` in its order, has under a name."""
        return self._records.member(cls, name, after)

    def construction(self, cls: str) -> Construction | None:
        """What calling a class does."""
        return self._records.construction(cls)

    def is_kind(self, cls: str, kind: str) -> bool | None:
        """Whether a class is another or inherits from it."""
        return self._records.is_kind(cls, kind)

    @property
    def _records(self) -> RecordTexts:
        return RecordTexts(self._shared.project, self.entity)

    def defined_as(self, target: str) -> Defined | None:
        """The definition behind a target."""
        return self._shared.targets.get(target)

    def _holder(self, name: str) -> Defined | None:
        """The function that has a default: this one by its own name, or one that it calls."""
        if self.defined is not None and name == getattr(self.defined.node, "name", ""):
            return self.defined
        found = self._shared.project.look(self.module, name)
        return found if isinstance(found, Defined) else self.defined

    def _default(self, holder: Defined | None, index: str, place: str) -> Entity | None:
        """A default's value, which was computed once, among the names of its function's module."""
        if holder is None:
            return None
        arguments = holder.node.args
        if place == ".__defaults__[" and int(index) < len(arguments.defaults):
            return self._made(holder, arguments.defaults[int(index)])
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if argument.arg == index.strip("'\"") and default is not None:
                return self._made(holder, default)
        return None

    def _made(self, holder: Defined, node: ast.expr) -> Entity:
        if holder.enclosing:
            return Value(Any())
        return self.entity(self._shared.project.made(holder.module, node, ""))

    def ruled(self) -> set[object]:
        """What the program gives rules of its own."""
        known, home = self._shared.project.ruled, self._shared.home
        if home.path not in known:
            known[home.path] = set()  # What finds the rules asks again.
            known[home.path] = _ruled(self._shared.project, home)
        return known[home.path]

    def _has_rule(self, found: Thing) -> bool:
        """Whether the program gives something a rule of its own, which is then looked up when it runs."""
        ruled = self.ruled()
        return bool(ruled) and identity(found) in ruled


def entity_of(found: Thing) -> Entity:
    """What a thing is that is no function of the workspace."""
    match found:
        case Given(entity):
            return entity
        case Named(path):
            return packages.entity(path) or Value(Any())
        case Module():
            return Namespace(found.place.module)
        case Classed():
            return namespace(found.module.project, found)
        case Made():
            made = named_tuple(found.module.project, found)
            return made or Value(found.module.project.typeof(found))
        case _:
            return Value(Any())


def functions_in(module: Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions that a module's namespace can reach, by qualified name; positions are the chunks' own."""
    found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}

    def note(bindings: Iterable[Binding], prefix: str) -> None:
        for binding in bindings:
            if isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef) and binding.how == "function":
                found[prefix + binding.name] = binding.node
            elif isinstance(binding.node, ast.ClassDef) and binding.how == "class":
                note(bindings_of(binding.node.body), f"{prefix}{binding.name}.")

    for chunk in module.chunks.chunks:
        note(bound_by(chunk), "")
    return found


def _ruled(project: Project, home: Module) -> set[object]:
    """What `@adls.adjoint(...)` names in the modules that a program loads."""
    found: set[object] = set()
    for module in project.loaded(home):
        for chunk in module.chunks.chunks:
            if "adjoint" not in chunk.words:
                continue
            for node in ast.walk(chunk.tree):
                if isinstance(node, ast.Call) and node.args and _is_adjoint(project, module, node.func):
                    subject = project.look(module, dotted(node.args[0])) if dotted(node.args[0]) else None
                    found |= {identity(subject)} if subject is not None else set()
    return found


def rules_in(project: Project, home: Module) -> Iterator[tuple[object, Module, str]]:
    """The rules of the user's in the modules that a program loads: what each is for, and the function that it is."""
    for module in project.loaded(home):
        for chunk in module.chunks.chunks:
            for node in chunk.tree.body if "adjoint" in chunk.words else ():
                if isinstance(node, ast.FunctionDef):
                    for call in node.decorator_list:
                        if isinstance(call, ast.Call) and call.args and _is_adjoint(project, module, call.func):
                            yield identity(project.look(module, dotted(call.args[0]))), module, node.name


def _is_adjoint(project: Project, module: Module, node: ast.expr) -> bool:
    path = dotted(node)
    found = project.look(module, path) if path.endswith("adjoint") else None
    return library_of(found) == "adls.adjoint"


def identity(found: Thing | None) -> object:
    """What a rule is for, the same for the same function; None where there can be none."""
    match found:
        case Defined(module, _, qualname):
            return module.path, qualname
        case Named(path):
            return packages.entity(path)
        case Given(entity) if found is not UNKNOWN:
            return entity if isinstance(entity, Library) else None
        case _:
            return None
