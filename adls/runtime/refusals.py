"""What generated code refuses only once it sees the value, at the line that it runs for."""

from __future__ import annotations

import linecache
import sys
from collections import deque
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from types import FrameType, MethodType
from typing import Any

import numpy as np

from adls.engine.ir.types import may_vary
from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.engine.source.text import NOWHERE, Span
from adls.runtime.records import entries, is_record
from adls.runtime.typeof import typeof


def refused(code: str, *details: str) -> DifferentiationError:
    """What is raised where a call comes to something that cannot be differentiated."""
    found = Diagnostic(KINDS[code], "", NOWHERE, "", tuple(zip(details[::2], details[1::2], strict=True)), "")
    return DifferentiationError(placed((found,), sys._getframe(1)))


def not_defined(name: str) -> NameError:
    """What Python raises where a name is read that is defined nowhere."""
    return NameError(f"name '{name}' is not defined", name=name)


def only_number(value: Any, name: str, other: str) -> None:
    """Refuse what is updated in place although only the run knows it, if it is an array or container that another name
    may see."""
    if isinstance(value, np.ndarray | list | set | dict | bytearray | deque):
        what = "an array" if isinstance(value, np.ndarray) else "a container"
        details = (("construct", "this in-place operator"),
                   ("reason", f"`{name}` is {what} that `{other}` may know too"),
                   ("way_out", f"write `{name} = {name} ...`, or update a copy"))
        found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
        raise DifferentiationError(placed((found,), sys._getframe(1)))


def only_memory(value: Any, name: str) -> None:
    """Refuse a NumPy scalar among what may be written in place: it has no memory that another name could see."""
    if not isinstance(value, np.ndarray):
        details = (("construct", "a write in place"),
                   ("reason", f"`{name}` is an array at one time and a single number at another"),
                   ("way_out", "use a name for each"))
        found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
        raise DifferentiationError(placed((found,), sys._getframe(1)))


def only_array(value: Any, name: str) -> None:
    """Refuse `.shape` and its like, which have no derivative, of what is no array: there they may have one."""
    if not isinstance(value, np.ndarray | np.generic | float | int | complex):
        _refuse_attribute(name, sys._getframe(1))


def only_constant(value: Any, name: str, owner: str = "an object") -> None:
    """Refuse what was read off an object that only the run knows, if it may carry a derivative."""
    if (may_vary(typeof(value)) and not is_of_generator(value)) or isinstance(value, memoryview | np.flatiter):
        _refuse_attribute(name, sys._getframe(1), owner)


def read_off(value: Any, owner: Any, name: str) -> bool | str:
    """How what was read off an object carries what the object does: True for a method of it, the name for an attribute
    of an instance of the user's class, False for a constant; refuses anything else that may carry a derivative."""
    if isinstance(value, MethodType) and value.__self__ is owner:
        return True
    if not (may_vary(typeof(value)) and not is_of_generator(value)) and not isinstance(
            value, memoryview | np.flatiter) and not is_record(value):
        return False
    if not is_record(owner) or name not in entries(owner) or isinstance(getattr(type(owner), name, None), property):
        _refuse_attribute(name, sys._getframe(1))
    return name


def owed(how: bool | str, v: Any) -> Any:
    """The cotangent of an object, of that of what was read off it: see `read_off`."""
    if isinstance(how, str):
        return None if v is None else {how: v}
    return v if how else None


def owed_back(how: bool | str, v: Any) -> Any:
    """What `owed` made a cotangent of."""
    if isinstance(how, str):
        return None if v is None else v.get(how)
    return v if how else None


def is_of_generator(value: Any) -> bool:
    """Whether a value is a method of a generator of random numbers, which holds nothing that carries a derivative."""
    return isinstance(getattr(value, "__self__", None), np.random.Generator | np.random.RandomState)


def only_own_methods(value: Any, name: str) -> None:
    """Refuse a method that writes into an array or a container which only the run knows; classes' own may be read."""
    if isinstance(value, np.ndarray | list | dict | set | bytearray | deque):
        details = (("construct", f"`.{name}(...)`"), ("reason", "it writes into an array or container of unknown type"),
                   ("way_out", "make the new one, and assign it"))
        found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
        raise DifferentiationError(placed((found,), sys._getframe(1)))


