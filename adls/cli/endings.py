"""How a run ended, said on standard error and as an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.cli.streams import say
from adls.launch.gather import outcome_of

if TYPE_CHECKING:
    from adls.launch.process import Answer

CODES = {"finished": 0, "raised": 1, "exited": 1, "interrupted": 130}
NOT_DIFFERENTIABLE = 2


def conclude(answer: Answer) -> int:
    """Say on standard error what went wrong, if anything did, and return the exit code."""
    for remark in answer.of("remark"):
        say(f"adls: {remark['text']}")
    outcome, message = outcome_of(answer)
    ended = answer.ending if outcome != "interrupted" else None
    report = ended["report"] if ended is not None else ""
    if report and report != message:
        say(report.rstrip("\n"))
    elif message:
        say(f"adls: {message}")
    return NOT_DIFFERENTIABLE if ended is not None and ended["refused"] else CODES[outcome]
