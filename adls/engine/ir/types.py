"""Types of IR values: what the call says about a value, widened so that a smaller minibatch compiles nothing new.

An array's type is its dtype and, for each dim, whether it is 1, not 1, or unknown. A dim also has a symbol, so that
two dims that are provably the same length (`n - 2` and `n - 2`) need no test at run time; symbols never stand
in a cache key. `Any` is no error: it makes an operation dynamic.
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.source.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Dim:
    """One array dimension: `symbol + offset` elements. `one` says whether that is 1: True, False or None (unknown).

    A dim whose symbol is "?" equals no other dim, not even itself: use `same_dim`, never `==`.
    """

    symbol: str = "?"
    offset: int = 0
    one: bool | None = None

    def __str__(self) -> str:
        if self.one:
            return "1"
        if not self.offset:
            return self.symbol
        return f"{self.symbol}{self.offset:+d}"


ONE = Dim("1", 0, True)
UNKNOWN_DIM = Dim()


def same_dim(a: Dim, b: Dim) -> bool:
    """Whether two dims have provably the same length."""
    return (a.one is True and b.one is True) or (a.symbol != "?" and (a.symbol, a.offset) == (b.symbol, b.offset))


@dataclass(frozen=True, slots=True)
class Type:
    """Base of all types. `str(t)` is how listings and the IR printer show it."""


@dataclass(frozen=True, slots=True)
class Bottom(Type):
    """The type of no value: a recursive call whose result is not known yet, a branch that never returns."""

    def __str__(self) -> str:
        return "never"


@dataclass(frozen=True, slots=True)
class Any(Type):
    """Nothing is known: operations on it are resolved at run time."""

    def __str__(self) -> str:
        return "Any"


@dataclass(frozen=True, slots=True)
class NoneT(Type):
    def __str__(self) -> str:
        return "None"


@dataclass(frozen=True, slots=True)
class Bool(Type):
    """A Python bool."""

    def __str__(self) -> str:
        return "bool"


@dataclass(frozen=True, slots=True)
class Int(Type):
    """A Python int; `value` when it is a literal, `dim` when it is known as an array's length (plus an offset)."""

    value: int | None = None
    dim: Dim | None = None

    def __str__(self) -> str:
        return "int"


@dataclass(frozen=True, slots=True)
class Float(Type):
    """A Python float."""

    def __str__(self) -> str:
        return "float"


@dataclass(frozen=True, slots=True)
class Complex(Type):
    """A Python complex."""

    def __str__(self) -> str:
        return "complex"


@dataclass(frozen=True, slots=True)
class Str(Type):
    """A Python str or bytes; `value` when it is a literal."""

    value: str | None = None

    def __str__(self) -> str:
        return "str"


@dataclass(frozen=True, slots=True)
class Scalar(Type):
    """A NumPy scalar: immutable, so never part of an alias class. dtype is NumPy's short name, such as `f64`."""

    dtype: str

    def __str__(self) -> str:
        return self.dtype


@dataclass(frozen=True, slots=True)
class Array(Type):
    """A NumPy array. dtype is one of DTYPES or "?" (float kind unknown)."""

    dtype: str
    dims: tuple[Dim, ...] | None  # None: rank unknown

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.dims)) if self.dims is not None else '...'}]"


def _shown(name: str) -> str:
    """A class's name as it is written: of two classes of one name the second has a number."""
    return name.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Tuple(Type):
    """A tuple of known length. `name` is the class's name for a NamedTuple."""

    items: tuple[Type, ...]
    name: str = ""

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.items))
        return f"{_shown(self.name)}({inner}{',' if len(self.items) == 1 else ''})"


@dataclass(frozen=True, slots=True)
class List(Type):
    """A list. `items` when its length and each element's type are known and it is never resized, else None.

    `kind`: "deque", or "bounded deque" of one that may have a `maxlen`. `optional`: it may be None instead.
    """

    item: Type
    items: tuple[Type, ...] | None = None
    kind: str = ""
    optional: bool = False

    def __str__(self) -> str:
        shown = f"[{', '.join(map(str, self.items))}]" if self.items is not None else f"[{self.item}, ...]"
        return (f"deque{shown}" if self.kind else shown) + (" | None" if self.optional else "")


