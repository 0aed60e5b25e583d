"""The analysis process, seen from the server: a question goes in, an answer comes out, and the loop never waits.

Analysing a large file takes longer than an editor may be kept waiting, so a process of its own does it. One that
dies or takes too long is replaced, and a new one asked; the question that this one dies of too gets no answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAIN = Path(__file__).with_name("analyst_main.py")
PATIENCE = 60.0  # seconds for one answer
_LIMIT = 1 << 28  # bytes of one answer


class NoAnswer(Exception):
    """The analysis process died of the question, or took too long."""


class Analyst:
    """Asks one question at a time, in order. Used from one event loop.

    `roots` are the folders that modules may be imported from after a program's own; they may be others at any time.
    """

    def __init__(self, roots: tuple[str, ...] = (), command: tuple[str, ...] = (sys.executable, "-I", str(MAIN))
                 ) -> None:
        self.roots = roots
        self._told_roots: tuple[str, ...] = ()
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._number = 0
        self._known: dict[str, str] = {}

    async def ask(self, method: str, texts: Mapping[str, str], **parameters: object) -> Any:
        """The answer to a question. `texts` are those of the open files, by path. Raises NoAnswer."""
        async with self._turn:
            while True:
                before = self._process
                try:
                    process = before or await self._start()
                    return await asyncio.wait_for(self._answer(process, texts, method, parameters), PATIENCE)
                except (TimeoutError, OSError, EOFError, ValueError) as error:
                    await self._end()
                    if before is None or isinstance(error, TimeoutError | ValueError):
                        raise NoAnswer(f"{method}: {error}") from error

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._end()

    async def _start(self) -> asyncio.subprocess.Process:
        self._known, self._told_roots = {}, ()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LIMIT,
            cwd="/",
        )
        return self._process

    async def _share(self, process: asyncio.subprocess.Process, texts: Mapping[str, str]) -> None:
        """Tell the process of the texts and folders that it doesn't know yet."""
        if self._told_roots != self.roots:
            await self._write(process, {"method": "roots", "roots": self.roots})
            self._told_roots = self.roots
        changed = {path: text for path, text in texts.items() if self._known.get(path) != text}
        closed = self._known.keys() - texts.keys()
        if changed or closed:
            told = {path: edit(self._known[path], text) if path in self._known else text
                    for path, text in changed.items()}
            await self._write(process, {"method": "texts", "texts": {**told, **dict.fromkeys(closed)}})
            self._known = dict(texts)

    async def _answer(self, process: asyncio.subprocess.Process, texts: Mapping[str, str], method: str,
                      parameters: dict[str, object]) -> Any:
        await self._share(process, texts)
        self._number += 1
        await self._write(process, {"id": self._number, "method": method, **parameters})
        assert process.stdin is not None
        await process.stdin.drain()
        assert process.stdout is not None
        while True:
            line = await process.stdout.readline()
            if not line:
                raise EOFError("the analysis process ended")
            message = await asyncio.to_thread(json.loads, line)
            if message.get("id") == self._number:
                if "error" in message:
                    raise ValueError(message["error"])
                return message["result"]

    async def _write(self, process: asyncio.subprocess.Process, message: dict[str, object]) -> None:
        """Give a message away, all of it or nothing; a large text takes milliseconds to encode, which the loop does not
        have. Nothing is waited for after that: whoever asks may be cancelled, and still knows what has been told."""
        assert process.stdin is not None
        line = await asyncio.to_thread(json.dumps, message, ensure_ascii=False)
        process.stdin.write(line.encode("utf-8", "surrogatepass") + b"\n")  # Each character is one for both sides.

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def edit(old: str, new: str) -> tuple[int, int, str]:
    """What makes one text of the other: from where to where in the old one what stands instead."""
    start = _alike(len(old), len(new), lambda at, end: old[at:end] == new[at:end])
    end = _alike(len(old) - start, len(new) - start,
                 lambda at, end: old[len(old) - end : len(old) - at] == new[len(new) - end : len(new) - at])
    return start, len(old) - end, new[start : len(new) - end]


def _alike(one: int, other: int, same: Callable[[int, int], bool]) -> int:
    """How many characters are the same, in time that hardly grows with their number: the parts are compared whole."""
    alike, end = 0, min(one, other)
    while alike < end:
        middle = (alike + end + 1) // 2
        if same(alike, middle):
            alike = middle
        else:
            end = middle - 1
    return alike
