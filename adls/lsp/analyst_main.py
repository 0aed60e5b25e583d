"""The analysis process: questions come in as lines of JSON, answers go out likewise.

It is started by this file's path with `-I`, so that nothing of a workspace is imported; it imports no NumPy, and runs
nothing of what it reads.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from pathlib import Path
from typing import BinaryIO

STACK = 64 << 20
"""Bytes of stack: texts may be nested as deeply as Python's parser allows."""
MANNERS = 5
"""How nice it is: whoever types goes first on a busy machine."""
COLLECTED_AFTER = 50_000, 20, 50
"""When the garbage collector looks: an answer makes many objects, and nearly all of them go by their counts."""


def main() -> None:
    """Answer until nothing more comes in."""
    if hasattr(os, "nice"):
        os.nice(MANNERS)
    questions, answers = _take_over()
    _find_own_package()
    threading.stack_size(STACK)
    thread = threading.Thread(target=_serve, args=(questions, answers))
    thread.start()
    thread.join()


def _find_own_package() -> None:
    """Let adls be this one, and all else be found as before: beside it may lie what hides the standard library."""
    home = str(Path(__file__).resolve().parents[2])
    sys.path.insert(0, home)
    import adls  # noqa: F401

    sys.path.remove(home)


def _take_over() -> tuple[BinaryIO, BinaryIO]:
    """Both ends of the conversation; a stray `print` or `input` gets the null device."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return questions, answers


def _serve(questions: BinaryIO, answers: BinaryIO) -> None:
    from adls.engine.analysis.service import Service

    service = Service()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    for line in questions:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            continue
        answer = service.answer(message)
        if answer is not None:
            try:
                answers.write(json.dumps(answer, separators=(",", ":")).encode("ascii") + b"\n")
                answers.flush()
            except BrokenPipeError:
                return


if __name__ == "__main__":
    main()
