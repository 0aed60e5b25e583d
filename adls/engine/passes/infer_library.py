"""Typing library calls and operators by the rules of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Let, Op, Operand, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Bottom,
    Callable,
    Dict,
    Int,
    List,
    NoneT,
    Scalar,
    Str,
    Tuple,
    Type,
    is_optional,
    is_reference,
)
from adls.engine.passes.infer_heap import EVERY
from adls.engine.passes.infer_writes import may_write
from adls.engine.passes.rows import Unbound, bind, signature_of
from adls.engine.passes.typing import join, join_all
from adls.engine.passes.typing.dims import dim_of, int_of, shift
from adls.engine.passes.typing.given import Given, Truth, literal_type
from adls.engine.passes.typing.indexing import element_type
from adls.engine.passes.typing.join import OBJECT
from adls.engine.passes.typing.registry import knows, result_type, signature
from adls.engine.rules.table import lookup

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_WALKERS = {"builtins.zip", "builtins.enumerate", "builtins.reversed", "builtins.iter", "builtins.list",
            "builtins.tuple", "builtins.sorted", "builtins.filter", "dict.items", "dict.values", "list.copy",
            "dict.copy"}
_RESIZERS = {"list.pop", "list.clear", "list.reverse", "list.rotate", "list.sort", "list.remove", "dict.pop",
             "dict.clear", "dict.popitem", "dict.move_to_end"}


GRADIENTS = ("adls.grad", "adls.value_and_grad")
"""Ours, which give a function for a function."""


def is_library(prim: str) -> bool:
    """Whether something is known of a library function: a row, or a type."""
    return bool(lookup(prim)) or knows(prim)


def library_type(inference: Inference, let: Let, op: Op) -> Type:
    """The type of a library call, and its effect on containers."""
    _effects(inference, let, op)
    types = tuple(map(inference.type_of, op.operands))
    check_handed(inference, op, types)
    known = inference.memo.get(id(let))
    if known is not None and known[:2] == (op.prim, types):
        return known[2]
    found = _library_type(inference, op)
    inference.memo[id(let)] = op.prim, types, found
    return found


_KEEPING = ("list.", "dict.", "set.", "functools.partial", "adls.", "builtins.callable",
            "builtins.isinstance",
            "builtins.getattr", "builtins.hasattr", "builtins.type", "builtins.id", "builtins.print", "builtins.repr",
            "builtins.str", "runtime.fixed", "runtime.changing")
"""Library functions that do not call what they are handed, or look at what it writes when they do."""


def check_handed(inference: Inference, op: Op, types: tuple[Type, ...]) -> None:
    """Refuse a function that writes what it has captured whenever the library calls it."""
    for found in types if not op.prim.startswith(_KEEPING) else ():
        if isinstance(found, Callable) and any(map(is_reference, found.cells)) and may_write(
                inference, found.target, found.cells):
            inference.report("unsupported-construct", construct="a function that writes, handed to the library",
                             reason=f"when `{op.prim}` calls it is not known", way_out="write the loop yourself")


def _library_type(inference: Inference, op: Op) -> Type:
    if any(isinstance(inference.type_of(operand), Bottom) for operand in op.operands):
        return Bottom()
    name = op.prim.rpartition(".")[2]
    if op.prim.startswith("builtins.") and name.endswith(("Error", "Exception", "Warning", "StopIteration")):
        return OBJECT
    try:
        bound = bind(op, inference.view)
    except (Unbound, AttributeError):
        bound = None
    if bound is None:
        return result_type("any", _plain_given(inference, op)) if knows(op.prim) else Any()
    types: dict[str, Type] = {}
    star = ""
    for name, operand in bound.operands.items():
        if isinstance(operand, tuple):
            types[name], star = Tuple(tuple(map(inference.type_of, operand))), name
        else:
            types[name] = inference.type_of(operand)
    return result_type(bound.row.result, Given(op.prim, types, star))


def _plain_given(inference: Inference, op: Op) -> Given:
    """Operands of a function without a row, by the names of its signature if one is known."""
    known = signature_of(signature(op.prim))
    names = known.names
    names = names[: len(op.args)] + tuple(f"a{i}" for i in range(len(names), len(op.args)))
    types = {name: inference.type_of(arg) for name, arg in zip(names, op.args, strict=False)}
    types |= {name: literal_type(const.value) for name, const in known.defaults.items() if name not in types}
    return Given(op.prim, types | {name: inference.type_of(value) for name, value in op.kwargs})


def operator_type(inference: Inference, let: Let, op: Op) -> Type:
    """The type of an operator, on numbers, arrays or containers."""
    types = tuple(map(inference.type_of, op.args))
    if any(isinstance(t, List) or (isinstance(t, Dict) and not t.cls) for t in types):
        for target in let.targets:
            for arg in op.args:
                if isinstance(arg, Var):
                    heap = inference.heap
                    mine = heap.field(heap.node(arg.name), EVERY)
                    heap.unify(heap.field(heap.node(target.name), EVERY), mine)
    known = inference.memo.get(id(let))
    if known is not None and known[:2] == (op.prim, types):
        return known[2]
    special = _special_operator(op.prim, types)
    found = special if special is not None else _library_type(inference, op)
    inference.memo[id(let)] = op.prim, types, found
    return found


def binary_type(prim: str, left: Type, right: Type) -> Type:
    """The type of `left operator right` for operands of these types."""
    special = _special_operator(prim, (left, right))
    if special is not None:
        return special
    rows = lookup(prim)
    return result_type(rows[-1].result, Given(prim, {"x": left, "y": right})) if rows else Any()


def _special_operator(prim: str, types: tuple[Type, ...]) -> Type | None:
    """What Python's own types decide: sizes, identity tests, containers, strings. None: the rows say it."""
    if any(isinstance(t, Bottom) for t in types):
        return Bottom()
    if prim in ("operator.is_", "operator.is_not"):
        same = _identical(*types)
        return Bool() if same is None else Truth(value=same == (prim == "operator.is_"))
    if prim == "operator.not_":
        return Truth(value=not types[0].value) if isinstance(types[0], Truth) else Bool()
    if prim == "operator.contains":
        return Bool()
    if len(types) == 2:
        left, right = types
        if isinstance(left, Int) and isinstance(right, Int):
            return _int_operator(prim, left, right)
        if isinstance(left, Bool) and isinstance(right, Bool) and prim in _LOGICAL:
            return Bool()
        if prim in ("operator.eq", "operator.ne") and isinstance(left, Str) and isinstance(right, Str):
            return _equal_strings(prim, left, right)
        if isinstance(left, _SEQUENCES) or isinstance(right, _SEQUENCES):
            return _container_operator(prim, left, right)
    return None


