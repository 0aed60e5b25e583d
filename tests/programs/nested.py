"""Gradients inside programs: two levels, over loops, writes, closures and containers."""

from __future__ import annotations

import numpy as np

import adls
from tests.programs.case import Case, normal, positive_definite, uniform


def _rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def hessian_vector_product(x, v):
    return (adls.grad(_rosenbrock)(x) * v).sum()


def _energy(u, c):
    u = u.copy()
    for i in range(1, len(u)):
        u[i] = u[i] + c * np.sin(u[i - 1]) * u[i]
    return (u**2).sum()


def force_through_a_loop(u, c):
    return np.sum(adls.grad(_energy)(u, c) ** 2)


def gradient_penalty(W, x):
    def critic(z):
        return np.tanh(z @ W).sum()

    g = adls.grad(critic)(x)
    return ((np.sqrt((g**2).sum(axis=1)) - 1) ** 2).mean()


def _inner_loss(w, X, y, lam):
    r = X @ w - y
    return 0.5 * (r @ r) + 0.5 * np.exp(lam) * (w @ w)


def hyperparameter_gradient(lam, X, y, X_val, y_val):
    w = np.zeros(X.shape[1])
    for _ in range(4):
        w = w - 0.05 * adls.grad(_inner_loss)(w, X, y, lam)
    return np.mean((X_val @ w - y_val) ** 2)


def meta_learning(params, tasks):
    def loss(p, x, y):
        return np.mean((np.tanh(x @ p["W"]) @ p["v"] - y) ** 2)

    total = 0.0
    for x, y in tasks:
        g = adls.grad(loss)(params, x, y)
        adapted = {k: params[k] - 0.1 * g[k] for k in params}
        total = total + loss(adapted, x, y)
    return total


def newton_with_grad(a):
    f = lambda x: x**3 - a * x - 1.0
    x = 1.8
    for _ in range(6):
        x = x - f(x) / adls.grad(f)(x)
    return x


def hamiltonian_leapfrog(q, p, k):
    def H(q, p):
        return 0.5 * np.sum(p**2) + k * np.sum(q**4) / 4

    for _ in range(3):
        p = p - 0.05 * adls.grad(H, 0)(q, p)
        q = q + 0.1 * adls.grad(H, 1)(q, p)
        p = p - 0.05 * adls.grad(H, 0)(q, p)
    return H(q, p) + q[0]


def value_and_grad_line_search(x, step):
    value, g = adls.value_and_grad(_rosenbrock)(x)
    return _rosenbrock(x - step * g) - value


def physics_informed(theta, xs):
    def u(x, theta):
        return np.sum(theta[:3] * np.sin(theta[3:] * x))

    du = adls.grad(u)
    total = 0.0
    for x in xs:
        total += (du(x, theta) + u(x, theta)) ** 2
    return total / len(xs)


def second_derivative_closure(a, x):
    f = lambda t: np.exp(a * t) * t**2
    return adls.grad(adls.grad(f))(x)


def pullback_inside(A, x):
    value, back = adls.pullback(lambda z: A @ np.tanh(z), x)
    (g,) = back(value)
    return (g**2).sum()


def laplace_approximation(w, X):
    def nll(w):
        return np.logaddexp(0.0, -X @ w).sum() + 0.5 * w @ w

    rows = []
    for i in range(len(w)):
        rows.append(adls.grad(lambda v, i=i: adls.grad(nll)(v)[i])(w))
    H = np.array(rows)
    return nll(w) + 0.5 * np.linalg.slogdet(H)[1]


def cholesky_gradient(A):
    def logdet(M):
        return 2 * np.log(np.diag(np.linalg.cholesky(M))).sum()

    return np.trace(adls.grad(logdet)(A) @ A @ A)


_X, _Y = normal(1, 5, 2), normal(2, 5)

PROGRAMS = [
    Case(hessian_vector_product, (normal(1, 4), normal(2, 4)), (0, 1), rtol=1e-4, atol=1e-4),
    Case(force_through_a_loop, (normal(1, 4), 0.3), (0, 1)),
    Case(gradient_penalty, (normal(1, 3, 2), normal(2, 4, 3)), (0, 1)),
    Case(hyperparameter_gradient, (0.1, _X, _Y, normal(3, 3, 2), normal(4, 3)), (0, 1)),
    Case(meta_learning, ({"W": normal(1, 2, 3), "v": normal(2, 3)}, [(_X, _Y), (normal(3, 4, 2), normal(4, 4))])),
    Case(newton_with_grad, (1.5,)),
    Case(hamiltonian_leapfrog, (normal(1, 3), normal(2, 3), 0.7), (0, 1, 2)),
    Case(value_and_grad_line_search, (0.1 * normal(1, 3), 1e-3), (0, 1), rtol=1e-4),
    Case(physics_informed, (uniform(1, 6), [0.1, 0.5, 0.9])),
    Case(second_derivative_closure, (0.7, 0.4), (0, 1)),
    Case(pullback_inside, (normal(1, 3, 3), normal(2, 3)), (0, 1)),
    Case(laplace_approximation, (normal(1, 2), _X)),
    Case(cholesky_gradient, (positive_definite(1, 3),)),
]
