"""The public interface: pullback, grad, value_and_grad."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.runtime.active import active
from adls.runtime.calling import as_given, as_instances, bind, collect, shadows_for
from adls.runtime.compiler import PLANS, USER, Caller, Compiled, Subject, adjoint_of, subject_of
from adls.runtime.errors import Quiet
from adls.runtime.plan import MISS, plan_for
from adls.runtime.rules import has_rule

Argnums = int | Sequence[int]
_ENOUGH = 8  # calls of one kind, before a plan is made for them: that takes as long as some tens of calls
_MOST_PLANS = 4


def pullback(f: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """`(value, back)`: the value of `f(*args)`, and its pullback.

    `back(cotangent)` gives a tuple with one cotangent for each argument, in the argument's structure (None for what
    carries no derivative). It may be called any number of times, with the same bits for the same cotangent.

    Raises DifferentiationError where f cannot be differentiated, and whatever f raises.
    """
    subject, values, first = _call(f, args, kwargs)
    everything = frozenset(range(len(subject.cells) + len(values)))
    found = adjoint_of(subject, values, everything, once=False)
    whole = [*subject.cells.values(), *values]
    begin = len(subject.cells) + first
    wanted = range(begin, begin + len(args))
    run = active().evaluation(found, tuple(range(first, first + len(args))))
    given = as_given(found, whole)
    value, residuals = run.forward(*whole)

    def back(cotangent: Any) -> tuple[Any, ...]:
        shadows = shadows_for(found, whole)
        with Quiet():
            returned = run.backward(residuals, cotangent, *shadows)
        return tuple(_public(collect(found, returned, shadows, wanted, given, cotangent), wanted, given))

    return value, back


class GradFunction:
    """The gradient of a function, as a function: `grad(f)(*args)`. It can be differentiated again."""

    def __init__(self, function: Callable[..., Any], argnums: Argnums, with_value: bool) -> None:
        if not callable(function):
            raise TypeError(f"a function was expected, not {function!r}")
        self.function = function
        self.argnums = argnums
        self.with_value = with_value
        self.__name__ = f"{'value_and_' if with_value else ''}grad({getattr(function, '__name__', 'f')})"
        self._plans: list[Any] = []
        self._kind = (with_value, isinstance(argnums, int))
        if type(function) is FunctionType:
            wanted = argnums if isinstance(argnums, int) else tuple(argnums)
            self._plans = PLANS.setdefault((function.__code__, id(function.__globals__), wanted, with_value), [])

    def __repr__(self) -> str:
        return f"<{self.__name__}, argnums={self.argnums}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not kwargs:
            for plan in self._plans:
                result = plan(self.function, args)
                if result is not MISS:
                    return result
        return self._general(args, kwargs)

    def _general(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        subject, values, first = _call(self.function, args, kwargs)
        offset = len(subject.cells)
        argnums = _positions(self.argnums, len(values) - first)
        positions = [offset + first + n for n in argnums]
        found = adjoint_of(subject, values, frozenset(positions), once=True)
        whole = [*subject.cells.values(), *values]
        check_arguments(found, whole, positions)
        run = active().evaluation(found, tuple(first + n for n in argnums))
        given = as_given(found, whole)
        box = list(run.forward(*whole))
        value = box[0]
        seed = seed_of(found, value)
        shadows = shadows_for(found, whole)
        with Quiet():
            returned = run.backward(box.pop(), seed, *shadows) if shadows else run.backward(box.pop(), seed)
        gradients = _public(collect(found, returned, shadows, positions, given, seed), positions, given)
        if not kwargs and not found.rebuilds_arguments and found.calls.get(self._kind, 0) < _ENOUGH:
            self._note(found, args, argnums)
        gradient = gradients[0] if isinstance(self.argnums, int) else tuple(gradients)
        return (value, gradient) if self.with_value else gradient

    def _note(self, found: Compiled, args: tuple[Any, ...], argnums: tuple[int, ...]) -> None:
        """A call that was answered; from the next one of its kind on there may be a plan."""
        calls = found.calls[self._kind] = found.calls.get(self._kind, 0) + 1
        if calls == _ENOUGH and isinstance(self.function, FunctionType) and not has_rule(self.function):
            names = [f"d{n}" for n in range(len(argnums))]
            gradient = names[0] if isinstance(self.argnums, int) else f"({''.join(f'{name}, ' for name in names)})"
            returns = f"value, {gradient}" if self.with_value else gradient
            plan = plan_for(found, self.function, args, argnums, seed_of, returns)
            if plan is not None:
                self._plans.insert(0, plan)
                del self._plans[_MOST_PLANS:]


def _public(cotangents: list[Any], positions: Sequence[int], whole: list[Any]) -> list[Any]:
    """Cotangents in their arguments' classes."""
    return [cotangent if type(whole[n]) in _PLAIN else as_instances(cotangent, whole[n])
            for n, cotangent in zip(positions, cotangents, strict=True)]


