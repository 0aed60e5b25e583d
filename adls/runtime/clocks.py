"""Exact time by line and call path: what the clocks in profiled code write to.

A node is one call path in one pass. Profiled code is handed its node's cells and adds to them itself; here is only what
happens when a path is new, or when a function is called that the caller's code does not name. A thread is in one tree
at a time, which grows between `start` and `end`. A tree serves one pass after another: making nodes anew each time
would cost more than the clocks, and Python's garbage collector still more.
"""

from __future__ import annotations

import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from struct import Struct, unpack
from typing import Any

from adls.engine.backend.clocks import PREFIX, call_sites, counts_lines, probe_name
from adls.engine.backend.unit import Listing
from adls.profile import recording

Clock = Callable[[], float]


class Probe:
    """The clock table of one emitted function: its unit, its pass, the lines that own a clock, how many functions it
    calls; `zeros` are the figures of its cells as they begin."""

    __slots__ = ("calls", "direction", "lines", "unit", "zeros")

    def __init__(self, unit: str, direction: recording.Pass, lines: tuple[int, ...], counts: bool, calls: int) -> None:
        self.unit = unit
        self.direction = direction
        self.lines = lines
        self.calls = calls
        self.zeros: list[float] = [*[0.0] * len(lines), 0, *[0] * (len(lines) if counts else 0)]


class Node:
    """One call path in one pass; `site` is the user's line that is being executed when it calls another function.

    `cells` has the seconds by line, how often the function was called, the hits by line where they are counted, the
    cells of callees (None for those that have not been called), and the node.
    """

    __slots__ = ("cells", "children", "parent", "parent_line", "probe", "site", "tree")

    def __init__(self, tree: Tree, probe: Probe, parent: Node | None, parent_line: int) -> None:
        self.tree = tree
        self.probe = probe
        self.parent = parent
        self.parent_line = parent_line
        self.site = 0
        self.cells: list[Any] = [*probe.zeros, *[None] * probe.calls, self]
        self.children: dict[tuple[int, Probe], Node] = {}


_ENOUGH, _MOST_NODES = 4, 100
_NOBODY = Probe("", "forward", (), True, 0)


class Tree:
    """The call paths of a pass. `nodes` only grows, parents before children, so that its beginning is of any age."""

    __slots__ = ("cells", "nodes", "reader", "root", "take", "takes", "zeros")

    def __init__(self) -> None:
        self.root = Node(self, _NOBODY, None, 0)
        self.nodes: list[Node] = []
        self.cells: list[list[Any]] = []
        self.zeros: list[tuple[list[Any], slice, list[float]]] = []
        self.reader = _Reader([])
        self.take: Callable[[], tuple[bytes, tuple[int, ...]]] | None = None
        self.takes = 0  # How often the figures of these nodes were taken.

    def grow(self, probe: Probe, parent: Node, line: int) -> Node:
        """The node of a call path that is taken for the first time."""
        node = parent.children[line, probe] = Node(self, probe, parent, line)
        self.cells.append(node.cells)
        self.zeros.append((node.cells, slice(len(probe.zeros)), probe.zeros))
        self.nodes.append(node)
        self.take, self.takes = None, 0
        return node

    def figures(self) -> Figures:
        """What was measured up to now."""
        count = len(self.nodes)
        if self.reader.count != count:
            self.reader = _Reader(self.nodes[:count])
        return self.reader.read(self)

    def finish(self) -> Figures:
        """What was measured; the tree is free for another pass, with its paths and without their figures."""
        if self.take is not None:
            return Figures(self, self.reader.count, *self.take())
        figures = self.figures()
        for cells, part, zeros in self.zeros:
            cells[part] = zeros
        self.takes += 1
        if self.takes == _ENOUGH and len(self.nodes) <= _MOST_NODES:  # It takes a while to make.
            self.take = _taking(self.nodes)
        return figures


class _Reader:
    """Where the figures of a tree's first nodes are among all their cells."""

    __slots__ = ("count", "hits", "pack", "seconds")

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.count = len(nodes)
        seconds: list[int] = []
        hits: list[int] = []
        start = 0
        for node in nodes:
            middle = start + len(node.probe.lines)
            seconds += range(start, middle)
            hits += range(middle, start + len(node.probe.zeros))
            start += len(node.cells)
        self.pack = Struct(f"{len(seconds)}d").pack
        self.seconds, self.hits = _items(seconds), _items(hits)

    def read(self, tree: Tree) -> Figures:
        flat = [*chain.from_iterable(tree.cells[: self.count])]
        return Figures(tree, self.count, self.pack(*self.seconds(flat)), self.hits(flat))


