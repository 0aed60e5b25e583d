"""One request, served: what the worker does between its first word and its last."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

from adls.launch.protocol import decode_request
from adls.worker.channel import Channel
from adls.worker.failures import FINISHED, Ending, Refused, ending
from adls.worker.namespace import import_own_parts
from adls.worker.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from adls.launch.protocol import Request
    from adls.worker.measure import Recording


def serve(request_fd: int, reply_fd: int, started_with: frozenset[str]) -> None:
    """Read the request, run it, and say how it ended. Whatever the program raises ends here."""
    channel = Channel(reply_fd)
    signal.signal(signal.SIGINT, channel.interrupt)
    try:
        with open(request_fd, "rb") as pipe:
            request = decode_request(pipe.read())
        channel.overlay = Overlay(request.texts)
        channel.overlay.install()
        channel.note_file(request.file)
        _tell(channel, _run(request, channel, started_with))
    except Refused as refusal:
        channel.finish("refused", message=str(refusal))
    except BaseException as error:
        _tell(channel, ending(error))
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _run(request: Request, channel: Channel, started_with: frozenset[str]) -> Ending:
    import_own_parts()
    from adls.worker.actions import ACTIONS
    from adls.worker.measure import Recording

    recording = Recording(channel)
    signal.signal(signal.SIGTERM, _last_words(channel, recording))
    try:
        ACTIONS[request.action](request, channel, recording, started_with)
    except SystemExit as error:
        if request.script is None or error.code not in (None, 0):
            raise
    finally:
        recording.send()
    return FINISHED


def _tell(channel: Channel, end: Ending) -> None:
    channel.finish(
        "ending",
        outcome=end.outcome,
        message=end.message,
        report=end.report,
        refused=end.refused,
        problems=end.problems,
        files=channel.files,
    )


def _last_words(channel: Channel, recording: Recording) -> Callable[[int, FrameType | None], None]:
    """The handler of SIGTERM, for a program that swallows the interrupt: send what there is, and end."""

    def handler(_signum: int, _frame: FrameType | None) -> None:
        if channel.writing:
            return
        with contextlib.suppress(BaseException):
            recording.send()
            _tell(channel, Ending("interrupted", "interrupted", ""))
            sys.stdout.flush()
        os._exit(130)

    return handler
