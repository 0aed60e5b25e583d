"""NumPy as people write it: indexing, views, in-place writes, reductions, dtypes, joining, linear algebra."""

from __future__ import annotations

import numpy as np
import numpy.linalg as LA
from numpy import newaxis as na

from tests.programs.case import Case, normal, positive_definite, uniform

EPS = np.finfo(float).eps


def newaxis_broadcasting(a, b):
    outer = a[:, na] * b[na, :]
    grid = a[:, None, None] + b[None, :, None] ** 2 + np.arange(2)[None, None, :]
    return outer.sum() + np.tanh(grid).mean()


def ellipsis_index(x):
    return (x[..., 0] * x[..., -1]).sum() + x[0, ..., 1].max() + x[...].mean()


def chained_index(x):
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total += x[i][j] * x[i, j - 1] * (i + 1)
    return total


def boolean_masks(x):
    pos = x > 0
    y = np.zeros_like(x)
    y[pos] = np.sqrt(x[pos])
    y[~pos] = x[~pos] ** 2
    y[(x > 1) | (x < -1)] *= 0.5
    return y.sum() + x[pos].mean()


def mask_multiply(x):
    mask = (x > 0).astype(float)
    return (mask * x**2).sum() / mask.sum() - ((1 - mask) * x).sum()


def where_assign(x):
    i = np.where(x < 0)[0]
    y = x.copy()
    y[i] = 0.1 * y[i]
    return (y**2).sum() + np.where(x > 0, x, np.exp(x)).prod()


def strided_slices(x):
    even, odd = x[::2], x[1::2]
    rev = x[::-1]
    tail = x[-1:0:-2]
    return (even[: len(odd)] * odd).sum() + (rev * np.arange(len(x))).sum() + tail.prod()


def strided_writes(x):
    y = np.empty(2 * len(x))
    y[::2] = x
    y[1::2] = x[::-1] ** 2
    y[-1:2:-3] += x[0]
    y[: len(x)] -= y[len(x) :]
    return (y**3).sum()


def overlapping_shift(x):
    y = x * 1.0
    y[1:] = y[:-1]
    y[:-1] += y[1:]
    return (y * np.arange(len(y))).sum()


def views_written_twice(x):
    a = x * 1.0
    row, col = a[0], a[:, 0]
    row += 1.0
    col *= row[: len(col)]
    diag = a.ravel()[:: a.shape[1] + 1]
    diag[:] = diag**2
    return a.sum()


def reshape_flatten(x):
    flat = x.reshape(-1)
    cube = flat.reshape(2, -1, 2)
    t = cube.transpose(2, 0, 1).ravel()
    return (t * np.arange(t.size)).sum() + x.flatten()[::3].sum() + x.T.flatten()[1]


def concatenate_stack(a, b):
    c = np.concatenate([a, b[:2], a * b])
    s = np.stack((a, b), axis=-1)
    v = np.vstack([s.T, a])
    h = np.hstack((a, b))
    d = np.append(a, 3.0)
    return (c**2).sum() + np.linalg.norm(v) + (h * h[::-1]).sum() + d.prod() + np.column_stack((a, b)).max()


def splits_and_tiles(x):
    left, right = np.split(x, 2)
    parts = np.array_split(x, 3)
    t = np.tile(left, (2, 1))
    r = np.repeat(right, 2)
    return (t @ right) @ t[:, 0] + (r * np.arange(r.size)).sum() + sum(p.sum() ** 2 for p in parts)


def cumulative(x):
    c = np.cumsum(x)
    p = np.cumprod(1 + 0.1 * x)
    d = np.diff(x)
    return c[-1] * p.sum() + (d**2).sum() + np.cumsum(x[::-1])[::-1] @ x + np.gradient(x).sum() ** 2


def sorting(x):
    s = np.sort(x)
    order = np.argsort(-x)
    top = x[order[:2]]
    ranks = np.empty(len(x))
    ranks[order] = np.arange(len(x))
    return s[0] * 2 + s[-1] ** 2 + top.prod() + (ranks * x).sum() + np.median(x) + np.percentile(x, 30)


def extrema(x):
    i, j = np.unravel_index(x.argmax(), x.shape)
    rows = x[np.arange(x.shape[0]), x.argmin(axis=1)]
    return x[i, j] ** 2 + rows.sum() + x.max(axis=0).prod() + np.ptp(x) + np.amin(x) * x.min(axis=1, keepdims=True).sum()


