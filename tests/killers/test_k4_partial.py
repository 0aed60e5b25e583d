"""K4: partial execution: exceptions, `finally`, `continue`, `break`, an early `return`; and tracebacks."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient
from tests.killers import failing
from tests.killers.programs import early_return, partial_execution

SIGNS = np.array([1.0, -0.5, 2.0, 0.3, -1.0, 0.7])


@pytest.mark.parametrize("stop", [-1, 0, 1, 3, 4, 5])
def test_break_at_any_iteration(stop):
    assert_gradient(partial_execution, SIGNS, stop)


@pytest.mark.parametrize("signs", range(8))
def test_any_pattern_of_exceptions(signs):
    x = np.array([1.2, 0.4, 0.9]) * [1.0 if signs & bit else -1.0 for bit in (1, 2, 4)]
    assert_gradient(partial_execution, x, -1)


def test_an_early_return_inside_the_try():
    x = np.full(60, 0.01) * np.where(np.arange(60) % 7, 1.0, -1.0)
    assert_gradient(partial_execution, x, -1, rtol=1e-4)


@pytest.mark.parametrize("limit", [-1.0, 0.5, 1.5, 2.5, 100.0])
def test_an_early_return_after_the_write(limit):
    assert_gradient(early_return, SIGNS, limit)


def test_back_twice_gives_the_same_bits():
    _, back = adls.pullback(partial_execution, SIGNS.copy(), 4)
    first, second = back(1.0)[0], back(1.0)[0]
    assert first.tobytes() == second.tobytes()


def test_an_exception_that_nobody_catches_is_the_plain_calls():
    def f(x):
        a = np.zeros(2)
        a[0] = x[0]
        return failing.g(a, 5) + x[1]

    with pytest.raises(IndexError) as plain:
        f(np.ones(2))
    with pytest.raises(IndexError) as ours:
        adls.grad(f)(np.ones(2))
    assert str(ours.value) == str(plain.value)


def root(x):
    if x > 0.1:
        raise ValueError("too large")
    return x * 0.5


def fixed_point(x):
    while True:
        y = root(x)
        if np.max(y) < 1e-3:
            return np.sum(y)
        x = y


def fixed_point_of(f, x):
    for n in range(20):
        if n == 1:
            continue
        y = f(x)
        if y < 1e-3:
            break
        x = y
    return x


def test_an_exception_in_the_first_iteration_of_a_loop_that_is_left_early_is_the_plain_calls():
    assert_gradient(fixed_point, 0.05)
    assert_gradient(lambda x: fixed_point_of(root, x), 0.05)
    for f, argnums, args in ((fixed_point, 0, (0.5,)), (fixed_point_of, 1, (root, 0.5)), (
            fixed_point_of, 1, ([root][0], 0.5))):
        with pytest.raises(ValueError, match="too large"):
            adls.grad(f, argnums)(*args)


# Tracebacks

def through_g(x):
    a = np.zeros(len(x))
    s = 0.0
    for i in range(len(x)):
        try:
            a[i] = x[i]
            s += np.log(failing.g(a, i))
        except ValueError:
            s += x[i]
    return s


def through_h(x):
    a = x * 1.0
    total = 0.0
    for i in range(len(x)):
        total += 3.0 * failing.h(a, i)
    return total


@adls.adjoint(failing.rough)
def _(v):
    def back(cotangent):
        raise ArithmeticError("the rule's own failure")

    return v * 2.0, back


def frames_of(error: BaseException) -> list[tuple[str, str, str]]:
    """File, function and what the carets mark, of each frame of a traceback."""
    frames = []
    for frame in traceback.extract_tb(error.__traceback__):
        marked = frame._line[frame.colno : frame.end_colno] if sys.version_info < (3, 13) else (
            Path(frame.filename).read_text().splitlines()[frame.lineno - 1][frame.colno : frame.end_colno])
        frames.append((frame.filename, frame.name, marked))
    return frames


def has_carets(text: str, line: str) -> bool:
    lines = text.splitlines()
    at = next(n for n, each in enumerate(lines) if each.strip() == line)
    return "^" in lines[at + 1] and not set(lines[at + 1].strip()) - set("~^")


def test_a_traceback_out_of_the_backward_pass_names_both_files_with_carets():
    with np.errstate(divide="raise", invalid="raise"), pytest.raises(FloatingPointError) as caught:
        adls.grad(through_g)(np.array([1.0, 0.0, 2.0]))
    frames = frames_of(caught.value)
    assert (__file__, "through_g__back", "failing.g(a, i)") in frames
    assert (failing.__file__, "g__back", "np.arccosh(a[i] + 1.0)") in frames
    text = "".join(traceback.format_exception(caught.value))
    assert has_carets(text, "s += np.log(failing.g(a, i))")
    assert has_carets(text, "return 1.0 + np.arccosh(a[i] + 1.0) * 2.0")


def test_a_traceback_through_a_users_rule_names_the_rule_and_both_files():
    with pytest.raises(ArithmeticError) as caught:
        adls.grad(through_h)(np.array([1.0, 2.0]))
    frames = frames_of(caught.value)
    assert (__file__, "through_h__back", "failing.h(a, i)") in frames
    assert (failing.__file__, "h__back", "rough(a[i])") in frames
    assert frames[-1][:2] == (__file__, "back")
    text = "".join(traceback.format_exception(caught.value))
    assert has_carets(text, "total += 3.0 * failing.h(a, i)")
    assert has_carets(text, "return 0.5 * rough(a[i]) + a[i]")


def test_a_traceback_out_of_the_forward_pass_names_both_files_with_carets():
    with np.errstate(invalid="raise"), pytest.raises(FloatingPointError) as caught:
        adls.grad(through_g)(np.array([1.0, -1.0]))
    frames = frames_of(caught.value)
    assert (__file__, "through_g", "failing.g(a, i)") in frames
    assert (failing.__file__, "g", "np.arccosh(a[i] + 1.0)") in frames
