"""The user's classes: a name for each, which objects are their instances, and what calling one does."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, SimpleNamespace
from typing import Any

from adls.engine.frontend.library import in_library
from adls.engine.ir.entities import Construction, Entity, Stored
from adls.engine.ir.types import Any as Any_
from adls.engine.ir.types import Dict, List, Type

CLASSES: dict[str, type] = {}
_names: dict[int, str] = {}
_tuples: dict[str, type] = {}


def class_target(cls: type) -> str:
    """The name of a class: one for each class object, also where two have the same qualified name.

    Of a tuple's class also the last part is its own: it is all that a NamedTuple's type says.
    """
    known = _names.get(id(cls))
    if known is None:
        known = wanted = f"{cls.__module__}.{cls.__qualname__}"
        number = 1
        while known in CLASSES or (issubclass(cls, tuple) and _last(known) in _tuples):
            number += 1
            known = f"{wanted}#{number}"
        _names[id(cls)] = known
        CLASSES[known] = cls
        if issubclass(cls, tuple):
            _tuples[_last(known)] = cls
    return known


def tuple_name(cls: type) -> str:
    """The name that the types of a NamedTuple's instances have."""
    return _last(class_target(cls))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def live_class(name: str) -> type | None:
    """The class of a name that `class_target` or `tuple_name` gave; None where neither did."""
    return CLASSES.get(name) or _tuples.get(name)


def is_record_class(cls: type) -> bool:
    """Whether instances of a class are plain objects: attributes that are what they look like, methods in Python."""
    known = _records.get(cls)
    if known is None:
        known = _records[cls] = _is_record_class(cls)
    return known


_records: dict[type, bool] = {}


def _is_record_class(cls: type) -> bool:
    if cls is SimpleNamespace:
        return True
    if type(cls) not in (type, abc.ABCMeta) or in_library(cls, cls.__module__):
        return False
    for base in cls.__mro__[:-1]:
        own = vars(base)
        if not _is_frozen(cls) and base.__module__ not in ("abc", "typing") and any(map(own.__contains__, _MAGIC)):
            return False
        if any(hasattr(type(each), "__set__") and not isinstance(each, property | MemberDescriptorType
                                                                | GetSetDescriptorType) for each in own.values()):
            return False
        if base.__flags__ & _HEAP_TYPE == 0 and base.__module__ not in ("abc", "typing"):
            return False  # Not made by a class statement: a list, a dict, an array.
    return True


_MAGIC = ("__new__", "__getattr__", "__getattribute__", "__setattr__", "__delattr__")
"""Methods that make attributes other than what they look like."""


def _is_frozen(cls: type) -> bool:
    params = getattr(cls, "__dataclass_params__", None)
    return bool(params and params.frozen)


def slots_of(cls: type) -> tuple[str, ...]:
    """The attributes for which the instances of a class have slots."""
    known = _slots.get(cls)
    if known is None:
        known = _slots[cls] = tuple(name for base in cls.__mro__ if base.__flags__ & _HEAP_TYPE
                                    for name, each in vars(base).items() if isinstance(each, MemberDescriptorType))
    return known


_slots: dict[type, tuple[str, ...]] = {}
_HEAP_TYPE = 1 << 9
"""The flag of a class that a class statement made."""


def construction_of(cls: type, typeof: Callable[[object], Type], entity: Callable[[object], Entity]
                    ) -> Construction | None:
    """What calling a class does; None where that is not modelled."""
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        defaults: dict[str, object] = getattr(cls, "_field_defaults", {})
        return Construction(tuple(Stored(name, False, typeof(defaults[name]) if name in defaults else None)
                                  for name in cls._fields))
    if not is_record_class(cls):
        return None
    init = _found(cls, "__init__")
    if isinstance(init, FunctionType) and init.__code__.co_filename != "<string>":
        return Construction(None, "__init__")
    if init is None:
        return Construction(())
    if not dataclasses.is_dataclass(cls):
        return None
    every: dict[str, Any] = cls.__dataclass_fields__
    stored = [_stored(each, typeof, entity) for each in every.values() if each._field_type.name != "_FIELD_CLASSVAR"]
    after = "__post_init__" if isinstance(_found(cls, "__post_init__"), FunctionType) else ""
    return Construction(tuple(stored), after, _is_frozen(cls))


def _stored(field: Any, typeof: Callable[[object], Type], entity: Callable[[object], Entity]) -> Stored:
    """A field of a dataclass as its constructor stores it."""
    keyword, passed = field.kw_only is True, field._field_type.name == "_FIELD_INITVAR"
    if field.default_factory is dataclasses.MISSING:
        default = None if field.default is dataclasses.MISSING else typeof(field.default)
        return Stored(field.name, keyword, default, None, field.init, passed)
    known = _FACTORIES.get(field.default_factory)
    factory = None if known is not None else entity(field.default_factory)
    return Stored(field.name, keyword, known or Any_(), factory, field.init, passed)


def _found(cls: type, name: str) -> Any:
    for base in cls.__mro__[:-1]:
        if name in vars(base):
            return vars(base)[name]
    return None


def _bottom() -> Type:
    from adls.engine.ir.types import Bottom

    return Bottom()


_FACTORIES: dict[Any, Type] = {list: List(_bottom(), ()), dict: Dict(_bottom(), ())}

class_target(SimpleNamespace)  # So that it is found by its name.
