"""Nested tuples, lists and dicts of numbers and arrays, as parameters and gradients are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Tree = Any


def leaves(tree: Tree) -> Iterator[Any]:
    """The numbers and arrays, dicts in the order of their keys' insertion."""
    if isinstance(tree, dict):
        for value in tree.values():
            yield from leaves(value)
    elif isinstance(tree, (tuple, list)):
        for value in tree:
            yield from leaves(value)
    else:
        yield tree


def tree_map(function: Callable[..., Any], tree: Tree, *others: Tree) -> Tree:
    """The tree with `function` applied to each leaf and the leaves of the others at the same place."""
    if isinstance(tree, dict):
        return {key: tree_map(function, tree[key], *(other[key] for other in others)) for key in tree}
    if isinstance(tree, (tuple, list)):
        return type(tree)(tree_map(function, *row) for row in zip(tree, *others, strict=True))
    return function(tree, *others)


def relative_difference(tree: Tree, reference: Tree) -> float:
    """The largest difference of a leaf from its reference, relative to the reference leaf's largest entry."""

    def difference(expected: Any, leaf: Any) -> float:
        scale = float(np.max(np.abs(expected))) or 1.0
        return float(np.max(np.abs(np.asarray(leaf) - expected))) / scale

    # NumPy's maximum and not Python's: a NaN anywhere must come out.
    return float(np.max(list(leaves(tree_map(difference, reference, tree)))))
