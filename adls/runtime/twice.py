"""What backward passes do to shadow containers, in Python: read where a gradient is differentiated again.

See `engine/nested.py`. Each function does what the one of `memory` or `reordering` that it is named after does.
"""

from __future__ import annotations

from typing import Any

from adls.runtime.cotangents import fresh_sum


def accumulate_all_again(container: Any, values: Any) -> None:
    """As `accumulate_all`."""
    for key in range(len(values)):
        container[key] = fresh_sum(container[key], values[key])


def add_into_again(container: Any, value: Any) -> None:
    """As `add_into`."""
    if value is None or value is container:
        return
    if isinstance(value, dict):
        for key in value:
            if isinstance(container[key], (list, dict)):
                add_into_again(container[key], value[key])
            else:
                container[key] = fresh_sum(container[key], value[key])
    else:
        for position in range(len(value)):
            if isinstance(container[position], (list, dict)):
                add_into_again(container[position], value[position])
            else:
                container[position] = fresh_sum(container[position], value[position])


def take_tail_again(container: Any, values: Any) -> None:
    """As `take_tail`."""
    count = len(values)
    start = len(container) - count
    for position in range(count):
        values[position] = fresh_sum(values[position], container[start + position])
    for _ in range(count):
        container.pop()


def rotate_again(items: Any, count: Any) -> None:
    """As `rotate`."""
    old = []
    for item in items:
        old.append(item)
    for position in range(len(old)):
        items[position] = old[(position - count) % len(old)]


def accumulate_slice_again(container: Any, part: Any, values: Any) -> None:
    """As `accumulate_slice`."""
    positions = list(range(len(container)))[part]
    for number in range(len(values)):
        if not isinstance(values[number], (list, dict)):
            container[positions[number]] = fresh_sum(container[positions[number]], values[number])