def norms(x):
    rows = np.linalg.norm(x, axis=1)
    unit = x / np.linalg.norm(x, axis=-1, keepdims=True)
    return rows.sum() + np.linalg.norm(x) + LA.norm(x[0], 1) + LA.norm(x[0], np.inf) + (unit[0] @ unit[1]) + LA.norm(x, "fro")


def reductions(x):
    return (x.sum(axis=(0, 1)) @ np.arange(x.shape[2]) + x.mean(axis=1, keepdims=True).std() + x.var(axis=(1, 2)).sum()
            + np.sum(x, axis=-1).max() + np.prod(x[0, 0]) + np.mean(x**2, axis=0).sum() + x.std(ddof=1))


def matrix_products(A, B, v):
    return (v @ A @ B @ v + np.dot(A, v).sum() + np.trace(A @ B.T) + np.outer(v, v).ravel() @ A.ravel() + np.inner(v, A[0])
            + np.vdot(A, B) + A.dot(B).T[0, 1] + np.tensordot(A, B, axes=([0], [1])).sum() + np.kron(v, v).max() + np.cross(v, A[1])[0])


def einsums(A, B):
    return (np.einsum("ij,jk->ik", A, B).sum() + np.einsum("ii", A) + np.einsum("ij,ij->", A, B) ** 2
            + np.einsum("i,j->ij", A[0], B[0]).max() + np.einsum("...j,j->...", A, B[1]).prod() + np.einsum("ij->j", A)[0])


def linear_algebra(A, b):
    x = np.linalg.solve(A, b)
    return (b @ x + np.log(np.linalg.det(A)) + np.linalg.inv(A).trace() + np.linalg.slogdet(A)[1] + np.diag(A).prod()
            + np.linalg.cholesky(A)[1, 0] + np.linalg.eigvalsh(A).max() + np.linalg.svd(A, compute_uv=False)[0]
            + np.triu(A, 1).sum() + np.linalg.pinv(A)[0, 1])


def eigen(A):
    w, v = np.linalg.eigh(A)
    u, s, vt = np.linalg.svd(A)
    q, r = np.linalg.qr(A)
    return (w**2).sum() + (v[:, 0] ** 2 @ np.arange(len(w))) + s.prod() + np.abs(r[0, 1]) + (u[:, 0] * vt[0]).sum()


def diagonals(x, A):
    D = np.diag(x)
    A = A.copy()
    A[np.arange(len(x)), np.arange(len(x))] = x**2
    A[range(len(x)), 0] += x
    return (D @ A).sum() + np.diagonal(A, 1).sum() + np.trace(A, offset=-1) + np.eye(len(x))[0] @ x


def fancy_reads(x, idx):
    return (x[idx] * np.arange(len(idx))[:, None]).sum() + x[idx, idx].sum() + x[:, [0, 0]].prod() + x[[0, -1]].mean()


def fancy_writes(x, idx):
    y = np.zeros(6)
    y[idx] = x
    y[idx] += x**2
    y[[0, 5]] = x[:2]
    y[[1, 2, 3]] *= 2.0
    return (y**2).sum()


def scatter_histogram(values, bins):
    hist = np.zeros(4)
    for v, b in zip(values, bins):
        hist[b] += v
    hist /= hist.sum()
    return -(hist * np.log(hist + 1e-9)).sum()


def add_at(values, bins):
    hist = np.zeros(4)
    np.add.at(hist, bins, values**2)
    np.subtract.at(hist, bins[:2], values[:2])
    return (hist**2).sum()


def bincount_weights(values, bins):
    return (np.bincount(bins, weights=values, minlength=4) ** 2).sum()


def ufunc_out(x):
    buf = np.empty_like(x)
    np.multiply(x, 2.0, out=buf)
    np.exp(buf, out=buf)
    np.add(buf, x, buf)
    return buf.sum()


def ufunc_where(x):
    safe = np.divide(1.0, x, out=np.zeros_like(x), where=x > 0)
    return (safe * x**2).sum()


def clipping(x):
    return (np.clip(x, -0.5, 0.5) * x).sum() + np.maximum(x, 0).sum() + np.minimum(x, x[0]).sum() + x.clip(0).prod() + np.abs(x).max()


def nan_handling(x):
    y = x.copy()
    y[1] = np.nan
    good = ~np.isnan(y)
    return np.nansum(y) + y[good].prod() + np.nanmean(y) + np.nan_to_num(y).sum()