def only_fixed(construct: str, reason: str, way_out: str, *values: Any) -> None:
    """Refuse what cannot be followed, unless no value in it can carry a derivative."""
    if not all(map(_is_fixed, values)):
        details = (("construct", construct), ("reason", reason), ("way_out", way_out))
        found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
        raise DifferentiationError(placed((found,), sys._getframe(1)))


def _is_fixed(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_fixed, value.values()))
    if type(value) in (list, tuple, set, frozenset):
        return all(map(_is_fixed, value))
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "biuSUmM"
    return value is None or isinstance(value, int | str | bytes | range | type)


def only_plain(value: Any) -> None:
    """Refuse an operand that is neither a number nor a plain array, but has operators of its own: masked arrays,
    matrices, series."""
    kind = type(value)
    if isinstance(value, _PLAIN) or kind is np.ndarray or kind is np.memmap or not any(
            hasattr(kind, name) for name in ("__array__", "__array_ufunc__", "__mul__", "__add__")):
        return
    is_array = any(hasattr(kind, name) for name in ("__array__", "__array_ufunc__"))
    way_out = "take the plain array first: `np.asarray(...)`" if is_array else (
        "call a function in the operator's place, one that always gives the same class")
    details = (("construct", f"an operation with a value of type {kind.__module__.partition('.')[0]}.{kind.__name__}"),
               ("reason", "it has operators of its own"), ("way_out", way_out))
    found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
    raise DifferentiationError(placed((found,), sys._getframe(1)))


def only_keys(mapping: dict[Any, Any], *keys: Any) -> None:
    """Refuse a dict that has other keys than those, in that order, that it was seen to have."""
    if tuple(mapping) != keys:
        details = (("construct", "walking over this dict"), ("reason", "which keys it has is known only when it runs"),
                   ("way_out", "make it with all its keys in one display"))
        found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
        raise DifferentiationError(placed((found,), sys._getframe(1)))


def only_walkable(value: Any) -> None:
    """Refuse to walk over what gives its items only once, or makes them: what varies in it is not seen."""
    if not isinstance(value, list | tuple | dict | np.ndarray | str | bytes | range | set | frozenset | deque):
        kind = type(value)
        details = (("construct", f"walking over a value of type {kind.__module__}.{kind.__name__}"),
                   ("reason", "what it gives is not known"), ("way_out", "make a list of it where it is made"))
        found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
        raise DifferentiationError(placed((found,), sys._getframe(1)))


_PLAIN = (np.generic, np.dtype, int, float, complex, str, bytes, list, tuple, dict, type, Fraction, Decimal)


def _refuse_attribute(name: str, caller: FrameType, owner: str = "an object") -> None:
    way_out = "give the value back instead" if "exception" in owner else "pass its value as an argument"
    details = (("construct", f"the attribute .{name}"), ("reason", f"of {owner}"), ("way_out", way_out))
    found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
    raise DifferentiationError(placed((found,), caller))


def placed(diagnostics: tuple[Diagnostic, ...], caller: FrameType) -> tuple[Diagnostic, ...]:
    """Diagnostics that stand nowhere, or in a library's function, at the line of the frame."""
    code = caller.f_code
    line, end, column, end_column = next(islice(code.co_positions(), caller.f_lasti // 2, None))
    span = Span(line or caller.f_lineno, column or 0, end or caller.f_lineno, end_column or 0)
    text = linecache.getline(code.co_filename, span.line).rstrip("\n")
    return tuple(replace(each, file=code.co_filename, span=span, function=code.co_name, source_line=text)
                 if each.span == NOWHERE or each.file.startswith("<library ") else each for each in diagnostics)


def only_nothing(cotangent: Any, name: str) -> Any:
    """A cotangent that is zero; refuses any other: what it is owed to has changed since."""
    if _owes(cotangent):
        details = (("construct", f"a function that has captured `{name}`, which changes after the function is made"),
                   ("reason", "it is called where only the run knows which function it is"),
                   ("way_out", f"pass `{name}` as an argument"))
        found = Diagnostic(KINDS["unsupported-construct"], "", NOWHERE, "", details, "")
        raise DifferentiationError(placed((found,), sys._getframe(1)))
    return cotangent


def _owes(cotangent: Any) -> bool:
    if isinstance(cotangent, dict):
        return any(map(_owes, cotangent.values()))
    if isinstance(cotangent, list | tuple):
        return any(map(_owes, cotangent))
    return cotangent is not None and bool(np.any(cotangent != 0))
