"""What came of a request to profile, for the editor: how it ended, totals, the costliest lines, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from adls.render.hint import hint

if TYPE_CHECKING:
    from adls.engine.analysis.model import Candidate
    from adls.lsp.features.costliest import CostlyLine
    from adls.lsp.runs import Ran

Ending = Literal["finished", "interrupted", "raised", "exited", "cannot-run", "no-call", "untrusted"]


@dataclass(frozen=True, slots=True)
class Total:
    """A gradient's figures in all; `stale` says what of its text changed while it ran."""

    function: str
    text: str
    differentiated: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a profile ended. `message` is one sentence, `report` what to read beside it, `fix` a command that helps."""

    outcome: Ending
    message: str = ""
    report: str = ""
    fix: str = ""
    totals: tuple[Total, ...] = ()
    costliest: tuple[CostlyLine, ...] = ()
    calls: tuple[Candidate, ...] = ()


def totals(ran: Ran) -> tuple[Total, ...]:
    """The totals of a run's gradients, the costliest first."""
    return tuple(
        Total(each.function, hint(each.total), ", ".join(map(str, each.argnums))) for each in ran.profile.gradients
    )
