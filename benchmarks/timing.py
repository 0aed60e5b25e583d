"""CPU time of several functions in turn, so that a machine that slows down slows all of them."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE_SECONDS = 0.01  # A sample repeats its call until it takes about this long.


@dataclass(frozen=True)
class Times:
    """Seconds a call, one figure a round; a single one for what is slow."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def once(self) -> bool:
        return len(self.seconds) == 1

    def ratio(self, other: Times) -> float:
        """The median of the rounds' ratios: both sides of each were taken within one round."""
        if self.once or other.once:
            return self.median / other.median
        pairs = zip(self.seconds, other.seconds, strict=True)
        return statistics.median(mine / theirs for mine, theirs in pairs)


def timed_once(thunk: Callable[[], Any]) -> tuple[Any, Times]:
    """The result of a call and its time."""
    start = time.process_time()
    result = thunk()
    return result, Times((time.process_time() - start,))


def enough_repeats(thunk: Callable[[], Any]) -> int:
    """How many calls fill a sample. A first call can be slow by accident, so no single call decides."""
    repeats = 1
    while (total := repeats * seconds_a_call(thunk, repeats)) < 0.5 * SAMPLE_SECONDS:
        wanted = repeats * SAMPLE_SECONDS / max(total, 1e-9)
        repeats = max(repeats + 1, round(min(10 * repeats, wanted)))
    return repeats


def sample(thunk: Callable[[], Any], repeats: int) -> float:
    """Seconds a call, with the caches as the call itself leaves them and not as another contender did."""
    if repeats > 1:
        thunk()
    return seconds_a_call(thunk, repeats)


def seconds_a_call(thunk: Callable[[], Any], repeats: int) -> float:
    start = time.process_time()
    for _ in range(repeats):
        thunk()
    return (time.process_time() - start) / repeats


def interleaved(thunks: dict[str, Callable[[], Any]], rounds: int) -> dict[str, Times]:
    """Times each function in each round, starting each round with the next one of them."""
    for thunk in thunks.values():
        thunk()
    repeats = {name: enough_repeats(thunk) for name, thunk in thunks.items()}
    names = list(thunks)
    samples: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()  # Modules that one contender loaded must not burden another's garbage collections.
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            samples[name].append(sample(thunks[name], repeats[name]))
    gc.unfreeze()
    return {name: Times(tuple(samples[name])) for name in names}
