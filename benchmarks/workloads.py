"""The programs that are measured: a module, its scalar objective and example call, an adjoint by hand."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from benchmarks.trees import leaves

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


@dataclass(frozen=True)
class Workload:
    """One objective of one program; differentiated with respect to its first argument."""

    name: str
    module: str
    function: str = "loss"

    @cached_property
    def program(self) -> ModuleType:
        return importlib.import_module(self.module)

    @cached_property
    def by_hand(self) -> ModuleType:
        return importlib.import_module(f"benchmarks.handwritten.{self.module.rpartition('.')[2]}")

    @property
    def primal(self) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(self.program, self.function)
        return function

    @cached_property
    def args(self) -> tuple[Any, ...]:
        """The arguments of the example call above the objective."""
        call = example_call(self.program, self.function)
        namespace = {**vars(self.program), self.function: lambda *args: args}
        args: tuple[Any, ...] = eval(call, namespace)
        return args

    @property
    def array_leaves(self) -> int:
        """How many arrays and numbers the arguments hold."""
        return sum(1 for _ in leaves(self.args))

    def hand_value_and_grad(self) -> tuple[Any, Any]:
        """The value and the gradient by the hand-written adjoint."""
        value, residuals = getattr(self.by_hand, f"{self.function}__fwd")(*self.args)
        return value, getattr(self.by_hand, f"{self.function}__back")(residuals, 1.0)

    @property
    def source_lines(self) -> int:
        """The lines of the functions that are differentiated: those that have an adjoint by hand."""
        suffix = "_array" if self.function.endswith("_array") else ""
        names = [name.removesuffix("__fwd") for name in vars(self.by_hand) if name.endswith("__fwd")]
        functions = [getattr(self.program, name) for name in names if ("_array" in name) == bool(suffix)]
        return sum(len(inspect.getsourcelines(function)[0]) for function in functions)


def example_call(program: ModuleType, function: str) -> str:
    """The expression in the comment `# adls: ...` above a function."""
    match = re.search(rf"^# adls: (.+)\ndef {function}\(", inspect.getsource(program), re.MULTILINE)
    if match is None:
        raise LookupError(f"{program.__name__}.{function} has no example call above it")
    return match[1]


WORKLOADS = (
    Workload("digits_mlp", "samples.digits_mlp"),
    Workload("lstm_text", "samples.lstm_text"),
    Workload("gaussian_process", "samples.gaussian_process"),
    Workload("nbody", "samples.nbody"),
    Workload("bundle_adjustment", "samples.bundle_adjustment"),
    Workload("stencil", "samples.stencil"),
    Workload("mixture", "samples.mixture"),
    Workload("rk4", "samples.rk4"),
    Workload("rk4_array", "samples.rk4", "loss_array"),
    Workload("elementwise_chain", "benchmarks.programs.elementwise_chain"),
    Workload("float_loop", "benchmarks.programs.float_loop"),
    Workload("twelve_scalars", "benchmarks.programs.twelve_scalars"),
    Workload("sine_loop", "benchmarks.programs.sine_loop"),
    Workload("numpy_sine_loop", "benchmarks.programs.numpy_sine_loop"),
    Workload("element_loop", "benchmarks.programs.element_loop"),
    Workload("recursion", "benchmarks.programs.recursion"),
    Workload("small_mlp", "benchmarks.programs.small_mlp"),
    Workload("wide_mlp", "benchmarks.programs.wide_mlp"),
    Workload("logistic_regression", "benchmarks.programs.logistic_regression"),
    Workload("burgers", "benchmarks.programs.burgers"),
)
