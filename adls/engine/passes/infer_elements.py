"""Calls of ufuncs with more than their operands, and draws from arrays, as what they mean.

    np.multiply.outer(a, b)           np.multiply(np.expand_dims(a, ...), b)
    np.exp(a, dtype=d)                np.exp(a.astype(d))
    rng.permutation(a)                a[rng.permutation(len(a))], which draws the same numbers; and rng.choice likewise
"""

from __future__ import annotations

from adls.engine.ir.ops import Const, Op, Operand
from adls.engine.ir.types import ONE, UNKNOWN_DIM, Array, Float, Int, NoneT, Opaque, Scalar, Tuple, Type
from adls.engine.passes.infer_rewriting import Rewrite, Rewriting
from adls.engine.passes.rows import signature_of
from adls.engine.passes.typing import dtypes
from adls.engine.rules.table import lookup

_BINARY = ("add", "subtract", "multiply", "divide", "true_divide", "floor_divide", "power", "float_power", "maximum",
           "minimum", "fmax", "fmin", "hypot", "arctan2", "logaddexp", "logaddexp2", "copysign", "remainder", "mod",
           "fmod", "heaviside", "nextafter", "ldexp", "less", "less_equal", "greater", "greater_equal", "equal",
           "not_equal", "logical_and", "logical_or", "logical_xor")


def _outer(r: Rewriting) -> Type | None:
    ranks = [_rank(t) for t in r.types]
    if len(ranks) != 2 or None in ranks or r.named:
        return None
    first, second = ranks
    if not first or not second:
        return r.ops(Op(r.op.prim.removesuffix(".outer"), r.op.args))
    axes = tuple(Const(first + n) for n in range(second))
    where = r.prelude.emit(Op("tuple", axes, data=()), Tuple(tuple(Int(first + n) for n in range(second))))
    found = Array(r.types[0].dtype, (*r.types[0].dims, *(ONE,) * second))  # type: ignore[attr-defined]
    wide = r.prelude.emit(Op("numpy.expand_dims", (r.op.args[0], where)), found)
    return r.ops(Op(r.op.prim.removesuffix(".outer"), (wide, r.op.args[1])))


def _rank(t: Type) -> int | None:
    if isinstance(t, Float | Int | Scalar):
        return 0
    return len(t.dims) if isinstance(t, Array) and t.dims is not None else None


def with_dtype(r: Rewriting) -> Type | None:
    """A ufunc's `dtype=` is that of its operands, and `out=None` says nothing; None where the call has neither, or
    the dtype is not known."""
    named = dict(r.op.kwargs)
    if "out" in named and isinstance(r.inference.type_of(named["out"]), NoneT) and _is_ufunc(r.op.prim):
        del named["out"]
        return r.ops(Op(r.op.prim, r.op.args, tuple(named.items())))
    given = named.pop("dtype", None)
    wanted = None if given is None else dtypes.of_argument(r.inference.type_of(given))
    if given is None or wanted == dtypes.UNKNOWN or not _is_ufunc(r.op.prim):
        return None
    if wanted is None:
        return r.ops(Op(r.op.prim, r.op.args, tuple(named.items())))
    if any(isinstance(t, Array | Scalar) and t.dtype == dtypes.UNKNOWN for t in r.types):
        return None
    if not any(isinstance(t, Array | Scalar) for t in r.types):
        return None
    args = tuple(_as(r, arg, t, given, wanted) for arg, t in zip(r.op.args, r.types, strict=True))
    return r.ops(Op(r.op.prim, args, tuple(named.items())))


def _as(r: Rewriting, operand: Operand, t: Type, given: Operand, wanted: str) -> Operand:
    if not isinstance(t, Array | Scalar) or t.dtype == wanted:
        return operand
    found = Array(wanted, t.dims) if isinstance(t, Array) else Scalar(wanted)
    return r.prelude.emit(Op("ndarray.astype", (operand, given)), found)


def _is_ufunc(prim: str) -> bool:
    rows = lookup(prim)
    return prim.startswith("numpy.") and bool(rows) and rows[-1].elementwise and (
        "dtype" not in signature_of(rows[-1].signature).names)


def _drawn(r: Rewriting) -> Type | None:
    """Which elements are drawn, then these elements."""
    own = isinstance(r.types[0], Opaque)
    rng, rest = (r.op.args[:1], r.op.args[1:]) if own else ((), r.op.args)
    types = r.types[len(rng):]
    if not rest or not isinstance(types[0], Array) or types[0].dtype[0] not in "fc" or not types[0].dims:
        return None
    if r.op.prim.endswith("permutation") and (len(rest) > 1 or r.named):
        return None
    if {*r.named} - {"size", "replace", "p"}:
        return None
    array = rest[0]
    count = r.prelude.emit(Op("builtins.len", (array,)), Int())
    draw = Op(r.op.prim, (*rng, count, *rest[1:]), r.op.kwargs)
    single = r.op.prim.endswith("choice") and len(rest) == 1 and isinstance(_size(r), NoneT)
    several = Array("i64", None if _rank_of_draw(r) is None else (UNKNOWN_DIM,))
    return r.ops(Op("getitem", (array, r.prelude.emit(draw, Int() if single else several))))


def _size(r: Rewriting) -> Type:
    return r.inference.type_of(r.named["size"]) if "size" in r.named else NoneT()


def _rank_of_draw(r: Rewriting) -> int | None:
    """1 where the draw is a vector; None where that is not known."""
    if r.op.prim.endswith("permutation"):
        return 1
    size = _size(r) if "size" in r.named else r.types[-1]
    return 1 if isinstance(size, Int) else None


REWRITES: dict[str, Rewrite] = {
    **{f"numpy.{name}.outer": _outer for name in _BINARY},
    **{f"{owner}.{name}": _drawn for owner in ("Generator", "numpy.random") for name in ("permutation", "choice")},
}
