"""What the adjoint pass asks about the functions that a function calls, found once for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from adls.engine.ir.ops import Function
from adls.engine.passes.adjoint.sharing import bound_attributes, given_back
from adls.engine.passes.alias import Memory
from adls.engine.passes.chosen import handed_through

T = TypeVar("T")


class CalleeFacts:
    """Facts about a program's primals that their callers need."""

    def __init__(self, primals: Mapping[str, Function], memory: Callable[[str], Memory]) -> None:
        self._primals = primals
        self._memory = memory
        self._given_back: dict[str, int | None] = {}
        self._bound: dict[str, frozenset[object]] = {}
        self._through: dict[str, frozenset[int]] = {}

    def gives_back(self, instance: str) -> int | None:
        """The position of the parameter that it writes and always gives back as it is."""
        return _found(self._given_back, instance, None, lambda: given_back(
            self._primals[instance], self._memory(instance)))

    def binds(self, instance: str) -> frozenset[object]:
        """The attributes that it, or what it calls, binds to lists and dicts."""
        return _found(self._bound, instance, frozenset(), lambda: bound_attributes(
            self._primals[instance], self.binds))

    def hands_through(self, instance: str) -> frozenset[int]:
        """The positions of the operands whose elements the result's are made of, one by one."""
        primal = self._primals[instance]
        every = frozenset(range(len(primal.cells) + len(primal.params)))
        return _found(self._through, instance, every, lambda: handed_through(primal, self.hands_through))


def _found(known: dict[str, T], instance: str, meanwhile: T, find: Callable[[], T]) -> T:
    """What is known, or found now; `meanwhile` is what a function that calls itself is told."""
    if instance not in known:
        known[instance] = meanwhile
        known[instance] = find()
    return known[instance]
