"""Typing of functions of each element by itself: broadcasting and promotion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Bottom,
    Complex,
    Dict,
    Float,
    Int,
    NoneT,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import Dims
from adls.engine.passes.typing.dims import broadcast as broadcast_shapes
from adls.engine.passes.typing.given import Given, Rule, as_array, hopeless, make_array

Promotion: TypeAlias = Callable[[str], str]

_NOT_BROADCAST = {"out", "dtype", "where", "casting", "order", "subok", "decimals", "copy", "deg", "nan", "posinf",
                  "neginf", "rtol", "atol", "equal_nan"}
_PYTHON_KINDS = ("bool", "int", "float", "complex")


_NO_BOOL = ("mod", "remainder", "fmod", "floordiv", "floor_divide", "square", "reciprocal", "conjugate", "conj",
            "divmod")
"""Ufuncs without a loop for bools: they compute in i8."""
_KEEPS_EXACT = ("floor", "ceil", "trunc", "fix")


def broadcast(given: Given, names: str) -> Type:
    return _elementwise(given, operands_of(given, names), _plain(given))


def floating(given: Given, names: str) -> Type:
    operands = operands_of(given, names)
    name = given.prim.rpartition(".")[2]
    if name in ("truediv", "true_divide", "divide", "sinc", "i0"):
        return _elementwise(given, operands, _divided)
    if name in _KEEPS_EXACT:
        return _elementwise(given, operands, _same)
    return _elementwise(given, operands, dtypes.inexact)


def made_complex(given: Given, names: str) -> Type:
    """A complex result whatever the operands are, of their precision."""
    return _elementwise(given, operands_of(given, names), dtypes.as_complex)


def double_complex(given: Given, names: str) -> Type:
    """A result in double precision, complex whatever the operands are."""
    return _elementwise(given, operands_of(given, names), lambda _: "c128")


def divide(given: Given, names: str) -> Type:
    return _elementwise(given, operands_of(given, names), _divided)


def power(given: Given, names: str) -> Type:
    base, exponent = operands_of(given, names)[:2]
    if given.python and isinstance(base, Bool | Int) and isinstance(exponent, Bool | Int):
        # Whether an unknown exponent is negative is not known: what may be a float counts as one.
        whole = isinstance(exponent, Bool) or (exponent.value is not None and exponent.value >= 0)
        return Int() if whole else Float()
    if isinstance(base, Array) and base.dtype == "bool" and isinstance(exponent, Int):
        return Array("i8" if exponent.value == 2 else "i64", base.dims)
    return _elementwise(given, (base, exponent), _integral)


def scaled(given: Given, names: str) -> Type:
    """`np.ldexp`: of the first operand's dtype, broadcast."""
    array = as_array(given.first)
    found = _elementwise(given, operands_of(given, names), dtypes.inexact)
    if array is None or not isinstance(found, Array | Scalar):
        return found
    return replace(found, dtype=dtypes.inexact(array.dtype))


def float_power(given: Given, names: str) -> Type:
    return _elementwise(given, operands_of(given, names), lambda dtype: dtypes.promote(dtype, "f64"))


def absolute(given: Given, names: str) -> Type:
    found = _elementwise(given, operands_of(given, names), dtypes.real)
    return Float() if isinstance(found, Complex) else found


def real(given: Given, names: str) -> Type:
    """real and imag; a Python number gives its own. angle is a float."""
    operands = operands_of(given, names)
    if given.prim == "numpy.angle":
        return _elementwise(given, operands, _angle)
    if dtypes.weak_kind(operands[0]):
        return Int() if isinstance(operands[0], Bool | Int) else Float()
    return absolute(given, names)


def compare(given: Given, names: str) -> Type:
    """Elementwise truth; a Python bool where no operand is an array or a NumPy scalar."""
    operands = operands_of(given, names)
    bad = hopeless(*operands)
    if bad is not None:
        return bad
    plain = given.python and not any(isinstance(t, Array | Scalar) for t in operands)
    if plain or any(isinstance(t, NoneT | Str) for t in operands):
        return Bool() if plain or not any(isinstance(t, Array) for t in operands) else Any()
    shapes = _shapes(operands)
    return make_array("bool", broadcast_shapes(shapes)) if shapes is not None else Any()


def operands_of(given: Given, names: str = "") -> tuple[Type, ...]:
    """The named operands, or all that broadcast; what is left out (None) does not count."""
    chosen = names.split(",") if names else [name for name in given.types if name not in _NOT_BROADCAST]
    return tuple(given[name] for name in chosen if names or not isinstance(given[name], NoneT)
                 or given.prim.startswith("operator."))


