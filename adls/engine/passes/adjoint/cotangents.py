"""What is known, while the backward pass is generated, of each variable's cotangent.

A variable's *leaves* are the places in it that carry a derivative: itself, or the items of a tuple (`state.0`,
`state.1`). A leaf whose
cotangent is zero has no entry; otherwise the entry says which operand holds it and whether the backward pass
owns that memory, so that it may add to it in place. Where control flow merges, entries are brought to one name.
"""

from __future__ import annotations

from adls.engine.ir.ops import Operand
from adls.engine.ir.types import Dict, List, Tuple, Type, may_vary
from adls.engine.source.frozen import dataclass

Leaf = tuple[str | int, ...]
"""A variable's name, then the indices that lead into it."""

OWNED = "owned"
"""The data of `x += y` where nobody but x has x's memory: whoever differentiates that again need not ask."""


@dataclass(frozen=True, slots=True)
class Cotangent:
    """The operand that holds a leaf's cotangent; `owned` when no other name shares its memory or variable.

    `spread`: the operand has fewer elements than the leaf, and stands for what it is when broadcast to the leaf's
    shape. `negative`: the operand is what the cotangent is with its sign changed; as every rule is linear in the
    cotangent, the sign can wait until somebody subtracts. `part`: the operand is a view of the cotangent of the array
    that the leaf is a view of; what is added to it has arrived there.
    """

    operand: Operand
    owned: bool
    spread: bool = False
    negative: bool = False
    part: bool = False


State = dict[Leaf, Cotangent]


def leaf_types(leaf: Leaf, type_: Type) -> list[tuple[Leaf, Type]]:
    """The leaves below a value of a type, with their types; what cannot vary has none."""
    if isinstance(type_, Tuple):
        return [found for i, item in enumerate(type_.items) for found in leaf_types((*leaf, i), item)]
    return [(leaf, type_)] if may_vary(type_) else []


def is_container(type_: Type) -> bool:
    """Whether cotangents of a value of this type live in a shadow container."""
    return isinstance(type_, List | Dict)


def display_name(leaf: Leaf, *, negative: bool = False) -> str:
    """The name of a leaf's cotangent in generated code: `d_state_0`."""
    return ("minus_d_" if negative else "d_") + "_".join(map(str, leaf))
