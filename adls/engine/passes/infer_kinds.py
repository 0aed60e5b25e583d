"""`isinstance(x, Class)` of a class of the user's, decided where the type of x says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Op
from adls.engine.ir.types import Array, Bool, Complex, Dict, Float, Int, NoneT, Scalar, Tuple, Type
from adls.engine.passes.infer_records import class_named, class_of
from adls.engine.passes.typing.given import Truth

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_PLAIN = Array | Bool | Complex | Float | Int | NoneT | Scalar
"""What is never an instance of a class of the user's that is modelled."""


def is_instance(inference: Inference, op: Op) -> Type | None:
    """`isinstance(x, Class)` of an instance whose class is known, or of what is none."""
    if op.prim != "builtins.isinstance" or len(op.args) != 2:
        return None
    found, kinds = map(inference.type_of, op.args)
    cls = class_of(found) if isinstance(found, Dict) else ""
    named = [class_named(each) for each in (kinds.items if isinstance(kinds, Tuple) else (kinds,))]
    if isinstance(found, _PLAIN) and all(each and inference.resolver.construction(each) for each in named):
        return Truth(value=False)
    if not cls:
        return None
    answers = [inference.resolver.is_kind(cls, each) if each else False for each in named]
    return Bool() if None in answers else Truth(value=any(answers))
