"""Recording -> Profile: pure functions, no clock, no file, the same profile for the same recording."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from adls.profile.model import Caller, Cost, Function, Gradient, Line, Path, Profile, Residual, Signature
from adls.profile.paths import NO_PATH, CallPaths, merge_evaluations
from adls.profile.recording import Evaluation, Kept, Recording, Unit

Units = Mapping[str, Unit]
FunctionId = tuple[str, int, str]  # file, first line, qualified name
Site = tuple[FunctionId, int] | None  # the calling function and line; None for the outermost call
K = TypeVar("K", bound=Hashable)
NOTHING = Cost()


def profile_of(recording: Recording) -> Profile:
    """The profile of a run. Raises KeyError where an evaluation names a unit that the recording lacks."""
    units = {unit.key: unit for unit in recording.units}
    return Profile(
        command=recording.command,
        outcome=recording.outcome,
        message=recording.message,
        versions=dict(sorted(recording.versions.items())),
        files=dict(sorted(recording.files.items())),
        units=recording.units,
        gradients=tuple(_gradient(group, units) for group in _groups(recording.evaluations)),
    )


def _groups(evaluations: Iterable[Evaluation]) -> list[list[Evaluation]]:
    """Evaluations of the same function, types and active arguments together; costliest over the run first."""
    groups: defaultdict[tuple[str, tuple[int, ...]], list[Evaluation]] = defaultdict(list)
    for evaluation in evaluations:
        groups[evaluation.unit, evaluation.argnums].append(evaluation)
    return sorted(groups.values(), key=lambda group: -sum(e.forward_ns + e.backward_ns for e in group))


def _gradient(group: Sequence[Evaluation], units: Units) -> Gradient:
    finished = [evaluation for evaluation in group if evaluation.complete]
    used = finished or group
    root, tree = units[used[0].unit], merge_evaluations(used, units)
    return Gradient(
        unit=root.key,
        function=root.qualname,
        file=root.file,
        first_line=root.first_line,
        signature=root.signature,
        argnums=used[0].argnums,
        evaluations=len(group),
        used=len(used),
        complete=bool(finished),
        total=sum((path.self_cost for path in tree.paths), tree.outside),
        outside=tree.outside,
        functions=_functions(tree, units),
        lines=_merged_lines(tree, units),
        paths=tree.paths,
    )


@dataclass(slots=True)
class _Tally:
    """The cost of everything under one key (a line, a function, ...). `callers` split the inclusive cost."""

    self_cost: Cost = NOTHING
    inclusive: Cost = NOTHING
    hits: int = 0
    ran_in: int = 0
    kept: list[Kept] = field(default_factory=list)
    callers: dict[Site, Cost] = field(default_factory=dict)


def _tally(tree: CallPaths, units: Units, key: Callable[[Path], K]) -> dict[K, _Tally]:
    """Costs by key. A path under another of the same key adds nothing to inclusive: recursion counts once."""
    tallies: defaultdict[K, _Tally] = defaultdict(_Tally)
    inclusive = _inclusive(tree.paths)
    for index in _outermost(tree.paths, key):
        path, tally = tree.paths[index], tallies[key(tree.paths[index])]
        tally.inclusive += inclusive[index]
        site = _call_site(tree.paths, path.parent, units)
        tally.callers[site] = tally.callers.get(site, NOTHING) + inclusive[index]
    for index, path in enumerate(tree.paths):
        tally = tallies[key(path)]
        tally.self_cost += path.self_cost
        tally.hits += path.hits
        tally.kept += tree.kept.get(index, ())
    for ran in tree.ran:
        for k in {key(tree.paths[index]) for index in ran}:
            tallies[k].ran_in += 1
    return tallies


def _inclusive(paths: Sequence[Path]) -> list[Cost]:
    costs = [path.self_cost for path in paths]
    for index in range(len(paths) - 1, -1, -1):
        if paths[index].parent != NO_PATH:
            costs[paths[index].parent] += costs[index]
    return costs


def _outermost(paths: Sequence[Path], key: Callable[[Path], K]) -> Iterable[int]:
    """The paths on which a key stands for the first time, counted from the outermost call."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for index, path in enumerate(paths):
        children[path.parent].append(index)
    above: Counter[K] = Counter()
    # An explicit stack: recursive programs are as deep as Python allows. ~index means "leave".
    pending = children[NO_PATH][::-1]
    while pending:
        index = pending.pop()
        if index < 0:
            above[key(paths[~index])] -= 1
            continue
        k = key(paths[index])
        if not above[k]:
            yield index
        above[k] += 1
        pending.append(~index)
        pending += children[index][::-1]


