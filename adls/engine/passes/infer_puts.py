"""NumPy's procedures that write elements into an array, as assignments of items. The forward function does the same.

    np.fill_diagonal(a, v)            a[runtime.diagonal_index(a)] = v
    np.put(a, where, v)               a[runtime.flat_index(a, where)] = v
    np.putmask(a, mask, v)            a[mask] = np.resize(v, a.shape)[mask]
    np.place(a, mask, v)              a[mask] = np.resize(v, np.count_nonzero(mask))
    np.copyto(a, v, where=mask)       a[mask] = np.broadcast_to(v, a.shape)[mask]
    rng.shuffle(a)                    a[...] = a[rng.permutation(len(a))], which draws the same numbers
"""

from __future__ import annotations

from adls.engine.ir.ops import Const, Op, Operand
from adls.engine.ir.types import UNKNOWN_DIM, Array, Float, Int, List, Scalar, Tuple, Type
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.typing.given import as_array

_INDICES = Array("i64", (UNKNOWN_DIM,))
_NUMBERS = Float | Int | Scalar


def put(prelude: Prelude, op: Op) -> Op | None:
    """The assignment of items that a call is; None where it is none of these, or its operands are not known."""
    if op.prim in ("Generator.shuffle", "numpy.random.shuffle"):
        return _shuffled(prelude, op)
    if op.prim not in _PUTS or len(op.args) != 3 - (op.prim in ("numpy.copyto", "numpy.fill_diagonal")):
        return None
    target = prelude.inference.type_of(op.args[0])
    value = prelude.inference.type_of(op.args[-1])
    known = isinstance(target, Array) and target.dims is not None
    if not known or not isinstance(value, _NUMBERS | Array | List | Tuple) or as_array(value) is None:
        return None
    assert isinstance(target, Array)
    if not _castable(as_array(value), target):
        return None
    return _put(prelude, op, target, value)


_PUTS = {"numpy.put", "ndarray.put", "numpy.putmask", "numpy.place", "numpy.copyto", "numpy.fill_diagonal"}


def _put(prelude: Prelude, op: Op, target: Array, value: Type) -> Op | None:
    array, given = op.args[0], op.args[-1]
    match op.prim, dict(op.kwargs):
        case ("numpy.put" | "ndarray.put"), {**named} if not named:
            index = Op("runtime.flat_index", op.args[:2])
            where: Operand = prelude.emit(index, Tuple((_INDICES,) * len(target.dims or ())))
            return Op("setitem", (array, where, _resized(prelude, given, value, Op("numpy.size", op.args[1:2]))))
        case "numpy.fill_diagonal", {**named} if not named and len(target.dims or ()) == 2:
            where = prelude.emit(Op("runtime.diagonal_index", (array,)), Tuple((_INDICES, _INDICES)))
            count = Op("builtins.len", (prelude.emit(Op("getitem", (where, Const(0))), _INDICES),))
            return Op("setitem", (array, where, _resized(prelude, given, value, count)))
        case "numpy.place", {**named} if not named and _is_mask(prelude, op.args[1]):
            count = Op("numpy.count_nonzero", op.args[1:2])
            return Op("setitem", (array, op.args[1], _resized(prelude, given, value, count)))
        case "numpy.putmask", {**named} if not named and _is_mask(prelude, op.args[1]):
            return Op("setitem", (array, op.args[1], _picked(prelude, op, value, target, "numpy.resize", op.args[1])))
        case "numpy.copyto", {"where": mask, **named} if not named and _is_mask(prelude, mask):
            shape = prelude.emit(Op("attr", (array,), (), "shape"), Tuple((Int(),) * len(target.dims or ())))
            where = prelude.emit(Op("numpy.broadcast_to", (mask, shape)), Array("bool", target.dims))
            return Op("setitem", (array, where, _picked(prelude, op, value, target, "numpy.broadcast_to", where)))
        case _:
            return None


def _resized(prelude: Prelude, given: Operand, value: Type, count: Op) -> Operand:
    """As many values as there are places: a number serves for all, others begin anew where there are too few."""
    if isinstance(value, _NUMBERS):
        return given
    found = as_array(value)
    assert found is not None
    return prelude.emit(Op("numpy.resize", (given, prelude.emit(count, Int()))), Array(found.dtype, (UNKNOWN_DIM,)))


def _picked(prelude: Prelude, op: Op, value: Type, target: Array, how: str, mask: Operand) -> Operand:
    """The values at the places that a mask names."""
    if isinstance(value, _NUMBERS):
        return op.args[-1]
    found = as_array(value)
    assert found is not None
    shape = prelude.emit(Op("attr", op.args[:1], (), "shape"), Tuple((Int(),) * len(target.dims or ())))
    whole = prelude.emit(Op(how, (op.args[-1], shape)), Array(found.dtype, target.dims))
    return prelude.emit(Op("getitem", (whole, mask)), Array(found.dtype, (UNKNOWN_DIM,)))


def _shuffled(prelude: Prelude, op: Op) -> Op | None:
    rng, array = (op.args[:-1], op.args[-1]) if op.args else ((), Const(None))
    found = prelude.inference.type_of(array)
    if op.kwargs or not isinstance(found, Array) or not found.dims or found.dtype[0] not in "fc":
        return None
    count = prelude.emit(Op("builtins.len", (array,)), Int())
    order = prelude.emit(Op(op.prim.replace("shuffle", "permutation"), (*rng, count)), _INDICES)
    mixed = prelude.emit(Op("getitem", (array, order)), found)
    return Op("setitem", (array, Const(...), mixed))


def _is_mask(prelude: Prelude, mask: Operand) -> bool:
    found = prelude.inference.type_of(mask)
    return isinstance(found, Array) and found.dtype == "bool"


def _castable(value: Array | None, target: Array) -> bool:
    """Whether an assignment takes the value without a loss of its kind, as these procedures ask for."""
    kinds = "biufc"
    return value is not None and value.dtype[0] in kinds and target.dtype[0] in kinds and (
        kinds.index(value.dtype[0]) <= kinds.index(target.dtype[0]))
