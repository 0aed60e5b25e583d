"""SciPy's convolutions, filters, Fourier transforms, and integrals of sampled functions."""

from __future__ import annotations

from adls.engine.rules.fourier import ROWS as FOURIER
from adls.engine.rules.row import Row, row

_FULL = "runtime.full_cotangent(g, in1.shape, in2.shape, mode)"
_CONVOLVED = {"din1": f"scipy.signal.fftconvolve({_FULL}, np.flip(in2), 'valid')",
              "din2": f"scipy.signal.fftconvolve({_FULL}, np.flip(in1), 'valid')"}
_CORRELATED = {"din1": f"scipy.signal.fftconvolve({_FULL}, np.conj(in2), 'valid')",
               "din2": f"np.conj(np.flip(scipy.signal.fftconvolve({_FULL}, np.flip(in1), 'valid')))"}
_EDGES = "runtime.refuse('{0} has a derivative with zeros beyond the edges only')"
_SOLVED = "np.flip(scipy.signal.lfilter([1.0], a, np.flip(g, axis), axis), axis)"
_COSINE = "runtime.refuse('scipy.fft.{0} has a derivative with norm=\\'ortho\\', or of type 2 or 3')"
_NO_NODES = "runtime.refuse('scipy.integrate.{0} has no derivative with respect to x')"


def _transforms() -> tuple[Row, ...]:
    """NumPy's rows under SciPy's names, whose operand is x."""
    return tuple(
        row(" ".join(name.replace("numpy.fft", "scipy.fft") for name in each.names), each.signature.replace("a, ", "x, ", 1), each.result,
            domain=each.domain, dx=each.cotangents["a"].replace("a.shape", "x.shape")) for each in FOURIER)


ROWS: tuple[Row, ...] = (
    row("scipy.signal.convolve", "in1, in2, mode='full', method='auto'", "double_of_rank:in1,in2", _CONVOLVED),
    row("scipy.signal.fftconvolve", "in1, in2, mode='full'", "double_of_rank:in1,in2", _CONVOLVED),
    row("scipy.signal.oaconvolve", "in1, in2, mode='full'", "double_of_rank:in1,in2", _CONVOLVED),
    row("scipy.signal.correlate", "in1, in2, mode='full', method='auto'", "double_of_rank:in1,in2", _CORRELATED),
    row("scipy.signal.convolve2d", "in1, in2, mode='full', boundary='fill', fillvalue=0", "double_of_rank:in1,in2", _CONVOLVED,
        when="boundary == \'fill\' and fillvalue == 0"),
    row("scipy.signal.convolve2d", "in1, in2, mode='full', boundary='fill', fillvalue=0", "double_of_rank:in1,in2",
        din1=_EDGES.format("scipy.signal.convolve2d"), din2=_EDGES.format("scipy.signal.convolve2d"),
        dfillvalue=_EDGES.format("scipy.signal.convolve2d")),
    row("scipy.signal.correlate2d", "in1, in2, mode='full', boundary='fill', fillvalue=0", "double_of_rank:in1,in2", _CORRELATED,
        when="boundary == \'fill\' and fillvalue == 0"),
    row("scipy.signal.correlate2d", "in1, in2, mode='full', boundary='fill', fillvalue=0", "double_of_rank:in1,in2",
        din1=_EDGES.format("scipy.signal.correlate2d"), din2=_EDGES.format("scipy.signal.correlate2d"),
        dfillvalue=_EDGES.format("scipy.signal.correlate2d")),
    row("scipy.signal.lfilter", "b, a, x, axis=-1", "like_double:x,a,b", dx="np.flip(scipy.signal.lfilter(b, a, np.flip(g, axis), axis), axis)",
        db=f"runtime.lags({_SOLVED}, x, b.shape[0], axis)", da=f"-runtime.lags({_SOLVED}, out, a.shape[0], axis)", domain="real"),
    row("scipy.fft.fftshift", "x, axes=None", "same:x", dx="np.fft.ifftshift(g, axes)"),
    row("scipy.fft.ifftshift", "x, axes=None", "same:x", dx="np.fft.fftshift(g, axes)"),
    *_transforms(),
    *(row(f"scipy.fft.{name}", "x, type=2, n=None, axis=-1, norm=None", "like_double:x", when="norm == 'ortho' and n is None",
          dx=f"scipy.fft.{inverse}(g, type, None, axis, norm)") for name, inverse in (
              ("dct", "idct"), ("idct", "dct"), ("dst", "idst"), ("idst", "dst"))),
    row("scipy.fft.dct", "x, type=2, n=None, axis=-1, norm=None", "like_double:x", when="type == 2 and n is None and norm is None",
        dx="scipy.fft.dct(runtime.with_first(g, 2.0, axis), 3, None, axis)"),
    row("scipy.fft.dct", "x, type=2, n=None, axis=-1, norm=None", "like_double:x", when="type == 3 and n is None and norm is None",
        dx="runtime.with_first(scipy.fft.dct(g, 2, None, axis), 0.5, axis)"),
    *(row(f"scipy.fft.{name}", "x, type=2, n=None, axis=-1, norm=None", "any", dx=_COSINE.format(name))
      for name in ("dct", "idct", "dst", "idst")),
    row("scipy.integrate.simpson", "y, *, x=None, dx=1.0, axis=-1", "reduce:float", when="x is None",
        dy="runtime.align(scipy.integrate.simpson(np.eye(y.shape[axis], dtype=y.dtype), dx=dx), y.shape, axis) * np.expand_dims(g, axis)",
        ddx="np.sum(g * out) / dx"),
    row("scipy.integrate.simpson", "y, *, x=None, dx=1.0, axis=-1", "reduce:float",
        dy="runtime.align(scipy.integrate.simpson(np.eye(y.shape[axis], dtype=y.dtype), x=x), y.shape, axis) * np.expand_dims(g, axis)",
        dx=_NO_NODES.format("simpson"), domain="x is a vector"),
    row("scipy.integrate.cumulative_trapezoid", "y, x=None, dx=1.0, axis=-1, initial=None", "double_of_rank:y", when="x is None",
        dy="runtime.cumulative_trapezoid_back(g, y.shape, None, dx, axis, initial)", ddx="np.sum(g * out) / dx"),
    row("scipy.integrate.cumulative_trapezoid", "y, x=None, dx=1.0, axis=-1, initial=None", "double_of_rank:y",
        dy="runtime.cumulative_trapezoid_back(g, y.shape, x, dx, axis, initial)", dx=_NO_NODES.format("cumulative_trapezoid")),
)
