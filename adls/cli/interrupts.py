"""Ctrl-C and its relatives, as the end of a run that keeps what was measured."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

from adls.launch.process import Stop, run_worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from adls.launch.process import Answer, Listener
    from adls.launch.protocol import Request

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_until_interrupted(interpreter: str, request: Request, listener: Listener) -> Answer:
    """Run the request until it ends or the user interrupts it. Raises CannotRun as `run_worker` does."""
    with Stop() as stop, _heard(stop):
        return run_worker(interpreter, request, listener, stop)


@contextlib.contextmanager
def _heard(stop: Stop) -> Iterator[None]:
    """Signals that mean "stop" ask for it. One that is ignored (under nohup) stays ignored."""

    def ask(_signum: int, _frame: FrameType | None) -> None:
        stop.ask()

    heard = [number for number in SIGNALS if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    before = {number: signal.signal(number, ask) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
