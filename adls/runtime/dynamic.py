"""Callees that only the run knows: functions in containers, arguments that are functions, user's rules, gradients."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from adls.engine.frontend.locate import registered
from adls.engine.ir.ops import Var
from adls.engine.ir.types import Any as AnyType
from adls.engine.ir.types import Array, Complex, Float, Opaque, Scalar, Tuple, Type, may_vary
from adls.engine.passes.alias import Memory
from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.engine.source.text import NOWHERE
from adls.runtime.active import active
from adls.runtime.again import (
    Item,
    Places,
    Resolved,
    arguments_of,
    backward_again,
    forward_again,
    picked,
    taken,
)
from adls.runtime.calling import bind, collect, filled, finish, shadows_for
from adls.runtime.checkpoints import KeptCheckpoint
from adls.runtime.compiler import USER, Caller, Compiled, Subject, effects_of, subject_of
from adls.runtime.containers import add
from adls.runtime.distributions import is_of_distribution
from adls.runtime.given import Call, unmarked
from adls.runtime.gradients import GradFunction, Pullback, method_subject, pullback
from adls.runtime.library import (
    array_method_subject,
    is_by_types,
    library_subject,
    ruled_subject,
    vectorized_subject,
)
from adls.runtime.marks import Checkpoint, digest_of
from adls.runtime.records import Kept
from adls.runtime.refusals import is_of_generator, placed
from adls.runtime.ruled import KeptRule, backward_rule, forward_rule, rule_again, ruled_back
from adls.runtime.rules import has_rule
from adls.runtime.sources import called_with
from adls.runtime.typeof import typeof


@dataclass(frozen=True)
class KeptCall(Kept):
    """What a dynamic call keeps: the adjoint that ran, its residuals, its arguments."""

    found: Compiled
    residuals: Any
    values: tuple[Any, ...]
    cells: int
    places: Places
    defaulted: tuple[tuple[int, int], ...] = ()  # parameters that took a captured default, with the cell that holds it
    raw: Any = None  # the value of what is differentiated again, as its subject gave it
    undress: Callable[[Any, Any], Any] | None = None  # the cotangent of the value as the subject's own


class InnerPullback(Pullback):
    """What `adls.pullback` gives inside a function that is being differentiated."""

    def __init__(self, function: Callable[..., Any], kept: KeptCall) -> None:
        wanted = tuple(place for place in kept.places[1:] if isinstance(place, int | Item))
        super().__init__(function, kept.found, kept.found, kept.residuals, kept.values, wanted)
        self.kept = kept

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        found: tuple[Any, ...] = backward_dynamic(self.kept, cotangent)[1:]
        return found


def forward_dynamic(f: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """The value of `f(*args, **kwargs)`, and what `backward_dynamic` needs.

    Raises DifferentiationError at the place of the call, where the callee has none.
    """
    try:
        return forward(f, args, kwargs)
    except DifferentiationError as error:
        raise DifferentiationError(placed(error.diagnostics, sys._getframe(1))) from error


def forward(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    call = unmarked(f, args, kwargs)
    f, args, kwargs = call.function, call.args, call.kwargs
    caller = Caller(inside=True, changing=call.changing)
    if has_rule(f):
        return forward_rule(f, args, kwargs)
    given = map(_captured, (f, *args, *kwargs.values()))
    if all(fixed or not may_vary(typeof(value)) for value, fixed in zip(given, call.fixed, strict=True)):
        return f(*args, **kwargs), None
    if f is backward_dynamic and args[0] is None:
        return _Nothing(), None
    if isinstance(f, Checkpoint):
        value = f(*args, **kwargs)
        return value, KeptCheckpoint(f.function, args, kwargs, digest_of(value))
    resolved = _resolved(f, args, kwargs, caller)
    resolved = replace(resolved, active=call.active(resolved.places, len(resolved.whole)))
    whole = resolved.whole
    found = resolved.adjoint(caller)
    if _may_write(f, args, kwargs, found, whole, call.owned):
        refuse_write(f)
    value, residuals = active().nested(found)[found.printed.forward](*whole)
    cells = len(resolved.subject.cells)
    places = resolved.places
    if resolved.dress is not None:
        return resolved.dress(value), KeptCall(found, residuals, whole, cells, places, (), value, resolved.undress)
    return value, KeptCall(found, residuals, whole, cells, places, _defaulted(f, resolved.subject, args, kwargs))


def _captured(f: Any) -> Any:
    """What a function brings along that may carry a derivative: a method of an array, number or text, only that."""
    f = unremembered(f)
    if is_of_generator(f):
        return None
    return f.__self__ if isinstance(getattr(f, "__self__", None), np.ndarray | np.generic | str | int | float) else f


def _resolved(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], caller: Caller) -> Resolved:
    """What a call differentiates."""
    if f is forward_dynamic or f is pullback:
        return _forward_again(f, args[0], args[1:], kwargs, caller)
    if isinstance(f, Checkpoint):
        return _resolved(f.function, args, kwargs, caller)
    if f is backward_dynamic:
        if len(args) > 2:
            _refuse_again(args[0].found.adjoint.forward)
        return _backward_again(args[0], args[1], caller)
    if isinstance(f, Pullback):
        return _pullback_again(f, *args)
    subject, values, first = subject_and_values(f, args, kwargs, caller)
    cells = len(subject.cells)
    own = tuple(range(cells)) if cells else cells if first else None
    given = arguments_of(subject, first, len(args), tuple(kwargs))
    return Resolved(subject, values, (own, *picked(given, cells)))


def _forward_again(f: Callable[..., Any], inner: Callable[..., Any], args: tuple[Any, ...],
                   kwargs: dict[str, Any], caller: Caller) -> Resolved:
    """`forward_dynamic(inner, ...)` or `adls.pullback(inner, ...)`, to be differentiated."""
    call = unmarked(inner, args, kwargs)
    inner, args, kwargs = call.function, call.args, call.kwargs
    caller = replace(caller, changing=caller.changing or call.changing)
    if has_rule(inner):
        rule, given, kept = rule_again(inner, args, kwargs)
        own = _resolved(rule, given, kwargs, caller)
        return replace(own, places=(None, *(() if len(given) > len(args) else (None,)), *own.places[1:]),
                       dress=lambda raw: (raw[0], kept(raw[1])))
    resolved = _resolved(inner, args, kwargs, caller)
    resolved = replace(resolved, active=call.active(resolved.places, len(resolved.whole)))
    subject = resolved.subject
    if _defaulted(inner, subject, args, kwargs):
        _refuse_again(inner)

    def dress(found: Compiled, value: Any, residuals: Any) -> Any:
        kept = KeptCall(found, residuals, resolved.whole, len(subject.cells), resolved.places, (), value,
                        resolved.undress)
        value = resolved.dress(value) if resolved.dress is not None else value
        return value, InnerPullback(inner, kept) if f is pullback else kept

    return forward_again(resolved, dress, caller)


def _backward_again(kept: Any, cotangent: Any, caller: Caller) -> Resolved:
    """`backward_dynamic(kept, cotangent)`, to be differentiated."""
    if isinstance(kept, KeptRule):
        own = _resolved(kept.back, (cotangent,), {}, caller)
        dress, undress = ruled_back(kept)
        return replace(own, places=(None, *own.places), dress=dress, undress=undress)
    return backward_again(kept.found, kept.residuals, _seed(kept, cotangent), kept.values, kept.places)


def _pullback_again(back: Pullback, cotangent: Any) -> Resolved:
    """A call of a pullback, to be differentiated: its environment is what it keeps."""
    kept = back.kept if isinstance(back, InnerPullback) else KeptCall(
        back.found, back.residuals, tuple(back.whole), 0, (None, *back.wanted))
    return backward_again(kept.found, kept.residuals, _seed(kept, cotangent), kept.values, kept.places, own=True)


def _refuse_again(f: Callable[..., Any]) -> None:
    name = getattr(f, "__name__", repr(f))
    raise DifferentiationError((Diagnostic(KINDS["unsupported-construct"], name, NOWHERE, name, (
        ("construct", f"the gradient of a gradient of `{name}`"), ("reason", "it has a default that it has captured"),
        ("way_out", "pass the value"))),))


def _seed(kept: KeptCall, cotangent: Any) -> Any:
    """The cotangent of a call's value; of what is differentiated again it has zeros where nothing is owed."""
    if kept.undress is not None:
        cotangent = kept.undress(cotangent, kept.raw)
    result = kept.found.adjoints.result(kept.found.key)
    return filled(cotangent, result) if kept.raw is None else finish(cotangent, kept.raw, set())


