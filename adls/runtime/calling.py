"""Calling an adjoint: arguments bound to parameters, shadows made, cotangents given back as the arguments are built."""

from __future__ import annotations

import copy
import inspect
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from adls.engine.ir.types import Complex, Dict, Float, List, Scalar, Tuple, Type
from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.runtime.compiler import Compiled
from adls.runtime.containers import add_into, add_part, merged, shadow_of
from adls.runtime.memory import shadow
from adls.runtime.overlaps import owner_of
from adls.runtime.records import entries, fill, is_record, new
from adls.runtime.tokens import layout

VARARGS, VARKW = 0x04, 0x08
_NONE: Mapping[int, Any] = {}


def bind(function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """The value of every parameter of a call, in order; raises TypeError as the plain call would."""
    code = function.__code__
    if not kwargs and len(args) == code.co_argcount and not code.co_kwonlyargcount and not code.co_flags & (
            VARARGS | VARKW):
        return list(args)
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        _without_its_body(function)(*args, **kwargs)  # It raises in the words of a plain call.
        raise
    bound.apply_defaults()
    return list(bound.arguments.values())


def _without_its_body(function: FunctionType) -> FunctionType:
    """A function with the parameters of another, that does nothing."""
    code = function.__code__.replace(co_code=_NOTHING.co_code, co_consts=_NOTHING.co_consts, co_exceptiontable=b"")
    made = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


_NOTHING = (lambda: None).__code__


def shadows_for(compiled: Compiled, values: Sequence[Any], known: Mapping[int, Any] = _NONE,
                given: Sequence[Any] | None = None) -> list[Any]:
    """Zero shadows of the parameters that the backward function adds to in place; those in `known` have one.

    `given` are the arguments as they were before the call, where it may have changed what their containers hold.
    """
    if compiled.may_overlap:
        check_overlap(compiled, values if given is None else given)
    for n, shadow_value in known.items():
        _write_zeros(shadow_value, compiled.parameter_types[n])
    return [known[n] if n in known else shadow_like(values[n]) for n in compiled.adjoint.interface.shadows]


def _write_zeros(shadow_value: Any, type_: Type) -> None:
    """Have numbers where a shadow has none yet, of a container of which only the callee knows that it holds numbers."""
    if not isinstance(type_, List | Dict):
        return
    known = dict(type_.items or ()) if isinstance(type_, Dict) else dict(enumerate(type_.items or ()))
    item = type_.value if isinstance(type_, Dict) else type_.item
    for key in [*(shadow_value if isinstance(shadow_value, dict) else range(len(shadow_value)))]:
        inner = known.get(key, item)
        if shadow_value[key] is None and isinstance(inner, Float | Scalar | Complex):
            shadow_value[key] = 0.0
        elif shadow_value[key] is not None:
            _write_zeros(shadow_value[key], inner)


def shadow_like(value: Any) -> Any:
    """A zero shadow of an array or a container."""
    if not isinstance(value, np.ndarray):
        return shadow_of(value)
    if value.flags.forc:
        return np.zeros_like(value)
    return shadow(layout(value))


def apart_from(value: Any, residuals: Any, given: Sequence[Any]) -> Any:
    """A function's value, for a caller who may write into it before the backward pass: an array that is kept for that
    is copied, unless it is the caller's own already."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple([apart_from(item, residuals, given) for item in value])
    if not isinstance(value, np.ndarray) or id(owner_of(value)) in _owners(given):
        return value
    return value.copy("K") if id(owner_of(value)) in _owners([residuals]) else value


def _owners(values: Sequence[Any]) -> set[int]:
    """The identities of the arrays that own what arrays in nested values show."""
    found: set[int] = set()
    todo, seen = [*values], set()
    for each in todo:
        if isinstance(each, np.ndarray):
            found.add(id(owner_of(each)))
        elif id(each) not in seen:
            seen.add(id(each))
            inner = each.values() if isinstance(each, dict) else (
                (each.residuals,) if type(each).__name__ == "KeptCall" else ())
            todo += each if isinstance(each, list | tuple) else inner
    return found


def check_overlap(compiled: Compiled, values: Sequence[Any]) -> None:
    """Raise DifferentiationError where memory that is written can be reached in two ways: as two arguments, or as two
    items of containers.

    The gradient with respect to one of them alone is not defined then.
    """
    memory = compiled.adjoints.facts(compiled.key).memory
    if not compiled.writes_arguments:
        return
    found: list[tuple[str, Any, bool]] = []
    for name, value in zip(memory.parameters, values, strict=True):
        for each, level in _memory_in(value, 0, set()):
            written = memory.is_written(memory.at(name, level))
            if any((written or other_written) and _same_memory(each, other) for _, other, other_written in found):
                function = compiled.adjoint.forward
                raise DifferentiationError((Diagnostic(
                    KINDS["writes-overlapping-arguments"], function.file, function.span, function.name,
                    (("name", name),), ""),))
            found.append((name, each, written))


def _memory_in(value: Any, level: int, seen: set[int]) -> Iterator[tuple[Any, int]]:
    """The arrays and containers in a value, each with how deep in it lies; an instance that is met again is one."""
    if isinstance(value, np.ndarray):
        yield value, level
    elif isinstance(value, list | dict | tuple):
        if not isinstance(value, tuple):
            yield value, level
        if level < _DEEPEST:
            for item in value.values() if isinstance(value, dict) else value:
                yield from _memory_in(item, level + 1, seen)
    elif is_record(value) and id(value) not in seen:
        seen.add(id(value))
        for item in entries(value).values():
            yield from _memory_in(item, level + 1, seen)


_DEEPEST = 50


def _same_memory(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.may_share_memory(a, b) and np.shares_memory(a, b)
    return a is b


def as_given(compiled: Compiled, values: list[Any]) -> list[Any]:
    """The arguments as they are before the call, where it may change what their containers hold."""
    return [_copied(value, {}) for value in values] if compiled.rebuilds_arguments else values


def _copied(value: Any, made: dict[int, Any]) -> Any:
    """Containers and instances made again around the same arrays and numbers."""
    if isinstance(value, list):
        return [_copied(item, made) for item in value]
    if isinstance(value, dict):
        return _like(value, {key: _copied(item, made) for key, item in value.items()})
    if isinstance(value, tuple):
        items = [_copied(item, made) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if is_record(value):
        if id(value) not in made:
            made[id(value)] = new(type(value))
            fill(made[id(value)], {name: _copied(item, made) for name, item in entries(value).items()})
        return made[id(value)]
    return value


def _like(value: dict[Any, Any], items: dict[Any, Any]) -> dict[Any, Any]:
    """A dict of the same class with other items."""
    if type(value) is dict:
        return items
    made = copy.copy(value)
    made.update(items)
    return made


def collect(compiled: Compiled, returned: Any, shadows: Sequence[Any], wanted: Sequence[int], values: Sequence[Any],
            seed: Any, known: Mapping[int, Any] = _NONE) -> list[Any]:
    """The cotangents of the wanted positions, each in its argument's structure and sharing memory with nothing.

    Those of `known` go to the shadows there, and nothing is given back.
    """
    interface = compiled.adjoint.interface
    if len(interface.returned) == 1:
        returned = (returned,)
    by_position: dict[int, Any] = dict(zip(interface.returned, returned or (), strict=True))
    for position, shadow_value in known.items():
        (add_part if isinstance(shadow_value, np.ndarray) else add_into)(shadow_value, by_position.get(position))
    for position, shadow_value in zip(interface.shadows, shadows, strict=True):
        by_position[position] = merged(by_position.get(position), shadow_value)
    seen = {id(seed)}
    return [None if n in known else finish(by_position.get(n), values[n], seen) for n in wanted]


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
    if isinstance(value, np.integer | np.bool_):
        return None
    if is_record(value):
        given = cotangent or {}
        return {name: finish(given.get(name), item, seen) for name, item in entries(value).items()}
    return cotangent


def filled(cotangent: Any, type_: Type) -> Any:
    """The cotangent of a value of this type with zeros for what is owed nothing inside of a tuple."""
    if not isinstance(type_, Tuple) or not isinstance(cotangent, tuple) or len(cotangent) != len(type_.items):
        return cotangent
    return tuple(map(_zeros_if_none, cotangent, type_.items))


def _zeros_if_none(cotangent: Any, type_: Type) -> Any:
    if cotangent is not None:
        return filled(cotangent, type_)
    if isinstance(type_, Tuple):
        return tuple(_zeros_if_none(None, item) for item in type_.items)
    return 0.0 if isinstance(type_, Float | Scalar | Complex) else None


def as_instances(cotangent: Any, value: Any) -> Any:
    """A finished cotangent with instances in the place of the dicts that stand for them."""
    if is_record(value):
        made = new(type(value))
        fill(made, {name: as_instances(cotangent[name], item) for name, item in entries(value).items()})
        return made
    if isinstance(value, dict):
        return _like(value, {key: as_instances(cotangent[key], item) for key, item in value.items()})
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
    dict: _finish_dict, OrderedDict: _finish_dict, int: _finish_none, bool: _finish_none, str: _finish_none,
    type(None): _finish_none,
}
