"""A recording survives the way between processes; anything else is refused in one sentence."""

from __future__ import annotations

import json

import pytest

from adls.profile.recording_json import RecordingError, dump_recording, load_recording
from tests.profile.recordings import EVERY, two_callers


@pytest.mark.parametrize("name", EVERY)
def test_what_is_written_is_read_back(name: str) -> None:
    text = dump_recording(EVERY[name])
    assert load_recording(text) == EVERY[name]
    assert dump_recording(load_recording(text.encode())) == text


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d.update(format="other"), "no recording of adls"),
        (lambda d: d.update(version=99), "has version 99, this adls reads 1"),
        (lambda d: d.pop("command"), "recording lacks a field"),
        (lambda d: d.update(command=7), "recording.command"),
        (lambda d: d.update(more=1), "recording is no Recording"),
        (lambda d: d["units"][0].update(lines=[1.5]), r"recording.units\[0\].lines"),
        (lambda d: d["evaluations"][0]["nodes"][1].update(parent=1), "refers to what is not there"),
        (lambda d: d["evaluations"][0]["nodes"][0].update(ns=[1]), "refers to what is not there"),
        (lambda d: d["evaluations"][0]["kept"][0].update(node=99), "refers to what is not there"),
        (lambda d: d["evaluations"][0]["nodes"][0].update(direction="up"), r"nodes\[0\].direction"),
    ],
)
def test_a_spoilt_recording_is_an_error_that_says_where(spoil, message) -> None:  # type: ignore[no-untyped-def]
    document = json.loads(dump_recording(two_callers()))
    spoil(document)
    with pytest.raises(RecordingError, match=message):
        load_recording(json.dumps(document))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", b"\xff", "[" * 100_000])
def test_text_that_is_no_recording_is_an_error(text: str | bytes) -> None:
    with pytest.raises(RecordingError):
        load_recording(text)
