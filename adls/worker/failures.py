"""What went wrong in a program, told as Python would tell it, with the program's own frames only."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adls.engine.source.diagnostics import DifferentiationError

if TYPE_CHECKING:
    from adls.engine.source.diagnostics import Diagnostic

ADLS = str(Path(__file__).absolute().parent.parent) + os.sep  # as it stands in code objects
_ENGINE = os.path.join(ADLS, "engine", "")  # noqa: PTH118 -- the separator at its end is the point


Problem = dict[str, object]
"""A diagnostic as JSON: code, file, function, span (line, column, end line, end column), message, way_out."""


class Refused(Exception):
    """The request cannot be served; the text is the message for the user, which says why and the way out."""


class WrongCall(Exception):
    """An example call has wrong arguments; the text says where it stands and what is wrong, then shows it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended: a recording's `outcome` and `message`, and what to print about it.

    `refused` is for a program that cannot be differentiated, rather than one that failed; `problems` say where.
    """

    outcome: str
    message: str
    report: str
    refused: bool = False
    problems: tuple[Problem, ...] = ()


def _problem(diagnostic: Diagnostic) -> Problem:
    span = diagnostic.span
    return {
        "code": diagnostic.kind.code,
        "file": diagnostic.file,
        "function": diagnostic.function,
        "span": [span.line, span.column, span.end_line, span.end_column],
        "message": diagnostic.message,
        "way_out": diagnostic.way_out,
    }


FINISHED = Ending("finished", "", "")


def ending(error: BaseException) -> Ending:
    """What to say of a program that ended with `error`."""
    if isinstance(error, DifferentiationError):
        text = str(error)
        problems = tuple(map(_problem, error.diagnostics))
        return Ending("raised", text.partition("\n")[0], text, refused=True, problems=problems)
    if isinstance(error, KeyboardInterrupt):
        return Ending("interrupted", "interrupted", "")
    if isinstance(error, SystemExit):
        return _exit(error)
    if isinstance(error, WrongCall):
        return Ending("raised", str(error).partition("\n")[0], f"adls: {error}")
    return Ending("raised", _sentence(error), _report(error))


def _exit(error: SystemExit) -> Ending:
    code = "" if error.code is None else repr(error.code)
    where = _innermost(error)
    message = f"the program ended itself with sys.exit({code})" + (f" at {where}" if where else "")
    return Ending("exited", message, message)


def _sentence(error: BaseException) -> str:
    """`ValueError: why`, the one line of what Python says that is neither source nor a note."""
    said = "".join(traceback.TracebackException.from_exception(error).format_exception_only()).splitlines()
    return next((line for line in said if not line.startswith(" ")), type(error).__name__)


def _report(error: BaseException) -> str:
    """The traceback without adls's frames; with them where the engine itself failed, which is its own defect."""
    told = traceback.TracebackException.from_exception(error)
    if told.stack and told.stack[-1].filename.startswith(_ENGINE):
        return "adls itself failed, please report this:\n" + "".join(told.format())
    _keep_user_frames(told, set())
    return "".join(told.format())


def _keep_user_frames(told: traceback.TracebackException | None, seen: set[int]) -> None:
    if told is None or id(told) in seen:
        return
    seen.add(id(told))
    told.stack[:] = [frame for frame in told.stack if not _is_ours(frame.filename)]
    _keep_user_frames(told.__cause__, seen)
    _keep_user_frames(told.__context__, seen)
    for inner in getattr(told, "exceptions", None) or ():
        _keep_user_frames(inner, seen)


def is_of_the_call(error: BaseException) -> bool:
    """Whether an error is about the call itself: no frame of the program is in its traceback, nor one of the engine."""
    frames = traceback.extract_tb(error.__traceback__)
    return not _innermost(error) and not frames[-1].filename.startswith(_ENGINE)


def _innermost(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _is_ours(frame.filename)]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _is_ours(filename: str) -> bool:
    return filename.startswith((ADLS, "<frozen ", "<adls"))
