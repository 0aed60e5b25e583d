"""What is owed to values of which only the run knows whether they are memory with a shadow.

Used by generated code only.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from adls.runtime.containers import add, add_into
from adls.runtime.memory import Shadows as Table
from adls.runtime.overlaps import apart
from adls.runtime.records import entries, is_record
from adls.runtime.refusing import refuse
from adls.runtime.sums import put
from adls.runtime.tokens import token

DEEPEST = 300
"""What is nested more deeply than this is taken to lead to itself."""


class Shadows(Table):
    """The shadows of one backward pass, with those of values of unknown type."""

    def settle(self, value: Any, cotangent: Any, levels: int, level: int = 0) -> Any:
        """What is left of the cotangent of a value that only the run knows, once the arrays and containers with shadows
        here (those at some levels inside it may have one) have taken theirs."""
        if cotangent is None:
            return None
        here = bool(levels >> level & 1)
        if isinstance(value, np.ndarray):
            if not here or value.dtype.kind not in "fc":
                return cotangent
            self.of(token(value))[...] += cotangent
            return None
        if isinstance(value, tuple):
            return tuple(self.settle(item, part, levels, level + 1)
                         for item, part in zip(value, cotangent, strict=True))
        if not (isinstance(value, list | deque | dict) or is_record(value)):
            return cotangent
        pairs = list(cotangent.items() if isinstance(cotangent, dict) else enumerate(cotangent))
        items = value if isinstance(value, list | deque) else entries(value)
        left = {key: self.settle(items[key], part, levels, level + 1) for key, part in pairs}
        known = self._containers.get(id(value))
        if known is not None and known[1] is cotangent:  # What has gone to arrays' shadows isn't owed here any more.
            for key, part in left.items():
                put(cotangent, key, part)
            return None if here else cotangent
        structure = left if isinstance(cotangent, dict) else list(left.values())
        if not here:
            return structure
        add_into(self.container(value), structure)
        return None

    def collect(self, value: Any, cotangent: Any, levels: int, level: int = 0) -> Any:
        """The whole cotangent of a value that only the run knows, with what `settle` has put into shadows, which have
        none of it any more: the value's own statement is being reversed."""
        here = bool(levels >> level & 1)
        if isinstance(value, np.ndarray):
            if not here or value.dtype.kind not in "fc":
                return cotangent
            which = token(value)
            found = self.of(which)
            taken = apart(found).copy()
            found.view(np.ndarray)[...] = 0
            if which[0] == id(value):
                self.drop(which[0])
            return add(cotangent, taken)
        if isinstance(value, tuple):
            return tuple(self.collect(item, _part(cotangent, n), levels, level + 1) for n, item in enumerate(value))
        if not (isinstance(value, list | deque | dict) or is_record(value)):
            return cotangent
        if level > DEEPEST:
            refuse("an object that leads to itself, and of which only the run knows what it is")
        mine: Any = self.container(value) if here else None
        items = dict(enumerate(value)) if isinstance(value, list | deque) else entries(value)
        if here:  # The program may have put more into it since.
            items = {key: item for key, item in items.items() if (
                key in mine if isinstance(mine, dict) else key < len(mine))}
        parts = {key: self.collect(item, _part(cotangent, key), levels, level + 1) for key, item in items.items()}
        for key in parts if here else ():
            if not isinstance(mine[key], list | dict):
                parts[key] = add(parts[key], mine[key])
                put(mine, key, 0.0 if isinstance(mine[key], float | np.inexact) else None)
        return list(parts.values()) if isinstance(value, list | deque) else parts


def _part(cotangent: Any, key: Any) -> Any:
    if isinstance(cotangent, dict):
        return cotangent.get(key)
    return None if cotangent is None else cotangent[key]