def same(given: Given, name: str) -> Type:
    """The type of one operand as the function gives it back: a list comes back as an array."""
    operand = given[name]
    if given.prim == "operator.not_":
        return Bool()
    bad = hopeless(operand)
    if bad is not None:
        return bad
    if given.prim.startswith("operator.") and not isinstance(operand, Array | Scalar):
        return _unary(given, operand)
    if given.prim.rpartition(".")[2] in ("round", "around"):
        return _elementwise(given, (operand,), lambda dtype: "f16" if dtype == "bool" else dtype)
    return _elementwise(given, (operand,), _plain(given))


def _unary(given: Given, operand: Type) -> Type:
    """-n of a known int is a literal again: the frontend may leave `axis=-1` as an operation."""
    if isinstance(operand, Int) and operand.value is not None and given.prim == "operator.neg":
        return Int(-operand.value)
    if isinstance(operand, Bool | Int):
        return Int()
    return operand if isinstance(operand, Float | Complex) else Bottom() if isinstance(operand, NoneT) else Any()


def pair_of(rule: Rule, *second: Rule) -> Rule:
    """A rule for functions that return a pair."""

    def pair(given: Given, names: str) -> Type:
        return Tuple(tuple(each(given, names) for each in (rule, *(second or (rule,)))))

    return pair


def integers(given: Given, names: str) -> Type:
    """The exponents of frexp: int32, or Python's int."""
    if given.python:
        return Int()
    return _elementwise(given, operands_of(given, names), lambda _: "i32")


def dtype_and_dims(operands: Sequence[Type]) -> tuple[str, Dims | None] | None:
    """The promoted dtype and broadcast shape of operands; None where one is no array at all."""
    arrays = [as_array(t) for t in operands]
    if any(array is None for array in arrays):
        return None
    strong, weak = "", ""
    for t, array in zip(operands, arrays, strict=True):
        kind = dtypes.weak_kind(t)
        if kind:
            weak = max(weak or "bool", kind, key=_PYTHON_KINDS.index)
        elif array is not None:
            strong = dtypes.promote(strong, array.dtype) if strong else array.dtype
    dtype = dtypes.promote_weak(strong, weak) if strong and weak else strong or dtypes.of_kind(weak or "float")
    return dtype, broadcast_shapes(array.dims for array in arrays if array is not None)


def _elementwise(given: Given, operands: Sequence[Type], promotion: Promotion) -> Type:
    bad = hopeless(*operands)
    if bad is not None:
        return bad
    if given.python and not any(isinstance(t, Array | Scalar) for t in operands):
        return _python(operands, promotion)
    if any(isinstance(t, NoneT | Str | Dict) for t in operands):
        return Any()
    found = dtype_and_dims(operands)
    if found is None:
        return Any()
    return make_array(_promoted(promotion, found[0]), found[1])


def _promoted(promotion: Promotion, dtype: str) -> str:
    return dtype if dtype == dtypes.UNKNOWN else promotion(dtype)


def _python(operands: Sequence[Type], promotion: Promotion) -> Type:
    """Python's own arithmetic: bools count as ints, and an operation on None never returns."""
    kinds = [dtypes.weak_kind(t) for t in operands]
    if any(isinstance(t, NoneT) for t in operands):
        return Bottom()
    if None in kinds:
        return Any()
    kind = max((k or "bool" for k in kinds), key=_PYTHON_KINDS.index)
    widened = promotion(dtypes.of_kind("int" if kind == "bool" else kind))
    return Int() if widened[0] == "i" else Complex() if widened[0] == "c" else Float()


def _same(dtype: str) -> str:
    return dtype


def _plain(given: Given) -> Promotion:
    return _integral if given.prim.rpartition(".")[2] in _NO_BOOL else _same


def _integral(dtype: str) -> str:
    return "i8" if dtype == "bool" else dtype


def _angle(dtype: str) -> str:
    return "f64" if dtype == "bool" else dtypes.inexact(dtypes.real(dtype))


def _divided(dtype: str) -> str:
    return "f64" if dtype[0] in "biu" else dtype


def _shapes(operands: Sequence[Type]) -> list[Dims | None] | None:
    arrays = [as_array(t) for t in operands]
    return None if any(array is None for array in arrays) else [array.dims for array in arrays if array is not None]
