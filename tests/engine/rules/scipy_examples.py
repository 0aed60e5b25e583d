"""Example calls of SciPy's functions, a list for each name: see `examples.py`."""

# ruff: noqa: E501 - a table: the calls of a function stand on its line
from __future__ import annotations

import numpy as np

from tests.engine.rules.examples import A, Call, P, U, Z, c, calls, spd, unary, well


def _continuous(name: str, x: np.ndarray, *shapes: np.ndarray) -> dict[str, list[Call]]:
    """Calls of a continuous distribution's functions, away from where it is standard too."""
    wide = x * 1.3 + 0.4
    return {
        **calls(" ".join(f"scipy.stats.{name}.{each}" for each in ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf")),
                c(x, *shapes), c(wide, *shapes, 0.4, 1.3), c(wide, *shapes, loc=np.full(3, 0.4), scale=np.full(3, 1.3))),
        **calls(f"scipy.stats.{name}.ppf scipy.stats.{name}.isf", c(U(3), *shapes), c(U(3), *shapes, 0.4, 1.3)),
    }


def _discrete(name: str, *shapes: np.ndarray) -> dict[str, list[Call]]:
    k = np.array([1, 2, 4]) if name != "bernoulli" else np.zeros(3, int)
    return calls(" ".join(f"scipy.stats.{name}.{each}" for each in ("logpmf", "pmf", "cdf", "sf", "logcdf", "logsf")),
                 c(k, *shapes), c(k + 1, *shapes, 1))


_cov = spd(3)
_lower = np.tril(well(4))
_apart = np.diag([1.0, 2.0, 4.0]) + 0.1 * np.ones((3, 3))
"""Its eigenvectors keep their signs when it is moved a little."""

SCIPY_EXAMPLES: dict[str, list[Call]] = {
    # special functions
    **unary("scipy.special.expit scipy.special.log_expit scipy.special.erf scipy.special.erfc scipy.special.erfcx scipy.special.ndtr scipy.special.log_ndtr "
            "scipy.special.exp2 scipy.special.expm1 scipy.special.j0 scipy.special.j1 scipy.special.i0 scipy.special.i1 scipy.special.i0e scipy.special.i1e "
            "scipy.special.dawsn scipy.special.exp10 scipy.special.exprel scipy.special.sindg scipy.special.cosdg", A),
    **unary("scipy.special.logit scipy.special.erfinv scipy.special.erfcinv scipy.special.ndtri scipy.special.ellipk scipy.special.ellipe", U),
    **unary("scipy.special.gamma scipy.special.gammaln scipy.special.loggamma scipy.special.rgamma scipy.special.digamma scipy.special.psi scipy.special.entr "
            "scipy.special.cbrt scipy.special.log1p scipy.special.y0 scipy.special.y1 scipy.special.k0 scipy.special.k1 scipy.special.exp1 scipy.special.expi "
            "scipy.special.spence", P),
    **calls("scipy.special.beta scipy.special.betaln scipy.special.xlogy scipy.special.xlog1py scipy.special.rel_entr scipy.special.kl_div", c(P(3), P(3)), c(P(3, 1), P(2))),
    **calls("scipy.special.factorial", c(3.0 * P(3))),
    **calls("scipy.special.huber scipy.special.pseudo_huber", c(P(4), 2 * A(4))),
    **calls("scipy.special.polygamma", c(1, P(3))),
    **calls("scipy.special.multigammaln", c(P(3) + 2, 3)),
    **calls("scipy.special.gammainc scipy.special.gammaincc", c(2, P(3)), c(2.5, 0.7)),
    **calls("scipy.special.gammaincinv", c(2.5, U(3))),
    **calls("scipy.special.betainc scipy.special.betaincinv", c(2.5, 1.5, U(3))),
    **calls("scipy.special.jv scipy.special.jn scipy.special.yn scipy.special.yv scipy.special.iv scipy.special.ive scipy.special.kv", c(2, P(3))),
    **calls("scipy.special.zeta", c(2.5, P(3))),
    **calls("scipy.special.boxcox", c(P(3), 0.7)),
    **calls("scipy.special.binom scipy.special.comb", c(5.0 + P(3), 1.0 + P(3)), c(5, 2.5)),
    **calls("scipy.special.poch", c(P(3), P(3))),
    **calls("scipy.special.softmax scipy.special.log_softmax", c(A(3, 4)), c(A(3, 4), axis=1)),
    **calls("scipy.special.logsumexp", c(A(3, 4)), c(A(3, 4), axis=1), c(A(3, 4), axis=1, keepdims=True), c(A(3, 4), axis=1, b=P(3, 4)), c(A(2, 3, 4), axis=(0, 2))),
    # distributions
    **{key: value for name, x, *shapes in (
        ("norm", A(3)), ("halfnorm", P(3)), ("expon", P(3)), ("uniform", U(3)), ("laplace", A(3)), ("logistic", A(3)), ("cauchy", A(3)), ("halfcauchy", P(3)),
        ("gumbel_r", A(3)), ("gumbel_l", A(3)), ("rayleigh", P(3)), ("lognorm", P(3), P(3)), ("gamma", P(3), 1.0 + P(3)), ("invgamma", P(3), 1.0 + P(3)),
        ("chi2", P(3), 1.0 + P(3)), ("beta", U(3), 1.0 + P(3), 1.0 + P(3)), ("t", A(3), 2.0 + P(3)), ("weibull_min", P(3), P(3)), ("pareto", 1.0 + P(3), P(3)),
        ("skewnorm", A(3), A(3)), ("vonmises", A(3), P(3)), ("truncnorm", U(3), -P(3), 1.0 + P(3)),
    ) for key, value in _continuous(name, x, *shapes).items()},
    **{key: value for name, *shapes in (
        ("poisson", 2.0 * P(3)), ("bernoulli", U(3)), ("geom", U(3)), ("binom", np.array([5, 6, 7]), U(3)), ("nbinom", np.array([3, 4, 5]), U(3)),
    ) for key, value in _discrete(name, *shapes).items()},
    **calls("scipy.stats.multivariate_normal.logpdf scipy.stats.multivariate_normal.pdf", c(A(3), A(3), _cov), c(A(4, 3), A(3), _cov), c(A(4, 3), cov=_cov),
            c(A(4, 3), A(3), P(3)), c(A(2, 4, 3), A(3), 1.3), c(A(4), 0.3, 1.3), c(A(), 0.3, 1.3), c(A(4, 3), A(3), _cov, True)),
    **calls("scipy.stats.multivariate_normal.entropy", c(A(3), _cov)),
    **calls("scipy.stats.dirichlet.logpdf scipy.stats.dirichlet.pdf", c(np.array([0.2, 0.3]), 1.0 + P(3)), c(np.array([[0.2, 0.1, 0.3], [0.3, 0.5, 0.4]]), 1.0 + P(3))),
    # linear algebra
    **calls("scipy.linalg.solve_triangular", c(well(4), A(4)), c(well(4), A(4, 2), lower=True), c(well(4), A(4), 1), c(well(4), A(4, 2), trans="T", lower=True, unit_diagonal=True)),
    **calls("scipy.linalg.solve", c(well(4), A(4)), c(well(4), A(4, 2)), c(spd(4), A(4), assume_a="pos"), c(spd(4), A(4, 2), lower=True, assume_a="sym"), c(well(4), A(4), transposed=True)),
    **calls("scipy.linalg.inv scipy.linalg.det", c(well(4))),
    **calls("scipy.linalg.cholesky", c(spd(4)), c(spd(4), lower=True), c(spd(4), True)),
    **calls("scipy.linalg.cho_factor", c(spd(4)), c(spd(4), lower=True)),
    **calls("scipy.linalg.cho_solve", c((_lower, True), A(4)), c((np.triu(well(4)), False), A(4, 2))),
    **calls("scipy.linalg.lu_factor", c(A(4, 4)), c(well(3))),
    **calls("scipy.linalg.lu_solve", c((well(4), np.array([2, 1, 3, 3], np.int32)), A(4)), c((well(4), np.array([2, 1, 3, 3], np.int32)), A(4, 2), trans=1)),
    **calls("scipy.linalg.solve_banded", c((1, 1), P(3, 5) + np.array([[0.0], [4.0], [0.0]]), A(5)), c((2, 1), P(4, 5) + np.array([[0.0], [6.0], [0.0], [0.0]]), A(5, 2))),
    **calls("scipy.linalg.solveh_banded", c(np.array([[0.0, 1, 1, 1], [4, 5, 6, 4]]), A(4)), c(np.array([[4.0, 5, 6, 4], [1, 1, 1, 0]]), A(4, 2), lower=True)),
    **calls("scipy.linalg.solve_sylvester", c(well(3), well(2), A(3, 2))),
    **calls("scipy.linalg.sqrtm scipy.linalg.logm", c(well(3))),
    **calls("scipy.linalg.expm scipy.linalg.sinm scipy.linalg.cosm scipy.linalg.tanm scipy.linalg.sinhm scipy.linalg.coshm scipy.linalg.tanhm", c(0.3 * A(3, 3))),
    **calls("scipy.linalg.eigh", c(_apart), c(_apart, lower=False), c(spd(3), eigvals_only=True), c(spd(3), lower=False, eigvals_only=True)),
    **calls("scipy.linalg.eigvalsh", c(spd(3)), c(spd(3), lower=False)),
    **calls("scipy.linalg.svd", c(A(3, 4), full_matrices=False), c(A(4, 3), full_matrices=False), c(A(3, 4), compute_uv=False)),
    **calls("scipy.linalg.svdvals", c(A(3, 4))),
    **calls("scipy.linalg.pinv", c(A(4, 3)), c(A(3, 4))),
    **calls("scipy.linalg.norm", c(A(3, 4)), c(A(3, 4), 1), c(A(4), 3), c(A(3, 4), axis=1), c(A(3, 4), "fro", keepdims=True)),
    **calls("scipy.linalg.block_diag", c(A(2, 2), A(3, 1)), c(A(2), A(1, 2))),
    **calls("scipy.linalg.toeplitz", c(A(4))),
    # signals
    **calls("scipy.signal.convolve scipy.signal.fftconvolve scipy.signal.correlate", c(A(6), A(3)), c(A(6), A(4), "same"), c(A(6), A(3), mode="valid"), c(A(4, 5), A(2, 3)),
            c(A(3), A(5), "same"), c(A(3), A(5), mode="valid"), c(A(4, 5), A(3, 3), mode="same"), c(Z(5), Z(3))),
    **calls("scipy.signal.oaconvolve", c(A(9), A(3))),
    **calls("scipy.signal.convolve2d scipy.signal.correlate2d", c(A(4, 5), A(2, 3)), c(A(4, 5), A(3, 3), mode="same"), c(A(4, 5), A(2, 2), "valid")),
    **calls("scipy.signal.lfilter", c(A(2), np.array([1.0, 0.4, 0.2]), A(6)), c(A(3), np.array([2.0, 0.4]), A(4, 2), axis=0), c(A(8), np.array([1.0]), A(5))),
    **calls("scipy.fft.fftshift scipy.fft.ifftshift", c(A(5)), c(A(3, 4), axes=1)),
    **calls("scipy.fft.fft scipy.fft.ifft", c(A(5)), c(Z(4), 6), c(Z(3, 4), axis=0, norm="ortho")),
    **calls("scipy.fft.rfft scipy.fft.ihfft", c(A(5)), c(A(6), 4), c(A(3, 4), axis=0, norm="ortho")),
    **calls("scipy.fft.irfft scipy.fft.hfft", c(Z(4)), c(Z(4), 5)),
    **calls("scipy.fft.fft2 scipy.fft.ifft2 scipy.fft.fftn scipy.fft.ifftn", c(A(3, 4)), c(Z(3, 4), norm="ortho")),
    **calls("scipy.fft.rfft2 scipy.fft.rfftn", c(A(3, 4))),
    **calls("scipy.fft.irfft2 scipy.fft.irfftn", c(Z(3, 4))),
    **calls("scipy.fft.dct", c(A(5)), c(A(3, 4), axis=0), c(A(5), 3), c(A(5), norm="ortho"), c(A(5), 3, norm="ortho")),
    **calls("scipy.fft.idct scipy.fft.dst scipy.fft.idst", c(A(5), norm="ortho"), c(A(3, 4), axis=0, norm="ortho")),
    **calls("scipy.integrate.simpson", c(A(5)), c(A(3, 6), dx=0.3), c(A(5, 2), x=np.array([0.0, 0.5, 1.5, 2.0, 4.0]), axis=0)),
    **calls("scipy.integrate.cumulative_trapezoid", c(A(5)), c(A(3, 6), dx=0.3), c(A(5, 2), np.array([0.0, 0.5, 1.5, 2.0, 4.0]), axis=0), c(A(5), initial=0)),
    **calls("scipy.integrate.trapezoid", c(A(5)), c(A(3, 5), dx=0.3), c(A(3, 5), A(5))),
    **calls("scipy.special.lambertw", c(P(3)), c(Z(3)), c(P(2, 3), 1), c(-P(3) / 5.0, -1), c(0.7)),
    **calls("scipy.special.wrightomega", c(A(3)), c(0.3)),
    **calls("scipy.special.wofz", c(Z(3)), c(A(2, 3)), c(0.7), c(0.3 + 0.2j)),
    **calls("scipy.linalg.solve_continuous_lyapunov scipy.linalg.solve_lyapunov", c(well(3), A(3, 3)), c(well(3) + 1j * A(3, 3), Z(3, 3))),
    **calls("scipy.linalg.solve_discrete_lyapunov", c(0.3 * A(3, 3), A(3, 3)), c(0.3 * Z(3, 3), Z(3, 3)), c(0.3 * A(3, 3), A(3, 3), "bilinear")),
    **calls("scipy.linalg.solve_continuous_are scipy.linalg.solve_discrete_are", c(0.3 * A(3, 3), A(3, 2), spd(3), spd(2))),
}
