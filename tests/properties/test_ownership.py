"""Ownership and transparency on the samples: what `back` gives is the caller's own; the call is the plain call."""

from __future__ import annotations

import contextlib
import io
import itertools
import random
import warnings

import numpy as np
import pytest

import adls
from benchmarks.workloads import WORKLOADS
from tests.differences import flat

each_sample = pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)


def arrays(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return [array for item in value for array in arrays(item)]
    return [value] if isinstance(value, np.ndarray) else []


def copied(value):
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        items = [copied(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return value.copy() if isinstance(value, np.ndarray) else value


def bits(value) -> bytes:
    return b"".join(array.tobytes() for array in arrays(value)) + flat(value).tobytes()


def outcome(call):
    """Value bits, output, warnings, exception, and the random states after a call."""
    random.seed(3)
    np.random.seed(3)
    raised, value = None, None
    with contextlib.redirect_stdout(io.StringIO()) as printed, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            value = call()
        except Exception as error:
            raised = type(error), str(error)
    texts = [(each.category, str(each.message), each.lineno) for each in warned]
    return bits(value), printed.getvalue(), texts, raised, random.random(), np.random.random()


# The samples

@each_sample
def test_back_gives_memory_that_nobody_else_has(workload):
    args = copied(workload.args)
    value, back = adls.pullback(workload.primal, *args)
    one, two = back(1.0), back(1.0)
    for a, b in itertools.combinations([*arrays(one), *arrays(two)], 2):
        assert not np.shares_memory(a, b)
    for mine, other in itertools.product(arrays(one), [*arrays(args), *arrays(value)]):
        assert not np.shares_memory(mine, other)


@each_sample
def test_back_twice_gives_the_same_bits_and_what_it_gave_may_be_written(workload):
    _, back = adls.pullback(workload.primal, *copied(workload.args))
    first = back(1.0)
    before = bits(first)
    for array in arrays(first):
        array[...] = np.nan
    assert bits(back(1.0)) == before


@each_sample
def test_the_call_is_the_plain_call(workload):
    plain_args, ours = copied(workload.args), copied(workload.args)
    plain = outcome(lambda: workload.primal(*plain_args))
    assert outcome(lambda: adls.value_and_grad(workload.primal)(*ours)[0]) == plain
    assert bits(ours) == bits(plain_args)


@each_sample
def test_the_gradient_is_deterministic(workload):
    gradient = adls.grad(workload.primal)
    assert bits(gradient(*copied(workload.args))) == bits(gradient(*copied(workload.args)))


# Small programs

def printing(x):
    print("value", x.shape, f"{x[0]:.3f}")
    return np.sum(x * x)


def warning(x):
    warnings.warn("careful", UserWarning, stacklevel=1)
    return np.sum(np.log(x - 1.0))


def raising(x):
    y = x * 2.0
    y[0] = 1.0
    x[0] = 7.0
    raise KeyError(f"size {len(x)}")


def drawing(x):
    noise = np.random.normal(size=3)
    return np.sum(x * noise) * random.random()


def writing(x):
    x[0] = x[1] * 2.0
    x *= x
    return np.sum(x)


@pytest.mark.parametrize("f", [printing, warning, raising, drawing, writing])
def test_effects_are_those_of_the_plain_call(f):
    plain_x, ours = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0])
    plain = outcome(lambda: f(plain_x))
    assert outcome(lambda: adls.value_and_grad(f)(ours)[0]) == plain
    assert ours.tobytes() == plain_x.tobytes()


@pytest.mark.parametrize("f", [
    lambda x: x, lambda x: (x, x), lambda x: x[::-1], lambda x: x.reshape(1, -1), lambda x: np.broadcast_to(x, (2, 3)),
    lambda x: [x, x * 2.0], lambda x: {"a": x, "b": x.T},
], ids=["x", "pair", "reversed", "reshaped", "stretched", "list", "dict"])
def test_a_cotangent_handed_through_is_a_copy(f):
    x = np.array([1.0, 2.0, 3.0])
    value, back = adls.pullback(f, x)
    seed = seeds_like(value)
    (dx,) = back(seed)
    assert dx.shape == x.shape
    for other in arrays(seed):
        assert not np.shares_memory(dx, other)
    before = [array.copy() for array in arrays(seed)]
    dx[...] = np.nan
    assert all(np.array_equal(a, b) for a, b in zip(before, arrays(seed), strict=True))
    assert np.isfinite(back(seed)[0]).all()


def seeds_like(value):
    if isinstance(value, dict):
        return {key: seeds_like(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(seeds_like, value))
    return np.ones(np.shape(value))


def test_two_arguments_that_get_the_same_cotangent_get_arrays_of_their_own():
    a, b = np.ones(3), np.ones(3)
    _, back = adls.pullback(lambda a, b: a + b, a, b)
    da, db = back(np.ones(3))
    assert not np.shares_memory(da, db)


def grown(x, n):
    for _ in range(n):
        x = x + 0.1 * np.sin(x)
    return x


@pytest.mark.parametrize("kind", [float, np.float64, np.float32])
def test_a_seed_of_rank_0_for_a_number_is_not_written(kind):
    _, back = adls.pullback(grown, kind(0.5), 3)
    seed = np.ones((), np.float32 if kind is np.float32 else np.float64)
    assert back(seed)[0] == back(seed)[0]
    assert seed == 1.0
    _, back = adls.pullback(lambda x: (x, [grown(x, 3)]), kind(0.5))
    assert back((seed, [seed]))[0] == back((seed, [seed]))[0]
    assert seed == 1.0