def float32_network(w, x):
    h = np.tanh(x @ w)
    h = h / np.float32(2)
    h *= 0.5
    return (h * h).sum(dtype=np.float32)


def float32_mixed(w):
    acc = np.zeros(3, dtype=np.float32)
    for i in range(3):
        acc[i] = w[i] * 2 + 1
    acc += w**2
    return acc.mean()


def integers_into_floats(x):
    a = np.array([1, 2, 3])
    b = a * x
    c = np.zeros(3, int)
    c[:] = [3, 1, 2]
    b[c - 1] += a / 2
    n = np.int64(3)
    return (b ** np.array([1, 2, 3])).sum() / n + x[c[0] - 1] * 2**n


def numpy_scalars(x):
    s = x[0] * x[1]
    t = np.float64(2.0) * s + np.sqrt(np.abs(s))
    u = np.array(t)
    v = u[()] + u.item() + float(u)
    return v * x.sum() / np.size(x)


def zero_d_arrays(x):
    a = np.asarray(x).sum()
    b = np.array(a)
    b += 1.0
    c = b * np.array(2.0)
    return c


def asarray_of_list(a, b):
    m = np.array([[a, b], [b, a * b]])
    v = np.asarray([a, 1.0])
    w = np.array([v, m[0], 2 * m[1]])
    return np.linalg.det(m) + v @ m @ v + w.sum(axis=0)[0]


def meshgrid_functions(a):
    x = np.linspace(0, 1, 5)
    X, Y = np.meshgrid(x, x[:3])
    F = np.exp(-a[0] * (X - a[1]) ** 2 - a[2] * Y)
    return np.trapezoid(np.trapezoid(F, x, axis=1), x[:3])


def linspace_arange(h, n):
    t = np.arange(n) * h
    u = np.linspace(h, 2 * h, n)
    return np.sin(t).sum() + (u**2).sum() + np.full(n, h).prod()


def convolution_1d(x, k):
    out = np.zeros(len(x) - len(k) + 1)
    for i in range(len(out)):
        out[i] = (x[i : i + len(k)] * k[::-1]).sum()
    return ((out - np.convolve(x, k, mode="valid")) ** 2).sum() + (out**2).sum() + np.convolve(x, k, "same")[0]


def fourier(x):
    X = np.fft.rfft(x)
    power = np.abs(X) ** 2
    filtered = np.fft.irfft(X * np.exp(-np.arange(len(X))), len(x))
    return power[1:].sum() + (filtered**2).sum() + np.fft.fft(x).real[1]


def complex_numbers(a, b):
    z = a + 1j * b
    w = z**2 / (1 + z.conj())
    return np.abs(w).sum() + w.real @ w.imag + np.angle(z).sum()


def padding_rolls(x):
    p = np.pad(x, ((1, 1), (1, 1)), mode="edge")
    lap = p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:] - 4 * x
    return (lap**2).sum() + np.roll(x, 1, axis=0)[0, 0] * np.flip(x)[0, 0] + np.rot90(x)[0, 0]


def moves(x):
    a = np.swapaxes(x, 0, 2)
    b = np.moveaxis(x, 0, -1)
    c = np.expand_dims(x, 1).squeeze()
    d = np.atleast_2d(x[0, 0])
    return (a[0] ** 2).sum() + b[0, 0] @ np.arange(b.shape[-1]) + c.max() + d.prod() + np.broadcast_to(x[0, 0], (3, 4)).sum()


def iteration(x):
    total = 0.0
    for row in x:
        for v in row[1:]:
            total += v * row[0]
    for i, col in enumerate(x.T):
        total += col.max() * i
    for v in x.flat:
        total += v**3
    for idx in np.ndindex(*x.shape):
        total += x[idx] * sum(idx)
    return total


def nditer_enumerate(x):
    total = 0.0
    for (i, j), v in np.ndenumerate(x):
        total += v**2 * (i + 2 * j)
    return total


def vectorised_function(x):
    f = np.vectorize(lambda v: v**2 if v > 0 else -v)
    return f(x).sum()


def apply_along(x):
    return np.apply_along_axis(lambda r: r / r.sum(), 1, x)[:, 0].sum()


def select_piecewise(x):
    return np.select([x < -0.5, x < 0.5], [x**2, 2 * x], default=np.exp(x)).sum()


def tril_blocks(x):
    n = 3
    L = np.zeros((n, n))
    L[np.tril_indices(n)] = x
    L[np.diag_indices(n)] = np.exp(np.diag(L))
    return (L @ L.T)[-1, -1] + np.log(np.diag(L)).sum() + np.block([[L, L.T]]).max()


