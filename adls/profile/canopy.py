"""A gradient as two canopies: nested blocks of time, and of bytes kept.

    gradient > forward | backward > function > line > function > line ...     (nanoseconds)
    gradient > function > line > function > line ...                          (bytes)

A block's value is its `self_value` plus its children's values, exactly, so the root's value is the profile's
total. Blocks stand in a flat tuple, parents before children: recursive programs are deeper than JSON readers
like.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from adls.profile.paths import NO_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adls.profile.model import Gradient, Path, Profile
    from adls.profile.recording import Pass, Unit

Kind = Literal["gradient", "pass", "function", "line", "outside"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `parent` is an index into the same tuple, -1 for the root; `line` is 0 where none is meant.

    A "function" block is one function at one call site, `line` being its first; an "outside" block is time of
    a pass that stands on no line. `direction` is "" in a canopy of bytes and at the root.
    """

    parent: int
    kind: Kind
    label: str
    direction: Pass | Literal[""]
    unit: str
    file: str
    line: int
    value: int
    self_value: int


def time_canopy(profile: Profile, gradient: Gradient) -> tuple[Block, ...]:
    """Blocks of nanoseconds of one gradient evaluation; children in the order of the source."""
    grower = _Grower(profile, gradient)
    for direction in ("forward", "backward"):
        costs = [getattr(path.self_cost, f"{direction}_ns") for path in gradient.paths]
        outside = getattr(gradient.outside, f"{direction}_ns")
        top = grower.add(0, "pass", direction, direction)
        grower.grow(top, direction, costs)
        if outside:
            grower.add(top, "outside", "outside any line", direction, value=outside)
    return grower.blocks()


def space_canopy(profile: Profile, gradient: Gradient) -> tuple[Block, ...]:
    """Blocks of bytes kept between the passes; children in the order of the source."""
    grower = _Grower(profile, gradient)
    grower.grow(0, "", [path.self_cost.bytes_stored for path in gradient.paths])
    return grower.blocks()


class _Grower:
    """Adds blocks below blocks; `blocks` sums them up."""

    def __init__(self, profile: Profile, gradient: Gradient) -> None:
        self._units = {unit.key: unit for unit in profile.units}
        self._paths = gradient.paths
        self._children = _children(gradient.paths)
        root = self._units[gradient.unit]
        self._blocks = [
            Block(-1, "gradient", gradient.function, "", root.key, root.file, root.first_line, 0, 0)
        ]

    def add(
        self,
        parent: int,
        kind: Kind,
        label: str,
        direction: Pass | Literal[""],
        unit: Unit | None = None,
        line: int = 0,
        value: int = 0,
    ) -> int:
        key, file = (unit.key, unit.file) if unit else ("", "")
        self._blocks.append(Block(parent, kind, label, direction, key, file, line, value, value))
        return len(self._blocks) - 1

    def grow(self, top: int, direction: Pass | Literal[""], costs: Sequence[int]) -> None:
        """Hang the call paths that cost anything below block `top`."""
        costly = _with_ancestors(self._paths, costs)
        pending = [(top, NO_PATH)]
        while pending:
            block, site = pending.pop()
            for unit_key, paths in self._calls(site, costly):
                unit = self._units[unit_key]
                function = self.add(block, "function", unit.qualname, direction, unit, unit.first_line)
                for path in paths:
                    line = self._paths[path].line
                    label = f"{unit.qualname}:{line}"
                    pending.append(
                        (self.add(function, "line", label, direction, unit, line, costs[path]), path)
                    )

    def _calls(self, site: int, costly: set[int]) -> Iterable[tuple[str, list[int]]]:
        """Units called from a path, each with its lines; both in the order of the source."""
        calls: defaultdict[str, list[int]] = defaultdict(list)
        for path in self._children[site]:
            if path in costly:
                calls[self._paths[path].unit].append(path)
        units = sorted(calls, key=lambda key: (self._units[key].file, self._units[key].first_line, key))
        return [(key, sorted(calls[key], key=lambda path: self._paths[path].line)) for key in units]

    def blocks(self) -> tuple[Block, ...]:
        values = [block.self_value for block in self._blocks]
        for index in range(len(values) - 1, 0, -1):
            values[self._blocks[index].parent] += values[index]
        return tuple(replace(block, value=value) for block, value in zip(self._blocks, values, strict=True))


def _children(paths: Sequence[Path]) -> defaultdict[int, list[int]]:
    children: defaultdict[int, list[int]] = defaultdict(list)
    for index, path in enumerate(paths):
        children[path.parent].append(index)
    return children


def _with_ancestors(paths: Sequence[Path], costs: Sequence[int]) -> set[int]:
    """Paths that cost something, or that lead to one that does."""
    costly: set[int] = set()
    for index in range(len(paths) - 1, -1, -1):
        if costs[index] or index in costly:
            costly |= {index, paths[index].parent}
    return costly