_LOGICAL = {"operator.and_", "operator.or_", "operator.xor"}
_SEQUENCES = (Tuple, List, Dict, Str)
_COMPARISONS = {"operator.eq", "operator.ne", "operator.lt", "operator.le", "operator.gt", "operator.ge"}


def _identical(left: Type, right: Type) -> bool | None:
    """Whether `left is right`, where one is None."""
    if not isinstance(right, NoneT):
        left, right = right, left
    if not isinstance(right, NoneT) or isinstance(left, Any) or left == OBJECT or is_optional(left):
        return None
    return isinstance(left, NoneT)


def _equal_strings(prim: str, left: Str, right: Str) -> Type:
    if left.value is None or right.value is None:
        return Bool()
    return Truth(value=(left.value == right.value) == (prim == "operator.eq"))


def _int_operator(prim: str, left: Int, right: Int) -> Type | None:
    """Arithmetic on sizes: `n - 2`, and on literals."""
    if left.value is not None and right.value is not None:
        return _literal_operator(prim, left.value, right.value)
    if prim == "operator.add" and left.value is not None:
        left, right = right, left
    if prim in ("operator.add", "operator.sub") and right.value is not None and left.dim is not None:
        moved = shift(dim_of(left), right.value if prim == "operator.add" else -right.value)
        return int_of(moved)
    return None


def _literal_operator(prim: str, left: int, right: int) -> Type | None:
    match prim:
        case "operator.add":
            value = left + right
        case "operator.sub":
            value = left - right
        case "operator.mul":
            value = left * right
        case "operator.floordiv" if right:
            value = left // right
        case "operator.mod" if right:
            value = left % right
        case "operator.eq":
            return Truth(value=left == right)
        case "operator.ne":
            return Truth(value=left != right)
        case _:
            return None
    return Int(value, dim_of(Int(value)) if value >= 0 else None) if abs(value) < 1 << 31 else Int()


def _container_operator(prim: str, left: Type, right: Type) -> Type | None:
    """+ and * of sequences, | of dicts, % of strings. With an array it is the array's operator."""
    if prim == "operator.mod" and isinstance(left, Str):
        return Str()
    if isinstance(left, Array | Scalar) or isinstance(right, Array | Scalar):
        return None
    if prim in _COMPARISONS:
        return Bool()
    if isinstance(left, Str) or isinstance(right, Str):
        return Str()
    if getattr(left, "kind", "") or getattr(right, "kind", ""):
        return Any()
    match prim, left, right:
        case "operator.add", Tuple(items, _), Tuple(others, _):
            return Tuple((*items, *others))
        case "operator.add", List(), List():
            if left.items is not None and right.items is not None:
                return List(join(left.item, right.item), (*left.items, *right.items))
            return List(join(left.item, right.item))
        case "operator.mul", Tuple() | List(), Int(count, _):
            return _repeated(left, count)
        case "operator.mul", Int(count, _), Tuple() | List():
            return _repeated(right, count)
        case "operator.or_", Dict(), Dict():
            return _union(left, right)
        case _:
            return Any()


