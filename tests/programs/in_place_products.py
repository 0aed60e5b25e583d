"""Matrix products in place: operands of other ranks, stacks, items."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case, normal


def stack_by_matrix(x):
    c = np.stack([x, x**2, 1 / x])
    c @= x[:, ::-1]
    return (c**2).sum()


def stack_by_own_row(x):
    c = np.stack([x, x**2]) * 1.0
    c @= c[0]
    return (c**2).sum()


def vector_by_matrix(x):
    v = x[0] * 1.0
    v @= x
    return (v**2).sum()


def matrix_by_itself(x):
    v = x * 1.0
    v @= v
    v @= x.T
    return (v**2).sum()


def row_by_matrix(x):
    c = x * 1.0
    c[0] @= x
    c[1] @= c
    return (c**2).sum()


def layer_by_matrix(x):
    c = np.stack([x, x**2, 1 / x])
    c[1] @= x
    c[:2] @= x.T
    c[0, 1] @= x
    return (c**2).sum()


def picked_by_matrix(x):
    c = np.stack([x, x**2, 1 / x])
    c[[0, 2]] @= x
    c[np.array([True, False, True])] @= x
    return (c**2).sum()


def matrices_in_a_list(x):
    held = [x * 1.0, x**2]
    held[0] @= x
    held[1][0] @= x
    a = held[1]
    held[1] @= held[0]
    return (a**2).sum() + (held[0] * held[1]).sum()


def vector_by_powers(x):
    v = x[0] * 1.0
    for k in range(3):
        v @= x
        v *= 0.5
    return (v**2).sum()


class _Model:
    pass


def matrix_of_an_object(x):
    m = _Model()
    m.w = x * 1.0
    m.w @= x
    m.w[0] @= x
    return (m.w**2).sum()


def products_with_out(x):
    c = np.stack([x, x**2])
    np.matmul(c.copy(), x, out=c)
    v = x[0] * 1
    np.matmul(v.copy(), x, v)
    np.dot(x[1], x, out=v)
    return (c**2).sum() + (v**3).sum()


def multiplied_by_a_helper(x):
    def go(a, b):
        a @= b

    c = x * 1.0
    go(c, x)
    v = c[0]
    go(v, x)
    s = np.stack([c, c])
    go(s, c)
    return (c**2).sum() + (s**2).sum()


def updated_by_smaller_ones(x):
    c = np.stack([x, x**2])
    c **= x[0]
    c[0] **= x
    c[:, 0] *= x[0]
    c[:, :, 1] /= x[1]
    c -= x
    c[1] -= x[0]
    return (c**2).sum()


def complex_products(x):
    c = np.stack([x, x**2]) + 0j
    c @= 1j * x
    v = c[0, 0]
    v @= x * (1 + 1j)
    return (c * c).imag.sum()


_X = np.array([[1.3, 0.7], [0.9, 1.1]])

def rows_by_their_own_item(x):
    m = x.copy()
    for i in range(2):
        m[i] /= m[i, i]
    return (m**2).sum()


def rows_swapped_and_scaled(x):
    m = x.copy()
    for i in range(3):
        j = 2 - i
        m[[i, j]] = m[[j, i]]
        m[i] *= m[0, 1]
    return (m[:, -1] ** 2).sum()


def rows_eliminated(x):
    m = np.hstack([x.copy(), np.arange(1.0, 4.0)[:, None]])
    for i in range(3):
        j = i + np.argmax(np.abs(m[i:, i]))
        m[[i, j]] = m[[j, i]]
        m[i] /= m[i, i]
        for k in range(3):
            if k != i:
                m[k] -= m[k, i] * m[i]
    return (m[:, -1] ** 2).sum()


TWICE = [
    Case(function, (_X,))
    for function in (
        stack_by_matrix,
        stack_by_own_row,
        vector_by_matrix,
        matrix_by_itself,
        row_by_matrix,
        layer_by_matrix,
        picked_by_matrix,
        vector_by_powers,
        products_with_out,
        updated_by_smaller_ones,
        complex_products,
    )
] + [
    Case(function, (normal(41, 3, 3) * 0.3 + np.eye(3) + 0.2,))
    for function in (rows_by_their_own_item, rows_swapped_and_scaled, rows_eliminated)
]
PROGRAMS = [
    *TWICE,
    *(Case(function, (_X,)) for function in (matrices_in_a_list, matrix_of_an_object, multiplied_by_a_helper)),
]
