"""Typing of functions that choose among elements: where, clip, take, sort, unique."""

from __future__ import annotations

from adls.engine.ir.types import UNKNOWN_DIM, Any, Array, Int, NoneT, Scalar, Tuple, Type
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import Dims, broadcast, literal, product
from adls.engine.passes.typing.elementwise import dtype_and_dims
from adls.engine.passes.typing.given import Given, as_array, as_bool, as_int, as_ints, hopeless, make_array
from adls.engine.passes.typing.indexing import item_type


def where(given: Given, _: str) -> Type:
    condition = as_array(given["condition"])
    if isinstance(given["x"], NoneT):
        return nonzero(given, "")
    bad = hopeless(given["condition"], given["x"], given["y"])
    found = dtype_and_dims([given["x"], given["y"]])
    if bad is not None or condition is None or found is None:
        return bad or Any()
    dims = None if found[1] is None or condition.dims is None else broadcast([condition.dims, found[1]])
    return Array(found[0], dims)


def clip(given: Given, _: str) -> Type:
    operands = [t for name in ("a", "a_min", "a_max", "min", "max") if not isinstance(t := given[name], NoneT)]
    found = dtype_and_dims(operands)
    return make_array(*found) if found else hopeless(*operands) or Any()


def nonzero(given: Given, _: str) -> Type:
    """A tuple of one index array for each dim; flatnonzero and argwhere one array."""
    array = as_array(given.first)
    if given.prim == "numpy.flatnonzero":
        return Array("i64", (UNKNOWN_DIM,))
    if array is None or array.dims is None:
        return Array("i64", (UNKNOWN_DIM, UNKNOWN_DIM)) if given.prim == "numpy.argwhere" else Any()
    if given.prim == "numpy.argwhere":
        return Array("i64", (UNKNOWN_DIM, literal(len(array.dims))))
    return Tuple((Array("i64", (UNKNOWN_DIM,)),) * len(array.dims))


def take(given: Given, _: str) -> Type:
    """The dims of the indices stand where the axis was."""
    name = "a" if "a" in given.types else "arr"
    array = as_array(given[name])
    if array is None:
        return hopeless(given[name]) or Any()
    if given.prim == "numpy.extract":
        return Array(array.dtype, (UNKNOWN_DIM,))
    masked = "condition" in given.types
    indices = Array("i64", (UNKNOWN_DIM,)) if masked else as_array(given["indices"])
    axis = as_int(given["axis"])
    if indices is None or indices.dims is None or array.dims is None:
        return Array(array.dtype, None)
    if isinstance(given["axis"], NoneT):
        return make_array(array.dtype, indices.dims)
    if axis is None:
        return Array(array.dtype, None)
    position = axis % len(array.dims)
    return make_array(array.dtype, (*array.dims[:position], *indices.dims, *array.dims[position + 1 :]))


def take_along(given: Given, _: str) -> Type:
    array, indices = as_array(given["arr"]), as_array(given["indices"])
    if array is None:
        return Any()
    axis = as_int(given["axis"])
    dims = indices.dims if indices else None
    if dims is None or array.dims is None or len(dims) != len(array.dims) or axis is None:
        return Array(array.dtype, None)
    rest = broadcast([dims, array.dims])
    position = axis % len(dims)
    return Array(array.dtype, rest and tuple(dims[i] if i == position else d for i, d in enumerate(rest)))


def sort(given: Given, _: str) -> Type:
    return _flat_or_same(given, None)


def argsort(given: Given, _: str) -> Type:
    if given.prim == "numpy.lexsort":
        return item_type(_stacked(given.first), Int(0))
    return _flat_or_same(given, "i64")


def searchsorted(given: Given, _: str) -> Type:
    sought = as_array(given["x"] if given.prim == "numpy.digitize" else given["v"])
    return make_array("i64", sought.dims) if sought else Any()


def unique(given: Given, _: str) -> Type:
    array = as_array(given.first)
    return Array(array.dtype, (UNKNOWN_DIM,)) if array else Any()


def unique_parts(given: Given, _: str) -> Type:
    """What np.unique gives: the elements, and as many arrays of positions and counts as it is asked for."""
    flags = [as_bool(given[name]) for name in ("return_index", "return_inverse", "return_counts")]
    found = unique(given, "")
    if None in flags:
        return Any()
    vector = Array("i64", (UNKNOWN_DIM,))
    more = [each for each, asked in zip((vector, Array("i64", None), vector), flags, strict=True) if asked]
    return Tuple((found, *more)) if more else found


def interp(given: Given, _: str) -> Type:
    """`np.interp` of real numbers: double precision, of the shape of x."""
    x, values = as_array(given["x"]), as_array(given["fp"])
    if x is None or x.dims is None or values is None or values.dtype not in ("f64", "f32", "i64"):
        return Any()
    return make_array("f64", x.dims)


def inserted(given: Given, _: str) -> Type:
    """`np.insert` and `np.delete`: as many axes, of unknown length along one; or a vector."""
    array, axis = as_array(given["arr"]), given["axis"]
    if array is None or array.dims is None:
        return Any()
    if isinstance(axis, NoneT) or not array.dims:
        return Array(array.dtype, (UNKNOWN_DIM,))
    position = as_int(axis)
    dims = tuple(UNKNOWN_DIM if position is None or n == position % len(array.dims) else dim
                 for n, dim in enumerate(array.dims))
    return Array(array.dtype, dims)


def trapezoid(given: Given, _: str) -> Type:
    array, axis = as_array(given.first), as_ints(given["axis"])
    if array is None or array.dims is None or axis is None:
        return Array(array.dtype, None) if array else Any()
    gone = axis[0] % len(array.dims)
    x = as_array(given["x"]) or as_array(given["dx"])
    dtype = dtypes.promote(array.dtype, "f16")
    if x is not None and isinstance(given["x"], Array | Scalar):
        dtype = dtypes.promote(dtype, x.dtype)
    if array.dtype[0] in "biu":
        dtype = dtypes.promote("f64", dtype)
    return make_array(dtype, tuple(dim for i, dim in enumerate(array.dims) if i != gone))


def _flat_or_same(given: Given, dtype: str | None) -> Type:
    array = as_array(given.first)
    if array is None:
        return hopeless(given.first) or Any()
    dims: Dims | None = array.dims
    if isinstance(given["axis"], NoneT):
        dims = (product(dims) if dims is not None else UNKNOWN_DIM,)
    return Array(dtype or array.dtype, dims)


def _stacked(t: Type) -> Type:
    array = as_array(t)
    return Array("i64", array.dims) if array else Any()
