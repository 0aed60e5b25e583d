"""Who is measured: one file a tool, each with functions from a workload to a call that gives value and gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.contenders import adls, autograd, by_hand, jax, pytorch

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload


@dataclass(frozen=True)
class Contender:
    """A column of the table."""

    name: str
    prepare: Callable[[Workload], Callable[[], Any]]
    is_peer: bool = False
    gives_gradient: bool = True
    compiles: bool = False  # The first call takes much longer than a later one.


BASELINE = Contender("hand", by_hand.prepare)

CONTENDERS = (
    Contender("primal", by_hand.prepare_primal, gives_gradient=False),
    BASELINE,
    Contender("control", by_hand.prepare),
    Contender("adls generated", adls.prepare_generated),
    Contender("adls public", adls.prepare_public),
    Contender("autograd", autograd.prepare, is_peer=True),
    Contender("PyTorch", pytorch.prepare, is_peer=True),
    Contender("JAX eager", jax.prepare_eager, is_peer=True),
    Contender("JAX jit", jax.prepare_jit, is_peer=True, compiles=True),
)
