"""Gradient evaluations of an example call, one recorder each, sent as soon as they are there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import adls
from adls.runtime.recorder import Recorder
from adls.worker.calls import Call, blamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from adls.worker.channel import Channel

LEAST = 3  # A median of fewer says nothing about the spread.
MOST = 200
SECONDS = 0.4


class Recording:
    """What is being measured now, so that it can be sent at any moment, also from a signal handler."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._recorder: Recorder | None = None

    def start(self) -> Recorder:
        """A new recorder; what is sent from now on is its."""
        self._recorder = Recorder()
        return self._recorder

    def send(self) -> None:
        """Send what the recorder has, once."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            self._channel.measured(recorder.units(), recorder.evaluations())

    def drop(self) -> None:
        """Forget what the recorder has."""
        self._recorder = None


def measure(
    call: Call,
    namespace: dict[str, Any],
    repeat: int,
    channel: Channel,
    recording: Recording,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    """Evaluate the gradient `repeat` times, or as often as a good median needs, after one that warms up.

    Whatever the function raises is raised, after what was measured until then has been sent.
    """
    channel.send("progress", stage="compiling", function=call.function)
    _evaluate(call, namespace, recording)
    recording.drop()
    began, count = clock(), 0
    while count < repeat or (not repeat and _wants_more(count, clock() - began)):
        count += 1
        channel.send("progress", stage="evaluation", number=count, function=call.function)
        _evaluate(call, namespace, recording)
        recording.send()


def _wants_more(count: int, seconds: float) -> bool:
    return count < LEAST or (count < MOST and seconds < SECONDS)


def _evaluate(call: Call, namespace: dict[str, Any], recording: Recording) -> None:
    """One evaluation; the gradients that the arguments' own making takes are none of the function's."""
    function, args, named = call.evaluate(namespace)
    value_and_grad = adls.value_and_grad(function, call.argnums)
    with blamed(call), recording.start():
        value_and_grad(*args, **named)
