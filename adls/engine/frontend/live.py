"""Names resolved as a live function resolves them: its globals, builtins, and the attributes of modules and classes."""

from __future__ import annotations

import builtins
import functools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import field
from types import CodeType, FunctionType, ModuleType

from adls.engine.frontend.classes import CLASSES, class_target, construction_of, live_class
from adls.engine.frontend.library import is_distribution, is_library_module, is_source, is_ufunc, library_key
from adls.engine.frontend.locate import locate, registered
from adls.engine.frontend.lower import lower
from adls.engine.ir.entities import (
    CONTEXT,
    Construction,
    Entity,
    Library,
    Member,
    Namespace,
    UserFunction,
    Value,
)
from adls.engine.ir.ops import Function, Var
from adls.engine.ir.types import Type
from adls.engine.source.diagnostics import Diagnostic, DifferentiationError
from adls.engine.source.frozen import dataclass

ABSENT = object()
"""What a dependency holds where a name was looked for and not found: a global that would hide a builtin."""


@dataclass(frozen=True, slots=True, eq=False)
class Dependency:
    """A name that was read, and what it was. Compilation holds as long as all of them do."""

    namespace: Mapping[str, object]
    name: str
    value: object

    def holds(self) -> bool:
        return self.namespace.get(self.name, ABSENT) is self.value


@dataclass
class _Shared:
    """What the resolvers of one compilation have in common."""

    typeof: Callable[[object], Type]
    dependencies: dict[tuple[int, str], Dependency] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Lowered:
    """A function's IR under the names as they were."""

    function: Function | None
    problems: tuple[Diagnostic, ...]
    dependencies: tuple[Dependency, ...]


_functions: dict[str, FunctionType] = {}
_targets: dict[int, tuple[CodeType, str]] = {}
_lowered: dict[tuple[int, int], _Lowered] = {}


def target_of(function: FunctionType) -> str:
    """The name of a user function: module and qualified name, with a place where that names several.

    It is one for each code object, also after the function is defined anew.
    """
    code = function.__code__
    known = _targets.get(id(code))
    if known is None:
        known = _targets[id(code)] = (code, _new_target(function))
    _functions[known[1]] = function
    return known[1]


def live(target: str) -> FunctionType:
    """A live function of a target, the one seen last: all of them share their code."""
    return _functions[target]


def cell_values(function: FunctionType) -> dict[str, object]:
    """What a live function has captured, by name; a variable that has no value yet is left out."""
    values = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            if name != "__class__":  # What `super()` reads: the text says which class it stands in.
                values[name] = cell.cell_contents
        except ValueError:
            continue
    known = registered(function.__code__)
    if known is None:
        return values
    values |= {name: value for name, value in default_values(function, known).items() if value is not ABSENT}
    return {cell.name: values[cell.name] for cell in known.cells if cell.name in values}


def default_values(function: FunctionType, known: Function) -> dict[str, object]:
    """The defaults of a function of generated code that its IR calls captured, by the cell's name."""
    code = function.__code__
    named = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    given = dict(zip(named[len(named) - len(defaults) :], defaults, strict=True)) | (function.__kwdefaults__ or {})
    return {param.default.name: given.get(param.var.name, ABSENT)
            for param in known.params if isinstance(param.default, Var)}


def forget_lowered() -> None:
    """Read every function anew: what their names stand for has changed in another way than by being rebound."""
    _lowered.clear()