@dataclass(frozen=True, slots=True)
class Dict(Type):
    """A dict. `items` maps literal keys to types where all keys are known, else None; `value` joins them.

    With `cls`, an instance of that class of the user's: the items are its attributes, and its class has the rest.
    `kind`: "OrderedDict", "Counter" or "defaultdict"; `default` is then the type of what makes missing items.
    `optional`: it may be None instead. `later`: the keys among the items that a branch may have put there, or not.
    """

    value: Type
    items: tuple[tuple[object, Type], ...] | None = None
    cls: str = ""
    kind: str = ""
    default: Type | None = None
    optional: bool = False
    later: frozenset[object] = frozenset()

    def __str__(self) -> str:
        return self._shown() + (" | None" if self.optional else "")

    def any_keys(self) -> Dict:
        """The same dict, of whose keys nothing is known."""
        return replace(self, items=None, later=frozenset())

    def _shown(self) -> str:
        if self.cls:
            inner = ", ".join(f"{k}: {t}" for k, t in self.items or ())
            return f"{_shown(self.cls.rpartition('.')[2])}({inner})"
        if self.items is None:
            return f"{self.kind}{{...: {self.value}}}"
        return self.kind + "{" + ", ".join(f"{k!r}{'?' * (k in self.later)}: {t}" for k, t in self.items) + "}"


@dataclass(frozen=True, slots=True)
class Iter(Type):
    """What a `for` walks over: range, zip, reversed, a generator... `kind` names it, `item` is an element."""

    kind: str
    item: Type

    def __str__(self) -> str:
        return f"{self.kind}[{self.item}]"


@dataclass(frozen=True, slots=True)
class Callable(Type):
    """A function value. `target` identifies a user function or library entry (see ir.entities); "" if unknown.

    `cells` are the types of what it closes over: a function value carries an environment, and has a cotangent.
    """

    target: str = ""
    cells: tuple[Type, ...] = ()

    def __str__(self) -> str:
        return f"fn {self.target}" if self.target else "fn"


@dataclass(frozen=True, slots=True)
class Opaque(Type):
    """A Python object that carries no derivative: a module, a class, a slice, a random generator, a file."""

    name: str

    def __str__(self) -> str:
        return self.name


DTYPES = ("bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f16", "f32", "f64", "c64", "c128")


def is_inexact(dtype: str) -> bool:
    """Whether values of this dtype can carry a derivative."""
    return dtype[0] in "fc?"


def may_vary(t: Type) -> bool:
    """Whether a value of type `t` can carry a derivative at all (floats do, ints and strings do not)."""
    match t:
        case Float() | Complex() | Any():
            return True
        case Scalar(dtype) | Array(dtype, _):
            return is_inexact(dtype)
        case Tuple(items):
            return any(map(may_vary, items))
        case List(item, items):
            return any(map(may_vary, items)) if items is not None else may_vary(item)
        case Dict(value, entries):
            return any(may_vary(v) for _, v in entries) if entries is not None else may_vary(value)
        case Iter(_, item):
            return may_vary(item)
        case Callable(target, cells):
            return not target or any(map(may_vary, cells))
        case _:
            return False


def is_optional(t: Type) -> bool:
    """Whether a value of type `t` may be a container at one time and None at another."""
    return isinstance(t, List | Dict) and t.optional


def is_reference(t: Type) -> bool:
    """Whether a value of type `t` is a mutable object that two names can share."""
    return isinstance(t, Array | List | Dict | Any) or (isinstance(t, Tuple) and any(map(is_reference, t.items)))


def type_of_literal(value: object) -> Type:
    """The type of a literal of the source."""
    match value:
        case None:
            return NoneT()
        case bool():
            return Bool()
        case int():
            return Int(value, ONE if value == 1 else Dim(str(value), 0, False) if value >= 0 else None)
        case float():
            return Float()
        case complex():
            return Complex()
        case str() | bytes():
            return Str(value if isinstance(value, str) else None)
        case _:
            return Opaque(type(value).__name__)
