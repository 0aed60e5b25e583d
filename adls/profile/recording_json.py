"""A recording as JSON text, for the way from the worker to its parent and for the cache folder.

{"format": "adls-recording", "version": 1, "command": ..., "units": [...], "evaluations": [...], ...}
"""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from adls.profile.recording import Recording

FORMAT = "adls-recording"
VERSION = 1
T = TypeVar("T")


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
    recording = _record(Recording, document, "recording")
    _check_references(recording)
    return recording


def _record(cls: type[T], value: object, where: str) -> T:
    """An instance of a dataclass from a JSON object with exactly its fields, checked by their annotations."""
    hints = _hints(cls)  # type: ignore[arg-type]  # typeshed calls type[T] unhashable
    if not isinstance(value, dict) or not hints.keys() >= value.keys():
        raise RecordingError(f"{where} is not what version {VERSION} has there")
    try:
        return cls(**{name: _value(hints[name], item, f"{where}.{name}") for name, item in value.items()})
    except TypeError as error:
        raise RecordingError(f"{where} lacks a field: {error}") from error


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, value: object, where: str) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in (str, int, bool) and type(value) is hint:
        return value
    if origin is Literal and value in arguments:
        return value
    if origin is tuple and isinstance(value, list):
        if arguments[0] is int and all(type(item) is int for item in value):
            return tuple(value)
        return tuple(_value(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return {key: _value(arguments[1], item, f"{where}[{key!r}]") for key, item in value.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint, value, where)
    raise RecordingError(f"{where} is not what version {VERSION} has there")


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
