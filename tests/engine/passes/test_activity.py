"""Activity: only what depends on the differentiated arguments, and what the result depends on, has a cotangent."""

from __future__ import annotations

import numpy as np

import adls


def active(f, *args, argnums=(0,)) -> set[str]:
    """The user's variables that have a cotangent."""
    found = adls.compiled(f, *args, argnums=argnums)
    activity = found.adjoints.facts(found.key).activity
    users = set(f.__code__.co_varnames)
    return set(activity.names) & users


def listing(f, *args, argnums=(0,)) -> str:
    text = adls.compiled(f, *args, argnums=argnums).text
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))


def one_of_two(x, y):
    a = x * y
    unused = x * 3.0
    other = y * 2.0
    shown = f"{unused}"
    return np.sum(a) + np.sum(other) + len(shown)


X = np.arange(3.0)


def test_only_what_lies_between_argument_and_result():
    assert active(one_of_two, X, X) == {"x", "a"}
    assert active(one_of_two, X, X, argnums=(1,)) == {"y", "a", "other"}


def test_what_is_not_active_keeps_nothing_and_has_no_cotangent():
    text = listing(one_of_two, X, X)
    assert "d_other" not in text
    assert "d_unused" not in text
    assert "d_y" not in text


def counted(x, n):
    total = 0.0
    steps = 0
    for i in range(n):
        total = total + x * i
        steps += 1
    return total + 0.0 * steps


def test_integers_carry_no_derivative():
    assert active(counted, 1.5, 4) == {"x", "total"}


def memory(x):
    a = np.zeros(3)
    b = a
    b[0] = x
    c = np.zeros(3)
    c[0] = 2.0
    return np.sum(a) + np.sum(c)


def test_a_write_makes_all_names_of_the_memory_active():
    names = active(memory, 1.5)
    assert {"a", "b", "x"} <= names
    assert "c" not in names


def cut(x):
    y = np.floor(x) + np.round(x) + np.sign(x)
    z = x * 2.0
    return np.sum(y * z)


def test_a_step_function_passes_no_derivative_on():
    assert np.array_equal(adls.grad(cut)(np.array([1.3])), 2.0 * cut_steps(np.array([1.3])))


def cut_steps(x):
    return np.floor(x) + np.round(x) + np.sign(x)


def constant(x):
    return 3.0


def test_a_result_that_does_not_depend_has_a_zero_gradient():
    assert adls.grad(constant)(2.0) == 0.0
    assert adls.grad(constant)(X).tolist() == [0.0, 0.0, 0.0]
