"""JAX: the program with `jax.numpy` in NumPy's place, operation by operation and compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contenders.porting import NotPorted, ported
from benchmarks.trees import tree_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload

IMPORTS = {
    "import numpy as np": "import jax.numpy as np",
    "import math\n": "import jax.numpy as math\n",
}
NOT_PORTED = {"stencil": "it cannot write into arrays"}
NOT_COMPILED = dict.fromkeys(
    ("rk4", "rk4_array", "float_loop"), "a loop of a thousand steps must be rewritten with lax.scan"
)


def prepare_eager(workload: Workload) -> Callable[[], Any]:
    import jax

    return waiting(workload, jax.value_and_grad(port(workload)))


def prepare_jit(workload: Workload) -> Callable[[], Any]:
    import jax

    if workload.name in NOT_COMPILED:
        raise NotPorted(NOT_COMPILED[workload.name])
    return waiting(workload, jax.jit(jax.value_and_grad(port(workload))))


def port(workload: Workload) -> Callable[..., Any]:
    if workload.name in NOT_PORTED:
        raise NotPorted(NOT_PORTED[workload.name])
    return ported(workload, IMPORTS)


def waiting(workload: Workload, function: Callable[..., Any]) -> Callable[[], Any]:
    """A call that returns when the numbers are there: JAX computes in the background."""
    import jax

    args = tree_map(jax.numpy.asarray, workload.args)
    return lambda: jax.block_until_ready(function(*args))
