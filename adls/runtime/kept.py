"""Bytes kept between the passes: what the residuals hold, each buffer charged once, to the line that made it.

The owner of an array's memory is charged, whole: a row of a large array keeps the large array. Arguments, captured
values, globals and the result are borrowed: listed, and charged nothing. Of Python's objects the tuples, lists and
numbers are charged that exist for the residuals' sake; an array's header is not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from adls.engine.ir.ops import Let, Var, is_temporary
from adls.engine.passes.adjoint.differentiate import Scope
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.adjoint.residuals import Residual
from adls.profile.recording import Kept, Node
from adls.runtime.compiler import Compiled
from adls.runtime.dynamic import KeptCall
from adls.runtime.flow import ANY, Point, Step
from adls.runtime.made import Frame, Site, origins
from adls.runtime.ruled import KeptRule

LONGEST_NAME = 40
"""Characters of an expression that stands for a value without a name."""


@dataclass(slots=True)
class _Meeting:
    """A residual that holds an object: who reads it, and the sites that may have made what it holds."""

    frame: Frame
    residual: Residual
    value: Any
    sites: tuple[Site, ...]


@dataclass(slots=True)
class _Owner:
    """An object that is charged once, with the residuals that lead to it."""

    what: Any
    meetings: list[_Meeting] = field(default_factory=list)


@dataclass
class _Walk:
    """The residuals met so far. Objects stay referenced here, so that no identity is used twice."""

    nodes: tuple[Node, ...]
    borrowed: dict[int, object] = field(default_factory=dict)
    owners: dict[int, _Owner] = field(default_factory=dict)
    trails: dict[tuple[object, ...], tuple[Site, ...]] = field(default_factory=dict)
    lines: dict[str, tuple[int, ...]] = field(default_factory=dict)  # the lines of a unit that own a clock


def kept_by(found: Compiled, residuals: Any, borrowed: Sequence[Any], nodes: tuple[Node, ...]) -> tuple[Kept, ...]:
    """What an evaluation keeps, by node and line; `borrowed` are its arguments and its result.

    What is asked of an object here must be in `outline`.
    """
    walk = _Walk(nodes)
    for each in borrowed:
        for _, part in _parts(each):
            walk.borrowed[id(owner_of(part))] = owner_of(part)
    root = next((n for n, node in enumerate(nodes) if node.parent < 0), 0)
    frame = Frame(found, found.adjoint.forward, False, root, nodes)
    _walk_function(walk, frame, found.adjoint.layout, residuals)
    return _rows(walk)


def owner_of(value: Any) -> Any:
    """The object that owns an array's memory; any other value itself."""
    while isinstance(value, np.ndarray) and value.base is not None:
        value = value.base
        if type(value).__name__ == "DummyArray":
            value = value.base
    return value.obj if isinstance(value, memoryview) else value


# Walking what the passes share


def _walk_function(walk: _Walk, frame: Frame, layout: Scope, residuals: Any) -> None:
    if walk.nodes:
        unit = walk.nodes[frame.node].unit
        walk.lines[unit] = frame.found.printed.listing.lines(unit)
    if frame.guarded:
        _meet_bare(walk, frame, residuals, "residuals", "the list that a call in a `try` appends to")
        residuals = residuals[0] if residuals else ()
    if residuals:
        _meet_bare(walk, frame, residuals, "residuals", "the tuple of residuals")
    _walk_scope(walk, frame, layout, residuals, frame.flow.end)


def _meet_bare(walk: _Walk, frame: Frame, value: Any, name: str, reason: str) -> None:
    """An object of the generated code, which no line of the user's makes: it stands at the function's header."""
    span = frame.function.span
    _meet(walk, value, _Meeting(frame, Residual(name, None, span, reason), value, ((frame.node, span.line),)))  # type: ignore[arg-type]


