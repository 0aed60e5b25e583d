"""Python's own iterators, as generators: the loop that walks over one has its body written into them.

See `engine/passes/infer_iteration.py`. Nobody else calls them.
"""

# ruff: noqa: SIM113, UP028
from __future__ import annotations

from typing import Any


def advanced(iterator: Any) -> Any:
    """A walk over an object with `__next__`."""
    while True:
        try:
            item = iterator.__next__()
        except StopIteration:
            return
        yield item


class Stream:
    """What stands for a generator whose items have all been made: it gives them one by one, each once."""

    def __init__(self, items: Any) -> None:
        self.items = items
        self.given = 0

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if self.given >= len(self.items):
            raise StopIteration
        item = self.items[self.given]
        self.given += 1
        return item


def streamed(items: Any) -> Any:
    """A stream of a list's items."""
    return Stream(items)


def next_of(iterator: Any) -> Any:
    """`next(iterator)` of an object with `__next__`."""
    return iterator.__next__()


def next_or(iterator: Any, default: Any) -> Any:
    """`next(iterator, default)` of an object with `__next__`."""
    try:
        return iterator.__next__()
    except StopIteration:
        return default


def indexed(items: Any) -> Any:
    """A walk over an object with `__getitem__` alone."""
    position = 0
    while True:
        try:
            item = items[position]
        except IndexError:
            return
        yield item
        position += 1


def enumerating(items: Any, start: Any = 0) -> Any:
    """`enumerate(items, start)`."""
    number = start
    for item in items:
        yield number, item
        number += 1


def mapping2(function: Any, items: Any) -> Any:
    """`map(function, items)`."""
    for item in items:
        yield function(item)


def filtering(function: Any, items: Any) -> Any:
    """`filter(function, items)`."""
    for item in items:
        if function(item):
            yield item


def zipping_first(first: Any, second: Any) -> Any:
    """`zip(first, second)` of an iterator and a sequence."""
    position = 0
    for item in first:
        if position >= len(second):
            return
        yield item, second[position]
        position += 1


def zipping_streams(first: Any, second: Any) -> Any:
    """`zip(first, second)` of an iterator and an object with `__next__`."""
    for item in first:
        try:
            other = second.__next__()
        except StopIteration:
            return
        yield item, other


def zipping_second(first: Any, second: Any) -> Any:
    """`zip(first, second)` of a sequence and an iterator."""
    position = 0
    if len(first) == 0:
        return
    for item in second:
        yield first[position], item
        position += 1
        if position >= len(first):
            return


def zipping_longest2(first: Any, second: Any, fillvalue: Any = None) -> Any:
    """`itertools.zip_longest(first, second)` of what can be indexed."""
    for position in range(max(len(first), len(second))):
        one = first[position] if position < len(first) else fillvalue
        two = second[position] if position < len(second) else fillvalue
        yield one, two


def zipping_longest3(first: Any, second: Any, third: Any, fillvalue: Any = None) -> Any:
    """`itertools.zip_longest(first, second, third)` of what can be indexed."""
    for position in range(max(len(first), len(second), len(third))):
        one = first[position] if position < len(first) else fillvalue
        two = second[position] if position < len(second) else fillvalue
        three = third[position] if position < len(third) else fillvalue
        yield one, two, three


def chaining1(first: Any) -> Any:
    """`itertools.chain(first)`."""
    for item in first:
        yield item


def chaining2(first: Any, second: Any) -> Any:
    """`itertools.chain(first, second)`."""
    for item in first:
        yield item
    for item in second:
        yield item


def chaining3(first: Any, second: Any, third: Any) -> Any:
    """`itertools.chain` of three."""
    for item in first:
        yield item
    for item in second:
        yield item
    for item in third:
        yield item


def chaining_all(parts: Any) -> Any:
    """`itertools.chain.from_iterable(parts)`."""
    for part in parts:
        for item in part:
            yield item


