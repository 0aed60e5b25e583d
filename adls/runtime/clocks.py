"""Exact time by line and call path: what the clocks in profiled code write to.

A node is one call path in one pass. Profiled code holds its node's lists and adds to them itself; here is only what
happens once a call. A thread is in one tree at a time, which grows between `start` and `end`. A tree serves one pass
after another: making nodes anew each time would cost more than the clocks, and Python's garbage collector still more.
"""

from __future__ import annotations

import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from struct import Struct, unpack

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

    __slots__ = ("children", "hits", "parent", "parent_line", "probe", "seconds", "site", "tree")

    def __init__(self, tree: Tree, probe: Probe, parent: Node | None, parent_line: int) -> None:
        self.tree = tree
        self.probe = probe
        self.parent = parent
        self.parent_line = parent_line
        self.site = 0
        self.seconds = [0.0] * len(probe.lines)
        self.hits = [0] * (len(probe.lines) + 1)  # how often the function was entered comes last
        self.children: dict[tuple[int, Probe], Node] = {}


_NOBODY = Probe("", "forward", ())


class Tree:
    """The call paths of a pass. `nodes` only grows, parents before children, so that its beginning is of any age."""

    __slots__ = ("hits", "nodes", "packed", "root", "seconds", "zeros")

    def __init__(self) -> None:
        self.root = Node(self, _NOBODY, None, 0)
        self.nodes: list[Node] = []
        self.seconds: list[list[float]] = []
        self.hits: list[list[int]] = []
        self.zeros: list[tuple[list[float], list[float], list[int], list[int]]] = []  # each beside what it clears
        self.packed = Struct("0d")

    def grow(self, probe: Probe, parent: Node) -> Node:
        """The node of a call path that is taken for the first time."""
        node = parent.children[parent.site, probe] = Node(self, probe, parent, parent.site)
        self.seconds.append(node.seconds)
        self.hits.append(node.hits)
        self.zeros.append((node.seconds, [*node.seconds], node.hits, [*node.hits]))
        self.nodes.append(node)
        return node

    def figures(self) -> Figures:
        """What was measured up to now."""
        count = len(self.nodes)
        seconds = [*chain.from_iterable(self.seconds[:count])]
        if self.packed.size != 8 * len(seconds):
            self.packed = Struct(f"{len(seconds)}d")
        return Figures(self, count, self.packed.pack(*seconds), (*chain.from_iterable(self.hits[:count]),))

    def finish(self) -> Figures:
        """What was measured; the tree is free for another pass, with its paths and without their figures."""
        figures = self.figures()
        for seconds, no_time, hits, no_hits in self.zeros:
            seconds[:] = no_time
            hits[:] = no_hits
        return figures


@dataclass(slots=True)
class Figures:
    """The figures of one pass, as small as can be: a run may have a million of them. `seconds` are packed doubles."""

    tree: Tree
    count: int  # of the tree's nodes
    seconds: bytes
    hits: tuple[int, ...]

    def nodes(self) -> tuple[recording.Node, ...]:
        """The call paths that the pass took, each after its parent."""
        found: list[recording.Node] = []
        number = {id(self.tree.root): -1}
        lines = len(self.hits) - self.count
        seconds, start = unpack(f"{lines}d", self.seconds), 0
        for n, node in enumerate(self.tree.nodes[: self.count]):
            end = start + len(node.probe.lines)
            *hits, calls = self.hits[start + n : end + n + 1]
            if calls:
                number[id(node)] = len(found)
                times = tuple(round(each * 1e9) for each in seconds[start:end])
                found.append(recording.Node(node.probe.unit, node.probe.direction, number[id(node.parent)],
                                            node.parent_line, calls, times, tuple(hits)))
            start = end
        return tuple(found)


class _Current(threading.local):
    """The node that the thread is in."""

    def __init__(self) -> None:
        self.node = Tree().root


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

    def start(self, tree: Tree | None = None) -> Tree:
        """Begin a pass in a tree that is finished, or in a new one; give it to `end`. The tree before it waits."""
        tree = tree or Tree()
        tree.root.parent = self._current.node
        self._current.node = tree.root
        return tree

    def end(self, tree: Tree) -> None:
        """End a pass, also one that was left by an exception; its figures can be read."""
        if tree.root.parent is not None:
            self._current.node = tree.root.parent
            tree.root.parent = None

    def enter(self, probe: Probe) -> Node:
        """A profiled function begins."""
        current = self._current
        parent = current.node
        node = parent.children.get((parent.site, probe)) or parent.tree.grow(probe, parent)
        node.hits[-1] += 1
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
