"""Whether an evaluation keeps what another one kept, as straight-line code: for what is asked in every evaluation.

    def alike(residuals, borrowed):
        try:
            if type(residuals) is not tuple: return False
            r0, r1, = residuals
            b0, b1, = borrowed
        except ValueError:
            return False
        if r1 is not b0: return False                                               what was there before is, as then,
        if type(b0) is not ndarray: return False
        if type(b1) is not ndarray: return False
        if type(r0) is not ndarray: return False
        if r0.shape != K1 or r0.dtype is not K2: return False                       forms and sizes are the same,
        if r0.base is not None: return False
        return not (r0 is b1)                                                       and all the rest is new

What is alike has the same outline (`runtime/outline.py`); what is not may have it too.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from sys import getsizeof
from typing import Any

import numpy as np

from adls.runtime.kept import is_shared, owner_of

Alike = Callable[[Any, Sequence[Any]], bool]
_Named = tuple[str, Any]
_MOST_OBJECTS = 300
_MOST_PAIRS, _MOST_QUESTIONS = 5000, 100
_CONTAINERS = (tuple, list, dict)
_NUMBERS = (float, complex, np.float64, np.float32, np.int64, np.bool_)


class _NotThis(Exception):
    """Something is kept that only the outline knows how to tell."""


def alike_to(residuals: Any, borrowed: Sequence[Any]) -> Alike | None:
    """The test for these residuals; None where there is none."""
    made = _Writer()
    try:
        made.compare(residuals, tuple(borrowed))
    except _NotThis:
        return None
    return made.function()


class _Writer:
    """The text of a test, and the objects that it names."""

    def __init__(self) -> None:
        self.unpacking: list[str] = []
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"owner_of": owner_of, "getsizeof": getsizeof, "ndarray": np.ndarray}
        self.numbers = itertools.count()
        self.parts: dict[str, list[_Named]] = {}  # of each container
        self.same: dict[str, str] = {}  # the residuals that are something else that has a name
        self.formed: set[str] = set()  # the arrays whose form was asked for

    def function(self) -> Alike:
        text = "\n".join(["def alike(residuals, borrowed):", "    try:", *self.unpacking, "    except ValueError:",
                          "        return False", *self.lines])
        exec(compile(text, "<adls: what is kept>", "exec"), self.names)
        alike: Alike = self.names["alike"]
        return alike

    def constant(self, value: Any) -> str:
        name = f"K{next(self.numbers)}"
        self.names[name] = value
        return name

    def no(self, condition: str) -> None:
        self.lines.append(f"    if {condition}: return False")

    def compare(self, residuals: Any, borrowed: tuple[Any, ...]) -> None:
        kept: list[_Named] = []
        there: list[_Named] = []
        self.unpack("residuals", residuals, kept)
        self.unpack("borrowed", borrowed, there)
        fresh, seen = self.met_first(kept, there)
        for name, value in (*there, *fresh):
            if type(value) not in _CONTAINERS:
                kind = "ndarray" if type(value) is np.ndarray else self.constant(type(value))
                self.no(f"type({name}) is not {kind}")
        self.equal([(name, value) for name, value in fresh if type(value) in (int, bool)])
        for name, value in (*fresh, *seen):
            self.form(name, value)
        self.identities([self.owner(*each) for each in fresh if not is_shared(each[1])],
                        [self.owner(*each) for each in there])

    def met_first(self, kept: Sequence[_Named], there: Sequence[_Named]) -> tuple[list[_Named], list[_Named]]:
        """The residuals without those that are another one or borrowed, which are so again; those that are borrowed."""
        names = {id(value): name for name, value in reversed(there)}
        fresh: list[_Named] = []
        seen: dict[str, Any] = {}
        for name, value in kept:
            other = None if is_shared(value) else names.get(id(value))
            if other is None:
                names[id(value)] = name
                fresh.append((name, value))
                continue
            self.no(f"{name} is not {other}")
            self.same[name] = other
            if other.startswith("b"):
                seen[other] = value
        return fresh, [*seen.items()]

    def equal(self, named: Sequence[_Named]) -> None:
        if named:
            values = self.constant(tuple(value for _, value in named))
            self.no(f"{_tuple(name for name, _ in named)} != {values}")

    def unpack(self, name: str, value: Any, into: list[_Named]) -> None:
        """Give names to an object and to all that it holds."""
        into.append((name, value))
        kind = type(value)
        if len(into) > _MOST_OBJECTS:
            raise _NotThis
        if kind in _CONTAINERS:
            items = [*value.values()] if kind is dict else value
            parts = [f"{name[0]}{next(self.numbers)}" for _ in items]
            self.unpacking.append(f"        if type({name}) is not {kind.__name__}: return False")
            self.unpacking.append(f"        {_tuple(parts)} = {name}{'.values()' if kind is dict else ''}")
            self.parts[name] = [*zip(parts, items, strict=True)]
            for part, item in zip(parts, items, strict=True):
                self.unpack(part, item, into)
        elif isinstance(value, (*_CONTAINERS, memoryview)):
            raise _NotThis

    def form(self, name: str, value: Any) -> None:
        """What the walk asks of a residual, but for who it is."""
        kind = type(value)
        if kind is np.ndarray:
            self.formed.add(name)
            self.no(f"{name}.shape != {self.constant(value.shape)} or {name}.dtype is not {self.constant(value.dtype)}")
        elif kind is list:
            self.no(f"getsizeof({name}) != {getsizeof(value)}")
        elif kind not in (tuple, int, bool, type(None), *_NUMBERS):
            raise _NotThis
        if kind in _NUMBERS or (kind is np.ndarray and value.size == 1):
            self.no(f"bool({name}) is not {bool(value)}")

    def owner(self, name: str, value: Any) -> _Named:
        """Who is charged for an object; an array's owner is of the same size as then."""
        if type(value) is not np.ndarray:
            return name, value
        if value.base is None:
            self.no(f"{name}.base is not None")
            return name, value
        owner, owns = owner_of(value), f"o{next(self.numbers)}"
        if type(owner) is not np.ndarray:
            raise _NotThis
        self.lines.append(f"    {owns} = owner_of({name})")
        self.no(f"{name}.base is None or type({owns}) is not ndarray or {owns}.nbytes != {owner.nbytes}")
        return owns, owner

    def identities(self, kept: Sequence[_Named], there: Sequence[_Named]) -> None:
        """Owners that were one are one again, those that were borrowed are, and all others are new."""
        first = {id(value): name for name, value in reversed(there)}
        own: list[_Named] = []
        for name, value in kept:
            if id(value) in first:
                self.no(f"{name} is not {first[id(value)]}")
            else:
                first[id(value)] = name
                own.append((name, value))
        pairs = [*itertools.combinations(own, 2), *itertools.product(own, there)]
        unsure = [f"{one[0]} is {other[0]}" for one, other in pairs[:_MOST_PAIRS] if not self.differ(one, other)]
        if len(pairs) <= _MOST_PAIRS and len(unsure) <= _MOST_QUESTIONS:
            self.lines.append(f"    return not ({' or '.join(unsure)})" if unsure else "    return True")
            return
        self.lines.append(f"    made = {{*map(id, {_tuple(name for name, _ in own)})}}")
        self.lines.append(f"    return len(made) == {len(own)} and "
                          f"made.isdisjoint(map(id, {_tuple(name for name, _ in there)}))")

    def differ(self, one: _Named, other: _Named) -> bool:
        """Whether what was asked of both up to now says that they are two objects."""
        (mine, value), (its, with_) = ((self.same.get(name, name), what) for name, what in (one, other))
        kind = type(value)
        if mine == its or kind is not type(with_):
            return mine != its
        if kind in _CONTAINERS:
            ours, theirs = self.parts[mine], self.parts[its]
            return len(ours) != len(theirs) or any(map(self.differ, ours, theirs))
        forms = {(each.shape, each.dtype) for each in (value, with_)} if {mine, its} <= self.formed else ()
        return len(forms) > 1


def _tuple(names: Iterable[str]) -> str:
    return f"({''.join(f'{name}, ' for name in names)})"
