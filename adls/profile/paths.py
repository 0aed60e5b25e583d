"""Evaluations -> one tree of call paths, with the self cost of each line on each path.

evaluations ──measure──▶ self time by path, each ──median, keeper──▶ tuple[Path, ...]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from adls.profile.model import Cost, Path

if TYPE_CHECKING:
    from adls.profile.recording import Evaluation, Kept, Node, Pass, Unit

NO_PATH = -1
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class CallPaths:
    """The merged tree of a group of evaluations.

    `outside` is the time that stands on no path; `calls` counts entries of a unit from a call site (a path's
    index, or -1) in the forward pass of one evaluation; `kept` is what the evaluation that kept most keeps, by
    path; `ran` holds the paths that ran, one set an evaluation.
    """

    paths: tuple[Path, ...]
    outside: Cost
    calls: Mapping[tuple[int, str], int]
    kept: Mapping[int, tuple[Kept, ...]]
    ran: tuple[frozenset[int], ...]


def merge_evaluations(evaluations: Sequence[Evaluation], units: Mapping[str, Unit]) -> CallPaths:
    """One tree for several evaluations of one gradient: median self times, bytes of the one that kept most.

    A path that an evaluation did not take counts as 0 ns there, so that the sum stays near one evaluation's
    time. What is on another path in each evaluation (the system was busy elsewhere) is on none in the median.
    Raises KeyError where a node's unit is unknown.
    """
    tree = _Tree()
    measured = [_measure(evaluation, units, tree) for evaluation in evaluations]
    kept = _kept_by_path(_keeper(evaluations), tree)
    forward = _medians([m.self_ns["forward"] for m in measured])
    backward = _medians([m.self_ns["backward"] for m in measured])
    hits = _medians([m.hits for m in measured])
    paths = tuple(
        Path(
            parent,
            unit,
            line,
            Cost(forward.get(i, 0), backward.get(i, 0), sum(k.bytes_stored for k in kept.get(i, ()))),
            hits.get(i, 0),
        )
        for i, (parent, unit, line) in enumerate(tree.keys)
    )
    ran = tuple(frozenset(m.ran) for m in measured)
    both = list(zip(evaluations, measured, strict=True))
    outside = Cost(median(max(0, e.forward_ns - m.self_ns["forward"].total()) for e, m in both),
                   median(max(0, e.backward_ns - m.self_ns["backward"].total()) for e, m in both))
    return CallPaths(paths, outside, _medians([m.calls for m in measured]), kept, ran)


def median(values: Iterable[int]) -> int:
    """The middle value; between two middle values their mean, rounded down to a whole unit."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) // 2


@dataclass(slots=True)
class _Tree:
    """Call paths by number, parents before children; the same for all evaluations that are merged."""

    keys: list[tuple[int, str, int]] = field(default_factory=list)
    numbers: dict[tuple[int, str, int], int] = field(default_factory=dict)

    def path(self, parent: int, unit: str, line: int) -> int:
        key = (parent, unit, line)
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.keys)
            self.keys.append(key)
        return number


@dataclass(slots=True)
class _Measured:
    """One evaluation on the tree. `hits` and `calls` are of the forward pass."""

    self_ns: dict[Pass, Counter[int]]
    hits: Counter[int] = field(default_factory=Counter)
    calls: Counter[tuple[int, str]] = field(default_factory=Counter)
    ran: set[int] = field(default_factory=set)


def _measure(evaluation: Evaluation, units: Mapping[str, Unit], tree: _Tree) -> _Measured:
    measured = _Measured({"forward": Counter(), "backward": Counter()})
    callees = _callee_times(evaluation.nodes)
    sites = _call_sites(evaluation.nodes, tree)
    for index, (node, site) in enumerate(zip(evaluation.nodes, sites, strict=True)):
        self_ns = measured.self_ns[node.direction]
        if node.direction == "forward":
            measured.calls[site, node.unit] += node.calls
        for line, ns, hits in zip(units[node.unit].lines, node.ns, node.hits, strict=True):
            if not (ns or hits):
                continue
            path = tree.path(site, node.unit, line)
            # An interrupted call leaves its line's clock unread: its callees may show more than the line.
            self_ns[path] += max(0, ns - callees[index, line])
            measured.ran.add(path)
            if node.direction == "forward":
                measured.hits[path] += hits
    return measured


def _callee_times(nodes: Sequence[Node]) -> defaultdict[tuple[int, int], int]:
    """Nanoseconds spent in callees, by calling node and line."""
    times: defaultdict[tuple[int, int], int] = defaultdict(int)
    for node in nodes:
        if node.parent >= 0:
            times[node.parent, node.parent_line] += sum(node.ns)
    return times


def _call_sites(nodes: Sequence[Node], tree: _Tree) -> list[int]:
    """For each node, the path of the line that called it."""
    sites: list[int] = []
    for node in nodes:
        if node.parent < 0:
            sites.append(NO_PATH)
        else:
            sites.append(tree.path(sites[node.parent], nodes[node.parent].unit, node.parent_line))
    return sites


def _keeper(evaluations: Sequence[Evaluation]) -> Evaluation:
    """The first of the evaluations that kept most."""
    return max(evaluations, key=lambda evaluation: sum(kept.bytes_stored for kept in evaluation.kept))


def _kept_by_path(evaluation: Evaluation, tree: _Tree) -> dict[int, tuple[Kept, ...]]:
    sites = _call_sites(evaluation.nodes, tree)
    by_path: defaultdict[int, list[Kept]] = defaultdict(list)
    for kept in evaluation.kept:
        path = tree.path(sites[kept.node], evaluation.nodes[kept.node].unit, kept.line)
        by_path[path].append(kept)
    return {path: tuple(rows) for path, rows in by_path.items()}


def _medians(measured: Sequence[Mapping[K, int]]) -> dict[K, int]:
    keys = dict.fromkeys(key for one in measured for key in one)
    return {key: median(one.get(key, 0) for one in measured) for key in keys}
