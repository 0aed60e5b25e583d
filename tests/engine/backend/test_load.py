"""Ordinary tools name the user's lines in generated code."""

from __future__ import annotations

import ast
import cProfile
import pstats
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adls.engine.backend.emit import emit
from adls.engine.backend.load import load
from adls.engine.backend.unit import EmitUnit
from adls.engine.ir.ops import Return, Var
from adls.engine.source.text import SourceFile, Span
from tests.engine.backend.programs import function, let, units

TEXT = '''\
"""A model."""

def layer(x, W):
    h = helper(x @ W) + 1.0
    return h.sum()


def helper(v):
    return [w * 2 for w in v][0]
'''


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "model.py"
    file.write_text(TEXT)
    return file


@pytest.fixture(autouse=True)
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """`runtime.module` loads a file afresh here."""
    from types import SimpleNamespace

    import adls.runtime

    def load_module(name: str, file: str) -> SimpleNamespace:
        namespace: dict[str, Any] = {"__name__": name, "np": np}
        exec(compile(Path(file).read_text(), file, "exec"), namespace)
        return SimpleNamespace(**namespace)

    monkeypatch.setattr(adls.runtime, "module", load_module, raising=False)
    monkeypatch.setattr(adls.runtime, "closure", lambda _module, made: made, raising=False)


def loaded(file: Path) -> dict[str, Any]:
    return load(emit(units(file.read_text(), str(file)), check=True))


def failure(function: Any, *args: object) -> str:
    try:
        function(*args)
    except Exception:
        return traceback.format_exc()
    raise AssertionError("it does not fail")


def test_a_traceback_has_carets_under_the_users_expression(model: Path) -> None:
    report = failure(loaded(model)["layer__fwd"], np.ones((2, 3)), np.ones((2, 3)))
    assert f'''\
  File "{model}", line 4, in layer
    h = helper(x @ W) + 1.0
               ~~^~~
''' in report
    assert "<adls>" not in report


def test_a_backward_frame_has_a_name_of_its_own_and_the_users_line(model: Path) -> None:
    line = TEXT.splitlines()[3]
    start = line.index("x @ W")
    place = Span(4, start, 4, start + len("x @ W"))
    back = function(
        "r g",
        let("x W", "unpack", "r", span=place),
        let("t1", "attr", "W", data="T", span=place),
        let("d_x", "operator.matmul", "g", "t1", span=place),
        Return(Var("d_x"), place),
        name="layer", file=str(model), role="backward", span=Span(3, 0, 5, 18),
    )
    listing = emit([EmitUnit(back, "layer__back", "layer__back", SourceFile(str(model), TEXT), "model")], check=True)
    run = load(listing)["layer__back"]
    assert f'''\
  File "{model}", line 4, in layer__back
    h = helper(x @ W) + 1.0
               ~~^~~
''' in failure(run, (np.ones((2, 3)), np.ones((3, 4))), np.ones((2, 3)))


def test_code_objects_are_the_users(model: Path) -> None:
    code = loaded(model)["layer__fwd"].__code__
    assert (code.co_filename, code.co_name, code.co_qualname, code.co_firstlineno) == (str(model), "layer", "layer", 3)
    assert {line for *_, line in code.co_lines() if line} == {3, 4, 5}


def test_a_lambda_has_the_position_that_the_user_gave_it(tmp_path: Path) -> None:
    text = (
        "def f(x):\n"
        "    g = (lambda v:\n"
        "             np.sin(v) + é + x)\n"
        "    def inner(a, b=x + 1):\n"
        "        'ä'; return (a *\n"
        "                b)\n"
        "    return g, inner\n"
    )
    file = tmp_path / "m.py"
    file.write_text(text)
    g, inner = loaded(file)["f__fwd"](1)
    namespace: dict[str, Any] = {}
    exec(compile(text, str(file), "exec", dont_inherit=True), namespace)
    own_g, own_inner = namespace["f"](1)
    assert g.__qualname__ == "f.<locals>.<lambda>"
    assert list(g.__code__.co_positions()) == list(own_g.__code__.co_positions())
    assert list(inner.__code__.co_positions()) == list(own_inner.__code__.co_positions())
    assert (g.__code__, inner.__code__) == (own_g.__code__, own_inner.__code__)
    assert inner(5) == own_inner(5)


def test_a_profiler_names_the_users_function(model: Path) -> None:
    run = loaded(model)["helper__fwd"]
    profiler = cProfile.Profile()
    profiler.runcall(run, np.ones(3))
    assert (str(model), 8, "helper") in pstats.Stats(profiler).stats  # type: ignore[attr-defined]


def test_a_tracer_sees_the_users_lines(model: Path) -> None:
    seen: list[int] = []

    def trace(frame: Any, event: str, _arg: object) -> Any:
        if frame.f_code.co_filename == str(model) and frame.f_code.co_name == "layer" and event == "line":
            seen.append(frame.f_lineno)
        return trace

    run = loaded(model)["layer__fwd"]
    sys.settrace(trace)
    try:
        run(np.ones((1, 3)), np.ones((3, 2)))
    finally:
        sys.settrace(None)
    assert seen == [4, 5]


def test_every_node_has_a_position_inside_the_file(model: Path) -> None:
    tree = emit(units(TEXT, str(model))).tree
    lines = TEXT.splitlines()
    for node in ast.walk(tree):
        if "lineno" in node._attributes:
            assert 1 <= node.lineno <= node.end_lineno <= len(lines)  # type: ignore[attr-defined]
