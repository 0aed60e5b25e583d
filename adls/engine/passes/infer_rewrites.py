"""Library calls that mean something simpler, written as what they mean. The forward function computes the same bits.

    a.fill(v)                 a[...] = v
    np.copyto(a, v)           a[...] = v
    a.sort(axis)              a[...] = np.sort(a, axis), and partition likewise
    np.r_[x, y]               np.hstack((x, y)), or strung((x, y)) where types or ranks are others than float64 vectors
    np.c_[x, y]               np.column_stack((x, y)), or beside((x, y))
    np.diff(a, prepend=p)     np.diff(np.hstack((p, a)))
    np.exp(a, out=b)          b[...] = np.exp(a)
    np.exp(a, out=b, where=m) b[m] = np.exp(a[m])
    w.imag = a                part = w.imag; part[...] = a
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, Global, Let, Op, Operand
from adls.engine.ir.types import UNKNOWN_DIM, Any, Array, Float, Int, List, Scalar, Tuple, Type
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.infer_puts import put
from adls.engine.passes.infer_rewriting import Rewriting
from adls.engine.passes.rows import signature_of
from adls.engine.rules.table import lookup

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_EVERYTHING = Const(...)
_VECTOR = Array("f64", (UNKNOWN_DIM,))


def write_all(inference: Inference, let: Let, op: Op) -> bool:
    """Replace a call that writes its first operand by the assignment of items that it is; whether it is one."""
    if not op.args or let.targets:
        return False
    prelude = Prelude(inference, let)
    written = put(prelude, op)
    if written is not None:
        inference.replaced[id(let)] = (*prelude.lets, Let((), written, let.span))
        return True
    if not isinstance(inference.type_of(op.args[0]), Array):
        return False
    target, *rest = op.args
    match op.prim, rest:
        case ("ndarray.fill" | "numpy.copyto"), [value] if not op.kwargs and _same_kind(inference, op):
            writes = Op("setitem", (target, _EVERYTHING, value))
        case ("ndarray.sort" | "ndarray.partition"), _:
            ordered = prelude.emit(Op(f"numpy{op.prim[7:]}", op.args, op.kwargs), inference.type_of(target))
            writes = Op("setitem", (target, _EVERYTHING, ordered))
        case _:
            return False
    inference.replaced[id(let)] = (*prelude.lets, Let((), writes, let.span))
    return True


def into_part(inference: Inference, let: Let, op: Op) -> bool:
    """Replace the assignment of a complex array's part by that of the part's items; whether it is one."""
    type_ = inference.type_of(op.args[0])
    if not isinstance(type_, Array) or type_.dtype[0] != "c" or op.data not in ("real", "imag"):
        return False
    prelude = Prelude(inference, let)
    part = prelude.emit(Op("attr", op.args[:1], (), op.data), replace(type_, dtype=f"f{int(type_.dtype[1:]) // 2}"))
    writes = Let((), Op("setitem", (part, _EVERYTHING, op.args[1])), let.span)
    inference.replaced[id(let)] = (*prelude.lets, writes)
    return True


def into_out(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of a call with out=, replaced by one without whose result is written into the array; None for others.

    NumPy computes as if the operands were read first, and casts as an assignment does, within a kind.
    """
    from adls.engine.passes.infer_library import library_type

    plain, out = _without_out(op)
    target = inference.type_of(out) if out is not None else None
    prelude = Prelude(inference, let)
    if out is not None and isinstance(target, Tuple) and len(target.items) == 1:
        out, target = prelude.item(out, 0, target.items[0]), target.items[0]
    if out is None or not isinstance(target, Array):
        return None
    (result,) = prelude.temporaries(1)
    picked = _picked(prelude, plain, out, target)
    if picked is None:
        return None
    plain, where = picked
    call = Let((result,), plain, let.span)
    found = library_type(inference, call, plain)
    if not isinstance(found, Array | Scalar | Float) or getattr(found, "dtype", "f64")[0] != target.dtype[0]:
        return None
    inference.assign(result.name, found)
    writes = Let((), Op("setitem", (out, where, result)), let.span)
    given = (Let(let.targets, Op("copy", (out,)), let.span),) if let.targets else ()
    inference.replaced[id(let)] = (*prelude.lets, call, writes, *given)
    return target


