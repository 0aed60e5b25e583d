"""What `heapq`, `operator` and methods of lists do, in Python: see `sources.py` and `engine/passes/infer_standard.py`.

Heaps are ordered item by item as the library orders them, so that also `heap[1]` is the same.
"""

from __future__ import annotations

from typing import Any


def first_of(items: Any) -> Any:
    """`next(iter(items))`."""
    if len(items) == 0:
        raise StopIteration
    return items[0]


def first_or(items: Any, default: Any) -> Any:
    """`next(iter(items), default)`."""
    return items[0] if len(items) > 0 else default


def removed(items: Any, value: Any) -> None:
    """`items.remove(value)` of a list."""
    if value not in items:
        raise ValueError("list.remove(x): x not in list")
    items.pop(items.index(value))


def inserted(items: Any, position: Any, value: Any) -> None:
    """`items.insert(position, value)`, at a position that is not negative."""
    items.insert(position, value)


def heap_pushed(heap: Any, item: Any) -> None:
    """`heapq.heappush(heap, item)`."""
    heap.append(item)
    _toward_root(heap, 0, len(heap) - 1)


def heap_popped(heap: Any) -> Any:
    """`heapq.heappop(heap)`."""
    if len(heap) == 0:
        raise IndexError("index out of range")
    last = heap.pop()
    if len(heap) == 0:
        return last
    first = heap[0]
    heap[0] = last
    _toward_leaves(heap, 0)
    return first


def heap_replaced(heap: Any, item: Any) -> Any:
    """`heapq.heapreplace(heap, item)`."""
    if len(heap) == 0:
        raise IndexError("index out of range")
    first = heap[0]
    heap[0] = item
    _toward_leaves(heap, 0)
    return first


def heap_pushed_popped(heap: Any, item: Any) -> Any:
    """`heapq.heappushpop(heap, item)`."""
    if len(heap) == 0 or not heap[0] < item:
        return item
    first = heap[0]
    heap[0] = item
    _toward_leaves(heap, 0)
    return first


def heap_made(heap: Any) -> None:
    """`heapq.heapify(heap)`."""
    for position in reversed(range(len(heap) // 2)):
        _toward_leaves(heap, position)


def _toward_root(heap: Any, start: Any, position: Any) -> None:
    """Bring the item at a position, which may be too small for it, to where its parent is not larger."""
    item = heap[position]
    while position > start:
        above = (position - 1) // 2
        if not item < heap[above]:
            break
        heap[position] = heap[above]
        position = above
    heap[position] = item


def _toward_leaves(heap: Any, position: Any) -> None:
    """Bring the smaller children up until a leaf is free, then the item from there to where it belongs."""
    start, end = position, len(heap)
    item = heap[position]
    below = 2 * position + 1
    while below < end:
        if below + 1 < end and not heap[below] < heap[below + 1]:
            below = below + 1
        heap[position] = heap[below]
        position = below
        below = 2 * position + 1
    heap[position] = item
    _toward_root(heap, start, position)


def item_getter(key: Any) -> Any:
    """`operator.itemgetter(key)`."""
    def get(value: Any) -> Any:
        return value[key]

    return get


def items_getter(first: Any, second: Any) -> Any:
    """`operator.itemgetter(first, second)`."""
    def get(value: Any) -> Any:
        return value[first], value[second]

    return get


def attribute_getter(name: Any) -> Any:
    """`operator.attrgetter(name)`."""
    def get(value: Any) -> Any:
        return getattr(value, name)

    return get


def attributes_getter(first: Any, second: Any) -> Any:
    """`operator.attrgetter(first, second)`."""
    def get(value: Any) -> Any:
        return getattr(value, first), getattr(value, second)

    return get
