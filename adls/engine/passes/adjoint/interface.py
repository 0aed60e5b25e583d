"""How a differentiated function is called: what identifies its adjoint, and what its two functions take and give back.

    forward(cells..., parameters...)            -> (value, residuals)
    backward(residuals, cotangent, shadows...)  -> cotangents of the active cells and parameters
    backward(residuals, cotangent, shadows..., table)    where shadows are looked up that are in the caller's table

A parameter whose memory the function writes, or reads element by element, has no cotangent of its own to give back: the
caller passes the shadow (an array of the parameter's shape), and the backward function adds to it in place. A loop that
calls a helper on `x[i]` then costs an element an iteration, not an array.

A *guarded* forward function is one that is called inside a `try`: it takes a list as its first parameter, appends its
residuals to it even when it raises, and gives back the value alone.
"""

from __future__ import annotations

from typing import TypeAlias

from adls.engine.source.frozen import dataclass

RESULT_POSITION = -1

Inside: TypeAlias = tuple[int, int]
"""A position, and how far inside what is there."""

GENERATED = "adls:"
"""What the targets of generated functions begin with, where one is differentiated again."""


@dataclass(frozen=True, slots=True, repr=False)
class AdjointKey:
    """The identity of an adjoint within a program; positions count cells first, then parameters.

    `volatile` positions (RESULT_POSITION for the result) and levels (see `sharing`) name memory that the caller may
    write afterwards; `merged` pairs of them name the same memory. `shared` are those whose shadows the caller has in
    its table, which it passes. `chosen`: the caller takes a part of the result only (see `passes/chosen.py`).
    """

    instance: str
    active: frozenset[int]
    volatile: frozenset[Inside] = frozenset()
    merged: tuple[tuple[Inside, Inside], ...] = ()
    guarded: bool = False
    shared: frozenset[Inside] = frozenset()
    chosen: bool = False

    @property
    def is_generated(self) -> bool:
        """Whether the function is an adjoint that is differentiated again, not the user's."""
        return self.instance.startswith(GENERATED)

    @property
    def name(self) -> str:
        """The callee's plain name."""
        plain = self.instance.split("|")[0].split("@")[0].replace(":", ".").split(".")[-1]
        return plain if plain.isidentifier() else "function"

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        parts = [self.instance, "d" + ",".join(map(str, sorted(self.active)))]
        if self.volatile:
            parts.append("v" + ",".join(map(_printed, sorted(self.volatile))))
        if self.merged:
            parts.append("m" + ",".join(f"{_printed(a)}={_printed(b)}" for a, b in self.merged))
        if self.shared:
            parts.append("s" + ",".join(map(_printed, sorted(self.shared))))
        return "|".join([*parts, *(["guarded"] if self.guarded else []), *(["chosen"] if self.chosen else [])])


def _printed(inside: Inside) -> str:
    return f"{inside[0]}.{inside[1]}"


@dataclass(frozen=True, slots=True)
class Interface:
    """`returned`: positions whose cotangent the backward function gives back, in order. `shadows`: positions whose
    shadow it takes. `seeded`: whether the result carries a derivative. `aliases_parameter`: the position whose very
    object is the result, or None. `looked_up`: positions (RESULT_POSITION too) and levels whose shadows are in the
    caller's table. `settled`: levels of the result at which lies what only the run knows, and what is memory of it has
    its shadow in that table."""

    returned: tuple[int, ...]
    shadows: tuple[int, ...]
    seeded: bool
    aliases_parameter: int | None = None
    looked_up: frozenset[Inside] = frozenset()
    settled: frozenset[int] = frozenset()
