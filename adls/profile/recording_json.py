"""A recording as JSON text, for the way from the worker to its parent and for the cache folder.

{"format": "adls-recording", "version": 1, "command": ..., "units": [...], "evaluations": [...], ...}
"""

from __future__ import annotations

import json
from dataclasses import asdict

from adls.profile.recording import Recording
from adls.profile.records import NoRecord, record_of

FORMAT = "adls-recording"
VERSION = 1


class RecordingError(ValueError):
    """The text is no recording of this format and version; the message is one sentence."""


def dump_recording(recording: Recording) -> str:
    """One line of ASCII JSON, the same for equal recordings."""
    document = {"format": FORMAT, "version": VERSION, **asdict(recording)}
    return json.dumps(document, separators=(",", ":"))


def load_recording(text: str | bytes) -> Recording:
    """The recording that `dump_recording` wrote. Raises RecordingError for anything else."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"the recording is no JSON: {error}") from error
    if not isinstance(document, dict) or document.pop("format", None) != FORMAT:
        raise RecordingError("the text is no recording of adls")
    if (version := document.pop("version", None)) != VERSION:
        raise RecordingError(f"the recording has version {version!r}, this adls reads {VERSION}")
    recording = _recording(document)
    _check_references(recording)
    return recording


def _recording(document: object) -> Recording:
    try:
        return record_of(Recording, document, "recording")
    except NoRecord as error:
        raise RecordingError(f"{error}: version {VERSION} has something else there") from error


def _check_references(recording: Recording) -> None:
    """Every index and key must lead somewhere, so that the processors need no defence."""
    clocks = {unit.key: len(unit.lines) for unit in recording.units}
    for number, evaluation in enumerate(recording.evaluations):
        size = len(evaluation.nodes)
        sound = (
            evaluation.unit in clocks
            and all(
                -1 <= node.parent < index and clocks.get(node.unit) == len(node.ns) == len(node.hits)
                for index, node in enumerate(evaluation.nodes)
            )
            and all(0 <= kept.node < size for kept in evaluation.kept)
        )
        if not sound:
            raise RecordingError(f"recording.evaluations[{number}] refers to what is not there")
