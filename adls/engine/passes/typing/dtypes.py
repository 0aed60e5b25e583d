"""NumPy 2's dtype arithmetic (NEP 50) on short names: promotion, weak Python numbers, dtype arguments."""

from __future__ import annotations

from functools import cache

from adls.engine.ir.types import Bool, Callable, Complex, Float, Int, NoneT, Opaque, Str, Type

UNKNOWN = "?"
_FLOAT_OF_BITS = {8: "f16", 16: "f32", 32: "f64", 64: "f64"}
_COMPLEX_OF = {"f16": "c64", "f32": "c64", "f64": "c128"}
_REAL_OF = {"c64": "f32", "c128": "f64"}
_NUMPY_NAMES = {"bool": "bool", "bool_": "bool", "half": "f16", "single": "f32", "double": "f64", "csingle": "c64",
                "cdouble": "c128", "intp": "i64", "uintp": "u64", "int_": "i64", "uint": "u64", "longlong": "i64",
                **{f"int{n}": f"i{n}" for n in (8, 16, 32, 64)},
                **{f"uint{n}": f"u{n}" for n in (8, 16, 32, 64)},
                **{f"float{n}": f"f{n}" for n in (16, 32, 64)},
                **{f"complex{n}": f"c{n}" for n in (64, 128)}}
_CHARACTERS = {"?": "bool", "e": "f16", "f": "f32", "d": "f64", "F": "c64", "D": "c128", "b": "i8", "B": "u8",
               "h": "i16", "H": "u16", "i": "i32", "I": "u32", "q": "i64", "Q": "u64", "b1": "bool",
               **{f"{kind}{bits // 8}": f"{kind}{bits}" for kind in "iu" for bits in (8, 16, 32, 64)},
               "f2": "f16", "f4": "f32", "f8": "f64", "c8": "c64", "c16": "c128"}
_BUILTINS = {"float": "f64", "int": "i64", "bool": "bool", "complex": "c128"}


@cache
def promote(a: str, b: str) -> str:
    """The dtype of a NumPy operation on two dtypes."""
    if a == b:
        return a
    if UNKNOWN in (a, b):
        return UNKNOWN
    if "bool" in (a, b):
        return b if a == "bool" else a
    if a[0] == b[0]:
        return a if _bits(a) > _bits(b) else b
    if {a[0], b[0]} == {"i", "u"}:
        return _signed(a if a[0] == "i" else b, a if a[0] == "u" else b)
    if "c" in (a[0], b[0]):
        return promote(as_complex(a), as_complex(b))
    return promote(_as_float(a), _as_float(b))


def promote_weak(dtype: str, kind: str) -> str:
    """The dtype of an operation on a dtype and a Python number of kind "bool", "int", "float" or "complex"."""
    if dtype == UNKNOWN or kind == "bool":
        return dtype
    exact = dtype[0] in "biu"
    if kind == "int":
        return "i64" if dtype == "bool" else dtype
    if kind == "float":
        return "f64" if exact else dtype
    return "c128" if exact else as_complex(dtype)


def inexact(dtype: str) -> str:
    """The dtype that a ufunc such as exp gives."""
    return _as_float(dtype)


def real(dtype: str) -> str:
    """The dtype of a value's real part or modulus."""
    return _REAL_OF.get(dtype, dtype)


def summed(dtype: str) -> str:
    """The dtype of a sum: small integers widen."""
    if dtype == "bool" or dtype[0] == "i":
        return "i64"
    return "u64" if dtype[0] == "u" else dtype


def named(name: str) -> str | None:
    """The short name of a dtype as NumPy spells it: "float32", "f4", "d"."""
    return _NUMPY_NAMES.get(name) or _CHARACTERS.get(name.lstrip("<>=|")) or _BUILTINS.get(name)


def of_argument(argument: Type) -> str | None:
    """The dtype that a `dtype` argument of this type stands for: None where it is left out, "?" where unknown."""
    match argument:
        case NoneT():
            return None
        case Callable(target, _):
            return named(target.rpartition(".")[2]) or UNKNOWN
        case Str(str(value)):
            return named(value) or UNKNOWN
        case Opaque(name) if name.startswith("dtype "):
            return name.removeprefix("dtype ")
        case Opaque(name):
            return named(name.rpartition(".")[2]) or UNKNOWN
        case _:
            return UNKNOWN


def weak_kind(t: Type) -> str | None:
    """The kind of a Python number, which is weak in promotion; None for all else."""
    match t:
        case Bool():
            return "bool"
        case Int():
            return "int"
        case Float():
            return "float"
        case Complex():
            return "complex"
        case _:
            return None


def of_kind(kind: str) -> str:
    """The dtype of an array made of Python numbers of one kind."""
    return _BUILTINS[kind]



def _bits(dtype: str) -> int:
    return int(dtype[1:])


def _signed(i: str, u: str) -> str:
    bits = max(_bits(i), 2 * _bits(u))
    return f"i{bits}" if bits <= 64 else "f64"


def _as_float(dtype: str) -> str:
    if dtype == "bool":
        return "f16"
    return _FLOAT_OF_BITS[_bits(dtype)] if dtype[0] in "iu" else dtype


def as_complex(dtype: str) -> str:
    """The complex dtype of a dtype's precision."""
    real_dtype = _as_float(dtype)
    return _COMPLEX_OF.get(real_dtype, real_dtype)
