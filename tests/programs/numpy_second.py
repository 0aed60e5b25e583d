"""Gradients of gradients of what NumPy offers, and values of which only the run knows the type."""

from __future__ import annotations

import numpy as np

import adls
from tests.programs.case import Case, normal, positive_definite


def _least_squares(a, b):
    return np.sum((np.linalg.pinv(a) @ b) ** 2)


def sensitivity_of_a_least_squares_fit(a, b):
    return np.sum(adls.grad(_least_squares)(a, b) ** 2)


def _modulus(x):
    z = x[:3] + 1j * x[3:]
    return np.linalg.norm(z * np.exp(1j * x[:3])) + np.std(z) + np.abs(z[0] ** 2)


def curvature_of_a_complex_norm(x):
    return np.sum(adls.grad(_modulus)(x) ** 2)


def _log_volume(a):
    return np.sum(np.linalg.slogdet(a)[1]) + np.linalg.norm(a, "nuc", axis=(1, 2)).sum()


def curvature_of_stacked_determinants(a):
    return np.sum(adls.grad(_log_volume)(a) ** 2)


def _stiffness(a, b):
    w, v = np.linalg.eigh(a)
    return np.log(w).sum() + np.linalg.norm(np.linalg.solve(a, b), 3) + np.linalg.cond(a)


def curvature_of_a_spectrum(a, b):
    return np.sum(adls.grad(_stiffness)(a, b) ** 2)


def _with_default(x, weights=np.array([0.5, 2.0, -1.0])):
    return np.sum(weights * np.exp(x))


def _maker():
    scale = np.array([1.0, 2.0, 3.0])

    def captured(x):
        return np.sum(scale * x**3)

    return captured


_captured = _maker()


def captured_and_default_values(x):
    return np.sum(adls.grad(_with_default)(x) ** 2) + np.sum(adls.grad(lambda y: _captured(y) + _with_default(y))(x) ** 2)


_NODES = np.linspace(-3.0, 3.0, 5)


def updates_of_what_interp_gives(x):
    y = np.interp(x, _NODES, _NODES**2)
    z = y * x
    y *= x
    y += x * y
    return np.sum(y * z)


def other_updates_at_indices(values, bins):
    a = np.ones(4) * values[0]
    np.multiply.at(a, bins, values)
    c = a * 1.0
    np.maximum.at(c, bins, 0.5 * values)
    np.divide.at(c, bins[:2], values[:2] + 2.0)
    np.minimum.at(c, (bins[2:],), values[1])
    return (a**2).sum() + (c * np.arange(4)).sum()


def masked_updates(x, y):
    out = np.ones((2, 3))
    np.multiply(x, y, out=out, where=np.array([True, False, True]))
    safe = np.log(x, out=np.zeros_like(x), where=x > 0)
    total = out.sum() + (safe * x).sum()
    np.add(out, 1.0, out=out, where=True)
    return total + (out**2).sum()


