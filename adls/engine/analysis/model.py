"""What an examination of a file finds: plain frozen data, so that it can be sent between processes as JSON.

Lines count from 1, as CPython's tokenizer counts them; columns are UTF-8 bytes from 0, as in `ast`.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from adls.engine.source.frozen import dataclass
from adls.engine.source.text import Span

__all__ = [
    "Analysis", "Candidate", "ExampleInfo", "Fact", "Formula", "FunctionInfo", "Piece", "Place", "Preview",
    "Problem", "Read", "Span", "to_json",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """A function or module-level statement that a function reads, through other functions too.

    `digest` is of its significant tokens: comments, blank lines and the way that lines are broken don't count.
    """

    path: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Place:
    """A function of the workspace."""

    path: str
    qualname: str


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """A function that the module's namespace can reach.

    `first_line` is the first decorator's or the `def`'s, `end_line` the last of its body. `digest` is of its
    significant tokens; `tokens` says how many of them each of its lines has, from the first on: the n-th token of one
    text is the n-th of any other with the same digest. These and `reads` are empty where nobody asked for them: for
    functions that are not in scope.
    """

    qualname: str
    first_line: int
    def_line: int
    end_line: int
    digest: str
    tokens: tuple[int, ...] = ()
    reads: tuple[Read, ...] = ()


@dataclass(frozen=True, slots=True)
class ExampleInfo:
    """A comment with an example call above a function. `problem` says what is wrong with it, "" in the usual case."""

    function: str
    expression: str
    span: Span
    problem: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be differentiated: its kind's code, one sentence, and the way out."""

    code: str
    span: Span
    message: str
    way_out: str
    function: str


@dataclass(frozen=True, slots=True)
class Formula:
    """The cotangent of one operand, as the rule has it."""

    operand: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of an expression: its type, and of a call or operator the rule that differentiates it."""

    span: Span
    type: str
    rule: str = ""
    formulas: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """What is known of the functions of one top-level statement, by its own lines: it stays the same where it moves.

    `names` are those of its functions. `functions` and `facts` are texts, which `packing` reads where somebody asks.
    """

    names: tuple[str, ...]
    functions: str
    facts: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call of a function that could serve as its example call, and where it was found.

    `where` is "example", "file", "main", "tests" or "annotations"; `line` is 0 where it was made up.
    """

    expression: str
    where: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an examination found. `differentiated` are the functions that the user differentiates, `in_scope` these
    and all of the file that they reach, by qualified name. After a syntax error all but `syntax_error` is empty.

    Functions and facts are in `pieces`, each with the number of lines `above` it. `reads` are the files that functions
    read of which reads are known. `statements` has a digest for each module-level name that is no function's.
    """

    path: str
    above: tuple[int, ...] = ()
    pieces: tuple[Piece, ...] = ()
    examples: tuple[ExampleInfo, ...] = ()
    differentiated: tuple[str, ...] = ()
    in_scope: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    reads: tuple[str, ...] = ()
    statements: dict[str, str] = field(default_factory=dict)
    syntax_error: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The adjoint or IR of a function that has not run. `types_from` says where its types come from.

    `lines` has the primal's line for each line of `text`, 0 for none.
    """

    text: str
    types_from: str
    problems: tuple[Problem, ...] = ()
    lines: tuple[int, ...] = ()


def to_json(value: object) -> Any:
    """Data of this file as what `json` can write."""
    if isinstance(value, tuple):
        return value if value and isinstance(value[0], int) else list(map(to_json, value))
    fields = getattr(type(value), "__dataclass_fields__", None)
    return value if fields is None else {name: to_json(getattr(value, name)) for name in fields}