class LiveResolver:
    """The names of one live function. `typeof` gives the type of data; `dependencies` is what was read."""

    def __init__(self, function: FunctionType, typeof: Callable[[object], Type], shared: _Shared | None = None) -> None:
        self.live_function = function
        self._shared = shared or _Shared(typeof)

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Every name that this resolver, and those that it led to, have read."""
        return tuple(self._shared.dependencies.values())

    def resolve(self, path: str) -> Entity | None:
        """What a global `name` or `name.attribute...` is; None where it is not found or goes through data."""
        found = self.value(path)
        return None if found is ABSENT else self.entity(found, path)

    def value(self, path: str) -> object:
        """The object that a path names, or ABSENT. Defaults and captured values are read off their function:
        `f.__defaults__[0]`, `f.__closure__[0].cell_contents`."""
        for place in (".__defaults__[", ".__kwdefaults__[", ".__closure__["):
            name, found, index = path.partition(place)
            if found:
                return _held(self._holder(name, own=place != ".__closure__["), place, index.partition("]")[0])
        root, *attributes = path.split(".")
        value = self._global(root)
        for attribute in attributes:
            if not (isinstance(value, ModuleType | type) or is_ufunc(value) or is_distribution(value)):
                return ABSENT
            value = self._attribute(value, attribute)
        return value

    def entity(self, value: object, path: str = "") -> Entity:
        """What kind of thing an object is; `path` is the user's name for it."""
        if isinstance(value, ModuleType):
            return Namespace(value.__name__)
        key = "" if is_source(value) else library_key(value) or self._library_path(path, callable(value))
        if key and callable(value):
            return Library(key)
        if isinstance(value, FunctionType):
            inner = _generator_of(value)
            if inner is not None:
                return UserFunction(CONTEXT + target_of(inner), self._captured(inner))
            return UserFunction(target_of(value), self._captured(value))
        if isinstance(value, type):
            return Namespace(f"{value.__module__}.{value.__qualname__}", getattr(value, "_fields", None),
                             class_target(value))
        return Value(self._shared.typeof(value), key)

    def _captured(self, function: FunctionType) -> tuple[Type, ...]:
        return tuple(map(self._shared.typeof, cell_values(function).values()))

    def function(self, target: str) -> Function:
        """The IR of a user function; raises DifferentiationError where it has none."""
        found, problems = self.lowered(target)
        if found is None:
            raise DifferentiationError(problems)
        return found

    def lowered(self, target: str) -> tuple[Function | None, tuple[Diagnostic, ...]]:
        """The IR of a user function, made anew where a name that decided it has been rebound, and all diagnostics."""
        function = live(target)
        code = function.__code__
        own = registered(code)
        if own is not None:
            return own, ()
        key = id(code), id(function.__globals__)
        known = _lowered.get(key)
        if known is None or not all(dependency.holds() for dependency in known.dependencies):
            known = _lowered[key] = self._lower(function)
        for dependency in known.dependencies:
            self._shared.dependencies[id(dependency.namespace), dependency.name] = dependency
        return known.function, known.problems

    def for_function(self, function: FunctionType) -> LiveResolver:
        """The resolver of another function's names, which notes its dependencies here."""
        return LiveResolver(function, self._shared.typeof, self._shared)

    def afresh(self, function: FunctionType) -> LiveResolver:
        """The resolver of a function that is read for all who come to it: what it reads is noted apart."""
        return LiveResolver(function, self._shared.typeof)

    def source(self, name: str) -> str | None:
        """The target of a function of Python's in Python: the runtime has them."""
        return None

    def member(self, cls: str, name: str, after: str = "") -> Member | None:
        """What a class, or those behind the class `after` in its order, has under a name."""
        owner = live_class(cls)
        order = owner.__mro__ if owner is not None else ()
        names = [each.__qualname__ for each in order]
        for base in order[names.index(after) + 1 if after in names else 0 :]:
            found = self._read(vars(base), name)
            if found is not ABSENT:
                return None if base is object else self._member(found)
        return None

    def _member(self, found: object) -> Member | None:
        kind = {staticmethod: "static", classmethod: "class", property: "property",
                functools.cached_property: "cached"}.get(type(found), "")
        inner = found.fget if isinstance(found, property) else (
            found.func if isinstance(found, functools.cached_property) else getattr(found, "__func__", found))
        inner = _without_memory(inner)
        if isinstance(inner, FunctionType):
            setter = found.fset if isinstance(found, property) else None
            return Member(kind or "method", self.entity(inner), self.entity(setter) if setter is not None else None)
        bound = kind != "static" and (kind or hasattr(type(found), "__get__"))
        return None if bound else Member("value", self.entity(inner))

    def construction(self, cls: str) -> Construction | None:
        """What calling a class does."""
        for name in ("__init__", "__new__", "__post_init__"):
            self.member(cls, name)
        found = live_class(cls)
        return construction_of(found, self._shared.typeof, self.entity) if found is not None else None

    def is_kind(self, cls: str, kind: str) -> bool | None:
        """Whether a class is another or inherits from it."""
        found = live_class(cls)
        return None if kind not in CLASSES or found is None else issubclass(found, CLASSES[kind])

    def for_target(self, target: str) -> LiveResolver:
        """The resolver of the names of a target's function."""
        return self.for_function(live(target))

    def _lower(self, function: FunctionType) -> _Lowered:
        located = locate(function.__code__, function.__globals__)
        if isinstance(located, Diagnostic):
            return _Lowered(None, (located,), ())
        resolver = self.afresh(function)
        lowered, problems = lower(located.node, located.source, located.qualname, resolver, located.enclosing,
                                  function.__code__.co_freevars)
        return _Lowered(lowered, problems, resolver.dependencies)

    def _holder(self, name: str, *, own: bool) -> FunctionType:
        """The function that holds a default or a captured value: this one by its own name, or one that it calls. What
        it calls under its own name may be a decorator's."""
        function = self.live_function
        found = function if own and name == function.__code__.co_name else self.value(name)
        return found if isinstance(found, FunctionType) else function

    def _global(self, name: str) -> object:
        value = self._read(self.live_function.__globals__, name)
        return self._read(vars(builtins), name) if value is ABSENT else value

    def _read(self, namespace: Mapping[str, object], name: str) -> object:
        value = namespace.get(name, ABSENT)
        self._shared.dependencies[id(namespace), name] = Dependency(namespace, name, value)
        return value

    def _attribute(self, owner: object, name: str) -> object:
        """An attribute of a module or class. One that is not in its dictionary may be inherited, or made on demand."""
        if isinstance(owner, ModuleType):
            value = self._read(vars(owner), name)
            if value is not ABSENT:
                return value
        elif isinstance(owner, type):
            for base in owner.__mro__:
                if self._read(vars(base), name) is not ABSENT:
                    break
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return getattr(owner, name, ABSENT)
            except Exception:
                return ABSENT

    def _library_path(self, path: str, function: bool) -> str:
        """What a library's module, class or ufunc holds, by how it was reached: `numpy.pi`, `numpy.add.at`."""
        parent, _, name = path.rpartition(".")
        if name == path and not function and name in vars(builtins) and name not in self.live_function.__globals__:
            return f"builtins.{name}"
        owner = self.value(parent) if parent else ABSENT
        if isinstance(owner, ModuleType):
            return f"{owner.__name__}.{name}" if is_library_module(owner) else ""
        key = library_key(owner) if function and owner is not ABSENT else ""
        return f"{key}.{name}" if key else ""


