"""K1: views of a written array, where `reshape` is a view in one layout and a copy in the other."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient, numerical_gradient
from tests.killers.compiling import compilations

TEXT = """\
import numpy as np


def f(x):
    y = x * 1.
    v = y.reshape(-1)
    b = y
    v += 1.
    y[0] = v[-1] ** 2
    return (b * x).sum()
"""


@pytest.fixture
def f(tmp_path):
    """The program in a file of its own, so that nothing about it is in the cache."""
    path = tmp_path / "views.py"
    path.write_text(TEXT)
    namespace = {"__name__": "views", "__file__": str(path)}
    exec(compile(TEXT, str(path), "exec"), namespace)
    return namespace["f"]


def c_ordered():
    return np.arange(1.0, 7.0).reshape(2, 3) / 4.0


def transposed():
    return (np.arange(1.0, 7.0).reshape(3, 2) / 4.0).T


@pytest.mark.parametrize("made", [c_ordered, transposed])
def test_value_and_gradient(f, made):
    assert_gradient(f, made())


def test_the_layouts_give_different_values(f):
    """Else the test above would not tell a view from a copy."""
    same = np.ascontiguousarray(transposed())
    assert f(same) != f(transposed())
    assert not np.allclose(adls.grad(f)(same), adls.grad(f)(transposed()))


def test_one_compilation_serves_both_layouts(f):
    with compilations() as made:
        for x in (c_ordered(), transposed(), c_ordered(), np.asfortranarray(c_ordered())):
            gradient = adls.grad(f)(x)
            np.testing.assert_allclose(gradient.ravel(), numerical_gradient(f, (x,)), rtol=1e-6)
    assert len(made) == 1


def test_other_sizes_compile_nothing_new(f):
    adls.grad(f)(c_ordered())
    with compilations() as made:
        assert_gradient(f, np.linspace(0.1, 2.0, 20).reshape(4, 5))
        assert_gradient(f, np.linspace(0.1, 2.0, 20).reshape(5, 4).T)
    assert not made


@pytest.mark.parametrize("made", [c_ordered, transposed])
def test_the_callers_array_is_left_alone(f, made):
    x, before = made(), made()
    value, back = adls.pullback(f, x)
    back(1.0)
    assert np.array_equal(x, before)
    assert value == f(made())


@pytest.mark.parametrize("made", [c_ordered, transposed])
def test_back_twice_gives_the_same_bits(f, made):
    _, back = adls.pullback(f, made())
    (first,), (second,) = back(1.0), back(1.0)
    assert first.tobytes() == second.tobytes()
    assert not np.shares_memory(first, second)
