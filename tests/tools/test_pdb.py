"""A `pdb` breakpoint on a user's line stops in the forward and in the backward pass."""

from __future__ import annotations

import bdb
import inspect
import io
import pdb  # noqa: T100

import numpy as np
import pytest

import adls
from tests.tools import program


def session(call, commands: list[str]) -> str:
    """What a debugger prints while `call` runs under it and these commands are typed."""
    bdb.Breakpoint.clearBreakpoints()
    output = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("\n".join([*commands, "quit", ""])), stdout=output, readrc=False)
    debugger.use_rawinput = False
    debugger.prompt = "> "
    try:
        debugger.runcall(call)
    except BaseException as ended:  # `quit` raises
        if type(ended).__name__ != "BdbQuit":
            raise
    return output.getvalue()


def line_with(text: str) -> int:
    lines, first = inspect.getsourcelines(program)
    return max(first, 1) + next(n for n, line in enumerate(lines) if text in line)


@pytest.fixture
def gradient():
    w, x = program.arguments()
    adls.grad(program.loss)(w, x)
    return lambda: adls.grad(program.loss)(w, x)


def stops(text: str) -> list[str]:
    """The functions in which the debugger stopped, in order: `> file(line)function()`."""
    return [line.rpartition(")")[0].rpartition(")")[2].removesuffix("(") for line in text.splitlines()
            if line.startswith(("> " + program.__file__, "> > " + program.__file__))]


def test_a_breakpoint_stops_in_the_forward_and_in_the_backward_pass(gradient):
    line = line_with("h = x @ w")
    text = session(gradient, [f"break {program.__file__}:{line}", *["continue"] * 20])
    found = stops(text)
    assert found.count("layer") == 3
    assert found.count("layer__back") >= 3
    assert found[0] == "layer"
    assert f"({line})layer()" in text
    assert f"({line})layer__back()" in text
    assert "-> h = x @ w" in text


def test_the_locals_of_a_backward_frame_can_be_printed(gradient):
    line = line_with("h = x @ w")
    commands = [f"break {program.__file__}:{line}", *["continue"] * 4, "where", "p sorted(locals())", "continue"]
    text = session(gradient, commands)
    assert "loss__back" in text
    assert "'d_" in text


def test_the_users_line_is_stepped_through_with_next(gradient):
    line = line_with("x = layer(x, w)")
    text = session(gradient, [f"break {program.__file__}:{line}", "continue", "next", "next", "next"])
    assert f"({line})loss()" in text


def test_nothing_changes_when_no_breakpoint_is_hit(gradient):
    plain = gradient()
    results = []
    session(lambda: results.append(gradient()), ["continue"])
    assert np.array_equal(results[0], plain)
