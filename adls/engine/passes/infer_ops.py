"""Typing one operation, and noting what it does to containers."""

from __future__ import annotations

from collections.abc import Callable as Function
from collections.abc import Mapping
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Code, Const, Let, Op, Operand, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Bottom,
    Callable,
    Dict,
    Float,
    Int,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
    may_vary,
)
from adls.engine.passes.effects import is_in_place, out_of_place
from adls.engine.passes.infer_again import infer_new, infer_record
from adls.engine.passes.infer_calls import infer_apply, infer_call, infer_method
from adls.engine.passes.infer_collections import deleted, missing_made
from adls.engine.passes.infer_generators import target_of
from adls.engine.passes.infer_heap import EVERY
from adls.engine.passes.infer_iteration import consumed_as_list
from adls.engine.passes.infer_kinds import is_instance
from adls.engine.passes.infer_library import library_type, operator_type
from adls.engine.passes.infer_reading import infer_attribute
from adls.engine.passes.infer_records import (
    operator_of_record,
    set_attribute,
)
from adls.engine.passes.infer_reshaping import reshape_in_place
from adls.engine.passes.infer_rewrites import into_part, joined_by_index
from adls.engine.passes.infer_sources import part_of_list, rewritten, starred_list
from adls.engine.passes.infer_unpack import infer_unpack
from adls.engine.passes.typing import join_all
from adls.engine.passes.typing.given import Slice
from adls.engine.passes.typing.grids import MGRID, grid_type
from adls.engine.passes.typing.indexing import element_type, is_slice, item_type
from adls.engine.passes.typing.join import OBJECT
from adls.engine.rules.table import lookup

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

Handler = Function[["Inference", Let, Op], Type]


def infer_op(inference: Inference, let: Let) -> None:
    """Assign the targets of an operation."""
    op = let.op
    handler = HANDLERS.get(op.prim)
    if handler is not None:
        found = handler(inference, let, op)
    elif is_in_place(op.prim):
        found = _in_place(inference, let, op)
    else:
        found = _library_op(inference, let, op)
    starred = op.data if op.prim == "unpack" and isinstance(op.data, int) else None
    inference.assign_targets(let.targets, found, starred, unpack=op.prim == "unpack")


def _library_op(inference: Inference, let: Let, op: Op) -> Type:
    inference.replaced.pop(id(let), None)
    known = rewritten(inference, let, op) or operator_of_record(inference, let, op) or is_instance(inference, op)
    if known is not None:
        return known
    return (operator_type if op.prim.startswith("operator.") else library_type)(inference, let, op)


def literal_key(operand: Operand, inference: Inference) -> object:
    """The key of a container that an operand is, where that is known."""
    if isinstance(operand, Const):
        return operand.value if isinstance(operand.value, str | int) else EVERY
    found = inference.type_of(operand)
    value = getattr(found, "value", None) if isinstance(found, Int | Str) else None
    return EVERY if value is None else value


def _copy(inference: Inference, let: Let, op: Op) -> Type:
    _unify(inference, let, op.args[0])
    if isinstance(op.args[0], Var) and op.args[0].name in inference.closures:
        _note_closure(inference, let, inference.closures[op.args[0].name])
    return inference.type_of(op.args[0])


def _unify(inference: Inference, let: Let, operand: Operand) -> None:
    """The targets may be the very object that an operand is."""
    if isinstance(operand, Var):
        for target in let.targets:
            inference.heap.unify(inference.heap.node(operand.name), inference.heap.node(target.name))


def _getitem(inference: Inference, let: Let, op: Op) -> Type:
    inference.replaced.pop(id(let), None)
    own = operator_of_record(inference, let, op) or missing_made(inference, let, op)
    if own is not None:
        return own
    joined = joined_by_index(inference, let, op)
    if joined is not None:
        return joined
    container, index = inference.type_of(op.args[0]), inference.type_of(op.args[1])
    if isinstance(container, Scalar):
        return _item_of_scalar(inference, let, op)
    if not isinstance(container, Array) and isinstance(op.args[0], Var):
        heap, key = inference.heap, literal_key(op.args[1], inference)
        if isinstance(key, int) and key < 0:
            key = key + len(container.items) if isinstance(container, Tuple) else EVERY
        whole = not isinstance(container, Dict) and not isinstance(index, Int | Str | Scalar)
        node = heap.node(op.args[0].name)
        for target in let.targets:
            if whole:
                heap.unify(heap.field(node, EVERY), heap.field(heap.node(target.name), EVERY))
            if not is_slice(index):
                heap.unify(heap.field(node, key), heap.node(target.name))
    return grid_type(index) if container == Opaque(MGRID) else item_type(container, index)


def _item_of_scalar(inference: Inference, let: Let, op: Op) -> Type:
    """`x[mask]` of a NumPy scalar: what an array without axes gives."""
    whole = inference.variable_of(let, "whole")
    _in_steps(inference, let, inference.derived(let, (whole,), Op("numpy.asarray", op.args[:1])),
              inference.derived(let, let.targets, Op("getitem", (whole, *op.args[1:]))))
    return inference.type_of(let.targets[0]) if let.targets else NoneT()


