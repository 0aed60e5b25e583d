"""The peak memory of one gradient of the elementwise chain: in one shot, against the one written by hand."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING, Any

from benchmarks.handwritten import elementwise_chain

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload


def peak_bytes(call: Callable[[], Any]) -> int:
    """What is allocated at most at one time during the second call; the first one compiles and caches."""
    call()
    gc.collect()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def peak_by_hand(chain: Workload) -> int:
    return peak_bytes(lambda: elementwise_chain.loss__value_and_grad(*chain.args))


def peak_of_adls(chain: Workload) -> int:
    import adls

    value_and_grad = adls.value_and_grad(chain.primal)
    return peak_bytes(lambda: value_and_grad(*chain.args))


def peak_of_pullback_by_hand(chain: Workload) -> int:
    return peak_bytes(chain.hand_value_and_grad)
