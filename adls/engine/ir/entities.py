"""What a global name stands for, and who answers that: the text (for the server) or the live objects."""

from __future__ import annotations

from dataclasses import field
from typing import Protocol, TypeAlias

from adls.engine.ir.ops import Function
from adls.engine.ir.types import Type
from adls.engine.source.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Library:
    """A function or class of a library, by the name under which it is publicly found: `numpy.linalg.norm`."""

    key: str


CONTEXT = "context:"
"""How the target of a function begins that `contextlib.contextmanager` made of a generator function."""


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A function with Python source. `cells` are the types of what this very function has captured."""

    target: str
    cells: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """Data: an array, a number, an instance. `key` is its canonical name where it is a library's (`numpy.pi`)."""

    type: Type
    key: str = ""


@dataclass(frozen=True, slots=True)
class Namespace:
    """A module or a user's class, whose attributes are names again.

    `fields` are the constructor's parameters where calling the class just stores them (a NamedTuple). `cls` is the
    name of a class for `Resolver.member` and `Resolver.construction`.
    """

    path: str
    fields: tuple[str, ...] | None = None
    cls: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """What a class has under a name: a function that is called with the instance ("method", "property"), with the
    class ("class"), or as it is ("static"), or data ("value")."""

    kind: str
    entity: Entity
    setter: Entity | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A parameter of a dataclass's constructor, which stores it. `default` is its type where it may be left out.

    `factory` makes it where it is left out. `given`: it is a parameter; else the default is stored. `passed`: it is not
    stored but handed to `after`, as an `InitVar` is.
    """

    name: str
    keyword: bool
    default: Type | None
    factory: Entity | None = None
    given: bool = True
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Construction:
    """What calling a class does: store parameters (a dataclass), then call `after` of the methods on the instance.

    `stored` is None where the class has an `__init__` of its own, which gets all arguments.
    """

    stored: tuple[Stored, ...] | None
    after: str = ""
    frozen: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it does nothing but store what it gets, or what is known of the class."""
        return not self.after and all(each.given and each.factory is None for each in self.stored or ())


Entity: TypeAlias = Library | UserFunction | Value | Namespace


class Resolver(Protocol):
    """Names of one function's module, and the functions that they lead to."""

    def resolve(self, path: str) -> Entity | None:
        """What a global `name` or `name.attribute...` is; None where it is not found or goes through data."""

    def function(self, target: str) -> Function:
        """The IR of a user function; raises DifferentiationError where it has none."""

    def source(self, name: str) -> str | None:
        """The target of a function of `adls.runtime.sources`; None where that is not at hand."""

    def member(self, cls: str, name: str, after: str = "") -> Member | None:
        """What a class (or, with `after`, those behind that one in its order) has under a name; None for nothing."""

    def construction(self, cls: str) -> Construction | None:
        """What calling a class does; None where that is not modelled."""

    def is_kind(self, cls: str, kind: str) -> bool | None:
        """Whether a class is another or inherits from it, by their names; None where that is not known."""

    def for_target(self, target: str) -> Resolver:
        """The names of another function's module."""


RULED = "ruled:"
"""Begins the key of a function of Python's own that has a user's rule: no row is about it."""


def key_of(entity: Entity | None) -> str:
    """The canonical name of a library's function, class or constant; "" for all else."""
    match entity:
        case Library(key) | Value(_, key):
            return key
        case _:
            return ""
