"""adls: the generated functions alone, and through the public interface."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload


def prepare_generated(workload: Workload) -> Callable[[], Any]:
    import adls
    from adls.runtime.calling import bind, shadows_for

    args = bind(workload.primal, workload.args, {})
    compiled = adls.compiled(workload.primal, *args)
    forward, backward = compiled.forward, compiled.backward

    def value_and_grad() -> Any:
        value, residuals = forward(*args)
        shadows = shadows_for(compiled, args)
        returned = backward(residuals, 1.0, *shadows)
        return value, shadows[0] if shadows else returned

    return value_and_grad


def prepare_public(workload: Workload) -> Callable[[], Any]:
    import adls

    return partial(adls.value_and_grad(workload.primal), *workload.args)
