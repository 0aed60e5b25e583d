"""Through an extremum that cancels no derivative flows; through one that does not, it does."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.differences import assert_gradient


def table():
    return np.sin(np.arange(1.0, 13.0)).reshape(4, 3) * 2.0


def square():
    return np.sin(np.arange(1.0, 10.0)).reshape(3, 3) * 2.0


def weights(a):
    return np.cos(np.arange(a.size, dtype=float)).reshape(a.shape)


def logsumexp(a):
    top = np.max(a, axis=1, keepdims=True)
    return np.sum(np.squeeze(top, axis=1) + np.log(np.sum(np.exp(a - top), axis=1)))


def logsumexp_of_columns(a):
    top = a.max(axis=0)
    return np.sum(np.log(np.exp(a - top).sum(axis=0)) + top)


def logsumexp_indexed(a):
    top = a.max(axis=-1)
    return np.sum(top + np.log(np.sum(np.exp(a - top[:, None]), axis=-1)))


def logsumexp_of_all(a):
    top = np.max(a)
    return top + np.log(np.sum(np.exp(a - top)))


def logmeanexp(a):
    low = np.min(a, axis=1, keepdims=True)
    return np.sum(low[:, 0] + np.log(np.mean(np.exp(a - low), axis=1)))


def softmax(a):
    e = np.exp(a - np.max(a, axis=1, keepdims=True))
    return np.sum(weights(a) * (e / np.sum(e, axis=1, keepdims=True)))


def log_softmax(a):
    z = a - np.max(a, axis=1, keepdims=True)
    return np.sum(weights(a) * (z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))))


def tempered(a):
    top = np.max(a, axis=1, keepdims=True)
    return np.sum(top + 2.0 * np.log(np.sum(np.exp((a - top) / 2.0), axis=1, keepdims=True)))


CANCELLING = [logsumexp, logsumexp_of_columns, logsumexp_indexed, logsumexp_of_all, logmeanexp, softmax, log_softmax,
              tempered]


def kept(a):
    top = np.max(a, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(a - top), axis=1)))


def twice(a):
    top = np.max(a, axis=1, keepdims=True)
    return np.sum(2.0 * top[:, 0] + np.log(np.sum(np.exp(a - top), axis=1)))


def crossed(a):
    top = np.max(a, axis=1, keepdims=True)
    return np.sum(weights(a) * (top + np.log(np.sum(np.exp(a - top), axis=1))))


def over_the_other_axis(a):
    top = np.max(a, axis=1, keepdims=True)
    return np.sum(top[0] + np.log(np.sum(np.exp(a - top), axis=0)))


def in_two_powers(a):
    top = np.max(a, axis=1, keepdims=True)
    e = np.exp(a - top)
    return np.sum(weights(a) * (e * e / np.sum(e, axis=1, keepdims=True)))


def rebound(a):
    top = np.max(a, axis=1, keepdims=True)
    z = a - top
    top = top * 2.0
    return np.sum(top + np.log(np.sum(np.exp(z), axis=1, keepdims=True)))


def from_the_last_iteration(a):
    top, total = np.zeros((4, 1)), 0.0
    for k in range(3):
        z = a * (k + 1.0) - top
        top = np.max(a * np.cos(k), axis=1, keepdims=True)
        total = total + np.sum(top + np.log(np.sum(np.exp(z), axis=1, keepdims=True)))
    return total


def summed_shift(a):
    z = a - np.max(a, axis=1, keepdims=True)
    return np.sum(weights(a)[:, 0] * (np.sum(z, axis=1) - z[:, 0]))


NOT_CANCELLING = [kept, twice, crossed, over_the_other_axis, in_two_powers, rebound, from_the_last_iteration,
                  summed_shift]


def argument(f):
    return square() if f is crossed else table()


@pytest.mark.parametrize("f", CANCELLING + NOT_CANCELLING)
def test_the_gradient_is_right(f):
    assert_gradient(f, argument(f))


@pytest.mark.parametrize("f", CANCELLING)
def test_it_is_right_at_ties(f):
    a = table()
    a[0] = a[1, 0] = a[2].max()
    smooth = a + 1e-9 * weights(a)
    np.testing.assert_allclose(adls.grad(f)(a), adls.grad(f)(smooth), atol=1e-7)


@pytest.mark.parametrize("f", CANCELLING)
def test_it_can_be_differentiated_again(f):
    assert_gradient(lambda a: np.sum(weights(a) * adls.grad(f)(a)), table())


@pytest.mark.parametrize("f", CANCELLING)
def test_nothing_flows_through_what_cancels(f):
    assert "share_ties" not in adls.compiled(f, argument(f)).text


@pytest.mark.parametrize("f", NOT_CANCELLING)
def test_what_does_not_cancel_has_a_cotangent(f):
    assert "share_ties" in adls.compiled(f, argument(f)).text
