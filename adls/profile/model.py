"""The profile: run -> gradients -> functions -> signatures -> lines, self and inclusive figures apart.

A `Gradient` shows *one* evaluation of one differentiated function: the median time over the evaluations, and
the bytes of the evaluation that kept most. All times are whole nanoseconds, all sizes whole bytes.

Self figures sum: over the lines of a gradient (or over its `paths`), self times plus the gradient's `outside`
are its totals, and self bytes are its bytes, exactly. Inclusive figures count callees too, so they overlap
and do not sum; none exceeds the total, because a recursive line counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adls.profile.recording import Unit


@dataclass(frozen=True, slots=True)
class Cost:
    """Forward and backward time in nanoseconds, and bytes stored between the passes."""

    forward_ns: int = 0
    backward_ns: int = 0
    bytes_stored: int = 0

    @property
    def total_ns(self) -> int:
        """Nanoseconds of both passes together."""
        return self.forward_ns + self.backward_ns

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.forward_ns + other.forward_ns,
            self.backward_ns + other.backward_ns,
            self.bytes_stored + other.bytes_stored,
        )


@dataclass(frozen=True, slots=True)
class Residual:
    """One kind of value that a line keeps for the backward pass: `count` objects, `bytes_stored` in all.

    A borrowed value (an argument, a global, the returned value) stores 0 bytes of its own.
    """

    value: str
    reason: str
    bytes_stored: int
    count: int
    borrowed: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """The part of a line's inclusive cost that was spent at one call site; "" and 0 for the outermost call.

    A line's callers sum to its inclusive cost. Under recursion the outermost call site is charged.
    """

    function: str
    file: str
    line: int
    cost: Cost


@dataclass(frozen=True, slots=True)
class Line:
    """One source line. `self_cost` excludes what it calls, `inclusive` counts it.

    `calls` is how often the line ran in the forward pass of one evaluation (median), `ran_in` in how many of
    the evaluations it ran at all: where that is under half of them, its median time is 0. `function` names
    the function that owns the line, or several, joined by ", ", where a lambda shares its line.
    """

    file: str
    line: int
    function: str
    calls: int
    ran_in: int
    self_cost: Cost
    inclusive: Cost
    residuals: tuple[Residual, ...] = ()
    callers: tuple[Caller, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """One adjoint of a function (argument types and active arguments); `key` finds its `Unit`."""

    key: str
    signature: str
    calls: int
    self_cost: Cost
    inclusive: Cost
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """One user function with all its signatures; its `lines` are over all of them."""

    name: str
    qualname: str
    file: str
    first_line: int
    calls: int
    self_cost: Cost
    inclusive: Cost
    lines: tuple[Line, ...]
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A line of a unit on one call path: called from `parent` (an index into the same tuple) or -1.

    `self_cost` excludes callees. The paths of a gradient form a tree, parents before children, that
    partitions its attributed time and all its bytes.
    """

    parent: int
    unit: str
    line: int
    self_cost: Cost
    hits: int


@dataclass(frozen=True, slots=True)
class Gradient:
    """One differentiated function: its evaluations shown as one.

    `evaluations` were recorded and `used` of them count; `complete` is False when none finished, so that the
    figures are those of interrupted evaluations. Times are medians, each by itself: `outside` that of the time
    which stands on no line, `total` their sum. `lines` are over all functions, by file and line: what an
    editor shows.
    """

    unit: str
    function: str
    file: str
    first_line: int
    signature: str
    argnums: tuple[int, ...]
    evaluations: int
    used: int
    complete: bool
    total: Cost
    outside: Cost
    functions: tuple[Function, ...]
    lines: tuple[Line, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One run. Gradients stand in the order of their cost over the whole run, the costliest first.

    `files` maps a path to the SHA-256 of the text that ran; `outcome` and `message` are the recording's.
    """

    command: str
    outcome: str
    message: str
    versions: dict[str, str]
    files: dict[str, str]
    units: tuple[Unit, ...]
    gradients: tuple[Gradient, ...]

    def unit(self, key: str) -> Unit:
        """The adjoint of that key. Raises KeyError where the run has none."""
        for unit in self.units:
            if unit.key == key:
                return unit
        raise KeyError(key)
