"""The key under which an evaluation's kept bytes are remembered: exact, so that two with one key keep the same."""

import contextlib

import numpy as np
import pytest

import adls
from adls.runtime import recorder
from adls.runtime.alike import alike_to
from adls.runtime.kept import kept_by
from adls.runtime.outline import NoOutline, outline
from adls.runtime.recorder import Profiled, Recorder
from tests.runtime import keeping

X = np.linspace(0.1, 0.9, 60).reshape(3, 20)


@pytest.fixture
def walked(monkeypatch):
    """Each evaluation's kept rows beside those of a walk of its own."""
    pairs = []
    kept = Profiled.kept

    def both(self, residuals, borrowed, figures):
        found = kept(self, residuals, borrowed, figures)
        pairs.append((found, kept_by(self.found, residuals, borrowed, figures.nodes())))
        return found

    monkeypatch.setattr(Profiled, "kept", both)
    return pairs


PROGRAMS = [value for name, value in vars(keeping).items()
            if callable(value) and getattr(value, "__module__", "") == keeping.__name__ and not name.startswith("_")
            and value.__code__.co_argcount == 1]


@pytest.mark.parametrize("enough", [1, 1000])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_remembered_rows_are_those_of_a_walk(walked, monkeypatch, program, enough):
    monkeypatch.setattr(recorder, "_ENOUGH", enough)
    with Recorder():
        for x in (X, X.copy(), X, -X, X.T.copy().T, -X, X.T.copy().T, X, np.zeros_like(X), X.T.copy().T):
            with contextlib.suppress(ValueError):  # One of them raises on purpose.
                adls.pullback(program, x)
    assert len(walked) >= 4
    for remembered, walk in walked:
        assert remembered == walk


def in_the_middle(x):
    total, flags = 0.0, [1.0, -1.0, 1.0]
    for n, flag in enumerate(flags):
        if flag * x[n, 0] > 0.0:
            row = np.sin(x)
        else:
            row = x[n]
        total = total + np.sum(row * row)
    return total


def test_the_middle_of_a_loop_counts(walked):
    with Recorder():
        for middle in (0.5, -0.5, 0.5):
            x = X.copy()
            x[1, 0] = middle
            adls.pullback(in_the_middle, x)
    assert [remembered for remembered, _ in walked] == [walk for _, walk in walked]
    first, second, third = (sum(row.bytes_stored for row in rows) for rows, _ in walked)
    assert first < second
    assert first == third


def product(x, y):
    return np.sum(np.sin(x) * y)


def test_arguments_that_are_one_array_are_told_from_two(walked):
    with Recorder():
        for second in (X.copy(), X, X.copy()):
            adls.pullback(product, X, second)
    assert [remembered for remembered, _ in walked] == [walk for _, walk in walked]


def test_a_large_integer_is_told_by_its_identity():
    large = 10**20
    again = int("1" + 20 * "0")
    assert outline((), (large, large))[0] != outline((), (large, again))[0]
    assert outline((), (large, again))[0] == outline((), (again, large))[0]
    assert outline((large,), (large,))[0] != outline((again,), (large,))[0]


@pytest.mark.parametrize(("one", "other"), [
    ((1,), (True,)), ((1.0,), (0.0,)), (((),), ([],)), ((X[0],), (X[0].copy(),)), ((X,), (X.astype(np.float32),)),
    (({"a": 1.0},), ({"b": 1.0},)), ((np.zeros(1),), (np.ones(1),)), (([1.0, 2.0],), ([1.0], 2.0)),
    ((X[:1, :1],), (X[:1, :1].copy(),)), (("",), ("a",)),
])
def test_what_tells_residuals_apart(one, other):
    assert outline((), one)[0] != outline((), other)[0]
    assert hash(outline((), one)[0]) == hash(outline((), one)[0])
    alike = alike_to(one, ())
    if alike is not None:
        assert alike(one, ())
        assert not alike(other, ())


Y, LARGE = X + 1.0, 10**20
PAIR, OTHER, NUMBER = (Y, 1.0), (X, 1.0), np.float64(1.5)


@pytest.mark.parametrize(("residuals", "borrowed", "others"), [
    ((X, X), (), [((X, Y), ()), ((X, X), (X,)), ((X, X, X), ())]),
    ((X, Y), (), [((X, X), ()), ((X, Y), (Y,))]),
    ((X, Y), (Y,), [((X, Y), (X,)), ((X, X), (X,)), ((X, Y), ())]),
    ((X[0], Y), ({"a": [X]},), [((X[0].copy(), Y), ({"a": [X]},)), ((X[0], Y), ({"a": [Y]},)), ((X[0], Y), (X,))]),
    ((Y,), (X,), [((Y,), (Y[0],)), ((Y,), ([Y],))]),
    ((LARGE, LARGE), (), [((LARGE, int(str(LARGE))), ())]),
    ((PAIR, OTHER), (), [((PAIR, PAIR), ()), ((OTHER, OTHER), ()), ((PAIR, OTHER), (PAIR,))]),
    ((PAIR, (Y, Y)), (), [((PAIR, PAIR), ())]),
    ((PAIR, (X, Y)), (PAIR,), [(((Y, 1.0), (X, Y)), (PAIR,)), ((PAIR, (X, X)), (PAIR,))]),
    ((NUMBER, np.float64(2.5)), (), [((NUMBER, NUMBER), ())]),
    ((Y, Y.T.copy()), (Y.copy(),), [((Y, Y), (Y.copy(),)), ((Y, Y.T.copy()), (Y,))]),
    ((Y.copy(), [1.0, 2.0]), ([Y],), [((Y, [1.0, 2.0]), ([Y],))]),
    (([X, 1.0], 3), (), [(([X, 1.0], 4), ()), (([X], 3), ()), (([X, 0.0], 3), ()), ((None, 3), ())]),
])
def test_what_is_alike(residuals, borrowed, others):
    alike = alike_to(residuals, borrowed)
    assert alike(residuals, borrowed)
    for other in others:
        assert not alike(*other)


def test_a_circle_ends():
    circle: list[object] = [1.0]
    circle.append(circle)
    assert outline((circle,), (circle,))[0]


def test_an_object_that_decides_for_itself_has_no_outline():
    class Moody:
        def __bool__(self):
            raise AssertionError("nobody asked")

    with pytest.raises(NoOutline):
        outline((), (Moody(),))
