"""The IR's text: what a person reads in `adls show --ir`."""

from __future__ import annotations

import textwrap

from adls.engine.ir.ops import Break, Const, For, Handler, If, Return, Try, Var, While, With
from adls.engine.ir.printer import show
from adls.engine.ir.types import Array, Dim, Scalar
from tests.engine.backend.programs import at, function, let, units


def shown(text: str) -> list[str]:
    """The printed functions of a text, without margins."""
    return [line[:92].rstrip() for made in units(text) for line in show(made.function).splitlines()]


def test_a_typed_function() -> None:
    rows = Array("f64", (Dim("n"), Dim("64")))
    made = function(
        "x W",
        let("t1", "operator.matmul", "x", "W", line=12),
        let("h", "numpy.tanh", "t1", line=12),
        Return(Var("h"), at(13)),
        types={"x": rows, "W": rows, "t1": rows, "h": rows},
        result=Scalar("f64"),
    )
    margin = " " * 92
    assert show(made) == "".join(f"{left:<92}  {right}\n" for left, right in [
        ("f(x: f64[n, 64], W: f64[n, 64]) -> f64", "model.py:1"),
        ("  t1: f64[n, 64] = operator.matmul x, W", "@12"),
        ("  h: f64[n, 64] = numpy.tanh t1", "@12"),
        ("  return h", "@13"),
    ])
    assert len(margin) == 92


def test_regions_are_indented() -> None:
    made = function(
        "x",
        For(Var("i"), Var("x"), (If(Var("i"), (Break(at(3)),), (), at(2)),), (let("x", "copy", 1),), at(1)),
        While((let("t1", "copy", "x"),), Var("t1"), (), (), at(4)),
        With(Var("x"), Var("c"), (), at(5)),
        Try((), (Handler(Const(None), Var("e"), (), at(7)),), (), (let("", "setitem", "x", 0, -1.5),), at(6)),
    )
    assert [line[:60].rstrip() for line in show(made).splitlines()[1:]] == textwrap.indent(textwrap.dedent("""\
        for i in x:
          if i:
            break
        else:
          x = copy 1
        while:
          t1 = copy x
        holds t1:
          pass
        with x as c:
          pass
        try:
          pass
        except None as e:
          pass
        finally:
          setitem x, 0, -1.5"""), "  ").splitlines()


def test_functions_inside_follow_with_what_they_capture() -> None:
    text = "def f(x, *rest, k=1, **more):\n    g = lambda y: y * x + CONST\n    return np.sin(g(k))\n"
    assert shown(text) == [
        "f(x, *rest, keyword k = 1, **more) -> Any",
        "  g = closure[lambda at 2] x",
        "  t1 = call g, k",
        "  t2 = call @numpy.sin, t1",
        "  return t2",
        "",
        "  f.<locals>.<lambda>(y) -> Any",
        "    cells x",
        "    t1 = operator.mul y, x",
        "    t2 = operator.add t1, @CONST",
        "    return t2",
    ]


def test_the_text_is_the_same_wherever_the_file_lies() -> None:
    text = "def f(x):\n    return x + 1\n"
    here, there = units(text, "/a/model.py"), units(text, "/b/model.py")
    assert show(here[0].function) == show(there[0].function)
