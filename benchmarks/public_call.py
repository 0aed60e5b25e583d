"""What the public interface adds to a call of the generated functions: a fixed time, and one for each array leaf."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.programs.many_leaves import init, loss
from benchmarks.timing import interleaved

LEAVES = (1, 10, 50)
WARM = 20  # calls before which the public interface has made its plan


@dataclass(frozen=True)
class PublicCall:
    leaves: int
    generated_microseconds: float
    public_microseconds: float

    @property
    def added_microseconds(self) -> float:
        return self.public_microseconds - self.generated_microseconds


def measure(leaves: int, rounds: int) -> PublicCall:
    import adls
    from adls.runtime.calling import shadows_for

    params = init(leaves)
    compiled = adls.compiled(loss, params)

    def generated() -> Any:
        value, residuals = compiled.forward(params)
        return value, compiled.backward(residuals, 1.0, *shadows_for(compiled, [params]))

    public = partial(adls.value_and_grad(loss), params)
    for _ in range(WARM):
        public()
    times = interleaved({"generated": generated, "public": public}, rounds)
    return PublicCall(leaves, 1e6 * times["generated"].median, 1e6 * times["public"].median)