def _without_memory(found: object) -> object:
    """The method whose results `functools.cache` remembers, where it does not rely on that by calling itself."""
    inner = getattr(found, "__wrapped__", None) if isinstance(found, _Remembering) else None
    return inner if isinstance(inner, FunctionType) and inner.__name__ not in inner.__code__.co_names else found


_Remembering = type(functools.cache(len))


def _generator_of(function: FunctionType) -> FunctionType | None:
    """The generator function of which `contextlib.contextmanager` made a function."""
    inner = getattr(function, "__wrapped__", None)
    made = function.__code__.co_qualname == "contextmanager.<locals>.helper" and function.__module__ == getattr(
        inner, "__module__", None)
    return inner if made and isinstance(inner, FunctionType) else None


def _held(function: FunctionType, place: str, index: str) -> object:
    if place == ".__defaults__[":
        return (function.__defaults__ or ())[int(index)]
    if place == ".__closure__[":
        return list(cell_values(function).values())[int(index)]
    return (function.__kwdefaults__ or {})[index.strip("'\"")]


def _new_target(function: FunctionType) -> str:
    # `functools.wraps` gives a wrapper the name of what it wraps; its code knows its own.
    name = f"{function.__globals__.get('__name__', '?')}.{function.__code__.co_qualname}"
    if "<" not in name and name not in _functions:
        return name
    line, column = _place(function.__code__)
    target = wanted = f"{name}@{line}:{column}"
    again = 1
    while target in _functions:
        again += 1
        target = f"{wanted}#{again}"
    return target


def _place(code: CodeType) -> tuple[int, int]:
    """Where a function's body begins, by its first instruction that stands somewhere."""
    for line, end_line, column, end_column in code.co_positions():
        if line is not None and column is not None and (line, column) != (end_line, end_column):
            return line, column
    return code.co_firstlineno, 0
