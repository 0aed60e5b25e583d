"""A storm: a program that never ends, and an editor that types at random. Used by a test and by a benchmark."""

from __future__ import annotations

import os
import random
import re
import select
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.conftest import PATIENCE
from tests.lsp.editor import ALL, Editor, Json

Encoding = Literal["utf-8", "utf-16", "utf-32"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
NAME = "storm.py"
HEAD = """\
import os
import signal

import numpy as np


def note():
    with open("pids", "a") as file:
        file.write(f"{os.getpid()}\\n")


def endless():
    for _ in range(3):
        if os.fork() == 0:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            note()
            while True:
                signal.pause()
    note()
    while True:
        try:
            os.write(1, b"flood " * 10_000)
        except BaseException:  # It will not be interrupted.
            os.write(1, b"no")


# adls: storm(endless())
def storm(x):
    return x * x


"""
CALM = """\
# adls: calm(np.linspace(0.0, 1.0, 1000))
def calm(x):
    first = np.sin(x) * 2.0
    second = np.exp(first) + x  # \u2028 😀 ∂é \x0c
    third = second * first
    return third.sum()
"""
TAIL = """

def after(x):
    return x
"""
TEXT = HEAD + CALM + TAIL
SNIPPETS = (
    "x", "\n", "\r\n", "\r", "\u2028", "\x0c", "\x85", "😀", "∂é", "a = 1\n", "def (\n",
    "# \U0001f600 \u2029 comment\n", "\tif True:\r\n", ")", "[", "\\", "class A:\n    pass\n", "    ", "'", "@",
    "\x1c", "for _ in range(3):\n    pass\n",
)  # fmt: skip
_END = re.compile(r"\r\n|\r|\n")


class Typist:
    """Edits a document at random around `calm`, whose own lines stay whole; `text` is what it should be."""

    def __init__(self, editor: Editor, encoding: Encoding, seed: int) -> None:
        self._editor = editor
        self.encoding = encoding
        self._random = random.Random(seed)
        self.head, self.tail = HEAD, TAIL

    @property
    def text(self) -> str:
        return self.head + CALM + self.tail

    def type(self) -> None:
        """One edit: something is inserted, deleted or replaced, in one change or in two."""
        self._editor.edit(NAME, *(self._change() for _ in range(self._random.randint(1, 2))))

    def mend(self) -> None:
        """Text that parses, with lines above that moved it."""
        above = ("# \u2028 one\n", "\x0c\n", "# two\r\n", "# 😀\r", "\n")
        lines = self._random.choices(above, k=self._random.randint(0, 9))
        self.head, self.tail = "".join(lines) + HEAD, TAIL
        self._editor.change(NAME, self.text)

    def restore(self) -> None:
        """The first text again."""
        self.head, self.tail = HEAD, TAIL
        self._editor.change(NAME, self.text)

    def lines(self) -> list[str]:
        return _END.split(self.text)

    def _change(self) -> Json:
        # The line end before `calm` and that of its last line stay.
        before = self._random.random() < 0.7
        low, high = (0, len(self.head) - 1) if before else (len(self.head + CALM), len(self.text))
        start = self._random.randint(low, high)
        end = min(high, start + self._random.choice((0, 0, 1, 5, 60)))
        start, end = self._outside_of_pairs(start, low), self._outside_of_pairs(end, low)
        added = "".join(self._random.choices(SNIPPETS, k=self._random.choice((0, 1, 1, 2, 4))))
        where = {"start": self.position(start), "end": self.position(end)}
        if before:
            self.head = self.head[:start] + added + self.head[end:]
        else:
            first = len(self.head + CALM)
            self.tail = self.tail[: start - first] + added + self.tail[end - first :]
        return {"range": where, "text": added}

    def _outside_of_pairs(self, offset: int, low: int) -> int:
        """No editor has a place between the two characters of a line end."""
        return offset - 1 if offset > low and self.text[offset - 1 : offset + 1] == "\r\n" else offset

    def position(self, offset: int) -> Json:
        lines = _END.split(self.text[:offset])
        return {"line": len(lines) - 1, "character": units(lines[-1], self.encoding)}


def units(text: str, encoding: Encoding) -> int:
    """How long a text is in an encoding's units."""
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    return len(text.encode(encoding if size == 1 else f"{encoding}-le")) // size


def begin(folder: Path, cache: Path, encoding: Encoding) -> Editor:
    """An editor on the program, with the figures of the function that ends."""
    capabilities = {**ALL, "general": {"positionEncodings": [encoding]}}
    folder.mkdir(exist_ok=True)
    (folder / NAME).write_text(TEXT)
    editor = Editor(folder, cache, capabilities)
    editor.open(NAME, TEXT)
    editor.settle(NAME)
    assert editor.profile(NAME, "calm")["outcome"] == "finished"
    return editor


@dataclass
class Endless:
    """The run that does not end: its request, and its processes as descriptors that can be waited for."""

    number: int
    processes: list[int]

    def wait(self, patience: float = PATIENCE) -> bool:
        """Whether all its processes are gone in time."""
        deadline = time.monotonic() + patience
        for process in self.processes:
            ready, _, _ = select.select([process], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return False
            os.close(process)
        return True


def run_endlessly(editor: Editor) -> Endless:
    """Start it, and wait until it has forked and floods."""
    number = editor.ask("adls/profile", uri=editor.uri(NAME), function="storm")
    pids = editor.folder / "pids"
    editor.until(lambda: any("flood" in told["message"] for told in editor.of("window/logMessage")))
    deadline = time.monotonic() + PATIENCE
    while not pids.exists() or pids.read_text().count("\n") < 4:
        assert time.monotonic() < deadline
        editor.hover(NAME, 1)
    found = Endless(number, [os.pidfd_open(int(pid)) for pid in pids.read_text().split()])
    pids.unlink()
    return found


def timed_hover(editor: Editor, typist: Typist, encoding: Encoding) -> float:
    """Seconds that a hover over one of the lines with figures takes."""
    lines = typist.lines()
    line = lines.index("    third = second * first") + 1
    began = time.perf_counter()
    editor.hover(NAME, line, units("    third = sec", encoding))
    return time.perf_counter() - began
