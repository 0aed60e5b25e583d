"""Who looks on while gradients are taken: nobody, or a recorder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from adls.runtime.compiler import Compiled


class Passes(Protocol):
    """The two passes of one evaluation."""

    @property
    def forward(self) -> Callable[..., Any]:
        """From the arguments to value and residuals."""

    @property
    def backward(self) -> Callable[..., Any]:
        """From residuals and cotangent to the arguments' cotangents."""


class Onlooker(Protocol):
    """Gives what is called for a gradient."""

    def evaluation(self, found: Compiled, argnums: tuple[int, ...]) -> Passes:
        """The passes of an evaluation that is about to begin."""

    def nested(self, found: Compiled) -> dict[str, Any]:
        """The module of a callee that was found at run time, within an evaluation."""


class Nobody:
    """The generated functions themselves are called, so that no frame of ours holds on to residuals."""

    def evaluation(self, found: Compiled, argnums: tuple[int, ...]) -> Passes:
        return found

    def nested(self, found: Compiled) -> dict[str, Any]:
        return found.module


def active() -> Onlooker:
    """Who looks on now."""
    return ACTIVE[-1]


def activate(onlooker: Onlooker) -> Onlooker:
    """Let another look on; gives who did until now."""
    before, ACTIVE[-1] = ACTIVE[-1], onlooker
    return before


NOBODY = Nobody()
ACTIVE: list[Onlooker] = [NOBODY]  # one item, which straight-line code reads without a call
