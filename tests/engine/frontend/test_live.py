"""Names as a live function resolves them."""

from __future__ import annotations

import collections
import functools
import itertools
import math
import operator
import operator as op
from typing import NamedTuple

import numpy
import numpy as np
import numpy.linalg as la
import pytest
from numpy import tanh as th
from numpy.linalg import norm as size

from adls.engine.frontend import live as live_module
from adls.engine.frontend.live import ABSENT, LiveResolver, cell_values, live, target_of
from adls.engine.ir.entities import Library, Namespace, UserFunction, Value
from adls.engine.ir.printer import show_op
from adls.engine.ir.types import Float, Opaque, Type
from adls.engine.source.diagnostics import DifferentiationError

weights = np.ones(3)
rng = np.random.default_rng(0)
half = functools.partial(pow, 2)
RATE = 0.1


class Point(NamedTuple):
    x: float
    y: float


class Config:
    rate = 0.5

    @staticmethod
    def scaled(x):
        return x * RATE


def typeof(value: object) -> Type:
    return Float() if isinstance(value, float) else Opaque(type(value).__name__)


def user(x, k=RATE, *, m=weights):
    return helper(x) * k


def helper(x):
    return th(x)


def resolve(path: str):
    return LiveResolver(user, typeof).resolve(path)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("np.tanh", "numpy.tanh"), ("numpy.tanh", "numpy.tanh"), ("th", "numpy.tanh"), ("np.abs", "numpy.absolute"),
        ("np.sum", "numpy.sum"), ("np.max", "numpy.max"), ("np.linalg.norm", "numpy.linalg.norm"),
        ("la.norm", "numpy.linalg.norm"), ("size", "numpy.linalg.norm"), ("np.float64", "numpy.float64"),
        ("np.random.default_rng", "numpy.random.default_rng"), ("np.random.normal", "numpy.random.normal"),
        ("np.fft.fft", "numpy.fft.fft"), ("np.array", "numpy.array"), ("np.add.at", "numpy.add.at"),
        ("np.ndarray.sum", "numpy.ndarray.sum"), ("math.sin", "math.sin"), ("len", "builtins.len"),
        ("range", "builtins.range"), ("float", "builtins.float"), ("operator.add", "operator.add"),
        ("op.matmul", "operator.matmul"), ("functools.reduce", "functools.reduce"),
        ("ValueError", "builtins.ValueError"),
        ("itertools.chain", "itertools.chain"), ("collections.OrderedDict", "collections.OrderedDict"),
        ("itertools.chain.from_iterable", "itertools.chain.from_iterable"),
    ],
)  # fmt: skip
def test_libraries_by_their_public_name(path: str, key: str) -> None:
    assert resolve(path) == Library(key)


def test_data_namespaces_and_user_functions() -> None:
    assert resolve("np") == Namespace("numpy")
    assert resolve("np.pi") == Value(Float(), "numpy.pi")
    assert resolve("RATE") == Value(Float())
    assert resolve("weights") == Value(Opaque("ndarray"))
    assert resolve("half") == Value(Opaque("partial"))
    assert resolve("Config.rate") == Value(Float())
    assert resolve("Config") == Namespace(f"{__name__}.Config")
    assert resolve("Point") == Namespace(f"{__name__}.Point", ("x", "y"))
    assert resolve("helper") == UserFunction(f"{__name__}.helper")
    assert resolve("Config.scaled") == UserFunction(f"{__name__}.Config.scaled")


@pytest.mark.parametrize(
    "path", ["nothing", "np.nothing", "weights.shape", "rng.normal", "helper.name", "nothing.at.all"]
)
def test_what_is_not_found_or_goes_through_data(path: str) -> None:
    assert resolve(path) is None


def test_defaults_are_read_off_the_function() -> None:
    resolver = LiveResolver(user, typeof)
    assert resolver.resolve("user.__defaults__[0]") == Value(Float())
    assert resolver.value("user.__kwdefaults__['m']") is weights


