"""Typing `x.name`: of an array, an instance, a NamedTuple, a container, a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, Let, Op, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Bottom,
    Callable,
    Complex,
    Dict,
    Float,
    Iter,
    List,
    NoneT,
    Opaque,
    Scalar,
    Tuple,
    Type,
)
from adls.engine.passes.infer_calls import is_called_only
from adls.engine.passes.infer_collections import attribute_of_collection
from adls.engine.passes.infer_library import library_type
from adls.engine.passes.infer_records import attribute_of_record, fields_of
from adls.engine.passes.infer_writes import WRITING_METHODS
from adls.engine.passes.typing.given import Given
from adls.engine.passes.typing.join import OBJECT
from adls.engine.passes.typing.registry import result_type
from adls.engine.rules.table import lookup

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference


def infer_attribute(inference: Inference, let: Let, op: Op) -> Type:
    """The type of `x.name`, by what x is."""
    inference.replaced.pop(id(let), None)
    owner, name = inference.type_of(op.args[0]), str(op.data)
    if is_called_only(inference, let):
        return NoneT()
    match owner:
        case List() | Dict(cls="") if name in WRITING_METHODS:
            _escape(inference, op)
            return Any()
        case List(kind=str(kind)) | Dict(cls="", kind=str(kind)) if kind:
            return attribute_of_collection(owner, name)
        case Dict() if owner.cls:
            return attribute_of_record(inference, let, owner, op.args[0], name)
        case Array() if name == "flat" and inference.uses.only_handed(let):
            inference.replaced[id(let)] = (Let(let.targets, Op("ndarray.ravel", op.args), let.span),)
            return library_type(inference, let, Op("ndarray.ravel", op.args))
        case Array() | Scalar():
            return _array_attr(owner, name)
        case Tuple() if owner.name:
            return _of_named_tuple(inference, let, op, owner)
        case Opaque("flags"):
            return Bool()
        case Opaque("exception"):
            return _of_exception(inference, let, op)
        case Opaque(module) if module.startswith("module "):
            key = f"{module.removeprefix('module ')}.{name}"
            return Callable(key) if lookup(key) else Any()
        case Float() | Complex() if name in ("real", "imag"):
            return Float()
        case Bottom() | NoneT():
            return Bottom()
        case _:
            return Any()


def _of_named_tuple(inference: Inference, let: Let, op: Op, owner: Tuple) -> Type:
    name, fields = str(op.data), fields_of(inference, owner.name)
    if name not in fields or len(fields) != len(owner.items):
        return attribute_of_record(inference, let, owner, op.args[0], name)
    position = fields.index(name)
    if isinstance(op.args[0], Var):
        inner = inference.heap.field(inference.heap.node(op.args[0].name), position)
        for target in let.targets:
            inference.heap.unify(inner, inference.heap.node(target.name))
    item = Op("getitem", (op.args[0], Const(position)))
    inference.replaced[id(let)] = (Let(let.targets, item, let.span),)
    return owner.items[position]


def _of_exception(inference: Inference, let: Let, op: Op) -> Type:
    """What an exception carries must be constant: the run refuses anything else."""
    check = Op("runtime.only_constant", (*let.targets[:1], Const(str(op.data))))
    inference.replaced[id(let)] = (let, Let((), check, let.span)) if let.targets else (let,)
    return OBJECT


def _array_attr(owner: Type, name: str) -> Type:
    if name == "flat" and isinstance(owner, Array):
        return Iter("flat", Scalar(owner.dtype))
    rows = lookup(f"ndarray.{name}")
    if not rows:
        return Any()
    return result_type(rows[0].result, Given(f"ndarray.{name}", {"a": owner}))


def _escape(inference: Inference, op: Op) -> None:
    from adls.engine.passes.infer_ops import escape

    escape(inference, op.args[0])
