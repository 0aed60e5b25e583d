"""SciPy's linear algebra. Cotangents are of the triangle that SciPy reads."""

from __future__ import annotations

from adls.engine.rules.row import Row, row

_GILES = "Giles 2008"
_KAO = "Kao and Hennequin, Automatic differentiation of Sylvester, Lyapunov, and algebraic Riccati equations (2020)"
_MATHIAS = "Mathias 1996"
_TRIANGULAR = "a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True"
_NORM = "a, ord=None, axis=None, keepdims=False, check_finite=True"
_NO_ORDER = "runtime.refuse('the order of a norm has no derivative rule')"
_SOLVED = "scipy.linalg.solve_triangular(a, g, runtime.transposed_system(trans), lower, unit_diagonal)"
_CHO = "scipy.linalg.cho_solve(c_and_lower, g)"
_LU = "scipy.linalg.lu_solve(lu_and_piv, g, 1 - trans)"
_LYAPUNOV = "scipy.linalg.solve_continuous_lyapunov(np.swapaxes(a, -1, -2), g)"
_STEIN = "scipy.linalg.solve_discrete_lyapunov(np.swapaxes(a, -1, -2), g)"
_GAIN = "np.linalg.solve(r, b.T @ out)"
_COSTATE = f"scipy.linalg.solve_continuous_lyapunov(a - b @ {_GAIN}, -(g + g.T))"
_GAIN_OF_STEPS = "np.linalg.solve(r + b.T @ out @ b, b.T @ out @ a)"
_COSTATE_OF_STEPS = f"scipy.linalg.solve_discrete_lyapunov(a - b @ {_GAIN_OF_STEPS}, g + g.T)"
_BANDED = "scipy.linalg.solve_banded((l_and_u[1], l_and_u[0]), runtime.banded_transpose(l_and_u, ab), g)"
_CORNER = "scipy.linalg.{0}(runtime.beside(np.swapaxes({1}, -1, -2), g))[..., :{1}.shape[-1], {1}.shape[-1]:]"


def _of_matrix(name: str, operand: str = "A") -> Row:
    """A function of a matrix: its derivative is in the corner of the function of a matrix of twice the size."""
    return row(f"scipy.linalg.{name}", operand, "any" if name == "logm" else "square", {f"d{operand}": _CORNER.format(name, operand)}, source=_MATHIAS)


