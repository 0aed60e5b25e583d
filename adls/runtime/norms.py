"""Adjoints of norms of vectors and matrices, and of condition numbers. A norm has derivative 0 at 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Axis, restore_axes, share_ties
from adls.runtime.eigen import singular_weighted, svdvals_back
from adls.runtime.refusing import refuse

__all__ = ["cond_back", "matrix_norm_back", "norm_back", "vector_norm_back"]


def cond_back(v: Any, x: Array, p: Any) -> Any:
    """The cotangent of x in `np.linalg.cond(x, p)`: a quotient of singular values, or a product of two norms."""
    v = np.real(v)
    if p in (None, 2, -2):
        s = np.linalg.svd(x, compute_uv=False)
        most, least = (-1, 0) if p == -2 else (0, -1)
        ds = np.zeros_like(s)
        ds[..., most] += v / s[..., least]
        ds[..., least] -= v * s[..., most] / s[..., least] ** 2
        return svdvals_back(ds, x) if np.iscomplexobj(x) else singular_weighted(x, ds)
    inverse = np.linalg.inv(x)
    norm, other = _norm(x, p), _norm(inverse, p)
    back = np.swapaxes(inverse, -1, -2)
    through = matrix_norm_back(v * norm, inverse, other, p, (-2, -1), False)
    return matrix_norm_back(v * other, x, norm, p, (-2, -1), False) - back @ through @ back


def _norm(x: Array, p: Any) -> Any:
    """The norms of matrices; p is spelled out, so that nobody asks for a derivative with respect to it."""
    if p in ("fro", "f"):
        return np.linalg.norm(x, "fro", axis=(-2, -1))
    if p == "nuc":
        return np.linalg.norm(x, "nuc", axis=(-2, -1))
    sums = np.sum(np.abs(x), axis=-2 if p in (1, -1) else -1)
    return np.max(sums, axis=-1) if p > 0 else np.min(sums, axis=-1)


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
    v, x = np.real(v), np.asarray(x)
    size = np.abs(x)
    direction = np.conj(x) / (size + (size == 0))
    if order in (np.inf, -np.inf):
        return share_ties(v, size, norm, axis, keepdims) * direction
    if order == 0:
        return np.zeros_like(x)
    if order == 1:
        return restore_axes(v, axis, keepdims, x.ndim) * direction
    order = 2 if order is None else order
    whole = restore_axes(norm, axis, keepdims, x.ndim)
    ratio = size / (whole + (whole == 0))
    raised = (ratio > 0) * (ratio + (ratio == 0)) ** (order - 1)
    return restore_axes(v, axis, keepdims, x.ndim) * direction * raised


def matrix_norm_back(v: Any, x: Array, norm: Any, order: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """The cotangent of x in a matrix norm over two axes."""
    if order in ("fro", "f"):
        return vector_norm_back(v, x, norm, 2, axis, keepdims)
    v = np.real(v)
    inner = np.squeeze(v, axis) if keepdims else v
    moved = np.moveaxis(x, axis, (-2, -1))
    if order in (2, -2, "nuc"):
        ds = np.zeros((*moved.shape[:-2], min(moved.shape[-2:])), np.real(x).dtype)
        ds[..., slice(None) if order == "nuc" else 0 if order == 2 else -1] = 1.0
        whole = svdvals_back(ds, moved) if np.iscomplexobj(x) else singular_weighted(moved, ds)
        back = whole * np.expand_dims(inner, (-2, -1))
    elif order in (1, -1, np.inf, -np.inf):
        summed = -2 if order in (1, -1) else -1
        size = np.abs(moved)
        sums = size.sum(axis=summed)
        shares = share_ties(inner, sums, sums.max(-1) if order > 0 else sums.min(-1), -1, False)
        direction = np.conj(moved) / (size + (size == 0))
        back = np.expand_dims(shares, summed) * direction
    else:
        refuse(f"numpy.linalg.norm with ord={order!r} has no derivative rule")
    return np.moveaxis(back, (-2, -1), axis)
