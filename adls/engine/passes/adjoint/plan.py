"""Names that are free in both passes, and what the forward pass has to do for the backward pass."""

from __future__ import annotations

from dataclasses import dataclass, field

from adls.engine.ir.ops import Operand, Statement, Var


@dataclass
class Names:
    """Names not used yet in a function: `d_x`, then `d_x_2`..."""

    used: set[str]
    counters: dict[str, int] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)

    def fresh(self, base: str) -> str:
        number = self.counters.get(base, 0)
        while True:
            number += 1
            name = base if number == 1 else f"{base}_{number}"
            if name not in self.used:
                break
        self.counters[base] = number
        self.used.add(name)
        return name

    def pin(self, base: str) -> str:
        """A name that stays taken when what is being emitted is given up and emitted again."""
        number, name = 1, base
        while name in self.used or name in self.pinned:
            number += 1
            name = f"{base}_{number}"
        self.pinned.add(name)
        self.used.add(name)
        return name

    def temporary(self) -> str:
        number = self.counters.get("t", 0) + 1
        while f"t{number}" in self.used:
            number += 1
        self.counters["t"] = number
        return f"t{number}"

    def snapshot(self) -> tuple[set[str], dict[str, int]]:
        return set(self.used), dict(self.counters)

    def restore(self, saved: tuple[set[str], dict[str, int]]) -> None:
        self.used, self.counters = saved[0] | self.pinned, dict(saved[1])


@dataclass
class LoopPlan:
    """`kept` is the list of what iterations kept; `raising`: an exception in an iteration may be caught outside
    the loop."""

    kept: Var
    raising: bool


@dataclass
class ForwardPlan:
    """What the forward pass does besides keeping residuals, by statement number."""

    calls: dict[int, list[Statement]] = field(default_factory=dict)
    progress: dict[int, dict[str, int]] = field(default_factory=dict)
    progress_start: dict[int, Var] = field(default_factory=dict)
    handlers: dict[int, Var] = field(default_factory=dict)
    completed: dict[int, Var] = field(default_factory=dict)
    counters: dict[int, Var] = field(default_factory=dict)
    items: dict[int, dict[str, tuple[str | int, ...]]] = field(default_factory=dict)
    loops: dict[int, LoopPlan] = field(default_factory=dict)
    strided: set[str] = field(default_factory=set)
    looks_up: bool = False
    merged: set[Operand] = field(default_factory=set)  # shadows whose parts may be others now
    shares: bool = False  # whether containers that are met in several places are told by their identity
