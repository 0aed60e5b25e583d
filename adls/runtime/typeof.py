"""The IR type of a live value, and the key under which a call's types are looked up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from adls.engine.frontend.classes import class_target, tuple_name
from adls.engine.frontend.library import is_source, library_key
from adls.engine.frontend.live import cell_values, target_of
from adls.engine.ir import types as ir
from adls.engine.ir.types import ONE, Dim, Type
from adls.engine.passes.infer_library import GRADIENTS, is_library
from adls.runtime.records import Kept, entries, is_record
from adls.runtime.rules import has_rule

_SHORT: dict[str, str] = {}


def dtype_name(dtype: np.dtype[Any]) -> str | None:
    """NumPy's dtype as the IR names it; None for strings, objects, dates and records."""
    if dtype.kind == "b":
        return "bool"
    if dtype.kind in "iufc":
        name = f"{dtype.kind}{8 * dtype.itemsize}"
        return name if name in ir.DTYPES else "?"  # A long double, which varies as any float does.
    return None


def typeof(value: object, name: str = "") -> Type:
    """The type of a live value. `name` becomes the symbol of its dims (`x0`, `x1`); without it they have none."""
    match value:
        case None:
            return ir.NoneT()
        case bool():
            return ir.Bool()
        case np.ndarray():
            return _array(value, name)
        case np.generic():
            short = dtype_name(value.dtype)
            return ir.Scalar(short) if short else ir.Opaque(type(value).__name__)
        case int():
            return ir.Int()
        case float():
            return ir.Float()
        case complex():
            return ir.Complex()
        case str() | bytes():
            return ir.Str()
    return _structure(value, name)


def _array(value: np.ndarray[Any, Any], name: str) -> Type:
    short = dtype_name(value.dtype)
    if short is None or type(value) not in (np.ndarray, np.memmap):
        return ir.Opaque("ndarray")
    return ir.Array(short, tuple(_dim(n, f"{name}_{axis}" if name else "?") for axis, n in enumerate(value.shape)))


def _dim(length: int, symbol: str) -> Dim:
    return ONE if length == 1 else Dim(symbol, 0, False)


def _structure(value: object, name: str) -> Type:
    if isinstance(value, tuple):
        items = tuple(typeof(item, f"{name}_{n}" if name else "") for n, item in enumerate(value))
        return ir.Tuple(items, tuple_name(type(value)) if hasattr(value, "_fields") else "")
    if type(value) is list:
        items = tuple(typeof(item, f"{name}_{n}" if name else "") for n, item in enumerate(value))
        return ir.List(_joined(items), items if len(items) <= 64 else None)
    if type(value) in (dict, OrderedDict):
        assert isinstance(value, dict)
        pairs = tuple((key, typeof(item, f"{name}_{key}" if name else "")) for key, item in value.items())
        literal = all(isinstance(key, str | int) for key in value)
        kind = "OrderedDict" if type(value) is OrderedDict else ""
        return ir.Dict(_joined(tuple(t for _, t in pairs)), pairs if literal else None, kind=kind)
    if isinstance(value, Kept):
        return ir.Any()
    if has_rule(value):
        return ir.Callable()
    if isinstance(value, FunctionType):
        return _function(value)
    if is_record(value):
        return _record(value, name)
    if isinstance(value, ModuleType):
        return ir.Opaque(f"module {value.__name__}")
    if callable(value):
        return ir.Callable()
    return ir.Opaque(type(value).__name__)


def _function(value: FunctionType) -> Type:
    """A function with what it has captured; of one that has captured itself, nothing more is known in there."""
    key = "" if is_source(value) else library_key(value)
    if key and (is_library(key) or key in GRADIENTS):
        return ir.Callable(key)
    if id(value) in _inside:
        return ir.Callable()
    _inside.add(id(value))
    try:
        return ir.Callable(target_of(value), tuple(map(typeof, cell_values(value).values())))
    finally:
        _inside.discard(id(value))


_inside: set[int] = set()
"""The functions whose captured values are being looked at."""


def _record(value: Any, name: str) -> Type:
    """An instance of a class of the user's, unless there is too much to it to look at in every call."""
    if _size(value, MOST_PARTS) < 0:
        return ir.Opaque(type(value).__name__)
    found = tuple(sorted(((key, _attribute(item, f"{name}_{key}" if name else ""))
                          for key, item in entries(value).items()), key=str))
    return ir.Dict(_joined(tuple(t for _, t in found)), found, class_target(type(value)))


def _attribute(value: Any, name: str) -> Type:
    """The type of what an instance holds. A list of numbers is a list of any length: it may be a history."""
    found = typeof(value, name)
    if isinstance(found, ir.List) and isinstance(found.item, ir.Float | ir.Int | ir.Scalar):
        return ir.List(found.item)
    return found


MOST_PARTS = 200
"""An instance that leads to more objects than this is an object of which nothing is known."""


def _size(value: Any, left: int, path: tuple[int, ...] = ()) -> int:
    """How many more objects may be looked at after a value's; negative where there are too many, or a circle."""
    left -= 1
    if is_record(value) or isinstance(value, list | tuple | dict):
        if id(value) in path:
            return -1
        inner = value if isinstance(value, list | tuple) else entries(value).values()
        if isinstance(inner, list) and inner and all(isinstance(item, float | int) for item in inner):
            return left
        for item in inner:
            if left < 0:
                break
            left = _size(item, left, (*path, id(value)))
    return left


def _joined(items: tuple[Type, ...]) -> Type:
    from adls.engine.passes.typing.join import join

    result: Type = ir.Bottom()
    for item in items:
        result = join(result, item)
    return result


def key_of(value: object) -> Hashable:
    """What two values have in common when one compilation serves both: fast, for every call."""
    kind = type(value)
    reader = _KEYS.get(kind)
    return reader(value) if reader is not None else _other_key(value)


def _array_key(a: Any) -> Hashable:
    return a.dtype.char, *[n == 1 for n in a.shape]


def _tuple_key(value: Any) -> Hashable:
    return tuple, *map(key_of, value)


def _list_key(value: Any) -> Hashable:
    return list, *map(key_of, value)


def _dict_key(value: Any) -> Hashable:
    return type(value), *value, *map(key_of, value.values())


def _function_key(value: Any) -> Hashable:
    if id(value) in _inside:
        return id(value.__code__)
    _inside.add(id(value))
    try:
        captured: Hashable = (value.__code__, *map(key_of, cell_values(value).values()))
        return captured
    finally:
        _inside.discard(id(value))


def _itself(kind: type) -> Callable[[Any], Hashable]:
    return lambda value: kind


def _other_key(value: Any) -> Hashable:
    if isinstance(value, np.generic):
        return value.dtype.char, "scalar"
    if isinstance(value, tuple):
        return type(value), *map(key_of, value)
    kind: Hashable = type(value)  # type: ignore[assignment]
    if is_record(value) and _size(value, MOST_PARTS) >= 0:
        return kind, *((name, _attribute_key(item)) for name, item in sorted(entries(value).items()))
    return kind


def _attribute_key(value: Any) -> Hashable:
    if isinstance(value, list) and value and all(isinstance(item, float | int) for item in value):
        return list, frozenset(map(type, value))
    return key_of(value)


_KEYS: dict[type, Callable[[Any], Hashable]] = {
    np.ndarray: _array_key, tuple: _tuple_key, list: _list_key, dict: _dict_key, OrderedDict: _dict_key,
    FunctionType: _function_key,
    float: _itself(float), int: _itself(int), bool: _itself(bool), str: _itself(str), type(None): _itself(type(None)),
    complex: _itself(complex),
}
