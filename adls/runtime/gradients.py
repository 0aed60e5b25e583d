"""The public interface: pullback, grad, value_and_grad."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from adls.engine.ir.types import Bottom
from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.runtime.active import Passes, active
from adls.runtime.again import Item, arguments_of, item_of, picked, position_of
from adls.runtime.calling import (
    VARARGS,
    apart_from,
    as_given,
    as_instances,
    bind,
    collect,
    finish,
    shadows_for,
)
from adls.runtime.compiler import PLANS, USER, Caller, Compiled, Subject, adjoint_of, subject_of
from adls.runtime.errors import Quiet
from adls.runtime.plan import MISS, plan_for
from adls.runtime.rules import has_rule
from adls.runtime.trees import plainly, with_numbers

Argnums = int | Sequence[int]
_ENOUGH = 8  # calls of one kind, before a plan is made for them: that takes as long as some tens of calls
_MOST_PLANS = 4


def pullback(f: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Pullback]:
    """`(value, back)`: the value of `f(*args)`, and its pullback.

    `back(cotangent)` gives a tuple with one cotangent for each argument, in the argument's structure (None for what
    carries no derivative). It may be called any number of times, with the same bits for the same cotangent: as long as
    the arguments are as they were, for what the backward pass reads of them is not copied. A value
    that is an array, or a tuple of them, is the caller's; one in a list or dict must be left as it is, too.

    Raises DifferentiationError where f cannot be differentiated, and whatever f raises.
    """
    subject, values, first = _call(f, args, kwargs)
    everything = frozenset(range(len(subject.cells) + len(values)))
    found = adjoint_of(subject, values, everything, once=False)
    whole = [*subject.cells.values(), *values]
    wanted = picked(arguments_of(subject, first, len(args)), len(subject.cells))
    run = active().evaluation(found, tuple(position_of(place) - len(subject.cells) for place in wanted))
    given = as_given(found, whole)
    value, residuals = run.forward(*whole)
    check_returned(found)
    return apart_from(value, residuals, whole), Pullback(f, found, run, residuals, whole, wanted, given)


class Pullback:
    """The pullback of a function at the arguments of a call: `back(cotangent)`. It prints as `∂(f)` with its types."""

    def __init__(self, function: Callable[..., Any], found: Compiled, run: Passes, residuals: Any, whole: Sequence[Any],
                 wanted: Sequence[int | Item], given: Sequence[Any] | None = None) -> None:
        self.function = function
        self.found = found
        self.residuals = residuals
        self.whole = whole
        self.given = whole if given is None else given  # the arguments as they were before the call
        self.wanted = wanted
        self._run = run

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        found, whole, wanted = self.found, self.whole, self.wanted
        if not isinstance(cotangent, float) and (type(cotangent) is not np.ndarray or not cotangent.ndim):
            primal = found.adjoints.primals[found.key.instance]
            cotangent = with_numbers(plainly(cotangent), primal.result)
        positions = list(map(position_of, wanted))
        shadows = shadows_for(found, whole, given=self.given)
        with Quiet():
            returned = self._run.backward(self.residuals, cotangent, *shadows)
        collected = collect(found, returned, shadows, positions, self.given, cotangent)
        return tuple(map(item_of, wanted, _public(collected, positions, self.given)))

    def __repr__(self) -> str:
        primal = self.found.adjoints.primals[self.found.key.instance]
        names = [*primal.cells, *(param.var for param in primal.params)]
        places = [(position_of(place), place) for place in self.wanted]
        given = ", ".join(f"{names[n].name}: {primal.type_of(names[n])}" if n is place else
                          f"{names[n].name}[{getattr(place, 'key', '')!r}]" for n, place in places)
        return f"∂({_name(self.function)})(cotangent: {primal.result}) -> ({given})"


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)


class GradFunction:
    """The gradient of a function, as a function: `grad(f)(*args)`. It can be differentiated again."""

    def __init__(self, function: Callable[..., Any], argnums: Argnums, with_value: bool, has_aux: bool = False) -> None:
        if not callable(function):
            raise TypeError(f"a function was expected, not {function!r}")
        self.function = function
        self.argnums = argnums
        self.with_value = with_value
        self.has_aux = has_aux
        self.__name__ = f"{'value_and_' if with_value else ''}grad({getattr(function, '__name__', 'f')})"
        self._plans: list[Any] = []
        self._kind = (with_value, isinstance(argnums, int))
        if type(function) is FunctionType and not has_aux:
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
        wanted = wanted_of(subject, self.argnums, len(args), len(values), first)
        positions = [offset + position_of(place) for place in wanted]
        found = adjoint_of(subject, values, frozenset(positions), once=True)
        whole = [*subject.cells.values(), *values]
        check_arguments(found, whole, positions)
        run = active().evaluation(found, tuple(map(position_of, wanted)))
        given = as_given(found, whole)
        box = list(run.forward(*whole))
        value = box[0]
        seed = seed_with_aux(found, value) if self.has_aux else seed_of(found, value)
        shadows = shadows_for(found, whole, given=given)
        with Quiet():
            returned = run.backward(box.pop(), seed, *shadows) if shadows else run.backward(box.pop(), seed)
        gradients = _public(collect(found, returned, shadows, positions, given, seed), positions, given)
        gradients = list(map(item_of, wanted, gradients))
        plain = not kwargs and not self.has_aux and not found.rebuilds_arguments
        if plain and all(isinstance(place, int) for place in wanted) and found.calls.get(self._kind, 0) < _ENOUGH:
            self._note(found, args, tuple(map(position_of, wanted)))
        gradient = gradients[0] if isinstance(self.argnums, int) else tuple(gradients)
        if self.has_aux and not self.with_value:
            return gradient, value[1]
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


def _public(cotangents: list[Any], positions: Sequence[int], whole: Sequence[Any]) -> list[Any]:
    """Cotangents in their arguments' classes."""
    return [cotangent if type(whole[n]) in _PLAIN else as_instances(cotangent, whole[n])
            for n, cotangent in zip(positions, cotangents, strict=True)]


