"""The types of global names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.entities import Entity, Library, Namespace, UserFunction, Value
from adls.engine.ir.types import Any, Callable, NoneT, Opaque, Type

if TYPE_CHECKING:
    from adls.engine.passes.infer import Program


def entity_type(program: Program, entity: Entity | None, key: str) -> Type:
    """The type of what a global stands for, as a value."""
    match entity:
        case Library(name):
            return Callable(name)
        case UserFunction(target, cells):
            return Callable(target, cells)
        case Value(type_, _):
            return NoneT() if key == "numpy.newaxis" else type_
        case Namespace(path, fields):
            if fields is not None:
                program.note_fields((entity.cls or path).rpartition(".")[2], fields)
            return Opaque(f"class {entity.cls or path}" if entity.cls or fields is not None else f"module {path}")
        case None:
            return Callable(key) if key else Any()
