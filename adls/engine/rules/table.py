"""Looking up the rows of a name.

A row's `when` is evaluated by `passes.rows` on literals and types: `axis is None`, `y == 2`, `x.ndim == 2`, `x.dtype.kind == 'f'`,
`keepdims is False`, `isinstance(x, float)`, joined by `and`. What is not known does not hold, and the last row of a name has no
condition. Rows of one name may differ in signature: one that a call does not fit is passed over.

Where a result is a tuple, `g` is a tuple too. In complex rows g is dL/dRe - i dL/dIm of a real L, so that a cotangent is the transposed
derivative, without conjugation (as in autograd and JAX). Text that occurs in two cotangents of a row is meant to be computed once.
`runtime.refuse(reason)` stands where there is a derivative without a rule: never a silent zero.
"""

from __future__ import annotations

from collections.abc import Mapping

from adls.engine.rules import (
    arithmetic,
    complex_math,
    creation,
    distributions,
    elementwise,
    fourier,
    joining,
    linalg,
    products,
    python_math,
    reductions,
    runtime_rows,
    scipy_linalg,
    scipy_signal,
    selection,
    shapes,
    special,
)
from adls.engine.rules.row import Row

FAMILIES: Mapping[str, tuple[Row, ...]] = {
    "operators": arithmetic.ROWS,
    "elementwise": elementwise.ROWS,
    "reductions": reductions.ROWS,
    "shapes": shapes.ROWS,
    "joining": joining.ROWS,
    "creation": creation.ROWS,
    "products": products.ROWS,
    "selection": selection.ROWS,
    "linear algebra": linalg.ROWS,
    "Python": python_math.ROWS,
    "Python's complex numbers": complex_math.ROWS,
    "Fourier transforms": fourier.ROWS,
    "special functions": special.ROWS,
    "SciPy's linear algebra": scipy_linalg.ROWS,
    "SciPy's signals and integrals": scipy_signal.ROWS,
    "probability distributions": distributions.ROWS,
    "runtime": runtime_rows.ROWS,
}


def lookup(name: str) -> tuple[Row, ...]:
    """The rows of a canonical name, in the order in which they are to be tried; none where it is unknown."""
    return _BY_NAME.get(name, ())


def _by_name() -> dict[str, tuple[Row, ...]]:
    rows: dict[str, tuple[Row, ...]] = {}
    for family in FAMILIES.values():
        for row in family:
            for name in row.names:
                rows[name] = (*rows.get(name, ()), row)
    return rows


_BY_NAME = _by_name()
