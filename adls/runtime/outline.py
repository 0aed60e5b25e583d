"""What two evaluations have in common when they keep the same: an exact key, far cheaper than the walk.

Everything that `kept_by` asks of residuals is in it: which object each one is (one that was there before, one that an
earlier residual is too, a new one), what is inside containers, shapes, sizes, and how values come out as tests. It is
made after each forward pass that is recorded, while the residuals live: hence one loop, with little for each object.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from adls.runtime.dynamic import KeptCall
from adls.runtime.kept import captured, owner_of
from adls.runtime.ruled import KeptRule

_FLOATS = {float, complex, np.float64, np.float32, np.int64, np.bool_}
_OWN_TESTS = (np.ndarray, np.generic, np.dtype, str, bytes, range, set, frozenset, tuple, list, dict)
_FORM = attrgetter("shape", "dtype", "base")
Key = tuple[Any, ...]  # hashable


class NoOutline(Exception):
    """An object decides for itself how it comes out as a test: only the walk knows whether it is asked."""


def outline(borrowed: Sequence[Any], residuals: Any) -> tuple[Key, list[Any]]:
    """The key of an evaluation's residuals, and what must live as long as the key: its identities are in it.

    `borrowed` are the objects that the evaluation did not make. Raises NoOutline where there is no key.
    """
    tokens: list[Any] = []  # For each object a form, or a type and what there is to say of it.
    identities: list[int] = []
    entered: set[int] = set()
    found: list[Any] = []
    add, identify, objects = tokens.append, identities.append, [residuals]
    for each in objects:  # It grows meanwhile.
        kind = type(each)
        if kind is np.ndarray:
            form = _FORM(each)
            if form[2] is None:
                add(form)
                identify(id(each))
            else:
                owner = owner_of(each)
                tokens += (kind, *form[:2], type(owner), _size(owner))
                identify(id(owner))
            if each.size == 1:
                add(bool(each))
        elif kind is tuple:
            add(kind)
            add(len(each))
            identify(id(each))
            objects += each
        elif kind is int or kind is bool:
            add(kind)
            add(each)
            identify(id(each))
        elif kind in _FLOATS:
            add(kind)
            add(bool(each))
            identify(id(each))
        else:
            add(kind)
            identify(id(each))
            if each is not None and id(each) not in entered:  # There may be circles.
                entered.add(id(each))
                tokens += _more(each)
                objects += _inside(each)
                found += [each.found] if kind is KeptCall else ()
    return (*tokens, *_places(identities, borrowed)), found


def _places(identities: list[int], borrowed: Sequence[Any]) -> tuple[int, ...]:
    """For each object the last place where it is met again, below zero if it was there before."""
    places = dict(zip(identities, range(len(identities)), strict=True))
    for each in _held(borrowed).intersection(places):
        places[each] = -1 - places[each]
    return (*map(places.__getitem__, identities),)


def _held(borrowed: Sequence[Any]) -> set[int]:
    """The identities of objects, and of all that they hold."""
    found: set[int] = set()
    objects = [*borrowed]
    for each in objects:
        kind = type(each)
        if kind is np.ndarray:
            found.add(id(each if each.base is None else owner_of(each)))
        elif id(each) not in found:
            found.add(id(owner_of(each)))
            if kind is dict or isinstance(each, dict):
                objects += each.values()
            elif kind is list or isinstance(each, tuple | list):
                objects += each
    return found


def _inside(each: Any) -> Sequence[Any]:
    """What an object holds."""
    if isinstance(each, tuple | list):
        return each
    if isinstance(each, dict):
        return [*each.values()]
    if isinstance(each, KeptCall):
        return each.residuals, each.values, each.places
    return (each.values, captured(each.back)) if isinstance(each, KeptRule) else ()


def _more(each: Any) -> Key:
    """What there is to say of the rarer kinds."""
    if isinstance(each, tuple | list):
        return _size(each), len(each)
    if isinstance(each, np.ndarray):
        owner = owner_of(each)
        return each.shape, each.dtype, each.base is None, each.size == 1 and bool(each), type(owner), _size(owner)
    if isinstance(each, KeptCall):
        return id(each.found), each.cells, repr(each.places)
    if isinstance(each, dict):
        return _size(each), tuple([key if isinstance(key, str) else None for key in each])
    if isinstance(each, _OWN_TESTS):
        return _size(each), bool(each)
    kind = type(each)
    if hasattr(kind, "__bool__") or hasattr(kind, "__len__"):
        raise NoOutline
    return (_size(each),)


def _size(each: Any) -> int:
    return int(each.nbytes) if isinstance(each, np.ndarray) else sys.getsizeof(each)
