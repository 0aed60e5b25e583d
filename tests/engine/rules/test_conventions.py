"""What rows promise at kinks, ties and singular points, where central differences cannot say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from adls.engine.rules.table import lookup
from adls.engine.source.diagnostics import DifferentiationError
from tests.engine.rules.examples import Call
from tests.engine.rules.formula import bind, callable_of, cotangent, fitting


def derivative(name: str, operand: str, *args: Any, **kwargs: Any) -> Any:
    """The cotangent of an operand for a cotangent of ones."""
    call = Call(args, kwargs)
    row = fitting(name, call)[0]
    operands = bind(row, call)
    assert operands is not None
    out = callable_of(name)(*args, **kwargs)
    return cotangent(row, operand, operands, out, np.ones_like(out))


@pytest.mark.parametrize(
    ("name", "operand", "args", "expected"),
    [
        ("numpy.maximum", "x", (np.array([1.0, 2.0]), np.array([1.0, 0.0])), [0.5, 1.0]),
        ("numpy.minimum", "y", (np.array([1.0, 2.0]), np.array([1.0, 0.0])), [0.5, 1.0]),
        ("numpy.maximum", "x", (np.array([-1.0, 0.0, 1.0]), 0.0), [0.0, 0.0, 1.0]),
        ("numpy.maximum", "y", (0, np.array([-1.0, 0.0, 1.0])), [0.0, 0.0, 1.0]),
        ("numpy.clip", "a", (np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), -1.0, 1.0), [0.0, 1.0, 1.0, 1.0, 0.0]),
        ("numpy.absolute", "x", (np.array([-2.0, 0.0, 2.0]),), [-1.0, 0.0, 1.0]),
        ("numpy.absolute", "x", (np.array([0j, 3 + 4j]),), [0.0, 0.6 - 0.8j]),
        ("builtins.abs", "x", (0.0,), 0.0),
        ("builtins.max", "x", (2.0, 2.0), 1.0),
        ("builtins.max", "y", (2.0, 2.0), 0.0),
        ("builtins.max", "args", ([1.0, 2.0, 2.0],), ([0.0, 1.0, 0.0],)),
        ("numpy.max", "a", (np.array([3.0, 1.0, 3.0]),), [0.5, 0.0, 0.5]),
        ("numpy.min", "a", (np.array([[1.0, 1.0], [2.0, 1.0]]), 1), [[0.5, 0.5], [0.0, 1.0]]),
        ("numpy.linalg.norm", "x", (np.zeros(3),), [0.0, 0.0, 0.0]),
        ("numpy.linalg.norm", "x", (np.zeros(3), 3), [0.0, 0.0, 0.0]),
        ("numpy.prod", "a", (np.array([2.0, 0.0, 3.0]),), [0.0, 6.0, 0.0]),
        ("numpy.cumprod", "a", (np.array([2.0, 0.0, 3.0]),), [1.0, 8.0, 0.0]),
        ("operator.pow", "x", (0.0, 0), None),
        ("operator.pow", "x", (np.zeros(2), np.array([0.0, 1.0])), [0.0, 1.0]),
        ("operator.pow", "y", (np.array([0.0, 2.0]), np.array([2.0, 0.0])), [0.0, np.log(2.0)]),
        ("numpy.hypot", "x", (np.array([0.0, 3.0]), np.array([0.0, 4.0])), [0.0, 0.6]),
        ("numpy.arctan2", "y", (np.array([0.0, 1.0]), np.array([0.0, 0.0])), [0.0, 0.0]),
        ("numpy.sinc", "x", (np.zeros(1),), [0.0]),
        ("numpy.unique", "ar", (np.array([2.0, 1.0, 2.0]),), [1.0, 1.0, 0.0]),
    ],
)
def test_at_kinks_and_ties(name: str, operand: str, args: tuple[Any, ...], expected: Any) -> None:
    if expected is None:
        assert operand not in fitting(name, Call(args, {}))[0].cotangents
        return
    found = derivative(name, operand, *args)
    if isinstance(expected, tuple):
        assert found == expected
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3])
def test_a_power_series_at_zero(exponent: int) -> None:
    """`x ** i` in a loop from i = 0 with x = 0.0 divides by zero in the textbook's formula."""
    row = lookup("operator.pow")[-1]
    assert cotangent(row, "x", {"x": 0.0, "y": exponent}, 0.0**exponent, 1.0) == (1.0 if exponent == 1 else 0.0)


@pytest.mark.parametrize("uplo", ["L", "U"])
def test_eigh_and_cholesky_read_one_triangle(uplo: str) -> None:
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    found = derivative("numpy.linalg.eigvalsh", "a", a, uplo)
    assert found[(0, 1) if uplo == "L" else (1, 0)] == 0.0
    assert derivative("numpy.linalg.cholesky", "a", a)[0, 1] == 0.0


def test_what_has_no_rule_says_so() -> None:
    row = lookup("Generator.gamma")[-1]
    with pytest.raises(DifferentiationError, match="random draw"):
        cotangent(row, "args", {"args": (1.0,), "size": None}, 0.5, 1.0)
