"""Adjoints of solvers and factorizations, over stacks of matrices where NumPy takes stacks.

Sources: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008); Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10; Walter and Lehmann,
"Algorithmic differentiation of linear algebra functions" (2010) for QR; Golub and Pereyra (1973).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape, unbroadcast

__all__ = [
    "cholesky_back",
    "cholesky_back_lower",
    "cholesky_factor_back",
    "fold_lower",
    "hermitian_from_lower",
    "lstsq_a",
    "lstsq_b",
    "matrix_power_back",
    "multi_dot_back",
    "pinv_back",
    "qr_back",
    "slogdet_factor",
    "solve_a",
    "solve_b",
    "tensorinv_back",
    "tensorsolve_a",
    "tensorsolve_b",
    "triangle_back",
    "triangular_inverse",
]

_SMALL = 32
_MASKED = 256


def solve_b(v: Array, a: Array, shape: Shape) -> Any:
    """The cotangent of b, of this shape, in `np.linalg.solve(a, b)`."""
    at = np.swapaxes(a, -1, -2)
    if _is_vector(len(shape), a.ndim):
        return unbroadcast(np.linalg.solve(at, v[..., None])[..., 0], shape)
    return unbroadcast(np.linalg.solve(at, v), shape)


def solve_a(v: Array, a: Array, x: Array, ndim_b: int) -> Any:
    """The cotangent of a in `x = np.linalg.solve(a, b)`."""
    if _is_vector(ndim_b, a.ndim):
        v, x = v[..., None], x[..., None]
    return unbroadcast(-np.linalg.solve(np.swapaxes(a, -1, -2), v) @ np.swapaxes(x, -1, -2), a.shape)


def _is_vector(ndim_b: int, ndim_a: int) -> bool:
    """Whether `np.linalg.solve` takes b for a vector, or a stack of vectors: NumPy 1 and 2 differ."""
    return ndim_b == 1 if np.__version__ >= "2" else ndim_b == ndim_a - 1


def hermitian_from_lower(v: Array) -> Array:
    """The symmetric (or Hermitian) matrix with this lower triangle."""
    below = np.tril(v, -1)
    whole = below + np.swapaxes(below, -1, -2).conj()
    n = np.arange(v.shape[-1])
    whole[..., n, n] = v[..., n, n].real
    return whole


def fold_lower(v: Array) -> Array:
    """The cotangent of a matrix of which only the lower triangle is read, from that of the symmetric matrix
    it stands for."""
    folded = np.tril(v) + np.tril(np.swapaxes(v, -1, -2).conj(), -1)
    if np.iscomplexobj(v):
        n = np.arange(v.shape[-1])
        folded[..., n, n] = v[..., n, n].real
    return folded


def triangular_inverse(lower: Array) -> Array:
    """The inverse of a lower triangular matrix by halves: products instead of elimination, twice as fast as a
    general solve."""
    n = lower.shape[-1]
    if n <= _SMALL:
        return _lower(np.linalg.inv(_lower(lower)))
    half = n // 2
    inverse = np.zeros_like(lower)
    first = triangular_inverse(lower[..., :half, :half])
    last = triangular_inverse(lower[..., half:, half:])
    inverse[..., :half, :half] = first
    inverse[..., half:, half:] = last
    inverse[..., half:, :half] = -(last @ (lower[..., half:, :half] @ first))
    return inverse


def _lower(x: Array) -> Array:
    """The lower triangle: `np.tril`, with the mask of a small matrix at hand."""
    n = x.shape[-1]
    return np.where(_mask(n), x, x.dtype.type(0)) if n <= _MASKED else np.tril(x)


@lru_cache(maxsize=16)
def _mask(n: int) -> Array:
    return np.tri(n, dtype=bool)


def cholesky_back(v: Array, lower: Array, inverse: Array | None = None) -> Array:
    """The cotangent of a in `np.linalg.cholesky(a)`, lower triangular as NumPy reads a's lower triangle only.

    `inverse` is that of `lower`, where it is in hand.
    """
    inverse = triangular_inverse(lower) if inverse is None else inverse
    half = _with_half_diagonal(_lower_of_product(_lower(lower), v))
    middle = half + np.swapaxes(half, -1, -2).conj()
    right = inverse.conj()
    n = v.shape[-1] // 2
    product = np.empty_like(middle)  # middle @ right, of which the upper right block is zeros
    product[..., :n] = middle @ right[..., :n]
    product[..., n:] = middle[..., n:] @ right[..., n:, n:]
    return _with_half_diagonal(_lower_of_product(inverse, product))


def _lower_of_product(lower: Array, x: Array) -> Array:
    """The lower triangle of `lower.T @ x` for a lower triangular matrix, by blocks: half of the product."""
    left, n = np.swapaxes(lower, -1, -2), x.shape[-1] // 2
    product = np.zeros(x.shape, np.result_type(lower, x))
    product[..., :n, :n] = _lower(left[..., :n, :] @ x[..., :n])
    product[..., n:, :n] = left[..., n:, n:] @ x[..., n:, :n]
    product[..., n:, n:] = _lower(left[..., n:, n:] @ x[..., n:, n:])
    return product


def _with_half_diagonal(below: Array) -> Array:
    """A lower triangle with its diagonal halved and real: plus its transpose it is the symmetric matrix."""
    n = np.arange(below.shape[-1])
    below[..., n, n] = 0.5 * below[..., n, n].real
    return below


def cholesky_back_lower(g: Array, v: Array, lower: Array) -> Any:
    """The cotangent of `lower` in `cholesky_back(v, lower)`, for real matrices."""
    inverse = triangular_inverse(lower)
    inverse_t = np.swapaxes(inverse, -1, -2)
    middle = hermitian_from_lower(np.swapaxes(np.tril(lower), -1, -2) @ v)
    spread = hermitian_from_lower(g)
    from_product = v @ np.swapaxes(fold_lower(0.5 * (inverse @ spread @ inverse_t)), -1, -2)
    return np.tril(from_product - inverse_t @ (middle @ inverse @ spread) @ inverse_t)


def cholesky_factor_back(v: Array, factor: Array, upper: bool) -> Any:
    """As `cholesky_back`, for either triangle."""
    if not upper:
        return cholesky_back(v, factor)
    return np.swapaxes(
        cholesky_back(np.swapaxes(v, -1, -2).conj(), np.swapaxes(factor, -1, -2).conj()), -1, -2
    ).conj()


def qr_back(dq: Array, dr: Array, q: Array, r: Array) -> Any:
    """The cotangent of a in `q, r = np.linalg.qr(a)`. Where there are more columns than rows, the first ones decide
    about q."""
    count = r.shape[-2]
    if count < r.shape[-1]:
        rest, drest = r[..., count:], dr[..., count:]
        turned = dq + (q @ rest).conj() @ _adjoint(drest)
        first = qr_back(turned, dr[..., :count], q, r[..., :count])
        return np.concatenate((first, q.conj() @ drest), -1)
    dq, dr = dq.conj(), dr.conj()
    middle = hermitian_from_lower(r @ _adjoint(dr) - _adjoint(dq) @ q)
    return _adjoint(np.linalg.solve(r, _adjoint(dq + q @ middle))).conj()


def triangle_back(v: Array, a: Array) -> Any:
    """The cotangent of a in `np.linalg.qr(a, "r")`."""
    q, r = np.linalg.qr(a)
    return qr_back(np.zeros_like(q), v, q, r)


def pinv_back(v: Array, a: Array, x: Array) -> Any:
    """The cotangent of a in `x = np.linalg.pinv(a)`, where the rank stays the same."""
    v, at, xt, vt = v.conj(), _adjoint(a), _adjoint(x), np.swapaxes(v, -1, -2)
    left, right = vt @ x @ xt, xt @ x @ vt
    return (left - xt @ (at @ left) + right - (right @ at) @ xt - xt @ v @ xt).conj()


def lstsq_a(v: Array, dr: Array, a: Array, b: Array, x: Array, rank: int) -> Any:
    """The cotangent of a in `x, residuals, rank, _ = np.linalg.lstsq(a, b)`, where the rank stays the same; `dr` is the
    residuals' cotangent. Without full column rank x is the shortest solution."""
    if rank < a.shape[1]:
        columns = np.reshape(v, (len(v), -1)) @ np.reshape(b, (len(b), -1)).T
        return pinv_back(columns, a, np.linalg.pinv(a))
    dx, b2, x2 = (each[:, None] if each.ndim == 1 else each for each in (v.conj(), b, x))
    inverse, error = np.linalg.pinv(a), b2 - a @ x2
    back = _adjoint(inverse) @ dx
    result = error @ _adjoint(inverse @ back) - back @ _adjoint(x2)
    return (result - (2.0 * np.real(dr) * error) @ _adjoint(x2) if dr.size else result).conj()


