"""Gradients of numerical Python: source to source, readable, and measured on each line of your code.

The names below come from `adls.runtime` when they are first used, so that `import adls` (and with it the
language server) does not import NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adls.runtime import DifferentiationError
    from adls.runtime.checking import check_gradient
    from adls.runtime.gradients import compiled, grad, pullback, value_and_grad
    from adls.runtime.marks import checkpoint, on_cotangent, stop_gradient
    from adls.runtime.rules import adjoint
    from adls.runtime.transforms import hessian, hvp, jacobian, jvp

__version__ = "0.1.0"
__all__ = [
    "DifferentiationError",
    "__version__",
    "adjoint",
    "check_gradient",
    "checkpoint",
    "compiled",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "on_cotangent",
    "pullback",
    "stop_gradient",
    "value_and_grad",
]

_FROM_RUNTIME = frozenset(__all__) - {"__version__"}


def __getattr__(name: str) -> object:
    """Import the runtime at the first use of one of its names (PEP 562)."""
    if name not in _FROM_RUNTIME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from adls import runtime

    value: object = getattr(runtime, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
