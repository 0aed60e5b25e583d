"""Callees that only the run knows: functions in containers, arguments that are functions, user's rules, gradients."""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from types import FrameType, FunctionType, MethodType
from typing import Any

import numpy as np

from adls.engine.frontend.locate import registered
from adls.engine.ir.ops import Var
from adls.engine.ir.types import may_vary
from adls.engine.passes.alias import Memory
from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.engine.source.text import NOWHERE, Span
from adls.runtime.active import active
from adls.runtime.calling import bind, collect, shadows_for
from adls.runtime.compiler import USER, Caller, Compiled, Subject, adjoint_of, effects_of, subject_of
from adls.runtime.gradients import GradFunction, method_subject
from adls.runtime.library import array_method_subject, library_subject, ruled_subject, vectorized_subject
from adls.runtime.memory import add
from adls.runtime.ruled import KeptRule, backward_rule, forward_rule
from adls.runtime.rules import has_rule
from adls.runtime.typeof import typeof


@dataclass(frozen=True)
class KeptCall:
    """What a dynamic call keeps: the adjoint that ran, its residuals, its arguments."""

    found: Compiled
    residuals: Any
    values: tuple[Any, ...]
    cells: int
    first: int
    places: tuple[int, ...]  # for each argument as written, its place among the parameters
    defaulted: tuple[tuple[int, int], ...]  # parameters that took a captured default, with the cell that holds it


@dataclass(frozen=True)
class Changing:
    """A callee whose arguments, result or captured memory the caller may write after the call."""

    value: Any


@dataclass(frozen=True)
class Owned:
    """An argument that nobody else has, so that a callee may write into it."""

    value: Any


def own(value: Any) -> Owned:
    """Mark an argument of a dynamic call as nobody else's."""
    return Owned(value)


def changing(value: Any) -> Changing:
    """Mark the callee of a dynamic call as one that has to copy what it keeps."""
    return Changing(value)