def parts_in_loops(x, n):
    total = 0.0
    for k, part in enumerate(np.array_split(x, n)):
        total += part.sum() ** 2 * (k + 1)
    halves = np.split(x.reshape(2, -1), [1, 2], axis=1)
    halves[0] *= 2.0
    return total + sum(np.prod(h) for h in halves) + np.hsplit(x, 2)[1] @ x[: len(x) // 2]


def written_parts_are_views(x):
    y = x * 1.0
    a, b = np.split(y, 2)
    a *= 2.0
    thirds = np.array_split(y, 3)
    thirds[1][:] = thirds[1] ** 2
    wide, _ = np.broadcast_arrays(x, np.ones(len(x)))
    return np.sum(y**2) + b @ a + wide.sum()


def lists_for_arrays(x):
    pair = [x[0], x[1] ** 2]
    total = np.linalg.norm(pair) + np.dot(pair, [x[2], 1.0]) + np.trapezoid(pair + [x[2]], dx=0.1)
    total += np.linalg.solve([[x[0], 1.0], [x[2], 2.0]], [1.0, x[1]])[0] + np.maximum(pair, 0.1).sum()
    total += np.polyval([x[0], x[1], 2.0], x[2]) + np.median([x[0], x[1], 0.0]) + np.interp(x[0], [-3.0, 0.0, 3.0], x[1:])
    return total + np.choose([0, 1, 0, 1], [x, 2 * x]).sum() + np.vstack(x)[1, 0] * np.stack(x.reshape(2, 2), axis=1)[0, 1]


def lists_in_elementwise(x, y):
    total = np.add([[x[0]], [x[1]]], [x[2], 1.0]).prod() + np.where([[True], [False]], [x[0], x[1]], 2.0).sum()
    return total + np.linalg.vecdot(y, x[:2]).sum() if hasattr(np.linalg, "vecdot") else total


def index_lists_in_einsum(a, b):
    return np.einsum(a, [0, 1], [1, 0])[0, 1] * np.einsum(a, [..., 0], b, [0, 1], [..., 1]).sum() + np.einsum(a, [0, 0])


def tables_and_running(x, y):
    total = np.multiply.outer(x, y).sum() + np.subtract.outer(x, y)[0].prod() + np.maximum.outer(x, 0.2).sum()
    total += np.maximum.accumulate(x).sum() * np.multiply.accumulate(y)[-1] + np.add.accumulate(x)[1]
    z = np.where(x > 0.5, np.nan, x)
    total += np.nanstd(z) + np.nanprod(z) + np.nancumsum(z)[-1] + np.nanmedian(z) + np.nanpercentile(z, 30)
    total += np.cov(x, y)[0, 1] + np.corrcoef(x, y)[0, 1] + np.polyfit(np.arange(4.0), x, 1)[0]
    w = x.copy()
    np.put_along_axis(w, np.array([1, 3]), y[:2] ** 2, 0)
    return total + (w * np.unwrap(x)).sum() + np.quantile(x, [0.2, 0.7]) @ y[:2]


def updates_of_what_resize_gives(x):
    y = np.resize(x * 2.0, (4,))
    z = y * x
    y *= x
    y += x * y
    return np.sum(y * z)


def eigenvalues_named(x):
    w, v = np.linalg.eig(np.diag([1.0, 2.0]) + 0.1 * x.reshape(2, 2))
    second = np.linalg.eig(np.diag([1.0, 3.0]) + 0.1 * x.reshape(2, 2)).eigenvalues
    return np.sum(w**2).real + second.real.max() + np.insert(x, 1, x[0] ** 2)[1]  # Complex in any case from NumPy 2.5 on.


_SIGNALS = {"analytic": lambda x: x * x * (1 + 2j), "plain": lambda x: x * x}


def parts_of_numbers(x, a):
    z = (a + 1j) ** 2
    overlap = np.vdot(x[:2] + 1j * x[2:], x[1:3] * (2 - 1j))
    return z.real * z.imag + overlap.real**2 + overlap.imag + (a * a).real + np.sum(x).imag


def parts_of_what_only_the_run_knows(x, a):
    analytic, plain = _SIGNALS["analytic"](x), _SIGNALS["plain"](a)
    return np.sum(analytic.real**2 + analytic.imag) + plain.real * a + plain.imag


def shapes_of_what_resize_gives(x):
    y = np.resize(x**2, (4,))
    pair = tuple((y * y.size, x))
    return np.sum(pair[0]) / y.shape[0] + np.prod(pair[1]) * y.ndim


def numbered_and_flat(x):
    total = 0.0
    for (i, j), v in np.ndenumerate(x):
        total += v**2 * (i + 2 * j)
    for k, v in enumerate(x.flat):
        total += v**3 * k
    return total + x.flat[2] * x.flat[-1]


def vectorised_over_two(x, y):
    def ramp(a, b):
        return a * b if a > b else b**2

    f = np.vectorize(ramp)
    return (f(x, y) * f(y, 1.0)).sum()


def along_and_listed(x):
    rows = np.apply_along_axis(lambda r: np.cumsum(r)[:2] * r[0], 0, x)
    norms = np.apply_along_axis(np.linalg.norm, 1, x)
    first, *others = x[0].tolist()
    return rows.sum() + norms.max() + first * sum(v**2 for v in others)


def gradients_and_windows(x):
    gx, gy = np.gradient(x)
    gz = np.gradient(x, 0.5, axis=0, edge_order=2)
    windows = np.lib.stride_tricks.sliding_window_view(x[0], 2)
    return (gx * gy).sum() + (gz**2).sum() + windows.max(axis=1).sum() + sum(np.abs(g).sum() for g in np.gradient(x, 2.0, 3.0))


def _without_the_missing(x):
    gaps = np.where(x > 0.9, np.nan, x)
    extremes = np.nanmax(gaps**3, axis=1) ** 2 - np.nanmin(gaps**2) ** 2
    middle = np.nanmedian(gaps**2, axis=0) ** 2 + np.nanpercentile(gaps**3, 30, axis=0) ** 3
    spread = np.nanvar(gaps**2) + np.nanquantile(gaps**2, [0.3, 0.6], axis=1).prod() + np.nanstd(gaps)
    return extremes.sum() + middle.sum() + spread + np.nanprod(gaps) + np.nancumsum(gaps**2)[-2] ** 2


def curvature_without_the_missing(x):
    return np.sum(adls.grad(_without_the_missing)(x) ** 2)


def _tensors(a):
    norms = sum(np.linalg.matrix_norm(a[:, :, 0], ord=order) ** 2 for order in (2, 1, np.inf, "nuc"))
    return np.sum(np.linalg.tensorinv(a, 1) ** 3) + norms + np.linalg.cond(a[:2, :, 0], np.inf)


def curvature_of_tensors(a):
    return np.sum(adls.grad(_tensors)(a) ** 2)


def _product_of_many(x):
    return np.linalg.multi_dot([np.outer(x, x), np.diag(x), x]) @ x


def curvature_of_a_product_of_many(x):
    return np.sum(adls.grad(_product_of_many)(x) ** 2)


PROGRAMS = [
    Case(curvature_of_a_product_of_many, (normal(1, 3),)),
    Case(_without_the_missing, (normal(5, 4, 3),)),
    Case(curvature_without_the_missing, (normal(5, 4, 3),), rtol=1e-4),
    Case(curvature_of_tensors, (normal(3, 4, 2, 2) + 3.0 * np.eye(4).reshape(4, 2, 2),), rtol=1e-4),
    Case(other_updates_at_indices, (normal(1, 5), np.array([0, 1, 1, 3, 0]))),
    Case(masked_updates, (normal(1, 3), normal(2, 2, 3)), (0, 1)),
    Case(parts_in_loops, (normal(1, 8), 3)),
    Case(written_parts_are_views, (normal(1, 8),)),
    Case(lists_for_arrays, (normal(1, 4),)),
    Case(lists_in_elementwise, (normal(1, 4), normal(2, 3, 2)), (0, 1)),
    Case(index_lists_in_einsum, (normal(1, 2, 2), normal(2, 2, 2)), (0, 1)),
    Case(tables_and_running, (normal(3, 4), normal(2, 4)), (0, 1)),
    Case(updates_of_what_resize_gives, (normal(1, 4),)),
    Case(eigenvalues_named, (normal(1, 4),)),
    Case(parts_of_numbers, (normal(1, 4), 1.5), (0, 1)),
    Case(parts_of_what_only_the_run_knows, (normal(1, 4), 1.5), (0, 1)),
    Case(shapes_of_what_resize_gives, (normal(1, 4),)),
    Case(numbered_and_flat, (normal(1, 2, 3),)),
    Case(vectorised_over_two, (normal(1, 3, 2), normal(2, 2)), (0, 1)),
    Case(along_and_listed, (normal(3, 3, 4),)),
    Case(gradients_and_windows, (normal(1, 4, 5),)),
    Case(sensitivity_of_a_least_squares_fit, (normal(1, 5, 2), normal(2, 5)), rtol=1e-4),
    Case(curvature_of_a_complex_norm, (normal(3, 6),)),
    Case(curvature_of_stacked_determinants, (positive_definite(1, 3) + 0.2 * normal(2, 2, 3, 3),)),
    Case(curvature_of_a_spectrum, (positive_definite(1, 3), normal(2, 3)), rtol=1e-4),
    Case(updates_of_what_interp_gives, (normal(1, 4),)),
    Case(captured_and_default_values, (normal(1, 3),)),
]
