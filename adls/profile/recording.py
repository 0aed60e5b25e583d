"""What a worker measured, before any processing: plain frozen data, one instance a run.

A recording is the contract between the recorder (in the user's process) and everything that looks at
numbers. It holds counts and nanoseconds as they were taken, never a sum of different things.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Pass = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One differentiated function for one signature: the identity of an adjoint.

    `key` is a digest of function, source digest, widened argument types and active arguments. `lines` are the
    user's lines that own a clock, sorted; a node's `ns` and `hits` run parallel to it. `listing` is the text
    that ran, byte for byte, as far as the function needs it; `ir` is the typed IR that it was printed from.
    """

    key: str
    name: str
    qualname: str
    file: str
    signature: str
    source_digest: str
    first_line: int
    lines: tuple[int, ...]
    listing: str
    ir: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One call path in one pass: a unit reached from `parent` (an index into the same tuple, or -1) at `parent_line`.

    `ns[i]` is the inclusive time in nanoseconds that was spent on `unit.lines[i]` along this path, callees' time
    included; `hits[i]` counts how often that line ran (0 in a backward pass, where it is not counted); `calls` counts
    entries of the function. Parents stand before their children.
    """

    unit: str
    direction: Pass
    parent: int
    parent_line: int
    calls: int
    ns: tuple[int, ...]
    hits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Residuals kept between the passes that one line of one call path is charged with.

    `node` is an index into the evaluation's nodes. `bytes_stored` is 0 for a borrowed value (an argument, a global,
    the returned value). `value` describes it (`h: f64[64, 32]`), `reason` says which backward formula reads it.
    `count` is how many objects were folded into this row (iterations of a loop).
    """

    node: int
    line: int
    bytes_stored: int
    borrowed: bool
    value: str
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One gradient evaluation: a forward and a backward pass of `unit`, with what was kept between them.

    `complete` is False when the evaluation was interrupted or raised: its numbers are what was measured until then.
    """

    unit: str
    argnums: tuple[int, ...]
    forward_ns: int
    backward_ns: int
    nodes: tuple[Node, ...]
    kept: tuple[Kept, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole run. `outcome` is "finished", "interrupted", "raised" or "exited"; `message` says more in a sentence."""

    command: str
    units: tuple[Unit, ...]
    evaluations: tuple[Evaluation, ...]
    files: dict[str, str] = field(default_factory=dict)  # path -> sha256 of the text that ran
    versions: dict[str, str] = field(default_factory=dict)  # adls, python, numpy
    outcome: str = "finished"
    message: str = ""
