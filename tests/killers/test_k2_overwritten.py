"""K2: state that is overwritten element by element: what is kept, how time grows, and what the caller sees."""

from __future__ import annotations

import gc
import time

import numpy as np
import pytest

import adls
from adls.runtime.recorder import Recorder
from tests.differences import assert_gradient
from tests.killers.compiling import attempts
from tests.killers.programs import cholesky_in_place, cholesky_left_looking, overwritten


def state(n: int) -> np.ndarray:
    return np.linspace(0.1, 0.9, n)


def positive_definite(n: int) -> np.ndarray:
    factor = np.tril(np.sin(np.arange(float(n * n)).reshape(n, n)))
    return factor @ factor.T + n * np.eye(n)


CALLS = [(overwritten, (state(9), 0.1, 3)), (cholesky_in_place, (positive_definite(5),)),
         (cholesky_left_looking, (positive_definite(5),))]
each_program = pytest.mark.parametrize(("f", "args"), CALLS, ids=[f.__name__ for f, _ in CALLS])


def copies(args):
    return tuple(arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args)


@each_program
def test_value_and_gradient(f, args):
    assert_gradient(f, *args)


def test_gradient_with_respect_to_the_rate():
    assert_gradient(overwritten, state(9), 0.1, 3, argnums=(0, 1))


@each_program
def test_back_twice_gives_the_same_bits(f, args):
    _, back = adls.pullback(f, *copies(args))
    first, second = back(1.0)[0], back(1.0)[0]
    assert first.tobytes() == second.tobytes()
    assert not np.shares_memory(first, second)


@each_program
def test_the_callers_arrays_are_as_the_plain_call_leaves_them(f, args):
    plain, ours, whole = copies(args), copies(args), copies(args)
    f(*plain)
    adls.grad(f)(*ours)
    _, back = adls.pullback(f, *whole)
    assert whole[0].tobytes() == plain[0].tobytes()
    back(1.0)
    back(2.0)
    assert ours[0].tobytes() == plain[0].tobytes()
    assert whole[0].tobytes() == plain[0].tobytes()


# Kept bytes

BYTES_A_WRITE = 256  # a tuple, two boxed numbers, two indices: never an array, which is 8 bytes times n


def kept_bytes(f, *args) -> int:
    with Recorder() as recorder:
        adls.grad(f)(*args)
    (evaluation,) = recorder.evaluations()
    return sum(kept.bytes_stored for kept in evaluation.kept)


@pytest.mark.parametrize("n", [50, 400])
def test_kept_bytes_of_the_loop_are_of_the_order_of_its_writes(n):
    writes = 3 * (n - 2)
    assert kept_bytes(overwritten, state(n), 0.1, 3) <= BYTES_A_WRITE * writes + 8 * n


@pytest.mark.parametrize("n", [8, 24])
def test_kept_bytes_of_cholesky_are_of_the_order_of_its_writes(n):
    writes = sum(1 + 2 * (n - j - 1) + (n - j - 1) * (n - j) // 2 for j in range(n))
    assert kept_bytes(cholesky_in_place, positive_definite(n)) <= BYTES_A_WRITE * writes + 8 * n * n


def test_kept_bytes_grow_as_the_writes_do():
    ratio = kept_bytes(overwritten, state(800), 0.1, 2) / kept_bytes(overwritten, state(400), 0.1, 2)
    assert 1.8 < ratio < 2.3  # an index of 257 or more is an object of its own


# Time

def seconds(call, make_args) -> float:
    """Of a core; what all tests before have left is not collected meanwhile."""
    args = make_args()
    gc.disable()
    try:
        start = time.process_time()
        call(*args)
        return time.process_time() - start
    finally:
        gc.enable()


def growth_over_the_primals(f, small, large):
    """Measures how much more a gradient grows from the small to the large call than the plain call does.

    The least times count of all that were ever measured: a busy machine can only add to them.
    """
    found = adls.compiled(f, *small())

    def gradient(*args):
        _, residuals = found.forward(*args)
        found.backward(residuals, 1.0, np.zeros_like(args[0]))

    calls = [(call, make) for make in (small, large) for call in (f, gradient)]
    least = [float("inf")] * len(calls)

    def measure() -> float:
        for _ in range(7):
            least[:] = map(min, least, (seconds(*each) for each in calls))
        plain_small, ours_small, plain_large, ours_large = least
        return (ours_large / ours_small) / (plain_large / plain_small)

    return measure


def within_15_percent(ratio: float) -> bool:
    return 1 / 1.15 <= ratio <= 1.15


def test_time_grows_as_the_primals_does():
    measure = growth_over_the_primals(
        overwritten, lambda: (state(1500), 1e-3, 3), lambda: (state(3000), 1e-3, 3))
    assert within_15_percent(attempts(measure, within_15_percent))


def test_time_of_cholesky_grows_as_the_primals_does():
    measure = growth_over_the_primals(
        cholesky_in_place, lambda: (positive_definite(32),), lambda: (positive_definite(64),))
    assert within_15_percent(attempts(measure, within_15_percent))
