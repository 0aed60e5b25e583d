"""The canopy page: one self-contained HTML file with the profile as data, and no network.

`canopy.html` is the frame, `canopy.css` its looks, `canopy.js` its behaviour. A fragment `#select=t0.12`
opens block 12 of gradient 0's chart of time (`s0.3`: of space). A click posts
`{type: "adls.goto", file, line}` to the page that embeds this one.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from adls.profile.canopy import space_canopy, time_canopy
from adls.render.adjoint import primal_lines
from adls.render.quality import quality, rarely_ran
from adls.render.sources import differentiated, function_end, short_names, split_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adls.profile.model import Gradient, Line, Profile
    from adls.profile.recording import Unit

Json = dict[str, Any]
SLOT = re.compile(r"\{\{(title|style|data|script)\}\}")


def render_page(profile: Profile, sources: Mapping[str, str]) -> str:
    """The page's text. `sources` maps a path to the text that ran (`read_sources`), as far as known."""
    parts = {
        "title": html.escape(_title(profile)),
        "style": _asset("canopy.css"),
        "data": script_safe(json.dumps(page_data(profile, sources), separators=(",", ":"))),
        "script": _asset("canopy.js"),
    }
    return SLOT.sub(lambda slot: parts[slot[1]], _asset("canopy.html"))


def page_data(profile: Profile, sources: Mapping[str, str]) -> Json:
    """What the page draws: blocks as `adls.profile.canopy` has them, lines with figures, source, adjoints."""
    texts = {file: split_lines(text) for file, text in sources.items()}
    names = short_names(unit.file for unit in profile.units)
    units = {unit.key: _unit(profile, unit, names, texts.get(unit.file, [])) for unit in profile.units}
    return {
        "notice": _notice(profile, sources),
        "footer": _footer(profile),
        "gradients": [_gradient(profile, gradient, sources) for gradient in profile.gradients],
        "units": units,
        "sources": _shown_source(profile, units, texts),
    }


def script_safe(text: str) -> str:
    """JSON that cannot end the script element that it stands in, nor open a comment there."""
    return text.replace("<", "\\u003c")


def _asset(name: str) -> str:
    return files("adls.render").joinpath(name).read_text(encoding="utf-8").rstrip("\n")


def _title(profile: Profile) -> str:
    return " · ".join([*(f"gradient of {gradient.function}" for gradient in profile.gradients[:1]), "adls"])


def _notice(profile: Profile, sources: Mapping[str, str]) -> str:
    """What the reader must know before reading a figure; "" in the usual case."""
    notes = [profile.message] if profile.message else []
    missing = sorted({unit.file for unit in profile.units} - sources.keys())
    if missing:
        notes.append(f"Changed since it ran, or unreadable, so not shown: {', '.join(missing)}.")
    return " ".join(notes)


def _footer(profile: Profile) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in profile.versions.items())
    return " · ".join(part for part in (profile.command, versions) if part)


def _gradient(profile: Profile, gradient: Gradient, sources: Mapping[str, str]) -> Json:
    lines: dict[str, Json] = {}
    for line in gradient.lines:
        lines.setdefault(line.file, {})[str(line.line)] = _line(line, gradient.used)
    return {
        "function": gradient.function,
        "unit": gradient.unit,
        "differentiated": differentiated(gradient, sources),
        "quality": quality(gradient),
        "forward_ns": gradient.total.forward_ns,
        "backward_ns": gradient.total.backward_ns,
        "bytes_stored": gradient.total.bytes_stored,
        "lines": lines,
        "time": [asdict(block) for block in time_canopy(profile, gradient)],
        "space": [asdict(block) for block in space_canopy(profile, gradient)],
    }


def _line(line: Line, used: int) -> Json:
    cost = line.inclusive
    return {
        "forward": cost.forward_ns,
        "backward": cost.backward_ns,
        "bytes": cost.bytes_stored,
        "rare": f"in {line.ran_in} of {used}" if rarely_ran(line, used) else "",
        "residuals": [asdict(residual) for residual in line.residuals],
    }


def _unit(profile: Profile, unit: Unit, names: Mapping[str, str], text: list[str]) -> Json:
    ran = [line.line for g in profile.gradients for f in g.functions for line in f.lines if _owns(unit, f)]
    last = max(ran, default=unit.first_line)
    return {
        "function": unit.qualname,
        "signature": unit.signature,
        "file": unit.file,
        "name": names[unit.file],
        "first": unit.first_line,
        "last": function_end(text, unit.first_line, last),
        "listing": list(zip(split_lines(unit.listing.rstrip()), primal_lines(unit, text), strict=True)),
    }


def _owns(unit: Unit, function: Any) -> bool:
    return (unit.file, unit.first_line) == (function.file, function.first_line)


def _shown_source(profile: Profile, units: Mapping[str, Json], texts: Mapping[str, list[str]]) -> Json:
    """By file and number, the source lines of the functions that ran: a large file is not embedded whole."""
    shown: dict[str, dict[str, str]] = {}
    for unit in units.values():
        text = texts.get(unit["file"], [])
        for number in range(unit["first"], min(unit["last"], len(text)) + 1):
            shown.setdefault(unit["file"], {})[str(number)] = text[number - 1].expandtabs(4)
    return shown
