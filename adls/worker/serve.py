"""One request, served: what the worker does between its first word and its last."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
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
    _hear_while_native_code_runs(channel, recording)
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
    )


def _last_words(channel: Channel, recording: Recording) -> Callable[[int, FrameType | None], None]:
    """The handler of SIGTERM, for a program that swallows the interrupt: send what there is, and end."""

    def handler(_signum: int, _frame: FrameType | None) -> None:
        if not channel.writing:
            _end(channel, recording)

    return handler


def _hear_while_native_code_runs(channel: Channel, recording: Recording) -> None:
    """A thread that hears SIGTERM where no handler is called, because one long call of NumPy's is under way."""
    heard, signalled = os.pipe()
    os.set_blocking(signalled, False)
    _set_wakeup(signalled)
    kept = [-1]

    def before() -> None:
        if threading.current_thread() is threading.main_thread():
            kept[0] = _set_wakeup(-1)

    def after() -> None:
        if threading.current_thread() is threading.main_thread():
            _set_wakeup(kept[0])

    def child() -> None:  # Its signals are its own.
        _set_wakeup(-1 if kept[0] == signalled else kept[0])

    os.register_at_fork(before=before, after_in_parent=after, after_in_child=child)

    def listen() -> None:
        with contextlib.suppress(OSError):  # The program may close all files.
            while signal.SIGTERM not in os.read(heard, 64):
                pass
            with channel.lock:
                _end(channel, recording)

    threading.Thread(target=listen, daemon=True).start()


def _set_wakeup(descriptor: int) -> int:
    return signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)


def _end(channel: Channel, recording: Recording) -> None:
    with contextlib.suppress(BaseException):
        recording.send()
        _tell(channel, Ending("interrupted", "interrupted", ""))
        sys.stdout.flush()
    os._exit(130)
