"""What a library's dotted name stands for, where the library itself is not imported.

NumPy's and SciPy's functions are known by their names alone: whether there is one of that name is not known here. Of
the standard library only modules that are loaded anyway, or that do nothing when they are, are looked into.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from types import ModuleType

from adls.engine.frontend.library import library_key
from adls.engine.ir.entities import Entity, Library, Namespace, Value
from adls.engine.ir.types import Any, Bool, Complex, Float, Int, NoneT, Opaque, Scalar, Str, Type
from adls.engine.rules.table import lookup

PACKAGES = ("numpy", "scipy", "adls")
# Modules of mathematics and containers, whose import has no effect.
_HARMLESS = frozenset({
    "bisect", "builtins", "cmath", "collections", "copy", "dataclasses", "decimal", "enum", "fractions", "functools",
    "heapq", "itertools", "math", "numbers", "operator", "os", "pathlib", "random", "re", "statistics", "string", "sys",
    "time", "types", "typing",
})  # fmt: skip
_MODULES = {
    "numpy": {"char", "ctypeslib", "dtypes", "emath", "exceptions", "fft", "lib", "linalg", "ma", "polynomial",
              "random", "rec", "strings", "testing", "typing", "lib.stride_tricks", "polynomial.chebyshev",
              "polynomial.hermite", "polynomial.hermite_e", "polynomial.laguerre", "polynomial.legendre",
              "polynomial.polynomial", "polynomial.polyutils"},
    "scipy": {"cluster", "constants", "fft", "fftpack", "integrate", "interpolate", "io", "linalg", "ndimage",
              "optimize", "signal", "sparse", "spatial", "special", "stats", "sparse.linalg"},
    "adls": {"runtime"},
}  # fmt: skip
# Names of NumPy whose functions and classes know themselves by another.
_ALIASES = {
    "abs": "absolute", "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "bitwise_invert": "invert", "bitwise_left_shift": "left_shift",
    "bitwise_not": "invert", "bitwise_right_shift": "right_shift", "bool_": "bool", "byte": "int8",
    "cdouble": "complex128", "concat": "concatenate", "conj": "conjugate", "csingle": "complex64", "double": "float64",
    "half": "float16", "int_": "int64", "intc": "int32", "intp": "int64", "long": "int64", "mod": "remainder",
    "permute_dims": "transpose", "pow": "power", "short": "int16", "single": "float32", "true_divide": "divide",
    "ubyte": "uint8", "uint": "uint64", "uintc": "uint32", "uintp": "uint64", "ulong": "uint64", "ushort": "uint16",
}  # fmt: skip
_DATA: dict[str, Type] = {
    "numpy.pi": Float(), "numpy.e": Float(), "numpy.euler_gamma": Float(), "numpy.inf": Float(), "numpy.nan": Float(),
    "numpy.newaxis": NoneT(), "numpy.True_": Scalar("bool"), "numpy.False_": Scalar("bool"),
    "numpy.r_": Opaque("RClass"),
    "numpy.c_": Opaque("CClass"), "numpy.s_": Opaque("IndexExpression"), "numpy.index_exp": Opaque("IndexExpression"),
    "numpy.mgrid": Opaque("MGridClass"), "numpy.ogrid": Opaque("OGridClass"), "adls.__version__": Str(),
    "numpy.__version__": Str(),
}  # fmt: skip


def is_package(module: str) -> bool:
    """Whether a module belongs to a library whose functions are never differentiated through."""
    top = module.partition(".")[0]
    return top in PACKAGES or top in sys.stdlib_module_names


def is_module(path: str) -> bool:
    """Whether a library's dotted name is that of a module."""
    top, _, rest = path.partition(".")
    if top in PACKAGES:
        return not rest or rest in _MODULES[top]
    return isinstance(_standard(path), ModuleType) if _looked_into(path) else not rest


def entity(path: str) -> Entity | None:
    """What a library's dotted name stands for; None where it goes through data."""
    if is_module(path):
        found = _standard(path) if _looked_into(path) else None
        return Namespace(found.__name__ if isinstance(found, ModuleType) else path)
    top = path.partition(".")[0]
    return _package_entity(path) if top in PACKAGES else _standard_entity(path)


def builtin(name: str) -> Entity | None:
    """A name of Python's own."""
    found = getattr(builtins, name, None)
    if found is None and name != "None":
        return Value(Str()) if name in ("__name__", "__file__", "__doc__") else None
    key = library_key(found)
    of_module = callable(found) or name in ("__name__", "__file__", "__doc__")
    return Library(key) if key else Value(_constant(found), "" if of_module else f"builtins.{name}")


def is_builtin_class(name: str) -> bool:
    """Whether a name is that of a class of Python's own, whose attributes are names again: `dict.fromkeys`."""
    return isinstance(getattr(builtins, name, None), type)


def _package_entity(path: str) -> Entity | None:
    parts = path.split(".")
    if any(".".join(parts[: n + 1]) in _DATA for n in range(len(parts) - 1)):
        return None
    if path in _DATA:
        return Value(_DATA[path], path)
    if parts[0] == "numpy" and len(parts) > 1:
        parts[1] = _ALIASES.get(parts[1], parts[1])
    if parts[:2] == ["numpy", "polynomial"] and not lookup(path):
        return Value(Any(), path)  # Python's own code, which a run reads and differentiates.
    if parts[:2] == ["adls", "runtime"] and len(parts) == 3 and parts[2] in _PUBLIC:
        parts = ["adls", parts[2]]
    if parts[:2] == ["adls", "runtime"] and len(parts) == 4 and lookup(f"runtime.{parts[3]}"):
        parts = ["runtime", parts[3]]  # What our own Python says instead of a library's function.
    return Library(".".join(parts))


_PUBLIC = frozenset({"adjoint", "compiled", "grad", "pullback", "value_and_grad"})


def _standard_entity(path: str) -> Entity | None:
    if not _looked_into(path):
        return Value(Any(), path)
    found = _standard(path)
    if found is None:  # A Python that is newer than this one may have it.
        return Library(path) if lookup(path) else None
    key = library_key(found)
    if key:
        return Library(key)
    home, _, name = path.rpartition(".")
    owner = _standard(home)
    if isinstance(owner, type) and callable(found):
        return Library(f"{library_key(owner)}.{name}")
    return Value(_constant(found), f"{owner.__name__}.{name}" if isinstance(owner, ModuleType) else "")


def _looked_into(path: str) -> bool:
    """Whether the standard module that a name begins with may be looked into."""
    top = path.partition(".")[0]
    return top in _HARMLESS and top in sys.stdlib_module_names


def _standard(path: str) -> object:
    """The object of a harmless module's dotted name; None where there is none."""
    top, *attributes = path.split(".")
    found: object = importlib.import_module(top)
    for name in attributes:
        if not isinstance(found, ModuleType | type):
            return None
        found = getattr(found, name, None)
    return found


def _constant(value: object) -> Type:
    match value:
        case None:
            return NoneT()
        case bool():
            return Bool()
        case int():
            return Int()
        case float():
            return Float()
        case complex():
            return Complex()
        case str() | bytes():
            return Str()
    return Any() if callable(value) else Opaque(type(value).__name__)
