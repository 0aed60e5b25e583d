"""Calls of what NumPy itself has in Python, as the same thing in Python (`adls.runtime.numeric_sources`).

    np.roots(p)                            roots_of(p)
    np.polyint(p)                          integrated_series(p, 1, zeros)
    np.fromfunction(f, (3, 4))             made_by_indices2(f, (3, 4), float)
    np.piecewise(x, [a, b], [f, g])        by_pieces(x, [a, b], [f, g], ())
    np.pad(a, 2, "mean")                   padded_by_means(a, runtime.pad_pairs(2, a.ndim), ...)
    np.fromiter(items, float)              np.array(list(items), float)
    np.average(a, returned=True)           averaged_without_weights(a, None, False)

Only where a row of the rules does not do it; see `infer_sources.py`.
"""

from __future__ import annotations

from collections.abc import Callable as Function

from adls.engine.ir.ops import Const, Global, Op, Operand
from adls.engine.ir.types import (
    UNKNOWN_DIM,
    Any,
    Array,
    Callable,
    Float,
    Int,
    Iter,
    List,
    NoneT,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.infer_rewriting import Rewrite, Rewriting, is_walkable, known_items
from adls.engine.passes.rows import signature_of
from adls.engine.passes.typing.given import as_array, as_bool, as_int

_PAIRS = List(Tuple((Int(), Int())))
_NONE = Const(None)


def _taking(signature: str, rewrite: Function[[Rewriting, dict[str, Operand]], Type | None]) -> Rewrite:
    """A rewriting that gets its operands by the names of a signature `a, b=1`; None where the call has others."""
    known = signature_of(signature)
    names = list(known.names)

    def bound(r: Rewriting) -> Type | None:
        if len(r.op.args) > len(names) or not set(r.named) <= set(names[len(r.op.args):]):
            return None
        given: dict[str, Operand] = {**known.defaults, **dict(zip(names, r.op.args, strict=False)), **r.named}
        return rewrite(r, {name: given[name] for name in names}) if len(given) == len(names) else None

    return bound


def _is_none(r: Rewriting, operand: Operand) -> bool:
    return operand == _NONE or isinstance(r.inference.type_of(operand), NoneT)


def _vector(r: Rewriting, operand: Operand) -> Operand | None:
    """An operand as a vector of floats, as `np.atleast_1d` makes one; None where that is not known."""
    found = as_array(r.inference.type_of(operand))
    if found is None or found.dims is None or len(found.dims) > 1:
        return None
    if isinstance(r.inference.type_of(operand), Array) and len(found.dims) == 1:
        return operand
    made = Array(found.dtype, (UNKNOWN_DIM,))
    return r.prelude.emit(Op("numpy.array", (operand,), (("ndmin", Const(1)),)), made)


def _of_vectors(name: str, count: int) -> Rewrite:
    """A function of series of coefficients."""

    def rewrite(r: Rewriting) -> Type | None:
        vectors = [_vector(r, arg) for arg in r.op.args]
        return None if r.named or len(vectors) != count or None in vectors else r.source(
            name, *(each for each in vectors if each is not None))

    return rewrite


def _made_of_roots(r: Rewriting) -> Type | None:
    found = as_array(r.types[0])
    if r.named or len(r.types) != 1 or found is None or found.dims is None or found.dtype not in ("f64", "f32"):
        return None
    return r.source("made_of_roots", r.op.args[0])


def _roots(r: Rewriting) -> Type | None:
    p = _vector(r, r.op.args[0]) if len(r.op.args) == 1 and not r.named else None
    if p is None:
        return None
    r.prelude.emit(Op("runtime.only_with_ends", (p,)), NoneT())
    return r.source("roots_of", p)


def _integrated(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    p = _vector(r, given["p"])
    if p is None or as_int(r.inference.type_of(given["m"])) is None:
        return None
    k: Operand | None = _vector(r, Const(0.0) if _is_none(r, given["k"]) else given["k"])
    return r.source("integrated_series", p, given["m"], k) if k is not None else None


def _derived(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    p = _vector(r, given["p"])
    order = as_int(r.inference.type_of(given["m"]))
    return r.source("derived_series", p, given["m"]) if p is not None and order is not None and order > 1 else None


def _from_function(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    shape = r.inference.type_of(given["shape"])
    if not isinstance(shape, Tuple) or not 1 <= len(shape.items) <= 3:
        return None
    dtype = Global("builtins.float", "builtins.float") if _is_none(r, given["dtype"]) else given["dtype"]
    return r.source(f"made_by_indices{len(shape.items)}", given["function"], given["shape"], dtype)


def _piecewise(r: Rewriting) -> Type | None:
    array = as_array(r.types[0]) if len(r.types) >= 3 and not r.named else None
    functions = known_items(r.types[2]) if array is not None else None
    if array is None or array.dims is None or not functions:
        return None
    if not all(isinstance(f, Callable | Float | Int | Scalar) for f in functions):
        return None
    x = r.op.args[0] if isinstance(r.types[0], Array) else r.prelude.emit(Op("numpy.array", r.op.args[:1]), array)
    conditions = _conditions(r, len(array.dims))
    if conditions is None or len(conditions) not in (len(functions), len(functions) - 1):
        return None
    one = Array("bool", array.dims)
    if len(conditions) < len(functions):
        listed = r.prelude.emit(Op("list", tuple(conditions), data=()), List(one, (one,) * len(conditions)))
        stacked = r.prelude.emit(Op("numpy.array", (listed,)), Array("bool", (UNKNOWN_DIM, *array.dims)))
        some = r.prelude.emit(Op("numpy.any", (stacked, Const(0))), one)
        conditions.append(r.prelude.emit(Op("operator.invert", (some,)), one))
    pieces = r.prelude.emit(Op("list", tuple(conditions), data=()), List(one, (one,) * len(conditions)))
    extra = r.prelude.emit(Op("tuple", r.op.args[3:], data=()), Tuple(r.types[3:]))
    return r.source("by_pieces", x, pieces, r.op.args[2], extra)


def _conditions(r: Rewriting, rank: int) -> list[Operand] | None:
    """The conditions of np.piecewise, one by one: a list of them, or a single one."""
    found = r.types[1]
    if isinstance(found, Array):
        return [r.op.args[1]] if found.dims is not None and len(found.dims) == rank and found.dtype == "bool" else None
    items = known_items(found)
    if not items or not all(isinstance(t, Array) and t.dims is not None and len(t.dims) == rank for t in items):
        return None
    return list(r.unpacked(r.op.args[1]) or ())


_PAD = "array, pad_width, mode='constant', stat_length=None, end_values=0, constant_values=0, reflect_type='even'"
_STATISTICS = {"mean": "means", "median": "medians", "maximum": "maxima", "minimum": "minima"}


def _padded(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    """`np.pad` by what the array comes to, by ramps, and by several values."""
    array, mode = r.inference.type_of(given["array"]), r.inference.type_of(given["mode"])
    name = mode.value if isinstance(mode, Str) else None
    if not isinstance(array, Array) or not array.dims or name is None or array.dtype not in ("f64", "f32"):
        return None
    rank = Const(len(array.dims))
    widths = (given["pad_width"], rank)
    if name in _STATISTICS:
        shape = r.prelude.emit(Op("attr", (given["array"],), (), "shape"), Tuple((Int(),) * len(array.dims)))
        lengths = r.prelude.emit(Op("runtime.stat_lengths", (given["stat_length"], shape)), _PAIRS)
        return r.source(f"padded_by_{_STATISTICS[name]}", given["array"], _pairs(r, *widths), lengths)
    odd = r.inference.type_of(given["reflect_type"])
    if name in ("reflect", "symmetric") and isinstance(odd, Str) and odd.value == "odd":
        return r.source("mirrored_odd", given["array"], _pairs(r, *widths), Const(int(name == "reflect")))
    if name == "linear_ramp":
        return r.source("ramped", given["array"], _pairs(r, *widths), _values(r, given["end_values"], rank))
    several = isinstance(r.inference.type_of(given["constant_values"]), Tuple | List | Array)
    if name == "constant" and several:
        return r.source("filled_around", given["array"], _pairs(r, *widths), _values(r, given["constant_values"], rank))
    return None


def _by_segments(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    """`ufunc.reduceat`."""
    name = r.op.prim.split(".")[1]
    return r.source(f"{name}_of_segments", given["array"], given["indices"], given["axis"]) if isinstance(
        r.inference.type_of(given["array"]), Array) else None


def _pairs(r: Rewriting, widths: Operand, rank: Operand) -> Operand:
    return r.prelude.emit(Op("runtime.pad_pairs", (widths, rank)), _PAIRS)


def _values(r: Rewriting, values: Operand, rank: Const) -> Operand:
    """A pair of values for each axis, as an array."""
    found = as_array(r.inference.type_of(values))
    dims = found.dims if found is not None else None
    whole = r.prelude.emit(Op("numpy.array", (values,), (("dtype", Global("builtins.float", "builtins.float")),)),
                           Array("f64", dims))
    shape = r.prelude.emit(Op("tuple", (rank, Const(2)), data=()), Tuple((Int(), Int())))
    return r.prelude.emit(Op("numpy.broadcast_to", (whole, shape)), Array("f64", (UNKNOWN_DIM, UNKNOWN_DIM)))


def _interpolated(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    if _is_none(r, given["period"]):
        return None
    arrays = [as_array(r.inference.type_of(given[name])) for name in ("x", "xp", "fp")]
    if not all(each is not None and each.dims is not None for each in arrays):
        return None
    xp, fp = _vector(r, given["xp"]), _vector(r, given["fp"])
    return r.source("interpolated_periodic", given["x"], xp, fp, given["period"]) if xp and fp else None


_COV = "m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None"


def _covariance(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    if _is_none(r, given["fweights"]) and _is_none(r, given["aweights"]):
        return None
    return r.source("weighted_covariance", *given.values())


def _averaged(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    """`np.average(..., returned=True)`."""
    array, weights = r.inference.type_of(given["a"]), r.inference.type_of(given["weights"])
    if as_bool(r.inference.type_of(given["returned"])) is not True or not isinstance(array, Array) or not array.dims:
        return None
    if isinstance(weights, NoneT):
        return r.source("averaged_without_weights", given["a"], given["axis"], given["keepdims"])
    if not isinstance(weights, Array) or weights.dims is None:
        return None
    if len(weights.dims) == len(array.dims):
        return r.source("averaged_with_weights", given["a"], given["axis"], given["weights"], given["keepdims"])
    return r.source("averaged_with_vector", given["a"], given["axis"], given["weights"], given["keepdims"]) if len(
        weights.dims) == 1 and as_int(r.inference.type_of(given["axis"])) is not None else None


def _differences(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    array = r.inference.type_of(given["ary"])
    if (_is_none(r, given["to_end"]) and _is_none(r, given["to_begin"])) or not isinstance(array, Array):
        return None
    if array.dtype not in ("f64", "f32"):
        return None
    dtype = r.prelude.emit(Op("attr", (given["ary"],), (), "dtype"), Any())
    edges: list[Operand] = []
    for name in ("to_begin", "to_end"):
        values: Operand = given[name]
        if _is_none(r, values):
            values = r.prelude.emit(Op("tuple", (), data=()), Tuple(()))
        whole = Op("numpy.array", (values,), (("dtype", dtype),))
        flat = r.prelude.emit(whole, Array(array.dtype, getattr(as_array(r.inference.type_of(values)), "dims", None)))
        edges.append(r.prelude.emit(Op("numpy.ravel", (flat,)), Array(array.dtype, (UNKNOWN_DIM,))))
    return r.source("differences_between", given["ary"], *edges)


def _kaiser(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    count = as_int(r.inference.type_of(given["M"]))
    return r.source("window_of_kaiser", given["M"], given["beta"]) if count is not None and count > 1 else None


def _fitted(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    return None if _is_none(r, given["w"]) else r.source("fitted_with_weights", *given.values())


def _applied_over(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    axes = r.inference.type_of(given["axes"])
    if isinstance(axes, Int):
        one = r.prelude.emit(Op("tuple", (given["axes"],), data=()), Tuple((axes,)))
        return r.source("applied_over", given["func"], given["a"], one)
    known = isinstance(axes, Tuple | List)
    return r.source("applied_over", given["func"], given["a"], given["axes"]) if known else None


def _from_items(r: Rewriting, given: dict[str, Operand]) -> Type | None:
    """`np.fromiter(items, dtype)`: the array of a list of them, of which a count takes the first ones."""
    from adls.engine.passes.infer_ops import infer_op

    found, items = r.inference.type_of(given["iter"]), given["iter"]
    count = as_int(r.inference.type_of(given["count"]))
    if count != -1 and not is_walkable(found) and not (isinstance(found, Iter) and found.kind in _FINITE):
        return None
    (listed,) = r.prelude.temporaries(1)
    let = r.inference.derived(r.let, (listed,), Op("builtins.list", (items,)))
    infer_op(r.inference, let)
    r.prelude.lets += r.inference.replaced.get(id(let), (let,))
    made = Op("numpy.array", (listed,), (("dtype", given["dtype"]),))
    if count == -1:
        return r.ops(made)
    whole = r.prelude.emit(made, Array("f64", (UNKNOWN_DIM,)))
    return r.source("first_items", whole, given["count"])


_FINITE = ("map", "zip", "enumerate", "filter", "reversed", "range")


def accumulated(r: Rewriting) -> Type | None:
    """`itertools.accumulate(items, function, initial=start)`, as a list."""
    function = r.op.args[1] if len(r.op.args) > 1 else r.named.get("func", _NONE)
    if not r.types or not is_walkable(r.types[0]) or set(r.named) - {"func", "initial"}:
        return None
    start = () if _is_none(r, r.named.get("initial", _NONE)) else (r.named["initial"],)
    name = "accumulated" if _is_none(r, function) else "accumulated_by"
    given = (r.op.args[0],) if _is_none(r, function) else (r.op.args[0], function)
    return r.source(name + "_from" * len(start), *given, *start)


REWRITES: dict[str, Rewrite] = {
    "numpy.poly": _made_of_roots,
    "numpy.roots": _roots,
    "numpy.polyint": _taking("p, m=1, k=None", _integrated),
    "numpy.polyder": _taking("p, m=1", _derived),
    "numpy.polyadd": _of_vectors("added_series", 2),
    "numpy.polysub": _of_vectors("subtracted_series", 2),
    "numpy.polymul": _of_vectors("multiplied_series", 2),
    "numpy.polyfit": _taking("x, y, deg, w=None", _fitted),
    "numpy.fromfunction": _taking("function, shape, dtype=None", _from_function),
    "numpy.piecewise": _piecewise,
    "numpy.pad": _taking(_PAD, _padded),
    "numpy.interp": _taking("x, xp, fp, left=None, right=None, period=None", _interpolated),
    "numpy.cov": _taking(_COV, _covariance),
    "numpy.average": _taking("a, axis=None, weights=None, returned=False, keepdims=False", _averaged),
    "numpy.ediff1d": _taking("ary, to_end=None, to_begin=None", _differences),
    "numpy.kaiser": _taking("M, beta", _kaiser),
    "numpy.apply_over_axes": _taking("func, a, axes", _applied_over),
    **{f"numpy.{name}.reduceat": _taking("array, indices, axis=0", _by_segments)
       for name in ("multiply", "maximum", "minimum")},
    "numpy.fromiter": _taking("iter, dtype, count=-1", _from_items),
}
