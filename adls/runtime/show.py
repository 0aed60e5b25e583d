"""The adjoint on show: the listing that ran, the typed IR, or the IR after each pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from adls.engine.ir.ops import Function
from adls.engine.ir.printer import show
from adls.engine.ir.types import Array, Complex, Dict, List, NoneT, Str, Tuple
from adls.engine.passes.pipeline import PASSES
from adls.runtime.compiler import adjoint_of, compile_call
from adls.runtime.gradients import check_arguments, compiled, not_one_number, subject_of_call

Form = Literal["python", "ir", "passes"]


def listing(f: Callable[..., Any], *args: Any, argnums: int | Sequence[int] = 0, form: Form = "python",
            **kwargs: Any) -> str:
    """What a gradient of `f(*args)` runs, as text.

    `form` is "python" (the listing), "ir" (the typed IR of primal, forward and backward functions), or "passes" (the IR
    after each pass that changed it). Raises DifferentiationError where f cannot be differentiated.
    """
    if form == "passes":
        return "\n".join(_passes(*subject_of_call(f, args, kwargs, argnums)))
    found = compiled(f, *args, argnums=argnums, **kwargs)
    return found.text if form == "python" else found.ir


def check_call(f: Callable[..., Any], *args: Any, argnums: int | Sequence[int] = 0, **kwargs: Any) -> None:
    """Raise what `value_and_grad(f, argnums)(*args)` would raise before it runs, or once it knows the result's type."""
    subject, values, positions = subject_of_call(f, args, kwargs, argnums)
    found = adjoint_of(subject, values, positions, once=True)
    check_arguments(found, [*subject.cells.values(), *values], sorted(positions))
    result = found.adjoints.primals[found.key.instance].result
    several = isinstance(result, Tuple | List | Dict | NoneT | Str) or (isinstance(result, Array) and result.dims)
    if several or isinstance(result, Complex) or getattr(result, "dtype", "").startswith("c"):
        raise not_one_number(found, f"{result}")


def _passes(*call: Any) -> Iterator[str]:
    """Each pass with the functions that it changed, compiled anew to look on."""
    made: dict[str, list[str]] = {each.name: [] for each in PASSES}
    before: dict[tuple[str, str], str] = {}

    def watch(name: str, key: str, function: Function) -> None:
        text = show(function)
        if before.get((key, function.role)) != text:
            made[name].append(text)
        before[key, function.role] = text

    compile_call(*call, once=True, watch=watch)
    for each in PASSES:
        if made[each.name]:
            yield "\n".join((f"# {each.name}: {each.does}", *made[each.name]))
