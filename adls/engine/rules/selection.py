"""Functions that choose between elements or pick some of them.

At a tie maximum, minimum and their kin share the cotangent equally; against a Python number the derivative at the kink is 0,
as of the rectifier max(x, 0).
"""

from __future__ import annotations

from adls.engine.rules.row import Row, row

_MAXIMUM = "numpy.maximum numpy.fmax"
_MINIMUM = "numpy.minimum numpy.fmin"
_AT_TIES = "equal operands share equally"
_HISTOGRAM = "a, bins=10, range=None, density=None, weights=None"
_COUNTS = "the counts jump where a sample meets an edge"
_UNIQUE = "ar, return_index=False, return_inverse=False, return_counts=False, axis=None"
_FIRST = "of equal elements the first's"
_AT_KINK = "0 where x equals the number"

ROWS: tuple[Row, ...] = (
    row("numpy.where", "condition, x=None, y=None", "where", elementwise=True, when="x is None"),
    row("numpy.where", "condition, x=None, y=None", "where", elementwise=True,
        dx="np.where(condition, g, 0.0)", dy="np.where(condition, 0.0, g)"),

    row(_MAXIMUM, "x, y", "broadcast", elementwise=True, when="isinstance(y, int)", dx="g * (x > y)", domain=_AT_KINK),
    row(_MAXIMUM, "x, y", "broadcast", elementwise=True, when="isinstance(y, float)", dx="g * (x > y)", dy="g * (x <= y)",
        domain=_AT_KINK),
    row(_MAXIMUM, "x, y", "broadcast", elementwise=True, when="isinstance(x, int)", dy="g * (y > x)", domain=_AT_KINK),
    row(_MAXIMUM, "x, y", "broadcast", elementwise=True, when="isinstance(x, float)", dx="g * (y <= x)", dy="g * (y > x)",
        domain=_AT_KINK),
    row(_MAXIMUM, "x, y", "broadcast", elementwise=True,
        dx="runtime.share(g, x > y, x == y)", dy="runtime.share(g, y > x, x == y)", domain=_AT_TIES),
    row(_MINIMUM, "x, y", "broadcast", elementwise=True, when="isinstance(y, int)", dx="g * (x < y)", domain=_AT_KINK),
    row(_MINIMUM, "x, y", "broadcast", elementwise=True, when="isinstance(y, float)", dx="g * (x < y)", dy="g * (x >= y)",
        domain=_AT_KINK),
    row(_MINIMUM, "x, y", "broadcast", elementwise=True, when="isinstance(x, int)", dy="g * (y < x)", domain=_AT_KINK),
    row(_MINIMUM, "x, y", "broadcast", elementwise=True, when="isinstance(x, float)", dx="g * (y >= x)", dy="g * (y < x)",
        domain=_AT_KINK),
    row(_MINIMUM, "x, y", "broadcast", elementwise=True,
        dx="runtime.share(g, x < y, x == y)", dy="runtime.share(g, y < x, x == y)", domain=_AT_TIES),
    row("numpy.clip ndarray.clip", "a, a_min=None, a_max=None", "clip", elementwise=True,
        da="g * (out == a)", da_min="g * runtime.at_lower(a, a_min, a_max)", da_max="g * runtime.at_upper(a, a_min, a_max)",
        domain="1 at the bounds; a_max everywhere where it is less than a_min"),

    row("numpy.clip ndarray.clip", "a, *, min=None, max=None", "clip", elementwise=True,
        da="g * (out == a)", dmin="g * runtime.at_lower(a, min, max)", dmax="g * runtime.at_upper(a, min, max)",
        domain="1 at the bounds; max everywhere where it is less than min"),

    row("numpy.sort", "a, axis=-1, kind=None", "sort", da="runtime.unsort(g, np.argsort(a, axis, kind), axis).reshape(a.shape)",
        domain="of equal elements the stable order's"),
    row("numpy.partition", "a, kth, axis=-1, kind='introselect'", "sort",
        da="runtime.unsort(g, np.argpartition(a, kth, axis, kind), axis).reshape(a.shape)"),
    row("numpy.argsort ndarray.argsort", "a, axis=-1, kind=None", "argsort"),
    row("numpy.argpartition ndarray.argpartition", "a, kth, axis=-1, kind='introselect'", "argsort"),
    row("numpy.lexsort", "keys, axis=-1", "argsort"),
    row("numpy.searchsorted ndarray.searchsorted", "a, v, side='left', sorter=None", "searchsorted"),
    row("numpy.digitize", "x, bins, right=False", "searchsorted"),
    row("numpy.nonzero ndarray.nonzero numpy.argwhere numpy.flatnonzero", "a", "nonzero"),
    row("numpy.isin", "element, test_elements", "compare"),
    row("numpy.bincount", "x, weights=None, minlength=0", "bincount", dweights="g[x]"),
    row("numpy.histogram", _HISTOGRAM, "histogram", when="density is None", da="runtime.histogram_samples(g[1], a, bins, range)", dbins="g[1]",
        drange="runtime.histogram_range(g[1])", dweights="runtime.histogram_weights(g[0], a, None, out, None)", domain=_COUNTS),
    row("numpy.histogram", _HISTOGRAM, "histogram",
        da="runtime.histogram_samples(runtime.histogram_edges(g[0], g[1], out, density), a, bins, range)",
        dbins="runtime.histogram_edges(g[0], g[1], out, density)",
        drange="runtime.histogram_range(runtime.histogram_edges(g[0], g[1], out, density))",
        dweights="runtime.histogram_weights(g[0], a, weights, out, density)", domain=_COUNTS),
    row("numpy.unravel_index", "indices, shape, order='C'", "unravel_index"),
    row("numpy.ravel_multi_index", "multi_index, dims, mode='raise', order='C'", "ravel_multi_index"),
    row("numpy.ix_", "*args", "any"),

    row("numpy.take ndarray.take", "a, indices, axis=None, out=None, mode='raise'", "take",
        da="runtime.untake(g, a.shape, indices, axis, mode)"),
    row("numpy.take_along_axis", "arr, indices, axis=-1", "take_along",
        darr="runtime.untake_along_axis(g, arr.shape, indices, axis)"),
    row("numpy.compress", "condition, a, axis=None", "take",
        da="runtime.untake(g, a.shape, np.flatnonzero(condition), axis)"),
    row("ndarray.compress", "a, condition, axis=None", "take",
        da="runtime.untake(g, a.shape, np.flatnonzero(condition), axis)"),
    row("numpy.extract", "condition, arr", "take",
        darr="runtime.untake(g, arr.shape, np.flatnonzero(condition), None)"),
    row("numpy.choose", "a, choices", "choose", dchoices="runtime.unchoose(g, a, runtime.shapes(choices))"),
    row("numpy.select", "condlist, choicelist, default=0", "choose",
        dchoicelist="runtime.unselect(g, condlist, runtime.shapes(choicelist))",
        ddefault="runtime.unbroadcast(g * ~np.any(condlist, 0), np.shape(default))"),
    row("numpy.interp", "x, xp, fp", "interp",
        dx="g * runtime.interp_slope(x, xp, fp)", dfp="runtime.interp_values(g, x, xp, fp.shape)",
        dxp="runtime.interp_values(-g * runtime.interp_slope(x, xp, fp), x, xp, xp.shape)",
        domain="x not at a node"),
    row("numpy.interp", "x, xp, fp, left=None, right=None", "interp",
        dx="g * runtime.interp_slope(x, xp, fp)",
        dfp="runtime.interp_values(runtime.interp_inside(g, x, xp, left, right), x, xp, fp.shape)",
        dxp="runtime.interp_values(-g * runtime.interp_slope(x, xp, fp), x, xp, xp.shape)",
        dleft="np.sum(g * (x < xp[0]))", dright="np.sum(g * (x > xp[-1]))", domain="x not at a node"),
    row("numpy.put_along_axis", "arr, indices, values, axis", "none", writes="arr",
        darr="runtime.without(g, indices, axis)",
        dvalues="runtime.unbroadcast(np.take_along_axis(g, indices, axis), values.shape)", domain="no index twice"),
    row("numpy.add.at", "a, indices, b", "none", writes="a", da="g", db="runtime.unbroadcast(g[indices], b.shape)"),
    row("numpy.subtract.at", "a, indices, b", "none", writes="a", da="g", db="-runtime.unbroadcast(g[indices], b.shape)"),
    row("numpy.multiply.at", "a, indices, b", "none", writes="a", da="g * runtime.at_product(a.shape, indices, b, a.dtype)",
        db="runtime.at_back(0, g, a, indices, b)[1]"),
    row("numpy.divide.at numpy.true_divide.at", "a, indices, b", "none", writes="a",
        da="g / runtime.at_product(a.shape, indices, b, a.dtype)", db="runtime.at_back(1, g, a, indices, b)[1]"),
    row("numpy.maximum.at numpy.fmax.at", "a, indices, b", "none", writes="a", da="runtime.at_back(2, g, a, indices, b)[0]",
        db="runtime.at_back(2, g, a, indices, b)[1]", domain="equal operands share equally"),
    row("numpy.minimum.at numpy.fmin.at", "a, indices, b", "none", writes="a", da="runtime.at_back(3, g, a, indices, b)[0]",
        db="runtime.at_back(3, g, a, indices, b)[1]", domain="equal operands share equally"),
    row("numpy.unique", "ar", "unique", dar="runtime.untake(g, ar.shape, np.unique(ar, True)[1])", domain=_FIRST),
    row("numpy.unique", _UNIQUE, "unique_parts",
        when="axis is None and (return_index is True or return_inverse is True or return_counts is True)",
        dar="runtime.untake(g[0], ar.shape, np.unique(ar, True)[1])", domain=_FIRST),
    row("numpy.unique", _UNIQUE, "unique_parts",
        dar="runtime.refuse('numpy.unique has a derivative without an axis, with True for what else it gives')"),
)
