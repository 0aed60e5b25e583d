"""Standard output and error, which may be closed, or full."""

from __future__ import annotations

import os
import sys
from typing import IO

from adls.launch.handshake import CannotRun


def open_closed_ones() -> None:
    """Give the process the streams that it was started without (`adls ... 2>&-`): what is written there is lost."""
    for name, descriptor in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)  # The lowest free number: no other file gets it then.
            if nowhere != descriptor:
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(descriptor, "r" if name == "stdin" else "w", encoding="utf-8"))


def print_result(text: str) -> None:
    """Print to standard output, at once. Raises CannotRun where it cannot be written, but BrokenPipeError as it is."""
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard(sys.stdout)
        raise CannotRun(f"standard output cannot be written: {error.strerror}") from None


def say(text: str) -> None:
    """Print to standard error; where that cannot be written, the exit code says what it can."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        discard(sys.stderr)


def discard(stream: IO[str]) -> None:
    """Lose what is written to a stream that cannot be written any more: Python flushes it once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
