"""A user's own rules: `@adls.adjoint`. They win over rule rows and over the source, also after first use."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any, TypeVar

Rule = Callable[..., tuple[Any, Callable[[Any], Any]]]
_Rule = TypeVar("_Rule", bound=Rule)
_RULES: dict[int, tuple[object, Rule]] = {}


def adjoint(function: Callable[..., Any]) -> Callable[[_Rule], _Rule]:
    """Register a rule for `function`, which may be the user's own, a library's, or built in.

    The rule takes the function's arguments and gives `(value, back)`; `back(g)` gives one cotangent for each argument,
    in a tuple (a single one for a single argument), None where there is none:

        @adls.adjoint(clip_gradient)
        def _(x):
            return x, lambda g: np.clip(g, -1.0, 1.0)
    """
    if not callable(function):
        raise TypeError(f"adls.adjoint takes the function that the rule is for, not {function!r}")

    def register(rule: _Rule) -> _Rule:
        from adls.runtime.compiler import forget

        _RULES[id(function)] = (function, rule)
        forget()
        return rule

    return register


def has_rule(function: object) -> bool:
    """Whether a user's rule was registered for a function, or for that of a bound method."""
    return id(function) in _RULES or (type(function) is MethodType and id(function.__func__) in _RULES)


def rule_for(function: object) -> Rule | None:
    """The user's rule for a function."""
    found = _RULES.get(id(function))
    return found[1] if found is not None else None
