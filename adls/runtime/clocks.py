"""Exact time by line and call path: what the clocks in profiled code write to.

A node is one call path in one pass. Profiled code holds its node's lists and adds to them itself; here is only what
happens once a call. A thread has a tree of its own, which grows between `start` and `stop`.
"""

from __future__ import annotations

import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adls.engine.backend.clocks import PREFIX, probe_name
from adls.engine.backend.unit import Listing
from adls.profile import recording

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """The clock table of one emitted function: its unit, its pass, and the lines that own a clock."""

    unit: str
    direction: recording.Pass
    lines: tuple[int, ...]


class Node:
    """One call path in one pass; `site` is the user's line that is being executed when it calls another function."""

    __slots__ = ("calls", "children", "hits", "parent", "parent_line", "probe", "seconds", "site")

    def __init__(self, probe: Probe, parent: Node | None, parent_line: int) -> None:
        self.probe = probe
        self.parent = parent
        self.parent_line = parent_line
        self.site = 0
        self.calls = 0
        self.seconds = [0.0] * len(probe.lines)
        self.hits = [0] * len(probe.lines)
        self.children: dict[tuple[int, Probe], Node] = {}


_NOBODY = Probe("", "forward", ())


class _Current(threading.local):
    """The node that the thread is in."""

    def __init__(self) -> None:
        self.node = Node(_NOBODY, None, 0)


class Clocks:
    """The clocks of one recording. `clock` gives seconds; tests pass one that they move by hand."""

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self.clock = clock
        self._current = _Current()

    def bindings(self, listing: Listing) -> dict[str, object]:
        """The names that a listing's profiled tree reads."""
        names = {"enter": self.enter, "leave": self.leave, "caught": self.caught, "clock": self.clock}
        bound: dict[str, object] = {PREFIX + name: value for name, value in names.items()}
        for index, entry in enumerate(listing.entries):
            direction: recording.Pass = "backward" if entry.role == "backward" else "forward"
            bound[probe_name(index)] = Probe(entry.key, direction, listing.lines(entry.key))
        return bound

    def start(self) -> Node:
        """Begin a tree for this thread; give it to `stop`. The tree before it goes on after that."""
        root = Node(_NOBODY, self._current.node, 0)
        self._current.node = root
        return root

    def stop(self, root: Node) -> tuple[recording.Node, ...]:
        """End a tree, also one that was left by an exception: its nodes, parents before children."""
        self.end(root)
        return snapshot(root)

    def end(self, root: Node) -> None:
        """End a tree whose nodes `snapshot` gives later."""
        if root.parent is not None:
            self._current.node = root.parent

    def enter(self, probe: Probe) -> Node:
        """A profiled function begins."""
        current = self._current
        parent = current.node
        key = (parent.site, probe)
        node = parent.children.get(key)
        if node is None:
            node = parent.children[key] = Node(probe, parent, parent.site)
        node.calls += 1
        current.node = node
        return node

    def leave(self, node: Node) -> None:
        """A profiled function ends, in whichever way."""
        if node.parent is not None:
            self._current.node = node.parent

    def caught(self, node: Node, since: float) -> float:
        """Charge the time since the last clock to the line that has just raised; gives the time to go on from.

        Also called where a `finally` begins, which is reached without an exception too: nothing is to be charged then.
        """
        now = self.clock()
        raised = sys.exception()
        traceback = raised.__traceback__ if raised is not None else None
        if traceback is not None and traceback.tb_frame is sys._getframe(1):
            slot = bisect_right(node.probe.lines, traceback.tb_lineno) - 1
            if slot >= 0:
                node.seconds[slot] += now - since
                node.hits[slot] += 1
        return self.clock()


def lap_cost(clock: Clock = time.perf_counter, rounds: int = 2000) -> float:
    """The seconds that one clock read adds to its line: the least over a few series, for noise only adds."""
    return min(_series(clock, rounds) for _ in range(7)) / rounds


def _series(clock: Clock, rounds: int) -> float:
    seconds, hits = [0.0], [0]
    now = clock()
    for _ in range(rounds):
        hits[0] += 1
        seconds[0] += -now + (now := clock())
    return seconds[0]


def snapshot(root: Node) -> tuple[recording.Node, ...]:
    """The nodes below a root as they are now, each after its parent."""
    return tuple(_flat(root))


def _flat(root: Node) -> Iterator[recording.Node]:
    waiting = [(child, -1) for child in reversed(root.children.values())]
    number = 0
    while waiting:
        node, parent = waiting.pop()
        times = tuple(round(seconds * 1e9) for seconds in node.seconds)
        yield recording.Node(node.probe.unit, node.probe.direction, parent, node.parent_line, node.calls, times,
                             tuple(node.hits))
        waiting += [(child, number) for child in reversed(node.children.values())]
        number += 1
