"""Python's own functions over sequences, in Python: where items carry a derivative they are differentiated from here.

Type inference puts a call of one of these in the place of a library's (`engine/passes/infer_sources.py` has the table).
Each of them gives what the original gives, and reads its arguments in the same order. Nobody else calls them.
"""

# ruff: noqa: SIM401, B905
from __future__ import annotations

import copy
from typing import Any


def concatenated(first: Any, second: Any) -> Any:
    """`first + second` of lists."""
    out: list[Any] = []
    for item in first:
        out.append(item)
    for item in second:
        out.append(item)
    return out


def joined_items(parts: Any) -> Any:
    """`[*first, *second, ...]`."""
    out: list[Any] = []
    for part in parts:
        for item in part:
            out.append(item)
    return out


def listed(items: Any) -> Any:
    """`list(items)`."""
    out: list[Any] = []
    for item in items:
        out.append(item)
    return out


def backwards(items: Any) -> Any:
    """`reversed(items)`, as a list."""
    out: list[Any] = []
    for item in reversed(items):
        out.append(item)
    return out


def chosen(items: Any, order: Any) -> Any:
    """The items at the positions in `order`."""
    out: list[Any] = []
    for position in order:
        out.append(items[position])
    return out


def reordered(items: Any, order: Any) -> None:
    """Bring a list's items into an order, in place."""
    old: list[Any] = []
    for item in items:
        old.append(item)
    for position in range(len(order)):
        items[position] = old[order[position]]


def numbered(items: Any, start: Any) -> Any:
    """`enumerate(items, start)`, as a list."""
    out: list[Any] = []
    number = start
    for item in items:
        out.append((number, item))
        number += 1
    return out


def zipped1(first: Any, strict: Any) -> Any:
    """`zip(first)`, as a list."""
    out: list[Any] = []
    for item in first:
        out.append((item,))
    return out


def zipped2(first: Any, second: Any, strict: Any) -> Any:
    """`zip(first, second)`, as a list."""
    out: list[Any] = []
    for one, two in zip(first, second, strict=strict):
        out.append((one, two))
    return out


def zipped3(first: Any, second: Any, third: Any, strict: Any) -> Any:
    """`zip(first, second, third)`, as a list."""
    out: list[Any] = []
    for one, two, three in zip(first, second, third, strict=strict):
        out.append((one, two, three))
    return out


def zipped4(first: Any, second: Any, third: Any, fourth: Any, strict: Any) -> Any:
    """`zip` of four sequences, as a list."""
    out: list[Any] = []
    for one, two, three, four in zip(first, second, third, fourth, strict=strict):
        out.append((one, two, three, four))
    return out


def transposed(rows: Any) -> Any:
    """`zip(*rows)`, as a list of lists."""
    out: list[Any] = []
    for position in range(min([len(row) for row in rows], default=0)):
        out.append([row[position] for row in rows])
    return out


def mapped1(function: Any, items: Any) -> Any:
    """`map(function, items)`, as a list."""
    out: list[Any] = []
    for item in items:
        out.append(function(item))
    return out


def mapped2(function: Any, first: Any, second: Any) -> Any:
    """`map(function, first, second)`, as a list."""
    out: list[Any] = []
    for one, two in zip(first, second):
        out.append(function(one, two))
    return out


def starmapped(function: Any, items: Any) -> Any:
    """`itertools.starmap(function, items)`, as a list."""
    out: list[Any] = []
    for item in items:
        out.append(function(*item))
    return out


def filtered(function: Any, items: Any) -> Any:
    """`filter(function, items)`, as a list."""
    out: list[Any] = []
    for item in items:
        if function(item):
            out.append(item)
    return out


def reduced(function: Any, items: Any) -> Any:
    """`functools.reduce(function, items)`."""
    if len(items) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    total = items[0]
    for item in items[1:]:
        total = function(total, item)
    return total


def reduced_from(function: Any, items: Any, initial: Any) -> Any:
    """`functools.reduce(function, items, initial)`."""
    total = initial
    for item in items:
        total = function(total, item)
    return total


def accumulated(items: Any) -> Any:
    """`itertools.accumulate(items)`, as a list."""
    out: list[Any] = []
    for item in items:
        out.append(out[-1] + item if out else item)
    return out


def accumulated_by(items: Any, function: Any) -> Any:
    """`itertools.accumulate(items, function)`, as a list."""
    out: list[Any] = []
    for item in items:
        out.append(function(out[-1], item) if out else item)
    return out


def paired(items: Any) -> Any:
    """`itertools.pairwise(items)`, as a list."""
    out: list[Any] = []
    for position in range(len(items) - 1):
        out.append((items[position], items[position + 1]))
    return out


