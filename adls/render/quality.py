"""How good a figure is, in words: every output says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.render.figures import plural

if TYPE_CHECKING:
    from adls.profile.model import Gradient, Line


def quality(gradient: Gradient) -> str:
    """What the figures of a gradient are made of."""
    if not gradient.complete:
        return f"{plural(gradient.used, 'evaluation')}, none finished: measured until it ended"
    if gradient.used == 1:
        return "one evaluation"
    return f"median of {plural(gradient.used, 'evaluation')}, bytes of the one that kept most"


def rarely_ran(line: Line, used: int) -> bool:
    """Whether a median time of 0 hides that the line did run in some of the `used` evaluations."""
    return 0 < line.ran_in < used and not line.inclusive.total_ns
