"""What a decorated function is: itself where the decorator is known to give it back, else something unknown."""

from __future__ import annotations

import ast

from adls.engine.frontend.modules import UNKNOWN, Defined, Given, Thing, dotted, library_of
from adls.engine.ir.entities import Value
from adls.engine.ir.types import Callable as CallableType
from adls.engine.ir.types import Opaque

# These give back what they get. `adls.adjoint(f)` gives back the rule that it registers.
SAME = frozenset({
    "typing.final", "typing.no_type_check", "typing.override", "typing.overload", "builtins.staticmethod",
    "adls.adjoint",
})  # fmt: skip
_CALLABLE = frozenset({
    "functools.cache", "functools.lru_cache", "functools.singledispatch", "numpy.vectorize", "builtins.classmethod",
    "contextlib.contextmanager", "functools.partial",
})  # fmt: skip
# Python makes these class methods without being told.
_CLASS_METHODS = frozenset({"__init_subclass__", "__class_getitem__"})
_OBJECTS = {"builtins.property": "property", "functools.cached_property": "cached_property"}


def decorated(function: Defined) -> Thing:
    """A function as its name gives it, once its decorators have had it."""
    assert not isinstance(function.node, ast.Lambda)
    found: Thing = function
    if function.enclosing and function.node.name in _CLASS_METHODS:
        return Given(Value(CallableType()))
    for decorator in reversed(function.node.decorator_list):
        key = _key(function, decorator)
        if key in SAME:
            continue
        if key in _CALLABLE:
            found = Given(Value(CallableType()))
        elif key in _OBJECTS:
            found = Given(Value(Opaque(_OBJECTS[key])))
        elif not gives_back(function, decorator):
            return UNKNOWN
    return found


def gives_back(function: Defined, decorator: ast.expr) -> bool:
    """Whether a decorator of the workspace returns its argument, whatever it notes of it besides."""
    path = dotted(decorator)
    found = function.module.project.look(function.module, path) if path else None
    if not isinstance(found, Defined) or not isinstance(found.node, ast.FunctionDef):
        return False
    parameters = [*found.node.args.posonlyargs, *found.node.args.args]
    if len(parameters) != 1 or found.node.decorator_list:
        return False
    name = parameters[0].arg
    inner = list(ast.walk(found.node))
    named = [each for each in inner if isinstance(each, ast.Name) and each.id == name]
    rebound = any(not isinstance(each.ctx, ast.Load) for each in named)
    returned = [each.value for each in inner if isinstance(each, ast.Return)]
    same = all(isinstance(value, ast.Name) and value.id == name for value in returned)
    return same and not rebound and isinstance(found.node.body[-1], ast.Return)


def _key(function: Defined, decorator: ast.expr) -> str:
    """The library's name of a decorator, or of what makes it: `functools.lru_cache(maxsize=1)`."""
    path = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return library_of(function.module.project.look(function.module, path) if path else None)
