"""The listing: readable, deterministic, and the very tree that runs."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import numpy as np
import pytest

from adls.engine.backend.emit import ListingMismatch, check_listing, emit
from adls.engine.backend.unit import Listing
from adls.engine.ir.ops import Const, For, If, Return, Var, While
from adls.engine.ir.types import Any, Array, Dim, Scalar, Tuple
from tests.engine.backend.programs import at, function, let, unit, units

SAMPLES = sorted((Path(__file__).resolve().parents[3] / "samples").glob("*.py"))
ROWS = Array("f64", (Dim("n"), Dim("64")))


def listing_of(text: str) -> Listing:
    return emit(units(textwrap.dedent(text)), check=True)


def body_of(text: str) -> list[str]:
    """The lines of the first function without headings."""
    lines = listing_of(text).text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("def "))
    return [line[4:] for line in lines[start + 1 :] if not line.strip().startswith("#")]


def test_a_typed_function_is_headed_line_by_line() -> None:
    source = "def layer(x, W):\n    h = np.tanh(x @ W + BIAS)\n    return h\n"
    made = function(
        "x W",
        let("t1", "operator.matmul", "x", "W", line=2),
        let("t2", "operator.add", "t1", "@@BIAS", line=2),
        let("h", "numpy.tanh", "t2", line=2),
        Return(Var("h"), at(3)),
        name="layer",
        types=dict.fromkeys(("x", "W", "t1", "t2", "h"), ROWS),
        result=ROWS,
    )
    assert emit([unit(made, source, "layer__fwd")], check=True).text == textwrap.dedent('''\
        import numpy as np

        from adls import runtime

        model = runtime.module("model", "model.py")


        # layer(x: f64[n, 64], W: f64[n, 64]) -> f64[n, 64]
        def layer__fwd(x, W):
            # 2: h = np.tanh(x @ W + BIAS)
            h = np.tanh(x @ W + model.BIAS)  # f64[n, 64]
            # 3: return h
            return h
        ''')


def test_what_is_not_known_is_marked() -> None:
    call = let("y r", "forward_dynamic", "f", "x")
    made = function("f x", call, Return(Var("y"), at(1)), types={"x": ROWS, "f": Any()})
    assert "y, r = runtime.forward_dynamic(f, x)  # Any, Any\n" in emit([unit(made)], check=True).text


def test_generated_calls_go_by_the_emitted_names() -> None:
    made = function(
        "r g",
        let("d_x d_W", "backward", "r", "g", data="k"),
        let("y q", "forward", "d_x", data="k"),
        let("d_b", "runtime.unbroadcast", "d_W", Const((1, 2))),
        let("d_s", "ndarray.sum", "d_b", axis=0),
        Return(Var("d_s"), at(1)),
    )
    text = emit([unit(made)], {"k": ("layer__fwd", "layer__back")}, check=True).text
    assert "d_x, d_W = layer__back(r, g)\n" in text
    assert "y, q = layer__fwd(d_x)\n" in text
    assert "d_s = d_b.sum(axis=0)\n" in text


@pytest.mark.parametrize(("line", "shown"), [
    ("y = x[1:-1, i] * -2.0**n", None),
    ("y = x[n // 2 :, None]", None),
    ("x[i] += n * x[i + 1]", None),
    ("x.field -= n", ["field = x.field", "field -= n", "x.field = field"]),
    ("x[i] = y = n", ["value = n", "x[i] = value", "y = value"]),
    ("a, (b, *c) = x", None),
    ("y = (i, n), [*x, n], {n: i}, {n}", None),
    ("y = x.sum(axis=0)[i](n, *x, k=n, **i)", None),
    ("y = not n in x", ["y = n not in x"]),
    ("y = x is not None", None),
    ("y = f'{x:.2f} {{of}} {n!r}'", ['y = "{:.2f} {{of}} {!r}".format(x, n)']),
    ("del x[i], n", None),
    ("y = lambda v: v * x", None),
    ("y = lambda v: np.sin(v)", ["y = runtime.closure(model, lambda v: np.sin(v))"]),
    ("import os.path as p", None),
    ("from ..pkg import thing as t", None),
    ("y = max(len(x), -1, 1e400, 2j)", ['y = max(len(x), -1, float("inf"), 2j)']),
])  # fmt: skip
def test_statements_come_back(line: str, shown: list[str] | None) -> None:
    body = body_of(f"def f(x, i, n):\n    {line}\n    return n\n")[:-1]
    if line.startswith("from"):
        assert body == ["from pkg import thing as t"]
    elif line.startswith("del"):
        assert body == ["del x[i]", "del n"]
    else:
        assert body == (shown or [line])


def test_control_flow_comes_back() -> None:
    text = """\
        for i, (a, b) in enumerate(x):
            if a > b:
                continue
            elif a:
                break
            else:
                x[i] = a
        else:
            n = 1
        while n < 3 * i:
            n = n + 1
        try:
            y = 1
        except (ValueError, KeyError) as error:
            raise RuntimeError(n) from error
        except TypeError:
            raise
        else:
            y = 2
        finally:
            n = 0
        with np.errstate(all="ignore") as state:
            y = state
        return y
    """
    wanted = textwrap.dedent(text).splitlines()
    assert body_of("def f(x, n):\n" + textwrap.indent(textwrap.dedent(text), "    ")) == wanted


def test_a_loop_whose_test_is_no_expression() -> None:
    """Its `else` may leave the loop around it."""
    loop = While(
        (let("go q", "unpack", "x"),), Var("go"), (let("x", "copy", "q"),), (let("n", "copy", 5),), at(1))
    text = emit([unit(function("x n", loop, Return(Var("n"), at(1))))], check=True).text
    assert "        if not go:\n            n = 5\n            break\n        x = q\n" in text
    assert _run(text)((True, (True, (False, 0))), 0) == 5


def test_an_else_that_breaks_the_outer_loop() -> None:
    from adls.engine.ir.ops import Break

    inner = While((let("go q", "unpack", "x"),), Var("go"), (let("x", "copy", "q"),), (Break(at(1)),), at(1))
    outer = For(Var("i"), Var("n"), (inner, let("last", "copy", "i")), (), at(1))
    made = function("x n", let("last", "copy", -1), outer, Return(Var("last"), at(1)))
    assert _run(emit([unit(made)], check=True).text)((False, 0), range(3)) == -1


def test_no_name_of_the_user_is_taken() -> None:
    listing = listing_of("""\
        def f(np, model, runtime, len):
            return g(np) + model * runtime
        def g(x):
            return np.sin(x) + CONST + max(x)
        def h(y, max):
            y = lambda v: np.cos(v)
            return y
    """)
    assert listing.text.splitlines()[:7] == [
        "import builtins", "", "import numpy", "", "from adls import runtime as runtime_module", "",
        'model_py = runtime_module.module("model", "model.py")']
    assert "builtins.max(x)" in listing.text
    assert "runtime_module.closure(model_py, lambda v: np.cos(v))" in listing.text


def test_the_module_of_a_script_has_its_files_name() -> None:
    (made,) = units("def f():\n    return CONST\n", "/home/me/my-model.py", "__main__")
    assert 'my_model = runtime.module("__main__", "/home/me/my-model.py")\n' in emit([made], check=True).text


def test_long_lines_are_broken_as_ruff_breaks_them() -> None:
    names = " ".join(f"residual_number_{i}" for i in range(9))
    made = function(names, let("kept", "tuple", *names.split()), Return(Var("kept"), at(1)))
    text = emit([unit(made)], check=True).text
    assert max(map(len, text.splitlines())) <= 120
    assert text.count("    residual_number_3,\n") >= 2


def test_a_long_signature_has_a_line_for_each_parameter() -> None:
    types = {"params": Tuple((ROWS,) * 8), "x": ROWS}
    made = function("params x", Return(Var("x"), at(1)), types=types, result=Scalar("f64"))
    text = emit([unit(made)], check=True).text
    assert "# f(\n#     params: (\n#         f64[n, 64],\n" in text
    assert "#     ),\n#     x: f64[n, 64],\n# ) -> f64\ndef f(params, x):\n" in text


def test_a_tuple_constant_is_printed() -> None:
    made = function("", If(Const(True), (), (), at(1)), Return(Const((1, -2.5)), at(1)))
    assert "if True:\n        pass\n" in emit([unit(made)], check=True).text


def test_each_statement_knows_its_line() -> None:
    listing = listing_of("def f(x):\n    y = x + 1\n\n    return y\n")
    lines = listing.text.splitlines()
    assert [(lines[number - 1].strip(), name, line) for number, name, line in listing.text_lines] == [
        ("y = x + 1", "f__fwd", 2), ("return y", "f__fwd", 4)]
    assert listing.lines("f") == (2, 4)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_samples_parse_to_what_runs_and_are_deterministic(sample: Path) -> None:
    text = sample.read_text()
    kept = "\n".join(ast.unparse(node) for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)
                     and not any(isinstance(inner, ast.GeneratorExp) for inner in ast.walk(node)))
    first = emit(units(kept), check=True)
    assert first.text == emit(units(kept), check=True).text


def test_a_listing_that_is_not_what_runs_is_an_error() -> None:
    listing = listing_of("def f(x):\n    return x + 1\n")
    listing.tree.body[0].body[0].value.op = ast.Sub()  # type: ignore[attr-defined]
    with pytest.raises(ListingMismatch, match="Sub"):
        check_listing(listing)


def _run(text: str):  # type: ignore[no-untyped-def]
    namespace: dict[str, object] = {"np": np}
    exec(text, namespace)
    return namespace["f"]