def lstsq_b(v: Array, dr: Array, a: Array, b: Array, x: Array) -> Array:
    """The cotangent of b in `x, residuals, _, _ = np.linalg.lstsq(a, b)`, for full column rank."""
    result = np.linalg.pinv(a).T @ v
    return result + 2.0 * np.real(dr) * (b - a @ x).conj() if dr.size else result


def slogdet_factor(v: Any, w: Any, sign: Any) -> Any:
    """What the inverse's transpose is multiplied by, for the cotangents of the sign and of the logarithm: a complex
    determinant's sign turns with its angle."""
    return np.real(w) + 1j * np.imag(v * sign) if np.iscomplexobj(sign) else w


def _adjoint(a: Array) -> Any:
    """The conjugate transpose of each matrix."""
    return np.swapaxes(a, -1, -2).conj()


def tensorinv_back(v: Array, shape: Shape, inverse: Array, ind: int) -> Any:
    """The cotangent of a, of this shape, in `np.linalg.tensorinv(a, ind)`."""
    n = math.prod(shape[:ind])
    square = inverse.reshape(n, n).T
    return -(square @ v.reshape(n, n) @ square).reshape(shape)


def tensorsolve_b(v: Array, a: Array, shape: Shape) -> Any:
    """The cotangent of b, of this shape, in `np.linalg.tensorsolve(a, b)`."""
    n = v.size
    return np.linalg.solve(a.reshape(n, n).T, v.reshape(n)).reshape(shape)


