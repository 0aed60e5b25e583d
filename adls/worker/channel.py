"""The worker's way out: messages on a pipe of its own, which no print of the program can reach."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from adls.worker.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    from adls.profile.recording import Evaluation, Unit


class Channel:
    """Writes whole messages: an interrupt that arrives in the middle of one waits until it is out."""

    def __init__(self, descriptor: int) -> None:
        self.overlay = Overlay({})
        self.lock = threading.RLock()  # Whoever holds it is the only one who speaks.
        self._descriptor = descriptor
        self._pipe = _identity(descriptor)
        self._owner = os.getpid()
        self._known: set[str] = set()
        self.files: dict[str, str] = {}
        self._writing = False
        self._interrupted = False
        self.finished = False
        os.set_inheritable(descriptor, False)

    def send(self, kind: str, **fields: Any) -> None:
        """Send one message. In a child that the program forked this does nothing: only the worker speaks."""
        if os.getpid() != self._owner or self.finished:
            return
        with self.lock:
            self._writing = True
            try:
                data = memoryview((json.dumps({"kind": kind, **fields}) + "\n").encode("ascii"))
                while data and self._is_open():
                    data = data[os.write(self._descriptor, data) :]
            finally:
                self._writing = False
        if self._interrupted and threading.current_thread() is threading.main_thread():
            self._interrupted = False
            raise KeyboardInterrupt

    def _is_open(self) -> bool:
        """Whether the pipe is there: who closes all files (a daemon) closes it, and its number goes to another."""
        try:
            return _identity(self._descriptor) == self._pipe
        except OSError:
            return False

    def finish(self, kind: str, **fields: Any) -> None:
        """Send the last message; nothing is sent after it."""
        with contextlib.suppress(KeyboardInterrupt):
            self.send(kind, **fields)
        self.finished = True

    def measured(self, units: Iterable[Unit], evaluations: Iterable[Evaluation]) -> None:
        """Send evaluations, and the units among theirs that have not been sent yet."""
        for unit in units:
            if unit.key not in self._known:
                self._known.add(unit.key)
                self.note_file(unit.file)
                self.send("unit", unit=asdict(unit))
        for evaluation in evaluations:
            self.send("evaluation", evaluation=asdict(evaluation))

    def note_file(self, path: str) -> None:
        """Keep the SHA-256 of a file that runs, taken as early as it is known: it may be edited meanwhile."""
        if path not in self.files:
            with contextlib.suppress(OSError):
                self.files[path] = self.overlay.digest(path)
                self.send("file", path=path, digest=self.files[path])  # The last message may never come.

    def interrupt(self, signum: int, frame: FrameType | None) -> None:
        """The handler of SIGINT: what Python's own does, but never in the middle of a message."""
        if self._writing:
            self._interrupted = True
        else:
            signal.default_int_handler(signum, frame)

    @property
    def writing(self) -> bool:
        """Whether a message is on its way: a handler that speaks now would cut it in two."""
        return self._writing


def _identity(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino
