"""What goes into an emission and what comes out of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from adls.engine.ir.ops import Function, Var
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import SourceFile


@dataclass(frozen=True, slots=True)
class EmitUnit:
    """One function to print.

    `name` is the emitted function's (`loss__fwd`), `frame` what tracebacks call it (`loss`); `source` is the
    user's file and `module` the `__name__` of the module that it makes; `key` identifies the adjoint: the forward and
    the backward function that share it share the lines of one profile unit.
    """

    function: Function
    name: str
    frame: str
    source: SourceFile
    module: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What the listing says about one statement: its primal line (0: none), and of which variables it shows the types.

    `bound` are those that an expression in it assigns, besides the `targets` of the statement itself.
    """

    line: int
    targets: tuple[Var, ...] = ()
    bound: tuple[Var, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One emitted function as its loader and its clocks see it; `role` is "forward", "backward" or "primal"."""

    name: str
    frame: str
    qualname: str
    file: str
    first_line: int
    role: str
    key: str
    lines: tuple[int, ...]


TextLines: TypeAlias = tuple[tuple[int, str, int], ...]
"""For each emitted statement the line of the text on which it begins, the name of its function, and its primal line."""


@dataclass(frozen=True)
class Listing:
    """A module of generated functions: its text, and the tree that is executed.

    `tree` equals `ast.parse(text)` but for positions, which are the user's. The text is laid out where it is asked for:
    what runs needs none.
    """

    tree: ast.Module
    entries: tuple[Entry, ...]
    notes: Mapping[ast.stmt, Note] = field(repr=False)
    lay_out: Callable[[], tuple[str, TextLines]] = field(repr=False)

    @cached_property
    def _laid_out(self) -> tuple[str, TextLines]:
        return self.lay_out()

    @property
    def text(self) -> str:
        return self._laid_out[0]

    @property
    def text_lines(self) -> TextLines:
        return self._laid_out[1]

    def lines(self, key: str) -> tuple[int, ...]:
        """The user's lines that own a clock in the functions of one adjoint: `recording.Unit.lines`."""
        return tuple(sorted({line for entry in self.entries if entry.key == key for line in entry.lines}))
