"""Fourier transforms over one axis: the adjoint of each is a transform again (symmetric as a matrix, no conjugation)."""

from __future__ import annotations

from adls.engine.rules.row import Row, row

_ONE = "a, n=None, axis=-1, norm=None"
_MANY = "a, s=None, axes=None, norm=None"
_TWO = "a, s=None, axes=(-2, -1), norm=None"

ROWS: tuple[Row, ...] = (
    row("numpy.fft.fft", _ONE, "transform:complex", da="runtime.refit(np.fft.fft(g, None, axis, norm), a.shape)"),
    row("numpy.fft.ifft", _ONE, "transform:complex", da="runtime.refit(np.fft.ifft(g, None, axis, norm), a.shape)"),
    row("numpy.fft.fft2", _TWO, "transform:complex", da="runtime.refit(np.fft.fft2(g, None, axes, norm), a.shape)"),
    row("numpy.fft.ifft2", _TWO, "transform:complex", da="runtime.refit(np.fft.ifft2(g, None, axes, norm), a.shape)"),
    row("numpy.fft.fftn", _MANY, "transform:complex", da="runtime.refit(np.fft.fftn(g, None, axes, norm), a.shape)",
        domain="s and axes given together"),
    row("numpy.fft.ifftn", _MANY, "transform:complex", da="runtime.refit(np.fft.ifftn(g, None, axes, norm), a.shape)",
        domain="s and axes given together"),
    row("numpy.fft.rfft", _ONE, "transform:complex", da="runtime.rfft_back(g, a.shape, n, axis, norm)"),
    row("numpy.fft.irfft", _ONE, "transform:real", da="runtime.irfft_back(g, a.shape, axis, norm)"),
    row("numpy.fft.rfft2", _TWO, "transform:complex", da="runtime.rfftn_back(g, a.shape, s, axes, norm)"),
    row("numpy.fft.rfftn", _MANY, "transform:complex", da="runtime.rfftn_back(g, a.shape, s, axes, norm)"),
    row("numpy.fft.irfft2", _TWO, "transform:real", da="runtime.irfftn_back(g, a.shape, axes, norm)"),
    row("numpy.fft.irfftn", _MANY, "transform:real", da="runtime.irfftn_back(g, a.shape, axes, norm)",
        domain="s and axes given together"),
    row("numpy.fft.hfft", _ONE, "transform:real",
        da="np.conj(runtime.irfft_back(g, a.shape, axis, runtime.inverse_norm(norm)))"),
    row("numpy.fft.ihfft", _ONE, "transform:complex",
        da="runtime.rfft_back(np.conj(g), a.shape, n, axis, runtime.inverse_norm(norm))"),
)