def _picked(prelude: Prelude, op: Op, out: Operand, target: Array) -> tuple[Op, Operand] | None:
    """A call with where= as one on the chosen elements, and which they are; None where it is not known what to choose.

    Only the chosen elements are computed, so that nothing else warns.
    """
    inference, kwargs = prelude.inference, dict(op.kwargs)
    mask = kwargs.pop("where", Const(True))
    rows = lookup(op.prim)
    if mask == Const(True):
        return Op(op.prim, op.args, tuple(kwargs.items()), op.data), _EVERYTHING
    if isinstance(inference.type_of(mask), Array) and rows and rows[-1].elementwise:
        shape = prelude.emit(Op("attr", (out,), (), "shape"), Tuple((Int(),) * len(target.dims or ())))
        where = prelude.emit(Op("numpy.broadcast_to", (mask, shape)), Array("bool", target.dims))
        args = tuple(_chosen(prelude, arg, shape, where, target) for arg in op.args)
        return Op(op.prim, args, tuple(kwargs.items()), op.data), where
    return None


def _chosen(prelude: Prelude, operand: Operand, shape: Operand, where: Operand, target: Array) -> Operand:
    found = prelude.inference.type_of(operand)
    if not isinstance(found, Array):
        return operand
    whole = prelude.emit(Op("numpy.broadcast_to", (operand, shape)), Array(found.dtype, target.dims))
    return prelude.emit(Op("getitem", (whole, where)), Array(found.dtype, (UNKNOWN_DIM,)))


def _without_out(op: Op) -> tuple[Op, Operand | None]:
    """The operation without its out= (or, if elementwise, the operand after its last one), and that operand."""
    given = dict(op.kwargs)
    out = given.pop("out", None)
    if out is not None:
        return Op(op.prim, op.args, tuple(given.items()), op.data), out
    rows = lookup(op.prim)
    ufunc = bool(rows) and op.prim.startswith("numpy.") and (rows[-1].elementwise or op.prim == "numpy.matmul")
    if ufunc and not op.data and (
            len(op.args) == len(signature_of(rows[-1].signature).names) + 1):
        return Op(op.prim, op.args[:-1], op.kwargs), op.args[-1]
    return op, None


def joined_first(inference: Inference, prelude: Prelude, op: Op) -> Op:
    """`np.diff` with prepend= or append= as the difference of what these make; any other operation as it is."""
    given = dict(op.kwargs)
    parts: list[Operand | None] = [given.pop("prepend", None), *op.args[:1], given.pop("append", None)]
    joined = tuple(part for part in parts if part is not None)
    if op.prim != "numpy.diff" or len(joined) < 2 or not all(is_row_part(inference.type_of(part)) for part in joined):
        return op
    found = tuple(map(inference.type_of, joined))
    whole = prelude.emit(Op("tuple", joined, data=()), Tuple(found))
    row = prelude.emit(Op("numpy.hstack", (whole,)), _VECTOR)
    return Op(op.prim, (row, *op.args[1:]), tuple(given.items()))


def joined_by_index(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of `np.r_[x, y]` and `np.c_[x, y]` of arrays, which are hstack and column_stack; None for all else."""
    from adls.engine.passes.infer_library import library_type

    owner, index = op.args
    if not isinstance(owner, Global) or owner.key not in _JOINERS:
        return None
    found = inference.type_of(index)
    name, allowed, source = _JOINERS[owner.key]
    if not isinstance(found, Tuple) or not found.items:
        return None
    if all(map(allowed, found.items)):
        call = Op(name, (index,))
        inference.replaced[id(let)] = (Let(let.targets, call, let.span),)
        return library_type(inference, let, call)
    if not all(isinstance(t, Array | Scalar | Float | Int | Any | List) for t in found.items):
        return None
    return Rewriting(inference, let, op, Prelude(inference, let)).source(source, index)


def is_row_part(type_: Type) -> bool:
    """What hstack joins just as `np.r_` does: vectors, and numbers, of float64."""
    if isinstance(type_, Array):
        return type_.dims is not None and len(type_.dims) == 1 and type_.dtype == "f64"
    return isinstance(type_, Float) or type_ == Scalar("f64")


def _is_column_part(type_: Type) -> bool:
    return isinstance(type_, Array) and type_.dims is not None and len(type_.dims) in (1, 2)


_JOINERS = {"numpy.r_": ("numpy.hstack", is_row_part, "strung"),
            "numpy.c_": ("numpy.column_stack", _is_column_part, "beside")}


def _same_kind(inference: Inference, op: Op) -> bool:
    """Whether an assignment casts as the call does."""
    target, value = inference.type_of(op.args[0]), inference.type_of(op.args[1])
    assert isinstance(target, Array)
    if isinstance(value, Float | Int):
        return target.dtype[0] == "f"
    return isinstance(value, Array | Scalar) and value.dtype[0] == target.dtype[0]
