"""Adjoints of decompositions and norms, over stacks of matrices where NumPy takes stacks.

Sources: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008); Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10; Townsend, "Differentiating the
singular value decomposition" (2016); Walter and Lehmann, "Algorithmic differentiation of linear algebra functions"
(2010) for QR; Golub and Pereyra (1973).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Axis, Shape, restore_axes, share_ties, unbroadcast

__all__ = [
    "cholesky_back",
    "cholesky_back_lower",
    "cholesky_factor_back",
    "eigh_back",
    "eigvalsh_back",
    "fold_lower",
    "hermitian_from_lower",
    "lstsq_a",
    "lstsq_b",
    "matrix_norm_back",
    "matrix_power_back",
    "multi_dot_back",
    "norm_back",
    "pinv_back",
    "qr_back",
    "solve_a",
    "solve_b",
    "svd_back",
    "svdvals_back",
    "triangular_inverse",
    "vector_norm_back",
]

_SMALL = 48


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
        return np.tril(np.linalg.inv(np.tril(lower)))
    half = n // 2
    inverse = np.zeros_like(lower)
    first = triangular_inverse(lower[..., :half, :half])
    last = triangular_inverse(lower[..., half:, half:])
    inverse[..., :half, :half] = first
    inverse[..., half:, half:] = last
    inverse[..., half:, :half] = -(last @ (lower[..., half:, :half] @ first))
    return inverse


def cholesky_back(v: Array, lower: Array) -> Array:
    """The cotangent of a in `np.linalg.cholesky(a)`, lower triangular as NumPy reads a's lower triangle only."""
    inverse = triangular_inverse(lower)
    middle = hermitian_from_lower(np.swapaxes(lower, -1, -2) @ v)
    return fold_lower(0.5 * (np.swapaxes(inverse, -1, -2) @ middle @ inverse.conj()))


def cholesky_back_lower(g: Array, v: Array, lower: Array) -> Any:
    """The cotangent of `lower` in `cholesky_back(v, lower)`, for real matrices."""
    inverse = triangular_inverse(lower)
    inverse_t = np.swapaxes(inverse, -1, -2)
    middle = hermitian_from_lower(np.swapaxes(lower, -1, -2) @ v)
    spread = hermitian_from_lower(g)
    from_product = v @ np.swapaxes(fold_lower(0.5 * (inverse @ spread @ inverse_t)), -1, -2)
    return from_product - np.tril(inverse_t @ (middle @ inverse @ spread) @ inverse_t)


def cholesky_factor_back(v: Array, factor: Array, upper: bool) -> Any:
    """As `cholesky_back`, for either triangle."""
    if not upper:
        return cholesky_back(v, factor)
    return np.swapaxes(
        cholesky_back(np.swapaxes(v, -1, -2).conj(), np.swapaxes(factor, -1, -2).conj()), -1, -2
    ).conj()


def eigh_back(dw: Any, dv: Any, w: Array, v: Array, uplo: Any = "L") -> Any:
    """The cotangent of a in `w, v = np.linalg.eigh(a)`, on the triangle that NumPy reads."""
    n = w.shape[-1]
    middle = np.zeros_like(v)
    vt = np.swapaxes(v, -1, -2)
    if dv is not None and np.any(dv):
        gaps = w[..., None, :] - w[..., :, None] + np.eye(n, dtype=w.dtype)
        middle = middle + (vt @ dv) * (1.0 - np.eye(n, dtype=w.dtype)) / gaps
    middle[..., np.arange(n), np.arange(n)] = dw
    return _one_triangle(v.conj() @ middle @ vt, uplo)


def eigvalsh_back(v: Array, a: Array, uplo: Any = "L") -> Any:
    """The cotangent of a in `np.linalg.eigvalsh(a)`, on the triangle that NumPy reads."""
    vectors = np.linalg.eigh(a, uplo)[1]
    return _one_triangle((vectors.conj() * v[..., None, :]) @ np.swapaxes(vectors, -1, -2), uplo)


def _one_triangle(s: Array, uplo: Any) -> Any:
    """The cotangent on one triangle from any that is right for Hermitian changes."""
    hermitian = 0.5 * (s + np.swapaxes(s, -1, -2).conj())
    return fold_lower(hermitian) if uplo.upper() == "L" else np.swapaxes(fold_lower(hermitian), -1, -2).conj()


def svd_back(du: Any, ds: Any, dvh: Any, u: Array, s: Array, vh: Array) -> Any:
    """The cotangent of a in `u, s, vh = np.linalg.svd(a)`. Only the thin factors have derivatives: the rest
    is not determined."""
    k = s.shape[-1]
    if np.any(du[..., :, k:]) or np.any(dvh[..., k:, :]):
        raise NotImplementedError("numpy.linalg.svd has derivatives with full_matrices=False only")
    u, du, vh, dvh = u[..., :, :k], du[..., :, :k], vh[..., :k, :], dvh[..., :k, :]
    if np.iscomplexobj(u) and (np.any(du) or np.any(dvh)):
        raise NotImplementedError(
            "numpy.linalg.svd of complex matrices has derivatives of the singular values only"
        )
    ut, vht = np.swapaxes(u, -1, -2), np.swapaxes(vh, -1, -2)
    result = (u.conj() * ds[..., None, :]) @ vh.conj()
    if not np.any(du) and not np.any(dvh):
        return result
    eye = np.eye(k, dtype=s.dtype)
    gaps = (1.0 - eye) / (s[..., None, :] ** 2 - s[..., :, None] ** 2 + eye)
    from_u, from_v = gaps * (ut @ du), gaps * (vh @ np.swapaxes(dvh, -1, -2))
    column, line = s[..., :, None], s[..., None, :]
    middle = (from_u + np.swapaxes(from_u, -1, -2)) * line + column * (from_v + np.swapaxes(from_v, -1, -2))
    result = result + u @ middle @ vh
    thin_u = (du - u @ (ut @ du)) / line
    thin_v = (dvh - (dvh @ vht) @ vh) / column
    return result + thin_u @ vh + u @ thin_v