def _in_steps(inference: Inference, let: Let, *steps: Let) -> None:
    """Put several operations in the place of one."""
    for step in steps:
        infer_op(inference, step)
    inference.replaced[id(let)] = tuple(each for step in steps for each in inference.replaced.get(id(step), (step,)))


def _setitem(inference: Inference, let: Let, op: Op) -> Type:
    inference.replaced.pop(id(let), None)
    if operator_of_record(inference, let, op) is not None:
        return NoneT()
    container, index, value = (inference.type_of(arg) for arg in op.args)
    if op.prim == "augitem":
        if isinstance(container, List | Dict) or (isinstance(container, Array) and op.data == "operator.imatmul"):
            return _item_updated(inference, let, op)
        value = _out_of_place(str(op.data), item_type(container, index), value)
    if op.prim == "setitem" and part_of_list(inference, let, op):
        return NoneT()
    if isinstance(op.args[0], Var) and isinstance(container, List | Dict | Any):
        _store(inference, let, op.args[0], op.args[1], op.args[2], container, value)
    return NoneT()


def _item_updated(inference: Inference, let: Let, op: Op) -> Type:
    """`x[i] += v` of a list or dict, and `x[i] @= v`, in which an item is no number: it is read, updated, stored."""
    container, index, value = op.args
    item = inference.variable_of(let, f"{container.name}_item" if isinstance(container, Var) else "item")
    _in_steps(inference, let, inference.derived(let, (item,), Op("getitem", (container, index))),
              inference.derived(let, (item,), Op(str(op.data), (item, value))),
              inference.derived(let, (), Op("setitem", (container, index, item))))
    return NoneT()


def _store(inference: Inference, let: Let, target: Var, key: Operand, operand: Operand, container: Type,
           value: Type) -> None:
    heap, node = inference.heap, inference.heap.node(target.name)
    if isinstance(container, Any):
        escape(inference, operand)
        return
    known = literal_key(key, inference)
    if isinstance(known, int) and isinstance(container, List) and container.items is None:
        known = EVERY
    if is_slice(inference.type_of(key)):
        value = element_type(value)
        if isinstance(operand, Var):
            heap.unify(heap.field(node, EVERY), heap.field(heap.node(operand.name), EVERY))
    elif isinstance(operand, Var):
        heap.unify(heap.field(node, known), heap.node(operand.name))
    heap.store(node, known, value, sure=inference.uses.is_always(let) and inference.uses.is_one(target))


def _delitem(inference: Inference, let: Let, op: Op) -> Type:
    inference.replaced.pop(id(let), None)
    container, index = map(inference.type_of, op.args)
    if deleted(inference, let, op) is not None:
        return NoneT()
    if may_vary(container) and isinstance(container, List | Dict) and not is_slice(index):
        popped = inference.derived(let, (), Op(f"{'list' if isinstance(container, List) else 'dict'}.pop", op.args))
        infer_op(inference, popped)
        inference.replaced[id(let)] = (popped,)
        return NoneT()
    if part_of_list(inference, let, op):
        return NoneT()
    if isinstance(op.args[0], Var):
        inference.heap.resize(inference.heap.node(op.args[0].name))
    return NoneT()


def _slice(inference: Inference, let: Let, op: Op) -> Type:
    return Slice("slice", *(inference.type_of(arg) for arg in op.args))


def _tuple(inference: Inference, let: Let, op: Op) -> Type:
    inference.replaced.pop(id(let), None)
    joined = starred_list(inference, let, op) if op.data else None
    if joined is not None:
        return joined
    items = _displayed(inference, let, op)
    return Any() if items is None else Tuple(items)


def _list(inference: Inference, let: Let, op: Op) -> Type:
    inference.replaced.pop(id(let), None)
    joined = starred_list(inference, let, op)
    if joined is not None:
        return joined
    items = _displayed(inference, let, op)
    if items is None:
        parts = [element_type(inference.type_of(arg)) if i in _stars(op) else inference.type_of(arg)
                 for i, arg in enumerate(op.args)]
        return List(join_all(parts))
    return List(join_all(items), items)


def _set(inference: Inference, let: Let, op: Op) -> Type:
    return OBJECT if not any(may_vary(inference.type_of(arg)) for arg in op.args) else Any()


def _displayed(inference: Inference, let: Let, op: Op) -> tuple[Type, ...] | None:
    """The types of a display's items, starred ones spread; None where their number is unknown."""
    heap, stars = inference.heap, _stars(op)
    for target in let.targets:
        node = heap.node(target.name)
        for position, arg in enumerate(op.args):
            if isinstance(arg, Var):
                place = heap.field(node, EVERY if stars else position)
                mine = heap.node(arg.name)
                heap.unify(place, heap.field(mine, EVERY) if position in stars else mine)
    items: list[Type] = []
    for position, arg in enumerate(op.args):
        found = inference.type_of(arg)
        if position not in stars:
            items.append(found)
        elif target_of(found):
            consumed_as_list(inference, let, arg)
            return None
        elif isinstance(found, Tuple | List) and found.items is not None:
            items += found.items
        else:
            return None
    return tuple(items)


