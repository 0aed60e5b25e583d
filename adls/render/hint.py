"""A line's figures at its end, in an editor: forward · backward · bytes, always in that order, in 30 characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.render.figures import duration, size

if TYPE_CHECKING:
    from adls.profile.model import Cost


def hint(cost: Cost, *, stale: bool = False) -> str:
    """`1.23ms · 3.44ms · 2.05MB`, and that it is stale where it is."""
    figures = (duration(cost.forward_ns), duration(cost.backward_ns), size(cost.bytes_stored))
    text = " · ".join("0" if figure.startswith("0 ") else figure.replace(" ", "") for figure in figures)
    return f"{text} stale" if stale else text
