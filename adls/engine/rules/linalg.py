"""Linear algebra. Cotangents follow what NumPy reads: `eigh` and `cholesky` see one triangle of their argument only.

Sources: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008);
Murray, "Differentiation of the Cholesky decomposition" (2016); Golub and Pereyra (1973) for the pseudo-inverse.
"""

from __future__ import annotations

from adls.engine.rules.row import Row, row

_GILES = "Giles 2008"
_NORM = "x, ord=None, axis=None, keepdims=False"
_AT_ZERO = "0 at 0"
_NO_ORDER = "runtime.refuse('the order of a norm has no derivative rule')"

ROWS: tuple[Row, ...] = (
    row("numpy.linalg.norm", _NORM, "reduce:norm", when="ord is None and axis is None and keepdims is False and x.dtype.kind == 'f'",
        dx="x * (g / (out + (out == 0)))", domain=_AT_ZERO),
    row("numpy.linalg.norm", _NORM, "reduce:norm", when="ord is None and isinstance(axis, int) and x.dtype.kind == 'f'"
        " and keepdims is False", dx="x * np.expand_dims(g / (out + (out == 0)), axis)", domain=_AT_ZERO),
    row("numpy.linalg.norm", _NORM, "reduce:norm", when="ord is None and keepdims is True and x.dtype.kind == 'f'",
        dx="x * (g / (out + (out == 0)))", domain=_AT_ZERO),
    row("numpy.linalg.norm", _NORM, "reduce:norm", when="ord is None",
        dx="x.conj() * runtime.restore_axes(np.real(g) / (out + (out == 0)), axis, keepdims, x.ndim)", domain=_AT_ZERO),
    row("numpy.linalg.norm", _NORM, "reduce:norm", dx="runtime.norm_back(g, x, out, ord, axis, keepdims)", dord=_NO_ORDER, domain=_AT_ZERO),
    row("numpy.linalg.vector_norm", "x, *, axis=None, keepdims=False, ord=2", "reduce:norm",
        dx="runtime.vector_norm_back(g, x, out, ord, axis, keepdims)", dord=_NO_ORDER, domain=_AT_ZERO),
    row("numpy.linalg.matrix_norm", "x, *, keepdims=False, ord='fro'", "reduce:norm",
        dx="runtime.matrix_norm_back(g, x, out, ord, (-2, -1), keepdims)", domain=_AT_ZERO),

    row("numpy.linalg.solve", "a, b", "solve", when="a.ndim == 2 and b.ndim == 1", source=_GILES,
        da="-np.linalg.solve(a.T, g)[:, None] * out", db="np.linalg.solve(a.T, g)"),
    row("numpy.linalg.solve", "a, b", "solve", when="a.ndim == 2 and b.ndim == 2", source=_GILES,
        da="-np.linalg.solve(a.T, g) @ out.T", db="np.linalg.solve(a.T, g)"),
    row("numpy.linalg.solve", "a, b", "solve", source=_GILES,
        da="runtime.solve_a(g, a, out, b.ndim)", db="runtime.solve_b(g, a, b.shape)"),
    row("numpy.linalg.inv", "a", "inv", when="a.ndim == 2", da="-(out.T @ g @ out.T)", source=_GILES),
    row("numpy.linalg.inv", "a", "inv", source=_GILES,
        da="-(np.swapaxes(out, -1, -2) @ g @ np.swapaxes(out, -1, -2))"),
    row("numpy.linalg.det", "a", "det", when="a.ndim == 2", da="g * out * np.linalg.inv(a).T",
        domain="a is not singular", source=_GILES),
    row("numpy.linalg.det", "a", "det", da="np.expand_dims(g * out, (-2, -1)) * np.swapaxes(np.linalg.inv(a), -1, -2)",
        domain="a is not singular", source=_GILES),
    row("numpy.linalg.slogdet", "a", "slogdet", when="a.ndim == 2 and a.dtype.kind == 'f'",
        da="g[1] * np.linalg.inv(a).T", source=_GILES),
    row("numpy.linalg.slogdet", "a", "slogdet",
        da="np.expand_dims(runtime.slogdet_factor(g[0], g[1], out[0]), (-2, -1)) * np.swapaxes(np.linalg.inv(a), -1, -2)",
        source=_GILES),

    row("numpy.linalg.cholesky", "a, *, upper=False", "cholesky", when="upper is False",
        da="runtime.cholesky_back(g, out, runtime.triangular_inverse(out))", source="Murray 2016"),
    row("numpy.linalg.cholesky", "a, *, upper=False", "cholesky",
        da="runtime.cholesky_factor_back(g, out, upper)", source="Murray 2016"),
    row("numpy.linalg.eigh", "a, UPLO='L'", "eigh", da="runtime.eigh_back(g[0], g[1], out[0], out[1], UPLO)",
        domain="eigenvalues are distinct", source=_GILES),
    row("numpy.linalg.eigvalsh", "a, UPLO='L'", "eigvalsh", da="runtime.eigvalsh_back(g, a, UPLO)", source=_GILES),
    row("numpy.linalg.eig", "a", "eig", da="runtime.eig_back(g[0], g[1], out[0], out[1], a.dtype)",
        domain="eigenvalues are distinct; eigenvectors up to their phase",
        source="Boeddeker et al., On the computation of complex-valued gradients (2017)"),
    row("numpy.linalg.eigvals", "a", "any", da="runtime.eigvals_back(g, a)", domain="eigenvalues are distinct"),
    row("numpy.linalg.cond", "x, p=None", "any", dx="runtime.cond_back(g, x, p)", dp=_NO_ORDER),
    row("numpy.linalg.tensorinv", "a, ind=2", "any", da="runtime.tensorinv_back(g, a.shape, out, ind)"),
    row("numpy.linalg.tensorsolve", "a, b", "any", da="runtime.tensorsolve_a(g, a, out, b.shape)",
        db="runtime.tensorsolve_b(g, a, b.shape)", domain="axes is None"),
    row("numpy.linalg.svd", "a, full_matrices=True, compute_uv=True, hermitian=False", "svd", when="compute_uv is True",
        da="runtime.svd_back(g[0], g[1], g[2], out[0], out[1], out[2])", domain="singular values are distinct, not 0",
        source="Townsend, Differentiating the singular value decomposition (2016)"),
    row("numpy.linalg.svd", "a, full_matrices=True, compute_uv=True, hermitian=False", "svd",
        da="runtime.svdvals_back(g, a)", domain="compute_uv is False"),
    row("numpy.linalg.svdvals", "x", "svdvals", dx="runtime.svdvals_back(g, x)"),
    row("numpy.linalg.qr", "a, mode='reduced'", "qr", when="mode == 'reduced'", da="runtime.qr_back(g[0], g[1], out[0], out[1])",
        domain="the first columns are independent"),
    row("numpy.linalg.qr", "a, mode='reduced'", "any", when="mode == 'r'", da="runtime.triangle_back(g, a)",
        domain="the first columns are independent"),
    row("numpy.linalg.qr", "a, mode='reduced'", "any", da="runtime.refuse('numpy.linalg.qr has a derivative in the modes reduced and r')"),
    row("numpy.linalg.pinv", "a, rcond=None, hermitian=False, *, rtol=None", "pinv", when="hermitian is False", da="runtime.pinv_back(g, a, out)", domain="the rank does not change",
        source="Golub and Pereyra 1973"),
    row("numpy.linalg.pinv", "a, rcond=None, hermitian=False, *, rtol=None", "pinv",
        da="runtime.refuse('numpy.linalg.pinv has a derivative with hermitian=False')"),
    row("numpy.linalg.lstsq", "a, b, rcond=None", "lstsq",
        da="runtime.lstsq_a(g[0], g[1], a, b, out[0], out[2]) + runtime.svdvals_back(g[3], a)",
        db="runtime.lstsq_b(g[0], g[1], a, b, out[0])", domain="the rank does not change", source="Golub and Pereyra 1973"),
    row("numpy.linalg.matrix_power", "a, n", "matrix_power", da="runtime.matrix_power_back(g, a, n)"),
    row("numpy.linalg.multi_dot", "arrays", "multi_dot", darrays="runtime.multi_dot_back(g, arrays)"),
    row("numpy.linalg.matrix_rank", "A, tol=None, hermitian=False", "int"),
)
