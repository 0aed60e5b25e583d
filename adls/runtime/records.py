"""Instances of the user's classes at run time: which they are, what is in them, how they are made."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from adls.engine.frontend.classes import is_record_class, slots_of


def is_record(value: Any) -> bool:
    """Whether a value is an instance of a class of the user's whose attributes are all there is to it."""
    kind = type(value)
    return (hasattr(value, "__dict__") or bool(slots_of(kind))) and is_record_class(kind)


def entries(value: Any) -> dict[Any, Any]:
    """The items of a dict, or the attributes of an instance by name."""
    slots = () if isinstance(value, dict) else slots_of(type(value))
    if not slots:
        found: dict[Any, Any] = value if isinstance(value, dict) else vars(value)
        return found
    found = {name: getattr(value, name) for name in slots if hasattr(value, name)}
    return {**found, **getattr(value, "__dict__", {})}


def fill(value: Any, given: Mapping[str, Any]) -> None:
    """Set attributes of an instance, also of a frozen one."""
    if not slots_of(type(value)):
        vars(value).update(given)
        return
    for name, each in given.items():
        object.__setattr__(value, name, each)


def lacks(value: Any, name: str) -> bool:
    """Whether an instance has not kept a value under a name."""
    return name not in entries(value)


def new(cls: type) -> Any:
    """An instance of a class, before its `__init__`."""
    return cls.__new__(cls) if cls is SimpleNamespace else object.__new__(cls)


class Kept:
    """What a call that was resolved at run time keeps: its cotangent is that of the residuals in it."""
