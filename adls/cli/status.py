"""What is going on, on standard error: one line that changes in a terminal, plain lines elsewhere."""

from __future__ import annotations

import codecs
import time
from typing import IO, TYPE_CHECKING

from adls.cli.streams import discard

if TYPE_CHECKING:
    from collections.abc import Callable

    from adls.launch.protocol import Message

OUTPUT_LIMIT = 200_000
_PAUSE = 1.0  # seconds between two plain lines that say only how far it is


class Status:
    """The listener of the command line: says each step, and passes on what the program prints, up to a limit."""

    def __init__(self, stream: IO[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._clock = clock
        self._shown = ""
        self._last = float("-inf")
        self._room = OUTPUT_LIMIT
        self._at_line_start = True
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")  # A character may come in two parts.

    def progress(self, message: Message) -> None:
        """Say the worker's step."""
        stage, name = message["stage"], message.get("function", "")
        number = message.get("number")
        if number is not None:
            self.say(f"evaluation {number} of {name}", is_new=number == 1)
        else:
            self.say(f"{stage} {name}".rstrip())

    def say(self, text: str, is_new: bool = True) -> None:
        """Show a step. Where lines stay, one that is not new is left out unless some time has passed."""
        if self._terminal:
            self._end_line()
            self._write(f"\r\x1b[K{text}...")
            self._shown = text
        elif is_new or self._clock() - self._last >= _PAUSE:
            self._last = self._clock()
            self._end_line()
            self._write(f"adls: {text}\n")

    def output(self, data: bytes) -> None:
        """Pass on what the program prints; past the limit it is dropped, and that is said once."""
        if self._room <= 0:
            return
        self.clear()
        kept, self._room = data[: self._room], self._room - len(data)
        self._write(self._decoder.decode(kept))
        self._at_line_start = kept.endswith(b"\n")
        if self._room <= 0:
            self._end_line()
            self._write(f"adls: output cut after {OUTPUT_LIMIT // 1000} kB\n")

    def clear(self) -> None:
        """Take the status line away, for something that stays; what the program left open is ended."""
        if self._shown:
            self._write("\r\x1b[K")
            self._shown = ""

    def close(self) -> None:
        """Leave the stream at the start of a line."""
        self.clear()
        self._end_line()

    def _end_line(self) -> None:
        if not self._at_line_start:
            self._write("\n")
            self._at_line_start = True

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # A full disk under the log is no reason to end a measurement.
            discard(self._stream)
