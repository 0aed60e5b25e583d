"""The straight-line code of calls that were seen before: it gives what the general way gives, or nothing."""

import warnings

import numpy as np
import pytest

import adls
from adls.runtime import gradients
from adls.runtime.compiler import forget
from adls.runtime.plan import MISS
from adls.runtime.recorder import Recorder
from benchmarks.workloads import WORKLOADS
from tests.differences import flat
from tests.programs.test_programs import CRASHES, PROGRAMS, REFUSED, fresh

X = np.linspace(0.1, 0.9, 6)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """A plan is made by the first call, whatever other tests have called before."""
    monkeypatch.setattr(gradients, "_ENOUGH", 1)
    forget()


def planned(function, *args, argnums=0):
    """The gradient function of a call, and the plan that answers it."""
    gradient = adls.value_and_grad(function, argnums)
    gradient(*args)
    return gradient, gradient._plans[0]


def structure(value):
    if isinstance(value, dict):
        return {key: structure(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value), [structure(item) for item in value]
    return (type(value), value.dtype, value.shape) if isinstance(value, np.ndarray) else type(value)


def arrays(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return [array for item in value for array in arrays(item)]
    return [value] if isinstance(value, np.ndarray) else []


def check_same(function, args, argnums):
    gradient = adls.value_and_grad(function, argnums)
    gradient._plans.clear()
    general = gradient(*fresh(args))
    assert adls.value_and_grad(function, argnums)._plans is gradient._plans
    for plan in gradient._plans:
        given = fresh(args)
        result = plan(function, given)
        assert result is not MISS
        assert structure(result) == structure(general)
        assert flat(result).tobytes() == flat(general).tobytes()
        parts = [*arrays(result), *arrays(given)]
        for n, part in enumerate(arrays(result)):
            assert not any(np.shares_memory(part, other) for other in parts[n + 1 :])


@pytest.mark.parametrize("case", [case for case in PROGRAMS if case.name not in CRASHES | REFUSED],
                         ids=lambda case: case.name)
def test_a_plan_gives_what_the_general_way_gives(case):
    check_same(case.function, case.args, case.argnums)


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_the_samples_have_plans(workload):
    check_same(workload.primal, workload.args, 0)
    assert adls.value_and_grad(workload.primal)._plans


def test_each_kind_of_answer_has_its_plan():
    for gradient in (adls.grad(product), adls.value_and_grad(product), adls.value_and_grad(product, (0,))):
        gradient(X, X)
        assert gradient._plans


# What is no longer as it was

def product(x, y):
    return np.sum(x * y * SCALE)


SCALE = 2.0


@pytest.mark.parametrize("args", [
    (X, X[:1]), (X, X.astype(np.float32)), (X, 2.0), (X, X.reshape(2, 3)), (X,), (X, X, X), ([X], X), (X, X.tolist()),
])
def test_other_types_are_a_miss(args):
    _, plan = planned(product, X, X.copy())
    assert plan(product, args) is MISS
    assert plan(product, (X[1:], X[1:])) is not MISS


def test_the_items_of_containers_are_looked_at():
    def total(p):
        return np.sum(p["a"] * p["b"][0]) + p["c"][1]

    _, plan = planned(total, {"a": X, "b": [X], "c": (1, 2.0)})
    assert plan(total, ({"a": X, "b": [X], "c": (3, 4.0)},)) is not MISS
    for other in ({"a": X, "b": [X, X], "c": (1, 2.0)}, {"b": X, "a": [X], "c": (1, 2.0)}, {"a": X, "b": [X]},
                  {"a": X, "b": (X,), "c": (1, 2.0)}, {"a": X, "b": [X], "c": (1.0, 2.0)}):
        assert plan(total, (other,)) is MISS


def test_a_global_that_was_rebound_is_seen(monkeypatch):
    gradient, _ = planned(product, X, X.copy())
    before = gradient(X, X.copy())
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    assert gradient(X, X.copy())[0] == pytest.approx(1.5 * before[0])
    monkeypatch.delitem(globals(), "SCALE")
    with pytest.raises(NameError, match="SCALE"):
        gradient(X, X.copy())


def test_a_cell_that_was_rebound_is_seen():
    factor = 2.0

    def scaled(x):
        return np.sum(x * factor)

    gradient, plan = planned(scaled, X)
    factor = 5.0
    assert plan(scaled, (X,)) is not MISS
    assert np.all(gradient(X)[1] == 5.0)
    factor = X
    assert np.array_equal(gradient(X)[1], X)


def test_one_plan_serves_all_functions_of_one_code():
    def scaling(factor):
        return lambda x: np.sum(x * factor)

    planned(scaling(2.0), X)
    assert np.all(adls.grad(scaling(3.0))(X) == 3.0)
    assert np.all(adls.value_and_grad(scaling(3.0))(X)[1] == 3.0)


def test_a_rule_that_is_registered_later_is_used():
    def inner(x):
        return x * 2.0

    def outer(x):
        return np.sum(inner(x))

    gradient, _ = planned(outer, X)
    adls.adjoint(inner)(lambda x: (inner(x), lambda g: g * 100.0))
    assert np.all(gradient(X)[1] == 100.0)


def test_a_recorder_sees_every_gradient():
    gradient, plan = planned(product, X, X.copy(), argnums=(1, 0))
    with Recorder() as recorder:
        gradient(X, X.copy())
        assert plan(product, (X, X.copy())) is not MISS
    assert [evaluation.argnums for evaluation in recorder.evaluations()] == [(1, 0), (1, 0)]


def test_a_function_whose_code_was_replaced_is_compiled_anew():
    def one(x):
        return np.sum(x)

    def two(x):
        return np.sum(x * 2.0)

    gradient, _ = planned(one, X)
    one.__code__ = two.__code__
    assert np.all(gradient(X)[1] == 2.0)


# What is given back

def test_cotangents_that_are_one_array_are_told_apart():
    gradient, plan = planned(lambda x, y: np.sum((x + y) ** 2), X, X.copy(), argnums=(0, 1))
    _, (dx, dy) = plan(gradient.function, (X, X.copy()))
    assert not np.shares_memory(dx, dy)
    assert np.array_equal(dx, dy)


def test_a_cotangent_is_no_view():
    _, plan = planned(np_sum, X)
    _, dx = plan(np_sum, (X,))
    dx[0] = 7.0
    assert dx.tolist() == [7.0, *[1.0] * 5]


def np_sum(x):
    return np.sum(x)


def test_the_backward_pass_warns_of_nothing_and_leaves_the_settings_alone():
    def angle(x):
        return np.sum(np.arcsin(x))

    ones = np.ones(3)
    gradient, _ = planned(angle, ones)
    before = np.geterr()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.all(np.isinf(gradient(ones)[1]))
        with np.errstate(all="raise"), pytest.raises(FloatingPointError):
            gradient(ones)
    assert np.geterr() == before


def test_a_function_that_raises_does_so():
    def failing(x):
        if x[0] > 0.5:
            raise KeyError("on purpose")
        return np.sum(x)

    gradient, _ = planned(failing, X)
    with pytest.raises(KeyError, match="on purpose"):
        gradient(X + 1.0)
