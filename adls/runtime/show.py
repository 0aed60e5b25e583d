"""The adjoint on show: the listing that ran, the typed IR, or the IR after each pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from adls.engine.ir.printer import show
from adls.runtime.compiler import Compiled
from adls.runtime.gradients import compiled

Form = Literal["python", "ir", "passes"]


def listing(f: Callable[..., Any], *args: Any, argnums: int | Sequence[int] = 0, form: Form = "python",
            **kwargs: Any) -> str:
    """What a gradient of `f(*args)` runs, as text.

    `form` is "python" (the listing), "ir" (the typed IR of primal, forward and backward functions), or "passes" (the IR after
    each pass that changed it). Raises DifferentiationError where f cannot be differentiated.
    """
    found = compiled(f, *args, argnums=argnums, **kwargs)
    return found.text if form == "python" else _ir(found, form)


def _ir(found: Compiled, form: Form) -> str:
    parts: list[str] = []
    for key, adjoint in found.adjoints.made.items():
        primal = found.adjoints.primals[key.instance]
        for title, function in (("primal", primal), ("forward", adjoint.forward), ("backward", adjoint.backward)):
            heading = f"# {title} of {key}" if form == "passes" else f"# {title}"
            parts.append(f"{heading}\n{show(function)}")
    return "\n\n".join(parts) + "\n"
