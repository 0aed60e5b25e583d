"""Imports of the programs, for each tool: its array module in NumPy's place, and a stand-in for other tools.

A program's text is not touched. What its import statements find is replaced: a module of the programs has its own
`__import__`. Where a tool has no function of a name, the program gets NumPy's own, so that a package
can be imported of which the call at hand uses little; if it cannot be imported that way either, it is imported plain.
"""

from __future__ import annotations

import builtins
import collections
import collections.abc
import importlib
import importlib.machinery
import math
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MATH_NAMES = {"acos": "arccos", "asin": "arcsin", "atan": "arctan", "atan2": "arctan2", "acosh": "arccosh",
              "asinh": "arcsinh", "atanh": "arctanh", "fabs": "abs", "pow": "power"}  # fmt: skip
NUMPY = {"autograd": "numpy", "jax": "numpy", "mygrad": ""}
"""Under which name a tool's package has the array module."""

ABSENT = ("matplotlib", "mpl_toolkits", "cycler", "h5py", "requests", "formulaic", "autograd_gamma",
          "uncertainties", "data", "data_mnist")  # fmt: skip
"""Packages for pictures, files and formulas, which the programs import and the calls do not use."""


class Layered(types.ModuleType):
    """A module that has the names of the first of several that knows them."""

    def __init__(self, name: str, *layers: Any) -> None:
        super().__init__(name)
        self._layers = layers
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        for layer in self._layers:
            try:
                found = getattr(layer, name)
            except AttributeError:
                continue
            if isinstance(found, types.ModuleType):
                return Layered(found.__name__, *(getattr(at, name) for at in self._layers if hasattr(at, name)))
            return found
        raise AttributeError(f"module {self.__name__} has no attribute {name}")


class Mathematics(types.ModuleType):
    """`math` by way of a tool's array functions."""

    def __init__(self, arrays: Any) -> None:
        super().__init__("math")
        self._arrays = arrays

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._arrays, MATH_NAMES.get(name, name), None)
        return found if callable(found) and hasattr(math, name) else getattr(math, name)


def replacements(tool: str) -> dict[str, Any]:
    """The modules that programs get in place of those that they name."""
    import numpy
    import scipy

    if tool not in NUMPY:
        return {}
    package = importlib.import_module(tool)
    arrays: Any = importlib.import_module(f"{tool}.numpy") if NUMPY[tool] else package
    found: dict[str, Any] = {"numpy": Layered("numpy", arrays, numpy), "math": Mathematics(arrays)}
    if NUMPY[tool]:
        for part in ("special", "stats", "linalg", "signal"):
            try:
                ours = importlib.import_module(f"{tool}.scipy.{part}")
            except ImportError:
                continue
            found[f"scipy.{part}"] = Layered(f"scipy.{part}", ours, importlib.import_module(f"scipy.{part}"))
        found["scipy"] = Layered("scipy", importlib.import_module(f"{tool}.scipy"), scipy)
    return found


def install(tool: str, search_path: list[str]) -> None:
    """From here on, what is imported from `search_path` and the calls in this package are programs."""
    sys.path += search_path
    collections.Hashable = collections.abc.Hashable  # type: ignore[attr-defined]  # where it was until Python 3.9
    for name in ABSENT:
        sys.meta_path.insert(0, Absent(name))
    if tool != "autograd":
        stand_in_for_autograd(tool)
    mapping = replacements(tool)
    if mapping:
        sys.meta_path.insert(0, Ported(mapping, [*search_path, str(Path(__file__).parent)]))


