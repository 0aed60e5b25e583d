"""Adjoints of the Fourier transforms of real numbers."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np

from adls.runtime.cotangents import Array, Shape
from adls.runtime.shaping import refit

__all__ = ["irfft_back", "rfft_back"]

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
    back = np.moveaxis(np.fft.ifft(v, None, axis, norm), axis, -1)[..., : length // 2 + 1].copy()
    back[..., 1 : (length + 1) // 2] *= 2.0
    return refit(np.moveaxis(back, -1, axis), shape)
