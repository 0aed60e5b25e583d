"""Methods of SciPy's distributions at run time: of `stats.norm`, and of the frozen `stats.norm(0, 1)`."""

from __future__ import annotations

import sys
from types import MethodType
from typing import Any

from adls.engine.frontend.library import is_distribution


def is_of_distribution(method: MethodType) -> bool:
    """Whether a method is that of a distribution of `scipy.stats`, frozen or not: a function with a rule."""
    return is_distribution(method.__self__) or _is_frozen(method.__self__)


def unfrozen(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """A call of a frozen distribution's method as one of the distribution's own; any other call as it is."""
    owner: Any = getattr(f, "__self__", None)
    if not isinstance(f, MethodType) or not _is_frozen(owner):
        return f, args, kwargs
    if hasattr(owner, "kwds"):
        name, parameters = owner.dist.name, owner.kwds
        args = (*args, *owner.args)
    else:
        name = type(owner).__name__.removesuffix("_frozen")
        parameters = {each: getattr(owner, each) for each in _PARAMETERS.get(name, ())}
    own = getattr(getattr(sys.modules["scipy.stats"], name, None), f.__name__, None)
    return (own, args, {**kwargs, **parameters}) if own is not None and (hasattr(owner, "kwds") or parameters) else (
        f, args, kwargs)


def _is_frozen(value: object) -> bool:
    return type(value).__module__.startswith("scipy.stats.") and type(value).__name__.endswith("_frozen")


_PARAMETERS = {"multivariate_normal": ("mean", "cov", "allow_singular"), "dirichlet": ("alpha",)}
