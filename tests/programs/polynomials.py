"""NumPy's polynomials, which are differentiated from their own Python, and functions of series of coefficients."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.case import Case, uniform


def chebyshev_fit(coefficients: np.ndarray, t: np.ndarray, y: np.ndarray) -> Any:
    return np.sum((np.polynomial.chebyshev.chebval(t, coefficients) - y) ** 2)


def legendre_of_its_argument(t: np.ndarray, coefficients: np.ndarray) -> Any:
    return np.sum(np.polynomial.legendre.legval(t, coefficients) ** 2)


def hermite_and_laguerre(t: np.ndarray) -> Any:
    c = [0.5, 1.0, -0.3, 0.2]
    return np.sum(np.polynomial.hermite.hermval(t, c) * np.polynomial.laguerre.lagval(t, c))


def powers_in_rows(t: np.ndarray) -> Any:
    design = np.polynomial.polynomial.polyvander(t, 3)
    return np.sum(design @ np.array([1.0, -2.0, 0.5, 0.1]))


def quadrature(c: np.ndarray) -> Any:
    nodes, weights = np.polynomial.legendre.leggauss(4)
    return np.sum(weights * np.polynomial.polynomial.polyval(nodes, c) ** 2)


def polynomial_object(c: np.ndarray, t: np.ndarray) -> Any:
    p = np.polynomial.Polynomial(c, domain=[0.0, 2.0])
    return np.sum(p(t) ** 2)


def product_of_series(c: np.ndarray) -> Any:
    return np.sum(np.polynomial.polynomial.polymul(c, c[:2]) ** 2)


PROGRAMS = [
    Case(chebyshev_fit, (uniform(1, 4), uniform(2, 6), uniform(3, 6)), (0, 1)),
    Case(legendre_of_its_argument, (uniform(1, 4), uniform(2, 5)), (0, 1)),
    Case(hermite_and_laguerre, (uniform(1, 4),)),
    Case(powers_in_rows, (uniform(1, 4),)),
    Case(quadrature, (uniform(1, 4),)),
    Case(polynomial_object, (uniform(1, 4), uniform(2, 3))),
    Case(product_of_series, (uniform(1, 4),)),
]
TWICE = [case for case in PROGRAMS if case.function not in (
    legendre_of_its_argument, polynomial_object, product_of_series, quadrature)]
