"""Calling an adjoint: arguments bound to parameters, shadows made, cotangents given back as the arguments are built."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.runtime.compiler import Compiled
from adls.runtime.memory import layout, merged, shadow, shadow_of
from adls.runtime.records import is_record

_VARARGS, _VARKW = 0x04, 0x08


def bind(function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """The value of every parameter of a call, in order; raises TypeError as the plain call would."""
    code = function.__code__
    if not kwargs and len(args) == code.co_argcount and not code.co_kwonlyargcount and not code.co_flags & (
            _VARARGS | _VARKW):
        return list(args)
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{function.__qualname__}(): {error}") from None
    bound.apply_defaults()
    return list(bound.arguments.values())


def shadows_for(compiled: Compiled, values: Sequence[Any]) -> list[Any]:
    """Zero shadows of the parameters that the backward function adds to in place."""
    if compiled.may_overlap:
        check_overlap(compiled, values)
    return [shadow_like(values[n]) for n in compiled.adjoint.interface.shadows]


def shadow_like(value: Any) -> Any:
    """A zero shadow of an array or a container."""
    if not isinstance(value, np.ndarray):
        return shadow_of(value)
    if value.flags.forc:
        return np.zeros_like(value)
    return shadow(layout(value))


def check_overlap(compiled: Compiled, values: Sequence[Any]) -> None:
    """Raise DifferentiationError where an argument that is written shares memory with another.

    The gradient with respect to one of them alone is not defined then.
    """
    memory = compiled.adjoints.facts(compiled.key).memory
    arrays = [(name, v) for name, v in zip(memory.parameters, values, strict=True) if isinstance(v, np.ndarray)]
    for name, value in arrays:
        if memory.is_written(name):
            for other, second in arrays:
                if other != name and np.may_share_memory(value, second) and np.shares_memory(value, second):
                    function = compiled.adjoint.forward
                    raise DifferentiationError((Diagnostic(
                        KINDS["writes-overlapping-arguments"], function.file, function.span, function.name,
                        (("name", name),), ""),))


def collect(compiled: Compiled, returned: Any, shadows: Sequence[Any], wanted: Sequence[int], values: Sequence[Any],
            seed: Any) -> list[Any]:
    """The cotangents of the wanted positions, each in its argument's structure and sharing memory with nothing."""
    interface = compiled.adjoint.interface
    if len(interface.returned) == 1:
        returned = (returned,)
    by_position: dict[int, Any] = dict(zip(interface.returned, returned or (), strict=True))
    for position, shadow_value in zip(interface.shadows, shadows, strict=True):
        by_position[position] = merged(by_position.get(position), shadow_value)
    seen = {id(seed)}
    return [finish(by_position.get(n), values[n], seen) for n in wanted]


def finish(cotangent: Any, value: Any, seen: set[int]) -> Any:
    """A cotangent in the structure of its argument: zeros where it has none, memory of its own."""
    reader = _FINISH.get(type(value))
    if reader is not None:
        return reader(cotangent, value, seen)
    if isinstance(value, tuple):
        items = [finish(None if cotangent is None else cotangent[n], item, seen) for n, item in enumerate(value)]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, np.inexact):
        real = value.dtype.kind == "f" and np.iscomplexobj(cotangent)
        return value.dtype.type(0.0 if cotangent is None else np.real(cotangent) if real else cotangent)
    if is_record(value):
        given = cotangent or {}
        return {name: finish(given.get(name), item, seen) for name, item in vars(value).items()}
    return cotangent


def as_instances(cotangent: Any, value: Any) -> Any:
    """A finished cotangent with instances in the place of the dicts that stand for them."""
    if is_record(value):
        made = object.__new__(type(value))
        vars(made).update((name, as_instances(cotangent[name], item)) for name, item in vars(value).items())
        return made
    if isinstance(value, dict):
        return {key: as_instances(cotangent[key], item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_instances(each, item) for each, item in zip(cotangent, value, strict=True)]
    if isinstance(value, tuple) and isinstance(cotangent, tuple):
        items = [as_instances(each, item) for each, item in zip(cotangent, value, strict=True)]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return cotangent


def _finish_array(cotangent: Any, value: Any, seen: set[int]) -> Any:
    if value.dtype.kind not in "fc":
        return None
    if cotangent is None:
        return np.zeros(value.shape, value.dtype)
    if type(cotangent) is not np.ndarray or cotangent.shape != value.shape:
        return np.array(np.broadcast_to(cotangent, value.shape), dtype=value.dtype)
    if cotangent.dtype != value.dtype:
        return (cotangent.real if value.dtype.kind == "f" else cotangent).astype(value.dtype)
    own = cotangent.base is None or (cotangent.strides == value.strides and _lonely(cotangent))
    if id(cotangent) in seen or not own:
        return cotangent.copy()
    seen.add(id(cotangent))
    return cotangent


def _lonely(cotangent: Any) -> bool:
    """Whether an array is a shadow of odd strides, whose base is a buffer that nobody else has."""
    return type(cotangent.base).__name__ == "DummyArray"


def _finish_float(cotangent: Any, value: Any, seen: set[int]) -> Any:
    return 0.0 if cotangent is None else float(np.real(cotangent) if np.iscomplexobj(cotangent) else cotangent)


def _finish_complex(cotangent: Any, value: Any, seen: set[int]) -> Any:
    return 0j if cotangent is None else complex(cotangent)


def _finish_list(cotangent: Any, value: Any, seen: set[int]) -> Any:
    return [finish(None if cotangent is None else cotangent[n], item, seen) for n, item in enumerate(value)]


def _finish_dict(cotangent: Any, value: Any, seen: set[int]) -> Any:
    return {key: finish(None if cotangent is None else cotangent.get(key), item, seen) for key, item in value.items()}


def _finish_none(cotangent: Any, value: Any, seen: set[int]) -> Any:
    return None


_FINISH: dict[type, Callable[[Any, Any, set[int]], Any]] = {
    np.ndarray: _finish_array, float: _finish_float, complex: _finish_complex, list: _finish_list,
    dict: _finish_dict, int: _finish_none, bool: _finish_none, str: _finish_none, type(None): _finish_none,
}
