"""Starting a worker, listening to it, and making sure that it is gone afterwards, with all that it started."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import adls
from adls.launch.handshake import CannotRun, check_hello, no_interpreter
from adls.launch.protocol import Message, Request, encode_request

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRY = Path(adls.__file__).parent / "worker" / "entry.py"
# A server that brings its libraries along gives way to the adls that the program's own environment has.
PREFERENCE = ["prefer-installed"] if ENTRY.parts[-5:-3] == ("bundled", "libs") else []
HELLO_SECONDS = 60.0  # NumPy from a cold disk takes its time.
STOP_SECONDS = (0.5, 1.7)  # after SIGINT: when SIGTERM asks for last words, when SIGKILL ends the group
LEAVE_SECONDS = 2.0  # for the program's own exit handlers, after the last message
_BLOCK = 1 << 16


class Listener(Protocol):
    """Who is told what the worker does while it works."""

    def progress(self, message: Message) -> None:
        """The worker has begun something."""

    def output(self, data: bytes) -> None:
        """The program has printed something."""


@dataclass(slots=True)
class Answer:
    """All that a worker said. `ending` is None where it died, or was killed, before its last message."""

    hello: Message = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    ending: Message | None = None
    interrupted: bool = False
    returncode: int = 0

    def of(self, kind: str) -> list[Message]:
        """The messages of one kind, in their order."""
        return [message for message in self.messages if message["kind"] == kind]


def run_worker(interpreter: str, request: Request, listener: Listener, stop: Stop) -> Answer:
    """Run the request in the interpreter until it ends, or until `stop` asks for its end.

    Raises CannotRun, with one clear message, where the interpreter or the request is not fit for it.
    """
    with _Worker(interpreter, request, listener) as worker:
        worker.listen(stop)
    answer = worker.answer
    if not answer.hello and not answer.interrupted:
        raise no_interpreter(interpreter)
    if answer.ending is not None and answer.ending["kind"] == "refused":
        raise CannotRun(answer.ending["message"])
    return answer


class Stop:
    """A way to end a run from outside of it, from another thread or a signal's handler; asking twice ends it at once.

    It is of use for one run. Close it when that is over.
    """

    def __init__(self) -> None:
        self.count = 0
        self.reader, self._writer = os.pipe()
        self._closed = False

    def ask(self) -> None:
        """Ask for the end; what was measured until then is kept."""
        self.count += 1
        if not self._closed:
            os.write(self._writer, b"!")

    def close(self) -> None:
        """Give its pipe back; whoever asks afterwards is not heard."""
        self._closed = True
        os.close(self.reader)
        os.close(self._writer)

    def __enter__(self) -> Stop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _popen(command: list[str], request: int, replies: int, folder: str) -> subprocess.Popen[bytes]:
    """The worker in a session of its own. It reads a file: a pipe would hold us up if nobody read it."""
    return subprocess.Popen(
        [*command, str(request), str(replies), *PREFERENCE],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(request, replies),
        start_new_session=True,
        cwd=folder or None,
        env={**os.environ, "MPLBACKEND": "Agg"},
    )


# Waits until nobody holds the other end of its standard input, then ends a process group.
_GUARD = 'read -r _; kill -KILL "-$0"'


def _guard(group: int) -> subprocess.Popen[bytes]:
    """A shell that ends the worker's group when this process is gone, in whatever way that went."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, str(group)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


class _Worker:
    """The process. Leaving the context kills its whole group."""

    def __init__(self, interpreter: str, request: Request, listener: Listener) -> None:
        self.answer = Answer()
        self._interpreter = interpreter
        self._listener = listener
        self._unread = b""
        self._gone = False
        self._deadline = time.monotonic() + HELLO_SECONDS
        self._stops: list[float] = []
        self._start(interpreter, request)

    def _start(self, interpreter: str, request: Request) -> None:
        command = shutil.which(interpreter)
        if command is None:
            raise no_interpreter(interpreter)
        self._replies, reply_writer = os.pipe()
        with tempfile.TemporaryFile() as asked, os.fdopen(reply_writer, "wb") as writer:
            asked.write(encode_request(request))
            asked.seek(0)
            try:
                self._process = _popen([command, str(ENTRY)], asked.fileno(), writer.fileno(), request.folder)
            except OSError as error:
                os.close(self._replies)
                raise no_interpreter(interpreter) from error
        self._guard = _guard(self._process.pid)

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()
        self._guard.kill()  # Before the group's number can belong to somebody else.
        self.answer.returncode = self._process.wait()
        self._guard.communicate()
        os.close(self._replies)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def listen(self, stop: Stop) -> None:
        """Pass on what the worker says and prints until it is gone. Raises CannotRun as `check_hello` does."""
        assert self._process.stdout is not None
        sources = {self._replies, self._process.stdout.fileno()}
        with selectors.DefaultSelector() as selector:
            for descriptor in sources:
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ)
            selector.register(stop.reader, selectors.EVENT_READ)
            while True:
                gone = self._is_gone()
                ready = {key.fd for key, _ in selector.select(0 if gone else self._patience())}
                if stop.reader in ready:
                    os.read(stop.reader, _BLOCK)
                    self._interrupt(stop.count)
                for descriptor in sources & ready:
                    self._receive(descriptor, selector)
                self._keep_time()
                if gone and (not sources & ready or time.monotonic() > self._deadline):
                    return

    def _is_gone(self) -> bool:
        """Whether the worker has ended; then the rest of its group ends too, and only the pipes are emptied."""
        if self._process.poll() is not None and not self._gone:
            self._gone = True
            self._kill()
            self._deadline = time.monotonic() + LEAVE_SECONDS
        return self._gone

    def _receive(self, descriptor: int, selector: selectors.BaseSelector) -> None:
        try:
            data = os.read(descriptor, _BLOCK)
        except BlockingIOError:
            return
        if not data:
            selector.unregister(descriptor)
        elif descriptor == self._replies:
            for message in self._messages(data):
                self._take(message)
        elif self.answer.hello or not self.answer.interrupted:
            self._listener.output(data)

    def _messages(self, data: bytes) -> Iterator[Message]:
        """Whole lines that are messages: a program may write to a pipe that it does not know."""
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict) and "kind" in message:
                    yield message

    def _take(self, message: Message) -> None:
        match message["kind"]:
            case "hello":
                check_hello(self._interpreter, message)
                self.answer.hello = message
                if not self.answer.interrupted:
                    self._deadline = float("inf")
            case "progress":
                self._listener.progress(message)
            case "ending" | "refused":
                self.answer.ending = message
                if not self.answer.interrupted:
                    self._deadline = time.monotonic() + LEAVE_SECONDS
            case _:
                self.answer.messages.append(message)

    def _interrupt(self, count: int) -> None:
        """First ask, so that what was measured comes; whoever asks twice does not want to wait for it."""
        self.answer.interrupted = True
        if count > 1:
            self._kill()
        elif self.answer.ending is None:
            self._signal(signal.SIGINT)
            now = time.monotonic()
            self._stops = [now + STOP_SECONDS[0]]
            self._deadline = now + STOP_SECONDS[1]

    def _keep_time(self) -> None:
        now = time.monotonic()
        if self._stops and now >= self._stops[0]:
            self._stops.clear()
            if self.answer.ending is None:
                self._process.send_signal(signal.SIGTERM)
        if now >= self._deadline:
            self._kill()

    def _patience(self) -> float | None:
        """Seconds until there is something to do even if nobody says anything; a worker's end is looked for often."""
        return max(0.0, min(self._deadline, *self._stops, time.monotonic() + 0.1) - time.monotonic())

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
