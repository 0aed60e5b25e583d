"""Which line of the user's program each line of an adjoint's listing belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adls.render.sources import split_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adls.profile.recording import Unit

# A listing heads its statements with the primal line: `# 12: y = np.tanh(x)`, or `# file.py:12: y = ...`.
HEADING = re.compile(r"\s*#\s*(?:[^\s:]*:|line\s+)?(\d+)\s*[:|](?:\s|$)(.*)")
COMMENT = re.compile(r"\s*#\s*(.*\S)\s*$")
FUNCTION = re.compile(r"\s*(?:def|class)\b")


def primal_lines(unit: Unit, source: Sequence[str]) -> list[int]:
    """For each line of the listing, but blank ones at its end, the user's line that it stands under, or 0.

    A heading reaches to the next one or to the next function. One without a number is found by its text. One whose text
    does not stand in its line is of another file, that of a function which the unit calls: it has no line here.
    """
    by_text = {source[line - 1].strip(): line for line in reversed(unit.lines) if line <= len(source)}
    lines: list[int] = []
    current = 0
    for text in split_lines(unit.listing.rstrip()):
        if FUNCTION.match(text):
            current = 0
        else:  # What stands at the margin describes the next function.
            current = _heading(text, by_text, source, 0 if text.startswith("#") else current)
        lines.append(current if text.strip() else 0)
    return lines


def _heading(text: str, by_text: dict[str, int], source: Sequence[str], current: int) -> int:
    """The line that a heading names; under what is none it stays as it was."""
    numbered = HEADING.match(text)
    if numbered:
        line = int(numbered[1])
        return line if line > len(source) or source[line - 1].strip() == numbered[2].strip() else 0
    comment = COMMENT.match(text)
    return by_text.get(comment[1], current) if comment else current
