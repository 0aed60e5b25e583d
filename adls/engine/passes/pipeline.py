"""The passes in their order: what each one does, and why it stands where it does.

Whoever runs a pass hands what it made to a `Watch`: tests verify it there, `adls show --passes` prints it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeAlias

from adls.engine.ir.ops import Function
from adls.engine.ir.verifier import verify
from adls.engine.source.frozen import dataclass

Watch: TypeAlias = Callable[[str, str, Function], None]
"""Called after each pass: its name, the key of the instance or adjoint, and the function that it made."""


@dataclass(frozen=True, slots=True)
class Pass:
    name: str
    does: str
    why: str


PASSES = (
    Pass("lower", "each expression becomes operations, in the order in which Python evaluates them",
         "first: it makes the IR"),
    Pass("split", "a variable that is reused for something else becomes a variable of its own",
         "before types and aliases: one name would join those of all its uses"),
    Pass("infer", "variables get their types, calls their callees; arms that the types exclude go",
         "before all that follows: what an operation reads, writes and shares depends on its types"),
    Pass("displays", "lists that nobody can write to become tuples",
         "after types, which tell lists from arrays; before aliases: a tuple needs no shadow"),
    Pass("iterables", "what a loop walks over gets a name of its own where its name is bound again",
         "after types, which tell zip and enumerate from other calls; before the adjoint, which adds to it"),
    Pass("repeated", "a number is computed once where the same operands give it again",
         "after aliases, which say what is never written; before the adjoint: one number has one cotangent"),
    Pass("adjoint", "the primal becomes a forward and a backward function",
         "once types, aliases and activity are known"),
    Pass("in-place", "cotangents are updated in place where that cannot be seen",
         "after the whole backward function is there: only then is it known which read is the last"),
    Pass("release", "the forward function lets go of arrays that are not kept",
         "after the adjoint pass, which decides what is kept; not before a further derivative, which reads more"),
    Pass("first-iteration", "a loop does not compute in its first iteration what nobody reads after it",
         "once all adjoints are there: a callee takes a flag; not before a further derivative, which needs no flags"),
    Pass("items", "arrays that are only added to an item of a container are made there",
         "after updates in place, which it would hide; not before a further derivative, which sees sums, no memory"),
    Pass("first-writes", "what is added to zeros first is written",
         "once all adjoints are there: callees learn that they get zeros; after items, which are not zeros"),
    Pass("direct", "functions of NumPy that only pass on are written as what they pass on to",
         "after all passes that look for these functions"),
    Pass("whole", "zeros are not made where every part of them is written",
         "after first-writes, which makes additions writes"),
    Pass("plain-numbers", "numbers that are only added and multiplied are Python's floats in the backward function",
         "once both functions are there; not before a further derivative, which reads NumPy's; before sums of floats"),
    Pass("tidy", "a number's cotangent is one sum a line, and what a loop hands on has one name",
         "after first-iteration, which looks for the names that loops hand on"),
    Pass("one-shot", "the backward function lets go of each residual after its last read",
         "last, and for gradients only: a pullback may be called twice"),
)


def unwatched(name: str, key: str, function: Function) -> None:
    """Nobody looks."""


def verified(name: str, key: str, function: Function) -> None:
    """Raise InvalidIR where a pass has broken a rule of the IR."""
    verify(function)


def verifies() -> bool:
    """Whether everything that is compiled is to be verified: always in tests, on request for users."""
    return os.environ.get("ADLS_VERIFY") == "1"
