"""Shadows at run time: cotangents of memory that is written in place, and which array has which.

Used by generated code only.
"""

from __future__ import annotations

from collections import deque
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from adls.runtime.containers import NUMBERS, add, added, holds_container, move_into
from adls.runtime.imaginary import Negative, part_of_complex
from adls.runtime.overlaps import accumulating, address_of, apart, owner_of, window
from adls.runtime.records import entries, is_record
from adls.runtime.sums import put
from adls.runtime.tokens import Layout, Returned, Token

Array: TypeAlias = np.ndarray[Any, Any]
Shape: TypeAlias = tuple[int, ...]

def shadow(like: Layout) -> Array:
    """Zeros of the given layout, so that what is a view of the array is a view of its shadow."""
    shape, strides, dtype = like
    if any(stride < 0 for stride in strides):
        strides = tuple(map(abs, strides))
    extent = 1 + sum((n - 1) * stride // dtype.itemsize for n, stride in zip(shape, strides, strict=True) if n)
    return as_strided(np.zeros(max(extent, 1), dtype), shape, strides)


def shares_memory(a: Any, b: Any) -> bool:
    """Whether an operation's result is a view of its operand; their address ranges overlap exactly then."""
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.may_share_memory(a, b)


def shadow_view(viewed: Array, is_view: bool) -> Array:
    """The view of a shadow where the primal's was one, else memory of its own."""
    return viewed if is_view else np.zeros_like(viewed)


def writable(view: Array) -> Array:
    """A view of a shadow that may be written through, where NumPy gives it read-only."""
    if view.flags.writeable:
        return view
    rebuilt = _rebuilt(view)
    return rebuilt.view(Negative) if isinstance(view, Negative) else accumulating(rebuilt)


def _rebuilt(view: Array) -> Array:
    owner = owner_of(view)
    offset = address_of(view) - address_of(owner)
    return np.ndarray(view.shape, view.dtype, owner, offset, view.strides)


def as_it_is(value: Any) -> Any:
    """A value that may be written later, as it is now: copies of arrays, and of what holds them; all else itself."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | deque):
        return type(value)(map(as_it_is, value))
    if isinstance(value, tuple):
        items = map(as_it_is, value)
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return {key: as_it_is(item) for key, item in value.items()} if isinstance(value, dict) else value


def item_copy(x: Array, index: Any) -> Any:
    """`x[index]` as it is now."""
    return x[index].copy()


class Made:
    """The shadows of a table's containers by identity, as `shadow_of` looks them up and notes them."""

    def __init__(self, containers: dict[int, tuple[Any, Any]]) -> None:
        self._containers = containers

    def __contains__(self, identity: int) -> bool:
        return identity in self._containers

    def __getitem__(self, identity: int) -> Any:
        return self._containers[identity][1]

    def __setitem__(self, identity: int, shadow_value: Any) -> None:
        self._containers[identity] = (None, shadow_value)

    def get(self, identity: int) -> Any:
        """The shadow, or None where there is none yet."""
        return self._containers.get(identity, (None, None))[1]

    def setdefault(self, identity: int, shadow_value: Any) -> Any:
        """The shadow that is there, or this one from here on."""
        return self._containers.setdefault(identity, (None, shadow_value))[1]


class Shadows:
    """The shadows of one backward pass, by the identity of the array that owns the memory."""

    def __init__(self) -> None:
        self._by_owner: dict[int, tuple[Array, int, int]] = {}
        self._containers: dict[int, tuple[Any, Any]] = {}
        self._met: dict[tuple[int, int], Any] = {}
        self._adopted: set[int] = set()  # owners whose shadows the caller made
        self._known: dict[int, int] = {}  # how many callees were given a shadow that was here already, by owner

    def container(self, value: Any) -> Any:
        """The shadow of a list or dict, with the shadows of the containers in it; both live as long as this does. Of
        None, which may stand in its place, there is none."""
        if value is None:
            return None
        found = self._containers.get(id(value))
        if found is None:
            made: Any = [] if isinstance(value, list | deque) else {}
            found = self._containers[id(value)] = (value, made)
            if isinstance(value, list | deque):
                made.extend(map(self._item, value))
            else:
                made.update((key, self._item(item)) for key, item in entries(value).items())
        return found[1]

    def made(self) -> Made:
        """The shadows of containers by identity."""
        return Made(self._containers)

    def _item(self, value: Any) -> Any:
        if isinstance(value, list | deque | dict) or is_record(value):
            return self.container(value)
        if isinstance(value, tuple) and holds_container(value):
            return tuple(map(self._item, value))
        return 0.0 if isinstance(value, NUMBERS) else None

    def adopt_containers(self, form: Any, shadow_value: Any) -> None:
        """Take a shadow container that the caller made, and those in it, for the containers that lay there when the
        function returned; None is where the program has put another since."""
        if shadow_value is None or not isinstance(form, Returned | list):
            return
        parts = form.parts if isinstance(form, Returned) else dict(enumerate(form))
        if isinstance(form, Returned):
            known = self._containers.get(form.identity)
            if known is not None and known[1] is shadow_value:
                return
            self._containers[form.identity] = (form, shadow_value)
        for key, part in parts.items():
            if isinstance(part, Returned | list):
                self.adopt_containers(part, shadow_value[key])

    def adopt(self, which: Token, shadow_array: Array) -> None:
        """Take a shadow that the caller made for an array, unless it comes out of this table."""
        found = self._by_owner.get(which[0])
        if found is not None and found[2] == which[1]:
            self._known[which[0]] = self._known.get(which[0], 0) + 1
        else:
            self._by_owner[which[0]] = (shadow_array, which[3], which[1])
            self._adopted.add(which[0])

    def disown(self, which: Token) -> None:
        """Give a shadow back to the caller, which alone knows how long the array lives."""
        if self._known.get(which[0]):
            self._known[which[0]] -= 1
        else:
            self._by_owner.pop(which[0], None)
            self._adopted.discard(which[0])

    def drop(self, owner: int) -> None:
        """Forget the shadow of an array that is being reversed, if it was made here."""
        if owner not in self._adopted:
            self._by_owner.pop(owner, None)

    def hand_over(self, held_arrays: Any, shadow_value: Any) -> None:
        """As `deliver`, where the arrays were made by the call that is being reversed."""
        self.deliver(held_arrays, shadow_value)
        self._release_all(held_arrays, set())

    def _release_all(self, which: Any, seen: set[int]) -> None:
        if isinstance(which, tuple):
            owner, address, owner_layout, mine, own_layout, _ = which
            if (address, owner_layout) == (mine, own_layout):  # What lies beside a part may be given back too.
                self._by_owner.pop(owner, None)
        elif isinstance(which, Returned):
            if id(which) not in seen:
                seen.add(id(which))
                for each in which.parts.values():
                    self._release_all(each, seen)
        elif isinstance(which, list | dict):
            for each in which.values() if isinstance(which, dict) else which:
                self._release_all(each, seen)

    def deliver(self, held_arrays: Any, shadow_value: Any, seen: set[int] | None = None) -> None:
        """Hand over the shadows of the arrays in a container to the container's shadow."""
        seen = set() if seen is None else seen
        if isinstance(held_arrays, Returned):
            if id(held_arrays) in seen:
                return
            seen.add(id(held_arrays))
            held_arrays = held_arrays.parts
        for key, which in held_arrays.items() if isinstance(held_arrays, dict) else enumerate(held_arrays):
            if isinstance(held_arrays, dict):
                shadow_value[key] = self._delivered(which, shadow_value.get(key) if isinstance(
                    shadow_value, dict) else shadow_value[key], seen)
            elif isinstance(which, dict | Returned):
                self.deliver(which, shadow_value[key], seen)

    def _delivered(self, which: Any, before: Any, seen: set[int]) -> Any:
        if isinstance(which, tuple):
            found = self.of(which)
            taken = apart(found).copy()
            found.view(np.ndarray)[...] = 0  # What lies in several places is handed over once.
            return add(before, taken)
        if isinstance(which, list):
            items = before if before is not None else (None,) * len(which)
            return tuple(self._delivered(inner, item, seen) for inner, item in zip(which, items, strict=True))
        if isinstance(which, Returned):  # The program may have put another container in its place since.
            before = self._begin(which) if before is None else before
        if isinstance(which, dict) and before is None:
            before = {}  # A part of a cotangent: nothing else has been owed to the container.
        if isinstance(which, dict | Returned):
            self.deliver(which, before, seen)
        return before

    def put_back(self, form: Returned, shadow_value: Any, seen: set[int] | None = None) -> None:
        """Have a parameter's shadow hold those of the containers that lay in it when it was passed."""
        seen = set() if seen is None else seen
        if id(form) in seen or shadow_value is None:
            return
        seen.add(id(form))
        for key, part in form.parts.items():
            if isinstance(part, Returned | list):
                before = shadow_value.get(key) if isinstance(shadow_value, dict) else shadow_value[key]
                put(shadow_value, key, self._put_back(part, before, seen))

    def _put_back(self, part: Any, before: Any, seen: set[int]) -> Any:
        if isinstance(part, list):
            items = before if before is not None else (None,) * len(part)
            return tuple(self._put_back(inner, item, seen) for inner, item in zip(part, items, strict=True))
        if not isinstance(part, Returned):
            return before
        known = self._containers.get(part.identity)
        mine = before if known is None else known[1]
        if mine is not before and before is not None:
            move_into(mine, before)
        self.put_back(part, mine, seen)
        return mine

    def absorb(self, held_arrays: Returned, shadow_value: Any, seen: set[int] | None = None) -> None:
        """Take what a container's shadow owes to the arrays that were in it; `deliver` hands it over again."""
        seen = set() if seen is None else seen
        if id(held_arrays) in seen:
            return
        seen.add(id(held_arrays))
        for key, which in held_arrays.parts.items():
            owed = shadow_value.get(key) if isinstance(shadow_value, dict) else shadow_value[key]
            if isinstance(which, tuple | list | Returned) and owed is not None:
                put(shadow_value, key, self._absorbed(which, owed, seen))

    def _absorbed(self, which: Any, owed: Any, seen: set[int]) -> Any:
        """What is left of an item's cotangent; a container in it stays the one that it is."""
        if isinstance(which, Returned):
            if isinstance(owed, list | dict):
                self.absorb(which, owed, seen)
            return owed
        if isinstance(which, list) and isinstance(owed, tuple):
            return tuple(self._absorbed(inner, item, seen) for inner, item in zip(which, owed, strict=True))
        return self.spread(which, owed) if isinstance(which, tuple) else owed

    def spread(self, which: Any, value: Any) -> Any:
        """The cotangents of a container's items without those of the arrays that were in it, which go to their
        shadows."""
        if value is None or which is None:
            return value
        if isinstance(which, tuple):
            self.of(which)[...] += value
            return None
        if isinstance(which, dict) and isinstance(value, dict):
            return {key: self.spread(which.get(key), item) for key, item in value.items()}
        return [self.spread(which[n], item) for n, item in enumerate(value)]

    def receive(self, given_back: Any, cotangent: Any, whole: bool) -> Any:
        """Take the cotangent of what a function gave back, of which `returned` noted the structure: arrays that were
        meant give theirs to their shadows.

        With `whole` all else goes to containers of this table; else it is given back, in the same structure.
        """
        if not whole:
            return self._left(given_back, cotangent, {})
        self._begin(given_back)
        self._take(given_back, cotangent)
        return None

    def _begin(self, form: Returned) -> Any:
        """The shadow of a container as it was when the function returned; the program may have changed it since."""
        found = self._containers.get(form.identity)
        if found is None:
            made: Any = [] if form.is_list else {}
            found = self._containers[form.identity] = (form, made)
            for key, part in form.parts.items():
                made.append(self._beginning(part)) if form.is_list else made.update({key: self._beginning(part)})
        return found[1]

    def _beginning(self, part: Any) -> Any:
        if isinstance(part, Returned):
            return self._begin(part)
        if isinstance(part, list):
            items = tuple(map(self._beginning, part))
            return items if any(map(holds_container, items)) else None
        return part if isinstance(part, float) else None

    def _take(self, form: Returned, cotangent: Any) -> None:
        mine = self._containers[form.identity][1]
        if cotangent is None or (id(mine), id(cotangent)) in self._met:
            return  # One cotangent of one container, met in several places.
        self._met[id(mine), id(cotangent)] = cotangent
        for key, part in form.parts.items():
            given = cotangent.get(key) if isinstance(cotangent, dict) else cotangent[key]
            left = self._part(part, given, cotangent is mine)
            if cotangent is mine:
                put(mine, key, left)
            elif left is not None:
                put(mine, key, added(mine.get(key) if isinstance(mine, dict) else mine[key], left))

    def _part(self, part: Any, given: Any, stays: bool) -> Any:
        """What is left of the cotangent of an item when its arrays and containers have taken theirs; containers in
        what is a shadow of this table already stay in it."""
        if given is None:
            return None
        if isinstance(part, tuple):
            self.of(part)[...] += given
            return None
        if isinstance(part, Returned):
            self._take(part, given)
            return given if stays else None
        if isinstance(part, list):
            return tuple(self._part(inner, item, stays) for inner, item in zip(part, given, strict=True))
        return given

    def _left(self, part: Any, given: Any, met: dict[int, Any]) -> Any:
        """The cotangent without those of the arrays in it, in containers of its own; where it is a shadow of this
        table, it stays the shadow."""
        if given is None or not isinstance(part, tuple | list | Returned):
            return given
        if isinstance(part, tuple):
            self.of(part)[...] += given
            return None
        if isinstance(part, list):
            return tuple(self._left(inner, item, met) for inner, item in zip(part, given, strict=True))
        if id(given) not in met:
            found = self._containers.get(part.identity)
            stays = found is not None and found[1] is given
            met[id(given)] = left = given if stays else [None] * len(given) if part.is_list else {}
            for key, inner in part.parts.items():
                item = given.get(key) if isinstance(given, dict) else given[key]
                put(left, key, self._left(inner, item, met))
        return met[id(given)]

    def of(self, which: Token) -> Array:
        """The shadow of an array, zero where nothing has been added yet; of integers there is none to keep."""
        owner, address, owner_layout, mine, (shape, strides, dtype), turned = which
        if dtype.kind not in "fc":
            return np.zeros(shape)
        found = self._by_owner.get(owner)
        if found is None or found[2] != address:  # Another array had its identity: nobody asks for that one any more.
            found = self._by_owner[owner] = (shadow(owner_layout), address, address)
        base, start, _ = found
        if base.dtype.kind == "c" and dtype.kind == "f":
            return part_of_complex(base, mine - start, shape, strides, turned)
        if mine == start and base.shape == shape and base.strides == strides:
            return base
        return accumulating(window(base, mine - start, shape, strides))

    def release(self, which: Token) -> Array:
        """The shadow of an array whose allocation is being reversed: whoever has its address before it is another.

        What a call gave back may be several parts of one array: each takes what it covers, and leaves zeros to those
        that cover it too.
        """
        result = self.of(which)
        found = self._by_owner.get(which[0])
        if found is None or result is found[0]:
            self._by_owner.pop(which[0], None)
            return result
        taken = apart(result).copy()
        result.view(np.ndarray)[...] = 0
        return taken


def shape_at(value: Any, *path: Any) -> Shape:
    """The shape of an item of nested tuples."""
    for step in path:
        value = value[step]
    return np.shape(value)