def tensorsolve_a(v: Array, a: Array, x: Array, shape: Shape) -> Any:
    """The cotangent of a in `x = np.linalg.tensorsolve(a, b)`, where b has this shape."""
    return -np.outer(tensorsolve_b(v, a, shape), x).reshape(a.shape)


def matrix_power_back(v: Array, a: Array, n: int) -> Array:
    """The cotangent of a in `np.linalg.matrix_power(a, n)`."""
    at = np.swapaxes(a, -1, -2)
    if n < 0:
        inverse = np.linalg.inv(at)
        return -(inverse @ matrix_power_back(v, np.linalg.inv(a), -n) @ inverse)
    total, lead = np.zeros_like(a), v
    powers = [np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)]
    for _ in range(n - 1):
        powers.append(powers[-1] @ at)
    for power in powers[::-1][:n]:
        total = total + power @ lead
        lead = lead @ at
    return total


def multi_dot_back(v: Any, arrays: Sequence[Any]) -> list[Any]:
    """The cotangents of the factors of `np.linalg.multi_dot`."""
    items = [np.asarray(array) for array in arrays]
    items[0], items[-1] = np.atleast_2d(items[0]), items[-1][:, None] if items[-1].ndim == 1 else items[-1]
    right = [items[-1]]
    for item in items[-2:0:-1]:
        right.insert(0, item @ right[0])
    left, back = np.reshape(v, (items[0].shape[0], items[-1].shape[1])), []
    for item, rest in zip(items[:-1], right, strict=True):
        back.append(left @ rest.T)
        left = item.T @ left
    back.append(left)
    return [each.reshape(np.shape(array)) for each, array in zip(back, arrays, strict=True)]
