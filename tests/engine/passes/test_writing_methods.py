"""Methods and functions of C that write into what they are given: differentiated or refused, never ignored."""

from __future__ import annotations

import functools
import operator

import numpy as np
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError

X = np.array([0.3, 1.2, -0.7, 0.55])


def resized(x):
    y = x.copy()
    y.resize(2)
    return y.sum()


def a_field_set(x):
    y = x.copy()
    y.setfield(x[0], float)
    return y.sum()


def of_unknown_type(x):
    y = (lambda v: v * 2.0, lambda v: v * 3.0)[int(x.shape[0] * 0)](x)
    y.sort()
    return y[0]


def repeated_in_place(x):
    xs = [x[0], x[1]]
    xs.__imul__(2)
    return sum(xs)


def by_a_method_caller(x):
    y = x.copy()
    operator.methodcaller("sort")(y)
    return y[0]


def by_a_partial(x):
    xs = [3.0]
    functools.partial(xs.append, x[0])()
    return xs[-1]


def heap_of_an_import_inside(x):
    import heapq as queue

    xs = [x[0], x[1], x[2]]
    queue.heapify(xs)
    return xs[0]


def through_a_memoryview(x):
    y = x.copy()
    memoryview(y)[0] = x[1]
    return y.sum()


def through_its_data(x):
    y = x.copy()
    y.data[0] = x[1]
    return y.sum()


def through_an_attribute_of_a_function(x):
    resized.last = x[0]
    return resized.last ** 2


def through_an_iterator(x):
    y = x.copy()
    y.flat[0] = x[1]
    return y.sum()


def total(items):
    return sum(items)


def flat_handed_on(x):
    return total(x.flat)


@pytest.mark.parametrize("f", [
    resized, a_field_set, of_unknown_type, repeated_in_place, by_a_method_caller, by_a_partial,
    heap_of_an_import_inside, through_a_memoryview, through_its_data,
    through_an_attribute_of_a_function, through_an_iterator, flat_handed_on], ids=lambda f: f.__name__)
def test_what_writes_unseen_is_refused_at_its_place(f):
    with pytest.raises(DifferentiationError, match=r"test_writing_methods\.py:\d+:\d+"):
        adls.grad(f)(X.copy())


def only_flags(x):
    y = x.copy()
    y.setflags(write=False)
    return y.sum() + len(y.tobytes()) + y.__len__()


def test_what_only_reads_is_not():
    np.testing.assert_array_equal(adls.grad(only_flags)(X.copy()), np.ones(4))
