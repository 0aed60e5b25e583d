"""The typing rules by name, and of functions whose result follows no row's rule, by prim."""

from __future__ import annotations

from collections.abc import Mapping

from adls.engine.ir.types import (
    UNKNOWN_DIM,
    Any,
    Array,
    Bool,
    Complex,
    Int,
    List,
    NoneT,
    Opaque,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.typing import (
    containers,
    creation,
    dtypes,
    elementwise,
    estimates,
    joining,
    products,
    reductions,
    scientific,
    selection,
    shapes,
)
from adls.engine.passes.typing.dims import int_of
from adls.engine.passes.typing.given import Given, Rule, as_array, make_array
from adls.engine.passes.typing.join import OBJECT


def result_type(rule: str, given: Given) -> Type:
    """The type of a call's result by the rule that its row names; Any where there is no such rule.

    Rules take it that the call is one that NumPy takes: another has no result, and raises when it runs.
    """
    try:
        return _result_type(rule, given)
    except (IndexError, TypeError, ValueError, ZeroDivisionError):
        return Any()


def _result_type(rule: str, given: Given) -> Type:
    out = given["out"]
    if not isinstance(out, NoneT):
        return out
    own = BY_PRIM.get(given.prim)
    if own is not None:
        return own(given, "")
    exact = RULES.get(rule)
    if exact is not None:
        return exact(given, "")
    name, _, argument = rule.partition(":")
    found = RULES.get(name)
    return found(given, argument) if found is not None else Any()


def signature(prim: str) -> str:
    """The signature of a prim that has a type but no row; "" where its operands are taken as they come."""
    return _SIGNATURES.get(prim, "")


_QUANTILE = "a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False"
_MEDIAN = "a, axis=None, out=None, overwrite_input=False, keepdims=False"
_SIGNATURES = {
    "numpy.percentile": _QUANTILE, "numpy.quantile": _QUANTILE, "numpy.nanpercentile": _QUANTILE,
    "numpy.median": _MEDIAN, "numpy.nanmedian": _MEDIAN,
}


def knows(prim: str) -> bool:
    """Whether a prim without a row has a type all the same."""
    return prim in BY_PRIM


def _constant(t: Type) -> Rule:
    return lambda given, _: t


def _of_array(given: Given, _: str) -> Type:
    """x.shape and np.shape(x)."""
    array = as_array(given.first)
    return Any() if array is None or array.dims is None else Tuple(tuple(int_of(dim) for dim in array.dims))


def _shape(given: Given, _: str) -> Type:
    return _of_array(given, "") if "shape" not in given.types else creation.create(given, "")


def _tuple(given: Given, rules: str) -> Type:
    return Tuple(tuple(result_type(rule, given) for rule in rules.split()))


def _strides(given: Given, _: str) -> Type:
    array = as_array(given.first)
    return Any() if array is None or array.dims is None else Tuple((Int(),) * len(array.dims))


def _dtype_object(given: Given, _: str) -> Type:
    array = as_array(given.first)
    return Opaque(f"dtype {array.dtype}") if array else OBJECT


def _shaped_like(given: Given, _: str) -> Type:
    array = as_array(given.first)
    return make_array(array.dtype, array.dims) if array else Any()


RULES: Mapping[str, Rule] = {
    "broadcast": elementwise.broadcast,
    "float": elementwise.floating,
    "divide": elementwise.divide,
    "power": elementwise.power,
    "float_power": elementwise.float_power,
    "ldexp": elementwise.scaled,
    "float64": elementwise.float_power,
    "abs": elementwise.absolute,
    "real": elementwise.real,
    "compare": elementwise.compare,
    "logical": elementwise.compare,
    "bool": _constant(Bool()),
    "int": containers.integer,
    "scalar": containers.number,
    "complex": containers.complex_number,
    "complex128": elementwise.double_complex,
    "complexed": elementwise.made_complex,
    "divmod": elementwise.pair_of(elementwise.broadcast),
    "modf": elementwise.pair_of(elementwise.floating),
    "frexp": elementwise.pair_of(elementwise.floating, elementwise.integers),
    "same": elementwise.same,
    "astype": creation.astype,
    "cast": creation.cast,
    "where": selection.where,
    "clip": selection.clip,
    "reduce": reductions.reducer(dtypes.summed),
    "sum_product": reductions.sum_product,
    "reduce:sum": reductions.reducer(dtypes.summed),
    "reduce:same": reductions.reducer(lambda dtype: dtype),
    "reduce:float": reductions.reducer(reductions.meaned),
    "reduce:int": reductions.reducer(lambda _: "i64"),
    "reduce:bool": reductions.reducer(lambda _: "bool"),
    "reduce:norm": reductions.reducer(reductions.deviation),
    "cumulative": reductions.cumulative,
    "diff": reductions.diff,
    "gradient": reductions.gradient,
    "percentile": reductions.percentile,
    "matmul": products.matmul,
    "dot": products.dot,
    "inner": products.inner,
    "outer": products.outer,
    "vdot": products.vdot,
    "vecdot": products.vecdot,
    "kron": products.kron,
    "tensordot": products.tensordot,
    "multi_dot": products.multi_dot,
    "cross": products.cross,
    "convolve": products.convolve,
    "trace": products.trace,
    "einsum": products.einsum,
    "matrix_power": products.matrix_power,
    "square": products.square,
    "inv": products.square,
    "cholesky": products.square,
    "solve": products.solve,
    "det": products.det,
    "slogdet": products.slogdet,
    "eigh": products.eigh,
    "eigvalsh": products.eigvalsh,
    "svd": products.svd,
    "svdvals": products.svdvals,
    "qr": products.qr,
    "pinv": products.pinv,
    "lstsq": products.lstsq,
    "reshape": shapes.reshape,
    "ravel": shapes.ravel,
    "transpose": shapes.transpose,
    "swapaxes": shapes.swapaxes,
    "moveaxis": shapes.moveaxis,
    "rollaxis": shapes.rollaxis,
    "rot90": shapes.rot90,
    "expand_dims": shapes.expand_dims,
    "squeeze": shapes.squeeze,
    "broadcast_to": shapes.broadcast_to,
    "broadcast_arrays": shapes.broadcast_arrays,
    "repeat": shapes.repeat,
    "tile": shapes.tile,
    "flip": _shaped_like,
    "roll": _shaped_like,
    "triangle": _shaped_like,
    "pad": shapes.pad,
    "diag": shapes.diag,
    "diagonal": shapes.diagonal,
    "atleast": shapes.atleast,
    "sliding_window": shapes.sliding_window,
    "concatenate": joining.concatenate,
    "stack": joining.stack,
    "vstack": joining.stacker(2, 0),
    "hstack": joining.stacker(1, 1),
    "dstack": joining.stacker(3, 2),
    "column_stack": joining.stacker(2, 1),
    "append": joining.append,
    "block": joining.block,
    "split": joining.split,
    "unstack": joining.unstack,
    "shape": _shape,
    "create": creation.create,
    "like": creation.like,
    "array": creation.array,
    "arange": creation.arange,
    "linspace": creation.linspace,
    "eye": creation.eye,
    "meshgrid": creation.meshgrid,
    "indices": creation.indices,
    "vander": creation.vander,
    "random": creation.random,
    "take": selection.take,
    "interp": selection.interp,
    "inserted": selection.inserted,
    "eig": _constant(Tuple((Any(), Any()), "EigResult")),
    "take_along": selection.take_along,
    "take_along_axis": selection.take_along,
    "sort": selection.sort,
    "argsort": selection.argsort,
    "nonzero": selection.nonzero,
    "searchsorted": selection.searchsorted,
    "unique": selection.unique,
    "unique_parts": selection.unique_parts,
    "transform": creation.transform,
    "pair_of_indices": _constant(Tuple((Array("i64", (UNKNOWN_DIM,)),) * 2)),
    "trapezoid": selection.trapezoid,
    "covariance": estimates.covariance,
    "histogram": estimates.histogram,
    "bincount": estimates.bincount,
    "polyval": estimates.polyval,
    "series": estimates.series,
    "polyfit": estimates.fit,
    "ediff1d": estimates.differences,
    "unwrap": estimates.unwrap,
    "unravel_index": estimates.unraveled,
    "ravel_multi_index": estimates.raveled,
    "resize": estimates.resized,
    "choose": estimates.chosen,
    "object": containers.object_of,
    "opaque": containers.opaque_of,
    "iterator": containers.iterator,
    "ndindex": containers.ndindex_of,
    "tuple": _tuple,
    **scientific.RULES,
    "doubles": _constant(Array("f64", (UNKNOWN_DIM, UNKNOWN_DIM))),
    "double_vector": _constant(Array("f64", (UNKNOWN_DIM,))),
    "none": _constant(NoneT()),
    "any": _constant(Any()),
}

_VARIANCE = reductions.reducer(reductions.deviation)

BY_PRIM: Mapping[str, Rule] = {
    **{f"{module}.{name}": _VARIANCE for module in ("numpy", "ndarray") for name in ("var", "std")},
    **{f"numpy.{name}": reductions.percentile for name in ("percentile", "quantile", "nanpercentile")},
    "numpy.median": reductions.reducer(reductions.meaned),
    "numpy.nanmedian": reductions.reducer(reductions.meaned),
    "numpy.average": reductions.average,
    "numpy.append": joining.append,
    "numpy.hstack": joining.stacker(1, 1),
    "numpy.dstack": joining.stacker(3, 2),
    "numpy.column_stack": joining.stacker(2, 1),
    "numpy.shape": _of_array,
    "ndarray.shape": _of_array,
    "ndarray.strides": _strides,
    "ndarray.flags": _constant(Opaque("flags")),
    "ndarray.dtype": _dtype_object,
    "ndarray.item": containers.item,
    "ndarray.tolist": containers.tolist,
    "ndarray.fill": _constant(NoneT()),
    "ndarray.put": _constant(NoneT()),
    "Generator.shuffle": _constant(NoneT()),
    "numpy.random.shuffle": _constant(NoneT()),
    "ndarray.sort": _constant(NoneT()),
    "ndarray.partition": _constant(NoneT()),
    "numpy.add.at": _constant(NoneT()),
    "numpy.copyto": _constant(NoneT()),
    "numpy.signbit": elementwise.compare,
    "scipy.special.logsumexp": reductions.logsumexp,
    "operator.not_": _constant(Bool()),
    "numpy.random.default_rng": _constant(Opaque("Generator")),
    "builtins.len": containers.length,
    "builtins.list": containers.list_of,
    "builtins.tuple": containers.tuple_of,
    "builtins.dict": containers.dict_of,
    "builtins.set": _constant(OBJECT),
    "builtins.range": containers.range_of,
    "builtins.zip": containers.zip_of,
    "builtins.enumerate": containers.enumerate_of,
    "builtins.reversed": containers.reversed_of,
    "builtins.sorted": containers.sorted_of,
    "builtins.iter": containers.iterator,
    "builtins.map": containers.mapped,
    "builtins.filter": containers.filtered,
    "builtins.sum": containers.sum_of,
    "math.prod": containers.product_of,
    "builtins.max": containers.extreme,
    "builtins.min": containers.extreme,
    "builtins.abs": elementwise.absolute,
    "operator.abs": elementwise.absolute,
    "builtins.round": containers.rounded,
    "builtins.complex": _constant(Complex()),
    "builtins.isinstance": containers.isinstance_of,
    "builtins.print": _constant(NoneT()),
    "builtins.str": _constant(Str()),
    "builtins.repr": _constant(Str()),
    "builtins.format": _constant(Str()),
    "builtins.ascii": _constant(Str()),
    "builtins.slice": _constant(Opaque("slice")),
    "builtins.type": containers.class_of_container,
    "runtime.shadow_of": containers.shadow_of,
    "runtime.form_of": containers.shadow_of,
    "collections.deque": containers.collection_of,
    "collections.OrderedDict": containers.collection_of,
    "collections.defaultdict": containers.collection_of,
    "collections.Counter": containers.collection_of,
    **{f"list.{name}": _constant(NoneT()) for name in ("appendleft", "extendleft", "rotate")},
    "list.popleft": containers.popped,
    "dict.move_to_end": _constant(NoneT()),
    "dict.popitem": _constant(Any()),
    "list.append": _constant(NoneT()),
    "list.extend": _constant(NoneT()),
    "list.insert": _constant(NoneT()),
    "list.reverse": _constant(NoneT()),
    "list.sort": _constant(NoneT()),
    "list.clear": _constant(NoneT()),
    "list.remove": _constant(NoneT()),
    "list.pop": containers.popped,
    "list.copy": containers.first_operand,
    "runtime.plainly": containers.first_operand,
    "runtime.without_instances": containers.first_operand,
    "list.index": _constant(Int()),
    "list.count": _constant(Int()),
    "tuple.index": _constant(Int()),
    "tuple.count": _constant(Int()),
    "dict.items": containers.dict_items,
    "dict.values": containers.dict_values,
    "dict.keys": containers.dict_keys,
    "dict.get": containers.got,
    "dict.setdefault": containers.got,
    "dict.pop": containers.popped,
    "dict.copy": containers.first_operand,
    "dict.update": _constant(NoneT()),
    "dict.clear": _constant(NoneT()),
    "runtime.extreme_position": _constant(Int()),
    "bisect.bisect_left": _constant(Int()),
    "bisect.bisect_right": _constant(Int()),
    "runtime.sorted_order": _constant(List(Int())),
    **{f"str.{name}": _constant(Str()) for name in (
        "join", "format", "upper", "lower", "strip", "lstrip", "rstrip", "replace", "title")},
    **{f"str.{name}": _constant(Bool()) for name in ("startswith", "endswith", "isdigit")},
}
