"""Example calls to choose from: all can be evaluated at the top of the function's module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adls.engine.analysis.calls import candidates
from adls.engine.analysis.moment import Moment
from adls.engine.frontend.texts import Texts
from tests.engine.analysis.workspace import MAIN, Workspace


def calls(main: str, function: str = "f", **others: str) -> list[tuple[str, str]]:
    found = candidates(Workspace(main, **others).moment, MAIN, function)
    return [(each.where, each.expression) for each in found if each.where != "annotations"]


def made_up(main: str, function: str = "f") -> list[str]:
    found = candidates(Workspace(main).moment, MAIN, function)
    return [each.expression for each in found if each.where == "annotations"]


def test_in_the_order_of_their_worth() -> None:
    text = """
    import adls
    K = 2.0
    # adls: f(1.0, 2.0)
    def f(x, y): return x * y
    if __name__ == "__main__":
        print(f(K, 3.0))
    total = f(4.0, K)
    print(adls.grad(f)(5.0, y=6.0))
    """
    assert calls(text) == [("example", "f(1.0, 2.0)"), ("file", "f(4.0, K)"), ("file", "f(5.0, y=6.0)"),
                           ("main", "f(K, 3.0)")]


def test_names_of_a_block_are_replaced_by_what_they_were_assigned() -> None:
    text = """
    import numpy as np
    def f(x, y): return x * y
    def data(n): return np.ones(n), 3.0
    def main():
        x, y = data(4)
        scale = 2.0
        both = [x * scale, y]
        for n in (7, 8):
            print(f(both[0] + n, y=[a for a in both]))
            x = 5.0
        f(x, 1)
        f(n, 1)
    """
    assert calls(text) == [
        ("file", "f([data(4)[0] * 2.0, data(4)[1]][0] + 7, y=[a for a in [data(4)[0] * 2.0, data(4)[1]]])")]


@pytest.mark.parametrize("line", ["f(unknown)", "f(self)", "f((y := 3))", "f(given)", "g(1)", "f(later)"])
def test_what_cannot_be_evaluated_at_the_top_is_left_out(line: str) -> None:
    text = f"def f(x): return x\ndef g(x): return x\ndef h(self, given):\n    {line}\n    later = 2\n"
    assert calls(text) == []


def test_tests_that_import_the_module(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("import numpy as np\nWIDTH = 3\ndef init(n): return np.ones(n)\n"
                                       "def loss(w, x): return np.sum(w * x)\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_model.py").write_text(
        "import numpy\nimport math\nimport model\nfrom model import loss as L, WIDTH as W\nN = 5\n"
        "def test_one():\n    w = model.init(N)\n    assert L(w, numpy.zeros(W)) == 0\n"
        "def test_two(fixture):\n    model.loss(fixture, 1)\n    model.loss(math.pi, 1)\n    model.loss(len([1]), 1)\n")
    (tmp_path / "tests" / "test_other.py").write_text("def loss(a, b): return a\nloss(1, 2)\n")
    found = candidates(Moment(Texts()), str(tmp_path / "model.py"), "loss")
    assert [(each.where, each.expression, each.line) for each in found if each.where == "tests"] == [
        ("tests", "loss(init(5), np.zeros(WIDTH))", 8), ("tests", "loss(len([1]), 1)", 12)]
    assert found[0].path == str(tmp_path / "tests" / "test_model.py")


NUMPY = "import numpy as np\n"


@pytest.mark.parametrize(
    ("function", "first"),
    [
        ("def f(x): return np.sum(x ** 2)", "f(np.linspace(0.1, 1.0, 5))"),
        ("def f(x: float): return x * x", "f(0.5)"),
        ("def f(x: np.ndarray, k: int = 3): return np.sum(x)", "f(np.linspace(0.1, 1.0, 5))"),
        ("def f(x, steps):\n    for _ in range(steps): x = x * 2.0\n    return np.sum(x)",
         "f(np.linspace(0.1, 1.0, 5), 3)"),
        ("def f(p): return np.sum(p['w'] @ p['b'])",
         "f({'w': np.linspace(0.1, 1.0, 5), 'b': np.linspace(0.1, 1.0, 5)})"),
        ("def f(W, x): return np.sum(np.tanh(W @ x))",
         "f(np.linspace(0.1, 1.0, 25).reshape(5, 5), np.linspace(0.1, 1.0, 5))"),
        ("def f(x): return math.sin(x)", "f(0.5)"),
        ("def f(state):\n    x, v = state\n    return x * v", "f((0.5, 0.5))"),
        ("class M:\n    def f(self, x): return np.sum(x)", "M().f(np.linspace(0.1, 1.0, 5))"),
        ("class M:\n    def __init__(self, n, w=1.0): pass\n    def f(self, x): return np.sum(x)",
         "M(3).f(np.linspace(0.1, 1.0, 5))"),
        ("class M(NamedTuple):\n    k: float\n    v: np.ndarray\n    def f(self): return np.sum(self.v) * self.k",
         "M(0.5, np.linspace(0.1, 1.0, 5)).f()"),
        ("def f(): return 1.0", "f()"),
        ("def f(*, rate): return rate", "f(rate=0.5)"),
    ],
)
def test_arguments_are_made_up(function: str, first: str) -> None:
    text = f"{NUMPY}import math\nfrom typing import NamedTuple\n{function}\n"
    found = made_up(text, "M.f" if function.startswith("class") else "f")
    assert first == found[0]


def test_without_numpy_there_are_numbers() -> None:
    assert made_up("def f(x, n): return x * n\n") == ["f(0.5, 3)"]


def test_nothing_for_what_is_not_there() -> None:
    assert calls("def f(x): return x\n", "g") == []
    assert calls("def f(x: return x\n") == []


def test_instances_of_annotated_classes_are_made() -> None:
    text = """
    import numpy as np
    from dataclasses import dataclass
    from typing import NamedTuple
    import layers
    class Pair(NamedTuple):
        a: float
        b: float
    @dataclass
    class Net:
        far: layers.Far
        pair: "Pair"
        rate: float = 0.5
    def f(net: Net, x: float): return net.far.a * x
    """
    layers = "class Far:\n    def __init__(self, a: float, b: int, c=3): self.a = a\n"
    found = candidates(Workspace(text, layers=layers).moment, MAIN, "f")
    assert [each.expression for each in found] == ["f(Net(layers.Far(0.5, 3), Pair(0.5, 0.5)), 0.5)"]


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("def f(x, mu): return math.exp(-((x - mu) ** 2))", "f(0.5, 0.5)"),
        ("def f(p):\n    (a, b), c = p\n    return a * b * c", "f(((0.5, 0.5), 0.5))"),
        ("def f(*xs): return sum(x * x for x in xs)", "f(0.5)"),
        (
            "def f(z, labels): return -np.mean((z - z.max(axis=1, keepdims=True))[np.arange(len(labels)), labels])",
            "f(np.linspace(0.1, 1.0, 25).reshape(5, 5), np.arange(5))",
        ),
    ],
)
def test_made_up_arguments_are_what_the_body_takes(text: str, best: str) -> None:
    assert made_up(f"import math\nimport numpy as np\n{text}\n")[0] == best


LINE = "np.linspace(0.1, 1.0, 5)"


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("def f(g, y, dt, steps):\n    for n in range(steps): y = y + dt * g(n * dt, y)\n    return np.sum(y)",
         f"[argnums=1]: f(lambda x, y: x * y, {LINE}, 0.5, 3)"),
        ("def f(g: Callable[[float], float], x0: float): return x0 - g(x0) / 2.0",
         "[argnums=1]: f(lambda x: np.sum(x * x), 0.5)"),
        ("def f(objective, x): return objective(x) + 1.0", f"[argnums=1]: f(lambda x: np.sum(x * x), {LINE})"),
        ("def f(x, W, activation): return np.sum(activation(x @ W))",
         f"f({LINE}, np.linspace(0.1, 1.0, 25).reshape(5, 5), lambda x: x * x)"),
        ("def f(x, layers):\n    for layer in layers: x = layer(x)\n    return np.sum(x)",
         f"f({LINE}, [lambda x: x * x])"),
        ("def g(h, x): return np.sum(h(x))\ndef f(h, x): return g(h, x)", f"[argnums=1]: f(lambda x: x * x, {LINE})"),
        ("def f(loss, w, data):\n    total = 0.0\n    for x, y in data: total += loss(w, x, y)\n    return total",
         f"[argnums=1]: f(lambda x, y, z: np.sum(x * y * z), {LINE}, [({LINE}, {LINE})])"),
        ("def f(make): return make() * 2.0", "f(lambda: 0.5)"),
    ],
)
def test_functions_are_made_up_too_and_what_follows_them_is_differentiated(text: str, best: str) -> None:
    assert made_up(f"from collections.abc import Callable\nimport numpy as np\n{text}\n")[0] == best


@pytest.mark.parametrize("text", [
    "class M:\n    def __init__(self, g, dt):\n        self.g, self.dt = g, dt\n",
    "@dataclass\nclass M:\n    g: 'Callable[[float], float] | None'\n    dt: float\n",
])
def test_instances_get_functions_to_keep(text: str) -> None:
    head = "from dataclasses import dataclass\nimport numpy as np\n"
    found = made_up(f"{head}{text}    def f(self, y): return np.sum(self.dt * self.g(y))\n", "M.f")
    assert re.fullmatch(r"M\(lambda x: .*x \* x\)?, 0\.5\)\.f\(np\.linspace\(0\.1, 1\.0, 5\)\)", found[0])


def test_calls_that_are_written_say_which_argument_is_differentiated() -> None:
    text = """
    import numpy as np
    def rhs(t, y): return -y
    def f(g, name, n, y): return np.sum(g(n, y))
    out = f(rhs, "euler", 3, np.ones(3))
    """
    assert calls(text)[0] == ("file", "[argnums=3]: f(rhs, 'euler', 3, np.ones(3))")
