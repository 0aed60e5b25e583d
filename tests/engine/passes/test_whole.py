"""Zeros that are added to part by part are written: only where no part meets another, made only where all are met."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def thirds(x):
    x = 2.0 * x
    n = len(x) // 3
    return np.sum(np.sin(x[:n]) * np.cos(x[n : 2 * n]) * x[2 * n :])


def split(x, y):
    x = 2.0 * x
    n = y.shape[0]
    return np.sum(np.sin(x[:, :n])) + np.sum(np.cos(x[:, n : 2 * n])) * np.sum(x[:, 2 * n :] ** 2)


def ends(x, y):
    x = 2.0 * x
    n = len(y)
    return np.sum(x[:n] ** 2) + np.sum(x[n + 1 :] ** 3)


def overlapping(x, y):
    x = 2.0 * x
    n = len(y)
    return np.sum(x[: n + 1] ** 2) * np.sum(x[n:] ** 3)


def rows(x):
    x = 2.0 * x
    return np.sum(x[0] * x[1] ** 2) + np.sum(np.sin(x[2:]))


def once_more(x, y):
    x = 2.0 * x
    n = len(y)
    return np.sum(x[:n] ** 2) * np.sum(x[n:] ** 3) + np.sum(x[1] * x**2)


def crossing(x):
    x = 2.0 * x
    return np.sum(x[:1] ** 2) + np.sum(x[:, 1:] ** 3)


def counted(x, n):
    x = 2.0 * x
    return np.sum(x[:n] ** 2) * np.sum(x[n:] ** 3)


def in_a_loop(x, y):
    x = 2.0 * x
    n = len(y)
    total = 0.0
    for row in x:
        total += np.sum(row[:n] ** 2) * np.sum(row[n:] ** 3)
    return total


def table(*shape):
    return np.random.default_rng(3).normal(size=shape)


CASES = (
    (split, (table(3, 12), table(4)), True),
    (split, (table(3, 12), table(5)), True),
    (split, (table(3, 4), table(4)), True),
    (rows, (table(4, 3),), True),
    (in_a_loop, (table(2, 7), table(3)), True),
    (ends, (table(7), table(3)), False),
    (overlapping, (table(7), table(3)), False),
    (once_more, (table(7), table(3)), False),
    (crossing, (table(4, 3),), False),
    (counted, (table(7), 3), False),
    (counted, (table(7), -3), False),
    (thirds, (table(9),), False),
)


@pytest.mark.parametrize(("f", "args", "whole"), CASES, ids=lambda each: getattr(each, "__name__", None))
def test_the_gradient_is_right_and_zeros_are_made_where_something_may_be_left(f, args, whole):
    assert_gradient(f, *args)
    text = adls.compiled(f, *args).text
    assert ("np.empty(" in text) == whole


def test_it_can_be_differentiated_again():
    assert_gradient(lambda x, y: np.sum(np.cos(x) * adls.grad(split)(x, y)), table(3, 12), table(4))


def test_the_first_part_is_written_into_zeros_and_what_meets_it_is_added():
    text = adls.compiled(overlapping, table(7), table(3)).text
    assert text.count("] = ") == 1
    assert text.count("] += ") == 1
