"""Instances that NumPy is handed as arrays, by what they say that they are.

    np.sum(x)                 np.sum(x.__array__()), where x's class has that method

Of instances that say nothing, and of lists of them, NumPy makes arrays of objects, or calls methods that are not
followed: they are refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Op, Operand
from adls.engine.ir.types import Dict, List, Type
from adls.engine.passes.infer_binding import Prelude

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_OTHER = ("numpy.random.", "numpy.vectorize", "numpy.shape", "numpy.ndim", "numpy.size", "numpy.iterable",
          "numpy.isscalar")
"""These make no array of numbers of what they are given."""


def as_given_arrays(inference: Inference, prelude: Prelude, op: Op) -> Op:
    """A call of a function of NumPy's with arrays in place of instances."""
    if not op.prim.startswith("numpy.") or op.prim.startswith(_OTHER):
        return op
    made: dict[Operand, Operand] = {}
    for operand in op.operands:
        cls = _class_of(inference.type_of(operand))
        if not cls or inference.resolver.member(cls, "__call__") is not None:
            continue
        speaks = isinstance(inference.type_of(operand), Dict) and not _overrides(inference, cls)
        if speaks and inference.resolver.member(cls, "__array__") is not None:
            made[operand] = prelude.inferred(Op("method", (operand,), (), "__array__"))
        else:
            name = cls.rpartition(".")[2]
            inference.report("unsupported-construct", construct=f"an instance of `{name}` in an array",
                             reason="what NumPy makes of it is not followed",
                             way_out="hand over the numbers that it holds")
    if not made:
        return op
    kwargs = tuple((name, made.get(value, value)) for name, value in op.kwargs)
    return replace(op, args=tuple(made.get(arg, arg) for arg in op.args), kwargs=kwargs)


def _overrides(inference: Inference, cls: str) -> bool:
    """Whether a class says itself what NumPy's functions do with its instances."""
    return any(inference.resolver.member(cls, name) is not None for name in ("__array_ufunc__", "__array_function__"))


def _class_of(type_: Type) -> str:
    """The class of an instance, or of those in a list."""
    if isinstance(type_, List):
        return next(filter(None, map(_class_of, type_.items or (type_.item,))), "")
    return type_.cls if isinstance(type_, Dict) else ""
