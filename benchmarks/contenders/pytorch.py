"""PyTorch, eager: the program with tensors, and the few words in which PyTorch differs from NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contenders.porting import NotPorted, ported
from benchmarks.trees import leaves, tree_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload

IMPORTS = {
    "import numpy as np": "import torch as np",
    "import math\n": "import torch as math\n",
}
WORDS = {
    "digits_mlp": {"z.max(": "np.amax(z, "},
    "lstm_text": {"logits.max(": "np.amax(logits, "},
    "gaussian_process": {"np.log(2.0 * np.pi)": "1.8378770664093453"},
    "bundle_adjustment": {"np.cross(": "np.linalg.cross("},
    "mixture": {
        "np.max(a,": "np.amax(a,",
        "np.log(2.0 * np.pi)": "1.8378770664093453",
        "np.newaxis": "None",
    },
    "rk4_array": {"np.array([": "np.stack(["},
}
NOT_PORTED = {"stencil": "it refuses to overwrite a value that the backward pass needs"}


def prepare(workload: Workload) -> Callable[[], Any]:
    import torch

    if workload.name in NOT_PORTED:
        raise NotPorted(NOT_PORTED[workload.name])
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    objective = ported(workload, IMPORTS | WORDS.get(workload.name, {}))
    first, *rest = tree_map(torch.as_tensor, workload.args)
    params = tree_map(lambda leaf: leaf.requires_grad_(), first)
    flat = list(leaves(params))

    def value_and_grad() -> Any:
        value = objective(params, *rest)
        gradients = iter(torch.autograd.grad(value, flat))
        return value.detach(), tree_map(lambda _: next(gradients), params)

    return value_and_grad
