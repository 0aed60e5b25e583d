"""Shadows of lists and dicts that lose, gain or reorder their items. Used by generated code only."""

from __future__ import annotations

from typing import Any

from adls.runtime.containers import add
from adls.runtime.sums import disown, put


def put_back(container: Any, key: Any, value: Any) -> None:
    """Undo `container.pop(key)` on the shadow: the item has the cotangent of what was taken out."""
    if isinstance(container, dict):
        put(container, key, value)
    else:
        place = key if key >= 0 else len(container) + 1 + key
        container.insert(place, value)
        disown(container, place)


def rotate(items: Any, count: int) -> None:
    """Turn the items of a shadow as `deque.rotate` turns those of a deque."""
    split = len(items) - count % len(items) if items else 0
    items[:] = [*items[split:], *items[:split]]


def take_out(container: Any, index: int) -> Any:
    """Undo `container.insert(index, ...)` on the shadow; gives the cotangent of what was put there."""
    before = len(container) - 1
    return container.pop(min(index, before) if index >= 0 else max(index + before, 0))


def fold_rounds(container: Any, values: Any) -> None:
    """Add the cotangents of `xs * n` to those of xs."""
    for key, value in enumerate(values):
        put(container, key % len(container), add(container[key % len(container)], value))


def extreme_position(items: Any, largest: bool, key: Any = None) -> int:
    """The position of what `max(items, key=key)` or `min(items, key=key)` gives."""
    keys = list(items) if key is None else [key(item) for item in items]
    choose = max if largest else min
    return choose(range(len(keys)), key=keys.__getitem__)


def sorted_order(items: Any, key: Any = None, reverse: bool = False) -> list[int]:
    """The positions of the items in the order in which `sorted(items, key=key, reverse=reverse)` has them."""
    keys = list(items) if key is None else [key(item) for item in items]
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)
