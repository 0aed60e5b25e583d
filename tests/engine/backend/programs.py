"""Small functions of the IR as tests write them."""

from __future__ import annotations

import ast
import builtins

from adls.engine.backend.unit import EmitUnit
from adls.engine.frontend.lower import lower
from adls.engine.ir.entities import Entity, Library, Namespace, UserFunction, Value
from adls.engine.ir.ops import Const, Function, Global, Let, Op, Operand, Param, Region, Var
from adls.engine.ir.types import Any
from adls.engine.ir.verifier import verify
from adls.engine.source.text import SourceFile, Span


def operand(value: object) -> Operand:
    """A string is a variable, `@np.tanh` a global of NumPy, `@@CONST` a global of the user's; all else a literal."""
    match value:
        case Var() | Const() | Global():
            return value
        case str() if value.startswith("@@"):
            return Global(value[2:])
        case str() if value.startswith("@"):
            return Global(value[1:], value[1:].replace("np", "numpy", 1))
        case str():
            return Var(value)
        case _:
            return Const(value)


def at(line: int, start: int = 4, end: int = 60) -> Span:
    return Span(line, start, line, end)


def let(targets: str, prim: str, *args: object, line: int = 1, data: object = None, span: Span | None = None,
        **kwargs: object) -> Let:
    names = tuple(Var(name) for name in targets.split())
    op = Op(prim, tuple(map(operand, args)), tuple((k, operand(v)) for k, v in kwargs.items()), data)
    return Let(names, op, span or at(line))


def function(params: str, *body: object, name: str = "f", file: str = "model.py", role: str = "primal",
             span: Span | None = None, **details: object) -> Function:
    region: Region = body  # type: ignore[assignment]
    parameters = tuple(Param(Var(param)) for param in params.split())
    return Function(name, name, file, "", span or Span(1, 0, 99, 0), parameters, (), region, role=role,
                    **details)  # type: ignore[arg-type]


def unit(made: Function, text: str = "", name: str = "", frame: str = "", key: str = "") -> EmitUnit:
    return EmitUnit(made, name or made.name, frame or made.name, SourceFile(made.file, text), "model", key)


class Names:
    """Resolves `np`, `math` and builtins; all other names are the user's values."""

    def resolve(self, path: str) -> Entity | None:
        root, _, rest = path.partition(".")
        library = {"np": "numpy", "math": "math"}.get(root)
        if library is not None:
            return Library(f"{library}.{rest}") if rest and rest != "linalg" else Namespace(path.replace("np", "numpy"))
        if hasattr(builtins, root):
            return Library(f"builtins.{path}") if not rest else None
        return None if rest else Value(Any())

    def function(self, target: str) -> UserFunction | None:
        raise KeyError(target)


def units(text: str, file: str = "model.py", module: str = "model") -> list[EmitUnit]:
    """Every function of a text, lowered and verified, as plain functions under their own names."""
    source = SourceFile(file, text)
    made = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            lowered, problems = lower(node, source, node.name, Names())
            assert lowered is not None, [str(problem) for problem in problems]
            verify(lowered)
            made.append(EmitUnit(lowered, f"{node.name}__fwd", node.name, source, module, node.name))
    return made
