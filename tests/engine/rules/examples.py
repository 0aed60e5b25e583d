"""Example calls, a list for each name. A test asks that every variant of every row has one.

`Call(args, kwargs)`; arrays are float64 unless said otherwise, away from kinks and singular points.
"""

# ruff: noqa: E501 - a table: the calls of a function stand on its line
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Call(NamedTuple):
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def c(*args: Any, **kwargs: Any) -> Call:
    return Call(args, kwargs)


_random = np.random.default_rng(0)


def A(*shape: int) -> Any:
    """Normal numbers."""
    return _random.standard_normal(shape)


def P(*shape: int) -> Any:
    """Numbers from 0.5 to 1.5."""
    return 0.5 + _random.random(shape)


def U(*shape: int) -> Any:
    """Numbers from 0.1 to 0.8: inside the domain of arcsin and its like."""
    return 0.1 + 0.7 * _random.random(shape)


def Z(*shape: int) -> Any:
    """Complex numbers."""
    return A(*shape) + 1j * A(*shape)


def spd(n: int, *stack: int) -> Any:
    """Symmetric positive definite matrices."""
    a = A(*stack, n, n)
    return a @ np.swapaxes(a, -1, -2) + n * np.eye(n)


def well(n: int, *stack: int) -> Any:
    """Matrices far from singular."""
    return A(*stack, n, n) + 2 * n * np.eye(n)


def calls(names: str, *examples: Call) -> dict[str, list[Call]]:
    return {name: list(examples) for name in names.split()}


def unary(names: str, make: Any) -> dict[str, list[Call]]:
    return calls(names, c(make(3, 4)), c(float(make())))


SLOPE = np.linspace(-1.0, 1.2, 12).reshape(3, 4)

