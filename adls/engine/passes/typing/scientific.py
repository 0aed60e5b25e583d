"""Typing of SciPy's functions, of double precision: what other dtypes give is not worked out."""

from __future__ import annotations

from adls.engine.ir.types import UNKNOWN_DIM, Any, Array, Bool, NoneT, Scalar, Tuple, Type
from adls.engine.passes.typing.given import Given, Rule, as_array


def like(given: Given, names: str) -> Type:
    """An array of the first named operand's dims, where all that are named are of doubles: `like_double:b,ab`."""
    first, *_ = arrays = [_double(given[name]) for name in names.split(",")]
    return Array("f64", first.dims) if first is not None and None not in arrays else Any()


def of_rank(given: Given, names: str) -> Type:
    """An array of as many dims as the first named operand, of lengths that are not known."""
    found = like(given, names)
    if not isinstance(found, Array) or found.dims is None:
        return found
    return Array("f64", (UNKNOWN_DIM,) * len(found.dims))


def matrix(given: Given, _: str) -> Type:
    """A matrix of lengths that are not known."""
    items = given.first.items if isinstance(given.first, Tuple) else (given.first,)
    known = all(_double(item) is not None for item in items)
    return Array("f64", (UNKNOWN_DIM, UNKNOWN_DIM)) if known else Any()


def factored(given: Given, _: str) -> Type:
    """`cho_factor`: the factor, and whether it is the lower one."""
    array = _double(given.first)
    return Tuple((Array("f64", array.dims), Bool())) if array is not None else Any()


def decomposed(given: Given, _: str) -> Type:
    """`lu_factor`: both factors in one matrix, and the rows that were exchanged."""
    array = _double(given.first)
    return Tuple((Array("f64", array.dims), Any())) if array is not None else Any()


def solved(given: Given, _: str) -> Type:
    """A solution from a factor: of the dims of b."""
    pair, b = given.first, _double(given["b"])
    factor = _double(pair.items[0]) if isinstance(pair, Tuple) and pair.items else None
    return Array("f64", b.dims) if b is not None and factor is not None else Any()


def of_points(given: Given, _: str) -> Type:
    """A density of points: those of a matrix in its rows. Lengths of 1 would be squeezed away."""
    points = as_array(given["x"])
    if points is None or not points.dims:
        return Any()
    spread = [as_array(given[name]) for name in ("mean", "cov")]
    several = any(array.dims[0].one is False for array in spread if array is not None and array.dims)
    if len(points.dims) == 1 and several:
        return Scalar("f64")
    return Array("f64", points.dims[:1]) if len(points.dims) == 2 and points.dims[0].one is False else Any()


def _double(t: Type) -> Array | None:
    found = None if isinstance(t, NoneT) else as_array(t)
    return found if found is not None and found.dtype == "f64" else None


RULES: dict[str, Rule] = {
    "like_double": like, "double_of_rank": of_rank, "double_matrix": matrix, "cho_factor": factored,
    "lu_factor": decomposed, "cho_solve": solved, "density_of_points": of_points,
}