def chained2(first: Any, second: Any) -> Any:
    """`itertools.chain(first, second)`, as a list."""
    out: list[Any] = []
    for item in first:
        out.append(item)
    for item in second:
        out.append(item)
    return out


def flattened(parts: Any) -> Any:
    """`itertools.chain.from_iterable(parts)`, as a list."""
    out: list[Any] = []
    for part in parts:
        for item in part:
            out.append(item)
    return out


def crossed(first: Any, second: Any) -> Any:
    """`itertools.product(first, second)`, as a list."""
    out: list[Any] = []
    for one in first:
        for two in second:
            out.append((one, two))
    return out


def pairs_of(items: Any) -> Any:
    """`itertools.combinations(items, 2)`, as a list."""
    out: list[Any] = []
    for first in range(len(items)):
        for second in range(first + 1, len(items)):
            out.append((items[first], items[second]))
    return out


def emptied(items: Any) -> None:
    """`items.clear()` of a list."""
    while len(items) > 0:
        items.pop()


def with_part(items: Any, part: Any, values: Any) -> None:
    """`items[part] = values` of a list."""
    start, stop, step = part.indices(len(items))
    new: list[Any] = []
    for value in values:
        new.append(value)
    if step != 1:
        places = range(start, stop, step)
        if len(places) != len(new):
            raise ValueError(
                f"attempt to assign sequence of size {len(new)} to extended slice of size {len(places)}")
        for n in range(len(new)):
            items[places[n]] = new[n]
        return
    after = items[max(start, stop):]
    while len(items) > start:
        items.pop()
    for value in new:
        items.append(value)
    for item in after:
        items.append(item)


def without_part(items: Any, part: Any) -> None:
    """`del items[part]` of a list."""
    places = range(*part.indices(len(items)))
    kept: list[Any] = []
    for n in range(len(items)):
        if n not in places:
            kept.append(items[n])
    while len(items) > 0:
        items.pop()
    for item in kept:
        items.append(item)


def summed(items: Any, start: Any) -> Any:
    """`sum(items, start)` of objects that define what adding is."""
    total = start
    for item in items:
        total = total + item
    return total


def values_of(mapping: Any) -> Any:
    """`mapping.values()`, as a list."""
    out: list[Any] = []
    for key in mapping:
        out.append(mapping[key])
    return out


def entries_of(mapping: Any) -> Any:
    """`mapping.items()`, as a list."""
    out: list[Any] = []
    for key in mapping:
        out.append((key, mapping[key]))
    return out


def got(mapping: Any, key: Any, default: Any) -> Any:
    """`mapping.get(key, default)`."""
    return mapping[key] if key in mapping else default


def popped(mapping: Any, key: Any, default: Any) -> Any:
    """`mapping.pop(key, default)`."""
    return mapping.pop(key) if key in mapping else default


def put_if_absent(mapping: Any, key: Any, default: Any) -> Any:
    """`mapping.setdefault(key, default)`."""
    if key not in mapping:
        mapping[key] = default
    return mapping[key]


def updated(mapping: Any, other: Any) -> None:
    """`mapping.update(other)` with a mapping."""
    for key in other:
        mapping[key] = other[key]


def updated_pairs(mapping: Any, pairs: Any) -> None:
    """`mapping.update(pairs)` with pairs of keys and values."""
    for key, value in pairs:
        mapping[key] = value


def mapping_of(other: Any) -> Any:
    """`dict(other)` of a mapping."""
    out: dict[Any, Any] = {}
    for key in other:
        out[key] = other[key]
    return out


def mapping_of_pairs(pairs: Any) -> Any:
    """`dict(pairs)`."""
    out: dict[Any, Any] = {}
    for key, value in pairs:
        out[key] = value
    return out


def mapping_of_keys(keys: Any, value: Any) -> Any:
    """`dict.fromkeys(keys, value)`."""
    out: dict[Any, Any] = {}
    for key in keys:
        out[key] = value
    return out


def united(first: Any, second: Any) -> Any:
    """`first | second` of mappings."""
    out: dict[Any, Any] = {}
    for key in first:
        out[key] = first[key]
    for key in second:
        out[key] = second[key]
    return out


def copied_items(items: Any) -> Any:
    """`copy.deepcopy(items)` of a list."""
    out: list[Any] = []
    for item in items:
        out.append(copy.deepcopy(item))
    return out


def copied_values(mapping: Any) -> Any:
    """`copy.deepcopy(mapping)` of a dict."""
    out: dict[Any, Any] = {}
    for key in mapping:
        out[key] = copy.deepcopy(mapping[key])
    return out


def called_with(function: Any, *args: Any) -> Any:
    """`function(*args)`, of a function that only the run knows."""
    return function(*args)
