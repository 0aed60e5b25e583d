"""Callables without Python source that may write into what they are given."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from functools import partial
from operator import methodcaller
from types import (
    BuiltinFunctionType,
    MethodDescriptorType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import numpy as np

from adls.engine.passes.effects import WRITERS

_CONTAINERS = (np.ndarray, list, dict, set, deque, bytearray)


_KEEPERS = WRITERS | {"add", "appendleft", "extendleft", "symmetric_difference_update", "intersection_update"}
_UNCHANGING = (str, bytes, int, float, complex, tuple, frozenset, range, slice, type, ModuleType, np.generic, np.dtype,
               np.ufunc, re.Pattern, re.Match, np.random.Generator, np.random.RandomState)


def may_keep_unseen(f: Callable[..., Any]) -> bool:
    """Whether a method without Python source may keep what it is given in its object."""
    if not isinstance(f, BuiltinFunctionType | MethodWrapperType):
        return False
    if isinstance(f.__self__, _CONTAINERS):
        return f.__name__ in _KEEPERS
    return f.__self__ is not None and not isinstance(f.__self__, _UNCHANGING)


def may_write_unseen(f: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Whether a callable without Python source may write into an array or container: a method of one that does, or any
    function of C that gets one."""
    if isinstance(f, partial):
        return may_write_unseen(f.func, (*f.args, *args))
    if isinstance(f, methodcaller):
        return bool(args) and isinstance(args[0], _CONTAINERS) and f.__reduce__()[1][0] in WRITERS
    if isinstance(f, MethodDescriptorType | WrapperDescriptorType):
        return bool(args) and isinstance(args[0], _CONTAINERS) and f.__name__ in WRITERS
    if not isinstance(f, BuiltinFunctionType | MethodWrapperType):
        return False
    if isinstance(f.__self__, _CONTAINERS):
        return f.__name__ in WRITERS
    return f.__module__ not in ("builtins", "math") and any(isinstance(arg, _CONTAINERS) for arg in args)
