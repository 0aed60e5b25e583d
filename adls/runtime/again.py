"""Calls that were resolved at run time, differentiated again: their forward and backward functions as subjects.

    value, kept = forward_dynamic(f, x)        the forward function of f's adjoint, differentiated like the user's
    d = backward_dynamic(kept, g)              its backward function, of what it kept and of g

The cotangent of `kept` is that of the residuals in it. `adls.pullback` inside a differentiated function is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from adls.engine.nested import backward_function, generated, target_of_adjoint
from adls.engine.passes.adjoint.interface import GENERATED
from adls.runtime.calling import VARARGS, VARKW
from adls.runtime.compiler import Caller, Compiled, Subject, adjoint_of
from adls.runtime.refusing import refuse

Places = tuple[Any, ...]
"""For what a call gives back, in its structure, the position of each cotangent among those of cells and parameters."""


@dataclass(frozen=True)
class Item:
    """An item of the parameter at a position: one of `*args` or `**kwargs`."""

    position: int
    key: Any


@dataclass(frozen=True)
class Resolved:
    """A callable as a subject: the values of its parameters, where their cotangents go, how its value is dressed.

    `undress` gives for a cotangent of the dressed value, and the value as it was, one of the subject's own.
    """

    subject: Subject
    values: Sequence[Any]
    places: Places
    dress: Callable[[Any], Any] | None = None
    undress: Callable[[Any, Any], Any] | None = None
    active: frozenset[int] | None = None  # The positions that may carry a derivative; None for all.

    @property
    def whole(self) -> tuple[Any, ...]:
        """What it has captured, then its parameters."""
        return (*self.subject.cells.values(), *self.values)

    def adjoint(self, caller: Caller) -> Compiled:
        """The adjoint with respect to everything that may carry a derivative."""
        active = frozenset(range(len(self.whole))) if self.active is None else self.active
        return adjoint_of(self.subject, self.values, active, once=False, caller=caller)


def forward_again(inner: Resolved, dress: Callable[[Compiled, Any, Any], Any], caller: Caller) -> Resolved:
    """The forward function of what `inner` stands for; `dress` makes its value of the adjoint, value and residuals."""
    from adls.runtime.nesting import NestedResolver

    found = inner.adjoint(caller)
    table, origins = generated(found.adjoints, outright=True)
    resolver = NestedResolver(inner.subject.resolver, table, origins)
    subject = Subject((inner.subject.identity, str(found.key), "forward"), target_of_adjoint("fwd", found.key),
                      resolver, {}, inner.subject.origin)
    undress = inner.undress
    return Resolved(subject, inner.whole, (None, *inner.places), lambda raw: dress(found, *raw),
                    None if undress is None else lambda seed, raw: seed and (undress(seed[0], raw[0]), seed[1]))


def backward_again(found: Compiled, residuals: Any, cotangent: Any, values: Sequence[Any], places: Places, *,
                   own: bool = False) -> Resolved:
    """The backward function of an adjoint that ran, of its residuals and the cotangent.

    `own`: it is called as a pullback, which has the residuals captured and gives nothing for what its function has.
    """
    from adls.runtime.nesting import NestedResolver

    if set(found.adjoint.interface.shadows) & set(found.adjoint.interface.returned):
        refuse("the second derivative with respect to a tuple that holds lists or dicts: give what is in it one by one")
    table, origins = generated(found.adjoints, outright=True)
    target = f"{GENERATED}whole:{found.key}".replace("|", "¦")
    table[target] = backward_function(found.adjoint, target)
    likes = [values[position] for position in found.adjoint.interface.shadows]
    resolver = NestedResolver(found.subject.resolver, table, origins)
    subject = Subject((found.subject.identity, str(found.key), "backward"), target, resolver, {}, found.subject.origin)

    def undress(given: Any, raw: Any) -> Any:
        seeds: list[Any] = [None] * len(values)
        put(places, given, seeds)
        return tuple(_as_tuple(seed, value) for seed, value in zip(seeds, values, strict=True))

    places = places[1:] if own else places
    given = (residuals, cotangent, *likes)
    return Resolved(subject, given, (0, 1) if own else (None, 0, 1), lambda raw: taken(places, raw), undress)


def _as_tuple(seed: Any, value: Any) -> Any:
    """The items of `*args` that have a cotangent as a tuple."""
    return tuple(map(seed.get, range(len(value)))) if isinstance(value, tuple) and isinstance(seed, dict) else seed


def arguments_of(subject: Subject, first: int, count: int, names: Sequence[str] = ()) -> list[int | Item]:
    """The parameter of each argument that a caller gave: `count` by position from `first` on, then those with names."""
    function = subject.resolver.live_function
    code = function.__code__
    if not code.co_argcount + code.co_kwonlyargcount and not code.co_flags & (VARARGS | VARKW):
        return list(range(first, first + count + len(names)))  # A library's function takes them as they come.
    known = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    if code.co_flags & VARARGS:
        known.insert(code.co_argcount, "*")
    found: list[int | Item] = []
    for n in range(first, first + count):
        found.append(n if n < code.co_argcount else Item(code.co_argcount, n - code.co_argcount))
    return found + [known.index(name) if name in known else Item(len(known), name) for name in names]


def picked(places: Sequence[int | Item], offset: int) -> tuple[int | Item, ...]:
    """Places of parameters among cells and parameters, behind `offset` cells."""
    return tuple(place + offset if isinstance(place, int) else Item(place.position + offset, place.key)
                 for place in places)


def position_of(place: int | Item) -> int:
    """The position of the parameter that an argument belongs to."""
    return place if isinstance(place, int) else place.position


def item_of(place: int | Item, cotangent: Any) -> Any:
    """An argument's part of its parameter's cotangent."""
    return cotangent if isinstance(place, int) or cotangent is None else cotangent[place.key]


def taken(places: Any, cotangents: Sequence[Any]) -> Any:
    """The cotangents at some places, in the places' structure."""
    if places is None:
        return None
    if isinstance(places, int | Item):
        return item_of(places, cotangents[position_of(places)])
    return tuple(taken(each, cotangents) for each in places)


def put(places: Any, given: Any, seeds: list[Any]) -> None:
    """The inverse of `taken`: cotangents in the places' structure, each put where it came from."""
    if isinstance(places, int):
        seeds[places] = given
    elif isinstance(places, Item):
        if seeds[places.position] is None:
            seeds[places.position] = {}
        seeds[places.position][places.key] = given
    elif places is not None and given is not None:
        for place, each in zip(places, given, strict=False):
            put(place, each, seeds)
