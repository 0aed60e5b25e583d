"""Likelihoods, solvers and filters that call SciPy."""

from __future__ import annotations

import numpy as np
from scipy import fft, integrate, linalg, signal, special, stats
from scipy.stats import multivariate_normal, norm

from tests.programs.case import Case, normal, positive_definite, uniform

STANDARD = stats.norm(0.5, 2.0)
PLANE = multivariate_normal(np.zeros(3), 2.0 * np.eye(3))


def gp_triangular(log_params, X, y):
    scale, noise = np.exp(log_params)
    K = np.exp(-0.5 * ((X[:, None] - X[None]) ** 2).sum(-1) / scale ** 2) + noise * np.eye(len(X))
    L = linalg.cholesky(K, lower=True)
    z = linalg.solve_triangular(L, y, lower=True)
    return 0.5 * z @ z + np.sum(np.log(np.diag(L)))


def gp_cho_solve(log_params, X, y):
    scale, noise = np.exp(log_params)
    K = np.exp(-0.5 * ((X[:, None] - X[None]) ** 2).sum(-1) / scale ** 2) + noise * np.eye(len(X))
    factor = linalg.cho_factor(K)
    return 0.5 * y @ linalg.cho_solve(factor, y) + np.log(np.diag(factor[0])).sum()


def posterior(theta, y):
    prior = stats.gamma.logpdf(theta[1], 2.0, scale=0.5) + stats.beta(2.0, 3.0).logpdf(theta[2])
    likelihood = stats.norm(loc=theta[0], scale=theta[1])
    return prior + np.sum(likelihood.logpdf(y)) + np.log(likelihood.sf(2.0)) + stats.t.logpdf(theta[0], 4.0)


def counts(theta, x, k):
    rate = np.exp(x @ theta)
    return np.sum(stats.poisson.logpmf(k, rate)) + stats.binom.logpmf(2, 5, special.expit(theta[0]))


def frozen_elsewhere(x):
    def density(law, value):
        return law.logpdf(value)

    return density(norm, x[0]) + density(STANDARD, x[1]) + STANDARD.cdf(x).sum() + PLANE.logpdf(x) * PLANE.pdf(x ** 2)


def mixture_of_normals(means, weights, data):
    found = [np.log(w) + multivariate_normal.logpdf(data, m, np.eye(2) + np.outer(m, m)) for m, w in zip(means, weights)]
    return special.logsumexp(np.array(found), axis=0).sum()


def matrix_functions(A):
    return np.trace(linalg.expm(A) @ linalg.sqrtm(A @ A.T + 9.0 * np.eye(3))) + linalg.det(A) + linalg.inv(A)[0, 1]


def banded(ab, b):
    return np.sum(linalg.solve_banded((1, 1), ab, b) ** 2) + linalg.solve_sylvester(ab, np.diag(b[:3]), ab[:, :3]).sum()


def filtered(b, x):
    smooth = signal.lfilter(b, [1.0, -0.4], x)
    return np.sum(signal.fftconvolve(smooth, b, mode="same") ** 2) + np.sum(fft.dct(x, norm="ortho")[:3] ** 3)


def integrated(y):
    return integrate.simpson(y ** 2, dx=0.1) + integrate.trapezoid(np.sin(y)) + integrate.cumulative_trapezoid(y)[2] ** 2


PROGRAMS = [
    Case(gp_triangular, (np.array([0.3, -0.7]), normal(1, 6, 2), normal(2, 6))),
    Case(gp_cho_solve, (np.array([0.3, -0.7]), normal(1, 6, 2), normal(2, 6)), (0, 2)),
    Case(posterior, (np.array([0.3, 0.7, 0.4]), normal(3, 5)), (0, 1)),
    Case(counts, (normal(4, 2), normal(5, 4, 2), np.array([0, 2, 1, 5]))),
    Case(frozen_elsewhere, (normal(6, 3),)),
    Case(mixture_of_normals, (normal(7, 3, 2), uniform(8, 3), normal(9, 5, 2)), (0, 1, 2)),
    Case(matrix_functions, (0.2 * positive_definite(10, 3),)),
    Case(banded, (np.array([[0.0, 1, 1, 1], [4, 5, 6, 5], [1, 2, 1, 0]])[:, :3] + 0.1, normal(11, 3)), (0, 1)),
    Case(filtered, (normal(12, 3), normal(13, 8)), (0, 1)),
    Case(integrated, (normal(14, 7),)),
]

TWICE = [case for case in PROGRAMS if case.function not in (gp_cho_solve, filtered, mixture_of_normals)]
"""Those whose gradient can be differentiated again."""
