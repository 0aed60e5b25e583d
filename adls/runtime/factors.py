"""Adjoints of what SciPy adds to NumPy's linear algebra: triangular and banded solves, factors that are kept packed.

Sources: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008); Walter and Lehmann, "Algorithmic differentiation of linear algebra functions" (2010) for LU; Mathias, "A chain
rule for matrix functions" (1996) for functions of a matrix.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape, Shapes
from adls.runtime.linalg import cholesky_factor_back, triangular_inverse
from adls.runtime.refusing import refuse

__all__ = [
    "banded_back",
    "banded_transpose",
    "beside",
    "cholesky_other_back",
    "cholesky_packed_back",
    "cholesky_solve_back",
    "leaves_triangle",
    "lu_back",
    "lu_solve_back",
    "solve_back",
    "symmetric_banded_back",
    "toeplitz_back",
    "transposed_system",
    "triangular_a",
    "unblock_diag",
]


def transposed_system(trans: Any) -> int:
    """The system that the adjoint of a triangular solve solves."""
    if trans not in (0, 1, "N", "T"):
        refuse("scipy.linalg.solve_triangular has a derivative for trans 0 or 1")
    return 0 if trans in (1, "T") else 1


def triangular_a(db: Array, x: Array, trans: Any, lower: bool, unit_diagonal: bool) -> Array:
    """The cotangent of a in `x = scipy.linalg.solve_triangular(a, b)` from that of b: of the triangle that is read."""
    back = -_outer(x, db) if trans in (1, "T") else -_outer(db, x)
    return np.tril(back, -int(unit_diagonal)) if lower else np.triu(back, int(unit_diagonal))


def solve_back(db: Array, x: Array, transposed: bool, assume_a: Any, lower: bool) -> Array:
    """The cotangent of a in `x = scipy.linalg.solve(a, b)` from that of b: of what is read of a."""
    back = -_outer(x, db) if transposed else -_outer(db, x)
    if assume_a in (None, "gen", "general"):
        return back
    if assume_a not in ("sym", "symmetric", "her", "hermitian", "pos", "positive definite") or np.iscomplexobj(back):
        refuse(
            f"scipy.linalg.solve has a derivative for general and real symmetric matrices, not for {assume_a}"
        )
    kept = np.tril(back) if lower else np.triu(back)
    mirrored = np.swapaxes(back, -1, -2)
    return kept + (np.tril(mirrored, -1) if lower else np.triu(mirrored, 1))


def _outer(left: Array, right: Array) -> Array:
    """The product of columns with rows, summed over right-hand sides: a vector is one of them."""
    if left.ndim == 1:
        return np.outer(left, right)
    return left @ np.swapaxes(right, -1, -2)


def cholesky_other_back(v: Array, factor: Array, lower: bool) -> Any:
    """The cotangent of a in `scipy.linalg.cholesky(a, lower)`, on the triangle that SciPy reads: the factor's own."""
    if lower:
        return cholesky_factor_back(v, factor, False)
    return _adjoint(cholesky_factor_back(_adjoint(v), _adjoint(factor), False))


def cholesky_packed_back(v: Array, packed: Array, lower: bool, untouched: bool) -> Any:
    """The cotangent of a in `scipy.linalg.cho_factor(a, lower)`, whose other triangle is a's if `untouched`, else 0."""
    if lower:
        back = cholesky_other_back(np.tril(v), np.tril(packed), lower)
        return back + np.triu(v, 1) if untouched else back
    back = cholesky_other_back(np.triu(v), np.triu(packed), lower)
    return back + np.tril(v, -1) if untouched else back


@cache
def leaves_triangle() -> bool:
    """Whether `scipy.linalg.cho_factor` leaves the triangle that it does not read as it is: SciPy's releases differ."""
    return bool(sys.modules["scipy.linalg"].cho_factor(np.array([[1.0, 0.0], [0.5, 1.0]]))[0][1, 0])


def cholesky_solve_back(db: Array, x: Array, packed: Array, lower: bool) -> Array:
    """The cotangent of the factor in `scipy.linalg.cho_solve`, of real matrices, from that of b."""
    product = _outer(db, x)
    both = product + np.swapaxes(product, -1, -2)
    return -np.tril(both @ np.tril(packed)) if lower else -np.triu(np.triu(packed) @ both)