def _may_write(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], found: Compiled, whole: tuple[Any, ...],
               owned: frozenset[int]) -> bool:
    """Whether a call writes into what it was given or has captured; a gradient writes what its function does."""
    if getattr(f, "__module__", "") == "adls.runtime.transforms":
        return False  # Ours: what they write is their own, though a value in it may be what they were given.
    if f is forward_dynamic or f is pullback:  # Its own lists of residuals are nobody's.
        call = unmarked(args[0], args[1:], kwargs)
        if not has_rule(call.function) and not isinstance(call.function, Checkpoint | Pullback):
            return _may_write_again(call, owned | call.owned, found, whole)
    if not isinstance(f, GradFunction):
        return _writes_itself(found, whole, owned)
    return _may_write_again(Call(f, args, kwargs, False, owned, ()), owned, found, whole)


def _may_write_again(call: Call, owned: frozenset[int], found: Compiled, whole: tuple[Any, ...]) -> bool:
    """Whether a call that is differentiated again writes into what it was given."""
    f = call.function
    if f is forward_dynamic or f is backward_dynamic or f is pullback:
        return _writes_itself(found, whole, owned)
    while isinstance(f, GradFunction):
        f = f.function
    subject, values, _ = subject_and_values(f, call.args, call.kwargs)
    effects = effects_of(subject, values)
    return writes(effects.memory, effects.types, (*subject.cells.values(), *values), owned)


