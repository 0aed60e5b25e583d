"""What a differentiated function says of a callee that only the run knows, and of the arguments that it gives it.

    forward_dynamic(changing(f), own(a), fixed(b))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Changing:
    """A callee whose arguments, result or captured memory the caller may write after the call."""

    value: Any


@dataclass(frozen=True)
class Owned:
    """An argument that nobody else has, so that a callee may write into it."""

    value: Any


@dataclass(frozen=True)
class Fixed:
    """A callee, or an argument, that does not depend on what is differentiated: nobody asks for its cotangent."""

    value: Any


@dataclass(frozen=True)
class Call:
    """A call without its marks. `fixed` is said of the callee first, then of its arguments."""

    function: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    changing: bool
    owned: frozenset[int]
    fixed: tuple[bool, ...]

    def active(self, places: tuple[Any, ...], count: int) -> frozenset[int]:
        """The positions among `count` cells and parameters that may carry a derivative: `places` says of the callee
        and of each argument where it went."""
        varied, given = set[int](), set[int]()
        for place, fixed in zip(places[1:], self.fixed[1:], strict=False):
            given |= _positions(place)
            varied |= set() if fixed else _positions(place)
        own = set() if self.fixed[0] else set(range(count)) - given
        return frozenset(varied | own) if len(places) == len(self.fixed) else frozenset(range(count))


def own(value: Any) -> Owned:
    """Mark an argument of a dynamic call as nobody else's."""
    return Owned(value)


def changing(value: Any) -> Changing:
    """Mark the callee of a dynamic call as one that has to copy what it keeps."""
    return Changing(value)


def fixed(value: Any) -> Fixed:
    """Mark the callee or an argument of a dynamic call as what does not depend on what is differentiated."""
    return Fixed(value)


def unmarked(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """A call as its marks say."""
    is_changing = isinstance(f, Changing)
    f = f.value if is_changing else f
    fixed = tuple(isinstance(each, Fixed) for each in (f, *args, *kwargs.values()))
    if any(fixed):
        f, args = _plain(f), tuple(map(_plain, args))
        kwargs = {name: _plain(arg) for name, arg in kwargs.items()}
    owned = frozenset(id(arg.value) for arg in args if isinstance(arg, Owned))
    args = tuple(arg.value if isinstance(arg, Owned) else arg for arg in args) if owned else args
    return Call(f, args, kwargs, is_changing, owned, fixed)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Fixed) else value


def _positions(place: Any) -> set[int]:
    if place is None:
        return set()
    if isinstance(place, tuple):
        return set().union(*map(_positions, place))
    return {place if isinstance(place, int) else place.position}
