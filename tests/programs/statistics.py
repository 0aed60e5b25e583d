"""Gaussian processes, mixtures, factorisations of matrices, splines, geometry."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np
from numpy.linalg import cholesky, inv, norm, slogdet, solve

from tests.programs import helpers
from tests.programs.case import Case, normal, positive_definite, uniform
from tests.programs.helpers import logsumexp

# Gaussian processes


def rbf(x, z, ls, var):
    sq = np.sum(x ** 2, 1).reshape(-1, 1) + np.sum(z ** 2, 1) - 2 * np.dot(x, z.T)
    return var * np.exp(-0.5 * np.maximum(sq, 0) / ls ** 2)


def matern32(x, z, ls, var):
    d = np.sqrt(((x[:, None] - z[None]) ** 2).sum(-1) + 1e-10) / ls
    return var * (1 + math.sqrt(3) * d) * np.exp(-np.sqrt(3) * d)


def rational_quadratic(x, z, ls, var, alpha=1.5):
    d2 = ((x[:, None] - z[None]) ** 2).sum(-1)
    return var * (1 + d2 / (2 * alpha * ls ** 2)) ** -alpha


def periodic(x, z, ls, var, *, period=1.3):
    d = np.abs(x[:, None, 0] - z[None, :, 0])
    return var * np.exp(-2 * (np.sin(np.pi * d / period) / ls) ** 2)


KERNELS = {"rbf": rbf, "matern": matern32, "rq": rational_quadratic, "periodic": periodic}


def gp_nll(log_params, X, y, kernel):
    ls, var, noise = np.exp(log_params)
    K = KERNELS[kernel](X, X, ls, var) + (noise ** 2 + 1e-6) * np.eye(len(X))
    L = cholesky(K)
    alpha = solve(L.T, solve(L, y))
    return 0.5 * y @ alpha + np.sum(np.log(np.diag(L))) + 0.5 * len(y) * np.log(2 * np.pi)


def gp_ard_slogdet(theta, X, y):
    ls = np.exp(theta[:-1])
    Z = X / ls
    D = Z[:, np.newaxis, :] - Z[np.newaxis, :, :]
    K = np.exp(-0.5 * np.einsum("ijk,ijk->ij", D, D))
    K[np.diag_indices_from(K)] += np.exp(2 * theta[-1])
    sign, logdet = slogdet(K)
    if sign <= 0:
        return np.inf
    return 0.5 * (y.T @ inv(K) @ y + logdet)


def gp_predict(X, y, Xs, ls):
    K = rbf(X, X, ls, 1.0) + 0.1 * np.eye(X.shape[0])
    Ks = rbf(X, Xs, ls, 1.0)
    mean = Ks.T @ np.linalg.solve(K, y)
    cov = rbf(Xs, Xs, ls, 1.0) - Ks.T @ np.linalg.solve(K, Ks)
    std = np.sqrt(np.diag(cov))
    return (mean / std).sum()


def expected_improvement(mu, sigma, best):
    z = (mu - best) / sigma
    cdf = np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in z])
    pdf = np.exp(-z ** 2 / 2) / np.sqrt(2 * np.pi)
    return np.max(sigma * (z * cdf + pdf))


def expected_improvement_floats(mu, sigma, best):
    z = (mu - best) / sigma
    phi = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return sigma * (z * 0.5 * (1 + math.erf(z / math.sqrt(2))) + phi)


# Mixtures


def gmm_nll(params, X):
    logits, means, log_stds = params["logits"], params["means"], params["log_stds"]
    log_w = logits - logsumexp(logits)
    comps = []
    for k in range(len(logits)):
        z = (X - means[k]) / np.exp(log_stds[k])
        comps.append(-0.5 * (z ** 2).sum(axis=1) - log_stds[k].sum() + log_w[k])
    return -logsumexp(np.stack(comps), axis=0).mean()


def em_steps(mu, X, n_iter=3, sigma=1.0):
    K = mu.shape[0]
    pi = np.ones(K) / K
    for it in range(n_iter):
        logp = -((X[:, None] - mu) ** 2) / (2 * sigma ** 2) + np.log(pi)
        r = np.exp(logp - logp.max(1, keepdims=True))
        r /= r.sum(1, keepdims=True)
        Nk = r.sum(0)
        mu = (r * X[:, None]).sum(0) / Nk
        pi = Nk / len(X)
    return np.sum(mu * pi)


def student_t_nll(params, x):
    mu, log_s, log_nu = params
    s, nu = math.exp(log_s), math.exp(log_nu)
    const = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(nu * math.pi) - log_s
    total = 0.0
    for xi in x:
        total += const - (nu + 1) / 2 * math.log1p(((xi - mu) / s) ** 2 / nu)
    return -total


def elbo_reparameterised(params, X, y, n_samples=3, seed=0):
    mean, log_std = params
    rng = np.random.default_rng(seed)
    total = 0.0
    for _ in range(n_samples):
        eps = rng.standard_normal(mean.shape)
        w = mean + np.exp(log_std) * eps
        total += -0.5 * np.sum((y - X @ w) ** 2)
    entropy = np.sum(log_std)
    return -(total / n_samples + entropy)


def importance_sampling(theta, n=50):
    rng = np.random.default_rng(3)
    x = rng.normal(size=n)
    log_w = -0.5 * ((x - theta) ** 2 - x ** 2)
    w = np.exp(log_w)
    return (w * np.cos(x)).sum() / w.sum()


def monte_carlo_option(S0, sigma, K=1.0, n=64):
    rng = np.random.default_rng(42)
    z = rng.standard_normal((n, 4))
    S = np.full(n, S0) if isinstance(S0, float) else S0
    for t in range(z.shape[1]):
        S = S * np.exp((0.02 - sigma ** 2 / 2) * 0.25 + sigma * 0.5 * z[:, t])
    payoff = np.maximum(S - K, 0)
    return np.exp(-0.02) * payoff.mean()


def bootstrap_mean(x, n=4):
    rng = np.random.default_rng(7)
    stats = [x[rng.integers(0, len(x), size=len(x))].mean() for _ in range(n)]
    return np.std(stats)


def metropolis_energy(x, beta=1.0):
    rng = np.random.default_rng(11)
    e = np.sum(x ** 2)
    for _ in range(6):
        prop = x + 0.5 * rng.normal(size=x.shape)
        e_new = np.sum(prop ** 2)
        if rng.random() < np.exp(-beta * (e_new - e)):
            x, e = prop, e_new
    return e


# Linear algebra in place


def cholesky_banachiewicz(A):
    n = len(A)
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = sum(L[i, k] * L[j, k] for k in range(j))
            if i == j:
                L[i, j] = np.sqrt(A[i, i] - s)
            else:
                L[i, j] = (A[i, j] - s) / L[j, j]
    return 2 * np.log(L.diagonal()).sum()


def lu_in_place(A, b):
    A = A.copy()
    n = A.shape[0]
    for k in range(n - 1):
        A[k + 1:, k] /= A[k, k]
        A[k + 1:, k + 1:] -= np.outer(A[k + 1:, k], A[k, k + 1:])
    y = b.copy()
    for i in range(n):
        y[i] -= A[i, :i] @ y[:i]
    x = np.empty(n)
    for i in range(n)[::-1]:
        x[i] = (y[i] - A[i, i + 1:] @ x[i + 1:]) / A[i, i]
    return x.sum()


def lu_pivoting(A):
    U = A.astype(float)
    n = len(U)
    sign = 1
    for k in range(n):
        p = k + np.argmax(np.abs(U[k:, k]))
        if p != k:
            U[[k, p]] = U[[p, k]]
            sign = -sign
        for i in range(k + 1, n):
            m = U[i, k] / U[k, k]
            U[i, k:] -= m * U[k, k:]
    return sign * np.prod(np.diag(U))


def gram_schmidt(A):
    m, n = A.shape
    Q = np.zeros((m, n))
    R = np.zeros((n, n))
    for j in range(n):
        v = A[:, j].copy()
        for i in range(j):
            R[i, j] = Q[:, i] @ v
            v -= R[i, j] * Q[:, i]
        R[j, j] = norm(v)
        Q[:, j] = v / R[j, j]
    return np.trace(R) + Q[0, 1]


def householder_qr(A):
    R = A.copy()
    m, n = R.shape
    for k in range(n):
        x = R[k:, k]
        e = np.zeros_like(x)
        e[0] = np.copysign(np.linalg.norm(x), x[0])
        v = x + e
        v = v / np.linalg.norm(v)
        R[k:, k:] -= 2 * np.outer(v, v @ R[k:, k:])
    return np.abs(np.diag(R)).sum() + R[0, -1]


def thomas(a, b, c, d):
    n = len(d)
    cp, dp = [0.0] * n, [0.0] * n
    cp[0] = c[0] / b[0]
    dp[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i] * cp[i - 1]
        cp[i] = c[i] / m
        dp[i] = (d[i] - a[i] * dp[i - 1]) / m
    x = [0.0] * n
    x[-1] = dp[-1]
    for i in reversed(range(n - 1)):
        x[i] = dp[i] - cp[i] * x[i + 1]
    return sum(xi * (i + 1) for i, xi in enumerate(x))


def thomas_in_place(lower, diag, upper, rhs):
    for i in range(1, len(rhs)):
        w = lower[i - 1] / diag[i - 1]
        diag[i] -= w * upper[i - 1]
        rhs[i] -= w * rhs[i - 1]
    rhs[-1] /= diag[-1]
    for i in range(len(rhs) - 2, -1, -1):
        rhs[i] = (rhs[i] - upper[i] * rhs[i + 1]) / diag[i]
    return (rhs ** 2).sum()


def power_iteration(A, n=20):
    v = np.ones(A.shape[1]) / math.sqrt(A.shape[1])
    lam = 0.0
    for _ in range(n):
        w = A @ v
        lam = norm(w)
        v = w / lam
    return lam


def newton_schulz(A):
    X = A.T / (np.linalg.norm(A, 1) * np.linalg.norm(A, np.inf))
    I2 = 2 * np.identity(len(A))
    for _ in range(8):
        X = X @ (I2 - A @ X)
    return np.trace(X)


def matrix_exponential(A, terms=10):
    term = np.eye(A.shape[0])
    total = term.copy()
    for k in range(1, terms):
        term = term @ A / k
        total += term
    return total[0, -1] + np.linalg.det(total)


def jacobi_rotation(A):
    A = A.copy()
    for p, q in itertools.combinations(range(A.shape[0]), 2):
        theta = 0.5 * np.arctan2(2 * A[p, q], A[q, q] - A[p, p])
        c, s = np.cos(theta), np.sin(theta)
        J = np.eye(A.shape[0])
        J[p, p] = J[q, q] = c
        J[p, q], J[q, p] = s, -s
        A = J.T @ A @ J
    return A[0, 0]


def sinkhorn(C, a, b, eps=0.3, n_iter=8):
    K = np.exp(-C / eps)
    u = np.ones_like(a)
    for _ in range(n_iter):
        v = b / (K.T @ u)
        u = a / (K @ v)
    P = u[:, None] * K * v[None, :]
    return (P * C).sum()


def sinkhorn_log(C, n_iter=5, eps=0.2):
    n, m = C.shape
    f, g = np.zeros(n), np.zeros(m)
    for _ in range(n_iter):
        f = -eps * logsumexp((g[None, :] - C) / eps, axis=1)
        g = -eps * logsumexp((f[:, None] - C) / eps, axis=0)
    return f.mean() + g.mean()


def log_det_quadratic(A, x):
    M = (A + A.T) / 2
    return np.log(np.linalg.det(M)) + x @ np.linalg.inv(M) @ x + np.linalg.matrix_power(M, 2).trace()


def low_rank_woodbury(U, d, y):
    Di = 1.0 / d
    M = np.eye(U.shape[1]) + (U.T * Di) @ U
    z = Di * y - Di * (U @ np.linalg.solve(M, U.T @ (Di * y)))
    return y.dot(z)


# Splines, polynomials, geometry


def horner(coeffs, x):
    return functools.reduce(lambda acc, c: acc * x + c, coeffs, 0.0)


def horner_loop(coeffs, x):
    acc = coeffs[-1]
    for c in coeffs[-2::-1]:
        acc = acc * x + c
    return acc


def poly_fit_residual(y, x, degree=2):
    V = np.vander(x, degree + 1)
    coef, *_ = np.linalg.lstsq(V, y, rcond=None)
    return np.sum((np.polyval(coef, x) - y) ** 2)


def lagrange(ys, xs, at):
    total = 0.0
    for i, yi in enumerate(ys):
        term = yi
        for j in range(len(xs)):
            if j != i:
                term *= (at - xs[j]) / (xs[i] - xs[j])
        total += term
    return total


def linear_interp(ys, xs, q):
    i = np.clip(np.searchsorted(xs, q) - 1, 0, len(xs) - 2)
    w = (q - xs[i]) / (xs[i + 1] - xs[i])
    return ((1 - w) * ys[i] + w * ys[i + 1]).sum()


def np_interp(ys, xs, q):
    return (np.interp(q, xs, ys) ** 2).sum()


def de_casteljau(points, t):
    pts = [p for p in points]
    while len(pts) > 1:
        pts = [(1 - t) * a + t * b for a, b in zip(pts[:-1], pts[1:])]
    return pts[0][0] + pts[0][1] ** 2


def bspline_basis(ctrl, knots, degree, t):
    @functools.lru_cache(maxsize=None)
    def N(i, p):
        if p == 0:
            return 1.0 if knots[i] <= t < knots[i + 1] else 0.0
        left = (t - knots[i]) / (knots[i + p] - knots[i]) * N(i, p - 1) if knots[i + p] != knots[i] else 0.0
        right = ((knots[i + p + 1] - t) / (knots[i + p + 1] - knots[i + 1]) * N(i + 1, p - 1)
                 if knots[i + p + 1] != knots[i + 1] else 0.0)
        return left + right

    return sum(c * N(i, degree) for i, c in enumerate(ctrl))


def rotation_chain(angles, points):
    for axis, a in zip("xyz", angles):
        c, s = np.cos(a), np.sin(a)
        if axis == "x":
            R = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        elif axis == "y":
            R = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        else:
            R = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
        points = points @ R.T
    return points[..., 0].max() - points[..., 2].min()


def quaternion_bundle(cams, pts, obs):
    total = 0.0
    for ci, pi, uv in obs:
        q, t, f = cams[ci][:4], cams[ci][4:7], cams[ci][7]
        q = q / np.sqrt(np.sum(q ** 2))
        w, u = q[0], q[1:]
        p = pts[pi]
        rotated = p + 2 * np.cross(u, np.cross(u, p) + w * p) + t
        proj = f * rotated[:2] / (rotated[2] + 6.0)
        r = proj - np.asarray(uv)
        total += np.log1p(r @ r)
    return total / len(obs)


def robot_arm(angles, lengths):
    x = y = heading = 0.0
    for a, l in zip(angles, lengths):
        heading += a
        x += l * math.cos(heading)
        y += l * math.sin(heading)
    return math.hypot(x - 1.0, y - 0.5)


def polygon_area(vertices):
    x, y = vertices.T
    return 0.5 * np.abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))


def homogeneous(H, pts):
    ph = np.column_stack([pts, np.ones(len(pts))]) @ H.T
    return np.hypot(*(ph[:, :2] / ph[:, 2:]).T).sum()


def kernel_ridge(gamma, X, y, folds=2):
    parts = np.array_split(np.arange(len(y)), folds)
    err = 0.0
    for k in range(folds):
        test = parts[k]
        train = np.concatenate([parts[j] for j in range(folds) if j != k])
        D = norm(X[train][:, None] - X[train], axis=-1)
        K = np.exp(-gamma * D ** 2)
        alpha = np.linalg.solve(K + 0.1 * np.eye(len(train)), y[train])
        Dt = norm(X[test][:, None] - X[train], axis=-1)
        err += np.sum((np.exp(-gamma * Dt ** 2) @ alpha - y[test]) ** 2)
    return err


def total_variation(img):
    with np.errstate(divide="ignore", invalid="ignore"):
        dx = np.diff(img, axis=0)[:, :-1]
        dy = np.diff(img, axis=1)[:-1]
        return np.sqrt(dx ** 2 + dy ** 2 + 1e-6).sum()


def softmax_temperature(helper_logits, T):
    p = helpers.softmax(helper_logits / T)
    return -(p * np.log(p)).sum()


_X, _Y = normal(1, 6, 2), normal(2, 6)
_SPD = positive_definite(3, 4)
_T = np.array([0.2, 0.1, -0.5])

PROGRAMS = [
    *(Case(gp_nll, (_T, _X, _Y, k), note=k) for k in KERNELS),
    Case(gp_ard_slogdet, (np.array([0.1, 0.4, -0.3]), _X, _Y), (0, 1, 2)),
    Case(gp_predict, (_X, _Y, normal(5, 3, 2), 0.8), (0, 1, 2, 3)),
    Case(expected_improvement, (normal(1, 3), uniform(2, 3), 0.1), (0, 1, 2)),
    Case(expected_improvement_floats, (0.3, 0.7, 0.1), (0, 1, 2)),
    Case(gmm_nll, ({"logits": normal(1, 3), "means": normal(2, 3, 2), "log_stds": normal(3, 3, 2)}, _X)),
    Case(em_steps, (np.array([-1.0, 0.5]), normal(3, 6)), (0, 1)),
    Case(student_t_nll, ((0.1, 0.2, 1.1), [0.5, -0.2, 2.0])),
    Case(elbo_reparameterised, ((normal(1, 2), normal(2, 2)), _X, _Y)),
    Case(importance_sampling, (0.3,)),
    Case(monte_carlo_option, (1.1, 0.3), (0, 1)),
    Case(bootstrap_mean, (normal(1, 5),)),
    Case(metropolis_energy, (normal(1, 3),)),
    Case(cholesky_banachiewicz, (_SPD,)),
    Case(lu_in_place, (_SPD, normal(1, 4)), (0, 1)),
    Case(lu_pivoting, (normal(7, 3, 3),)),
    Case(gram_schmidt, (normal(1, 4, 3),)),
    Case(householder_qr, (normal(1, 4, 3),)),
    Case(thomas, (uniform(1, 4), 3 + uniform(2, 4), uniform(3, 4), normal(4, 4)), (0, 1, 2, 3)),
    Case(thomas_in_place, (uniform(1, 3), 3 + uniform(2, 4), uniform(3, 3), normal(4, 4)), (0, 1, 2, 3)),
    Case(power_iteration, (_SPD,)),
    Case(newton_schulz, (_SPD,)),
    Case(matrix_exponential, (0.3 * normal(1, 3, 3),)),
    Case(jacobi_rotation, (_SPD,)),
    Case(sinkhorn, (uniform(1, 3, 4), uniform(2, 3), uniform(3, 4)), (0, 1, 2)),
    Case(sinkhorn_log, (uniform(1, 3, 4),)),
    Case(log_det_quadratic, (_SPD, normal(1, 4)), (0, 1)),
    Case(low_rank_woodbury, (normal(1, 5, 2), uniform(2, 5), normal(3, 5)), (0, 1, 2)),
    Case(horner, ([1.0, 0.5, -0.3], 0.7), (0, 1)),
    Case(horner_loop, (normal(1, 4), 0.7), (0, 1)),
    Case(horner_loop, ([0.5, 0.3, -0.2], 0.7), (0, 1), note="list"),
    Case(poly_fit_residual, (normal(1, 6), np.linspace(-1, 1, 6))),
    Case(lagrange, (normal(1, 3), np.array([0.0, 0.5, 1.2]), 0.3), (0, 1, 2)),
    Case(linear_interp, (normal(1, 5), np.linspace(0, 1, 5), np.array([0.1, 0.33, 0.9])), (0, 1, 2)),
    Case(np_interp, (normal(1, 5), np.linspace(0, 1, 5), np.array([0.1, 0.33, 0.9])), (0,)),
    Case(de_casteljau, (normal(1, 4, 2), 0.3), (0, 1)),
    Case(bspline_basis, (normal(1, 5), [0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0], 2, 0.4), (0,)),
    Case(rotation_chain, (normal(1, 3), normal(2, 4, 3)), (0, 1)),
    Case(quaternion_bundle, (normal(1, 2, 8), normal(2, 3, 3), [(0, 0, (0.1, 0.2)), (1, 2, (0.3, 0.1)), (0, 1, (-0.1, 0.5))]), (0, 1)),
    Case(robot_arm, ([0.3, 0.5, -0.2], (1.0, 0.8, 0.5)), (0, 1)),
    Case(polygon_area, (normal(1, 5, 2),)),
    Case(homogeneous, (np.eye(3) + 0.1 * normal(1, 3, 3), normal(2, 4, 2)), (0, 1)),
    Case(kernel_ridge, (0.7, _X, _Y), (0, 1, 2)),
    Case(total_variation, (normal(1, 4, 5),)),
    Case(softmax_temperature, (normal(1, 4), 0.8), (0, 1)),
]