def _writes_itself(found: Compiled, whole: tuple[Any, ...], owned: frozenset[int]) -> bool:
    facts = found.adjoints.facts(found.key)
    return writes(facts.memory, facts.function.types, whole, owned)


def writes(memory: Memory, types: Mapping[str, Type], whole: tuple[Any, ...], owned: frozenset[int], *,
           opaque: bool = False) -> bool:
    """Whether a callee writes into what it was given or has captured, but for what nobody else has; with `opaque` also
    into an object of which nothing is known. `types` are the callee's: what an empty list will hold, they say."""
    return any(id(value) not in owned and _is_written(memory, name, value) and (
               _may_hold(typeof(value), opaque) or _may_hold(types[name], opaque))
               for name, value in zip(memory.parameters, whole, strict=True))


def _is_written(memory: Memory, name: str, value: Any) -> bool:
    """Whether memory is written that a parameter's value is or holds: of an array, in place."""
    if isinstance(value, np.ndarray):
        return memory.is_changed(name)
    return any(map(memory.is_written, memory.reached(name)))


def _may_hold(type_: Type, opaque: bool) -> bool:
    return may_vary(type_) or (opaque and isinstance(type_, Opaque))


def backward_dynamic(kept: Any, cotangent: Any, around: Sequence[Any] = ()) -> Any:
    """The cotangents of the function and of its arguments, in order; None for what carries no derivative.

    `around` are containers of the caller's, each followed by its shadow: what the function owes to one that it has
    captured goes there.
    """
    if kept is None:
        return _Nothing()
    if isinstance(kept, KeptRule):
        return backward_rule(kept, cotangent)
    if isinstance(kept, KeptCheckpoint):
        return backward_dynamic(kept.call(), cotangent, around)
    compiled_call = kept.found
    if cotangent is None and isinstance(compiled_call.adjoints.result(compiled_call.key), _VALUES):
        # Zeros, not None: where the caller knows an array or number, it adds what it gets without looking.
        return taken(kept.places, [finish(None, value, set()) if isinstance(value, _ADDED) else None
                                   for value in kept.values])
    known = {place: around[n + 1] for place, value in enumerate(kept.values[: kept.cells])
             for n in range(0, len(around), 2) if around[n] is value}
    shadows = shadows_for(compiled_call, kept.values, known)
    cotangent = _seed(kept, cotangent)
    returned = active().nested(compiled_call)[compiled_call.printed.backward](kept.residuals, cotangent, *shadows)
    varied = compiled_call.varied
    cotangents: list[Any] = [None] * len(kept.values)
    for position, each in zip(varied, collect(compiled_call, returned, shadows, varied, kept.values, cotangent,
                                            known), strict=True):
        cotangents[position] = each
    for parameter, cell in kept.defaulted:
        cotangents[cell] = add(cotangents[cell], cotangents[kept.cells + parameter])
    return taken(kept.places, cotangents)


