"""What a global name stands for, and who answers that: the text (for the server) or the live objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from adls.engine.ir.ops import Function
from adls.engine.ir.types import Type


@dataclass(frozen=True, slots=True)
class Library:
    """A function or class of a library, by the name under which it is publicly found: `numpy.linalg.norm`."""

    key: str


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

    `fields` are the constructor's parameters where calling the class just stores them (a NamedTuple).
    """

    path: str
    fields: tuple[str, ...] | None = None


Entity: TypeAlias = Library | UserFunction | Value | Namespace


class Resolver(Protocol):
    """Names of one function's module, and the functions that they lead to."""

    def resolve(self, path: str) -> Entity | None:
        """What a global `name` or `name.attribute...` is; None where it is not found or goes through data."""

    def function(self, target: str) -> Function:
        """The IR of a user function; raises DifferentiationError where it has none."""

    def source(self, name: str) -> str | None:
        """The target of a function of `adls.runtime.sources`; None where that is not at hand."""

    def for_target(self, target: str) -> Resolver:
        """The names of another function's module."""


def key_of(entity: Entity | None) -> str:
    """The canonical name of a library's function, class or constant; "" for all else."""
    match entity:
        case Library(key) | Value(_, key):
            return key
        case _:
            return ""
