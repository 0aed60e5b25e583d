"""What `collections` and `itertools.groupby` do, in Python: see `sources.py` and `engine/passes/infer_collections.py`.

The objects are those of the library; nothing here calls what it stands for.
"""

# ruff: noqa: SIM401, B905
from __future__ import annotations

from typing import Any


def grouped(items: Any) -> Any:
    """`itertools.groupby(items)`, as a list of keys and lists."""
    out: list[Any] = []
    for item in items:
        if len(out) > 0 and out[-1][0] == item:
            out[-1][1].append(item)
        else:
            out.append((item, [item]))
    return out


def grouped_by(items: Any, function: Any) -> Any:
    """`itertools.groupby(items, function)`, as a list of keys and lists."""
    keys: list[Any] = []
    groups: list[Any] = []
    for item in items:
        key = function(item)
        if len(keys) > 0 and keys[-1] == key:
            groups[-1].append(item)
        else:
            keys.append(key)
            groups.append([item])
    return [(key, group) for key, group in zip(keys, groups)]


def appended_bounded(items: Any, value: Any) -> None:
    """`items.append(value)` of a deque that may be full."""
    if len(items) == items.maxlen:
        if items.maxlen == 0:
            return
        items.rotate(-1)
        items.pop()
    items.insert(len(items), value)


def prepended_bounded(items: Any, value: Any) -> None:
    """`items.appendleft(value)` of a deque that may be full."""
    if len(items) == items.maxlen:
        if items.maxlen == 0:
            return
        items.pop()
    items.insert(0, value)


def appended_all(items: Any, values: Any) -> None:
    """`items.extend(values)` of a deque."""
    for value in values:
        items.append(value)


def prepended_all(items: Any, values: Any) -> None:
    """`items.extendleft(values)`."""
    for value in values:
        items.appendleft(value)


def without_position(items: Any, position: Any) -> None:
    """`del items[position]` of a deque."""
    if position < 0:
        position = position + len(items)
    if position < 0 or position >= len(items):
        raise IndexError("deque index out of range")
    items.rotate(-1 - position)
    items.pop()
    items.rotate(position)


def defaulted(mapping: Any, key: Any) -> Any:
    """`mapping[key]` of a `defaultdict`."""
    if key not in mapping:
        make = mapping.default_factory
        mapping[key] = make()
    return mapping[key]


def counted(mapping: Any, key: Any) -> Any:
    """`mapping[key]` of a `Counter`."""
    return mapping[key] if key in mapping else 0


def last_item(mapping: Any) -> Any:
    """`mapping.popitem()`."""
    if len(mapping) == 0:
        raise KeyError("popitem(): dictionary is empty")
    key = list(mapping)[-1]
    return key, mapping.pop(key)


def first_item(mapping: Any) -> Any:
    """`mapping.popitem(last=False)`."""
    if len(mapping) == 0:
        raise KeyError("dictionary is empty")
    key = next(iter(mapping))
    return key, mapping.pop(key)
