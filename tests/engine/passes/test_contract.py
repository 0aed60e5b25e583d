"""Products that are only summed are contracted; what else reads them, or writes what they read, prevents it."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def rows(n=4):
    return np.linspace(0.2, 1.7, n)


def table(n=4, m=3):
    return np.sin(np.arange(1.0, 1 + n * m)).reshape(n, m)


def weighted(w, a):
    return np.sum(w * a)


def separations(x, w):
    d = x[None, :] - x[:, None]
    return np.sum(w * d**2 * np.tanh(d))


def scaled_columns(s, a):
    z = (a - s) * np.exp(s)
    return np.sum(z**2) - np.sum(s)


def divided(s, a):
    return np.sum((a / s) ** 2)


def column(c, a):
    return np.sum(np.sin(a * c[:, None]) / c[:, None])


def written_between(x, a):
    y = x * 1.0
    p = y * a
    y[0] = p.sum()
    p = p * y
    return np.sum(p * x)


def in_a_loop(x, a):
    total = 0.0
    for i in range(len(a)):
        total = total + np.sum(np.sin(x * a[i]) * a)
        x = x * 1.1
    return total


def both_ways(x, a):
    p = np.exp(x * a)
    return np.sum(p * np.sum(p, axis=0, keepdims=True))


PROGRAMS = [
    (weighted, rows(3), table()), (separations, rows(), table(4, 4)), (scaled_columns, rows(3), table()),
    (divided, rows(3), table()), (column, rows(), table()), (written_between, rows(3), table(3, 3)[0]),
    (in_a_loop, rows(3), table()), (both_ways, rows(3), table()),
]


@pytest.mark.parametrize(("f", "x", "a"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
@pytest.mark.parametrize("argnum", [0, 1])
def test_the_gradient_is_right(f, x, a, argnum):
    assert_gradient(f, x, a, argnums=argnum)


@pytest.mark.parametrize(("f", "x", "a"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
def test_the_gradient_keeps_single_precision(f, x, a):
    single = adls.grad(f)(x.astype(np.float32), a.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, adls.grad(f)(x, a), rtol=2e-4, atol=1e-4)


@pytest.mark.parametrize(("f", "x", "a"), [p for p in PROGRAMS if p[0] not in (written_between, in_a_loop)],
                         ids=lambda v: getattr(v, "__name__", ""))
def test_it_can_be_differentiated_again(f, x, a):
    assert_gradient(lambda x, a: np.sum(np.cos(np.arange(x.size)) * adls.grad(f)(x, a)), x, a)


def backward(f, *args):
    text = adls.compiled(f, *args).text
    return text[text.index(f"def {f.__name__}__back") :]


def test_a_product_that_is_only_summed_is_not_stored():
    assert "runtime.sum_product(" in backward(weighted_twice, rows(3), table())


def weighted_twice(w, a):
    return np.sum((w * a) ** 2)


def test_numbers_signs_and_what_does_not_vary_are_applied_to_the_sum():
    text = backward(scaled_columns, rows(3), table())
    assert "runtime.sum_product(z, z, axis=0)" in text
    assert "z.sum(axis=0)" in text


def test_a_cotangent_that_is_read_otherwise_is_stored():
    text = backward(of_both, (rows(3), table()))
    assert "d_t1 = " in text
    assert "runtime.sum_product(d_t1, a, axis=0)" in text


def of_both(params):
    x, a = params
    return np.sum(np.sin(x * a))


def test_what_only_a_contracted_product_read_is_not_kept():
    compiled = adls.compiled(weighted, rows(3), table())
    assert "shape" not in compiled.text
