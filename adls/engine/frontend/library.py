"""The canonical name of a library's function or class: where it is publicly found, whatever alias it came under.

Nothing is imported here: a library that a program uses is in `sys.modules`.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from adls.engine.rules.table import lookup

# Python code of these is never differentiated through: their functions have rules, or no derivative.
_PACKAGES = {"numpy", "scipy", "adls"}
_STDLIB = Path(sysconfig.get_paths()["stdlib"])
# But for those that are written to be differentiated.
_SOURCES = ("adls.runtime.sources", "adls.runtime.array_sources", "adls.runtime.collection_sources",
            "adls.runtime.standard_sources", "adls.runtime.numeric_sources", "adls.runtime.equation_sources",
            "adls.runtime.transforms", "adls.runtime.iterators")
# Python code of NumPy's own that is differentiated like a user's.
_PLAIN = "numpy.polynomial"
_FORMULAS = frozenset(f"adls.runtime.{name}" for name in (
    "calculus", "cotangents", "densities", "eigen", "factors", "filters", "fourier", "indexing",
    "linalg", "norms", "products", "refusing", "sampling", "shaping", "solving",
    "stencils", "trees", "twice"))
# Where a ufunc is public: it does not know its module.
_UFUNC_HOMES = ("numpy", "scipy.special")


def library_key(value: object) -> str:
    """The public dotted name of a library's function or class; "" for user code and for data.

    What rules' formulas call is `runtime.NAME`, and like user code where it has no row.
    """
    if _is_formula(value):
        formula = f"runtime.{getattr(value, '__name__', '')}"
        return formula if lookup(formula) else ""
    if is_ufunc(value):
        homes = [home for home in _UFUNC_HOMES if home in sys.modules]
        return _public(value, homes, getattr(value, "__name__", ""))
    if isinstance(value, BuiltinFunctionType) and is_ufunc(value.__self__):
        ufunc = library_key(value.__self__)
        return f"{ufunc}.{value.__name__}" if ufunc else ""
    if isinstance(value, MethodType) and is_distribution(value.__self__):
        return f"{_distribution(value.__self__)}.{value.__name__}"
    if is_distribution(value):
        return _distribution(value)
    if not callable(value) or isinstance(value, ModuleType) or _is_bound(value):
        return ""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or not in_library(value, module):
        return ""
    if not isinstance(value, type) and type(value).__module__.partition(".")[0] not in (*_PACKAGES, "builtins"):
        return ""
    return _public(value, _homes(module), name)


def _is_formula(value: object) -> bool:
    return getattr(value, "__module__", "") in _FORMULAS and isinstance(value, FunctionType)


def is_ufunc(value: object) -> bool:
    """Whether a value is one of NumPy's universal functions, also of another package."""
    return type(value).__name__ == "ufunc" and type(value).__module__.partition(".")[0] == "numpy"


def is_distribution(value: object) -> bool:
    """Whether a value is a distribution that `scipy.stats` has under a name: its methods are functions."""
    return type(value).__name__.endswith("_gen") and bool(_distribution(value))


def _distribution(value: object) -> str:
    name = type(value).__name__.removesuffix("_gen")
    return f"scipy.stats.{name}" if value is getattr(sys.modules.get("scipy.stats"), name, None) else ""


def in_library(value: object, module: str) -> bool:
    """Whether `module` is a library's; a user's own `random.py` beside the program is not."""
    top = module.partition(".")[0]
    if module in _SOURCES or (module.startswith(_PLAIN) and not _has_row(value, module)):
        return False
    if top in _PACKAGES:
        return _is_the_package(top)
    if top not in sys.stdlib_module_names:
        return False
    if isinstance(value, FunctionType):
        return _is_stdlib_file(value.__code__.co_filename)
    return _is_stdlib_file(getattr(sys.modules.get(module), "__file__", None))


def _has_row(value: object, module: str) -> bool:
    return bool(lookup(f"{module}.{getattr(value, '__name__', '')}"))


def is_source(value: object) -> bool:
    """Whether a value is a function of adls's that is differentiated from its source."""
    return isinstance(value, FunctionType) and value.__module__ in _SOURCES


def is_library_module(module: ModuleType) -> bool:
    return in_library(module, module.__name__)


def _is_bound(value: object) -> bool:
    """Whether a built-in function is a method of some object, such as `rng.normal`."""
    owner = getattr(value, "__self__", None)
    return isinstance(value, BuiltinFunctionType) and owner is not None and not isinstance(owner, ModuleType)


def _is_the_package(top: str) -> bool:
    """A package, not a user's `numpy.py`."""
    return hasattr(sys.modules.get(top), "__path__")


def _is_stdlib_file(file: str | None) -> bool:
    """Built-in and frozen modules have no file; what is installed stands below the standard library's folder."""
    if file is None or file.startswith("<frozen"):
        return True
    path = Path(file)
    return path.is_relative_to(_STDLIB) and "site-packages" not in path.parts


def _homes(module: str) -> list[str]:
    """Where something of a module may be public: `numpy.linalg._linalg` and `_operator` are not."""
    parts = module.split(".")
    prefixes = [".".join(parts[: count + 1]) for count in range(len(parts))]
    public = [prefix for prefix in prefixes if not any(part.startswith("_") for part in prefix.split("."))]
    return [*public, *([module.removeprefix("_")] if module.startswith("_") else []), module]


def _public(value: object, homes: list[str], name: str) -> str:
    """The first home that has the value under its name."""
    for home in homes:
        found: object = sys.modules.get(home)
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is value:
            return f"{home}.{name}"
    return ""
