"""Adjoints of eigenvalues, eigenvectors and singular values, over stacks of matrices.

Sources: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008); Townsend, "Differentiating the singular value decomposition" (2016); Boeddeker et al., "On the computation of
complex-valued gradients with application to statistically optimum beamforming" (2017), equation 4.77.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adls.runtime.cotangents import Array
from adls.runtime.linalg import fold_lower
from adls.runtime.refusing import refuse

__all__ = ["eig_back", "eigh_back", "eigvals_back", "eigvalsh_back", "singular_weighted",
           "singular_weighted_back", "singular_weights_back", "svd_back", "svdvals_back", "triangle"]


def eig_back(dw: Any, dv: Any, w: Array, v: Array, dtype: Any) -> Any:
    """The cotangent of a, of this dtype, in `w, v = np.linalg.eig(a)`.

    Eigenvectors have length 1, and their largest component is real.
    """
    vt = np.swapaxes(v, -1, -2)
    eye = np.eye(w.shape[-1], dtype=v.real.dtype)
    middle = 0.0 * eye if dw is None else eye * dw[..., None, :]
    if dv is not None and np.any(dv):
        dv = _with_phase(dv, v, np.argmax(np.abs(v), -2)[..., None, :]) if np.iscomplexobj(v) else dv
        inner = vt @ dv
        gaps = (1.0 - eye) / (w[..., None, :] - w[..., :, None] + eye)
        middle = middle + gaps * inner - gaps * ((vt @ v.conj()) @ (np.real(inner) * eye))
    back = np.linalg.solve(vt, middle @ vt)
    return back if dtype.kind == "c" else np.real(back)


def eigvals_back(v: Any, a: Array) -> Any:
    """The cotangent of a for its eigenvalues."""
    vectors = np.swapaxes(np.linalg.eig(a)[1], -1, -2)
    back = np.linalg.solve(vectors, v[..., :, None] * vectors)
    return back if np.iscomplexobj(a) else np.real(back)


def eigh_back(dw: Any, dv: Any, w: Array, v: Array, uplo: Any = "L") -> Any:
    """The cotangent of a in `w, v = np.linalg.eigh(a)`, on the triangle that NumPy reads."""
    n = w.shape[-1]
    middle = np.zeros_like(v)
    vt = np.swapaxes(v, -1, -2)
    if dv is not None and np.any(dv):
        dv = _with_phase(dv, v, _real_row(v)) if np.iscomplexobj(v) else dv
        gaps = w[..., None, :] - w[..., :, None] + np.eye(n, dtype=w.dtype)
        middle = middle + (vt @ dv) * (1.0 - np.eye(n, dtype=w.dtype)) / gaps
    middle[..., np.arange(n), np.arange(n)] = np.real(dw)
    return _one_triangle(v.conj() @ middle @ vt, uplo)


def _with_phase(dv: Any, v: Array, row: Any) -> Any:
    """The cotangent of eigenvectors turned so that their component in this row stays real, from that of eigenvectors of
    any phase."""
    pivot, turning = np.take_along_axis(v, row, -2), np.imag(np.sum(dv * v, -2, keepdims=True))
    if np.any(np.abs(turning[pivot.imag != 0]) > 1e-8):
        refuse("the result depends on the phase of eigenvectors, which is not determined")
    turning = turning / np.where(pivot.imag == 0, pivot.real, 1.0)
    back = np.array(dv, v.dtype)
    np.put_along_axis(back, row, np.take_along_axis(back, row, -2) - 1j * turning, -2)
    return back


def _real_row(v: Array) -> Any:
    """The row in which `np.linalg.eigh` leaves eigenvectors real: the first or the last, by the triangle it read."""
    row = 0 if not np.any(v[..., 0, :].imag) else v.shape[-1] - 1
    return np.full((*v.shape[:-2], 1, v.shape[-1]), row)


def eigvalsh_back(v: Array, a: Array, uplo: Any = "L") -> Any:
    """The cotangent of a in `np.linalg.eigvalsh(a)`, on the triangle that NumPy reads."""
    vectors = np.linalg.eigh(a, uplo)[1]
    return _one_triangle((vectors.conj() * np.real(v)[..., None, :]) @ np.swapaxes(vectors, -1, -2), uplo)


def triangle(lower: bool) -> str:
    """How NumPy names the triangle that SciPy's `lower` chooses."""
    return "L" if lower else "U"


def _one_triangle(s: Array, uplo: Any) -> Any:
    """The cotangent on one triangle from any that is right for Hermitian changes."""
    hermitian = 0.5 * (s + np.swapaxes(s, -1, -2).conj())
    return fold_lower(hermitian) if uplo.upper() == "L" else np.swapaxes(fold_lower(hermitian), -1, -2).conj()


def svd_back(du: Any, ds: Any, dvh: Any, u: Array, s: Array, vh: Array) -> Any:
    """The cotangent of a in `u, s, vh = np.linalg.svd(a)`. Only the thin factors have derivatives: the rest
    is not determined."""
    k = s.shape[-1]
    if np.any(du[..., :, k:]) or np.any(dvh[..., k:, :]):
        refuse("numpy.linalg.svd has derivatives with full_matrices=False only")
    u, du, vh, dvh = u[..., :, :k], du[..., :, :k], vh[..., :k, :], dvh[..., :k, :]
    if np.iscomplexobj(u) and (np.any(du) or np.any(dvh)):
        refuse(
            "numpy.linalg.svd of complex matrices has derivatives of the singular values only"
        )
    ds = np.real(ds)
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
    return (u.conj() * np.real(v)[..., None, :]) @ vh.conj()


def singular_weighted(a: Any, w: Any) -> Any:
    """Real matrices with other singular values: what a weighted sum of its own owes to a matrix."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return (u * w[..., None, :]) @ vh


def singular_weights_back(v: Any, a: Any) -> Any:
    """The cotangent of w in `singular_weighted(a, w)`."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return np.sum(u * (v @ np.swapaxes(vh, -1, -2)), -2)


def singular_weighted_back(v: Any, a: Any, w: Any) -> Any:
    """The cotangent of a in `singular_weighted(a, w)`. Equal singular values of equal weights count together: what they
    belong to then is the same for each choice of their vectors."""
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    ut, vht = np.swapaxes(u, -1, -2), np.swapaxes(vh, -1, -2)
    line, column, w_line, w_column = s[..., None, :], s[..., :, None], w[..., None, :], w[..., :, None]
    eye = np.eye(s.shape[-1], dtype=s.dtype)
    rise = (w_line - w_column) / np.where(w_line == w_column, 1.0, line - column + eye)
    mean = (w_line + w_column) * (1.0 - eye) / np.where(line + column == 0, 1.0, line + column)
    inner = ut @ v @ vht
    turned = np.swapaxes(inner, -1, -2)
    back = u @ (0.5 * rise * (inner + turned) + 0.5 * mean * (inner - turned)) @ vh
    ratio = w / np.where(w == 0, 1.0, s)
    outside_u = (v - u @ (ut @ v)) @ (vht * ratio[..., None, :]) @ vh
    outside_v = (u * ratio[..., None, :]) @ (ut @ v - (ut @ v @ vht) @ vh)
    return back + outside_u + outside_v
