"""A program in a terminal of its own, and what stands on its screen: enough of a terminal for an editor's."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.conftest import PATIENCE

ROWS, COLUMNS = 40, 140
_PART = re.compile(r"\x1b\[(?P<numbers>[0-9;]*)(?P<order>[A-Za-z])|\x1b[\]P].*?(?:\x07|\x1b\\)"
                   r"|\x1b\[[^A-Za-z]*[A-Za-z]|\x1b[^\[\]P]|(?P<text>[^\x1b])", re.DOTALL)  # fmt: skip


class Terminal:
    """A program that draws on a screen. It moves the cursor, clears, and writes: no more is understood of it."""

    def __init__(self, command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> None:
        self._process, self._file = pty.fork()
        if not self._process:
            os.chdir(cwd)
            os.execve(command[0], command, {**environment, "TERM": "xterm-256color"})
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._cells: dict[tuple[int, int], str] = {}
        self._at = 1, 1
        self._rest = b""

    def type(self, keys: str) -> None:
        os.write(self._file, keys.encode())

    def text(self) -> str:
        """What stands on the screen."""
        rows = ("".join(self._cells.get((row, column), " ") for column in range(1, COLUMNS + 1))
                for row in range(1, ROWS + 1))
        return "\n".join(row.rstrip() for row in rows)

    def until(self, shows: Callable[[str], object]) -> str:
        """The screen as soon as it shows what is wanted."""
        assert self.comes_to(shows, PATIENCE), self.text()
        return self.text()

    def comes_to(self, shows: Callable[[str], object], seconds: float) -> bool:
        """Whether the screen shows what is wanted before the time is over."""
        deadline = time.monotonic() + seconds
        while not shows(self.text()):
            if time.monotonic() > deadline:
                return False
            if select.select([self._file], [], [], 0.1)[0]:
                self._take(os.read(self._file, 1 << 16))
        return True

    def close(self) -> None:
        os.kill(self._process, signal.SIGHUP)
        os.waitpid(self._process, 0)
        os.close(self._file)

    def _take(self, data: bytes) -> None:
        text = (self._rest + data).decode(errors="surrogateescape")
        end = 0
        for part in _PART.finditer(text):
            if part.start() != end:
                break
            end = part.end()
            if part["text"]:
                self._write(part["text"])
            elif part["order"]:
                self._move(part["order"], [int(each or 0) for each in part["numbers"].split(";")])
        self._rest = text[end:].encode(errors="surrogateescape")

    def _write(self, character: str) -> None:
        row, column = self._at
        if character == "\r":
            self._at = row, 1
        elif character == "\n":
            self._at = row + 1, column
        elif character >= " ":
            self._cells[self._at] = character
            self._at = row, column + 1

    def _move(self, order: str, numbers: list[int]) -> None:
        if order == "H":
            row, column = (*numbers, 1)[:2]
            self._at = max(1, row), max(1, column)
        elif order == "J":
            self._cells.clear()
        elif order == "K":
            row, column = self._at
            for each in range(column, COLUMNS + 1):
                self._cells.pop((row, each), None)
