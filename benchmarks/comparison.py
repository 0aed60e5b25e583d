"""One row of the table: each contender on one workload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.contenders import BASELINE, CONTENDERS, Contender
from benchmarks.contenders.porting import NotPorted
from benchmarks.timing import Times, interleaved, timed_once
from benchmarks.trees import relative_difference

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload

TOO_SLOW_TO_REPEAT = 15.0  # In seconds; what a first call compiles on the way is small beside this.
SLOW_SECONDS = 1.0  # What takes longer than this is timed once: its ratio has no need of three digits.
TOLERANCE = 1e-6  # Of a gradient, against the one by hand; all compute in double precision.


@dataclass(frozen=True)
class Cell:
    """A ratio to the hand-written adjoint, or a word in its place and the reason."""

    ratio: float | None = None
    once: bool = False
    word: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Row:
    workload: str
    hand_milliseconds: float
    cells: dict[str, Cell]


def compare(workload: Workload, rounds: int) -> Row:
    """Checks that every gradient is right, then times what is."""
    thunks: dict[str, Callable[[], Any]] = {}
    slow: dict[str, Times] = {}
    cells: dict[str, Cell] = {}
    for contender in CONTENDERS:
        try:
            thunk = contender.prepare(workload)
            result, first = timed_once(thunk)
            check(contender, workload, result)
        except Exception as error:
            cells[contender.name] = excused(contender, error)
            continue
        times = later_time(contender, thunk, first)
        if times.median > SLOW_SECONDS:
            slow[contender.name] = times
        else:
            thunks[contender.name] = thunk
    all_times = interleaved(thunks, rounds) | slow
    cells |= {name: measured(taken, all_times[BASELINE.name]) for name, taken in all_times.items()}
    return Row(workload.name, 1e3 * all_times[BASELINE.name].median, cells)


def later_time(contender: Contender, thunk: Callable[[], Any], first: Times) -> Times:
    """The time of a second call: the first one may have compiled. JAX does so even operation by operation."""
    if first.median > TOO_SLOW_TO_REPEAT and not contender.compiles:
        return first
    return timed_once(thunk)[1]


def check(contender: Contender, workload: Workload, result: Any) -> None:
    """A gradient that is wrong has no time worth printing."""
    if contender.gives_gradient:
        _, expected = workload.hand_value_and_grad()
        difference = relative_difference(result[1], expected)
        if not difference < TOLERANCE:
            raise ArithmeticError(f"wrong gradient, off by {difference:.1e}")


def excused(contender: Contender, error: Exception) -> Cell:
    if isinstance(error, NotPorted):
        return Cell(word="-", reason=str(error))
    if isinstance(error, ImportError) and contender.is_peer:
        return Cell(word="-", reason="not installed; `make bench` installs it")
    message = " ".join(f"{type(error).__name__}: {error}".split())
    return Cell(word="error", reason=f"error: {message[:300]}")


def measured(times: Times, baseline: Times) -> Cell:
    return Cell(ratio=times.ratio(baseline), once=times.once)
