"""A hint is short, and says its three figures in one order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adls.profile.model import Cost
from adls.render.hint import hint

NANOSECONDS = st.integers(0, 9_999 * 10**9) | st.integers(0, 4).map(lambda power: 10 ** (3 * power) - 1)
BYTES = st.integers(0, 9_999 * 10**9) | st.integers(0, 4).map(lambda power: 10 ** (3 * power) - 1)


@given(NANOSECONDS, NANOSECONDS, BYTES)
def test_a_hint_has_at_most_thirty_characters(forward: int, backward: int, kept: int) -> None:
    """For hours and terabytes too, and when it is stale."""
    assert len(hint(Cost(forward, backward, kept), stale=True)) <= 30


def test_forward_backward_bytes() -> None:
    assert hint(Cost(1_230_000, 3_440_000, 2_050_000)) == "1.23ms · 3.44ms · 2.05MB"
    assert hint(Cost(0, 999_600, 0), stale=True) == "0 · 1.00ms · 0 stale"