def _walk_scope(walk: _Walk, frame: Frame, scope: Scope, values: Sequence[Any], end: Point) -> None:
    tests = frame.flow.tests
    here = {r.name: bool(value) for r, value in zip(scope.residuals, values, strict=False) if r.name in tests} if (
        tests) else {}
    frame.run.known.update(here)
    plain: list[tuple[Residual, Any]] = []
    for residual, value in zip(scope.residuals, values, strict=False):
        call = frame.flow.kept.get(residual.name)
        if value is None:
            continue
        if call is not None:
            _walk_call(walk, frame, call, value, residual, end)
        elif residual.name in scope.loops and isinstance(value, list):
            _walk_loop(walk, frame, scope.loops[residual.name], value, residual)
        else:
            plain.append((residual, value))
    for residual, value in plain:  # After the calls: which callees there were is known then.
        if not is_shared(value):
            _walk_value(walk, frame, residual, value, end)
    for name in here:
        del frame.run.known[name]


def _walk_loop(walk: _Walk, frame: Frame, scope: Scope, iterations: list[Any], residual: Residual) -> None:
    here = ((frame.node, residual.span.line),)
    _meet(walk, iterations, _Meeting(frame, residual, iterations, here))
    end = frame.point_of_loop(residual.name)
    loop = frame.flow.loop_of(end)
    rounds = frame.run.rounds[loop] = []
    names = [r.name for r in scope.residuals]
    for values in iterations:
        packed = values if len(names) > 1 else (values,)
        if len(names) > 1:
            _meet(walk, values, _Meeting(frame, residual, values, here))
        _walk_scope(walk, frame, scope, packed, end)
        rounds.append({n: bool(v) for n, v in zip(names, packed, strict=True) if n in frame.flow.tests})


def _walk_call(walk: _Walk, frame: Frame, call: Let, value: Any, residual: Residual, end: Point) -> None:
    if isinstance(value, KeptCall):
        child = frame.child(call, value)
        _meet_shell(walk, frame, residual, value)
        if child is not None:
            _walk_function(walk, child, value.found.adjoint.layout, value.residuals)
        else:  # It ran without clocks: its residuals are the call's.
            _walk_value(walk, frame, residual, value.residuals, end)
        for each in (value.values, value.places):
            _walk_value(walk, frame, residual, each, end)
    elif isinstance(value, KeptRule):
        _meet_shell(walk, frame, residual, value)
        _walk_value(walk, frame, residual, value.values, end)
        _walk_value(walk, frame, residual, captured(value.back), end)
    else:
        child = frame.child(call)
        if child is not None and isinstance(call.op.data, AdjointKey):
            _walk_function(walk, child, child.found.adjoints.made[call.op.data].layout, value)
        else:
            _walk_value(walk, frame, residual, value, end)


def _meet_shell(walk: _Walk, frame: Frame, residual: Residual, value: Any) -> None:
    _meet(walk, value, _Meeting(frame, residual, value, ((frame.node, residual.span.line),)))


def captured(back: Any) -> tuple[Any, ...]:
    """What the pullback of a user's own rule has captured."""
    if not isinstance(back, FunctionType):
        return ()
    cells = [cell.cell_contents for cell in back.__closure__ or ()]
    return (*cells, *(back.__defaults__ or ()))


def _walk_value(walk: _Walk, frame: Frame, residual: Residual, value: Any, end: Point) -> None:
    for steps, part in _parts(value):
        owner = owner_of(part)
        if isinstance(owner, np.ndarray) or not is_shared(owner):
            _meet(walk, owner, _Meeting(frame, residual, part, _sites(walk, frame, residual, part, end, steps)))


def _sites(walk: _Walk, frame: Frame, residual: Residual, value: Any, end: Point,
           steps: tuple[Step, ...]) -> tuple[Site, ...]:
    owns = isinstance(value, np.ndarray) and value.base is None
    key = (id(frame), frame.moment(), residual.name, end.number, owns, steps)
    if key not in walk.trails:
        found = tuple(origins(frame, residual.name, end, value, steps)) if _is_variable(frame, residual.name) else ()
        walk.trails[key] = found or ((frame.node, residual.span.line),)
    return walk.trails[key]


