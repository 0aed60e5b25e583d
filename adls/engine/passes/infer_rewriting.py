"""One call that may be written as something else: see `infer_sources.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from adls.engine.ir.ops import Let, Op, Operand, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Bottom,
    Dict,
    Iter,
    List,
    NoneT,
    Str,
    Tuple,
    Type,
    may_vary,
)
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.infer_presence import present

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

LONGEST_DISPLAY = 32
"""A container of more items than this is walked over, not written out."""


class Rewriting:
    """One call that may be written as something else. `op` has the library function's name, and no stars."""

    def __init__(self, inference: Inference, let: Let, op: Op, prelude: Prelude) -> None:
        self.inference = inference
        self.let = let
        self.op = op
        self.prelude = prelude
        self.types = tuple([present(inference, let, arg) for arg in op.args])
        self.named = dict(op.kwargs)

    def source(self, name: str, *operands: Operand) -> Type | None:
        """A call of the function of that name in `adls.runtime.sources`."""
        from adls.engine.passes.infer_calls import apply_known

        target = self.inference.resolver.source(name)
        if target is None or not self.inference.program.known(target):
            return None
        return apply_known(self.inference, self.let, target, operands, self.prelude)

    def ops(self, *ops: Op) -> Type:
        """Operations in the call's place; the last one gives its value."""
        from adls.engine.passes.infer_ops import infer_op

        made = [*self.prelude.lets]
        for op in ops:
            let = self.inference.derived(self.let, self.let.targets if op is ops[-1] else (), op)
            infer_op(self.inference, let)
            made += self.inference.replaced.get(id(let), (let,))
        self.inference.replaced[id(self.let)] = tuple(made)
        targets = self.let.targets
        return self.inference.type_of(targets[0]) if targets else NoneT()

    def value(self, operand: Operand) -> Type:
        """The call is an operand."""
        return self.ops(Op("copy", (operand,)))

    def unpacked(self, operand: Operand) -> tuple[Var, ...] | None:
        """The items of a sequence or the values of a dict, one by one; None where they are not known."""
        found = present(self.inference, self.let, operand)
        items = known_items(found)
        if items is None:
            return None
        if isinstance(found, Dict):
            return tuple(self.prelude.item(operand, key, t) for key, t in found.items or ())
        return self.prelude.unpack(operand, items)


Rewrite: TypeAlias = Callable[[Rewriting], "Type | None"]




def known_items(t: Type) -> tuple[Type, ...] | None:
    """The types of a container's items where each is known, and there are few."""
    match t:
        case Tuple(items) | List(_, tuple(items)):
            found = items
        case Dict(_, tuple(entries)):
            found = tuple(each for _, each in entries)
        case _:
            return None
    return found if len(found) <= LONGEST_DISPLAY else None


def concerns(t: Type) -> bool:
    """Whether a container may hold what carries a derivative, now or once it has grown."""
    if isinstance(t, List | Dict | Iter) and isinstance(_held(t), Bottom):
        return True
    return may_vary(t)


def _held(t: Type) -> Type:
    return t.value if isinstance(t, Dict) else t.item if isinstance(t, List | Iter) else Any()


def is_sequence(t: Type) -> bool:
    """Whether something can be walked over as often as one likes, by position too."""
    return isinstance(t, List | Tuple) or (isinstance(t, Array) and t.dims is not None and len(t.dims) > 0)


def is_walkable(t: Type) -> bool:
    return is_sequence(t) or isinstance(t, Dict | Str) or (isinstance(t, Iter) and t.kind == "range")