def history_rows(x0, A):
    hist = np.zeros((5, 2))
    hist[0] = x0
    for t in range(4):
        hist[t + 1] = A @ hist[t]
        hist[t + 1, 0] += 0.1 * hist[t, 1]
    return (hist[::2] ** 2).sum() + hist[-1].prod()


def history_list_to_array(x):
    hist = []
    for t in range(3):
        x = x * 0.5 + np.sin(x)
        hist.append(x)
    return np.array(hist).var(axis=0).sum() + np.stack(hist, axis=1)[0] @ np.arange(3)


def inplace_everything(x):
    y = x + 0.0
    y += 1
    y -= x / 2
    y *= x
    y /= 2 + np.cos(x)
    y **= 2
    y[0] **= 3
    y[1:] /= y[0] + 1
    y @= np.eye(len(y))
    return y.sum()


def augmented_scalars(x):
    a = x[0]
    a += x[1]
    a *= a
    a /= x[2] ** 2 + 1
    a -= 1
    a **= 2
    return a


def written_argument(x):
    x[0] = x[1] * 2
    x += x[0]
    return (x**2).sum()


def aliased_rows(x):
    rows = [x[i] * 1.0 for i in range(len(x))]
    rows[0] += rows[1]
    rows[1][:] = rows[0] ** 2
    a, b = rows[0], rows[1]
    a[0], b[0] = b[0], a[0]
    return sum(r.sum() * (k + 1) for k, r in enumerate(rows))


def swap_rows(x):
    y = x.copy()
    y[[0, 1]] = y[[1, 0]]
    tmp = y[2].copy()
    y[2] = y[0]
    y[0] = tmp
    return (y * np.arange(y.size).reshape(y.shape)).sum() + (y[2] ** 2).sum()


def logsumexp_variants(x):
    m = x.max()
    a = np.log(np.sum(np.exp(x - m))) + m
    b = np.logaddexp(x[0], x[1])
    c = np.log1p(np.exp(-np.abs(x))).sum() + np.expm1(x[0])
    return a * b + c


def special_functions(x):
    return (np.arcsin(x / 3).sum() + np.arctan2(x, 2.0).sum() + np.sinc(x).sum() + np.hypot(x, 1.0).sum() + np.cbrt(x + 3).sum()
            + np.log2(x + 3).sum() + np.sinh(x).sum() + np.sign(x).sum() + np.reciprocal(x).sum() + np.square(x).sum() + np.float_power(x + 3, 1.5).sum())


def take_and_friends(x):
    return (np.take(x, [0, 2, 2]).sum() + np.compress([True, False, True, False], x).prod() + np.unique(np.round(x, 6)).sum() * 0
            + np.dot(np.searchsorted(np.sort(x), x), x) + np.interp(0.3, [0, 1], x[:2]) + np.insert(x, 1, x[0] ** 2)[1] + np.delete(x, 0).sum())


def method_style(x):
    return (x.T.dot(x).trace() + x.ravel().dot(x.reshape(-1)) + x.cumsum(axis=0)[-1].max() + x.repeat(2).sum() + x.swapaxes(0, 1)[0].std()
            + x.take([0, 1]).sum() + x.diagonal().prod() + x.round(12).sum() * 0 + x.clip(-1, 1).mean() + x.copy().astype(float).sum())


_X34 = normal(1, 3, 4)
_IDX = np.array([2, 0, 2, 1])

def shape_set_by_another_name(x):
    y = x * x
    z = y
    z.shape = (1, 3)
    return np.sum(y * np.ones((3, 1))) + y.shape[0]


def shape_set_between_writes(x):
    y = np.zeros(4)
    y[:3] = x
    y.shape = (2, 2)
    y[0] *= x[2]
    return np.sum(y @ y)


def masked_numbers(x):
    """Code for arrays that gets a number: its scalars are masked like arrays without axes."""
    r = np.sqrt(np.asarray(x) ** 2)
    angle = np.empty_like(r)
    bad = np.isclose(r, 0)
    angle[~bad] = np.arctan(r[~bad])
    angle[~bad] += np.sin(angle[~bad]) / np.cos(r[~bad])
    angle[bad] = 0
    return angle * 2 + r[()] * r[...] + r[None].sum()


