"""The plain program, and its adjoint by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload


def prepare_primal(workload: Workload) -> Callable[[], Any]:
    return partial(workload.primal, *workload.args)


def prepare(workload: Workload) -> Callable[[], Any]:
    forward = getattr(workload.by_hand, f"{workload.function}__fwd")
    backward = getattr(workload.by_hand, f"{workload.function}__back")
    args = workload.args

    def value_and_grad() -> Any:
        value, residuals = forward(*args)
        return value, backward(residuals, 1.0)

    return value_and_grad
