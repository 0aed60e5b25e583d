"""Typing of covariances, histograms, polynomials, and of index arithmetic: all of floats unless told otherwise."""

from __future__ import annotations

from adls.engine.ir.types import ONE, UNKNOWN_DIM, Any, Array, Dim, Int, List, NoneT, Scalar, Tuple, Type
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import Dims, broadcast
from adls.engine.passes.typing.elementwise import dtype_and_dims
from adls.engine.passes.typing.given import Given, as_array, as_bool, as_int, make_array, shape_of

_VECTOR = (UNKNOWN_DIM,)
_REAL = ("f64", "f32", "i64", "i32", "bool")


def covariance(given: Given, _: str) -> Type:
    """`np.cov` and `np.corrcoef` of real numbers: a square matrix over the variables; of one, no dims at all."""
    array = as_array(given.first)
    if array is None or array.dims is None or array.dtype not in _REAL:
        return Any()
    if not isinstance(given["y"], NoneT):
        other = as_array(given["y"])
        known = other is not None and other.dtype in _REAL
        return Array("f64", (UNKNOWN_DIM, UNKNOWN_DIM)) if known else Any()
    if len(array.dims) == 1:
        return Scalar("f64") if given.prim == "numpy.corrcoef" else Array("f64", ())
    by_row = True if isinstance(given["rowvar"], NoneT) else as_bool(given["rowvar"])
    if len(array.dims) != 2 or by_row is None:
        return Array("f64", None)
    variables = array.dims[0 if by_row else 1]
    # One variable among the rows of a matrix is squeezed too.
    return Array("f64", (variables, variables) if variables.one is False else None)


def histogram(given: Given, _: str) -> Type:
    """Counts, or sums of weights, or densities; and the edges of the bins."""
    weights, density = given["weights"], given["density"]
    if not isinstance(density, NoneT) and as_bool(density) is None:
        return Any()
    dtype = "i64"
    if not isinstance(weights, NoneT):
        array = as_array(weights)
        if array is None or array.dtype not in ("f64", "f32"):
            return Any()
        dtype = array.dtype
    if not isinstance(density, NoneT) and as_bool(density):
        dtype = dtypes.promote(dtype, "f64")
    bins, edges = as_array(given["bins"]), Array("f64", _VECTOR)
    if not isinstance(given["bins"], Int | NoneT):
        if bins is None:
            return Any()
        edges = Array(bins.dtype, bins.dims)
    elif (of := as_array(given.first)) is None or of.dtype not in ("f64", "i64", "i32", "bool"):
        return Any()
    return Tuple((Array(dtype, _VECTOR), edges))


def bincount(given: Given, _: str) -> Type:
    return Array("i64" if isinstance(given["weights"], NoneT) else "f64", _VECTOR)


def polyval(given: Given, _: str) -> Type:
    """Of the dims of x; of a number, a number. Without coefficients it is zeros like x."""
    p, x = as_array(given["p"]), as_array(given["x"])
    if p is None or x is None or p.dims is None or len(p.dims) != 1:
        return Any()
    dtype = dtypes.promote(p.dtype, x.dtype)
    some = p.dims[0].one is not None or (x.dims and dtype == x.dtype)
    return make_array(dtype, x.dims) if some else Any()


def differences(given: Given, _: str) -> Type:
    """`np.ediff1d`."""
    array = as_array(given.first)
    return Array(array.dtype, _VECTOR) if array and array.dtype != "bool" else Any()


def unwrap(given: Given, _: str) -> Type:
    array = as_array(given.first)
    return Array(array.dtype, array.dims) if array and array.dtype in ("f64", "f32") else Any()


def fit(given: Given, _: str) -> Type:
    """`np.polyfit` of one set of values."""
    y = as_array(given["y"])
    if y is None or y.dims is None or len(y.dims) != 1 or y.dtype not in ("f64", "i64"):
        return Any()
    degree = as_int(given["deg"])
    return Array("f64", (UNKNOWN_DIM if degree is None else Dim(str(degree + 1), 0, False) if degree else ONE,))


def unraveled(given: Given, _: str) -> Type:
    """`np.unravel_index`: an index array for each dim of the shape."""
    indices, shape = as_array(given["indices"]), shape_of(given["shape"])
    if indices is None or shape is None or indices.dims is None:
        return Any()
    return Tuple((make_array("i64", indices.dims),) * len(shape))


def raveled(given: Given, _: str) -> Type:
    """`np.ravel_multi_index`."""
    parts = given["multi_index"]
    if not isinstance(parts, Tuple | List) or not parts.items:
        return Any()
    found = dtype_and_dims(parts.items)
    return make_array("i64", found[1]) if found else Any()


def resized(given: Given, _: str) -> Type:
    array = as_array(given.first)
    return Array(array.dtype, shape_of(given["new_shape"])) if array else Any()


def chosen(given: Given, _: str) -> Type:
    """`np.choose` and `np.select`: all broadcast together, in the choices' dtype."""
    selects = given.prim == "numpy.select"
    choices = given["choicelist" if selects else "choices"]
    tests = given["condlist" if selects else "a"]
    conditions: tuple[Type, ...] | None = (tests,)
    if selects:
        conditions = tests.items if isinstance(tests, List | Tuple) else None
    if not isinstance(choices, List | Tuple) or not choices.items or not conditions:
        return Any()
    # Numbers among the choices have dtypes of their own in np.choose; arrays of one dtype leave no doubt.
    arrays = [each for each in choices.items if isinstance(each, Array)]
    if len(arrays) < len(choices.items) or len({each.dtype for each in arrays}) != 1 or arrays[0].dtype != "f64":
        return Any()
    shapes = [shape.dims for shape in map(as_array, conditions) if shape is not None] + [each.dims for each in arrays]
    if len(shapes) < len(conditions) + len(arrays) or any(dims is None for dims in shapes):
        return Any()
    known: list[Dims] = [dims for dims in shapes if dims is not None]
    return Array("f64", broadcast(known))


def series(given: Given, _: str) -> Type:
    """Series of coefficients as vectors of one dtype, without their last zeros."""
    items = given.first.items if isinstance(given.first, Tuple | List) else None
    found = [as_array(item) for item in items or ()]
    known = [each.dtype for each in found if each is not None and each.dtype in ("f64", "i64")]
    return List(Array("f64", _VECTOR), (Array("f64", _VECTOR),) * len(found)) if items and len(known) == len(
        found) else Any()
