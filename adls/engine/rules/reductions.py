"""Sums, means, extrema and the like, along axes or over all, and running sums. Equal extrema share the cotangent equally."""

from __future__ import annotations

from adls.engine.rules.row import Row, row

_SUM = "a, axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True"
_MEAN = "a, axis=None, dtype=None, out=None, keepdims=False, where=True"
_EXTREMUM = "a, axis=None, out=None, keepdims=False, initial=None, where=True"
_VAR = "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=True"
_TEST = "a, axis=None, out=None, keepdims=False, where=True"
_ALL_EQUAL = "0 where all are equal"
_NO_TIES = "q a number or vector; of equal elements the order's"
_ALONG = "a, axis=0, dtype=None, out=None, keepdims=False"
_LEFT = {"all": "(a.size - ddof)", "axis": "(runtime.count(a.shape, axis) - ddof)",
         "where": "(np.sum(np.broadcast_to(where, a.shape), axis, keepdims=keepdims) - ddof)",
         "nan": "(np.sum(~np.isnan(a), axis, keepdims=keepdims) - ddof)"}
"""What a variance divides by."""
_DDOF = {which: {"dddof": f"np.sum(np.real(g) * out / {left})"} for which, left in _LEFT.items()}
_HALF_DDOF = {which: {"dddof": f"np.sum(np.real(g) * out / {left}) * 0.5"} for which, left in _LEFT.items()}
_AVERAGE = "a, axis=None, weights=None, keepdims=False"
_ONE_AXIS = "isinstance(axis, int) and keepdims is False and where is True and a.ndim > 0"

