"""How long the first gradient takes in a fresh process, beyond what a later one takes.

`python -m benchmarks.first_call NAME` is that process; it prints one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload


@dataclass(frozen=True)
class FirstCall:
    """`loading` is what the first gradient of all costs once: here that of a function of one line."""

    workload: str
    lines: int
    loading_milliseconds: float
    milliseconds: float

    @property
    def milliseconds_a_line(self) -> float:
        return self.milliseconds / self.lines


def in_fresh_process(workload: Workload) -> FirstCall:
    command = [sys.executable, "-m", "benchmarks.first_call", workload.name]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        lines = run.stderr.strip().splitlines()
        raise RuntimeError(lines[-1] if lines else f"exit status {run.returncode}")
    return FirstCall(**json.loads(run.stdout.splitlines()[-1]))


def square(x: float) -> float:
    return x * x


def milliseconds(call: Callable[[], Any]) -> float:
    start = time.process_time()
    call()
    return 1e3 * (time.process_time() - start)


def measure(workload: Workload) -> FirstCall:
    import adls

    workload.hand_value_and_grad()  # Memory that a process touches for the first time is no compilation.
    loading = milliseconds(lambda: adls.value_and_grad(square)(3.0))
    call = partial(adls.value_and_grad(workload.primal), *workload.args)
    first = milliseconds(call)
    later = min(milliseconds(call) for _ in range(5))
    return FirstCall(workload.name, workload.source_lines, loading, first - later)


if __name__ == "__main__":
    from dataclasses import asdict

    from benchmarks.workloads import WORKLOADS

    chosen = next(workload for workload in WORKLOADS if workload.name == sys.argv[1])
    chosen.args  # noqa: B018 - the example call's own time is not the gradient's
    print(json.dumps(asdict(measure(chosen))))