def _stars(op: Op) -> tuple[int, ...]:
    return op.data if isinstance(op.data, tuple) else ()


def _dict(inference: Inference, let: Let, op: Op) -> Type:
    heap, entries, known = inference.heap, {}, True
    for key, value in zip(op.args[::2], op.args[1::2], strict=True):
        name = literal_key(key, inference)
        known = known and name != EVERY
        entries[name] = inference.type_of(value)
        if isinstance(value, Var):
            for target in let.targets:
                heap.unify(heap.field(heap.node(target.name), name), heap.node(value.name))
    if not known:
        return Dict(join_all(inference.type_of(value) for value in op.args[1::2]))
    return Dict(join_all(entries.values()), tuple(entries.items()))


def _setattr(inference: Inference, let: Let, op: Op) -> Type:
    inference.replaced.pop(id(let), None)
    reshape_in_place(inference, let, op)
    if not into_part(inference, let, op) and not set_attribute(inference, let, op):
        escape(inference, op.args[1])
    return NoneT()


def _closure(inference: Inference, let: Let, op: Op) -> Type:
    code, heap = op.data, inference.heap
    assert isinstance(code, Code)
    span = code.function.span
    around = inference.target.rpartition(".<locals>.")[0] if code.again else inference.target
    target = f"{around}.<locals>.{code.function.name}@{span.line}:{span.column}"
    if not code.again:
        inference.program.register(target, code.function, inference.resolver)
    elif not inference.program.is_known_inside(target):
        return Callable()
    _note_closure(inference, let, op.args)
    known = inference.made_here.setdefault(target, op.args)
    inference.made_here[target] = op.args if known == op.args else None
    for target_var in let.targets:
        for position, captured in enumerate(op.args):
            if isinstance(captured, Var):
                heap.unify(heap.field(heap.node(target_var.name), ("cell", position)), heap.node(captured.name))
    return Callable(target, tuple(inference.type_of(arg) for arg in op.args))


def _note_closure(inference: Inference, let: Let, captured: tuple[Operand, ...]) -> None:
    """A variable that is only ever this closure: a call of it can be given what it has captured."""
    for target in let.targets:
        if inference.definitions.get(target.name) == 1:
            inference.closures[target.name] = captured


def _in_place(inference: Inference, let: Let, op: Op) -> Type:
    inference.replaced.pop(id(let), None)
    known = rewritten(inference, let, op) or operator_of_record(inference, let, op)
    if known is not None:
        return known
    old, value = inference.type_of(op.args[0]), inference.type_of(op.args[1])
    _unify(inference, let, op.args[0])
    if isinstance(old, Array):
        return old if not isinstance(value, Bottom) else Bottom()
    if isinstance(old, List) and isinstance(op.args[0], Var):
        node = inference.heap.node(op.args[0].name)
        inference.heap.store(node, EVERY, element_type(value), resize=True)
        return old
    return _out_of_place(op.prim, old, value, inference)


def _out_of_place(prim: str, old: Type, value: Type, inference: Inference | None = None) -> Type:
    from adls.engine.passes.infer_library import binary_type

    return binary_type(out_of_place(prim), old, value)


def _import(inference: Inference, let: Let, op: Op) -> Type:
    module, _, name = str(op.data).partition(":")
    if not name:
        return Opaque(f"module {module}")
    key = f"{module}.{name}"
    return Callable(key) if lookup(key) else Any()


def _generated(inference: Inference, let: Let, op: Op) -> Type:
    """Calls of generated functions: the program knows what they give."""
    types = inference.program.adjoint_types(op.data, tuple(map(inference.type_of, op.args)))
    if types is None:
        return Any()
    return types[0] if len(types) == len(let.targets) == 1 else Tuple(types)


def _dynamic(inference: Inference, let: Let, op: Op) -> Type:
    for operand in op.operands:
        escape(inference, operand)
    return Any()


def escape(inference: Inference, operand: Operand) -> None:
    """Unknown code gets hold of a value: what containers in it hold is no longer known."""
    if isinstance(operand, Var) and not isinstance(inference.type_of(operand), Array | Scalar | Float | Int):
        inference.heap.escape(inference.heap.node(operand.name))


HANDLERS: Mapping[str, Handler] = {
    "copy": _copy,
    "getitem": _getitem,
    "setitem": _setitem,
    "augitem": _setitem,
    "delitem": _delitem,
    "slice": _slice,
    "tuple": _tuple,
    "list": _list,
    "set": _set,
    "dict": _dict,
    "attr": infer_attribute,
    "setattr": _setattr,
    "unpack": infer_unpack,
    "closure": _closure,
    "record": infer_record,
    "runtime.new": infer_new,
    "format": lambda inference, let, op: Str(),
    "python": lambda inference, let, op: OBJECT, "import": _import,
    "call": infer_call,
    "method": infer_method,
    "apply": infer_apply,
    "forward": _generated, "backward": _generated,
    "forward_dynamic": _dynamic, "backward_dynamic": _dynamic,
}