ROWS: tuple[Row, ...] = (
    row("numpy.sum ndarray.sum", _SUM, "reduce:sum", when="axis is None and where is True",
        da="np.broadcast_to(g, a.shape)", dinitial="np.sum(g)"),
    row("numpy.sum ndarray.sum", _SUM, "reduce:sum", when="keepdims is True and where is True",
        da="np.broadcast_to(g, a.shape)", dinitial="np.sum(g)"),
    row("numpy.sum ndarray.sum", _SUM, "reduce:sum", when=_ONE_AXIS,
        da="np.broadcast_to(np.expand_dims(g, axis), a.shape)", dinitial="np.sum(g)"),
    row("numpy.sum ndarray.sum", _SUM, "reduce:sum", when="where is True",
        da="np.broadcast_to(runtime.restore_axes(g, axis, keepdims, a.ndim), a.shape)", dinitial="np.sum(g)"),
    row("numpy.sum ndarray.sum", _SUM, "reduce:sum",
        da="np.broadcast_to(np.where(where, runtime.restore_axes(g, axis, keepdims, a.ndim), 0.0), a.shape)",
        dinitial="np.sum(g)"),

    row("numpy.mean ndarray.mean", _MEAN, "reduce:float", when="axis is None and where is True",
        da="np.broadcast_to(g / a.size, a.shape)"),
    row("numpy.mean ndarray.mean", _MEAN, "reduce:float", when=_ONE_AXIS,
        da="np.broadcast_to(np.expand_dims(g / a.shape[axis], axis), a.shape)"),
    row("numpy.mean ndarray.mean", _MEAN, "reduce:float", when="where is True",
        da="np.broadcast_to(runtime.restore_axes(g, axis, keepdims, a.ndim) / runtime.count(a.shape, axis), a.shape)"),
    row("numpy.mean ndarray.mean", _MEAN, "reduce:float",
        da="np.where(np.broadcast_to(where, a.shape), runtime.over(runtime.restore_axes(g, axis, keepdims, a.ndim),"
           " np.sum(np.broadcast_to(where, a.shape), axis, keepdims=True)), 0.0)"),

    row("numpy.prod ndarray.prod", _SUM.replace("initial=0", "initial=1"), "reduce",
        when="axis is None and where is True and initial == 1 and a.ndim == 1",
        da="g * runtime.other_factors(a, 0)"),
    row("numpy.prod ndarray.prod", _SUM.replace("initial=0", "initial=1"), "reduce",
        da="np.where(where, runtime.restore_axes(g, axis, keepdims, a.ndim) * initial"
           " * runtime.other_factors(np.where(where, a, 1.0), axis), 0.0)",
        dinitial="np.sum(g * np.prod(a, axis, keepdims=keepdims, where=where))"),

    row("numpy.max numpy.amax numpy.min numpy.amin ndarray.max ndarray.min", _EXTREMUM, "reduce:same",
        da="runtime.share_ties(g, a, out, axis, keepdims, where)", dinitial="np.sum(g * (out == initial))",
        domain="equal extrema share equally"),
    row("numpy.ptp ndarray.ptp", "a, axis=None, out=None, keepdims=False", "reduce:same",
        da="runtime.share_ties(g, a, np.max(a, axis, keepdims=keepdims), axis, keepdims)"
           " - runtime.share_ties(g, a, np.min(a, axis, keepdims=keepdims), axis, keepdims)",
        domain="equal extrema share equally"),

    row("numpy.var ndarray.var", _VAR, "reduce:float", _DDOF["all"], when="axis is None and where is True and a.dtype.kind == 'f'",
        da="(a - np.mean(a)) * (2.0 * g) / (a.size - ddof)"),
    row("numpy.var ndarray.var", _VAR, "reduce:float", _DDOF["axis"], when="where is True",
        da="(a - np.mean(a, axis, keepdims=True)).conj()"
           " * (runtime.restore_axes(2.0 * np.real(g), axis, keepdims, a.ndim)) / (runtime.count(a.shape, axis) - ddof)"),
    row("numpy.var ndarray.var", _VAR, "reduce:float", _DDOF["where"],
        da="np.where(where, (a - np.mean(a, axis, keepdims=True, where=where)).conj() * 2.0"
           " * runtime.over(runtime.restore_axes(np.real(g), axis, keepdims, a.ndim),"
           " np.sum(np.broadcast_to(where, a.shape), axis, keepdims=True) - ddof), 0.0)"),
    row("numpy.std ndarray.std", _VAR, "reduce:float", _HALF_DDOF["all"], when="axis is None and where is True and a.dtype.kind == 'f'",
        da="(a - np.mean(a)) * (g / ((out + (out == 0)) * (a.size - ddof)))", domain=_ALL_EQUAL),
    row("numpy.std ndarray.std", _VAR, "reduce:float", _HALF_DDOF["axis"], when="where is True",
        da="(a - np.mean(a, axis, keepdims=True)).conj()"
           " * runtime.restore_axes(np.real(g) / ((out + (out == 0)) * (runtime.count(a.shape, axis) - ddof)), axis, keepdims, a.ndim)",
        domain=_ALL_EQUAL),
    row("numpy.std ndarray.std", _VAR, "reduce:float", _HALF_DDOF["where"],
        da="np.where(where, (a - np.mean(a, axis, keepdims=True, where=where)).conj()"
           " * runtime.over(runtime.restore_axes(np.real(g) / (out + (out == 0)), axis, keepdims, a.ndim),"
           " np.sum(np.broadcast_to(where, a.shape), axis, keepdims=True) - ddof), 0.0)",
        domain=_ALL_EQUAL),

    row("numpy.average", _AVERAGE, "reduce:float", when="weights is None",
        da="np.broadcast_to(runtime.restore_axes(g, axis, keepdims, a.ndim) / runtime.count(a.shape, axis), a.shape)"),
    row("numpy.average", _AVERAGE, "reduce:float",
        da="runtime.restore_axes(g, axis, keepdims, a.ndim) * runtime.align(weights, a.shape, axis)"
           " / np.sum(runtime.align(weights, a.shape, axis), axis, keepdims=True)",
        dweights="runtime.unalign(runtime.restore_axes(g, axis, keepdims, a.ndim)"
                 " * (a - runtime.restore_axes(out, axis, keepdims, a.ndim))"
                 " / np.sum(runtime.align(weights, a.shape, axis), axis, keepdims=True), weights.shape, axis)"),

    row("numpy.cumsum ndarray.cumsum", "a, axis=None, dtype=None, out=None", "cumulative", when="axis is None",
        da="np.cumsum(g[::-1])[::-1].reshape(a.shape)"),
    row("numpy.cumsum ndarray.cumsum", "a, axis=None, dtype=None, out=None", "cumulative",
        da="runtime.reversed_cumsum(g, a.shape, axis)"),
    row("numpy.cumulative_sum", "x, *, axis=None, dtype=None, out=None, include_initial=False", "any", when="include_initial is False",
        dx="runtime.reversed_cumsum(g, x.shape, axis)"),
    row("numpy.cumulative_prod", "x, *, axis=None, dtype=None, out=None, include_initial=False", "any", when="include_initial is False",
        dx="(runtime.shifted(out, axis, 1.0) * runtime.recur_back(g, x, axis)).reshape(x.shape)"),
    row("numpy.cumulative_sum numpy.cumulative_prod", "x, *, axis=None, dtype=None, out=None, include_initial=False", "any",
        dx="runtime.refuse('numpy.cumulative_sum and cumulative_prod have a derivative without include_initial')"),
    row("numpy.cumprod ndarray.cumprod", "a, axis=None, dtype=None, out=None", "cumulative", when="axis is None",
        da="(runtime.shifted(out, 0, 1.0) * runtime.recur_back(g, np.ravel(a), 0)).reshape(a.shape)"),
    row("numpy.cumprod ndarray.cumprod", "a, axis=None, dtype=None, out=None", "cumulative",
        da="(runtime.shifted(out, axis, 1.0) * runtime.recur_back(g, runtime.ravel_unless(a, axis), axis))"
           ".reshape(a.shape)"),

    row("numpy.add.reduce", _ALONG, "reduce:sum",
        da="np.broadcast_to(runtime.restore_axes(g, axis, keepdims, a.ndim), a.shape)"),
    row("numpy.add.reduceat", "array, indices, axis=0, dtype=None, out=None", "double_of_rank:array",
        darray="runtime.unreduceat(g, array.shape, indices, axis)"),
    row("numpy.subtract.reduce", _ALONG, "reduce:sum",
        da="runtime.restore_axes(g, axis, keepdims, a.ndim) * runtime.leading_sign(a.shape, axis, a.dtype)"),
    row("numpy.divide.reduce numpy.true_divide.reduce", _ALONG, "reduce:float",
        da="runtime.restore_axes(g * out, axis, keepdims, a.ndim) * runtime.leading_sign(a.shape, axis, a.dtype) / a",
        domain="no element is 0"),
    row("numpy.hypot.reduce", _ALONG, "reduce:float",
        da="a * runtime.restore_axes(g / runtime.or_infinite(out), axis, keepdims, a.ndim)", domain="0 where all are 0"),
    row("numpy.multiply.reduce", _ALONG, "reduce",
        da="runtime.restore_axes(g, axis, keepdims, a.ndim) * runtime.other_factors(a, axis)"),
    row("numpy.maximum.reduce numpy.minimum.reduce numpy.fmax.reduce numpy.fmin.reduce", _ALONG, "reduce:same",
        da="runtime.share_ties(g, a, out, axis, keepdims)", domain="equal extrema share equally"),
    row("numpy.logaddexp.reduce", _ALONG, "reduce:float",
        da="runtime.restore_axes(g, axis, keepdims, a.ndim)"
           " * np.exp(a - runtime.restore_axes(np.where(out == -np.inf, 0.0, out), axis, keepdims, a.ndim))"),
    row("numpy.add.accumulate", "a, axis=0, dtype=None, out=None", "cumulative",
        da="runtime.reversed_cumsum(g, a.shape, axis)"),
    row("numpy.subtract.accumulate", "a, axis=0, dtype=None, out=None", "cumulative",
        da="runtime.reversed_cumsum(g, a.shape, axis) * runtime.leading_sign(a.shape, axis, a.dtype)"),
    row("numpy.logaddexp.accumulate", "a, axis=0, dtype=None, out=None", "cumulative",
        da="np.exp(a - out) * runtime.recur_back(g, np.exp(runtime.shifted(out, axis, -np.inf) - out), axis)"),
    row("numpy.multiply.accumulate", "a, axis=0, dtype=None, out=None", "cumulative",
        da="runtime.shifted(out, axis, 1.0) * runtime.recur_back(g, a, axis)"),
    row("numpy.maximum.accumulate numpy.minimum.accumulate numpy.fmax.accumulate numpy.fmin.accumulate",
        "a, axis=0, dtype=None, out=None", "cumulative", da="runtime.running_extremum_back(g, out, axis)",
        domain="of equal elements the first"),

    row("numpy.diff", "a, n=1, axis=-1", "diff", when="n == 1", da="runtime.undiff(g, n, axis)"),
    row("numpy.diff", "a, n=1, axis=-1", "diff", da="np.reshape(runtime.undiff(g, min(n, a.shape[axis]), axis), a.shape)"),
    row("numpy.ediff1d", "ary", "ediff1d", dary="runtime.undiff(g, 1, 0).reshape(ary.shape)"),
    row("numpy.gradient", "f, *varargs, axis=None, edge_order=1", "gradient",
        df="runtime.gradient_back(g, f.shape, varargs, axis, edge_order)",
        dvarargs="runtime.gradient_spacing(g, f, out, varargs, axis, edge_order)"),
    row("numpy.trapezoid numpy.trapz scipy.integrate.trapezoid runtime.trapezoid", "y, x=None, dx=1.0, axis=-1", "trapezoid", when="x is None",
        dy="runtime.trapezoid_weights(y.shape, dx, axis, y.dtype) * np.expand_dims(g, axis)",
        ddx="np.sum(g * out) / dx"),
    row("numpy.trapezoid numpy.trapz scipy.integrate.trapezoid runtime.trapezoid", "y, x=None, dx=1.0, axis=-1", "trapezoid",
        dy="runtime.trapezoid_y(g, x, y.shape, axis)", dx="runtime.trapezoid_x(g, y, x.shape, axis)",
        domain="x is given, or dx is constant"),

    row("numpy.nansum", "a, axis=None, dtype=None, out=None, keepdims=False", "reduce:sum",
        da="np.where(np.isnan(a), 0.0, runtime.restore_axes(g, axis, keepdims, a.ndim))"),
    row("numpy.nanmean", "a, axis=None, dtype=None, out=None, keepdims=False", "reduce:float",
        da="np.where(np.isnan(a), 0.0, runtime.over(runtime.restore_axes(g, axis, keepdims, a.ndim),"
           " np.sum(~np.isnan(a), axis, keepdims=True)))"),
    row("numpy.nanvar", "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False", "reduce:float", _DDOF["nan"],
        da="np.where(np.isnan(a), 0.0, np.conj(a - np.nanmean(a, axis, keepdims=True)) * 2.0"
           " * runtime.over(runtime.restore_axes(np.real(g), axis, keepdims, a.ndim), np.sum(~np.isnan(a), axis, keepdims=True) - ddof))"),
    row("numpy.nanstd", "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False", "reduce:float", _HALF_DDOF["nan"],
        da="np.where(np.isnan(a), 0.0, np.conj(a - np.nanmean(a, axis, keepdims=True))"
           " * runtime.over(runtime.restore_axes(np.real(g) / (out + (out == 0)), axis, keepdims, a.ndim),"
           " np.sum(~np.isnan(a), axis, keepdims=True) - ddof))", domain=_ALL_EQUAL),
    row("numpy.nanmedian", "a, axis=None, out=None, *, keepdims=False", "reduce:float",
        da="runtime.nan_quantile_back(g, a, 0.5, axis, keepdims)", domain=_NO_TIES),
    row("numpy.nanquantile", "a, q, axis=None, out=None, *, keepdims=False", "percentile",
        da="runtime.nan_quantile_back(g, a, q, axis, keepdims)",
        dq="runtime.refuse('numpy.nanquantile has a derivative with respect to its array only')", domain=_NO_TIES),
    row("numpy.nanpercentile", "a, q, axis=None, out=None, *, keepdims=False", "percentile",
        da="runtime.nan_quantile_back(g, a, q / 100.0, axis, keepdims)",
        dq="runtime.refuse('numpy.nanpercentile has a derivative with respect to its array only')", domain=_NO_TIES),
    row("numpy.cov", "m, y=None, rowvar=True, bias=False, ddof=None", "covariance",
        dm="runtime.cov_back(g, m, y, rowvar, bias, ddof)[0]", dy="runtime.cov_back(g, m, y, rowvar, bias, ddof)[1]"),
    row("numpy.corrcoef", "x, y=None, rowvar=True", "covariance", dx="runtime.corrcoef_back(g, x, y, out, rowvar)[0]",
        dy="runtime.corrcoef_back(g, x, y, out, rowvar)[1]"),
    row("numpy.polyfit", "x, y, deg", "polyfit", dy="runtime.polyfit_back(g, x, deg)",
        dx="runtime.polyfit_points(g, x, y, out, deg)"),
    row("numpy.unwrap", "p, discont=None, axis=-1, *, period=6.283185307179586", "unwrap", dp="g",
        dperiod="runtime.refuse('numpy.unwrap has no derivative with respect to its period')",
        domain="jumps where neighbours differ by half a period"),
    row("numpy.nanmax numpy.nanmin", "a, axis=None, out=None, keepdims=False", "reduce:same",
        da="runtime.share_ties(g, a, out, axis, keepdims)", domain="equal extrema share equally"),

    row("numpy.median", "a, axis=None, out=None, overwrite_input=False, keepdims=False", "reduce:float",
        da="runtime.restore_axes(g, axis, keepdims, a.ndim) * runtime.quantile_weights(a, 0.5, axis)", domain=_NO_TIES),
    row("numpy.quantile", "a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False", "percentile",
        da="runtime.quantile_back(g, a, q, axis, keepdims, method)",
        dq="runtime.quantile_rise(g, a, q, axis, method)", domain=_NO_TIES),
    row("numpy.percentile", "a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False", "percentile",
        da="runtime.quantile_back(g, a, np.true_divide(q, 100.0), axis, keepdims, method)",
        dq="runtime.quantile_rise(g, a, np.true_divide(q, 100.0), axis, method) / 100.0", domain=_NO_TIES),

    row("numpy.all numpy.any ndarray.all ndarray.any", _TEST, "reduce:bool"),
    row("numpy.argmax numpy.argmin ndarray.argmax ndarray.argmin numpy.nanargmax numpy.nanargmin",
        "a, axis=None, out=None, keepdims=False", "reduce:int"),
    row("numpy.count_nonzero", "a, axis=None, keepdims=False", "reduce:int"),
    row("numpy.allclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", "bool"),
    row("numpy.array_equal", "a1, a2, equal_nan=False", "bool"),
    row("numpy.array_equiv", "a1, a2", "bool"),
)
