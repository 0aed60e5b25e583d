"""The public interface as Python calls it: bound arguments, instances, wrong calls."""

import linecache
import traceback

import numpy as np
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError
from adls.runtime.recorder import Recorder
from adls.runtime.show import check_call


def scaled(a, x):
    return a * x**2


def captures(factor):
    def times(a, /, b, *, c=1.0):
        return a * b * c * factor

    return times


class Model:
    def __init__(self):
        self.weight = 2.0

    def loss(self, x):
        return np.sum(x * x) * self.weight

    def __call__(self, x):
        return self.loss(x)


@pytest.mark.parametrize("function", [Model().loss, Model()])
def test_the_instance_of_a_method_is_no_argument(function):
    assert np.array_equal(adls.grad(function)(np.ones(2)), [4.0, 4.0])


def test_a_recording_names_the_parameter():
    with Recorder() as recorder:
        adls.grad(Model().loss)(np.ones(2))
        adls.grad(scaled)(2.0, 3.0)
    assert [evaluation.argnums for evaluation in recorder.evaluations()] == [(1,), (0,)]


@pytest.mark.parametrize(("args", "named"), [
    ((1.0, 2.0, 3.0, 4.0, 5.0), {}), ((), {}), ((1.0, 2.0), {"y": 3.0}), ((1.0,), {"a": 2.0}),
])
@pytest.mark.parametrize("function", [scaled, Model().loss, captures(3.0)])
def test_a_wrong_call_is_the_type_error_of_the_plain_call(function, args, named):
    with pytest.raises(TypeError) as plain:
        function(*args, **named)
    with pytest.raises(TypeError) as raised:
        adls.grad(function)(*args, **named)
    assert str(raised.value) == str(plain.value)


def test_the_error_has_a_public_name():
    with pytest.raises(adls.DifferentiationError) as raised:
        adls.grad(doubled)(np.ones(3))
    assert traceback.format_exception_only(raised.value)[0].startswith("adls.DifferentiationError: ")


def test_an_expression_that_is_too_deep_for_python_is_refused():
    text = f"def added(x):\n    return {' + '.join(['x'] * 900)}\n"
    linecache.cache["<deep>"] = (len(text), None, text.splitlines(True), "<deep>")
    namespace = {}
    exec(compile(text, "<deep>", "exec"), namespace)
    with pytest.raises(adls.DifferentiationError, match=r"<deep>:1:1: .*nested too deeply for Python's rec"):
        adls.grad(namespace["added"])(1.0)


# Before it runs

def doubled(x):
    return x * 2.0


def counted(x):
    return np.sum(x)


def test_what_a_check_says():
    check_call(doubled, 1.0)
    check_call(counted, np.ones(3))
    with pytest.raises(DifferentiationError, match="a gradient is that of one real number"):
        check_call(doubled, np.ones(3))
    with pytest.raises(TypeError, match="needs floats, and it is int64"):
        check_call(counted, np.arange(3))
