"""Values of any nesting as vectors: perturbing them, comparing them, drawing cotangents for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def leaves_mapped(f: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`f` at each number or array that can carry a derivative; all else stays as it is in the first tree."""
    if isinstance(tree, list | tuple):
        items = [leaves_mapped(f, item, *rest) for item, *rest in zip(tree, *others, strict=True)]
        if isinstance(tree, list):
            return items
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    return f(tree, *others) if varies(tree) else tree


def varies(value: Any) -> bool:
    """Whether a value is a float or complex number or array."""
    return isinstance(value, float | complex) or (
        isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "fc"
    )


def any_varies(tree: Any) -> bool:
    return any(map(any_varies, tree)) if isinstance(tree, list | tuple) else varies(tree)


def random_like(tree: Any, rng: np.random.Generator) -> Any:
    """A tree of the same structure, dtypes and kinds of numbers, normally distributed."""

    def draw(value: Any) -> Any:
        drawn = rng.standard_normal(np.shape(value))
        if np.iscomplexobj(value):
            drawn = drawn + 1j * rng.standard_normal(np.shape(value))
        if isinstance(value, np.ndarray | np.generic):
            return (
                np.asarray(drawn).astype(value.dtype)[()]
                if isinstance(value, np.generic)
                else np.asarray(drawn, value.dtype)
            )
        return complex(drawn) if isinstance(value, complex) else float(drawn)

    return leaves_mapped(draw, tree)


def inner(g: Any, tree: Any) -> float:
    """The real part of the sum of products, without conjugation."""
    if isinstance(tree, list | tuple):
        return sum(inner(a, b) for a, b in zip(g, tree, strict=True))
    return float(np.sum(np.multiply(g, tree)).real) if varies(tree) else 0.0


def shifted(tree: Any, direction: Any, by: float) -> Any:
    """A tree moved along a direction."""

    def move(value: Any, along: Any) -> Any:
        moved = value + by * along
        if isinstance(value, np.ndarray):
            kept = np.empty_like(value)  # in the same layout
            kept[...] = moved
            return kept
        return type(value)(moved) if type(value) in (float, complex) else moved

    return leaves_mapped(move, tree, direction)


def same_structure(a: Any, b: Any) -> bool:
    """Whether two trees nest alike and have leaves of the same shapes."""
    if isinstance(b, list | tuple):
        return isinstance(a, list | tuple) and len(a) == len(b) and all(map(same_structure, a, b))
    if a is None:
        return not varies(b)
    return not isinstance(a, list | tuple) and np.shape(a) == np.shape(b)