def lu_back(v: Array, packed: Array, pivots: Array) -> Any:
    """The cotangent of a in `scipy.linalg.lu_factor(a)`, of a square matrix."""
    n = packed.shape[-1]
    lower, upper = np.tril(packed, -1) + np.eye(n, dtype=packed.dtype), np.triu(packed)
    middle = np.tril(lower.T @ np.tril(v, -1), -1) + np.triu(np.triu(v) @ upper.T)
    back = np.linalg.solve(lower.T, middle) @ triangular_inverse(upper.T)
    return np.take(back, np.argsort(_order(pivots)), 0)


def lu_solve_back(db: Array, x: Array, packed: Array, pivots: Array, trans: int) -> Any:
    """The cotangent of the packed factors in `scipy.linalg.lu_solve`, from that of b."""
    n = packed.shape[-1]
    lower, upper = np.tril(packed, -1) + np.eye(n, dtype=packed.dtype), np.triu(packed)
    da = (-_outer(x, db) if trans == 1 else -_outer(db, x))[_order(pivots)]
    return np.tril(da @ upper.T, -1) + np.triu(lower.T @ da)


def _order(pivots: Array) -> Array:
    """The rows of a in the order in which elimination took them."""
    order = np.arange(len(pivots))
    for row, other in enumerate(pivots):
        order[[row, other]] = order[[other, row]]
    return order


def _adjoint(a: Array) -> Any:
    return np.swapaxes(a, -1, -2).conj()


def beside(a: Array, direction: Array) -> Array:
    """[[a, direction], [0, a]]: a function of it has that function's derivative along the direction in the corner."""
    return np.concatenate((np.concatenate((a, direction), -1), np.concatenate((np.zeros_like(a), a), -1)), -2)


def banded_transpose(widths: Sequence[int], banded: Array) -> Array:
    """The transpose of a banded matrix, packed as `scipy.linalg.solve_banded` has it, for the widths exchanged."""
    below, above = widths
    n = banded.shape[1]
    turned = np.zeros((below + above + 1, n), banded.dtype)
    for offset in range(-below, above + 1):
        diagonal = banded[above - offset, max(offset, 0) : n + min(offset, 0)]
        turned[below + offset, max(-offset, 0) : n - max(offset, 0)] = diagonal
    return turned


def banded_back(db: Array, x: Array, widths: Sequence[int], shape: Shape) -> Array:
    """The cotangent of the packed matrix in `scipy.linalg.solve_banded`, from that of b."""
    below, above = widths
    n, rows, columns = shape[1], np.reshape(db, (shape[1], -1)), np.reshape(x, (shape[1], -1))
    back = np.zeros(shape, np.result_type(db, x))
    for offset in range(-below, above + 1):
        first, last = max(offset, 0), n + min(offset, 0)
        back[above - offset, first:last] = -np.sum(rows[first - offset : last - offset] * columns[first:last], 1)
    return back


def symmetric_banded_back(db: Array, x: Array, shape: Shape, lower: bool) -> Array:
    """The cotangent of the packed triangle in `scipy.linalg.solveh_banded`, of real matrices, from that of b."""
    width = shape[0] - 1
    widths = (width, 0) if lower else (0, width)
    back = banded_back(db, x, widths, shape) + banded_back(x, db, widths, shape)
    back[0 if lower else -1] *= 0.5
    return back


def unblock_diag(v: Array, shapes: Any) -> list[Any]:
    """The cotangents of the blocks of `scipy.linalg.block_diag`."""
    found, row, column = [], 0, 0
    for shape in shapes.items if isinstance(shapes, Shapes) else shapes:
        height, width = (1, 1)[: 2 - len(shape)] + tuple(shape)
        found.append(np.reshape(v[row : row + height, column : column + width], shape))
        row, column = row + height, column + width
    return found


def toeplitz_back(v: Array, size: int, by_row: bool) -> Array:
    """The sums of the diagonals of `scipy.linalg.toeplitz` from the main one downwards, or to the right of it."""
    return np.array([np.trace(v, n if by_row else -n) for n in range(size)], v.dtype)
