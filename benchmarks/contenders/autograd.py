"""autograd: the program with `autograd.numpy` in NumPy's place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.contenders.porting import NotPorted, ported

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload

IMPORTS = {
    "import numpy as np": "import autograd.numpy as np",
    "import math\n": "import autograd.numpy as math\n",
}
WORDS = {
    # autograd's norm has no adjoint for `keepdims`.
    "bundle_adjustment": {
        "np.linalg.norm(rotations, axis=1, keepdims=True)": "np.sqrt(np.sum(rotations**2, axis=1, keepdims=True))"
    },
}
NOT_PORTED = {"stencil": "it cannot write into arrays"}


def prepare(workload: Workload) -> Callable[[], Any]:
    import autograd

    if workload.name in NOT_PORTED:
        raise NotPorted(NOT_PORTED[workload.name])
    objective = ported(workload, IMPORTS | WORDS.get(workload.name, {}))
    return partial(autograd.value_and_grad(objective), *workload.args)
