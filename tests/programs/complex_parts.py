"""Real and imaginary parts of complex arrays that are written in place; what is real at first and complex later."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case


def assigned_part_by_part(x):
    w = np.zeros(3, complex)
    w.real = x
    w.imag = x**2
    w *= w
    return (w.real * w.imag).sum()


def written_through_its_parts(x):
    w = x + 1j * x**2
    w.imag[...] = x**3
    w.imag *= x
    w.real[1:] += x[0]
    w.imag[0] = x[1]
    return (w * w).imag.sum() + (w.imag * w.real)[1]


def kept_part_of_what_changes(x):
    w = x + 1j * x**2
    v = w.imag
    w *= 1j * x
    v *= 2
    v[0] = x[2]
    return (v**2).sum() + (w.real * x).sum()


def parts_in_a_list(x):
    w = x + 1j * x**2
    held = [w.imag, w.real]
    w *= 1j * x
    held[0][1] *= x[0]
    held[1] += 3 * held[0]
    return (held[0] * held[1]).sum() + np.abs(w[0])


def parts_in_a_loop(x):
    w = x + 1j * x**2
    for k in range(3):
        v = w.imag[k:]
        w = w * 1j
        w[0] = v[0] * x[k]
    return (w.imag**2).sum()


def parts_of_real_numbers(x):
    w = x * 1
    w *= 2
    w[0] = x[1]
    return (w.imag + w.real * w + np.imag(w)).sum()


def parts_by_functions(x):
    w = x + 1j * x**2
    w[0] = x[1] * 2j
    a = np.imag(w)
    b = np.real(w)
    a -= b
    return (w * w).imag.sum()


def views_of_a_part(x):
    w = np.outer(x, x) + 1j * np.outer(x, x**2)
    w[0] *= 1j
    return (
        (w.imag.T[1:].reshape(-1) ** 2).sum()
        + w.T.imag[0] @ x
        + np.trace(w.imag)
        + w.imag.sum(0) @ x
        + np.linalg.norm(w.imag)
        + np.einsum("ij,j", w.imag, x).sum()
    )


def _imaginary(w):
    return w.imag


def part_that_a_helper_gives(x):
    w = x + 1j * x**2
    v = _imaginary(w)
    w *= 1j * x
    return (v**2).sum()


def _scaled(v):
    v *= 2
    v[0] = v[1] ** 2


def parts_handed_to_a_helper(x):
    w = x + 1j * x**2
    _scaled(w.imag)
    _scaled(w.real)
    return ((w * w).imag).sum()


def part_of_what_a_dict_holds(x):
    w = x + 1j * x**2
    w[0] *= 2
    d = {"a": w}
    d["a"].imag[1] = x[2] ** 2
    d["a"].real[1] *= x[2] ** 2
    return (d["a"].imag ** 2).sum() + (d["a"] ** 2).imag.sum()


def broadcast_part(x):
    w = x + 1j * x**2
    w[0] *= 2j
    b = np.broadcast_to(w.imag, (2, 3))
    w[1] *= 1j
    return (b**3).sum()


def picked_from_a_part(x):
    w = x + 1j * x**2
    w[0] *= 2j
    w.imag[[0, 2, 0]] += x
    w.imag[x > 1] *= x[0]
    return (w.imag[[0, 0, 1]] ** 2).sum() + w.imag[x > 0.5].sum()


def part_of_a_spectrum(x):
    F = np.fft.fft(x)
    F[1] *= 2
    F.imag[0] = x[0]
    F.imag *= np.arange(3)
    return np.fft.ifft(F).real @ x**2


def part_of_the_conjugate(x):
    w = x * (1 + 2j)
    w[0] = 3j * x[1]
    return (w.conj().imag ** 2 + w.conjugate().imag).sum()


def computed_into_the_parts(x):
    w = np.zeros(3, complex)
    np.multiply(x, x, out=w.imag)
    np.sin(x, out=w.real)
    w *= w
    return w.imag.sum()


def swapped_parts(x):
    w = x + 1j * x**2
    w[1] += 1j
    w.real, w.imag = w.imag.copy(), w.real.copy()
    return (w * w * w).imag.sum()


def augmented_parts(x):
    w = x + 1j * x**2
    w.imag += x
    w.real -= x**3
    w.imag /= x + 1
    return (w * w).imag.sum()


def turned(x):
    w = x + 0j
    w *= 1j
    return w.imag.sum()


def complex_from_the_first_turn_on(x):
    y = x
    for _ in range(2):
        y = y * np.exp(1j * x)
    return y.real.sum()


def complex_in_a_branch(x):
    y = x
    if x[0] > 0:
        y = y * 1j + x
    return (y * y).real.sum()


def transform(x):
    n = len(x)
    if n == 1:
        return x
    even, odd = transform(x[::2]), transform(x[1::2])
    turned_by = np.exp(-2j * np.pi * np.arange(n // 2) / n)
    return np.concatenate([even + turned_by * odd, even - turned_by * odd])


def transformed_by_halves(x):
    padded = np.concatenate([x, x[:1] ** 2])
    return (np.abs(transform(padded)) ** 2 * np.arange(4)).sum()


def one_number_of_a_transform(x):
    return np.abs(transform(np.concatenate([x, x[:1] ** 2]))[1])


def number_that_becomes_complex(x):
    y = x[0]
    for v in x:
        y = y * (v + 1j)
    return y.imag


_X = np.array([1.3, 0.7, 1.1])

TWICE = [Case(function, (_X,)) for function in (
    assigned_part_by_part, written_through_its_parts, kept_part_of_what_changes, parts_handed_to_a_helper, broadcast_part,
    picked_from_a_part, part_of_a_spectrum, computed_into_the_parts, swapped_parts, augmented_parts, turned)]
PROGRAMS = [*TWICE, *(Case(function, (_X,)) for function in (
    parts_in_a_list, parts_in_a_loop, parts_of_real_numbers, parts_by_functions, views_of_a_part, part_that_a_helper_gives,
    part_of_what_a_dict_holds, part_of_the_conjugate, complex_from_the_first_turn_on, complex_in_a_branch,
    transformed_by_halves, one_number_of_a_transform, number_that_becomes_complex))]
