"""The programs that the foundation must get right, as a user writes them."""

from __future__ import annotations

import numpy as np

from tests.killers.raising import g


def views(x):
    y = x * 1.
    v = y.reshape(-1)
    b = y
    v += 1.
    y[0] = v[-1] ** 2
    return (b * x).sum()


def overwritten(u, c, T):
    n = len(u)
    for t in range(T):
        for i in range(n - 2):
            u[i] = u[i] + c * u[i + 1] * u[i]
    return u.sum()


def cholesky_in_place(a):
    n = a.shape[0]
    for j in range(n):
        a[j, j] = np.sqrt(a[j, j])
        for i in range(j + 1, n):
            a[i, j] = a[i, j] / a[j, j]
        for k in range(j + 1, n):
            for i in range(k, n):
                a[i, k] -= a[i, j] * a[k, j]
    total = 0.0
    for j in range(n):
        total += np.log(a[j, j]) + 0.1 * a[n - 1, j]
    return total


def cholesky_left_looking(a):
    n = a.shape[0]
    for j in range(n):
        a[j, j] = np.sqrt(a[j, j] - a[j, :j] @ a[j, :j])
        for i in range(j + 1, n):
            a[i, j] = (a[i, j] - a[i, :j] @ a[j, :j]) / a[j, j]
    return np.log(np.diag(a)).sum() + a[n - 1, 0]


def picked(W, x, names):
    table = {"tanh": lambda v: np.tanh(W @ v), "scale": lambda v: 0.5 * (W.T @ v), "square": lambda v: v * v}
    for name in names:
        x = table[name](x)
    return x.sum()


def partial_execution(x, stop):
    a = np.zeros(len(x))
    s = 0.0
    n = 0
    for i in range(len(x)):
        try:
            a[i] = x[i]
            if i == stop:
                break
            if n > 50:
                return s * 2.0
            s += np.log(g(a, i))
        except ValueError:
            s += x[i]
            continue
        finally:
            n += 1
        s = s * 1.5
    return s + (a * a).sum() + n


def early_return(x, limit):
    a = np.zeros(len(x))
    s = 0.0
    n = 0
    for i in range(len(x)):
        try:
            a[i] = x[i]
            s += np.log(g(a, i))
            if s > limit:
                return s * a[0]
        except ValueError:
            s += x[i]
            continue
        finally:
            n += 1
    return s + a.sum()


def chain(x):
    return np.sum(np.sqrt(np.exp(np.sin(x) * 2.0) + 1.0))


def helper(y, a):
    return y + 0.01 * a * y * (1.0 - y)


def float_loop(y, a, steps):
    for _ in range(steps):
        y = helper(y, a)
    return y
