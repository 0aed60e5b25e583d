"""Frozen dataclasses out of JSON: every field is checked against its annotation, and nothing else may be there."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class NoRecord(ValueError):
    """The JSON is none of the dataclass; the message says where it differs."""


def record_of(cls: type[T], value: object, where: str) -> T:
    """An instance of a dataclass from a JSON object with exactly its fields, checked by their annotations."""
    hints = _hints(cls)  # type: ignore[arg-type]  # typeshed calls type[T] unhashable
    if not isinstance(value, dict) or not hints.keys() >= value.keys():
        raise NoRecord(f"{where} is no {cls.__name__}")
    try:
        return cls(**{name: _value(hints[name], item, f"{where}.{name}") for name, item in value.items()})
    except TypeError as error:
        raise NoRecord(f"{where} lacks a field: {error}") from error


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, value: object, where: str) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in (str, int, bool) and type(value) is hint:
        return value
    if origin is Literal and value in arguments:
        return value
    if origin is tuple and isinstance(value, list):
        if arguments[0] is int and all(type(item) is int for item in value):
            return tuple(value)
        return tuple(_value(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return {key: _value(arguments[1], item, f"{where}[{key!r}]") for key, item in value.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return record_of(hint, value, where)
    raise NoRecord(f"{where} is no {getattr(hint, '__name__', hint)}")