def svdvals_back(v: Array, a: Array) -> Any:
    """The cotangent of a for its singular values."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return (u.conj() * v[..., None, :]) @ vh.conj()


def qr_back(dq: Array, dr: Array, q: Array, r: Array) -> Array:
    """The cotangent of a in `q, r = np.linalg.qr(a)` for a with no more columns than rows."""
    if r.shape[-2] != r.shape[-1]:
        raise NotImplementedError(
            "numpy.linalg.qr has a derivative for matrices with at least as many rows as columns"
        )
    middle = hermitian_from_lower(r @ np.swapaxes(dr, -1, -2) - np.swapaxes(dq, -1, -2) @ q)
    return np.swapaxes(np.linalg.solve(r, np.swapaxes(dq + q @ middle, -1, -2)), -1, -2)


def pinv_back(v: Array, a: Array, x: Array) -> Any:
    """The cotangent of a in `x = np.linalg.pinv(a)`, where the rank stays the same; real matrices."""
    xt, vt, (m, n) = np.swapaxes(x, -1, -2), np.swapaxes(v, -1, -2), a.shape[-2:]
    return (
        -(xt @ v @ xt)
        + (np.eye(m, dtype=a.dtype) - np.swapaxes(a @ x, -1, -2)) @ vt @ x @ xt
        + xt @ x @ vt @ (np.eye(n, dtype=a.dtype) - np.swapaxes(x @ a, -1, -2))
    )


def lstsq_a(v: Array, dr: Array, a: Array, b: Array, x: Array) -> Any:
    """The cotangent of a in `x, residuals, _, _ = np.linalg.lstsq(a, b)`, for full column rank; `dr` is the
    residuals' cotangent."""
    dx, b2, x2 = (each[:, None] if each.ndim == 1 else each for each in (v, b, x))
    inverse, error = np.linalg.pinv(a), b2 - a @ x2
    back = inverse.T @ dx
    result = error @ (inverse @ back).T - back @ x2.T
    return result - (2.0 * dr * error) @ x2.T if dr.size else result


def lstsq_b(v: Array, dr: Array, a: Array, b: Array, x: Array) -> Array:
    """The cotangent of b in `x, residuals, _, _ = np.linalg.lstsq(a, b)`, for full column rank."""
    result = np.linalg.pinv(a).T @ v
    return result + 2.0 * dr * (b - a @ x) if dr.size else result


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


def norm_back(v: Any, x: Any, norm: Any, order: Any, axis: Axis, keepdims: bool) -> Any:
    """The cotangent of x in `np.linalg.norm(x, ord, axis, keepdims)`: a vector norm over one axis, a matrix
    norm over two."""
    if axis is None and order is not None and x.ndim == 2:
        axis = (0, 1)
    if isinstance(axis, tuple) and len(axis) == 2 and order is not None:
        return matrix_norm_back(v, x, norm, order, axis, keepdims)
    return vector_norm_back(v, x, norm, order, axis, keepdims)


def vector_norm_back(v: Any, x: Any, norm: Any, order: Any, axis: Axis, keepdims: bool) -> Any:
    """The cotangent of x in a vector norm of any order over an axis or all; 0 at 0, and equal extrema share
    equally."""
    x = np.asarray(x)
    size = np.abs(x)
    direction = np.conj(np.divide(x, size, out=np.zeros_like(x), where=size > 0))
    if order in (np.inf, -np.inf):
        return share_ties(v, size, norm, axis, keepdims) * direction
    if order == 0:
        return np.zeros_like(x)
    if order == 1:
        return restore_axes(v, axis, keepdims, x.ndim) * direction
    order = 2 if order is None else order
    whole = restore_axes(norm, axis, keepdims, x.ndim)
    ratio = np.divide(size, whole, out=np.zeros_like(size), where=whole > 0)
    raised = np.power(ratio, order - 1, out=np.zeros_like(ratio), where=(ratio > 0) | (order > 1))
    return restore_axes(v, axis, keepdims, x.ndim) * direction * raised


def matrix_norm_back(v: Any, x: Array, norm: Any, order: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """The cotangent of x in a matrix norm over two axes."""
    if order in ("fro", "f"):
        return vector_norm_back(v, x, norm, 2, axis, keepdims)
    inner = (
        v.reshape([n for i, n in enumerate(v.shape) if i - v.ndim not in axis and i not in axis])
        if keepdims
        else v
    )
    moved = np.moveaxis(x, axis, (-2, -1))
    if order in (2, -2, "nuc"):
        u, s, vh = np.linalg.svd(moved, full_matrices=False)
        ds = np.zeros_like(s)
        ds[..., slice(None) if order == "nuc" else 0 if order == 2 else -1] = 1.0
        back = (u.conj() * ds[..., None, :]) @ vh.conj() * np.expand_dims(inner, (-2, -1))
    elif order in (1, -1, np.inf, -np.inf):
        summed = -2 if order in (1, -1) else -1
        size = np.abs(moved)
        sums = size.sum(axis=summed)
        shares = share_ties(inner, sums, sums.max(-1) if order > 0 else sums.min(-1), -1, False)
        direction = np.conj(np.divide(moved, size, out=np.zeros_like(moved), where=size > 0))
        back = np.expand_dims(shares, summed) * direction
    else:
        raise NotImplementedError(f"numpy.linalg.norm with ord={order!r} has no derivative rule")
    return np.moveaxis(back, (-2, -1), axis)
