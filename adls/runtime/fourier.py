"""Adjoints of the Fourier transforms of real numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from adls.runtime.cotangents import Array, Shape
from adls.runtime.shaping import refit

__all__ = ["inverse_norm", "irfft_back", "irfftn_back", "lengths", "rfft_back", "rfftn_back"]

_Norm: TypeAlias = Literal["backward", "ortho", "forward"] | None


def rfft_back(v: Array, shape: Shape, n: int | None, axis: int, norm: _Norm) -> Any:
    """The cotangent of a, of this shape, in `np.fft.rfft(a, n, axis, norm)`: the real part of a transform of
    `v` filled up with zeros."""
    length = shape[axis] if n is None else n
    return refit(np.fft.fft(v, length, axis, norm).real, shape)


def irfft_back(v: Array, shape: Shape, axis: int, norm: _Norm) -> Any:
    """The cotangent of a, of this shape, in `np.fft.irfft(a, n, axis, norm)`: the inner frequencies stand for
    two each."""
    length = v.shape[axis]
    back = np.moveaxis(np.fft.ifft(v.real, None, axis, norm), axis, -1)[..., : length // 2 + 1].copy()
    back[..., 1 : (length + 1) // 2] *= 2.0
    return refit(np.moveaxis(back, -1, axis), shape)


def rfftn_back(v: Array, shape: Shape, s: Sequence[int] | None, axes: Sequence[int] | None, norm: _Norm) -> Any:
    """The cotangent of a, of this shape, in `np.fft.rfftn(a, s, axes, norm)`: the last axis is the real one's."""
    count = len(shape) if s is None else len(s)
    *others, last = range(-count, 0) if axes is None else axes
    v = np.fft.fftn(v, None, others, norm) if others else v
    inner = list(v.shape)
    inner[last] = shape[last]
    return refit(rfft_back(v, tuple(inner), None if s is None else s[-1], last, norm), shape)


def irfftn_back(v: Array, shape: Shape, axes: Sequence[int] | None, norm: _Norm) -> Any:
    """The cotangent of a, of this shape, in `np.fft.irfftn(a, s, axes, norm)`: the last axis is the real one's."""
    *others, last = range(len(shape)) if axes is None else axes
    inner = list(v.shape)
    inner[last] = shape[last]
    back = irfft_back(v, tuple(inner), last, norm)
    return refit(np.fft.ifftn(back, None, others, norm) if others else back, shape)


def lengths(shape: Shape, axes: Sequence[int] | None) -> Shape:
    """The lengths of these axes, or of all."""
    return shape if axes is None else tuple(shape[axis] for axis in axes)


def inverse_norm(norm: _Norm) -> _Norm:
    """The norm of the inverse transform that scales as this one does."""
    inverse: dict[_Norm, _Norm] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}
    return inverse[norm]