def stand_in_for_autograd(tool: str) -> None:
    """autograd's array modules are NumPy's; of its differentiation, only `derivatives`."""
    from benchmarks.coverage import flattening

    modules = replacements(tool)
    numpy = modules.get("numpy") or importlib.import_module("numpy")
    top = types.ModuleType("autograd")
    parts: dict[str, Any] = {"numpy": numpy, "scipy": modules.get("scipy") or importlib.import_module("scipy"),
                             "misc": flattening, "extend": flattening, "builtins": flattening}
    for name in ("numpy.random", "numpy.linalg", "scipy.special", "scipy.stats", "scipy.linalg", "scipy.signal",
                 "scipy.integrate"):  # fmt: skip
        whole, part = name.split(".")
        plain = importlib.import_module(name)
        parts[name] = modules.get(name) or (getattr(parts[whole], part) if modules else plain)
    for name in ("multivariate_normal", "norm", "t"):
        parts[f"scipy.stats.{name}"] = getattr(parts["scipy.stats"], name)
    parts |= {"misc.flatten": flattening, "misc.optimizers": flattening, "differential_operators": flattening,
              "numpy.numpy_boxes": flattening}
    vars(top).update(vars(derivatives(tool)), __getattr__=lambda name: flattening.not_differentiated)
    sys.modules["autograd"] = top
    for name, module in parts.items():
        sys.modules[f"autograd.{name}"] = module
        if "." not in name:
            setattr(top, name, module)


def derivatives(tool: str) -> types.SimpleNamespace:
    """A program's own derivatives are the tool's, or adls's where it has none; for the differences, differences."""
    from benchmarks.coverage import flattening

    if tool == "differences":
        return types.SimpleNamespace(elementwise_grad=flattening.elementwise_slope)
    grad = importlib.import_module("jax" if tool == "jax" else "adls").grad

    def elementwise_grad(function: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
        return grad(lambda *args: function(*args).sum(), argnum)  # type: ignore[no-any-return]

    return types.SimpleNamespace(grad=grad, elementwise_grad=elementwise_grad)


class Nothing:
    """Whatever is asked of it."""

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Nothing:
        return self

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return ()

    def __getitem__(self, key: object) -> Nothing:
        return self

    def __setitem__(self, key: object, value: object) -> None:
        """It keeps nothing."""

    def __iter__(self) -> Iterator[Nothing]:
        return iter(())


class Absent:
    """A finder of modules that are not needed: every name in them is something of which nothing comes."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> Any:
        if name.partition(".")[0] != self.name:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: Any) -> types.ModuleType:
        module = types.ModuleType(spec.name)
        module.__getattr__ = self.nothing  # type: ignore[method-assign]
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""

    @staticmethod
    def nothing(name: str) -> Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class Ported:
    """A finder of the programs' modules, whose imports it replaces."""

    def __init__(self, mapping: dict[str, Any], folders: list[str]) -> None:
        self.mapping = mapping
        self.folders = tuple(folders)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> Any:
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or not (spec.origin or "").startswith(self.folders) or not str(spec.origin).endswith(".py"):
            return None
        if name.partition(".")[0] in ("pandas", "scipy", "numpy"):
            return None
        spec.loader = Loader(name, str(spec.origin), self.importing)
        return spec

    def importing(self, name: str, *rest: Any) -> Any:
        """`__import__` of the programs: (name, globals, locals, fromlist, level)."""
        wanted = rest[2] if len(rest) > 2 else ()
        level = rest[3] if len(rest) > 3 else 0
        if level == 0 and name.partition(".")[0] in self.mapping:
            top = self.mapping[name.partition(".")[0]]
            if not wanted:
                return top
            if name in self.mapping:
                return self.mapping[name]
            plain = importlib.import_module(name)
            found = top
            for part in name.split(".")[1:]:
                found = getattr(found, part, plain)
            return found
        return builtins.__import__(name, *rest)


class Loader(importlib.machinery.SourceFileLoader):
    """Runs a module with an `__import__` of its own, or plain where it cannot be run that way."""

    def __init__(self, name: str, path: str, importing: Callable[..., Any]) -> None:
        super().__init__(name, path)
        self.importing = importing

    def exec_module(self, module: types.ModuleType) -> None:
        before = dict(vars(module))
        vars(module)["__builtins__"] = vars(builtins) | {"__import__": self.importing}
        try:
            super().exec_module(module)
        except Exception:
            vars(module).clear()
            vars(module).update(before)
            super().exec_module(module)
