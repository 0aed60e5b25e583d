"""Nanoseconds and bytes as people read them: three digits and a unit."""

from __future__ import annotations

TIME = (("ns", 1), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000))
SIZE = (("B", 1), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000))


def duration(ns: int) -> str:
    """`1234` -> `1.23 µs`."""
    return _scaled(ns, TIME)


def size(count: int) -> str:
    """`131072` -> `131 kB`; a kB is 1,000 bytes."""
    return _scaled(count, SIZE)


def percent(part: int, whole: int) -> str:
    """`13.4 %`; a part that is there but rounds to nothing is `< 0.1 %`."""
    share = 100 * part / whole if whole else 0.0
    return "< 0.1 %" if 0 < share < 0.05 else f"{share:.1f} %"


def plural(count: int, noun: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _scaled(count: int, units: tuple[tuple[str, int], ...]) -> str:
    unit, scale = units[0]
    for name, factor in units[1:]:
        # 999.5 of a unit would print as 1000: it belongs to the next one.
        if count >= 0.9995 * factor:
            unit, scale = name, factor
    if scale == 1:
        return f"{count} {unit}"
    value = count / scale
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f} {unit}"
