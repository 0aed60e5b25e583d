"""The user's module, for a listing that reads its names: the loaded one, or loaded from its file."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any


class Namespace:
    """The globals of a function whose module is not (or no longer) the one that `sys.modules` has under its name."""

    def __init__(self, name: str, names: dict[str, Any]) -> None:
        self.__name__ = name
        self.names = names

    def __getattr__(self, name: str) -> Any:
        try:
            return self.names[name]
        except KeyError:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None


_LIVE: dict[tuple[str, str], dict[str, Any]] = {}


def note_globals(name: str, file: str, names: dict[str, Any]) -> None:
    """The globals that code generated from now on reads for a module and file: the differentiated function's own."""
    _LIVE[name, file] = names


def module(name: str, file: str) -> ModuleType | Namespace:
    """The module of a name whose file is `file`; loads it where no such module is loaded.

    Raises ImportError where there is none.
    """
    found = sys.modules.get(name)
    names = _LIVE.get((name, file))
    if names is not None:
        return found if found is not None and vars(found) is names else Namespace(name, names)
    if found is not None and _is_from(found, file):
        return found
    main = sys.modules.get("__main__")
    if name == "__main__" and main is not None and _is_from(main, file):
        return main
    return _load(name, file)


def closure(owner: ModuleType | Namespace, function: FunctionType) -> FunctionType:
    """A lambda or nested function of generated code that reads its globals where the user's own would."""
    names = owner.names if isinstance(owner, Namespace) else vars(owner)
    made = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__qualname__ = function.__qualname__
    made.__module__ = owner.__name__
    return made


def _is_from(found: ModuleType, file: str) -> bool:
    mine = getattr(found, "__file__", None)
    return mine is None or not Path(file).exists() or os.path.realpath(mine) == os.path.realpath(file)


def _load(name: str, file: str) -> ModuleType:
    plain = name if name != "__main__" else Path(file).stem
    spec = importlib.util.spec_from_file_location(plain, file)
    if spec is None or spec.loader is None:
        return importlib.import_module(plain)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(plain, loaded)
    spec.loader.exec_module(loaded)
    return loaded
