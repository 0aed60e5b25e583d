"""What has no derivative in a branch is refused where the branch is reached, and only there."""

import numpy as np
import pytest

import adls
from tests.programs.packaged import only_in_a_branch

X = np.array([0.7, -1.3, 2.1])


def in_a_loop(x):
    total = 0.0
    for each in x:
        if each > 100.0:
            total = total + np.frompyfunc(np.sin, 1, 1)(each)
        else:
            total = total + each * each
    return total


def certain(x):
    return np.sum(np.frompyfunc(np.sin, 1, 1)(x))


def test_not_reached():
    np.testing.assert_allclose(adls.grad(in_a_loop)(X), 2 * X)
    np.testing.assert_allclose(adls.grad(only_in_a_branch)(X), 2 * X)


def test_reached_in_a_loop():
    with pytest.raises(adls.DifferentiationError) as refusal:
        adls.grad(in_a_loop)(1000 * X)
    (diagnostic,) = refusal.value.diagnostics
    assert "frompyfunc" in diagnostic.source_line
    assert diagnostic.kind.code == "missing-rule"


def test_reached_in_a_callee():
    with pytest.raises(adls.DifferentiationError) as refusal:
        adls.grad(only_in_a_branch)(X, True)
    assert "frompyfunc" in refusal.value.diagnostics[0].source_line


def remembered(t, memo):
    if t not in memo:
        memo[t] = t * t
    return memo[t]


def put(out, x, first):
    if first:
        out[0] = np.frompyfunc(np.sin, 1, 1)(x[0])


def only_through_what_is_refused(t):
    return remembered(t, {}) * 2.0


def only_written_by_what_is_refused(x, first):
    out = np.zeros(2)
    put(out, x, first)
    return out.sum()


def test_reached_in_a_callee_that_carries_nothing_else():
    with pytest.raises(adls.DifferentiationError) as refusal:
        adls.grad(only_through_what_is_refused)(3.0)
    assert refusal.value.diagnostics[0].source_line.strip() == "memo[t] = t * t"
    with pytest.raises(adls.DifferentiationError) as refusal:
        adls.grad(only_written_by_what_is_refused)(X, True)
    assert "frompyfunc" in refusal.value.diagnostics[0].source_line
    assert not adls.grad(only_written_by_what_is_refused)(X, False).any()


def test_what_every_call_comes_to_is_refused_before_it_runs():
    with pytest.raises(adls.DifferentiationError):
        adls.pullback(certain, X)


def swallowing(x):
    try:
        return in_a_loop(x)
    except Exception:
        return np.sum(x)


def test_no_handler_of_the_program_takes_it():
    with pytest.raises(adls.DifferentiationError):
        adls.grad(swallowing)(1000 * X)


def rows_with_a_name(x):
    return np.apply_along_axis(np.quantile, 0, np.outer(x, x), q=0.3).sum()


def test_a_librarys_function_that_only_the_run_knows():
    with pytest.raises(adls.DifferentiationError) as refusal:
        adls.grad(rows_with_a_name)(X)
    (diagnostic,) = refusal.value.diagnostics
    assert "apply_along_axis" in diagnostic.source_line
    assert diagnostic.kind.code == "missing-rule"


def name_that_is_nowhere(x):
    return np.sum(x * nowhere)  # noqa: F821


def test_a_name_that_is_nowhere_raises_what_the_plain_call_does():
    with pytest.raises(NameError, match="name 'nowhere' is not defined"):
        adls.grad(name_that_is_nowhere)(X)
