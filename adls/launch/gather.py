"""What came of a run: how it ended, in words, and what the worker sent, as the one recording that it is."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import adls
from adls.profile.recording_json import FORMAT, VERSION, load_recording

if TYPE_CHECKING:
    from adls.launch.process import Answer
    from adls.profile.recording import Recording


def outcome_of(answer: Answer) -> tuple[str, str]:
    """A recording's `outcome` and `message`."""
    ended = answer.ending
    if ended is not None and (ended["outcome"] == "finished" or not answer.interrupted):
        return ended["outcome"], ended["message"]
    if answer.interrupted:  # Whatever a program makes of an interrupt, the user knows why it ended.
        return "interrupted", "interrupted"
    return "exited", _death(answer.returncode)


def recording_of(answer: Answer, command: str) -> Recording:
    """The pieces that the worker sent, put together; `command` is what asked for them."""
    outcome, message = outcome_of(answer)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "command": command,
        "units": [item["unit"] for item in answer.of("unit")],
        "evaluations": [item["evaluation"] for item in answer.of("evaluation")],
        "files": {item["path"]: item["digest"] for item in answer.of("file")},
        "versions": _versions(answer),
        "outcome": outcome,
        "message": message,
    }
    return load_recording(json.dumps(document))


def _versions(answer: Answer) -> dict[str, str]:
    hello = answer.hello
    return {"adls": adls.__version__, "python": hello.get("python", ""), "numpy": hello.get("numpy", "")}


def _death(returncode: int) -> str:
    if returncode >= 0:
        return f"the program ended its process with exit code {returncode}, without a word (os._exit?)"
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    return f"the program's process was killed by {name}: a crash in native code, or too little memory"
