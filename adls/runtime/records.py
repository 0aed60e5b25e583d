"""Instances of the user's classes at run time: which they are, what is in them, how they are made."""

from __future__ import annotations

from typing import Any

from adls.engine.frontend.classes import is_record_class


def is_record(value: Any) -> bool:
    """Whether a value is an instance of a class of the user's whose attributes are all there is to it."""
    return hasattr(value, "__dict__") and is_record_class(type(value))


def entries(value: Any) -> dict[Any, Any]:
    """The items of a dict, or the attributes of an instance by name."""
    return value if isinstance(value, dict) else vars(value)


def new(cls: type) -> Any:
    """An instance of a class, before its `__init__`."""
    return object.__new__(cls)


class Kept:
    """What a call that was resolved at run time keeps: its cotangent is that of the residuals in it."""
