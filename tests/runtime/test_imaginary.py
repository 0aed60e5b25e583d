"""The shadow of an imaginary part: whoever reads and writes it sees numbers with the sign that they have."""

from __future__ import annotations

import numpy as np
import pytest

from adls.runtime.imaginary import Negative, imaginary_shadow


@pytest.fixture
def memory():
    return np.array([[1 + 2j, 3 - 4j], [5 + 6j, 7 + 8j]])


WANTED = np.array([[-2.0, 4.0], [-6.0, -8.0]])


@pytest.mark.parametrize(
    "read",
    [
        lambda d: d * 2,
        lambda d: 2 + d,
        lambda d: d @ d,
        lambda d: d.sum(0),
        lambda d: np.sum(d, 1),
        lambda d: d.copy(),
        lambda d: d.max(),
        lambda d: np.sort(d),
        lambda d: np.linalg.inv(d),
        lambda d: np.einsum("ij,jk", d, d),
        lambda d: d[0],
        lambda d: d[1, 0],
        lambda d: d[[1, 0, 1]],
        lambda d: d[d < 0],
        lambda d: d.T[1:],
        lambda d: d.item(2),
        lambda d: d.tolist(),
        lambda d: np.concatenate([d, d]),
        lambda d: d.astype(complex),
        lambda d: d.dot(d),
        lambda d: d.trace(),
        lambda d: np.broadcast_to(d, (3, 2, 2)),
        lambda d: np.where(d > 0, d, 0),
        lambda d: float(d[0, 0]),
        lambda d: d.mean(),
        lambda d: np.add.reduce(d),
        lambda d: np.outer(d, d),
        lambda d: np.reshape(d, (4,)),
        lambda d: abs(d),
        lambda d: d.flatten(),
        lambda d: np.linalg.norm(d, axis=0),
        lambda d: np.zeros((2, 2)) + d,
        lambda d: -d,
        lambda d: np.moveaxis(d, 0, 1),
        lambda d: d.reshape(-1)[1:],
        lambda d: d.conj(),
        lambda d: np.real(d),
        lambda d: d.cumsum(),
    ],
)
def test_it_is_read_as_it_is(memory, read):
    found = read(imaginary_shadow(memory))
    np.testing.assert_array_equal(0 + np.array(found) if not isinstance(found, Negative) else 0 + found, read(WANTED))


def _added(d):
    d += np.array([1.0, 2.0])


def _taken(d):
    d[1] -= d[0]


def _scaled(d):
    d *= d


def _written(d):
    d[...] = d.T + 1.0


def _picked(d):
    np.add.at(d, ([0, 0, 1], [1, 1, 0]), 2.0)


def _through_views(d):
    d.T[0] += 3.0
    d.reshape(-1)[::2] = d[0]


@pytest.mark.parametrize("write", [_added, _taken, _scaled, _written, _picked, _through_views])
def test_what_is_written_arrives_with_the_other_sign(memory, write):
    wanted = WANTED.copy()
    write(wanted)
    real = memory.real.copy()
    write(imaginary_shadow(memory))
    np.testing.assert_array_equal(memory.imag, -wanted)
    np.testing.assert_array_equal(memory.real, real)
