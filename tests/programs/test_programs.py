"""Small programs as different people write them: the value's bits, the gradient, and a pullback called twice."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError
from tests.differences import assert_gradient, flat, numerical_gradient, rebuilt
from tests.programs import (
    algebra,
    array_protocol,
    by_others,
    call_styles,
    callbacks,
    changed_after,
    changing,
    collected,
    commonplace,
    complex_parts,
    containers,
    deep_containers,
    everyday,
    given_and_written,
    given_back,
    grown,
    handed,
    in_place_products,
    iteration,
    kernels,
    late,
    learning,
    left_early,
    linked,
    made_alike,
    makers,
    maybe,
    maybe_keys,
    met_again,
    mixed,
    nested,
    numpy_calls,
    numpy_habits,
    numpy_rarer,
    numpy_second,
    objects,
    objects_in_dicts,
    optional,
    own_dict,
    packaged,
    packages_by_others,
    parts,
    physics,
    polynomials,
    python_habits,
    records,
    remembered,
    sequences,
    side_by_side,
    sized,
    spellings,
    standard,
    statistics,
    streams,
    trees,
    two_ways,
)
from tests.programs.case import Case
from tests.programs.known import CRASHES, REFUSED, REFUSED_TWICE, WRONG

try:
    from tests.programs import with_equations, with_scipy
except ImportError:
    WITH_SCIPY = ()
else:
    WITH_SCIPY = (with_equations, with_scipy)

MODULES = (
    learning,
    sequences,
    physics,
    statistics,
    python_habits,
    numpy_calls,
    numpy_habits,
    numpy_rarer,
    numpy_second,
    nested,
    containers,
    objects,
    objects_in_dicts,
    kernels,
    handed,
    changing,
    iteration,
    everyday,
    packaged,
    collected,
    records,
    by_others,
    call_styles,
    spellings,
    grown,
    complex_parts,
    in_place_products,
    deep_containers,
    met_again,
    given_back,
    late,
    left_early,
    mixed,
    parts,
    sized,
    two_ways,
    callbacks,
    maybe,
    packages_by_others,
    standard,
    makers,
    trees,
    algebra,
    linked,
    polynomials,
    commonplace,
    optional,
    given_and_written,
    changed_after,
    side_by_side,
    maybe_keys,
    remembered,
    streams,
    made_alike,
    own_dict,
    array_protocol,
    *WITH_SCIPY,
)
TWICE = [case for module in MODULES for case in getattr(module, "TWICE", ())]
PROGRAMS = [case for module in MODULES for case in module.PROGRAMS]


def marked(cases, known):
    return [pytest.param(case, id=case.name, marks=_marks(known.get(case.name, ""))) for case in cases]


def _marks(reason):
    return [pytest.mark.xfail(reason=reason, strict=True)] if reason else []


def fresh(args):
    return tuple(rebuilt(arg, flat(arg)) for arg in args)


def doubled(value):
    """The same value in float64."""
    if isinstance(value, tuple | list):
        return type(value)(doubled(item) for item in value)
    return value.astype(np.float64) if isinstance(value, np.ndarray | np.floating) else value


@pytest.mark.parametrize("case", marked(PROGRAMS, WRONG | CRASHES | REFUSED))
def test_gradient(case: Case):
    if case.single:
        value, gradients = adls.value_and_grad(case.function, case.argnums)(*fresh(case.args))
        plain = case.function(*fresh(case.args))
        assert np.asarray(value).dtype == np.asarray(plain).dtype
        assert np.array_equal(value, plain)
        for argnum, gradient in zip(case.argnums, gradients, strict=True):
            wanted = numerical_gradient(case.function, doubled(case.args), argnum, step=1e-2)
            np.testing.assert_allclose(flat(gradient), wanted, rtol=1e-2, atol=1e-3)
            assert getattr(gradient, "dtype", None) == getattr(case.args[argnum], "dtype", None)
        return
    assert_gradient(case.function, *case.args, argnums=case.argnums, rtol=case.rtol, atol=case.atol)


@pytest.mark.parametrize("case", marked(PROGRAMS, CRASHES | REFUSED))
def test_pullback_twice(case: Case):
    args = fresh(case.args)
    value, back = adls.pullback(case.function, *args)
    seed = np.ones_like(value) if isinstance(value, np.ndarray | np.generic) else 1.0
    first, second = back(seed), back(seed)
    gradients = adls.grad(case.function, case.argnums)(*fresh(case.args))
    for n, gradient in zip(case.argnums, gradients, strict=True):
        assert np.array_equal(flat(first[n]), flat(second[n]), equal_nan=True)
        np.testing.assert_allclose(flat(first[n]), flat(gradient), rtol=1e-5 if case.single else 1e-12, atol=1e-13)


@pytest.mark.parametrize("case", marked(TWICE, WRONG | CRASHES | REFUSED | REFUSED_TWICE))
def test_gradient_of_the_gradient(case: Case):
    def gradient(*args):
        return adls.grad(case.function, case.argnums)(*args)

    value, back = adls.pullback(gradient, *fresh(case.args))
    weights = np.cos(1.7 * np.arange(flat(value).size)) + 0.2
    found = back(rebuilt(value, weights))
    for n in case.argnums:
        wanted = numerical_gradient(lambda *args: float(flat(gradient(*args)) @ weights), case.args, n, step=1e-5)
        np.testing.assert_allclose(flat(found[n]), wanted, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("case", [case for case in PROGRAMS if case.name in REFUSED], ids=lambda case: case.name)
def test_what_is_refused_says_where(case: Case):
    with pytest.raises(DifferentiationError) as refusal:
        adls.grad(case.function, case.argnums)(*fresh(case.args))
    assert all(diagnostic.span.line and diagnostic.way_out for diagnostic in refusal.value.diagnostics)


def test_names_are_unique_and_known():
    names = [case.name for case in PROGRAMS]
    assert len(names) == len(set(names))
    assert {*WRONG, *CRASHES, *REFUSED, *REFUSED_TWICE} <= set(names)
