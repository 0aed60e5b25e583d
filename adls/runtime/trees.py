"""Cotangents of any structure: the unit ones, zeros, and rows of them stacked into Jacobians. None has a derivative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from adls.engine.ir.types import Complex, Float, List, Scalar, Tuple, Type
from adls.runtime.calling import finish
from adls.runtime.records import entries, is_record
from adls.runtime.refusing import refuse

__all__ = ["is_plain", "is_real", "kind_of", "plainly", "seed_at", "seeds_of", "shape_of_block", "with_numbers",
           "without_instances", "zeros_of"]


def is_plain(value: Any) -> bool:
    """Whether a value is an array or a number."""
    return isinstance(value, np.ndarray | np.generic | float | int | complex)


def plainly(value: Any) -> Any:
    """A value with a dict of its attributes in the place of each instance of a class of the user's. Its
    containers are new, each where it is: what somebody has put in two places counts twice.
    """
    if is_record(value):
        return {key: plainly(item) for key, item in entries(value).items()}
    if isinstance(value, dict):
        return {key: plainly(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        parts = [plainly(item) for item in value]
        return parts if isinstance(value, list) else tuple(parts)
    return value


def with_numbers(cotangent: Any, t: Type) -> Any:
    """A cotangent with a number for each array of rank 0 that stands for one: the backward pass adds to its numbers,
    and the caller's array is not to be written.
    """
    if type(cotangent) is np.ndarray:
        return cotangent[()] if not cotangent.ndim and isinstance(t, Float | Scalar | Complex) else cotangent
    items: Sequence[Type] = ()
    if isinstance(t, Tuple) or (isinstance(t, List) and t.items is not None):
        items = t.items or ()
    if type(cotangent) in (tuple, list) and len(items) == len(cotangent):
        return type(cotangent)(map(with_numbers, cotangent, items))
    return cotangent


def without_instances(value: Any) -> Any:
    """The value; refused where it holds an instance of a class of the user's."""
    if _holds_records(value):
        refuse("adls.hvp takes tuples, lists, dicts and NamedTuples of arrays, no instances of classes")
    return value


def _holds_records(value: Any) -> bool:
    if isinstance(value, dict | tuple | list):
        return any(map(_holds_records, value.values() if isinstance(value, dict) else value))
    return is_record(value)


def is_real(value: Any) -> bool:
    """Whether a value is a real number."""
    return isinstance(value, float | np.floating)


def kind_of(value: Any) -> str:
    """What a value is: "plain" (floats), "sequence", "mapping" or "nothing"."""
    if is_plain(value):
        return "plain" if not isinstance(value, bool | int) else "nothing"
    return "sequence" if isinstance(value, tuple | list) else "mapping" if isinstance(value, dict) else "nothing"


def seed_at(value: Any, position: int) -> Any:
    """The cotangent of an array or number that is 1 for one of its numbers and 0 for all others."""
    kind = value.dtype if isinstance(value, np.ndarray | np.generic) else np.dtype(type(value))
    if kind.kind == "c":
        raise TypeError("a jacobian is that of real results: take the real and the imaginary part one by one")
    seed = np.zeros(np.shape(value), kind if kind.kind == "f" else float)
    seed.reshape(-1)[position] = 1.0
    return seed if isinstance(value, np.ndarray) else seed[()] if isinstance(value, np.generic) else float(seed)


def shape_of_block(value: Any, rows: Sequence[Any]) -> tuple[int, ...]:
    """The shape of a Jacobian that has a row for each number in an array."""
    return (*np.shape(value), *(np.shape(rows[0]) if rows else ()))


def seeds_of(value: Any) -> list[Any]:
    """One cotangent for each number in a value: 1 there, 0 everywhere else."""
    return list(_seeds(value))


def zeros_of(value: Any) -> Any:
    """A value's structure with zeros."""
    return finish(None, value, set())


def _seeds(value: Any) -> Iterator[Any]:
    if isinstance(value, np.ndarray | np.generic | float | complex):
        for n in range(np.size(value)):
            yield seed_at(value, n)
        return
    zeros = zeros_of(value)
    for key, item in _items(value):
        for seed in _seeds(item):
            yield _with(zeros, key, seed)


def _items(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, tuple | list) else []


def _with(tree: Any, key: Any, item: Any) -> Any:
    """A structure with one item exchanged."""
    if isinstance(tree, dict):
        return {**tree, key: item}
    items = [*tree[:key], item, *tree[key + 1 :]]
    return items if isinstance(tree, list) else type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)


def stacked(value: Any, rows: Sequence[Any]) -> Any:
    """Rows, one for each number in a value, in the value's structure; each row's arrays stacked along its axes."""
    if is_plain(value):
        return _stacked(np.shape(value), rows)
    taken, parts = 0, []
    for _, item in _items(value):
        count = len(seeds_of(item))
        parts.append(stacked(item, rows[taken : taken + count]))
        taken += count
    if isinstance(value, dict):
        return dict(zip(value, parts, strict=True))
    return parts if isinstance(value, list) else tuple(parts)


def _stacked(shape: tuple[int, ...], rows: Sequence[Any]) -> Any:
    first = rows[0] if rows else None
    if isinstance(first, dict):
        return {key: _stacked(shape, [row[key] for row in rows]) for key in first}
    if isinstance(first, tuple | list):
        parts = [_stacked(shape, [row[n] for row in rows]) for n in range(len(first))]
        return parts if isinstance(first, list) else tuple(parts)
    return None if first is None else np.stack(rows).reshape(shape + np.shape(first))