ROWS: tuple[Row, ...] = (
    row("scipy.linalg.solve_triangular", _TRIANGULAR, "solve", db=_SOLVED, source=_GILES,
        da=f"runtime.triangular_a({_SOLVED}, out, trans, lower, unit_diagonal)", domain="trans is 0 or 1"),
    row("scipy.linalg.solve", "a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True, assume_a=None, transposed=False",
        "solve", source=_GILES,
        db="scipy.linalg.solve(a, g, lower, assume_a=assume_a, transposed=not transposed)",
        da="runtime.solve_back(scipy.linalg.solve(a, g, lower, assume_a=assume_a, transposed=not transposed), out, transposed, assume_a, lower)"),
    row("scipy.linalg.inv", "a, overwrite_a=False, check_finite=True", "inv", source=_GILES,
        da="-(np.swapaxes(out, -1, -2) @ g @ np.swapaxes(out, -1, -2))"),
    row("scipy.linalg.det", "a, overwrite_a=False, check_finite=True", "any", source=_GILES, domain="a is not singular",
        da="np.expand_dims(g * out, (-2, -1)) * np.swapaxes(np.linalg.inv(a), -1, -2)"),
    row("scipy.linalg.cholesky", "a, lower=False, overwrite_a=False, check_finite=True", "cholesky",
        da="runtime.cholesky_other_back(g, out, lower)", source="Murray 2016"),
    row("scipy.linalg.cho_factor", "a, lower=False, overwrite_a=False, check_finite=True", "cho_factor",
        da="runtime.cholesky_packed_back(g[0], out[0], lower, runtime.leaves_triangle())", source="Murray 2016",
        domain="the triangle that is not read comes back as it is, or as zeros, with SciPy's release"),
    row("scipy.linalg.cho_solve", "c_and_lower, b, overwrite_b=False, check_finite=True", "cho_solve", db=_CHO, domain="real",
        dc_and_lower=f"(runtime.cholesky_solve_back({_CHO}, out, c_and_lower[0], c_and_lower[1]), None)"),
    row("scipy.linalg.lu_factor", "a, overwrite_a=False, check_finite=True", "lu_factor", da="runtime.lu_back(g[0], out[0], out[1])",
        domain="square", source="Walter and Lehmann 2010"),
    row("scipy.linalg.lu_solve", "lu_and_piv, b, trans=0, overwrite_b=False, check_finite=True", "any", db=_LU, domain="trans is 0 or 1",
        dlu_and_piv=f"(runtime.lu_solve_back({_LU}, out, lu_and_piv[0], lu_and_piv[1], trans), None)"),
    row("scipy.linalg.solve_banded", "l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True", "like_double:b,ab",
        db=_BANDED, dab=f"runtime.banded_back({_BANDED}, out, l_and_u, ab.shape)"),
    row("scipy.linalg.solveh_banded", "ab, b, overwrite_ab=False, overwrite_b=False, lower=False, check_finite=True", "like_double:b,ab",
        db="scipy.linalg.solveh_banded(ab, g, lower=lower)", domain="real",
        dab="runtime.symmetric_banded_back(scipy.linalg.solveh_banded(ab, g, lower=lower), out, ab.shape, lower)"),
    row("scipy.linalg.solve_sylvester", "a, b, q", "like_double:q,a,b", source=_GILES, dq="scipy.linalg.solve_sylvester(a.T, b.T, g)",
        da="-scipy.linalg.solve_sylvester(a.T, b.T, g) @ out.T", db="-(out.T @ scipy.linalg.solve_sylvester(a.T, b.T, g))"),
    row("scipy.linalg.solve_continuous_lyapunov scipy.linalg.solve_lyapunov", "a, q", "like_double:q,a", source=_KAO, dq=_LYAPUNOV,
        da=f"-({_LYAPUNOV} @ out.T + np.conj({_LYAPUNOV}.T @ out))"),
    row("scipy.linalg.solve_discrete_lyapunov", "a, q, method=None", "like_double:q,a", source=_KAO, dq=_STEIN,
        da=f"{_STEIN} @ np.conj(a) @ out.T + np.conj({_STEIN}.T @ a @ out)"),
    row("scipy.linalg.solve_continuous_are", "a, b, q, r", "like_double:a,b,q,r", source=_KAO, domain="real; q and r symmetric",
        da=f"out @ {_COSTATE}", db=f"-(out @ {_COSTATE} @ {_GAIN}.T)", dq=f"0.5 * {_COSTATE}",
        dr=f"0.5 * ({_GAIN} @ {_COSTATE} @ {_GAIN}.T)"),
    row("scipy.linalg.solve_discrete_are", "a, b, q, r", "like_double:a,b,q,r", source=_KAO, domain="real; q and r symmetric",
        da=f"out @ (a - b @ {_GAIN_OF_STEPS}) @ {_COSTATE_OF_STEPS}",
        db=f"-(out @ (a - b @ {_GAIN_OF_STEPS}) @ {_COSTATE_OF_STEPS} @ {_GAIN_OF_STEPS}.T)", dq=f"0.5 * {_COSTATE_OF_STEPS}",
        dr=f"0.5 * ({_GAIN_OF_STEPS} @ {_COSTATE_OF_STEPS} @ {_GAIN_OF_STEPS}.T)"),
    row("scipy.linalg.sqrtm", "A", "any", dA="scipy.linalg.solve_sylvester(out.T, out.T, g)", source=_GILES),
    *(_of_matrix(name) for name in ("expm", "logm", "sinm", "cosm", "tanm", "sinhm", "coshm", "tanhm")),

    row("scipy.linalg.eigh", "a, *, lower=True, eigvals_only=False, overwrite_a=False, overwrite_b=False, check_finite=True", "eigvalsh",
        when="eigvals_only is True", da="runtime.eigvalsh_back(g, a, runtime.triangle(lower))", source=_GILES),
    row("scipy.linalg.eigh", "a, *, lower=True, eigvals_only=False, overwrite_a=False, overwrite_b=False, check_finite=True", "tuple:eigvalsh square",
        when="eigvals_only is False", da="runtime.eigh_back(g[0], g[1], out[0], out[1], runtime.triangle(lower))",
        domain="eigenvalues are distinct", source=_GILES),
    row("scipy.linalg.eigh", "a, *, lower=True, eigvals_only=False, overwrite_a=False, overwrite_b=False, check_finite=True", "any",
        da="runtime.refuse('scipy.linalg.eigh has a derivative where eigvals_only is a literal')"),
    row("scipy.linalg.eigvalsh", "a, *, lower=True, overwrite_a=False, overwrite_b=False, check_finite=True", "eigvalsh",
        da="runtime.eigvalsh_back(g, a, runtime.triangle(lower))", source=_GILES),
    row("scipy.linalg.svd", "a, full_matrices=True, compute_uv=True, overwrite_a=False, check_finite=True", "svd", when="compute_uv is True",
        da="runtime.svd_back(g[0], g[1], g[2], out[0], out[1], out[2])", domain="singular values are distinct, not 0",
        source="Townsend, Differentiating the singular value decomposition (2016)"),
    row("scipy.linalg.svd", "a, full_matrices=True, compute_uv=True, overwrite_a=False, check_finite=True", "svd",
        da="runtime.svdvals_back(g, a)", domain="compute_uv is False"),
    row("scipy.linalg.svdvals", "a, overwrite_a=False, check_finite=True", "svdvals", da="runtime.svdvals_back(g, a)"),
    row("scipy.linalg.pinv", "a, *, check_finite=True", "any", da="runtime.pinv_back(g, a, out)", domain="the rank does not change",
        source="Golub and Pereyra 1973"),
    row("scipy.linalg.norm", _NORM, "reduce:norm", when="ord is None",
        da="a.conj() * runtime.restore_axes(np.real(g) / (out + (out == 0)), axis, keepdims, a.ndim)", domain="0 at 0"),
    row("scipy.linalg.norm", _NORM, "reduce:norm", da="runtime.norm_back(g, a, out, ord, axis, keepdims)", dord=_NO_ORDER, domain="0 at 0"),
    row("scipy.linalg.block_diag", "*arrs", "double_matrix", darrs="runtime.unblock_diag(g, runtime.shapes(arrs))"),
    row("scipy.linalg.toeplitz", "c", "double_matrix", dc="runtime.toeplitz_back(g, c.size, False) + runtime.toeplitz_back(g, c.size, True)"
        " * (np.arange(c.size) > 0)", domain="real"),
)
