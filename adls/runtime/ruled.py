"""Calls of functions with a user's rule: the rule is held to what `adls.adjoint` says that it gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MethodType
from typing import Any

import numpy as np

from adls.runtime.calling import finish
from adls.runtime.records import Kept, entries, is_record
from adls.runtime.rules import Rule, rule_for


@dataclass(frozen=True)
class KeptRule(Kept):
    """What a call of a function with a user's rule keeps: the rule's own pullback."""

    back: Callable[[Any], Any]
    values: tuple[Any, ...]
    rule: Rule
    name: str
    bound: bool  # of a method: its instance is the first argument


def forward_rule(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, KeptRule]:
    """The value that the rule of `f` gives, and its pullback. Raises TypeError where it gives something else."""
    rule, bound = rule_for(f), False
    if rule is None:
        assert isinstance(f, MethodType)
        rule, bound, args = rule_for(f.__func__), True, (f.__self__, *args)
    assert rule is not None
    name = getattr(f, "__name__", repr(f))
    given: object = rule(*args, **kwargs)
    if not (isinstance(given, tuple) and len(given) == 2 and callable(given[1])):
        raise TypeError(f"{_called(rule, name)} gave {_kind(given)}: it has to give `value, back`, "
                        "where back(g) gives the cotangents of the arguments")
    return given[0], KeptRule(given[1], (*args, *kwargs.values()), rule, name, bound)


def backward_rule(kept: KeptRule, cotangent: Any) -> tuple[Any, ...]:
    """The cotangents that a rule's pullback gives: of the function (a method's instance), and of each argument.

    Raises TypeError where they don't have the form of the arguments. The pullback may write into what it is given.
    """
    found = kept.back(_own(cotangent))
    count = len(kept.values)
    if not _is_one_each(found, kept.values):
        found = (found,)
    who = _called(kept.rule, kept.name)
    if len(found) != count:
        raise TypeError(f"{who}: back(g) gave {_kind(found if len(found) > 1 else found[0])} "
                        f"for {count} arguments: give a tuple with one cotangent for each, None where there is none")
    whole = tuple(_checked(given, value, f"{who}: back(g)[{n}]" if count > 1 else f"{who}: back(g)")
                  for n, (given, value) in enumerate(zip(found, kept.values, strict=True)))
    return whole if kept.bound else (None, *whole)


def rule_again(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
               ) -> tuple[Rule, tuple[Any, ...], Callable[[Any], KeptRule]]:
    """The rule of `f`, what it is called with, and what is kept of the pullback that it gives: to differentiate it."""
    rule, bound = rule_for(f), False
    if rule is None:
        assert isinstance(f, MethodType)
        rule, bound, args = rule_for(f.__func__), True, (f.__self__, *args)
    assert rule is not None
    found, name = rule, getattr(f, "__name__", repr(f))
    return found, args, lambda back: KeptRule(back, (*args, *kwargs.values()), found, name, bound)


def ruled_back(kept: KeptRule) -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]:
    """What `backward_rule` makes of what the rule's pullback gives, and the inverse for cotangents of it."""
    first = 0 if kept.bound else 1

    def dress(raw: Any) -> tuple[Any, ...]:
        whole = raw if _is_one_each(raw, kept.values) else (raw,)
        return whole if kept.bound else (None, *whole)

    def undress(seed: Any, raw: Any) -> Any:
        return seed and (tuple(seed[first:]) if _is_one_each(raw, kept.values) else seed[first])

    return dress, undress


def _is_one_each(found: Any, values: tuple[Any, ...]) -> bool:
    """Whether a tuple holds a cotangent for each argument, rather than being that of a single one, a tuple itself."""
    if not isinstance(found, tuple):
        return False
    if len(values) != 1 or not isinstance(values[0], tuple):
        return True
    return len(found) == 1 and (len(values[0]) != 1 or found[0] is None or isinstance(found[0], tuple))


def _own(cotangent: Any) -> Any:
    if isinstance(cotangent, np.ndarray):
        return cotangent.copy()
    if isinstance(cotangent, tuple):
        return tuple(map(_own, cotangent))
    if isinstance(cotangent, list):
        return list(map(_own, cotangent))
    return {key: _own(item) for key, item in cotangent.items()} if isinstance(cotangent, dict) else cotangent


def _checked(given: Any, value: Any, where: str) -> Any:
    """A cotangent in the structure in which the backward pass adds it up; raises TypeError for another form."""
    if given is None or isinstance(value, int | str | bytes | None):
        return finish(None, value, set())  # zeros: other cotangents may be added to it
    if isinstance(value, np.ndarray | np.generic | float | complex):
        return _checked_number(given, value, where)
    if isinstance(value, tuple | list):
        if not isinstance(given, tuple | list) or len(given) != len(value):
            raise _misfit(where, given, value)
        items = [_checked(each, item, f"{where}[{n}]") for n, (each, item) in enumerate(zip(given, value, strict=True))]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict) or is_record(value):
        parts = entries(value)
        found = entries(given) if is_record(given) else given
        if not isinstance(found, dict) or not found.keys() <= parts.keys():
            raise _misfit(where, given, value)
        return {key: _checked(each, parts[key], f"{where}[{key!r}]") for key, each in found.items()}
    return given


def _checked_number(given: Any, value: Any, where: str) -> Any:
    if np.asarray(value).dtype.kind not in "fc":
        return None
    try:
        array = np.asarray(given)
    except ValueError:  # Lists of several lengths.
        raise _misfit(where, given, value) from None
    if array.dtype.kind not in "biufc" or array.shape != np.shape(value):
        raise _misfit(where, given, value)
    return array if isinstance(value, np.ndarray) else given


def _misfit(where: str, given: Any, value: Any) -> TypeError:
    return TypeError(f"{where} is {_kind(given)}, and the argument is {_kind(value)}: "
                     "a cotangent has the form of its argument, or is None")


def _called(rule: Rule, name: str) -> str:
    """The rule, with its place: several are called `_`."""
    code = getattr(inspect.unwrap(rule), "__code__", None)
    return f"the rule of `{name}`" + (f" ({Path(code.co_filename).name}:{code.co_firstlineno})" if code else "")


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return f"an array of shape {value.shape}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return "None" if value is None else f"a {type(value).__name__}"
