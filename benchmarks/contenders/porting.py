"""Carrying a program over to another array library: its source with other imports, and few words replaced."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload


class NotPorted(Exception):
    """This program needs another formulation in this library; the message says why."""


def ported(workload: Workload, replacements: dict[str, str]) -> Callable[..., Any]:
    """The program's objective, defined anew from its source after the replacements."""
    source = inspect.getsource(workload.program)
    for old, new in replacements.items():
        source = source.replace(old, new)
    # This module's future import reaches the code that it compiles: annotations stay text, because not every
    # library has a name for each of NumPy's types.
    code = compile(source, workload.module, "exec")
    namespace = {"__name__": workload.module, "__file__": workload.program.__file__}
    exec(code, namespace)
    objective: Callable[..., Any] = namespace[workload.function]
    return objective