def _repeated(sequence: Type, count: int | None) -> Type:
    if isinstance(sequence, Tuple):
        return Tuple(sequence.items * count) if count is not None and count * len(sequence.items) < 64 else Any()
    if isinstance(sequence, List):
        known = sequence.items is not None and count is not None and count * len(sequence.items) < 64
        return List(sequence.item, (sequence.items or ()) * (count or 0) if known else None)
    return Any()


def _union(left: Dict, right: Dict) -> Type:
    if left.items is None or right.items is None:
        return Dict(join(left.value, right.value))
    entries = dict(left.items) | dict(right.items)
    return Dict(join_all(entries.values()), tuple(entries.items()))


def _effects(inference: Inference, let: Let, op: Op) -> None:
    """What methods of containers and the functions that walk over them do to containers."""
    if not op.args or not isinstance(op.args[0], Var):
        return
    heap, first = inference.heap, inference.heap.node(op.args[0].name)
    match op.prim:
        case "list.append" if len(op.args) > 1:
            _put(inference, op.args[0], op.args[1])
        case "list.insert" if len(op.args) > 2:
            _put(inference, op.args[0], op.args[2])
        case "list.extend" if len(op.args) > 1:
            heap.store(first, EVERY, element_type(inference.type_of(op.args[1])), resize=True)
            if isinstance(op.args[1], Var):
                heap.unify(heap.field(first, EVERY), heap.field(heap.node(op.args[1].name), EVERY))
        case "dict.update":
            _update(inference, op.args[0], op)
        case "dict.setdefault":
            _put(inference, op.args[0], op.args[-1])
            _take(inference, let, op)
        case prim if prim in _RESIZERS:
            heap.resize(first)
            _take(inference, let, op)
        case "dict.get":
            _take(inference, let, op)
        case prim if prim in _WALKERS:
            _walk(inference, let, op)
        case prim if prim in _SHADOW_WRITERS:
            heap.escape(first)  # A shadow container begins with None, and then holds whatever is added.
        case _:
            pass


_SHADOW_WRITERS = frozenset(f"runtime.{name}" for name in (
    "accumulate", "accumulate_all", "accumulate_slice", "add_into", "move_into", "merge_into", "take_tail", "take_item",
    "put_back", "take_out", "fold_rounds", "item_of"))


def _put(inference: Inference, container: Var, value: Operand) -> None:
    heap, node = inference.heap, inference.heap.node(container.name)
    heap.store(node, EVERY, inference.type_of(value), resize=True)
    if isinstance(value, Var):
        heap.unify(heap.field(node, EVERY), heap.node(value.name))


def _update(inference: Inference, container: Var, op: Op) -> None:
    """`d.update(other, key=value)`."""
    heap, node = inference.heap, inference.heap.node(container.name)
    for key, value in op.kwargs:
        heap.store(node, EVERY if key == "**" else key, inference.type_of(value))
        if isinstance(value, Var):
            heap.unify(heap.field(node, key), heap.node(value.name))
    for other in op.args[1:]:
        found = inference.type_of(other)
        known = found.items if isinstance(found, Dict) else None
        for name, stored in known if known is not None else ((EVERY, Any()),):
            heap.store(node, name, stored)
            if isinstance(other, Var):
                heap.unify(heap.field(node, name), heap.field(heap.node(other.name), name))


def _take(inference: Inference, let: Let, op: Op) -> None:
    heap = inference.heap
    if isinstance(op.args[0], Var):
        for target in let.targets:
            heap.unify(heap.field(heap.node(op.args[0].name), EVERY), heap.node(target.name))


def _walk(inference: Inference, let: Let, op: Op) -> None:
    """The elements of what is walked over are elements of the result, for zip and its like one level further down."""
    heap = inference.heap
    nested = {"builtins.zip": None, "builtins.enumerate": 1, "dict.items": 1}
    for target in let.targets:
        inner = heap.field(heap.node(target.name), EVERY)
        for position, arg in enumerate(op.args):
            if not isinstance(arg, Var) or isinstance(inference.type_of(arg), Array):
                continue
            place = inner
            if op.prim in nested:
                key = nested[op.prim]
                place = heap.field(inner, position if key is None else key)
            heap.unify(place, heap.field(heap.node(arg.name), EVERY))

