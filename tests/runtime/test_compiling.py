"""What a compilation does to the process that it happens in."""

from __future__ import annotations

import gc

import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError


def cube(x):
    return x**3


def refused(x):
    return eval("x")


@pytest.fixture
def collections():
    """How many collections there were so far."""
    seen = []

    def note(phase, info):
        seen.append(phase)

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_nothing_is_collected_meanwhile(collections, monkeypatch):
    from adls.runtime import compiler

    inner = compiler._compiled
    during = []

    def counted(*args):
        before = len(collections)
        made = inner(*args)
        during.append(len(collections) - before)
        return made

    monkeypatch.setattr(compiler, "_compiled", counted)
    assert adls.grad(cube)(2.0) == 12.0
    assert during == [0]


@pytest.mark.parametrize("collects", [True, False])
def test_the_collector_is_as_it_was(collects):
    (gc.enable if collects else gc.disable)()
    try:
        assert adls.grad(lambda x: x * x)(3.0) == 6.0
        assert gc.isenabled() is collects
        with pytest.raises(DifferentiationError):
            adls.grad(refused)(1.0)
        assert gc.isenabled() is collects
    finally:
        gc.enable()
