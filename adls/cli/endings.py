"""How a run ended, in words and as an exit code."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adls.cli.launch import Answer

CODES = {"finished": 0, "raised": 1, "exited": 1, "interrupted": 130}
NOT_DIFFERENTIABLE = 2


def outcome_of(answer: Answer) -> tuple[str, str]:
    """A recording's `outcome` and `message`."""
    ended = answer.ending
    if ended is not None and (ended["outcome"] == "finished" or not answer.interrupted):
        return ended["outcome"], ended["message"]
    if answer.interrupted:  # Whatever a program makes of an interrupt, the user knows why it ended.
        return "interrupted", "interrupted"
    return "exited", _death(answer.returncode)


def conclude(answer: Answer) -> int:
    """Say on standard error what went wrong, if anything did, and return the exit code."""
    outcome, message = outcome_of(answer)
    ended = answer.ending if outcome != "interrupted" else None
    report = ended["report"] if ended is not None else ""
    if report and report != message:
        print(report.rstrip("\n"), file=sys.stderr)
    elif message:
        print(f"adls: {message}", file=sys.stderr)
    return NOT_DIFFERENTIABLE if ended is not None and ended["refused"] else CODES[outcome]


def _death(returncode: int) -> str:
    if returncode >= 0:
        return f"the program ended its process with exit code {returncode}, without a word (os._exit?)"
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    return f"the program's process was killed by {name}: a crash in native code, or too little memory"
