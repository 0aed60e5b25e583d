"""Profiles survive a restart: one file a run in the user's cache folder, with the texts that ran.

A run of the same function replaces the one before. What cannot be read is no run, and is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adls.profile.recording_json import RecordingError, dump_recording, load_recording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adls.profile.recording import Recording

FORMAT = "adls-run-1"
MOST = 200  # files; the oldest go first


@dataclass(frozen=True, slots=True)
class Stored:
    """A run as it is on disk."""

    file: str
    function: str
    recording: Recording
    texts: Mapping[str, str]
    call: str = ""  # one that was given from outside


def cache_folder() -> Path:
    """Where the user's caches are, as the platform says."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif os.environ.get("XDG_CACHE_HOME"):
        base = Path(os.environ["XDG_CACHE_HOME"])
    else:
        base = Path.home() / ".cache"
    return base / "adls" / "profiles"


class Store:
    """The runs in a folder. Whatever the disk does, nothing is raised: a cache is a help, not a duty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, run: Stored) -> None:
        """Write a run in place of the last one of its function, all of it or nothing."""
        document = json.dumps(
            {
                "format": FORMAT,
                "file": run.file,
                "function": run.function,
                "call": run.call,
                "recording": dump_recording(run.recording),
                "texts": dict(run.texts),
            }
        )
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write(self._place(run.file, run.function), document)
            self._prune()

    def load(self, files: frozenset[str] | None = None) -> list[Stored]:
        """The runs of these files (of all, for None), the newest first."""
        found = []
        for place in self._newest_first():
            run = _read(place)
            if run is not None and (files is None or files & run.texts.keys()):
                found.append(run)
        return found

    def forget(self, file: str, function: str) -> None:
        """Remove the run of a function."""
        with contextlib.suppress(OSError):
            self._place(file, function).unlink()

    def _place(self, file: str, function: str) -> Path:
        name = hashlib.sha256(f"{file}\0{function}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._folder / f"{name}.json"

    def _write(self, place: Path, document: str) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".new")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(document)
        Path(name).replace(place)

    def _newest_first(self) -> list[Path]:
        try:
            return sorted(self._folder.glob("*.json"), key=lambda place: -place.stat().st_mtime_ns)
        except OSError:
            return []

    def _prune(self) -> None:
        for place in self._newest_first()[MOST:]:
            place.unlink(missing_ok=True)


def _read(place: Path) -> Stored | None:
    try:
        document = json.loads(place.read_bytes())
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            return None
        texts = {str(path): str(text) for path, text in document["texts"].items()}
        recording, call = load_recording(document["recording"]), str(document.get("call", ""))
        return Stored(str(document["file"]), str(document["function"]), recording, texts, call)
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecordingError):
        return None