EXAMPLES: dict[str, list[Call]] = {
    # operators
    **calls("operator.add operator.sub operator.mul", c(A(3, 4), A(4)), c(0.5, 1.5), c(A(3), 2.0), c(Z(3), A(3)), c(A(2), Z(2))),
    **calls("numpy.add numpy.subtract numpy.multiply", c(A(3, 1), A(1, 4)), c(A(3), 2.0)),
    **calls("operator.truediv numpy.true_divide numpy.divide", c(A(3, 4), P(4)), c(0.5, P(3)), c(1.0, P(3)), c(A(3), 2.0), c(Z(3), Z(3) + 2)),
    **calls("operator.neg numpy.negative operator.pos numpy.positive", c(A(3)), c(A(2, 2))),
    **calls("operator.pow numpy.power", c(A(3), 2), c(P(3), 0.5), c(P(3), -1), c(P(3), 1), c(P(3), 0), c(P(3), P(3)), c(A(3), 3), c(A(3), 4), c(A(3), 5), c(2.0, P(3)), c(2, P(3)),
            c(P(3), 1.5)),
    **calls("builtins.pow", c(1.5, 2), c(1.5, 0.5), c(1.5, -1), c(1.5, 1), c(1.5, 0), c(1.5, 2.5), c(-1.5, 3), c(-1.5, 4), c(-1.5, 5)),
    **calls("numpy.float_power", c(P(3), P(3)), c(P(3), 2)),
    **calls("operator.mod numpy.remainder numpy.mod", c(P(3) * 9, P(3)), c(7.3, 2.1), c(-7.3, 2.1)),
    **calls("numpy.fmod", c(P(3) * 9, P(3)), c(-P(3) * 9, P(3))),
    **calls("numpy.divmod builtins.divmod", c(P(3) * 9, P(3))),
    # elementwise
    **unary("numpy.exp numpy.exp2 numpy.expm1 numpy.sin numpy.cos numpy.tan numpy.arctan numpy.atan numpy.sinh numpy.cosh numpy.tanh "
            "numpy.arcsinh numpy.asinh numpy.square numpy.sinc numpy.deg2rad numpy.radians numpy.rad2deg numpy.degrees", A),
    **unary("numpy.log numpy.log2 numpy.log10 numpy.log1p numpy.sqrt numpy.cbrt numpy.reciprocal", P),
    **unary("numpy.arcsin numpy.asin numpy.arccos numpy.acos numpy.arctanh numpy.atanh", U),
    **calls("numpy.arccosh numpy.acosh", c(P(3) + 1.0), c(2.5)),
    **calls("numpy.arctan2 numpy.atan2 numpy.hypot numpy.logaddexp numpy.logaddexp2", c(A(3, 4), A(4)), c(0.5, A(3))),
    **calls("numpy.copysign", c(A(4), np.array([1.0, -1.0, 2.0, -3.0]))),
    **calls("numpy.heaviside", c(np.array([-1.0, 2.0, 0.0]), 0.5), c(np.array([-1.0, 2.0, 0.0]), A(3))),
    **calls("numpy.nextafter", c(A(4), np.array([1.0, -1.0, 2.0, -3.0]))),
    **calls("numpy.ldexp", c(A(3), np.array([1, 2, -1]))),
    **calls("numpy.nan_to_num", c(np.array([1.0, 2.0])), c(np.array([np.nan, np.inf, -np.inf, 2.0]), nan=0.5, posinf=1.5, neginf=np.arange(4.0))),
    **calls("numpy.absolute numpy.abs", c(A(3)), c(-1.5), c(Z(3))),
    **calls("numpy.fabs", c(A(3))),
    **calls("numpy.modf numpy.frexp", c(3.0 * P(3))),
    **calls("numpy.real numpy.imag ndarray.real ndarray.imag", c(Z(3)), c(A(3))),
    **calls("numpy.conjugate numpy.conj ndarray.conj ndarray.conjugate", c(Z(3)), c(A(3))),
    **calls("numpy.angle", c(Z(3)), c(A(3)), c(Z(3), deg=True)),
    # reductions
    **calls("numpy.sum ndarray.sum", c(A(3, 4)), c(A(3, 4), axis=0, keepdims=True), c(A(3, 4), 1), c(A(3, 4), axis=-1), c(A(2, 3, 4), axis=(0, 2)),
            c(A(3, 4), axis=1, where=A(3, 4) > 0), c(A(3, 4), keepdims=True), c(A(3), initial=2.0), c(A(3, 4), axis=-1, where=A(4) > 0),
            c(Z(3, 2), axis=0)),
    **calls("numpy.mean ndarray.mean", c(A(3, 4)), c(A(3, 4), axis=1), c(A(2, 3, 4), axis=(0, 2), keepdims=True),
            c(A(3, 4), axis=-2), c(A(3, 4), axis=1, where=np.eye(3, 4) == 0), c(A(3, 4), where=np.eye(3, 4) == 0)),
    **calls("numpy.prod ndarray.prod", c(A(4)), c(A(3, 4)), c(A(3, 4), axis=1), c(A(3, 4), axis=0, keepdims=True),
            c(A(2, 3, 4), axis=(0, 2)), c(np.array([1.0, 0.0, 3.0])), c(np.array([[1.0, 0.0], [0.0, 0.0]]), axis=1),
            c(A(3, 4), axis=1, initial=2.0), c(A(3, 4), axis=1, where=A(3, 4) > 0)),
    **calls("numpy.max numpy.amax numpy.min numpy.amin ndarray.max ndarray.min", c(A(3, 4)), c(A(3, 4), axis=1),
            c(A(3, 4), axis=0, keepdims=True), c(A(2, 3, 4), axis=(0, 2)), c(A(3, 4), axis=1, initial=0.1)),
    **calls("numpy.ptp ndarray.ptp", c(A(3, 4)), c(A(3, 4), axis=1), c(A(3, 4), axis=0, keepdims=True)),
    **calls("numpy.var ndarray.var numpy.std ndarray.std", c(A(3, 4)), c(A(3, 4), axis=1), c(A(3, 4), axis=0, ddof=1, keepdims=True),
            c(Z(3, 4), axis=1), c(A(3, 4), axis=1, where=np.eye(3, 4) == 0), c(A(3, 4), keepdims=True), c(A(2, 3, 4), axis=(0, 1)),
            c(SLOPE, ddof=0.5), c(SLOPE, axis=1, ddof=0.5), c(SLOPE, axis=1, ddof=0.5, where=np.eye(3, 4) == 0)),
    **calls("numpy.subtract.reduce", c(A(4)), c(A(3, 4)), c(A(3, 4), axis=1, keepdims=True)),
    **calls("numpy.divide.reduce numpy.true_divide.reduce numpy.hypot.reduce", c(P(4)), c(P(3, 4)), c(P(3, 4), axis=1, keepdims=True)),
    **calls("numpy.subtract.accumulate numpy.logaddexp.accumulate", c(A(4)), c(A(3, 4), 1)),
    **calls("numpy.average", c(A(3, 4), axis=1, keepdims=True), c(A(3, 4), axis=0, weights=P(3), keepdims=True), c(A(3, 4)), c(A(3, 4), axis=1), c(A(3, 4), weights=P(3, 4)), c(A(3, 4), axis=1, weights=P(4)),
            c(A(3, 4), axis=0, weights=P(3, 4))),
    **calls("numpy.cumsum ndarray.cumsum", c(A(3, 4)), c(A(3, 4), axis=0), c(A(3, 4), axis=-1), c(A(5))),
    **calls("numpy.cumprod ndarray.cumprod", c(A(3, 4)), c(A(3, 4), axis=0), c(A(3, 4), axis=-1), c(np.array([1.5, 0.0, 2.0, 0.0, 3.0]))),
    **calls("numpy.add.reduce numpy.multiply.reduce numpy.maximum.reduce numpy.minimum.reduce numpy.logaddexp.reduce", c(A(4)), c(A(3, 4)), c(A(3, 4), axis=1, keepdims=True), c(A(3, 4), None)),
    **calls("numpy.add.reduceat", c(A(5), [0, 2]), c(A(5), np.array([0, 3, 1])), c(A(3, 4), [1, 2], axis=1)),
    **calls("numpy.add.accumulate", c(A(4)), c(A(3, 4)), c(A(3, 4), 1)),
    **calls("numpy.median", c(A(5)), c(A(3, 4)), c(A(3, 4), 1), c(A(4, 3), axis=0, keepdims=True)),
    **calls("numpy.quantile", c(A(5), [0.2, 0.7]), c(A(3, 4), np.array([0.2, 0.7]), axis=1), c(A(5), 0.3), c(A(3, 4), 0.75), c(A(3, 4), 0.9, axis=1)),
    **calls("numpy.percentile", c(A(5), 30), c(A(3, 4), 75.0), c(A(3, 4), 90, axis=1), c(A(5), 30, method="lower"), c(A(6), 40, method="midpoint"),
            c(A(3, 4), 40, axis=0, method="hazen"), c(A(2, 3, 4), 30, axis=(0, 2)), c(A(5), 35, method="nearest")),
    **calls("numpy.diff", c(A(5)), c(A(3, 5), axis=0), c(A(3, 6), n=2), c(A(3, 6), n=3, axis=1), c(A(4), n=0)),
    **calls("numpy.ediff1d", c(A(5)), c(A(2, 3))),
    **calls("numpy.multiply.accumulate", c(A(4)), c(A(3, 4), 1)),
    **calls("numpy.maximum.accumulate numpy.minimum.accumulate numpy.fmax.accumulate numpy.fmin.accumulate", c(A(5)), c(A(3, 4), 1), c(A(3, 4))),
    **calls("numpy.nanvar numpy.nanstd", c(np.where(np.eye(3, 4), np.nan, A(3, 4)), axis=1), c(A(3, 4)), c(np.where(np.eye(3, 4), np.nan, A(3, 4)), axis=1, ddof=1, keepdims=True), c(SLOPE, axis=1, ddof=0.5)),
    **calls("numpy.nanmedian", c(np.where(np.eye(3, 4), np.nan, A(3, 4)), axis=1), c(A(5))),
    **calls("numpy.nanquantile", c(np.where(np.eye(3, 4), np.nan, A(3, 4)), 0.3, axis=1), c(A(3, 4), 0.75)),
    **calls("numpy.nanpercentile", c(np.where(np.eye(3, 4), np.nan, A(3, 4)), 30, axis=0), c(A(5), 75.0)),
    **calls("numpy.cov", c(A(3, 5)), c(A(5)), c(A(5), A(5)), c(A(5, 2), rowvar=False, bias=True), c(A(2, 5), A(1, 5), ddof=0)),
    **calls("numpy.corrcoef", c(A(3, 5)), c(A(5), A(5)), c(A(5, 2), rowvar=False)),
    **calls("numpy.polyfit", c(np.arange(5.0), A(5), 2), c(np.arange(5.0), A(5, 2), 1)),
    **calls("numpy.unwrap", c(3.0 * A(6)), c(A(3, 4), axis=0)),
    **calls("numpy.real_if_close", c(A(3)), c(Z(3))),
    **calls("numpy.put_along_axis", c(A(3, 4), np.array([[0], [2], [1]]), A(3, 1), 1), c(A(3, 4), np.array([[0], [2], [1]]), 0.5, 1)),
    **calls("numpy.add.at numpy.subtract.at numpy.multiply.at numpy.divide.at numpy.true_divide.at numpy.maximum.at numpy.fmax.at numpy.minimum.at numpy.fmin.at",
            c(A(4), np.array([0, 2, 2]), A(3)), c(A(4), np.array([0, 2, 2]), 0.5), c(A(3, 4), (np.array([0, 2]), np.array([1, 1])), A(2)), c(A(3, 2), [1, 1, 0], A(2)),
            c(A(5), slice(1, 3), 1.5)),
    **calls("numpy.i0", c(A(2, 3)), c(0.7)),
    **calls("numpy.gradient", c(A(5)), c(A(5), 0.3), c(A(5), np.array([0.0, 0.5, 1.5, 2.0, 4.0])), c(A(4, 5), axis=1), c(A(5), edge_order=2),
            c(A(5, 3), np.array([0.0, 0.5, 1.5, 2.0, 4.0]), axis=0, edge_order=2), c(A(2))),
    **calls("numpy.trapezoid numpy.trapz runtime.trapezoid", c(A(5)), c(A(5), dx=0.3), c(A(3, 5), axis=0), c(A(5), A(5)), c(A(3, 5), A(5)), c(A(3, 5), A(3), axis=0),
            c(A(3, 5), A(3, 5), axis=0)),
    **calls("numpy.nansum numpy.nanmean numpy.nanmax numpy.nanmin", c(np.where(np.eye(3, 4), np.nan, A(3, 4)), axis=1), c(A(3, 4)), c(A(3, 4), axis=1)),
    # shapes
    **calls("numpy.reshape ndarray.reshape", c(A(3, 4), (2, 6)), c(A(3, 4), (2, -1), order="F"), c(A(3, 4).T, (2, 6), order="A"),
            c(A(3, 4), -1), c(A(3, 4), 12, order="A")),
    **calls("numpy.ravel ndarray.ravel ndarray.flatten", c(A(3, 4)), c(A(3, 4), order="F"), c(A(3, 4).T, order="A"), c(A(2, 3, 4).transpose(1, 2, 0), order="K")),
    **calls("ndarray.T", c(A(3, 4)), c(A(2, 3, 4))),
    **calls("numpy.matrix_transpose ndarray.mT numpy.linalg.matrix_transpose", c(A(3, 4)), c(A(2, 3, 4))),
    **calls("numpy.transpose numpy.permute_dims", c(A(3, 4)), c(A(2, 3, 4), (1, 2, 0)), c(A(2, 3, 4), axes=(-1, 0, 1))),
    **calls("ndarray.transpose", c(A(3, 4)), c(A(2, 3, 4), 1, 2, 0), c(A(2, 3, 4), (2, 0, 1)), c(A(2, 3), None)),
    **calls("numpy.swapaxes ndarray.swapaxes", c(A(2, 3, 4), 0, -1)),
    **calls("numpy.moveaxis", c(A(2, 3, 4), 0, -1), c(A(2, 3, 4), (0, 1), (-1, 0))),
    **calls("numpy.rollaxis", c(A(2, 3, 4), 2), c(A(2, 3, 4), 0, 3), c(A(2, 3, 4), 1, 2), c(A(2, 3, 4), -1, 1)),
    **calls("numpy.squeeze ndarray.squeeze", c(A(2, 1, 3)), c(A(1, 2, 1), axis=0), c(A(1, 1))),
    **calls("numpy.expand_dims", c(A(2, 3), 1), c(A(2, 3), (0, -1))),
    **calls("numpy.atleast_1d numpy.atleast_2d numpy.atleast_3d", c(A(3)), c(A()), c(A(2, 3))),
    **calls("numpy.broadcast_to", c(A(3, 1), (2, 3, 4)), c(A(3), (3,))),
    **calls("numpy.broadcast_arrays", c(A(3, 1), A(4), A(1))),
    **calls("numpy.flip", c(A(3, 4)), c(A(3, 4), 1), c(A(3, 4), (0, 1))),
    **calls("numpy.fliplr numpy.flipud", c(A(3, 4))),
    **calls("numpy.rot90", c(A(3, 4)), c(A(3, 4), 3), c(A(2, 3, 4), 1, (1, 2))),
    **calls("numpy.roll", c(A(5), 2), c(A(3, 4), -1, axis=1), c(A(3, 4), (1, 2), axis=(0, 1)), c(A(3, 4), 5)),
    **calls("numpy.fft.fftshift numpy.fft.ifftshift", c(A(5)), c(A(3, 4), axes=0)),
    **calls("numpy.tile", c(A(3), 2), c(A(2, 3), (2, 1, 2)), c(A(2, 3), (2,))),
    **calls("numpy.repeat ndarray.repeat", c(A(3), 2), c(A(2, 3), 2, axis=0), c(A(2, 3), [1, 0, 2], axis=1), c(A(2, 3), 3)),
    **calls("numpy.pad", c(A(3), 1), c(A(2, 3), ((1, 2), (0, 1))), c(A(2, 3), (1, 2), "edge"), c(A(4), 2, mode="reflect"),
            c(A(2, 4), 3, mode="symmetric"), c(A(4), (1, 2), mode="wrap"), c(A(2, 3), 1, constant_values=0.5)),
    **calls("numpy.resize", c(A(3), (2, 4)), c(A(5), (2, 2))),
    **calls("numpy.insert", c(A(4), 1, 0.5), c(A(4), [1, 3], A(2)), c(A(3, 4), 2, A(3), axis=1), c(A(3, 4), [0, 2], 1.5, axis=0), c(A(3, 4), 1, A(2, 4), axis=0),
            c(A(2, 3), 2, 0.5), c(A(4), [1, 1], A(2))),
    **calls("numpy.lib.stride_tricks.sliding_window_view", c(A(6), 3), c(A(4, 5), 2, axis=1), c(A(4, 5), (2, 3)), c(A(4, 5), (3, 2), axis=(1, 0)), c(A(7), (2, 3), axis=(0, 0))),
    **calls("numpy.delete", c(A(5), 2), c(A(3, 4), [0, 2], axis=1), c(A(3, 4), slice(1, 3)), c(A(3, 4), -1, axis=0)),
    # joining
    **calls("numpy.concatenate numpy.concat", c((A(2, 3), A(1, 3))), c([A(2, 3), A(2, 1)], axis=1), c((A(2, 3), A(2)), axis=None),
            c((A(2), A(0), A(1)))),
    **calls("numpy.stack", c(A(3, 2)), c(A(3, 2), axis=1), c((A(2), A(2))), c([A(2, 3), A(2, 3)], axis=-1)),
    **calls("numpy.vstack numpy.row_stack", c(A(3, 2)), c((A(3), A(2, 3))), c((A(3), A(3)))),
    **calls("numpy.hstack", c((A(3), A(2))), c((A(2, 3), A(2, 1)))),
    **calls("numpy.column_stack", c((A(3), A(3, 2)))),
    **calls("numpy.dstack", c((A(3), A(3))), c((A(2, 3, 1), A(2, 3)))),
    **calls("numpy.polynomial.polyutils.as_series", c([A(3), A(2)]), c((A(3),), trim=False)),
    **calls("numpy.append", c(A(3), A(2)), c(A(2, 3), A(1, 3), axis=0), c(A(2, 3), A(2))),
    **calls("numpy.block", c([[A(2, 2), A(2, 1)], [A(1, 2), A(1, 1)]]), c([A(2), A(3)]), c([[A(2, 2)], [A(1, 2)]])),
    **calls("numpy.split numpy.array_split", c(A(6), 3), c(A(4, 6), [1, 3], axis=1)),
    **calls("numpy.vsplit", c(A(4, 3), 2)),
    **calls("numpy.hsplit", c(A(4), 2), c(A(2, 4), 2)),
    **calls("numpy.dsplit", c(A(2, 2, 4), 2)),
    **calls("numpy.unstack", c(A(3, 2)), c(A(3, 2), axis=1)),
    **calls("numpy.meshgrid", c(A(3), A(2)), c(A(3), A(2), indexing="ij"), c(A(3), A(2), A(4))),
    # creation
    **calls("numpy.array", c([0.5, 1.5]), c(A(3)), c([[0.5, 1.5], [2.5, 3.5]]), c((A(2), A(2))), c([A(2), A(2)], ndmin=3), c(2.5)),
    **calls("numpy.asarray numpy.asanyarray numpy.ascontiguousarray numpy.asfortranarray numpy.asarray_chkfinite", c([0.5, 1.5]), c(A(3))),
    **calls("numpy.require", c(A(3))),
    **calls("numpy.copy ndarray.copy", c(A(3))),
    **calls("ndarray.__copy__", c(A(3))),
    **calls("ndarray.astype", c(A(3), float), c(A(3), float, copy=False)),
    **calls("numpy.astype", c(A(3), np.dtype(float))),
    **calls("ndarray.tolist", c(A(2, 3))),
    **calls("ndarray.item", c(A(1)), c(A(2, 3), 4), c(A(2, 3), 1, 2), c(A(2, 3), (0, 1))),
    **calls("numpy.float64 numpy.double numpy.longdouble numpy.complex128", c(1.5)),
    **calls("numpy.full", c((2, 3), 1.5), c((2, 3), A(3))),
    **calls("numpy.full_like", c(np.zeros((2, 3)), 1.5)),
    **calls("numpy.arange", c(5.5), c(0.5, 3.2), c(0.5, 3.2, 0.7)),
    **calls("numpy.linspace", c(0.5, 1.5, 4), c(A(3), A(3), 4, axis=1), c(A(3), 2.0, 5, endpoint=False), c(0.5, 2.5, 1),
            c(0.5, 1.5, 4, retstep=True), c(A(3), A(3), 4, retstep=True), c(A(3), 2.0, 5, False, True)),
    **calls("numpy.logspace numpy.geomspace", c(0.5, 1.5, 4)),
    **calls("numpy.vander", c(A(3)), c(A(3), 4), c(A(3), 4, increasing=True)),
    **calls("numpy.fft.fftfreq numpy.fft.rfftfreq", c(5, 0.3)),
    **calls("numpy.random.normal", c(0.5, 1.5, 4), c(A(3), P(3))),
    **calls("numpy.random.uniform", c(0.5, 1.5, 4), c(A(3), 2.0 + P(3))),
    **calls("Generator.normal", c(0.5, 1.5, 4), c(A(3), P(3))),
    **calls("Generator.uniform", c(0.5, 1.5, 4), c(A(3), 2 + P(3))),
    # products
    **calls("operator.matmul numpy.matmul", c(A(2, 3), A(3, 4)), c(A(2, 3), A(3)), c(A(3), A(3, 4)), c(A(3), A(3)), c(A(5, 2, 3), A(5, 3, 4)),
            c(A(5, 2, 3), A(3, 4)), c(A(2, 3), A(5, 3, 4)), c(A(3), A(5, 3, 4)), c(A(5, 2, 3), A(3)), c(A(5, 1, 2, 3), A(6, 3, 4)),
            c(Z(2, 3), A(3, 4)), c(Z(3), Z(3))),
    **calls("numpy.dot", c(A(2, 3), A(3, 4)), c(A(2, 3), A(3)), c(A(3), A(3, 4)), c(A(3), A(3)), c(A(5, 2, 3), A(5, 3, 4)), c(2.0, A(3)),
            c(A(3), 2.0), c(A(5, 2, 3), A(3)), c(A(3), A(5, 3, 4)), c(A(), A(2))),
    **calls("ndarray.dot", c(A(2, 3), A(3, 4)), c(A(2, 3), A(3)), c(A(3), A(3, 4)), c(A(3), A(3)), c(A(5, 2, 3), A(5, 3, 4))),
    **calls("numpy.vdot", c(A(3), A(3)), c(Z(3), Z(3)), c(Z(2, 3), Z(3, 2)), c(A(3), Z(3))),
    **calls("numpy.vecdot numpy.linalg.vecdot", c(A(3), A(3)), c(Z(2, 3), Z(3)), c(A(3, 2), A(3, 2), axis=0)),
    **calls("numpy.inner", c(A(3), A(3)), c(A(2, 3), A(3)), c(A(3), A(2, 3)), c(A(2, 3), A(4, 3)), c(A(5, 2, 3), A(4, 3)), c(A(3), 2.0), c(2.0, A(3))),
    **calls("numpy.outer", c(A(3), A(4)), c(A(2, 3), A(4)), c(2.0 + A(1), A(2, 2))),
    **calls("numpy.linalg.outer", c(A(3), A(4))),
    **calls("numpy.tensordot", c(A(2, 3, 4), A(3, 4, 5)), c(A(2, 3), A(3, 4), 1), c(A(2, 3), A(4), 0), c(A(2, 3, 4), A(4, 5, 2), ((2, 0), (0, 2))), c(A(3), 2.0, 0),
            c(A(2, 3), A(4, 3), (1, 1)), c(A(2, 3, 4), A(4, 5, 3, 2), axes=((0, 2, 1), (3, 0, 2)))),
    **calls("numpy.einsum", c("ij->i", A(2, 3)), c("ii", A(3, 3)), c("ii->i", A(3, 3)), c("ij->ji", A(2, 3)), c("ij", A(2, 3)), c("ij,jk->ik", A(2, 3), A(3, 4)),
            c("ij,kj", A(2, 3), A(4, 3)), c("i,j->ij", A(2), A(3)), c("...ij,...jk->...ik", A(5, 2, 3), A(5, 3, 4)),
            c("...ij,jk->...ik", A(5, 2, 3), A(3, 4)), c("ij,ij->", A(2, 3), A(2, 3)), c("i,ij,j", A(2), A(2, 3), A(3)),
            c("ij,j->i", A(2, 3), A(1)), c("iij,j->i", A(2, 2, 3), A(3)), c("ij,k->k", A(2, 3), A(4)), c("bi,bj,bij->b", A(2, 3), A(2, 4), A(2, 3, 4)),
            c("ij, jk -> ik", A(2, 3), A(3, 4)), c("...i,...i", A(2, 3), A(3)), c("...i->...", A(2, 3)), c(" ij->", A(2, 3)), c("ij,jk->ik", A(2, 3), A(3, 4), optimize=True)),
    **calls("numpy.kron", c(A(2, 3), A(3, 2)), c(A(3), A(2)), c(A(2, 3), A(2)), c(A(2), A(2, 3))),
    **calls("numpy.cross", c(A(3), A(3)), c(A(4, 3), A(3)), c(A(3, 4), A(3, 4), axis=0), c(A(3, 4), A(4, 3), axisa=0), c(A(4, 3), A(4, 3), axisc=0)),
    **calls("numpy.linalg.cross", c(A(3), A(3)), c(A(3, 4), A(3, 4), axis=0)),
    **calls("numpy.trace ndarray.trace", c(A(3, 3)), c(A(3, 4), 1), c(A(2, 3, 3), axis1=1, axis2=2), c(A(3, 4), -1)),
    **calls("numpy.diagonal ndarray.diagonal", c(A(3, 4)), c(A(3, 4), -1), c(A(2, 3, 4), 1, 2, 0)),
    **calls("numpy.diag", c(A(3)), c(A(3), 1), c(A(3, 4)), c(A(3, 4), -1)),
    **calls("numpy.diagflat", c(A(2, 2)), c(A(3), 1)),
    **calls("numpy.tril numpy.triu", c(A(3, 4)), c(A(3, 4), -1), c(A(2, 3, 3), 1)),
    **calls("numpy.convolve", c(A(5), A(3)), c(A(3), A(5)), c(A(5), A(3), "same"), c(A(3), A(5), "same"), c(A(5), A(3), "valid"),
            c(A(5), A(4), "same"), c(A(3), A(5), "valid"), c(A(4), A(4), "same")),
    **calls("numpy.correlate", c(A(5), A(3)), c(A(5), A(3), "same"), c(A(5), A(3), "full"), c(A(5), A(4), "same")),
    **calls("numpy.polyval", c(A(3), A(4)), c(A(3), 0.5), c(A(1), A(2, 2))),
    **calls("numpy.polyder", c(A(4))),
    # selection
    **calls("numpy.where", c(A(3, 4) > 0), c(A(3, 4) > 0, A(3, 4), A(4)), c(A(3) > 0, A(3), 0.0), c(A(3) > 0, 1.0, A(3))),
    **calls("numpy.maximum numpy.fmax numpy.minimum numpy.fmin", c(A(3), 0), c(A(3), 0.1), c(0, A(3)), c(0.1, A(3)), c(A(3, 4), A(4)), c(0.5, 1.5)),
    **calls("numpy.clip ndarray.clip", c(A(8), -0.5, 0.5), c(A(8), None, 0.3), c(A(8), A(8) - 2, A(8) + 2), c(np.linspace(-1.0, 1.1, 8), 0.45, -0.45), c(np.linspace(-1.0, 1.1, 8), min=0.45, max=-0.45), c(A(8), min=-0.5), c(A(8), min=A(8) - 2, max=A(8) + 2)),
    **calls("numpy.sort", c(A(5)), c(A(3, 4), axis=0), c(A(3, 4), axis=None)),
    **calls("numpy.partition", c(A(5), 2), c(A(3, 4), 1, axis=0)),
    **calls("numpy.histogram", c(A(6), 3), c(A(6), 3, weights=A(6)), c(A(2, 3), np.linspace(-1.0, 1.0, 4), weights=A(2, 3)),
            c(A(6), 3, (-1.0, 1.0), True, A(6) + 3.0), c(A(6), np.array([-3.0, -0.2, 0.5, 3.0]), None, True), c(A(6), 3, None, True)),
    **calls("numpy.bincount", c(np.array([0, 1, 1, 3]), A(4)), c(np.array([0, 1, 1, 3]))),
    **calls("numpy.take ndarray.take", c(A(5), np.array([1, 1, 3])), c(A(3, 4), np.array([[0, 2], [2, 3]]), axis=1), c(A(3, 4), 2, axis=0), c(A(3, 4), 5),
            c(A(3, 4), np.array([-1, 5]), axis=1, mode="wrap"), c(A(3, 4), np.array([-1, 5]), axis=-1, mode="clip")),
    **calls("numpy.take_along_axis", c(A(3, 4), np.array([[0, 2], [1, 1], [3, 0]]), 1), c(A(3, 4), np.array([[0, 2, 1, 1]]), axis=0),
            c(A(5), np.array([0, 0, 2]), axis=None), c(A(1, 4), np.array([[0], [0], [0]]), axis=0)),
    **calls("numpy.compress", c(np.array([True, False, True]), A(3, 4), axis=0), c(np.array([True, False, True]), A(3))),
    **calls("ndarray.compress", c(A(3, 4), np.array([True, False, True]), axis=0)),
    **calls("numpy.extract", c(np.array([True, False, True]), A(3))),
    **calls("numpy.choose", c(np.array([0, 1, 1]), [A(3), A(3)]), c(np.array([0, 1, 1]), (A(3), 0.5))),
    **calls("numpy.select", c([A(4) > 0, A(4) > -1], [A(4), A(4)]), c([A(4) > 0, A(4) > 0], (A(4), 2.0), 0.5)),
    **calls("numpy.interp", c(U(5), np.linspace(0, 1, 4), A(4)), c(0.4, np.linspace(0, 1, 4), A(4)), c(np.array([-1.0, 0.2, 2.0]), np.linspace(0, 1, 4), A(4)),
            c(np.array([-1.0, 0.2, 2.0]), np.linspace(0, 1, 4), A(4), left=0.3, right=1.5), c(np.array([-1.0, 0.2, 2.0]), np.linspace(0, 1, 4), A(4), right=1.5)),
    **calls("numpy.unique", c(np.array([3.0, 1.0, 2.0])), c(np.array([3.0, 1.0, 2.0, 1.5]), return_index=True),
            c(np.array([3.0, 1.0, 1.5]), return_inverse=True, return_counts=True), c(np.array([3.0, 1.0, 1.5]), return_counts=False)),
    # linear algebra
    **calls("numpy.linalg.norm", c(A(4)), c(A(3, 4)), c(A(3, 4), axis=1), c(A(3, 4), axis=0, keepdims=True), c(Z(4)), c(A(3, 4), keepdims=True),
            c(A(4), 1), c(A(4), np.inf), c(A(4), -np.inf), c(A(4), 3), c(A(4), 2), c(A(3, 4), 1, axis=1), c(A(3, 4), "fro"), c(A(3, 4), 2), c(A(3, 4), "nuc"),
            c(A(3, 4), 1), c(A(3, 4), np.inf), c(A(3, 4), -1), c(A(2, 3, 4), axis=(1, 2)), c(A(2, 3, 4), 2, axis=(0, 2)), c(A(2, 3, 4), "fro", axis=(0, 2), keepdims=True),
            c(A(2, 3, 4), "nuc", axis=(1, 2), keepdims=True), c(A(2, 3, 4)), c(A(4), 0), c(A(3, 4), -2), c(A(4), 0.5), c(Z(4), 3), c(Z(3, 4), "nuc"), c(Z(3, 4), 1)),
    **calls("numpy.linalg.vector_norm", c(A(4)), c(A(3, 4), axis=1), c(A(3, 4), ord=3), c(A(3, 4), axis=(0, 1), ord=1)),
    **calls("numpy.linalg.matrix_norm", c(A(3, 4)), c(A(2, 3, 4), ord=2), c(A(3, 4), ord=1)),
    **calls("numpy.linalg.solve", c(well(3), A(3)), c(well(3), A(3, 2)), c(well(3, 2), A(2, 3, 2)), c(well(3, 2), A(3, 2)), c(well(3), A(2, 3, 2))),
    **calls("numpy.linalg.inv numpy.linalg.det numpy.linalg.slogdet", c(well(3)), c(well(3, 2)), c(well(3) + 1j * A(3, 3))),
    **calls("numpy.linalg.cholesky", c(spd(3)), c(spd(3, 2)), c(spd(60)), c(spd(3) + 0.1j * (np.tri(3, k=-1) - np.tri(3, k=-1).T)), c(spd(3), upper=True)),
    **calls("numpy.linalg.eigh", c(spd(3)), c(spd(3, 2)), c(spd(3), "U"), c(A(3, 3))),
    **calls("numpy.linalg.eigvalsh", c(spd(3)), c(spd(3, 2)), c(spd(3), "U")),
    **calls("numpy.linalg.svd", c(A(3, 3), full_matrices=False), c(A(4, 3), full_matrices=False), c(A(3, 4), full_matrices=False), c(A(3, 4), compute_uv=False),
            c(A(2, 4, 3), full_matrices=False), c(A(3, 3))),
    **calls("numpy.linalg.svdvals", c(A(3, 4)), c(Z(3, 4))),
    **calls("numpy.linalg.eig", c(np.diag([1.0, 2.0, 3.0]) + 0.1 * A(3, 3)), c(np.array([1.0, 3.0]) * np.eye(2) + 0.1 * A(2, 2, 2))),
    **calls("numpy.linalg.eigvals", c(np.diag([1.0, 2.0, 3.0]) + 0.1 * A(3, 3)), c(np.array([[1.0, 2.0], [-2.0, 1.1]])), c(Z(3, 3))),
    **calls("numpy.linalg.cond", c(well(3)), c(A(4, 3)), c(A(4, 3), 2), c(A(4, 3), -2), c(well(3), "fro"), c(well(3), 1), c(well(3), np.inf), c(well(3, 2)), c(well(3, 2), 1)),
    **calls("numpy.linalg.tensorinv", c(A(4, 6, 8, 3).reshape(24, 24).reshape(4, 6, 8, 3)), c(A(24, 8, 3), 1)),
    **calls("numpy.linalg.tensorsolve", c(A(6, 4, 2, 3, 4), A(6, 4)), c(well(6).reshape(6, 2, 3), A(6))),
    **calls("numpy.linalg.qr", c(A(3, 3)), c(A(4, 3)), c(Z(4, 3)), c(A(3, 5)), c(Z(2, 4)), c(A(4, 3), "r"), c(A(2, 3), mode="r")),
    **calls("numpy.linalg.pinv", c(A(3, 4)), c(A(4, 3)), c(A(2, 4, 3)), c(Z(4, 3)), c(Z(3, 4))),
    **calls("numpy.linalg.lstsq", c(A(4, 3), A(4), None), c(A(4, 3), A(4, 2), None), c(Z(4, 3), Z(4), None)),
    **calls("numpy.linalg.matrix_power", c(well(3) / 6, 3), c(well(3) / 6, -2), c(well(3), 0), c(well(3), 1), c(Z(3, 3), 3)),
    **calls("numpy.linalg.multi_dot", c([A(2, 3), A(3, 4), A(4, 2)]), c([A(3), A(3, 4), A(4)])),
    # Python
    **calls("math.exp math.exp2 math.expm1 math.sin math.cos math.tan math.atan math.sinh math.cosh math.tanh math.asinh math.degrees math.radians "
            "math.erf math.erfc", c(0.7), c(-0.3)),
    **calls("math.log", c(0.7), c(0.7, 3.0)),
    **calls("math.log2 math.log10 math.log1p math.sqrt math.cbrt math.gamma math.lgamma", c(0.7), c(12.3)),
    **calls("math.asin math.acos math.atanh", c(0.3)),
    **calls("math.acosh", c(1.7)),
    **calls("math.pow", c(1.5, 2), c(1.5, 2.5)),
    **calls("math.atan2 math.copysign", c(0.5, -1.5)),
    **calls("math.hypot", c(0.5, 1.5), c(0.5, 1.5, 2.5)),
    **calls("math.dist", c([0.5, 1.5], [2.5, 0.1]), c((0.5, 1.5), (2.5, 0.1))),
    **calls("math.fabs", c(-0.5)),
    **calls("math.fmod math.remainder", c(7.3, 2.1), c(-7.3, 2.1)),
    **calls("math.modf", c(2.7)),
    **calls("math.frexp", c(2.7)),
    **calls("math.ldexp", c(2.7, 3)), **calls("math.nextafter", c(2.7, 3.0)),
    **calls("math.fsum", c([0.5, 1.5]), c(A(3))),
    **calls("math.prod", c([0.5, 1.5, 2.5]), c(A(3), start=2.0)),
    **calls("math.sumprod", c([0.5, 1.5], [2.5, 3.5])),
    **calls("math.fma", c(0.5, 1.5, 2.5)),
    **calls("builtins.abs operator.abs", c(-0.5), c(A(3)), c(Z(3))),
    **calls("builtins.float", c(1.5)),
    **calls("builtins.complex", c(1.5, 0.5)),
    **calls("builtins.max builtins.min", c(0.5, 1.5), c(1.5, 0.5), c(0.5, 1.5, 1.0), c([0.5, 1.5]), c((0.5, 1.5)), c(A(4)), c(0.5, 1), c([], default=0.5),
            c([0.5, -1.5], key=abs)),
    **calls("builtins.sum", c([0.5, 1.5]), c([A(3), A(3)], A(3)), c(A(3, 2)), c((A(2, 3), A(3)), 0.5)),
    # Fourier transforms
    **calls("numpy.fft.fft numpy.fft.ifft", c(A(5)), c(Z(4)), c(A(3, 4), 6, 0), c(A(3, 4), 2), c(A(4), norm="ortho")),
    **calls("numpy.fft.fft2 numpy.fft.ifft2 numpy.fft.fftn numpy.fft.ifftn", c(A(3, 4)), c(Z(2, 3, 4), axes=(0, 1))),
    **calls("numpy.fft.rfft", c(A(5)), c(A(4)), c(A(3, 4), 6, 0), c(A(3, 4), 2), c(A(4), norm="ortho")),
    **calls("numpy.fft.irfft", c(Z(4)), c(Z(4), 7), c(Z(4), 4), c(Z(3, 4), 5, 0, "forward")),
    **calls("numpy.fft.rfft2 numpy.fft.rfftn", c(A(3, 4)), c(A(4, 5), (3, 6), (0, 1)), c(A(2, 3, 4), axes=(0, 1)), c(A(3, 4), norm="ortho"), c(A(3, 4), axes=(1,))),
    **calls("numpy.fft.irfft2 numpy.fft.irfftn", c(Z(3, 4)), c(Z(4, 5), (3, 6), (0, 1)), c(Z(2, 3, 4), axes=(0, 1)), c(Z(3, 4), norm="ortho"), c(Z(3, 4), (7, 4), axes=(1, 0))),
    **calls("numpy.fft.hfft", c(Z(4)), c(Z(4), 7), c(Z(3, 4), 5, 0, "forward")),
    **calls("numpy.fft.ihfft", c(A(5)), c(A(4)), c(A(3, 4), 6, 0), c(A(4), norm="ortho")),
    # cmath
    **calls("cmath.exp cmath.log10 cmath.sin cmath.cos cmath.tan cmath.atan cmath.sinh cmath.cosh cmath.tanh cmath.asinh cmath.phase cmath.polar",
            c(0.4 + 0.3j), c(-1.6 - 0.2j), c(0.7)),
    **calls("cmath.sqrt cmath.asin cmath.acos cmath.acosh cmath.atanh", c(0.4 - 1.3j), c(-1.7), c(2.5), c(0.7)),
    **calls("cmath.log", c(0.4 + 0.3j), c(0.4 + 0.3j, 3.0), c(1.5, 0.3 + 1j)),
    **calls("cmath.rect", c(0.7, 1.3)),
    # the array API's names, and options
    **calls("numpy.cumulative_sum numpy.cumulative_prod", c(A(4)), c(A(3, 4), axis=1)),
    **calls("numpy.matvec", c(A(3, 4), A(4)), c(A(2, 3, 4), A(2, 4)), c(Z(3, 4), Z(4))),
    **calls("numpy.vecmat", c(A(3), A(3, 4)), c(A(2, 3), A(2, 3, 4)), c(Z(3), Z(3, 4))),
    **calls("numpy.linalg.matmul", c(A(3, 4), A(4, 2)), c(A(2, 3, 4), A(4, 2)), c(A(3, 4), A(4)), c(A(4), A(4, 2)), c(A(4), A(4))),
    **calls("numpy.linalg.trace numpy.linalg.diagonal", c(A(3, 3)), c(A(2, 3, 4), offset=1)),
    **calls("numpy.fmax.reduce numpy.fmin.reduce", c(A(4)), c(A(3, 4), axis=1)),
    **calls("ndarray.view", c(A(3, 4))),
}