_PLAIN = {np.ndarray, float, np.float64, np.float32, int}


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of a real-valued function with respect to the arguments `argnums`, in their structure."""
    return GradFunction(f, argnums, False)


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that gives `(value, gradient)`; see `grad`."""
    return GradFunction(f, argnums, True)


def compiled(f: Callable[..., Any], *args: Any, argnums: Argnums = 0, **kwargs: Any) -> Compiled:
    """What `value_and_grad(f, argnums)(*args)` runs: `.forward(*args)` and `.backward(residuals, cotangent)`."""
    return adjoint_of(*subject_of_call(f, args, kwargs, argnums), once=True)


def subject_of_call(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                    argnums: Argnums) -> tuple[Subject, list[Any], frozenset[int]]:
    """What a gradient of a call differentiates: its subject, the values of its parameters, the active positions."""
    subject, values, first = _call(f, args, kwargs)
    offset = len(subject.cells) + first
    return subject, values, frozenset(offset + n for n in _positions(argnums, len(values) - first))


def seed_of(found: Compiled, value: Any) -> Any:
    """The cotangent 1 of a real scalar result; raises DifferentiationError for any other result."""
    if type(value) is float or isinstance(value, np.float64):
        return 1.0
    if isinstance(value, np.floating):
        return value.dtype.type(1.0)
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind == "f":
        return np.ones((), value.dtype)
    if isinstance(value, int | np.integer | np.bool_):
        return 1.0
    kind = f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
    raise not_one_number(found, kind)


def not_one_number(found: Compiled, kind: str) -> DifferentiationError:
    """What is said of a result that has no gradient; `kind` says what it is."""
    function = found.adjoint.forward
    return DifferentiationError((Diagnostic(
        KINDS["not-differentiable-output"], function.file, function.span, function.name,
        (("type", kind), ("reason", "a gradient is that of one real number")),
        found.adjoints.source_line(function.file, function.span.line)),))


def _call(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
          caller: Caller = USER) -> tuple[Subject, list[Any], int]:
    """The subject of a call, the values of its parameters, and the position of the first that the caller gave."""
    if type(f) is FunctionType and not has_rule(f):
        return subject_of(f), bind(f, args, kwargs), 0
    from adls.runtime.dynamic import subject_and_values

    return subject_and_values(f, args, kwargs, caller)


def method_subject(f: MethodType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Subject, list[Any], int]:
    """A bound method is its function with the instance as first argument."""
    function = f.__func__
    assert isinstance(function, FunctionType)
    return subject_of(function), bind(function, (f.__self__, *args), kwargs), 1


def _positions(argnums: Argnums, count: int) -> tuple[int, ...]:
    wanted = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for n in wanted:
        if not -count <= n < count:
            raise ValueError(f"argnums={argnums} is out of range: the call has arguments 0 to {count - 1}" if count else
                             f"argnums={argnums} is out of range: the call has no arguments")
    return tuple(n % count for n in wanted)


def check_arguments(found: Compiled, values: list[Any], positions: list[int]) -> None:
    """Raise TypeError where an argument to differentiate with respect to is none that has a derivative."""
    for position in positions:
        value = values[position]
        if isinstance(value, int | str | bytes | bool | None) or (
                isinstance(value, np.ndarray | np.generic) and value.dtype.kind not in "fc"):
            name = found.adjoints.facts(found.key).memory.parameters[position]
            kind = f"{value.dtype}" if isinstance(value, np.ndarray | np.generic) else type(value).__name__
            raise TypeError(f"the gradient with respect to `{name}` needs floats, and it is {kind}: pass "
                            f"{'x.astype(float)' if isinstance(value, np.ndarray) else 'a float'}")
