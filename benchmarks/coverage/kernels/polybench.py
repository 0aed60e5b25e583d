"""Linear algebra of PolyBench, element by element as its C code has it, on float64 arrays."""

import numpy as np

from benchmarks.coverage.program import Program

random = np.random.RandomState(17)
N = 5
A, B, C = random.normal(size=(3, N, N))
X, Y, U, V = random.normal(size=(4, N))


def gemm(a):
    c = C.copy()
    for i in range(N):
        c[i, :] *= 1.2
        for k in range(N):
            for j in range(N):
                c[i, j] += 1.5 * a[i, k] * B[k, j]
    return np.sum(c**2)


def two_matmuls(a):
    tmp, d = np.zeros((N, N)), C.copy()
    for i in range(N):
        for j in range(N):
            for k in range(N):
                tmp[i, j] += 1.5 * a[i, k] * B[k, j]
    for i in range(N):
        for j in range(N):
            d[i, j] *= 1.2
            for k in range(N):
                d[i, j] += tmp[i, k] * a[k, j]
    return np.sum(d**2)


def atax(a):
    y = np.zeros(N)
    for i in range(N):
        tmp = 0.0
        for j in range(N):
            tmp += a[i, j] * X[j]
        for j in range(N):
            y[j] = y[j] + a[i, j] * tmp
    return np.sum(y**2)


def bicg(a):
    s, q = np.zeros(N), np.zeros(N)
    for i in range(N):
        for j in range(N):
            s[j] += Y[i] * a[i, j]
            q[i] += a[i, j] * X[j]
    return np.sum(s * s) + np.sum(q**3)


def gemver(a):
    a = a.copy()
    x, w = np.zeros(N), np.zeros(N)
    for i in range(N):
        for j in range(N):
            a[i, j] = a[i, j] + U[i] * V[j] + X[i] * Y[j]
    for i in range(N):
        for j in range(N):
            x[i] = x[i] + 1.2 * a[j, i] * Y[j]
    x += V
    for i in range(N):
        for j in range(N):
            w[i] = w[i] + 1.5 * a[i, j] * x[j]
    return np.sum(w**2)


def symm(a):
    c = C.copy()
    for i in range(N):
        for j in range(N):
            temp = 0.0
            for k in range(i):
                c[k, j] += 1.5 * B[i, j] * a[i, k]
                temp += B[k, j] * a[i, k]
            c[i, j] = 1.2 * c[i, j] + 1.5 * B[i, j] * a[i, i] + 1.5 * temp
    return np.sum(c**2)


def syr2k(a):
    c = C.copy()
    for i in range(N):
        for j in range(i + 1):
            c[i, j] *= 1.2
        for k in range(N):
            for j in range(i + 1):
                c[i, j] += a[j, k] * 1.5 * B[i, k] + B[j, k] * 1.5 * a[i, k]
    return np.sum(c**2)


def trmm(a):
    b = B.copy()
    for i in range(N):
        for j in range(N):
            for k in range(i + 1, N):
                b[i, j] += a[k, i] * b[k, j]
            b[i, j] = 1.5 * b[i, j]
    return np.sum(b**2)


def doitgen(c4):
    a = np.array(A.reshape(N, 1, N) * X[:2].reshape(1, 2, 1))
    total = np.zeros(N)
    for r in range(N):
        for q in range(2):
            for p in range(N):
                total[p] = 0.0
                for s in range(N):
                    total[p] += a[r, q, s] * c4[s, p]
            for p in range(N):
                a[r, q, p] = total[p]
    return np.sum(a**2)


def cholesky(a):
    a = a @ a.T + N * np.eye(N)
    for i in range(N):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[j, k]
            a[i, j] /= a[j, j]
        for k in range(i):
            a[i, i] -= a[i, k] * a[i, k]
        a[i, i] = np.sqrt(a[i, i])
    return np.sum(np.tril(a) ** 3)


def lu(a):
    a = a + 3.0 * np.eye(N)
    for i in range(N):
        for j in range(i):
            a[i, j] -= a[i, :j] @ a[:j, j]
            a[i, j] /= a[j, j]
        for j in range(i, N):
            a[i, j] -= a[i, :i] @ a[:i, j]
    return np.sum(a**2)


def lu_with_pivots(a):
    a = a.copy()
    b = X.copy()
    for k in range(N - 1):
        p = k + np.argmax(np.abs(a[k:, k]))
        if p != k:
            a[[k, p]] = a[[p, k]]
            b[k], b[p] = b[p], b[k]
        for i in range(k + 1, N):
            a[i, k] /= a[k, k]
            a[i, k + 1 :] -= a[i, k] * a[k, k + 1 :]
            b[i] -= a[i, k] * b[k]
    for i in range(N - 1, -1, -1):
        b[i] = (b[i] - a[i, i + 1 :] @ b[i + 1 :]) / a[i, i]
    return np.sum(b**2)


def trisolv(a):
    x = np.empty(N)
    for i in range(N):
        x[i] = X[i]
        for j in range(i):
            x[i] -= a[i, j] * x[j]
        x[i] = x[i] / a[i, i]
    return np.sum(x**2)


def gramschmidt(a):
    a, q, r = a.copy(), np.zeros((N, N)), np.zeros((N, N))
    for k in range(N):
        r[k, k] = np.sqrt(np.sum(a[:, k] ** 2))
        q[:, k] = a[:, k] / r[k, k]
        for j in range(k + 1, N):
            r[k, j] = q[:, k] @ a[:, j]
            a[:, j] -= q[:, k] * r[k, j]
    return np.sum(r**3) + np.sum(q**3)


def durbin(r):
    y, z = np.zeros(N), np.zeros(N)
    y[0] = alpha = -r[0]
    beta = 1.0
    for k in range(1, N):
        beta = (1 - alpha * alpha) * beta
        total = 0.0
        for i in range(k):
            total += r[k - i - 1] * y[i]
        alpha = -(r[k] + total) / beta
        for i in range(k):
            z[i] = y[i] + alpha * y[k - i - 1]
        for i in range(k):
            y[i] = z[i]
        y[k] = alpha
    return np.sum(y**2)


def correlation(data):
    data = data.copy()
    mean, deviation = data.mean(axis=0), data.std(axis=0)
    deviation[deviation <= 0.1] = 1.0
    data -= mean
    data /= np.sqrt(len(data)) * deviation
    corr = np.eye(data.shape[1])
    for i in range(data.shape[1] - 1):
        for j in range(i + 1, data.shape[1]):
            corr[i, j] = corr[j, i] = data[:, i] @ data[:, j]
    return np.sum(corr**3)


PROGRAMS = (
    *(Program(f, A) for f in (gemm, two_matmuls, atax, bicg, gemver, symm, syr2k, trmm, doitgen, cholesky, lu,
                              lu_with_pivots)),
    Program(trisolv, A + 3.0 * np.eye(N)),
    Program(gramschmidt, A),
    Program(durbin, 0.2 * X),
    Program(correlation, random.normal(size=(6, 4))),
)
