"""Typing text: a snippet becomes IR by the frontend, gets types, and is run by Python to compare."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import FunctionType
from typing import Any

import numpy as np

from adls.engine.frontend.live import LiveResolver, target_of
from adls.engine.ir import types as ir
from adls.engine.ir.ops import Function
from adls.engine.ir.types import ONE, Dim, Type
from adls.engine.ir.verifier import verify
from adls.engine.passes.infer import Program
from adls.runtime.typeof import dtype_name, typeof

_files = count()


def define(source: str, name: str = "f", **names: object) -> FunctionType:
    """The function `name` of a source text, with `np` and further names in its module."""
    file = f"<inferred {next(_files)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"np": np, "__name__": file.strip("<>").replace(" ", "_"), **names}
    exec(compile(source, file, "exec"), namespace)
    return namespace[name]  # type: ignore[no-any-return]


@dataclass
class Typed:
    """A typed program and its entry."""

    program: Program
    key: str
    function: Function

    @property
    def result(self) -> Type:
        return self.function.result

    def __getitem__(self, name: str) -> Type:
        return self.function.types[name]

    def prims(self) -> list[str]:
        """The operations of all instances, in order."""
        from adls.engine.ir.walk import lets

        return [let.op.prim for each in self.program.instances.values() for let in lets(each)]


def infer(function: FunctionType, *types: Type) -> Typed:
    """Type a live function for parameter types."""
    resolver = LiveResolver(function, typeof)
    target = target_of(function)
    program = Program(resolver)
    key = program.entry(resolver.function(target), (), types, target)
    for instance in program.instances.values():
        verify(instance)
    return Typed(program, key, program.instances[key])


def text(source: str, *types: Type, **names: object) -> Typed:
    """Type the function f of a source text."""
    return infer(define(source, **names), *types)


def array(dtype: str, *dims: str | int) -> ir.Array:
    """`array("f64", "n", 1)`; a symbol with a question mark (`"n?"`) may be 1."""
    return ir.Array(dtype, tuple(map(dim, dims)))


def dim(of: str | int) -> Dim:
    if isinstance(of, int):
        return ONE if of == 1 else Dim(str(of), 0, False)
    return Dim(of.rstrip("?"), 0, None if of.endswith("?") else False)


@dataclass
class Claims:
    """What types say, checked against values; a symbol that is met again must be as long as before."""

    sizes: dict[str, int] = field(default_factory=dict)

    def check(self, type_: Type, value: object, where: str = "") -> None:
        """Fail if the value does not belong to the type."""
        checker = _CHECKERS.get(type(type_))
        if checker is not None:
            assert checker(self, type_, value), f"{where}{type_} does not admit {describe(value)} with {self.sizes}"

    def dim(self, claimed: Dim, length: int) -> bool:
        if claimed.one is not None and claimed.one != (length == 1):
            return False
        if claimed.one or claimed.symbol == "?":
            return True
        if claimed.symbol.isdigit():
            return int(claimed.symbol) + claimed.offset == length
        if claimed.symbol not in self.sizes:
            self.sizes[claimed.symbol] = length - claimed.offset
        # Python clamps a slice's length at 0; an int is not clamped.
        whole = self.sizes[claimed.symbol] + claimed.offset
        return length in (whole, max(whole, 0))

    def array(self, type_: ir.Array, value: object) -> bool:
        if type_.dims is None:
            return isinstance(value, np.ndarray | np.generic) and _same_dtype(type_.dtype, value)
        return isinstance(value, np.ndarray) and _same_dtype(type_.dtype, value) and \
            len(type_.dims) == value.ndim and all(map(self.dim, type_.dims, value.shape))

    def int(self, type_: ir.Int, value: object) -> bool:
        if not isinstance(value, int) or (type_.value is not None and value != type_.value):
            return False
        return type_.dim is None or self.dim(type_.dim, value)

    def items(self, types: tuple[Type, ...], values: Any) -> bool:
        for each, value in zip(types, values, strict=True):
            self.check(each, value)
        return True

    def list(self, type_: ir.List, value: Any) -> bool:
        items = type_.items if type_.items is not None else (type_.item,) * len(value)
        return isinstance(value, list) and self.items(items, value)

    def dict(self, type_: ir.Dict, value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        if type_.items is None:
            return self.items((type_.value,) * len(value), value.values())
        keys, types = [k for k, _ in type_.items], tuple(t for _, t in type_.items)
        return list(value) == keys and self.items(types, value.values())


def _same_dtype(claimed: str, value: np.ndarray[Any, Any] | np.generic) -> bool:
    return claimed == "?" or claimed == dtype_name(value.dtype)


def describe(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{dtype_name(value.dtype)}{list(value.shape)}"
    return f"{type(value).__name__} {value!r}"


_CHECKERS: Mapping[type, Callable[[Claims, Any, Any], bool]] = {
    ir.Array: Claims.array,
    ir.Int: Claims.int,
    ir.List: Claims.list,
    ir.Dict: Claims.dict,
    ir.Tuple: lambda claims, t, v: isinstance(v, tuple) and claims.items(t.items, v),
    ir.Scalar: lambda claims, t, v: isinstance(v, np.generic) and _same_dtype(t.dtype, v),
    ir.Float: lambda claims, t, v: type(v) in (float, int),
    ir.Complex: lambda claims, t, v: type(v) is complex,
    ir.Bool: lambda claims, t, v: type(v) is bool,
    ir.Str: lambda claims, t, v: isinstance(v, str),
    ir.NoneT: lambda claims, t, v: v is None,
    ir.Bottom: lambda claims, t, v: False,
}


def parameters(expression: str) -> list[str]:
    """The free one-letter names of an expression: its operands."""
    names = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    return sorted(name for name in names if len(name) == 1)