def _call_site(paths: Sequence[Path], parent: int, units: Units) -> Site:
    return None if parent == NO_PATH else (_function_id(units[paths[parent].unit]), paths[parent].line)


def _function_id(unit: Unit) -> FunctionId:
    return unit.file, unit.first_line, unit.qualname


def _merged_lines(tree: CallPaths, units: Units) -> tuple[Line, ...]:
    """Lines by file and number, whatever functions own them."""
    owners: defaultdict[tuple[str, int], set[FunctionId]] = defaultdict(set)
    for path in tree.paths:
        owners[units[path.unit].file, path.line].add(_function_id(units[path.unit]))
    tallies = _tally(tree, units, lambda path: (units[path.unit].file, path.line))
    return tuple(
        _line(file, line, ", ".join(name for _, _, name in sorted(owners[file, line])), tallies[file, line])
        for file, line in sorted(tallies)
    )


def _functions(tree: CallPaths, units: Units) -> tuple[Function, ...]:
    """Every function that ran, by file and first line."""
    members: defaultdict[FunctionId, set[str]] = defaultdict(set)
    calls: Counter[str] = Counter()
    for (_, unit), count in tree.calls.items():
        calls[unit] += count
    for unit in {path.unit for path in tree.paths} | set(calls):
        members[_function_id(units[unit])].add(unit)
    by_function = _tally(tree, units, lambda path: _function_id(units[path.unit]))
    lines = _tally(tree, units, lambda path: (_function_id(units[path.unit]), path.line))
    signatures = _signatures(tree, units, calls)
    return tuple(
        Function(
            name=units[min(keys)].name,
            qualname=fid[2],
            file=fid[0],
            first_line=fid[1],
            calls=sum(calls[key] for key in keys),
            self_cost=by_function[fid].self_cost if fid in by_function else NOTHING,
            inclusive=by_function[fid].inclusive if fid in by_function else NOTHING,
            lines=tuple(_line(fid[0], line, fid[2], lines[f, line]) for f, line in sorted(lines) if f == fid),
            signatures=tuple(signatures[key] for key in sorted(keys, key=lambda k: (units[k].signature, k))),
        )
        for fid, keys in sorted(members.items())
    )


def _signatures(tree: CallPaths, units: Units, calls: Mapping[str, int]) -> dict[str, Signature]:
    by_unit = _tally(tree, units, lambda path: path.unit)
    lines = _tally(tree, units, lambda path: (path.unit, path.line))
    by_unit.update({key: _Tally() for key in calls if key not in by_unit})
    return {
        key: Signature(
            key=key,
            signature=units[key].signature,
            calls=calls.get(key, 0),
            self_cost=tally.self_cost,
            inclusive=tally.inclusive,
            lines=tuple(
                _line(units[key].file, line, units[key].qualname, lines[unit, line])
                for unit, line in sorted(lines)
                if unit == key
            ),
        )
        for key, tally in by_unit.items()
    }


def _line(file: str, line: int, function: str, tally: _Tally) -> Line:
    return Line(
        file=file,
        line=line,
        function=function,
        calls=tally.hits,
        ran_in=tally.ran_in,
        self_cost=tally.self_cost,
        inclusive=tally.inclusive,
        residuals=_residuals(tally.kept),
        callers=tuple(_caller(site, cost) for site, cost in _by_cost(tally.callers.items())),
    )


def _by_cost(callers: Iterable[tuple[Site, Cost]]) -> list[tuple[Site, Cost]]:
    return sorted(callers, key=lambda item: (-item[1].total_ns, -item[1].bytes_stored, repr(item[0])))


def _caller(site: Site, cost: Cost) -> Caller:
    if site is None:
        return Caller("", "", 0, cost)
    (file, _, qualname), line = site
    return Caller(qualname, file, line, cost)


def _residuals(kept: Iterable[Kept]) -> tuple[Residual, ...]:
    """Rows that say the same folded into one; the largest first."""
    folded: defaultdict[tuple[str, str, bool], list[int]] = defaultdict(lambda: [0, 0])
    for row in kept:
        sums = folded[row.value, row.reason, row.borrowed]
        sums[0] += row.bytes_stored
        sums[1] += row.count
    rows = [
        Residual(value, reason, size, count, borrowed)
        for (value, reason, borrowed), (size, count) in folded.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.bytes_stored, row.borrowed, row.value, row.reason)))
