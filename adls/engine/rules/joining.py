"""Joining arrays and taking them apart: linear, so that nothing but shapes is kept."""

from __future__ import annotations

from adls.engine.rules.row import Row, row

ROWS: tuple[Row, ...] = (
    row("numpy.concatenate numpy.concat", "arrays, axis=0, out=None, dtype=None", "concatenate",
        darrays="runtime.split_like(g, runtime.shapes(arrays), axis)"),
    row("numpy.stack", "arrays, axis=0", "stack", darrays="runtime.unstack(g, axis, runtime.shapes(arrays))"),
    row("numpy.vstack numpy.row_stack", "tup", "vstack", dtup="runtime.split_like(g, runtime.shapes(tup), 0)"),
    row("numpy.hstack", "tup", "hstack", dtup="runtime.split_like(g, runtime.shapes(tup), min(g.ndim, 2) - 1)"),
    row("numpy.column_stack", "tup", "column_stack", dtup="runtime.split_like(g, runtime.shapes(tup), 1)"),
    row("numpy.dstack", "tup", "dstack", dtup="runtime.split_like(g, runtime.shapes(tup), 2)"),
    row("numpy.append", "arr, values, axis=None", "append",
        darr="runtime.split_like(g, (arr.shape, values.shape), axis)[0]",
        dvalues="runtime.split_like(g, (arr.shape, values.shape), axis)[1]"),
    row("numpy.block", "arrays", "block", darrays="runtime.unblock(g, runtime.shapes(arrays))"),

    row("numpy.split numpy.array_split", "ary, indices_or_sections, axis=0", "split", alias="view:ary",
        dary="np.concatenate(g, axis)"),
    row("numpy.vsplit", "ary, indices_or_sections", "split", alias="view:ary", dary="np.concatenate(g, 0)"),
    row("numpy.hsplit", "ary, indices_or_sections", "split", alias="view:ary",
        dary="np.concatenate(g, min(ary.ndim, 2) - 1)"),
    row("numpy.dsplit", "ary, indices_or_sections", "split", alias="view:ary", dary="np.concatenate(g, 2)"),
    row("numpy.unstack", "x, axis=0", "unstack", alias="view:x", dx="np.stack(g, axis)"),
    row("numpy.polynomial.polyutils.as_series", "alist, trim=True", "series",
        dalist="runtime.refit_each(g, runtime.shapes(alist))", domain="last zeros are constants"),
    row("numpy.meshgrid", "*xi, indexing='xy'", "meshgrid",
        dxi="runtime.unmeshgrid(g, runtime.shapes(xi), indexing)"),
)