def slicing(items: Any, start: Any, stop: Any) -> Any:
    """`itertools.islice(items, start, stop)`."""
    position = 0
    if stop is not None and stop <= 0:
        return
    for item in items:
        if start is None or position >= start:
            yield item
        position += 1
        if stop is not None and position >= stop:
            return


def slicing_by(items: Any, start: Any, stop: Any, step: Any) -> Any:
    """`itertools.islice(items, start, stop, step)`."""
    position = 0
    wanted = start or 0
    if stop is not None and stop <= 0:
        return
    for item in items:
        if position == wanted:
            yield item
            wanted += step or 1
        position += 1
        if stop is not None and position >= stop:
            return


def taking(function: Any, items: Any) -> Any:
    """`itertools.takewhile(function, items)`."""
    for item in items:
        if not function(item):
            return
        yield item


def dropping(function: Any, items: Any) -> Any:
    """`itertools.dropwhile(function, items)`."""
    begun = False
    for item in items:
        if not begun:
            begun = not function(item)
        if begun:
            yield item


def compressing(items: Any, selectors: Any) -> Any:
    """`itertools.compress(items, selectors)` of sequences."""
    for item, chosen in zip(items, selectors, strict=False):
        if chosen:
            yield item


def repeating(item: Any, times: Any) -> Any:
    """`itertools.repeat(item, times)`."""
    for _ in range(times):
        yield item


def repeating_forever(item: Any) -> Any:
    """`itertools.repeat(item)`."""
    while True:
        yield item


def cycling(items: Any) -> Any:
    """`itertools.cycle(items)` of a sequence."""
    while len(items) > 0:
        for item in items:
            yield item


def counting(start: Any = 0, step: Any = 1) -> Any:
    """`itertools.count(start, step)`."""
    number = start
    while True:
        yield number
        number += step


def crossing_self(items: Any) -> Any:
    """`itertools.product(items, repeat=2)`."""
    for one in items:
        for two in items:
            yield one, two


def crossing1(first: Any) -> Any:
    """`itertools.product(first)`."""
    for one in first:
        yield (one,)


def crossing2(first: Any, second: Any) -> Any:
    """`itertools.product(first, second)`."""
    for one in first:
        for two in second:
            yield one, two


def crossing3(first: Any, second: Any, third: Any) -> Any:
    """`itertools.product` of three."""
    for one in first:
        for two in second:
            for three in third:
                yield one, two, three


def combining2(items: Any) -> Any:
    """`itertools.combinations(items, 2)`."""
    for first in range(len(items)):
        for second in range(first + 1, len(items)):
            yield items[first], items[second]


def combining3(items: Any) -> Any:
    """`itertools.combinations(items, 3)`."""
    for first in range(len(items)):
        for second in range(first + 1, len(items)):
            for third in range(second + 1, len(items)):
                yield items[first], items[second], items[third]


def combining_again2(items: Any) -> Any:
    """`itertools.combinations_with_replacement(items, 2)`."""
    for first in range(len(items)):
        for second in range(first, len(items)):
            yield items[first], items[second]


def permuting2(items: Any) -> Any:
    """`itertools.permutations(items, 2)`."""
    for first in range(len(items)):
        for second in range(len(items)):
            if first != second:
                yield items[first], items[second]


def permuting3(items: Any) -> Any:
    """`itertools.permutations(items, 3)`."""
    for first in range(len(items)):
        for second in range(len(items)):
            for third in range(len(items)):
                if first != second and second != third and first != third:
                    yield items[first], items[second], items[third]


def pairing(items: Any) -> Any:
    """`itertools.pairwise(items)` of an iterator."""
    begun = False
    before = None
    for item in items:
        if begun:
            yield before, item
        before = item
        begun = True


def accumulating(items: Any, func: Any = None) -> Any:
    """`itertools.accumulate(items, func)` of an iterator."""
    begun = False
    total = None
    for item in items:
        if not begun:
            total = item
        elif func is None:
            total = total + item
        else:
            total = func(total, item)
        begun = True
        yield total