def _is_variable(frame: Frame, name: str) -> bool:
    return bool(frame.flow.definitions.get(name)) or any(
        var == Var(name) for var in (*frame.function.cells, *(p.var for p in frame.function.params)))


def _meet(walk: _Walk, owner: Any, meeting: _Meeting) -> None:
    walk.owners.setdefault(id(owner), _Owner(owner)).meetings.append(meeting)


# Charging


def _rows(walk: _Walk) -> tuple[Kept, ...]:
    rows: dict[tuple[int, int, str, str, bool], list[int]] = {}
    names: dict[int, str] = {}
    for identity, owner in walk.owners.items():
        site = None if identity in walk.borrowed else _site_of(walk, owner)
        meeting = _told_by(owner, site)
        node, line = site or (meeting.frame.node, meeting.residual.span.line)
        called = id(meeting.residual)
        if called not in names:
            names[called] = _name(meeting)
        value = f"{names[called]}: {_describe(meeting.value)}"
        row = rows.setdefault((node, line, value, meeting.residual.reason, site is None), [0, 0])
        row[0] += 0 if site is None else _size(owner.what)
        row[1] += 1
    in_order = sorted(rows.items(), key=lambda row: row[0][:2])
    return tuple(Kept(node, line, size, borrowed, value, reason, count)
                 for (node, line, value, reason, borrowed), (size, count) in in_order
                 if not borrowed or value.endswith("]"))


def _site_of(walk: _Walk, owner: _Owner) -> Site:
    """The site that all residuals which hold an object agree on; of several, one whose line ran."""
    first = owner.meetings[0].sites
    if len(first) == 1:
        return first[0]
    candidates = [site for site in first if all(site in meeting.sites for meeting in owner.meetings)] or list(first)
    made = [site for site in candidates if site is not None]
    return next((site for site in made if _ran(walk, *site)), next(iter(made), None))


def _ran(walk: _Walk, node: int, line: int) -> bool:
    """Whether a line's clock was read on a call path."""
    unit, hits = walk.nodes[node].unit, walk.nodes[node].hits
    lines = walk.lines.get(unit, ())
    return line not in lines or bool(hits[lines.index(line)])


def _told_by(owner: _Owner, site: Site) -> _Meeting:
    """The residual that says best what is kept: one of the line that made it."""
    for meeting in owner.meetings:
        if site == (meeting.frame.node, meeting.residual.span.line):
            return meeting
    return owner.meetings[0]


def _name(meeting: _Meeting) -> str:
    """What the user wrote: a value without a name is its expression."""
    frame, name, span = meeting.frame, meeting.residual.name, meeting.residual.span
    if not is_temporary(name.partition("_")[0]):
        return name
    source = frame.found.adjoints.origin(frame.function).source
    if span == frame.function.span or not 0 < span.line <= span.end_line <= len(source.lines):
        return name
    text = " ".join(source.slice(span).split())
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _describe(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}[{', '.join(map(str, value.shape))}]"
    return type(value).__name__


def _size(owner: Any) -> int:
    """NumPy allocates at least one byte."""
    return max(int(owner.nbytes), 1) if isinstance(owner, np.ndarray) else sys.getsizeof(owner)


def is_shared(value: Any) -> bool:
    """Whether the object exists without the residuals: small ints, None, types, functions, text."""
    return value is None or isinstance(value, bool | np.bool_ | str | type | np.dtype) or callable(value) or (
        type(value) is int and -5 <= value <= 256) or (type(value) is tuple and not value)


def _parts(value: Any, steps: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """An object and all that its tuples, lists and dicts hold, each with the way to it."""
    yield steps, value
    if isinstance(value, tuple):
        for n, item in enumerate(value):
            yield from _parts(item, (*steps, n))
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item, (*steps, ANY))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _parts(item, (*steps, key if isinstance(key, str) else ANY))