def test_a_function_is_lowered_with_its_own_names() -> None:
    resolver = LiveResolver(user, typeof)
    function = resolver.function(target_of(user))
    assert [show_op(let.op) for let in function.body[:-1]] == ["call @helper, x", "operator.mul t1, k"]
    inner = resolver.for_target(f"{__name__}.helper").function(f"{__name__}.helper")
    assert show_op(inner.body[0].op) == "call @numpy.tanh, x"
    assert resolver.for_target(target_of(user)).function(target_of(user)) is function


def test_what_a_name_is_rebound_to_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    first = LiveResolver(helper, typeof)
    assert show_op(first.function(target_of(helper)).body[0].op) == "call @numpy.tanh, x"
    assert all(dependency.holds() for dependency in first.dependencies)
    assert ("th", th) in [(dependency.name, dependency.value) for dependency in first.dependencies]
    monkeypatch.setitem(globals(), "th", math.sin)
    assert not all(dependency.holds() for dependency in first.dependencies)
    again = LiveResolver(helper, typeof)
    assert show_op(again.function(target_of(helper)).body[0].op) == "call @math.sin, x"


def test_a_global_that_would_hide_a_builtin_is_a_dependency(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = LiveResolver(user, typeof)
    resolver.resolve("len")
    hidden = [dependency for dependency in resolver.dependencies if dependency.value is ABSENT]
    assert [dependency.name for dependency in hidden] == ["len"]
    monkeypatch.setitem(globals(), "len", helper)
    assert not hidden[0].holds()


def test_targets_are_one_for_each_code() -> None:
    def made(k):
        return lambda x: x * k

    first, second = made(1.0), made("a")
    target = target_of(first)
    assert target.startswith(f"{__name__}.test_targets_are_one_for_each_code.<locals>.made.<locals>.<lambda>@")
    assert target_of(second) == target
    assert live(target) is second
    assert cell_values(first) == {"k": 1.0}
    assert LiveResolver(first, typeof).entity(first) == UserFunction(target_of(first), (Float(),))


def test_a_redefinition_has_a_target_of_its_own() -> None:
    namespaces = [{"__name__": "cells"}, {"__name__": "cells"}]
    for number, namespace in enumerate(namespaces):
        exec(f"def f(x):\n    return x * {number}", namespace)
    first, second = (target_of(namespace["f"]) for namespace in namespaces)
    assert (first, second) == ("cells.f", "cells.f@2:11")


def test_a_wrapper_is_not_what_it_wraps() -> None:
    @functools.wraps(helper)
    def wrapper(x):
        return helper(x)

    assert target_of(wrapper) != target_of(helper)
    assert "wrapper" in target_of(wrapper)


def test_no_source_is_an_error_that_says_so() -> None:
    namespace: dict = {"__name__": "nowhere"}
    exec("def f(x): return x", namespace)
    with pytest.raises(DifferentiationError, match="source of `f` is not to be found"):
        LiveResolver(namespace["f"], typeof).function(target_of(namespace["f"]))


def test_closures_capture_by_their_code() -> None:
    def outer(a, k):
        return lambda x, b=k: x * a * k * b

    picked = outer(3.0, 2.0)
    resolver = LiveResolver(picked, typeof)
    function = resolver.function(target_of(picked))
    assert [cell.name for cell in function.cells] == ["a", "k"]
    assert resolver.resolve(function.params[1].default.path) == Value(Float())


def test_a_user_s_file_of_a_library_s_name(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "statistics.py").write_text("def mean(x):\n    return sum(x) / len(x)\n")
    import importlib
    import sys

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "statistics", raising=False)
    module = importlib.import_module("statistics")
    monkeypatch.setitem(globals(), "statistics", module)
    assert resolve("statistics.mean") == UserFunction("statistics.mean")
    monkeypatch.delitem(sys.modules, "statistics")


def test_the_resolver_needs_no_numpy() -> None:
    assert "numpy" not in vars(live_module)


_ = (numpy, la, size, op, operator, itertools, collections)
