"""What came of a request to profile, for the editor: how it ended, totals, the costliest lines, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from adls.render.costliest import rank
from adls.render.hint import hint

if TYPE_CHECKING:
    from adls.engine.analysis.model import Candidate
    from adls.lsp.runs import Ran

Ending = Literal["finished", "interrupted", "raised", "exited", "cannot-run", "no-call", "untrusted"]
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Total:
    """A gradient's figures in all; `stale` says what of its text changed while it ran."""

    function: str
    text: str
    differentiated: str


@dataclass(frozen=True, slots=True)
class CostlyLine:
    """One of the costliest lines: `line` counts from 1, in the text that ran."""

    path: str
    line: int
    text: str
    figures: str


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


def costliest(ran: Ran) -> tuple[CostlyLine, ...]:
    """The lines of the costliest gradient that cost most themselves."""
    found = []
    for gradient in ran.profile.gradients[:1]:
        for line in rank(gradient)[:MOST_LINES]:
            text = ran.texts.get(line.file)
            source = text.lines[line.line - 1].strip() if text and line.line <= len(text.lines) else line.function
            found.append(CostlyLine(line.file, line.line, source, hint(line.self_cost)))
    return tuple(found)