_PLAIN = {np.ndarray, float, np.float64, np.float32, int}


def grad(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The gradient of a real-valued function with respect to the arguments `argnums`, as a function of the same
    arguments.

    A gradient has its argument's structure, shapes and dtypes; a sequence `argnums` gives a tuple of gradients. With
    `has_aux`, `f` gives `(value, aux)` and the gradient function `(gradient, aux)`: `aux` is whatever else f has to
    say.

    The gradient function raises DifferentiationError where f cannot be differentiated or its value is no real number,
    TypeError where an argument of `argnums` holds no floats, ValueError where there is no such argument, and whatever
    f raises.
    """
    return GradFunction(f, argnums, False, has_aux)


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function that gives `(value, gradient)`, or `((value, aux), gradient)` with `has_aux`; see `grad`."""
    return GradFunction(f, argnums, True, has_aux)


def compiled(f: Callable[..., Any], *args: Any, argnums: Argnums = 0, **kwargs: Any) -> Compiled:
    """What `value_and_grad(f, argnums)(*args)` runs: `.forward(*args)` and `.backward(residuals, cotangent)`."""
    return adjoint_of(*subject_of_call(f, args, kwargs, argnums), once=True)


def subject_of_call(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                    argnums: Argnums) -> tuple[Subject, list[Any], frozenset[int]]:
    """What a gradient of a call differentiates: its subject, the values of its parameters, the active positions."""
    subject, values, first = _call(f, args, kwargs)
    wanted = wanted_of(subject, argnums, len(args), len(values), first)
    return subject, values, frozenset(len(subject.cells) + position_of(place) for place in wanted)


def seed_of(found: Compiled, value: Any) -> Any:
    """The cotangent 1 of a real scalar result; raises DifferentiationError for any other result."""
    check_returned(found)
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


def check_returned(found: Compiled) -> None:
    """Raise DifferentiationError where a function gave something back though its types say that it never does: what
    that is made of was set in a way that is not followed."""
    if isinstance(found.adjoints.result(found.key), Bottom):
        raise not_one_number(found, "a value of which nothing is known")


def not_one_number(found: Compiled, kind: str) -> DifferentiationError:
    """What is said of a result that has no gradient; `kind` says what it is."""
    function = found.adjoint.forward
    return DifferentiationError((Diagnostic(
        KINDS["not-differentiable-output"], function.file, function.span, function.name,
        (("type", kind), ("reason", "a gradient is that of one real number")),
        found.adjoints.source_line(function.file, function.span.line)),))


def seed_with_aux(found: Compiled, value: Any) -> Any:
    """The cotangent of `(value, aux)`: 1 of the value, zeros of all else; raises TypeError where the result is no
    pair."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise TypeError(f"with has_aux a function gives a pair `(value, aux)`, not a {type(value).__name__}")
    return seed_of(found, value[0]), finish(None, value[1], set())


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


def wanted_of(subject: Subject, argnums: Argnums, given: int, count: int, first: int) -> list[int | Item]:
    """The parameters that the arguments `argnums` are; of `*args` one item. `count` is how many parameters there are.

    One that the caller left out is the parameter of that number.
    """
    code = subject.resolver.live_function.__code__
    if not code.co_flags & VARARGS:
        return [first + n for n in _positions(argnums, count - first)]
    return [arguments_of(subject, first + n, 1)[0] for n in _positions(argnums, given)]


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
