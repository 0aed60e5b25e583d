"""Runs of the user's programs: each in a worker process, listened to by a thread, and ended as a group.

The event loop only ever waits for a future. At most one job runs for a file; asking again ends the one before.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from adls.launch.handshake import CannotRun
from adls.launch.process import Answer, Stop, run_worker

if TYPE_CHECKING:
    from adls.launch.protocol import Message, Request

MOST_OUTPUT = 200_000  # bytes of what a program prints that are passed on; the rest is only counted
_FLOOD_PAUSE = 0.01  # seconds a block, for a program that prints more than that


class Watcher(Protocol):
    """Who is told on the event loop what a job does."""

    def progress(self, message: Message) -> None:
        """The worker has begun something."""

    def output(self, text: str) -> None:
        """The program has printed something."""


@dataclass
class Job:
    """A run of one function's example call."""

    file: str
    function: str
    stop: Stop = field(default_factory=Stop)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: bool = False

    def cancel(self) -> None:
        """Ask for its end; what was measured is kept."""
        if not self.cancelled:
            self.cancelled = True
            self.stop.ask()


class Jobs:
    """The jobs that run. Used from one event loop."""

    def __init__(self) -> None:
        self.running: dict[str, Job] = {}

    async def run(self, job: Job, interpreter: str, request: Request, watcher: Watcher) -> Answer:
        """Run a request to its end. Raises CannotRun where nothing can be run, and ends as soon as it is cancelled."""
        while (before := self.running.get(job.file)) is not None:  # Several may wait for the same one.
            before.cancel()
            await before.done.wait()
        self.running[job.file] = job
        try:
            return await _in_thread(job, interpreter, request, watcher)
        finally:
            if self.running.get(job.file) is job:
                del self.running[job.file]
            job.stop.close()
            job.done.set()

    async def end_all(self) -> None:
        """End every job, and wait until their processes are gone."""
        jobs = list(self.running.values())
        for job in jobs:
            job.cancel()
            job.stop.ask()  # The second time kills at once.
        for job in jobs:
            await job.done.wait()


async def _in_thread(job: Job, interpreter: str, request: Request, watcher: Watcher) -> Answer:
    """A daemon thread of its own: a pool's would be waited for when the server ends."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Answer] = loop.create_future()
    listener = _Listener(loop, watcher)

    def run() -> None:
        try:
            answer = run_worker(interpreter, request, listener, job.stop)
        except BaseException as error:
            _settle(loop, future, error)
        else:
            _settle(loop, future, answer)

    threading.Thread(target=run, name="adls worker", daemon=True).start()
    return await asyncio.shield(future)


def _settle(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[Answer], outcome: Answer | BaseException
) -> None:
    def settle() -> None:
        if isinstance(outcome, CannotRun | Exception):
            future.set_exception(outcome)
        elif isinstance(outcome, BaseException):
            future.set_exception(RuntimeError(repr(outcome)))
        else:
            future.set_result(outcome)

    loop.call_soon_threadsafe(settle)


class _Listener:
    """Passes on from the job's thread to the loop; of a flood only the beginning, and it slows the flood down."""

    def __init__(self, loop: asyncio.AbstractEventLoop, watcher: Watcher) -> None:
        self._loop = loop
        self._watcher = watcher
        self._printed = 0
        self._pause = threading.Event()

    def progress(self, message: Message) -> None:
        self._loop.call_soon_threadsafe(self._watcher.progress, message)

    def output(self, data: bytes) -> None:
        if self._printed < MOST_OUTPUT:
            text = data.decode("utf-8", "replace")
            self._loop.call_soon_threadsafe(self._watcher.output, text)
        elif self._printed - len(data) < MOST_OUTPUT:
            self._loop.call_soon_threadsafe(self._watcher.output, "\n(more is not shown)\n")
        else:
            self._pause.wait(_FLOOD_PAUSE)
        self._printed += len(data)
