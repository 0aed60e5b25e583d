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


PROGRAMS = [
    Case(sensitivity_of_a_least_squares_fit, (normal(1, 5, 2), normal(2, 5)), rtol=1e-4),
    Case(curvature_of_a_complex_norm, (normal(3, 6),)),
    Case(curvature_of_stacked_determinants, (positive_definite(1, 3) + 0.2 * normal(2, 2, 3, 3),)),
    Case(curvature_of_a_spectrum, (positive_definite(1, 3), normal(2, 3)), rtol=1e-4),
    Case(updates_of_what_interp_gives, (normal(1, 4),)),
    Case(captured_and_default_values, (normal(1, 3),)),
]
