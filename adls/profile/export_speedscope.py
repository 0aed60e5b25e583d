"""A profile in speedscope's file format: for each gradient one profile in nanoseconds and one in bytes.

The blocks of the canopies open and close in program order, so that speedscope's totals are the profile's.
The format: https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from adls.profile.canopy import Block, space_canopy, time_canopy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adls.profile.model import Profile

Frames = dict[tuple[str, str, int], int]  # name, file, line -> index


def export_speedscope(profile: Profile) -> str:
    """JSON text that speedscope opens; the same text for equal profiles."""
    frames: Frames = {}
    profiles: list[dict[str, Any]] = []
    for gradient in profile.gradients:
        name = f"gradient of {gradient.function}"
        profiles.append(_evented(f"{name}: time", "nanoseconds", time_canopy(profile, gradient), frames))
        profiles.append(_evented(f"{name}: bytes kept", "bytes", space_canopy(profile, gradient), frames))
    document = {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "exporter": " ".join(("adls", profile.versions.get("adls", ""))).strip(),
        "name": profile.command,
        "activeProfileIndex": 0,
        "shared": {"frames": [_frame(*key) for key in frames]},
        "profiles": profiles,
    }
    return json.dumps(document, separators=(",", ":")) + "\n"


def _evented(name: str, unit: str, blocks: Sequence[Block], frames: Frames) -> dict[str, Any]:
    """Blocks opened and closed in program order: linear in their number, however deep they nest."""
    events: list[dict[str, Any]] = []
    at = 0
    for index in _walk(blocks):
        block = blocks[index] if index >= 0 else blocks[~index]
        frame = frames.setdefault((block.label, block.file, block.line), len(frames))
        events.append({"type": "O" if index >= 0 else "C", "at": at, "frame": frame})
        # What a line spends itself stands before its callees; the total is the same.
        at += block.self_value if index >= 0 else 0
    return {"type": "evented", "name": name, "unit": unit, "startValue": 0, "endValue": at, "events": events}


def _walk(blocks: Sequence[Block]) -> Iterator[int]:
    """Depth first below the root, without what costs nothing: `index` opens a block, `~index` closes it."""
    children: list[list[int]] = [[] for _ in blocks]
    for index, block in enumerate(blocks[1:], start=1):
        if block.value:
            children[block.parent].append(index)
    pending = children[0][::-1]
    while pending:
        yield (index := pending.pop())
        if index >= 0:
            pending.append(~index)
            pending += reversed(children[index])


def _frame(name: str, file: str, line: int) -> dict[str, Any]:
    return {"name": name, "file": file, "line": line} if file else {"name": name}
