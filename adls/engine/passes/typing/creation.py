"""Typing of functions that make arrays: zeros, arange, eye, array, random numbers."""

from __future__ import annotations

from adls.engine.ir.types import (
    ONE,
    UNKNOWN_DIM,
    Any,
    Array,
    Dim,
    Float,
    Int,
    List,
    NoneT,
    Scalar,
    Tuple,
    Type,
)
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import broadcast, dim_of, literal
from adls.engine.passes.typing.elementwise import dtype_and_dims
from adls.engine.passes.typing.given import Given, as_array, as_bool, as_int, hopeless, make_array, shape_of


def create(given: Given, _: str) -> Type:
    """zeros, ones, empty: f64 unless told otherwise; full takes the dtype of what it is filled with."""
    dtype = _dtype(given, "f64")
    fill = as_array(given["fill_value"]) if "fill_value" in given.types else None
    if fill is not None and isinstance(given["dtype"], NoneT):
        dtype = fill.dtype
    return Array(dtype, shape_of(given["shape"]))


def like(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None:
        return hopeless(given.first) or Any()
    dims = array.dims if isinstance(given["shape"], NoneT) else shape_of(given["shape"])
    dtype = dtypes.of_argument(given["dtype"]) or array.dtype
    return Array(dtype, dims)


def array(given: Given, _: str) -> Type:
    found = as_array(given.first)
    dtype = dtypes.of_argument(given["dtype"])
    if found is None:
        return hopeless(given.first) or Array(dtype or dtypes.UNKNOWN, None)
    minimum = as_int(given["ndmin"]) or 0
    dims = found.dims
    if dims is not None and len(dims) < minimum:
        dims = (*(ONE,) * (minimum - len(dims)), *dims)
    return Array(dtype or _of_items(given.first) or found.dtype, dims)


def arange(given: Given, _: str) -> Type:
    start, stop, step = given["start"], given["stop"], given["step"]
    numbers = [t for t in (start, stop, step) if not isinstance(t, NoneT)]
    found = dtype_and_dims(numbers)
    dtype = dtypes.of_argument(given["dtype"]) or (found[0] if found else dtypes.UNKNOWN)
    return Array(dtype, (arange_dim(start, stop, step),))


def linspace(given: Given, _: str) -> Type:
    """linspace and its kin: f64 at least; arrays as bounds put their dims last."""
    bounds = [as_array(given[name]) for name in ("start", "stop") if name in given.types]
    count = given["num"] if "num" in given.types else given["M"] if "M" in given.types else given["n"]
    length = dim_of(count) if isinstance(count, Int) else UNKNOWN_DIM
    retstep = as_bool(given["retstep"])
    if retstep is None or any(bound is None for bound in bounds):
        return Any()
    dtype = dtypes.of_argument(given["dtype"]) or _linspace_dtype([given["start"], given["stop"]])
    dims = broadcast(bound.dims for bound in bounds if bound is not None)
    if given.prim in ("numpy.fft.rfftfreq", "numpy.bartlett", "numpy.hanning", "numpy.hamming", "numpy.blackman"):
        length = UNKNOWN_DIM if given.prim == "numpy.fft.rfftfreq" else length
        return Array("f64", (length,))
    points = Array(dtype, None if dims is None or (dims and as_int(given["axis"]) != 0) else (length, *dims))
    return Tuple((points, _spacing(given, dims))) if retstep else points


def _spacing(given: Given, dims: tuple[Dim, ...] | None) -> Type:
    """The step that `retstep=True` asks for: of a single point it is a number of Python's."""
    dtype, count = _linspace_dtype([given["start"], given["stop"]]), as_int(given["num"])
    if dims is None or count is None or count < 2:
        return Any()
    return Array(dtype, dims) if dims else Scalar(dtype)


def eye(given: Given, _: str) -> Type:
    rows = given["N"] if "N" in given.types else given["n"]
    columns = rows if isinstance(given["M"], NoneT) else given["M"]
    dims = tuple(dim_of(t) if isinstance(t, Int) else UNKNOWN_DIM for t in (rows, columns))
    return Array(_dtype(given, "f64"), dims)


def meshgrid(given: Given, _: str) -> Type:
    items = given["xi"]
    arrays = [as_array(t) for t in items.items] if isinstance(items, Tuple) else []
    known = [each for each in arrays if each is not None]
    if len(known) < len(arrays) or as_bool(given["sparse"]) is not False:
        return Any()
    dims: list[Dim] = [each.dims[0] if each.dims and len(each.dims) == 1 else UNKNOWN_DIM for each in known]
    order = given["indexing"]
    if getattr(order, "value", None) not in ("xy", "ij"):
        dims = [UNKNOWN_DIM] * len(dims)
    elif getattr(order, "value", None) == "xy" and len(dims) > 1:
        dims[:2] = dims[1::-1]
    return Tuple(tuple(Array(each.dtype, tuple(dims)) for each in known))


def indices(given: Given, _: str) -> Type:
    dims = shape_of(given["dimensions"])
    if as_bool(given["sparse"]) is not False or dims is None:
        return Any() if as_bool(given["sparse"]) is not False else Array(_dtype(given, "i64"), None)
    return Array(_dtype(given, "i64"), (literal(len(dims)), *dims))


def vander(given: Given, _: str) -> Type:
    array_ = as_array(given["x"])
    if array_ is None or array_.dims is None or len(array_.dims) != 1:
        return Any()
    n = given["N"]
    columns = array_.dims[0] if isinstance(n, NoneT) else dim_of(n) if isinstance(n, Int) else UNKNOWN_DIM
    return Array(dtypes.promote(array_.dtype, "i64"), (array_.dims[0], columns))


def random(given: Given, _: str) -> Type:
    """Random numbers: in the shape of `size`, else in that of the distribution's parameters."""
    name = given.prim.rpartition(".")[2]
    operands = _operands_of_random(given)
    if name in ("rand", "randn"):
        return Array("f64", shape_of(Tuple(operands))) if operands else Float()
    place = _SIZE_AT.get(name)
    if place is None:
        return _rearranged(name, operands)
    size = given["size"] if not isinstance(given["size"], NoneT) or len(operands) <= place else operands[place]
    dtype = dtypes.of_argument(given["dtype"]) or ("i64" if name in _WHOLE else "f64")
    if name == "choice":
        chosen = as_array(operands[0]) if operands else None
        dtype = chosen.dtype if chosen else dtypes.UNKNOWN
    if not isinstance(size, NoneT):
        return Array(dtype, shape_of(size))
    arrays = [as_array(t) for t in operands[:place]]
    dims = broadcast(array.dims if array else None for array in arrays)
    if name == "choice" or dims is None:
        return Any()
    return Array(dtype, dims) if dims else Scalar(dtype) if name in _WHOLE else Float()


_SIZE_AT = {"normal": 2, "uniform": 2, "standard_normal": 0, "random": 0, "random_sample": 0, "integers": 2,
            "randint": 2, "choice": 1, "exponential": 1, "standard_exponential": 0, "gamma": 2, "beta": 2,
            "poisson": 1, "binomial": 2}
"""At which position each function takes `size`."""
_WHOLE = ("integers", "randint", "poisson", "binomial")


def _operands_of_random(given: Given) -> tuple[Type, ...]:
    """The positional operands, without the generator."""
    chosen = {name: t for name, t in given.types.items() if name not in ("rng", "size", "dtype")}
    found = Given(given.prim, chosen, given.star).spread()
    return found[1:] if given.prim.startswith("Generator.") and "rng" not in given.types else found


def _rearranged(name: str, operands: tuple[Type, ...]) -> Type:
    array_ = as_array(operands[0]) if name == "permutation" and operands else None
    return array_ if array_ is not None and array_.dims else Any()


def cast(given: Given, _: str) -> Type:
    """numpy.float32(x)."""
    found = as_array(given.first)
    dtype = dtypes.named(given.prim.rpartition(".")[2]) or dtypes.UNKNOWN
    return make_array(dtype, found.dims) if found else hopeless(given.first) or Any()


def astype(given: Given, _: str) -> Type:
    found = as_array(given.first)
    dtype = dtypes.of_argument(given["dtype"])
    if found is None:
        return hopeless(given.first) or Any()
    return make_array(dtype or "f64", found.dims)


def _dtype(given: Given, default: str) -> str:
    """The dtype that is asked for. A default that is no literal (`dtype=float`) reads as Ellipsis."""
    argument = given["dtype"]
    if str(argument) == "ellipsis" or isinstance(argument, NoneT):
        return default
    return dtypes.of_argument(argument) or default


def _of_items(t: Type) -> str | None:
    """The dtype of a display of numbers, in which Python numbers are not weak but default: [1, np.float32(2)]."""
    if isinstance(t, Tuple | List) and t.items is not None and t.items:
        found = as_array(t)
        return found.dtype if found else None
    return None


def _linspace_dtype(bounds: list[Type]) -> str:
    arrays = [as_array(t) for t in bounds]
    strong = [each.dtype for t, each in zip(bounds, arrays, strict=True) if each and isinstance(t, Array | Scalar)]
    dtype = "f64"
    if any(each and each.dtype[0] == "c" for each in arrays):
        dtype = "c128"
    return dtypes.promote(dtype, "c128") if any(d[0] == "c" for d in strong) else dtype


def arange_dim(start: Type, stop: Type, step: Type) -> Dim:
    """The length of a range, where it is known."""
    if isinstance(stop, NoneT) and isinstance(start, Int) and as_int(step) == 1:
        return dim_of(start)
    first, last, by = as_int(start), as_int(stop), as_int(step)
    if first is not None and last is not None and by:
        return literal(len(range(first, last, by)))
    if first == 0 and by == 1 and isinstance(stop, Int):
        return dim_of(stop)
    return UNKNOWN_DIM




def transform(given: Given, kind: str) -> Type:
    """A Fourier transform: of double precision, as long along each axis as was asked for."""
    array = as_array(given.first)
    if array is None or array.dims is None or array.dtype not in ("f64", "c128", "i64"):
        return Any()
    return Array("c128" if kind == "complex" else "f64", (UNKNOWN_DIM,) * len(array.dims))