def _defaulted(f: Callable[..., Any], subject: Subject, args: tuple[Any, ...],
               kwargs: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    known = registered(f.__code__) if isinstance(f, FunctionType) else None
    if known is None or not any(isinstance(param.default, Var) for param in known.params):
        return ()
    assert isinstance(f, FunctionType)
    given = inspect.signature(f).bind(*args, **kwargs).arguments
    cells = list(subject.cells)
    return tuple((position, cells.index(param.default.name)) for position, param in enumerate(known.params)
                 if isinstance(param.default, Var) and param.var.name not in given)


_VALUES = (AnyType, Array, Scalar, Float, Complex, Tuple)
"""Results of which no cotangent is a cotangent of zero."""


_ADDED = (np.ndarray, np.inexact, float, complex, tuple)
"""Arguments to whose cotangents, or those of their items, callers add without looking."""


class _Nothing:
    """Cotangents of a call that carried no derivative."""

    def __getitem__(self, position: int) -> None:
        return None


def refuse_write(f: Callable[..., Any], what: str = "its argument") -> None:
    name = getattr(f, "__name__", repr(f))
    raise DifferentiationError((Diagnostic(KINDS["dynamic-write"], name, NOWHERE, name, (
        ("name", name), ("reason", f"`{name}`, a function that only the run knows, writes into {what}"))),))


def unremembered(f: Any) -> Any:
    """The function whose results `functools.cache` remembers: what was made of another number that happened to be as
    large has not the derivative of this one."""
    return f.__wrapped__ if isinstance(f, _Remembering) else f


_Remembering = type(functools.cache(len))


def subject_and_values(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                       caller: Caller = USER) -> tuple[Subject, list[Any], int]:
    """The subject that a callable stands for, the values of its parameters, and where the caller's own begin.

    Raises DifferentiationError for a callable that has no source and no rule.
    """
    if has_rule(f):
        return ruled_subject(f, args, kwargs)
    f = unremembered(f)
    if isinstance(f, FunctionType):
        return library_subject(f, args, kwargs) if is_by_types(f) else (subject_of(f), bind(f, args, kwargs), 0)
    if isinstance(f, MethodType) and isinstance(f.__func__, FunctionType) and not is_of_distribution(f):
        return method_subject(f, args, kwargs)
    if isinstance(f, GradFunction):
        from adls.runtime.nesting import gradient_subject

        return gradient_subject(f, args, kwargs, caller)
    if isinstance(f, Checkpoint):
        given = Checkpoint(partial(f.function, **kwargs)) if kwargs else f
        calls: Any = called_with
        return subject_of(calls), bind(calls, (given, *args), {}), 1
    if isinstance(f, partial):
        subject, values, first = subject_and_values(f.func, (*f.args, *args), {**f.keywords, **kwargs}, caller)
        return subject, values, first + len(f.args)
    if isinstance(f, np.vectorize):
        return vectorized_subject(f, args, kwargs)
    if isinstance(getattr(f, "__self__", None), np.ndarray | np.generic):
        return array_method_subject(f, args, kwargs)
    call = inspect.getattr_static(type(f), "__call__", None)
    if isinstance(call, FunctionType):
        return method_subject(MethodType(call, f), args, kwargs)
    return library_subject(f, args, kwargs)
