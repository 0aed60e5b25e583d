"""Types that annotations promise: `x: np.ndarray`, `rates: tuple[float, float]`, `w: NDArray[np.float32]`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import reduce

from adls.engine.analysis.instances import instance_of
from adls.engine.frontend.modules import Classed, Defined, Made, Module, Named, dotted, library_of
from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Complex,
    Dict,
    Dim,
    Float,
    Int,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.typing import join

DEEPEST = 12
ASSUMED = "f64"
"""The dtype of an array whose annotation says none."""

_PLAIN: dict[str, Type] = {
    "builtins.float": Float(), "builtins.int": Int(), "builtins.bool": Bool(), "builtins.complex": Complex(),
    "builtins.str": Str(), "numpy.ndarray": Array(ASSUMED, None), "numpy.random.Generator": Opaque("Generator"),
    "numpy.bool": Scalar("bool"), "numpy.typing.NDArray": Array(ASSUMED, None), "numpy.floating": Scalar("f64"),
}  # fmt: skip
_DTYPES = {f"numpy.{kind}{bits}": f"{kind[0]}{bits}" for kind in ("float", "int", "uint", "complex")
           for bits in (8, 16, 32, 64, 128)}
_DTYPES |= {"numpy.bool": "bool", "builtins.float": "f64", "builtins.int": "i64", "builtins.bool": "bool",
            "builtins.complex": "c128", "numpy.floating": "f64", "numpy.integer": "i64"}
# jaxtyping's names, whose second part names the dims.
_JAXTYPING = {"Float": "f64", "Float64": "f64", "Float32": "f32", "Float16": "f16", "Int": "i64", "Int64": "i64",
              "Int32": "i32", "Bool": "bool", "Complex": "c128", "Num": "f64", "Real": "f64"}


def annotated(function: Defined) -> dict[str, Type]:
    """The types of a function's annotated parameters."""
    arguments = function.node.args
    found = _receiver(function)
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        if argument.annotation is not None and argument.arg not in _without(arguments):
            found[argument.arg] = type_of(function.module, argument.annotation)
    return found


def _without(arguments: ast.arguments) -> set[str]:
    """The parameters that are None where they are left out, as they mostly are."""
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
             *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    return {argument.arg for argument, default in pairs if isinstance(default, ast.Constant) and default.value is None}


def _receiver(function: Defined) -> dict[str, Type]:
    """The type of a method's first parameter."""
    owner = function.enclosing[-1] if function.enclosing else None
    arguments = [*function.node.args.posonlyargs, *function.node.args.args]
    if not isinstance(owner, ast.ClassDef) or not arguments or isinstance(function.node, ast.Lambda):
        return {}
    if any(dotted(each) in ("staticmethod", "classmethod") for each in function.node.decorator_list):
        return {}
    found = function.module.project.look(function.module, function.qualname.rpartition(".")[0])
    return {arguments[0].arg: _instance(found, 0)} if isinstance(found, Classed) else {}


def type_of(module: Module, node: ast.expr, depth: int = 0) -> Type:
    """What an annotation says; Any where that is nothing, or nothing that is known here."""
    if depth > DEEPEST:
        return Any()

    def inner(part: ast.expr) -> Type:
        return type_of(module, part, depth + 1)

    match node:
        case ast.Constant(None):
            return NoneT()
        case ast.Constant(str(text)):
            return _quoted(text, inner)
        case ast.BinOp(left, ast.BitOr(), right):
            return _either([inner(left), inner(right)])
        case ast.Subscript(value, index):
            return _subscripted(module, value, index, inner)
    path = dotted(node)
    return _named(module, path, depth) if path else Any()


def _either(types: list[Type]) -> Type:
    """One of several types; of what may be None, as it is where there is something to be differentiated."""
    return reduce(join, [each for each in types if not isinstance(each, NoneT)] or [NoneT()])


def _quoted(text: str, inner: Callable[[ast.expr], Type]) -> Type:
    try:
        return inner(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Any()


def _named(module: Module, path: str, depth: int) -> Type:
    found = module.project.look(module, path)
    key = library_of(found)
    if key:
        return _PLAIN.get(key) or (Scalar(_DTYPES[key]) if key in _DTYPES else Any())
    if isinstance(found, Made):
        return type_of(found.module, found.node, depth + 1)
    return _instance(found, depth) if isinstance(found, Classed) else Any()


def _instance(owner: Classed, depth: int) -> Type:
    """An instance of a class of the workspace; Any where it holds another of its own class."""
    known, key = owner.module.project.instances, (owner.module.path, owner.qualname)
    if key not in known:
        known[key] = Any()
        known[key] = instance_of(owner, lambda module, node: type_of(module, node, depth + 1))
    return known[key]


def _subscripted(module: Module, value: ast.expr, index: ast.expr, inner: Callable[[ast.expr], Type]) -> Type:
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    path = dotted(value)
    found = module.project.look(module, path) if path else None
    key = library_of(found) or (found.path if isinstance(found, Named) else "")
    name = (key or path).rpartition(".")[2]
    match name, parts:
        case ("tuple" | "Tuple"), _:
            several = any(isinstance(part, ast.Constant) and part.value is Ellipsis for part in parts)
            return Any() if several else Tuple(tuple(map(inner, parts)))
        case ("list" | "List"), [part]:
            return List(inner(part))
        case ("dict" | "Dict"), [_, part]:
            return Dict(inner(part))
        case "Optional", [part]:
            return inner(part)
        case "Union", _:
            return _either(list(map(inner, parts)))
        case ("Annotated" | "Final" | "ClassVar"), [part, *_]:
            return inner(part)
        case "NDArray", [part]:
            return Array(_dtype(module, part), None)
        case "ndarray", [shape, part]:
            dtype = part.slice if isinstance(part, ast.Subscript) else part
            return Array(_dtype(module, dtype), _dims_of_tuple(shape))
        case _, [_, ast.Constant(str(dims))] if name in _JAXTYPING and not key.startswith("numpy"):
            return _jaxtyping(_JAXTYPING[name], dims)
    return Any()


def _dtype(module: Module, node: ast.expr) -> str:
    path = dotted(node)
    return _DTYPES.get(library_of(module.project.look(module, path)) if path else "", ASSUMED)


def _dims_of_tuple(node: ast.expr) -> tuple[Dim, ...] | None:
    """`tuple[int, int]` is a matrix."""
    match node:
        case ast.Subscript(_, ast.Tuple(parts)) if not any(
                isinstance(part, ast.Constant) and part.value is Ellipsis for part in parts):
            return tuple(Dim("?", 0, False) for _ in parts)
        case ast.Subscript(_, ast.Name()):
            return (Dim("?", 0, False),)
    return None


def _jaxtyping(dtype: str, dims: str) -> Type:
    words = dims.split()
    if any(word.startswith(("*", "...")) for word in words):
        return Array(dtype, None)
    found = tuple(Dim("1", 0, True) if word == "1" else Dim("?", 0, False) for word in words)
    return Array(dtype, found) if found else Scalar(dtype)
