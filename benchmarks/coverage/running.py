"""Runs a tool over the programs of a file, in processes that may crash or hang."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
from typing import IO, Any

START = 120.0
"""Seconds that the imports may take, beside the first program."""


def installed(tool: str) -> bool:
    return tool in ("adls", "differences") or importlib.util.find_spec(tool) is not None


def names(module: str) -> list[str]:
    """The programs of a file, in order."""
    return [line["name"] for line in answers("names", module, [], START)]


def run(tool: str, module: str, wanted: list[str], limit: float) -> dict[str, dict[str, Any]]:
    """What a tool says of each program. After one that crashes or takes too long, a new process goes on."""
    found: dict[str, dict[str, Any]] = {}
    while left := [name for name in wanted if name not in found]:
        for answer in answers(tool, module, left, limit):
            found[answer["name"]] = answer
        if remaining := [name for name in wanted if name not in found]:
            found[remaining[0]] = {"error": f"crashed, or took more than {limit:g} s"}
    return found


def answers(tool: str, module: str, wanted: list[str], limit: float) -> list[dict[str, Any]]:
    """The lines that one process gives until it ends or takes too long."""
    command = [sys.executable, "-m", "benchmarks.coverage.trial", tool, module, *wanted]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ), text=True)
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=drain, args=(process.stderr, None), daemon=True).start()
    threading.Thread(target=drain, args=(process.stdout, lines), daemon=True).start()
    found = []
    try:
        while (line := lines.get(timeout=limit if found else limit + START)) is not None:
            found.append(json.loads(line))
    except queue.Empty:
        process.kill()
    process.wait()
    return found


def drain(stream: IO[str] | None, lines: queue.Queue[str | None] | None) -> None:
    for line in stream or ():
        if lines is not None:
            lines.put(line)
    if lines is not None:
        lines.put(None)