def _taking(nodes: Sequence[Node]) -> Callable[[], tuple[bytes, tuple[int, ...]]]:
    """What `Tree.finish` does, as straight-line code: the packed seconds and the hits of all nodes, which are zero
    afterwards."""
    seconds, hits, clear = [], [], []
    names: dict[str, Any] = {"pack": Struct(f"{sum(len(node.probe.lines) for node in nodes)}d").pack}
    for number, node in enumerate(nodes):
        cells = f"c{number}"
        middle, end = len(node.probe.lines), len(node.probe.zeros)
        names |= {cells: node.cells, f"z{number}": node.probe.zeros}
        seconds += [f"{cells}[{place}]" for place in range(middle)]
        hits += [f"{cells}[{place}]" for place in range(middle, end)]
        clear.append(f"{cells}[:{end}] = z{number}")
    text = f"def take({', '.join(f'{name}={name}' for name in names)}):\n"
    text += f"    taken = pack({', '.join(seconds)}), ({', '.join(hits)},)\n    {'; '.join(clear)}\n    return taken"
    exec(compile(text, "<adls: what was measured>", "exec"), names)
    take: Callable[[], tuple[bytes, tuple[int, ...]]] = names["take"]
    return take


def _items(places: Sequence[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """A function that gives the items at some places of a list."""
    return itemgetter(*places) if len(places) > 1 else lambda flat: tuple([flat[place] for place in places])


@dataclass(slots=True)
class Figures:
    """The figures of one pass, as small as can be: a run may have a million of them. `seconds` are packed doubles;
    `hits` are of each node how often it was called, and its lines' where they were counted."""

    tree: Tree
    count: int  # of the tree's nodes
    seconds: bytes
    hits: tuple[int, ...]

    def nodes(self) -> tuple[recording.Node, ...]:
        """The call paths that the pass took, each after its parent."""
        found: list[recording.Node] = []
        number = {id(self.tree.root): -1}
        seconds = iter(unpack(f"{len(self.seconds) // 8}d", self.seconds))
        hits = iter(self.hits)
        for node in self.tree.nodes[: self.count]:
            probe = node.probe
            times = tuple([round(each * 1e9) for each in islice(seconds, len(probe.lines))])
            calls, *counted = islice(hits, len(probe.zeros) - len(probe.lines))
            if calls:
                number[id(node)] = len(found)
                found.append(recording.Node(probe.unit, probe.direction, number[id(node.parent)], node.parent_line,
                                            calls, times, tuple(counted) or (0,) * len(times)))
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
        names = {"enter": self.enter, "grow": grow, "stay": self.stay, "leave": self.leave, "caught": self.caught,
                 "clock": self.clock}
        bound: dict[str, object] = {PREFIX + name: value for name, value in names.items()}
        for index, (entry, calls) in enumerate(zip(listing.entries, call_sites(listing), strict=True)):
            direction: recording.Pass = "backward" if entry.role == "backward" else "forward"
            lines = listing.lines(entry.key)
            bound[probe_name(index)] = Probe(entry.key, direction, lines, counts_lines(entry), calls)
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

    def enter(self, probe: Probe) -> list[Any]:
        """A profiled function begins whose caller passed no cells on; gives its cells."""
        parent = self._current.node
        node = parent.children.get((parent.site, probe)) or parent.tree.grow(probe, parent, parent.site)
        return node.cells

    def stay(self, node: Node) -> Node:
        """A function begins that may call others without passing cells on; gives the node to go back to."""
        current = self._current
        before, current.node = current.node, node
        return before

    def leave(self, outer: Node) -> None:
        """Such a function ends, in whichever way."""
        self._current.node = outer

    def caught(self, cells: list[Any], since: float) -> float:
        """Charge the time since the last clock to the line that has just raised; gives the time to go on from.

        Also called where a `finally` begins, which is reached without an exception too: nothing is to be charged then.
        """
        now = self.clock()
        raised = sys.exception()
        traceback = raised.__traceback__ if raised is not None else None
        if traceback is not None and traceback.tb_frame is sys._getframe(1):
            probe = cells[-1].probe
            slot = bisect_right(probe.lines, traceback.tb_lineno) - 1
            if slot >= 0:
                cells[slot] += now - since
                if len(probe.zeros) > len(probe.lines) + 1:
                    cells[len(probe.lines) + 1 + slot] += 1
        return self.clock()


def grow(cells: list[Any], place: int, line: int, probe: Probe) -> list[Any]:
    """The cells of a callee that has not been called from this place on this path."""
    node: Node = cells[-1]
    child = node.children.get((line, probe)) or node.tree.grow(probe, node, line)
    cells[place] = child.cells
    return child.cells
