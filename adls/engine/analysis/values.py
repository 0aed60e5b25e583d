"""Types of values that nobody has computed: of a module's constants, of the arguments of a call.

They are inferred as the types of a function's result are, and then widened to what the same values, seen at run time,
would be given: an int is any int, a dim is 1 or not.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from adls.engine.frontend.lower import lower
from adls.engine.frontend.modules import Made, Module
from adls.engine.frontend.packages import is_package
from adls.engine.frontend.static import StaticResolver
from adls.engine.ir.types import (
    ONE,
    Any,
    Array,
    Bool,
    Bottom,
    Callable,
    Dict,
    Dim,
    Float,
    Int,
    Iter,
    List,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.infer import Program
from adls.engine.passes.typing import join_all

LONGEST = 64
"""Items of a list up to which each has a type of its own (as `typeof` has it)."""

_CHANGING = frozenset({
    "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem",
})  # fmt: skip


@dataclass(eq=False)
class Values:
    """Infers types of expressions; `known` keeps them by what they mean."""

    known: dict[object, Type] = field(default_factory=dict)

    def constant(self, made: Made) -> Type:
        """The type of a module's value as a function that reads it finds it."""
        key = (made.module.path, id(made.node))
        if key not in self.known:
            self.known[key] = Any()
            found = widened(self.expression(made.module, made.node))
            if isinstance(found, List | Dict | Tuple) and changes(made.module, made.name):
                found = Any()
            self.known[key] = found
        return self.known[key]

    def expression(self, module: Module, node: ast.expr) -> Type:
        """The type of an expression among a module's names; Any where it cannot be told."""
        arguments = ast.arguments([], [], None, [], [], None, [])
        body = ast.Lambda(arguments, node)
        ast.copy_location(body, node)
        resolver = StaticResolver(module)
        try:
            function, _ = lower(body, module.source, "<expression>", resolver)
            if function is None:
                return Any()
            program = Program(resolver)
            key = program.entry(function, (), ())
            return program.instances[key].result
        except Exception:  # Whatever the text is, the answer may be that nothing is known.
            return Any()


def widened(t: Type, name: str = "", unsure: list[Dim] | None = None) -> Type:
    """A type as it would be read off a value; `name` becomes the symbol of its dims, as in `typeof`.

    A dim that may or may not be 1 counts as not 1; those are noted in `unsure`.
    """

    match t:
        case Array(dtype, tuple(dims)):
            if unsure is not None:
                unsure += [dim for dim in dims if dim.one is None]
            return Array(dtype, tuple(ONE if dim.one else Dim(f"{name}_{axis}" if name else "?", 0, False)
                                      for axis, dim in enumerate(dims)))
        case Int():
            return Int()
        case Bool():
            return Bool()
        case Str():
            return Str()
        case Tuple() | List() | Dict():
            return _container(t, name, unsure)
        case Callable(target, cells):
            anyone = "<locals>" in target or is_package(target)
            return Callable() if anyone else Callable(target, tuple(map(widened, cells)))
        case Iter(kind, _):
            return Opaque(kind)
        case Opaque(kind):
            return Opaque(kind)
        case Bottom():
            return Any()
        case _:
            return t


def _container(t: Tuple | List | Dict, name: str, unsure: list[Dim] | None) -> Type:
    def part(item: Type, key: object) -> Type:
        return widened(item, f"{name}_{key}" if name else "", unsure)

    match t:
        case Tuple(items, kind):
            return Tuple(tuple(part(item, n) for n, item in enumerate(items)), kind)
        case List(_, tuple(items)):
            parts = tuple(part(item, n) for n, item in enumerate(items))
            return List(join_all(parts), parts if len(parts) <= LONGEST else None)
        case List(item, _):
            return List(widened(item, "", unsure))
        case Dict(_, tuple(entries), cls) if cls:
            held = tuple(sorted(((key, _held(part(item, key))) for key, item in entries), key=str))
            return Dict(join_all([value for _, value in held]), held, cls)
        case Dict(_, tuple(entries)):
            pairs = tuple((key, part(item, key)) for key, item in entries)
            return Dict(join_all([value for _, value in pairs]), pairs)
        case Dict(value, _):
            return Dict(widened(value, "", unsure))


def _held(t: Type) -> Type:
    """What an instance holds: a list of numbers is one of any length (as `typeof` has it)."""
    return List(t.item) if isinstance(t, List) and isinstance(t.item, Float | Int | Scalar) else t


def is_known(t: Type) -> bool:
    """Whether no part of a type is unknown."""
    match t:
        case Any() | Bottom():
            return False
        case Array(_, dims):
            return dims is not None
        case Tuple(items) | List(_, tuple(items)):
            return all(map(is_known, items))
        case List(item, None):
            return is_known(item)
        case Dict(value, entries):
            return all(is_known(item) for _, item in entries) if entries is not None else is_known(value)
        case _:
            return True


def changes(module: Module, name: str) -> bool:
    """Whether the module's text changes what a list or dict holds, somewhere."""
    root = name.partition(".")[0]
    return any(_changed_by(node) == root for chunk in module.chunks.chunks if root in chunk.words
               for node in ast.walk(chunk.tree))


def _changed_by(node: ast.AST) -> str:
    """The name whose items a node changes."""
    match node:
        case ast.Subscript(ast.Name(name), _, ast.Store() | ast.Del()):
            return name
        case ast.Call(ast.Attribute(ast.Name(name), method)) if method in _CHANGING:
            return name
        case ast.AugAssign(ast.Name(name) | ast.Subscript(ast.Name(name))):
            return name
    return ""
