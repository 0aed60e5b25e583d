"""Frozen dataclasses out of JSON: every field is checked against its annotation, and nothing else may be there.

What reads a hint is made once: an editor waits while the thousands of records of a large file are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


class NoRecord(ValueError):
    """The JSON is none of the dataclass; the message says where it differs."""

    def __init__(self, what: str, inside: str = "") -> None:
        super().__init__(f"{inside}{what}")
        self.what, self.inside = what, inside


def record_of(cls: type[T], value: object, where: str) -> T:
    """An instance of a dataclass from a JSON object with exactly its fields, checked by their annotations."""
    try:
        found: T = _reader(cls)(value)  # type: ignore[arg-type]  # typeshed calls type[T] unhashable
    except NoRecord as error:
        raise NoRecord(error.what, f"{where}{error.inside}") from error
    return found


@cache
def _reader(hint: Any) -> Reader:
    """What makes a value of JSON the hint's, or raises NoRecord."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in (str, int, bool):
        return _plain(hint)
    if origin is Literal:
        return _one_of(arguments)
    if origin is tuple:
        return _items(arguments[0])
    if origin is dict:
        return _values(arguments[1])
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint)
    raise TypeError(f"records have no {hint}")


def _record(cls: type[Any]) -> Reader:
    readers = {name: _reader(hint) for name, hint in get_type_hints(cls).items()}

    def read(value: Any) -> Any:
        if not isinstance(value, dict) or not readers.keys() >= value.keys():
            raise NoRecord(f" is no {cls.__name__}")
        given = {}
        for name, item in value.items():
            try:
                given[name] = readers[name](item)
            except NoRecord as error:
                raise NoRecord(error.what, f".{name}{error.inside}") from error
        try:
            return cls(**given)
        except TypeError as error:
            raise NoRecord(f" lacks a field: {error}") from error

    return read


def _plain(hint: type) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not hint:
            raise NoRecord(f" is no {hint.__name__}")
        return value

    return read


def _one_of(values: tuple[object, ...]) -> Reader:
    def read(value: Any) -> Any:
        if value not in values:
            raise NoRecord(f" is none of {', '.join(map(str, values))}")
        return value

    return read


def _items(hint: Any) -> Reader:
    inner = _reader(hint)

    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise NoRecord(" is no list")
        if hint is int and set(map(type, value)) <= {int}:
            return tuple(value)
        return tuple(_each(inner, enumerate(value)))

    return read


def _values(hint: Any) -> Reader:
    inner = _reader(hint)

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise NoRecord(" is no object")
        return dict(zip(value, _each(inner, value.items()), strict=True))

    return read


def _each(reader: Reader, items: Any) -> list[Any]:
    found = []
    for key, item in items:
        try:
            found.append(reader(item))
        except NoRecord as error:
            raise NoRecord(error.what, f"[{key!r}]{error.inside}") from error
    return found
