"""Products of arrays. Each is linear in each operand, and so is each cotangent: they are one another's adjoints."""

from __future__ import annotations

from adls.engine.rules.row import Row, row

_MATMUL = "operator.matmul numpy.matmul numpy.linalg.matmul"
_DOT = "numpy.dot ndarray.dot"
_CROSS = "a, b, axisa=-1, axisb=-1, axisc=-1, axis=None"

ROWS: tuple[Row, ...] = (
    row(_MATMUL, "x, y", "matmul", when="x.ndim == 2 and y.ndim == 2", dx="g @ y.T", dy="x.T @ g"),
    row(_MATMUL, "x, y", "matmul", when="x.ndim == 2 and y.ndim == 1", dx="g[:, None] * y", dy="x.T @ g"),
    row(_MATMUL, "x, y", "matmul", when="x.ndim == 1 and y.ndim == 2", dx="y @ g", dy="x[:, None] * g"),
    row(_MATMUL, "x, y", "matmul", when="x.ndim == 1 and y.ndim == 1", dx="g * y", dy="g * x"),
    row(_MATMUL, "x, y", "matmul", dx="runtime.matmul_left(g, y, x.shape)", dy="runtime.matmul_right(g, x, y.shape)"),

    row(_DOT, "a, b", "dot", when="a.ndim == 2 and b.ndim == 2", da="g @ b.T", db="a.T @ g"),
    row(_DOT, "a, b", "dot", when="a.ndim == 2 and b.ndim == 1", da="g[:, None] * b", db="a.T @ g"),
    row(_DOT, "a, b", "dot", when="a.ndim == 1 and b.ndim == 2", da="b @ g", db="a[:, None] * g"),
    row(_DOT, "a, b", "dot", when="a.ndim == 1 and b.ndim == 1", da="g * b", db="g * a"),
    row(_DOT, "a, b", "dot", da="runtime.dot_left(g, b, a.shape)", db="runtime.dot_right(g, a, b.shape)"),

    row("numpy.vdot", "a, b", "vdot", when="a.ndim == 1 and b.ndim == 1",
        da="(g * b).conj()", db="g * a.conj()"),
    row("numpy.vdot", "a, b", "vdot", da="np.reshape(np.conj(g * b), a.shape)", db="np.reshape(g * np.conj(a), b.shape)"),
    row("numpy.vecdot numpy.linalg.vecdot", "x1, x2, axis=-1", "vecdot",
        dx1="runtime.unbroadcast((np.expand_dims(g, axis) * x2).conj(), x1.shape)",
        dx2="runtime.unbroadcast(np.expand_dims(g, axis) * x1.conj(), x2.shape)"),
    row("numpy.matvec", "x1, x2", "any",
        dx1="runtime.unbroadcast(np.expand_dims(g, -1) * np.expand_dims(x2, -2), x1.shape)",
        dx2="runtime.unbroadcast(np.sum(np.expand_dims(g, -1) * x1, -2), x2.shape)"),
    row("numpy.vecmat", "x1, x2", "any",
        dx1="runtime.unbroadcast(np.conj(np.sum(np.expand_dims(g, -2) * x2, -1)), x1.shape)",
        dx2="runtime.unbroadcast(np.expand_dims(np.conj(x1), -1) * np.expand_dims(g, -2), x2.shape)"),
    row("numpy.inner", "a, b", "inner", when="a.ndim == 1 and b.ndim == 1", da="g * b", db="g * a"),
    row("numpy.inner", "a, b", "inner", da="runtime.inner_left(g, b, a.shape)", db="runtime.inner_right(g, a, b.shape)"),
    row("numpy.outer", "a, b", "outer", when="a.ndim == 1 and b.ndim == 1", da="g @ b", db="a @ g"),
    row("numpy.outer", "a, b", "outer", da="(g @ np.ravel(b)).reshape(a.shape)", db="(np.ravel(a) @ g).reshape(b.shape)"),
    row("numpy.linalg.outer", "x1, x2", "outer", dx1="g @ x2", dx2="x1 @ g"),
    row("numpy.tensordot", "a, b, axes=2", "tensordot",
        da="runtime.tensordot_left(g, b, a.shape, axes)", db="runtime.tensordot_right(g, a, b.shape, axes)"),

    row("numpy.einsum", "subscripts, *operands, optimize=False", "any", when="subscripts.ndim >= 0",
        dsubscripts="runtime.refuse('numpy.einsum with index lists: write its subscripts as a string')",
        doperands="runtime.refuse('numpy.einsum with index lists: write its subscripts as a string')"),
    row("numpy.einsum", "subscripts, x", "einsum", alias="maybe:x",
        dx="runtime.einsum_operand(g, subscripts, 0, x.shape)"),
    row("numpy.einsum", "subscripts, x, y", "einsum",
        dx="runtime.einsum_operand(g, subscripts, 0, x.shape, y)",
        dy="runtime.einsum_operand(g, subscripts, 1, y.shape, x)"),
    row("numpy.einsum", "subscripts, *operands, optimize=False", "einsum",
        doperands="runtime.einsum_operands(g, subscripts, operands)"),

    row("numpy.kron", "a, b", "kron", da="runtime.kron_left(g, b, a.shape)", db="runtime.kron_right(g, a, b.shape)"),
    row("numpy.cross", _CROSS, "cross", elementwise=True,
        when="axisa == -1 and axisb == -1 and axisc == -1 and axis is None", da="np.cross(b, g)", db="np.cross(g, a)"),
    row("numpy.cross", _CROSS, "cross", elementwise=True,
        da="np.cross(b, g, axisb, axisc, axisa, axis)", db="np.cross(g, a, axisc, axisa, axisb, axis)"),
    row("numpy.linalg.cross", "x1, x2, *, axis=-1", "cross", elementwise=True,
        dx1="np.cross(x2, g, axis=axis)", dx2="np.cross(g, x1, axis=axis)"),

    row("numpy.trace ndarray.trace", "a, offset=0, axis1=0, axis2=1, dtype=None", "trace",
        da="runtime.undiagonal(np.expand_dims(g, -1), a.shape, offset, axis1, axis2)"),
    row("numpy.diagonal ndarray.diagonal", "a, offset=0, axis1=0, axis2=1", "diagonal", alias="view:a",
        da="runtime.undiagonal(g, a.shape, offset, axis1, axis2)"),
    row("numpy.linalg.trace", "x, *, offset=0, dtype=None", "any",
        dx="runtime.undiagonal(np.expand_dims(g, -1), x.shape, offset, -2, -1)"),
    row("numpy.linalg.diagonal", "x, *, offset=0", "any", alias="view:x", dx="runtime.undiagonal(g, x.shape, offset, -2, -1)"),
    row("numpy.diag", "v, k=0", "diag", when="v.ndim == 1", dv="np.diagonal(g, k)"),
    row("numpy.diag", "v, k=0", "diag", alias="maybe:v", when="v.ndim == 2", dv="runtime.undiagonal(g, v.shape, k)"),
    row("numpy.diag", "v, k=0", "diag", alias="maybe:v", dv="runtime.undiag(g, v.shape, k)"),
    row("numpy.diagflat", "v, k=0", "diag", dv="np.diagonal(g, k).reshape(v.shape)"),
    row("numpy.tril", "m, k=0", "triangle", dm="np.tril(g, k)"),
    row("numpy.triu", "m, k=0", "triangle", dm="np.triu(g, k)"),
    row("numpy.tril_indices numpy.triu_indices", "n, k=0, m=None", "pair_of_indices"),
    row("numpy.diag_indices", "n, ndim=2", "pair_of_indices", when="ndim == 2"),
    row("numpy.diag_indices", "n, ndim=2", "any"),
    row("numpy.diag_indices_from", "arr", "pair_of_indices", when="arr.ndim == 2"),
    row("numpy.diag_indices_from", "arr", "any"),
    row("numpy.tril_indices_from numpy.triu_indices_from", "arr, k=0", "pair_of_indices"),

    row("numpy.convolve", "a, v, mode='full'", "convolve",
        da="runtime.convolve_left(g, v, a.shape, mode)", dv="runtime.convolve_left(g, a, v.shape, mode)"),
    row("numpy.correlate", "a, v, mode='valid'", "convolve",
        da="runtime.convolve_left(g, v[::-1].conj(), a.shape, mode)",
        dv="runtime.convolve_left(g, a, v.shape, mode)[::-1].conj()", domain="a at least as long as v"),
    row("numpy.polyval", "p, x", "polyval",
        dp="np.sum(runtime.powers(g, x, p.shape[0]), 1)", dx="g * np.polyval(p[:-1] * runtime.exponents(p.shape[0], False, p.dtype)[:-1], x)"),
    row("numpy.polyder", "p, m=1", "any", when="m == 1", dp="np.append(g * np.arange(g.size, 0, -1), 0.0)"),
    row("numpy.polyder", "p, m=1", "any", dp="runtime.refuse('numpy.polyder has a derivative for m=1: call it again')"),
)
