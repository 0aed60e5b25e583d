"""What a program hands to objects of which nothing is known is not lost in them: the gradient is right, or refused."""

import logging

import numpy as np
import pytest

import adls
from tests.differences import numerical_gradient


class Store:
    def __init__(self):
        self.whole = self
        self.total = 1.0
        self.items = [2.0]
        self.row = np.ones(3)

    def store(self, v):
        self.total = v

    def push(self, v):
        self.items.append(v)

    def fill(self, v):
        self.row[0] = v

    def store_and_give(self, v):
        self.total = v
        return 2 * v

    def push_and_give(self, v):
        self.items.append(v)
        return 2 * v

    def extend_and_give(self, v):
        items = self.items
        items += [v]
        return 2 * v

    def kept(self):
        return self.total

    def last(self):
        return self.items[-1]

    def first(self):
        return self.row[0]


STORE = Store()
PAIRS = [("store", "kept"), ("push", "last"), ("fill", "first")]
GIVING = [("store_and_give", "kept"), ("push_and_give", "last"), ("extend_and_give", "last")]


def stored_in_a_global(x, put, get):
    getattr(STORE, put)(x[0] * x[1])
    return getattr(STORE, get)() * 1.0


def stored_attribute_of_a_global(x, put, get):
    STORE.store(x[0] * x[1])
    return STORE.total * 1.0


def pushed_to_a_global(x, put, get):
    STORE.push(x[0] * x[1])
    return STORE.last() * 1.0


def filled_in_a_global(x, put, get):
    STORE.fill(x[0] * x[1])
    return STORE.first() * 1.0


def given_by_a_global(x, put, get):
    y = STORE.push_and_give(x[0] * x[1])
    return STORE.last() * y


def extended_in_a_global(x, put, get):
    y = STORE.extend_and_give(x[0] * x[1])
    return STORE.last() * y


def given_by_an_argument(x, put, get, store=STORE):
    y = store.store_and_give(x[0] * x[1])
    return store.kept() * y


def filled_in_an_argument(x, put, get, store=STORE):
    store.fill(x[0] * x[1])
    return store.first() * 1.0


@pytest.mark.parametrize(("put", "get"), [*PAIRS, *GIVING])
@pytest.mark.parametrize("f", [
    stored_in_a_global, stored_attribute_of_a_global, pushed_to_a_global, filled_in_a_global, given_by_a_global,
    extended_in_a_global, given_by_an_argument, filled_in_an_argument,
])
def test_what_is_stored_is_not_lost(f, put, get):
    x = np.array([0.3, 1.2])
    try:
        found = adls.grad(f)(x.copy(), put, get)
    except adls.DifferentiationError:
        return
    np.testing.assert_allclose(found, numerical_gradient(lambda v: f(v, put, get), (x,), 0), rtol=1e-5)


def logged(x, logger):
    logger.info("so far: %s", x[0])
    return np.sum(x**2)


def test_what_is_logged_is_not_kept():
    x = np.array([0.3, 1.2])
    np.testing.assert_allclose(adls.grad(logged)(x, logging.getLogger("adls.tests")), 2 * x)


class Bar:
    def __init__(self):
        self.whole = self
        self.last = None

    def update(self, v):
        self.last = v


def shown(x, bar):
    for item in x:
        bar.update(item)
    return np.sum(x**2)


def test_what_is_shown_may_be_kept_where_nobody_reads_it():
    x = np.array([0.3, 1.2])
    np.testing.assert_allclose(adls.grad(shown)(x, Bar()), 2 * x)
