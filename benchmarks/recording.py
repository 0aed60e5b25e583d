"""What exact-time recording adds to a gradient."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.timing import interleaved

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from benchmarks.workloads import Workload

CALLS = 20  # Gradients within one recording, so that starting it does not count.


def recorder_class() -> type[AbstractContextManager[Any]]:
    from adls.runtime.recorder import Recorder

    return Recorder


def overhead(workload: Workload, rounds: int) -> float:
    """The time of recorded gradients as a multiple of the time of plain ones."""
    import adls

    recorder = recorder_class()
    gradient = partial(adls.value_and_grad(workload.primal), *workload.args)

    def plain() -> None:
        for _ in range(CALLS):
            gradient()

    def recorded() -> None:
        with recorder():
            for _ in range(CALLS):
                gradient()

    recorded()  # The profiled form is compiled at its first use.
    times = interleaved({"plain": plain, "recorded": recorded}, rounds)
    return times["recorded"].ratio(times["plain"])