PROGRAMS = [
    Case(masked_numbers, (1.5,)),
    Case(shape_set_by_another_name, (np.array([0.7, -1.3, 2.1]),)),
    Case(shape_set_between_writes, (np.array([0.7, -1.3, 2.1]),)),
    Case(newaxis_broadcasting, (normal(1, 3), normal(2, 4)), (0, 1)),
    Case(ellipsis_index, (normal(1, 2, 3, 4),)),
    Case(chained_index, (_X34,)),
    Case(boolean_masks, (normal(3, 6),)),
    Case(mask_multiply, (normal(3, 6),)),
    Case(where_assign, (normal(3, 6),)),
    Case(strided_slices, (normal(3, 7),)),
    Case(strided_writes, (normal(3, 4),)),
    Case(overlapping_shift, (normal(3, 5),)),
    Case(views_written_twice, (normal(1, 3, 4),)),
    Case(views_written_twice, (normal(1, 4, 3).T,), note="transposed"),
    Case(reshape_flatten, (normal(1, 3, 4),)),
    Case(concatenate_stack, (normal(1, 3), normal(2, 3)), (0, 1)),
    Case(splits_and_tiles, (normal(1, 6),)),
    Case(cumulative, (normal(1, 5),)),
    Case(sorting, (normal(1, 5),)),
    Case(extrema, (_X34,)),
    Case(norms, (_X34,)),
    Case(reductions, (normal(1, 2, 3, 4),)),
    Case(matrix_products, (normal(1, 3, 3), normal(2, 3, 3), normal(3, 3)), (0, 1, 2)),
    Case(einsums, (normal(1, 3, 3), normal(2, 3, 3)), (0, 1)),
    Case(linear_algebra, (positive_definite(1, 3), normal(2, 3)), (1,)),
    Case(eigen, (positive_definite(1, 3),)),
    Case(diagonals, (normal(1, 3), normal(2, 3, 3)), (0, 1)),
    Case(fancy_reads, (normal(1, 3, 3), _IDX)),
    Case(fancy_writes, (normal(1, 4), np.array([4, 1, 3, 0]))),
    Case(scatter_histogram, (uniform(1, 6), [0, 1, 1, 3, 2, 0])),
    Case(add_at, (normal(1, 5), np.array([0, 1, 1, 3, 0]))),
    Case(bincount_weights, (normal(1, 5), np.array([0, 1, 1, 3, 0]))),
    Case(ufunc_out, (normal(1, 3),)),
    Case(ufunc_where, (normal(1, 5),)),
    Case(clipping, (normal(1, 5),)),
    Case(nan_handling, (normal(1, 5),)),
    Case(float32_network, (normal(1, 3, 2).astype(np.float32), normal(2, 4, 3).astype(np.float32)), (0, 1), single=True),
    Case(float32_mixed, (normal(1, 3).astype(np.float32),), single=True),
    Case(integers_into_floats, (normal(1, 3),)),
    Case(numpy_scalars, (normal(1, 3),)),
    Case(zero_d_arrays, (normal(1, 3),)),
    Case(asarray_of_list, (0.7, 1.3), (0, 1)),
    Case(meshgrid_functions, (uniform(1, 3),)),
    Case(linspace_arange, (0.3, 5)),
    Case(convolution_1d, (normal(1, 6), normal(2, 3)), (0, 1)),
    Case(fourier, (normal(1, 6),)),
    Case(complex_numbers, (normal(1, 3), normal(2, 3)), (0, 1)),
    Case(padding_rolls, (_X34,)),
    Case(moves, (normal(1, 2, 3, 4),)),
    Case(iteration, (_X34,)),
    Case(nditer_enumerate, (_X34,)),
    Case(vectorised_function, (normal(1, 4),)),
    Case(apply_along, (uniform(1, 3, 4),)),
    Case(select_piecewise, (normal(1, 6),)),
    Case(tril_blocks, (normal(1, 6),)),
    Case(history_rows, (normal(1, 2), normal(2, 2, 2)), (0, 1)),
    Case(history_list_to_array, (normal(1, 3),)),
    Case(inplace_everything, (uniform(1, 4),)),
    Case(augmented_scalars, (normal(1, 3),)),
    Case(written_argument, (normal(1, 3),)),
    Case(aliased_rows, (normal(1, 3, 3),)),
    Case(swap_rows, (normal(1, 3, 3),)),
    Case(logsumexp_variants, (normal(1, 4),)),
    Case(special_functions, (uniform(1, 4),)),
    Case(take_and_friends, (normal(1, 4),)),
    Case(method_style, (normal(1, 3, 3),)),
]
