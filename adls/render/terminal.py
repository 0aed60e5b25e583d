"""What a terminal can show, and painting for it with plain ANSI codes."""

from __future__ import annotations

import re
import shutil
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

Colour = tuple[int, int, int]
Column = Literal["forward", "backward", "bytes"]

# The hottest colour of each column; cooler cells fade into the terminal's background.
HOT: dict[Column, Colour] = {"forward": (52, 120, 214), "backward": (214, 92, 40), "bytes": (24, 142, 112)}
DARK: Colour = (30, 32, 38)
LIGHT: Colour = (246, 246, 244)
COLD = 0.005  # Less than this part of the whole is not shaded.
UNPRINTED = ("Cc", "Cf", "Cs", "Zl", "Zp")
ESCAPE = re.compile("\x1b\\[[0-9;]*m")
ASCII = str.maketrans({"µ": "u", "·": "-", "…": "~", "─": "-", "⋯": ":", "×": "x", "−": "-", "└": "`"})


@dataclass(frozen=True, slots=True)
class Terminal:
    """`colours` is 0 (none), 256 or 2**24; `light` is about the background; `width` is in columns."""

    width: int = 100
    colours: int = 0
    light: bool = False
    unicode: bool = True

    def style(self, text: str, code: str) -> str:
        """Text under an SGR code ("1" bold, "2" dim, "33" yellow), where there are colours at all."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours and text else text

    def dim(self, text: str) -> str:
        return self.style(text, "2")

    def bold(self, text: str) -> str:
        return self.style(text, "1")

    def heat(self, text: str, column: Column, share: float) -> str:
        """Text on the column's colour, the stronger the larger its `share` (0 to 1); dim where cold."""
        if not self.colours:
            return text
        if share < COLD:
            return self.dim(text)
        # The root spreads the small shares, among which most lines are.
        strength = 0.12 + 0.88 * min(1.0, share) ** 0.5
        colour = _mix(LIGHT if self.light else DARK, HOT[column], strength)
        ink = "38;5;16" if _luminance(colour) > 0.4 else "38;5;231"
        return self.style(text, f"48;{self._code(colour)};{ink}")

    def finish(self, text: str) -> str:
        """Text in characters that the terminal has."""
        return text if self.unicode else text.translate(ASCII).encode("ascii", "replace").decode()

    def _code(self, colour: Colour) -> str:
        if self.colours > 256:
            return "2;{};{};{}".format(*colour)
        red, green, blue = (round(channel / 255 * 5) for channel in colour)
        return f"5;{16 + 36 * red + 6 * green + blue}"


def terminal_of(stream: TextIO, environ: Mapping[str, str]) -> Terminal:
    """What `stream` can show. NO_COLOR, FORCE_COLOR, TERM, COLORTERM and COLORFGBG are heard."""
    encoding = (getattr(stream, "encoding", None) or "ascii").lower()
    return Terminal(
        width=max(60, shutil.get_terminal_size((100, 24)).columns),
        colours=_colours(stream, environ),
        light=environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15"),
        unicode=encoding.startswith("utf"),
    )


def visible(text: str) -> str:
    """Text as a terminal prints it safely: tabs expanded, control and direction characters as `?`."""
    return "".join("?" if unicodedata.category(c) in UNPRINTED else c for c in text.expandtabs(4))


def fit(text: str, width: int) -> str:
    """Text cut to `width` columns, with `…` where something was cut."""
    if columns(text) <= width:
        return text
    kept = 0
    for index, character in enumerate(text):
        kept += _column(character)
        if kept >= width:
            return text[:index] + "…"
    return text


def columns(text: str) -> int:
    """Columns that text takes: two for wide characters, none for combining ones and colour codes."""
    return sum(_column(character) for character in ESCAPE.sub("", text))


def _column(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _colours(stream: TextIO, environ: Mapping[str, str]) -> int:
    if environ.get("NO_COLOR"):
        return 0
    forced = environ.get("FORCE_COLOR", "0") not in ("", "0")
    if not forced and (not stream.isatty() or environ.get("TERM", "") in ("", "dumb")):
        return 0
    return 2**24 if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") else 256


def _mix(start: Colour, end: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(start, end, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = ((channel / 255) ** 2 for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
