"""Bytes kept between the passes: what the residuals hold, each buffer charged once, to the line that made it.

The owner of an array's memory is charged, whole: a row of a large array keeps the large array. Arguments, captured values and the
result are borrowed: listed, and charged nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adls.engine.ir.types import Any as AnyType
from adls.engine.passes.adjoint.differentiate import Adjoint, Scope
from adls.engine.passes.adjoint.residuals import Residual
from adls.profile.recording import Kept, Node
from adls.runtime.compiler import Compiled


@dataclass
class _Walk:
    """The residuals met so far: `charged` owners by identity, kept alive so that no identity is used twice."""

    found: Compiled
    nodes: tuple[Node, ...]
    charged: dict[int, object] = field(default_factory=dict)
    borrowed: set[int] = field(default_factory=set)
    rows: dict[tuple[int, int, str, str, bool], list[int]] = field(default_factory=dict)
    later: list[tuple[int, Residual, Any]] = field(default_factory=list)


def kept_by(found: Compiled, residuals: Any, arguments: Sequence[Any], value: Any,
            nodes: tuple[Node, ...]) -> tuple[Kept, ...]:
    """What an evaluation keeps, by node and line, in program order."""
    walk = _Walk(found, nodes)
    for each in (*arguments, value):
        _borrow(walk, each)
    root = next((n for n, node in enumerate(nodes) if node.parent < 0), 0)
    _walk_function(walk, found.adjoint, residuals, root)
    for node, residual, held in walk.later:
        _charge(walk, held, node, residual)
    return tuple(_rows(walk))


def _borrow(walk: _Walk, value: Any) -> None:
    for each in _leaves(value):
        walk.borrowed.add(id(owner_of(each)))
        walk.charged.setdefault(id(each), each)


def _walk_function(walk: _Walk, adjoint: Adjoint, residuals: Any, node: int) -> None:
    if isinstance(residuals, list):
        residuals = residuals[0] if residuals else ()
    header = Residual("residuals", AnyType(), adjoint.forward.span, "the tuple of residuals")
    if residuals:
        _charge_object(walk, residuals, node, header)
    _walk_scope(walk, adjoint.layout, residuals, node)


def _walk_scope(walk: _Walk, scope: Scope, values: Any, node: int) -> None:
    if len(scope.residuals) == 1 and not isinstance(values, tuple):
        values = (values,)
    for residual, value in zip(scope.residuals, values, strict=False):
        if value is None:
            continue
        if residual.name in scope.calls:
            key = scope.calls[residual.name]
            child = _child(walk, node, residual.span.line, walk.found.printed.digests.get(str(key), ""))
            _walk_function(walk, walk.found.adjoints.made[key], value, child)
        elif residual.name in scope.loops:
            _walk_loop(walk, scope.loops[residual.name], value, node, residual)
        elif residual.fresh:
            _charge(walk, value, node, residual)
        else:
            walk.later.append((node, residual, value))


def _walk_loop(walk: _Walk, scope: Scope, iterations: Any, node: int, residual: Residual) -> None:
    if not isinstance(iterations, list):
        _charge(walk, iterations, node, residual)
        return
    _charge_object(walk, iterations, node, residual)
    for values in iterations:
        if len(scope.residuals) > 1:
            _charge_object(walk, values, node, residual)
            _walk_scope(walk, scope, values, node)
        else:
            _walk_scope(walk, scope, (values,), node)


def _child(walk: _Walk, node: int, line: int, unit: str) -> int:
    for n, other in enumerate(walk.nodes):
        if other.parent == node and other.parent_line == line and other.unit == unit and other.direction == "forward":
            return n
    return node


def _charge(walk: _Walk, value: Any, node: int, residual: Residual) -> None:
    for leaf in _leaves(value):
        if isinstance(leaf, np.ndarray):
            _charge_array(walk, leaf, node, residual)
        else:
            _charge_object(walk, leaf, node, residual)


def _charge_array(walk: _Walk, array: Any, node: int, residual: Residual) -> None:
    owner = owner_of(array)
    if id(owner) in walk.borrowed:
        _note(walk, node, residual, array, 0, True)
    elif id(owner) not in walk.charged:
        walk.charged[id(owner)] = owner
        _note(walk, node, residual, array, _size(owner), False)


def _charge_object(walk: _Walk, value: Any, node: int, residual: Residual) -> None:
    if id(value) in walk.charged or _is_shared(value):
        return
    walk.charged[id(value)] = value
    _note(walk, node, residual, value, sys.getsizeof(value), False)


def _is_shared(value: Any) -> bool:
    """Whether the object exists without the residuals: small ints, None, types, functions, interned text."""
    return value is None or isinstance(value, bool | str | type | np.dtype) or callable(value) or (
        isinstance(value, int) and -5 <= value <= 256)


def _note(walk: _Walk, node: int, residual: Residual, value: Any, size: int, borrowed: bool) -> None:
    key = (node, residual.span.line, f"{residual.name}: {_describe(value)}", residual.reason, borrowed)
    row = walk.rows.setdefault(key, [0, 0])
    row[0] += size
    row[1] += 1


def _rows(walk: _Walk) -> Iterator[Kept]:
    for (node, line, value, reason, borrowed), (size, count) in sorted(walk.rows.items(), key=lambda row: row[0][:2]):
        yield Kept(node, line, size, borrowed, value, reason, count)


def _describe(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}[{', '.join(map(str, value.shape))}]"
    return type(value).__name__


def owner_of(value: Any) -> Any:
    """The object that owns an array's memory."""
    while True:
        base = getattr(value, "base", None)
        if base is None or not isinstance(value, np.ndarray):
            return value
        if isinstance(base, memoryview):
            return base.obj
        value = base


def _size(owner: Any) -> int:
    return int(owner.nbytes) if isinstance(owner, np.ndarray) else sys.getsizeof(owner)


def _leaves(value: Any) -> Iterator[Any]:
    """Arrays and scalars below tuples, lists and dicts."""
    if isinstance(value, tuple | list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    else:
        yield value
