"""Canopies and exports add up to the profile, validate against their schemas, and are the same every time."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from adls.profile.canopy import Block, space_canopy, time_canopy
from adls.profile.export_json import export_json, profile_schema
from adls.profile.export_speedscope import export_speedscope
from adls.profile.processors import profile_of
from tests.profile.recordings import EVERY, recursion, two_callers

SPEEDSCOPE_SCHEMA = json.loads(Path(__file__).with_name("speedscope.schema.json").read_text("utf-8"))
every_recording = pytest.mark.parametrize("recording", EVERY.values(), ids=EVERY.keys())


def sums(blocks: tuple[Block, ...]) -> Counter[int]:
    """Each block's self value plus its children's values."""
    sums = Counter({index: block.self_value for index, block in enumerate(blocks)})
    for block in blocks[1:]:
        sums[block.parent] += block.value
    return sums


@every_recording
def test_blocks_add_up_to_the_totals_of_the_json_exactly(recording: Any) -> None:
    profile = profile_of(recording)
    for shown, written in zip(profile.gradients, json.loads(export_json(profile))["gradients"], strict=True):
        for blocks in (time_canopy(profile, shown), space_canopy(profile, shown)):
            assert all(block.parent < index for index, block in enumerate(blocks))
            assert sums(blocks) == Counter({index: block.value for index, block in enumerate(blocks)})
        forward, backward = (b for b in time_canopy(profile, shown) if b.kind == "pass")
        assert (forward.value, backward.value) == (written["forward_ns"], written["backward_ns"])
        assert space_canopy(profile, shown)[0].value == written["bytes_stored"]


def test_blocks_nest_as_the_program_does() -> None:
    profile = profile_of(two_callers())
    blocks = time_canopy(profile, profile.gradients[0])
    backward = [b for b in blocks if b.direction == "backward"]
    assert [(b.kind, b.label, b.value) for b in backward] == [
        ("pass", "backward", 875),
        ("function", "loss", 870),
        ("line", "loss:11", 300),
        ("line", "loss:12", 500),
        ("line", "loss:13", 70),
        ("function", "layer", 490),
        ("line", "layer:3", 400),
        ("line", "layer:4", 90),
        ("function", "layer", 250),
        ("line", "layer:3", 200),
        ("line", "layer:4", 50),
        ("outside", "outside any line", 5),
    ]


@every_recording
def test_the_json_validates_against_the_schema_that_is_shipped(recording: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(profile_schema())
    jsonschema.validate(json.loads(export_json(profile_of(recording))), profile_schema())


def test_the_schema_has_a_sentence_on_each_property() -> None:
    def silent(name: str, schema: dict[str, Any]) -> list[str]:
        parts = schema.get("properties", {}) | schema.get("$defs", {})
        below = [found for part, value in parts.items() for found in silent(f"{name}.{part}", value)]
        return below + [name] * (not {"description", "const", "$ref"} & schema.keys())

    assert silent("profile", profile_schema()) == []


@every_recording
def test_the_self_figures_of_the_json_sum_to_its_totals(recording: Any) -> None:
    for shown in json.loads(export_json(profile_of(recording)))["gradients"]:
        for figure in ("forward_ns", "backward_ns", "bytes_stored"):
            signatures = [s for f in shown["functions"] for s in f["signatures"]]
            for lines in (shown["lines"], [line for s in signatures for line in s["lines"]]):
                own = sum(line[f"self_{figure}"] for line in lines)
                assert own + shown.get(f"outside_{figure}", 0) == shown[figure]


@every_recording
def test_speedscope_gets_a_profile_of_time_and_one_of_bytes_with_the_same_totals(recording: Any) -> None:
    profile = profile_of(recording)
    document = json.loads(export_speedscope(profile))
    jsonschema.validate(document, SPEEDSCOPE_SCHEMA)
    for number, shown in enumerate(profile.gradients):
        time, space = document["profiles"][2 * number : 2 * number + 2]
        assert (time["unit"], space["unit"]) == ("nanoseconds", "bytes")
        assert time["endValue"] == shown.total.total_ns
        assert space["endValue"] == shown.total.bytes_stored
        for part in (time, space):
            assert_balanced(part, len(document["shared"]["frames"]))


def assert_balanced(part: dict[str, Any], frames: int) -> None:
    """Time never runs back, and every frame closes inside the frame that it opened in."""
    opened: list[int] = []
    now = part["startValue"]
    for event in part["events"]:
        assert now <= event["at"] <= part["endValue"]
        now = event["at"]
        if event["type"] == "O":
            assert event["frame"] < frames
            opened.append(event["frame"])
        else:
            assert opened.pop() == event["frame"]
    assert opened == []


@pytest.mark.parametrize("export", [export_json, export_speedscope])
def test_equal_recordings_give_the_same_text(export: Any) -> None:
    assert export(profile_of(two_callers())) == export(profile_of(two_callers()))
    assert export(profile_of(recursion())) != export(profile_of(two_callers()))