def forward_dynamic(f: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """The value of `f(*args, **kwargs)`, and what `backward_dynamic` needs.

    Raises DifferentiationError at the place of the call, where the callee has none.
    """
    try:
        return _forward(f, args, kwargs)
    except DifferentiationError as error:
        raise DifferentiationError(_placed(error.diagnostics, sys._getframe(1))) from error


def only_number(value: Any, name: str, other: str) -> None:
    """Refuse what is updated in place although only the run knows it, if it is an array that another name may see."""
    if isinstance(value, np.ndarray):
        details = (("construct", "this in-place operator"),
                   ("reason", f"`{name}` is an array that `{other}` may know too"),
                   ("way_out", f"write `{name} = {name} ...`, or update a copy"))
        found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
        raise DifferentiationError(_placed((found,), sys._getframe(1)))


def only_array(value: Any, name: str) -> None:
    """Refuse `.shape` and its like, which have no derivative, of what is no array: there they may have one."""
    if not isinstance(value, np.ndarray | np.generic | float | int | complex):
        _refuse_attribute(name, sys._getframe(1))


def only_constant(value: Any, name: str) -> None:
    """Refuse what was read off an object that only the run knows, if it may carry a derivative."""
    if may_vary(typeof(value)):
        _refuse_attribute(name, sys._getframe(1))


def _refuse_attribute(name: str, caller: FrameType) -> None:
    details = (("construct", f"the attribute .{name}"), ("reason", "of an object"),
               ("way_out", "pass its value as an argument"))
    found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
    raise DifferentiationError(_placed((found,), caller))


def _placed(diagnostics: tuple[Diagnostic, ...], caller: FrameType) -> tuple[Diagnostic, ...]:
    """Diagnostics that say nowhere where they are, at the line of the frame."""
    code = caller.f_code
    line, end, column, end_column = next(islice(code.co_positions(), caller.f_lasti // 2, None))
    span = Span(line or caller.f_lineno, column or 0, end or caller.f_lineno, end_column or 0)
    text = linecache.getline(code.co_filename, span.line).rstrip("\n")
    return tuple(replace(each, file=code.co_filename, span=span, function=code.co_name, source_line=text)
                 if each.span == NOWHERE else each for each in diagnostics)


def _forward(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    caller = Caller(inside=True, changing=isinstance(f, Changing))
    f = f.value if isinstance(f, Changing) else f
    owned = {id(arg.value) for arg in args if isinstance(arg, Owned)}
    args = tuple(arg.value if isinstance(arg, Owned) else arg for arg in args)
    if has_rule(f):
        return forward_rule(f, args, kwargs)
    if not any(may_vary(typeof(value)) for value in (f, *args, *kwargs.values())):
        return f(*args, **kwargs), None
    subject, values, first = subject_and_values(f, args, kwargs, caller)
    whole = (*subject.cells.values(), *values)
    found = adjoint_of(subject, values, frozenset(range(len(whole))), once=False, caller=caller)
    if _may_write(f, args, kwargs, found, whole, owned):
        _refuse_write(f)
    value, residuals = active().nested(found)[found.printed.forward](*whole)
    places = tuple(range(len(args) + len(kwargs)))
    defaulted = _defaulted(f, subject, args, kwargs)
    return value, KeptCall(found, residuals, whole, len(subject.cells), first, places, defaulted)


def _may_write(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], found: Compiled, whole: tuple[Any, ...],
               owned: set[int]) -> bool:
    """Whether a call writes into what it was given or has captured; a gradient writes what its function does."""
    if not isinstance(f, GradFunction):
        return _writes(found.adjoints.facts(found.key).memory, whole, owned)
    while isinstance(f, GradFunction):
        f = f.function
    subject, values, _ = subject_and_values(f, args, kwargs)
    return _writes(effects_of(subject, values).memory, (*subject.cells.values(), *values), owned)


def _writes(memory: Memory, whole: tuple[Any, ...], owned: set[int]) -> bool:
    """Whether a callee writes into what it was given or has captured, but for what nobody else has."""
    return any(id(value) not in owned and may_vary(typeof(value)) and any(map(memory.is_written, memory.reached(name)))
               for name, value in zip(memory.parameters, whole, strict=True))


def called(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`f(*args, **kwargs)` whose value carries no derivative, of a callee that may not write what is kept for one.

    Raises DifferentiationError at the place of the call.
    """
    try:
        if not has_rule(f) and _is_python(f):
            return _called_reading(f, args, kwargs)
    except DifferentiationError as error:
        raise DifferentiationError(_placed(error.diagnostics, sys._getframe(1))) from error
    return f(*args, **kwargs)


def _is_python(f: Callable[..., Any]) -> bool:
    """Whether what a callable runs is Python that can be read."""
    if isinstance(f, partial):
        return _is_python(f.func)
    return isinstance(f, FunctionType | GradFunction) or isinstance(getattr(f, "__func__", None), FunctionType) or (
        isinstance(inspect.getattr_static(type(f), "__call__", None), FunctionType) and not isinstance(f, np.vectorize))


def _called_reading(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The value of a call that may not write; where it calls what only the run knows, these calls are watched too."""
    subject, values, _ = subject_and_values(f, args, kwargs, Caller(inside=True))
    whole = (*subject.cells.values(), *values)
    effects = effects_of(subject, values)
    if effects.mutated:
        _refuse_write(f, f"the global `{effects.mutated[0].name}`")
    if _writes(effects.memory, whole, set()):
        _refuse_write(f)
    if effects.memory.calls_unknown:
        return _forward(f, args, kwargs)[0]
    return f(*args, **kwargs)


def refuse_shared(value: Any, kept: Any) -> None:
    """Raise DifferentiationError where the result of a call, which is written later, is memory that the callee was
    given or has captured."""
    if isinstance(kept, KeptCall):
        held = [*kept.values, *(each for _, _, each in kept.found.dependencies)]
        if any(_shares(value, each) for each in held):
            name = kept.found.adjoint.forward.name
            found = Diagnostic(KINDS["dynamic-write"], name, NOWHERE, name, (
                ("name", name), ("reason", "what the callee gives back is memory that others have")))
            raise DifferentiationError(_placed((found,), sys._getframe(1)))


def _shares(value: Any, other: Any) -> bool:
    if isinstance(other, np.ndarray):
        return isinstance(value, np.ndarray) and np.may_share_memory(value, other)
    if isinstance(other, list | tuple | dict):
        return any(_shares(value, item) for item in (other.values() if isinstance(other, dict) else other))
    return False


def backward_dynamic(kept: Any, cotangent: Any) -> Any:
    """The cotangents of the function and of its arguments, in order; None for what carries no derivative."""
    if kept is None:
        return _Nothing()
    if isinstance(kept, KeptRule):
        return backward_rule(kept, cotangent)
    compiled_call = kept.found
    shadows = shadows_for(compiled_call, kept.values)
    returned = active().nested(compiled_call)[compiled_call.printed.backward](kept.residuals, cotangent, *shadows)
    cotangents = collect(compiled_call, returned, shadows, range(len(kept.values)), kept.values, cotangent)
    cells, values = cotangents[: kept.cells], cotangents[kept.cells :]
    cells = list(cells)
    for parameter, cell in kept.defaulted:
        cells[cell] = add(cells[cell], values[parameter])
    own = tuple(cells) if cells else values[0] if kept.first else None
    return (own, *values[kept.first :])


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


class _Nothing:
    """Cotangents of a call that carried no derivative."""

    def __getitem__(self, position: int) -> None:
        return None


def _refuse_write(f: Callable[..., Any], what: str = "its argument") -> None:
    name = getattr(f, "__name__", repr(f))
    raise DifferentiationError((Diagnostic(KINDS["dynamic-write"], name, NOWHERE, name, (
        ("name", name), ("reason", f"`{name}`, a function that only the run knows, writes into {what}"))),))


def subject_and_values(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
                       caller: Caller = USER) -> tuple[Subject, list[Any], int]:
    """The subject that a callable stands for, the values of its parameters, and where the caller's own begin.

    Raises DifferentiationError for a callable that has no source and no rule.
    """
    if has_rule(f):
        return ruled_subject(f, args, kwargs)
    if isinstance(f, FunctionType):
        return subject_of(f), bind(f, args, kwargs), 0
    if isinstance(f, MethodType) and isinstance(f.__func__, FunctionType):
        return method_subject(f, args, kwargs)
    if isinstance(f, GradFunction):
        from adls.runtime.nesting import gradient_subject

        return gradient_subject(f, args, kwargs, caller)
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
