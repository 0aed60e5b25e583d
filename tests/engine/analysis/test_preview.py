"""The adjoint before any run: the listing that a run would have, wherever the types are known."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import adls.runtime
from adls.engine.analysis.moment import Moment
from adls.engine.analysis.preview import preview
from adls.engine.frontend.live import LiveResolver
from adls.engine.frontend.texts import Texts
from tests.engine.analysis.workspace import MAIN, Workspace

ROOT = Path(__file__).resolve().parents[3]
# Their example calls read data from files, whose types only a run knows.
FROM_FILES = {("digits_mlp", "loss")}
CALLS = [
    ("bundle_adjustment", "loss", "loss(init(), *observations())"),
    ("digits_mlp", "loss", "loss(init(0), *batch())"),
    ("digits_mlp", "layer", "layer(np.ones((3, 4)), np.ones((4, 2)), np.zeros(2))"),
    ("digits_mlp", "log_softmax", "log_softmax(np.ones((3, 4)))"),
    ("gaussian_process", "loss", "loss(init(), *measurements())"),
    ("gaussian_process", "rbf", "rbf(measurements()[0], np.ones((3, 2)), init()[:2], 0.5)"),
    ("lstm_text", "loss", "loss(init(0), *batch())"),
    ("mixture", "loss", "loss(init(), *data())"),
    ("nbody", "loss", "loss(init(), *observation())"),
    ("nbody", "energy", "energy(*leapfrog(init()[0], init()[1], observation()[0], 1000), observation()[0])"),
    ("rk4", "loss", "loss(init(), PELTS)"),
    ("rk4", "loss_array", "loss_array(init_array(), np.array(PELTS))"),
    ("stencil", "loss", "loss(init(), *experiment())"),
    ("stencil", "step", "step(init(), experiment()[0])"),
]


@pytest.mark.parametrize(("sample", "function", "call"), CALLS, ids=lambda value: str(value)[:20])
def test_preview_is_the_listing_that_a_run_shows(sample: str, function: str, call: str,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "samples"))
    sys.modules.pop(sample, None)
    # A module that was loaded before has given its functions' names away.
    monkeypatch.setattr(sys.modules[LiveResolver.__module__], "_functions", {})
    monkeypatch.setattr(sys.modules[LiveResolver.__module__], "_targets", {})
    loaded = importlib.import_module(sample)
    arguments = eval(re.sub(r"^\w+\(", "(lambda *values: values)(", call), vars(loaded))
    found = preview(Moment(Texts()), str(loaded.__file__), function, call=call)
    heading, _, text = found.text.partition("\n")
    assert heading.startswith(f"# not run; types from the call {call}")
    if (sample, function) in FROM_FILES:
        assert "Any" in text
        return
    assert text == adls.runtime.listing(getattr(loaded, function), *arguments)
    ir = preview(Moment(Texts()), str(loaded.__file__), function, "ir", call)
    assert ir.text.partition("\n")[2] == adls.runtime.listing(getattr(loaded, function), *arguments, form="ir")


CLASSES = """
import numpy as np
from dataclasses import dataclass, field
from collections import namedtuple
from abc import ABC, abstractmethod

Scaled = namedtuple("Scaled", "x by")


class Layer(ABC):
    gain = 2.0

    @abstractmethod
    def out(self, x):
        ...


@dataclass
class Dense(Layer):
    w: np.ndarray
    b: float = 0.5
    seen: list = field(default_factory=list)

    def out(self, x):
        self.seen.append(x)
        return np.tanh(self.w * x + self.b) * self.gain

    @property
    def norm(self):
        return np.sum(self.w ** 2)

    @classmethod
    def of(cls, n):
        return cls(np.ones(n), 0.25)


class Twice(Dense):
    def out(self, x):
        return super().out(x) * 2.0

    def __mul__(self, other):
        return self.norm * other


class Plain:
    def __init__(self, k, layers):
        self.k, self.layers = k, layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer.out(x)
        return Scaled(x, self.k)


# adls: trained(Twice(np.ones(3)), np.ones(3))
def trained(net, x):
    return np.sum(net.out(x)) + net * 3.0 + (net.norm if isinstance(net, Layer) else 0.0)


# adls: made(np.ones(3), 0.5)
def made(w, k):
    found = Plain(k, [Dense(w), Twice(w, b=k), Dense.of(3)])(w)
    return np.sum(found.x * found.by)
"""


@pytest.mark.parametrize("function", ["trained", "made"])
def test_the_users_classes_are_read_from_their_text(function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
                                                    ) -> None:
    name = f"classes_{function}"
    path = tmp_path / f"{name}.py"
    path.write_text(CLASSES)
    monkeypatch.syspath_prepend(str(tmp_path))
    loaded = importlib.import_module(name)
    monkeypatch.delitem(sys.modules, name)
    arguments = (loaded.Twice(np.ones(3)), np.ones(3)) if function == "trained" else (np.ones(3), 0.5)
    found = preview(Moment(Texts()), str(path), function)
    assert found.text.partition("\n")[2] == adls.runtime.listing(getattr(loaded, function), *arguments)


def heading(main: str, function: str = "f", **others: str) -> str:
    return preview(Workspace(main, **others).moment, MAIN, function).text.partition("\n")[0]


def signature(main: str, function: str = "f", **others: str) -> str:
    text = preview(Workspace(main, **others).moment, MAIN, function).text
    return next((line for line in text.splitlines() if line.startswith(f"# {function.rpartition('.')[2]}(")), text)


NUMPY = "import numpy as np\nfrom numpy.typing import NDArray\n"


def test_types_come_from_the_example_call() -> None:
    text = NUMPY + "def f(x, k=2.0):\n    return np.sum(x * k)\n"
    called = text.replace("def f", "# adls: f(np.ones((3, 1)))\ndef f")
    assert heading(called) == "# not run; types from the example call in line 3"
    assert signature(called) == "# f(x: f64[x_0, 1], k: float) -> (f64, residuals)"
    unsure = NUMPY + "def make(n): return np.ones(n)\n\n# adls: f(make(len(str(3))))\ndef f(x): return np.sum(x)\n"
    assert heading(unsure).endswith("line 5; sizes that are not known are taken to be more than 1")


INSTANCES = {
    "Layer": "Layer(rate: float, size: int, weights: f64[...])",
    "Net": "Net(bias: f64[...], layers: [Layer(rate: float, size: int, weights: f64[...]), ...], scale: float)",
}


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        ("float", "float"), ("int", "int"), ("np.ndarray", "f64[...]"), ("NDArray[np.float32]", "f32[...]"),
        ("'np.ndarray'", "f64[...]"), ("tuple[float, np.ndarray]", "(float, f64[...])"),
        ("list[float]", "[float, ...]"), ("dict[str, np.ndarray]", "{...: f64[...]}"),
        ("np.ndarray[tuple[int, int], np.dtype[np.float32]]", "f32[x_0, x_1]"),
        ("Params", "Params(float, f64[...])"), ("Pair", "(float, float)"), ("np.float32", "f32"), ("Unknown", "Any"),
        ("Optional[float]", "float"), ("'not an annotation at all ('", "Any"), ("Config", "Config()"),
        ("Layer", "Layer(rate: float, size: int, weights: f64[...])"), ("Layer | None", INSTANCES["Layer"]),
        ("Net", INSTANCES["Net"]), ("list['Layer']", f"[{INSTANCES['Layer']}, ...]"), ("layers.Far", "Far(a: float)"),
        ("Tree", "Tree(child: Any, value: float)"), ("Shape", "Any"), ("Measured", "Any"), ("Strange", "Any"),
        ("Open", "Any"), ("Square", "Square(side: float)"),
    ],
)  # fmt: skip
def test_types_come_from_annotations(annotation: str, shown: str) -> None:
    text = f"""
    import numpy as np
    from numpy.typing import NDArray
    from typing import ClassVar, NamedTuple, Optional, Protocol
    from abc import ABC, abstractmethod
    from dataclasses import dataclass
    import layers
    import missing
    class Params(NamedTuple):
        rate: float
        weights: np.ndarray
    class Config: pass
    class Layer:
        def __init__(self, weights: np.ndarray, rate: float = 0.5):
            self.weights, self.rate, self.size = weights, rate, 3
    @dataclass
    class Net(layers.Base):
        layers: list[Layer]
        scale: float = 2.0
        count: ClassVar[int] = 0
        def __call__(self, x): return x
    @dataclass
    class Tree:
        value: float
        child: "Tree"
    class Shape(Protocol):
        def area(self) -> float: ...
    class Open(ABC):
        @abstractmethod
        def area(self): return 0.0
    @dataclass
    class Square(Open):
        side: float
        def area(self): return self.side ** 2
    class Measured:
        def area(self): raise NotImplementedError
    class Strange(missing.Base):
        w: float
    Pair = tuple[float, float]
    def f(x: {annotation}, y: float):
        return y
    """
    layers = """
    import numpy as np
    from dataclasses import dataclass
    @dataclass
    class Base:
        bias: np.ndarray
    @dataclass
    class Far:
        a: float
    """
    found = preview(Workspace(text, layers=layers).moment, MAIN, "f").text
    assert joined(found).startswith(f"# f(x: {shown}, y: float) -> (float, residuals)")
    assert found.startswith("# not run; types from annotations")


def joined(text: str) -> str:
    """A listing's first signature on one line, however long it is."""
    lines = [line.removeprefix("#").strip() for line in text[text.index("# f(") : text.index("def f")].split("\n")]
    return "# " + " ".join(lines).replace("( ", "(").replace(", )", ")")


def test_an_argument_that_is_none_where_it_is_left_out_is_left_out() -> None:
    assert signature("def f(x: float, y: float | None = None): return x").startswith("# f(x: float, y: None)")


def test_a_method_is_shown_for_an_instance_of_its_class() -> None:
    text = """
    import numpy as np
    class Layer:
        def __init__(self, w: np.ndarray): self.w = w
        def loss(self, x: float):
            return np.sum(self.w * x)
        @staticmethod
        def other(x: float):
            return x
    """
    moment = Workspace(text).moment
    assert "# loss(self: Layer(w: f64[...]), x: float) -> (f64, residuals)" in preview(moment, MAIN, "Layer.loss").text
    assert "d_x = runtime.sum_product(" in preview(moment, MAIN, "Layer.loss").text
    assert "# other(x: float)" in preview(moment, MAIN, "Layer.other").text


def test_types_come_from_a_call_in_the_file_where_there_is_nothing_else() -> None:
    text = NUMPY + "def f(x):\n    return np.sum(x)\nif __name__ == '__main__':\n    n = 3\n    print(f(np.ones(n)))\n"
    assert heading(text) == "# not run; types from the call in line 7"
    assert heading(text.replace("f(x)", "f(x: float)")) == "# not run; types from annotations"
    assert heading(text.replace("f(x)", "f(x: np.ndarray)")) == "# not run; types from the call in line 7"


def test_nothing_is_known_without_either() -> None:
    assert heading("def f(x):\n    return x * x\n") == "# not run; types unknown"
    assert signature("def f(x):\n    return x * x\n").startswith("# f(x: Any)")


def test_methods_and_functions_of_other_modules() -> None:
    text = """
    import numpy as np
    from layers import dense
    class Model:
        def __init__(self): self.w = np.ones(3)
        # adls: Model().loss(np.ones(3))
        def loss(self, x):
            return np.sum(dense(x, 2.0))
    """
    layers = "import numpy as np\ndef dense(x, k):\n    return np.tanh(x) * k\n"
    found = preview(Workspace(text, layers=layers).moment, MAIN, "Model.loss")
    assert "# loss(self: Model(w: f64[self_w_0]), x: f64[x_0])" in found.text
    assert "def dense__back" in found.text


def test_what_cannot_be_differentiated_is_told() -> None:
    found = preview(Workspace("# adls: f(1.0)\ndef f(x):\n    yield x\n").moment, MAIN, "f")
    assert found.text.splitlines()[0] == "# not run; it cannot be differentiated"
    assert [(each.code, each.span.line) for each in found.problems] == [("unsupported-construct", 3)]
    assert "no function g" in heading("def f(x): return x\n", "g")
    assert "doesn't parse" in heading("def f(x: return x\n")


def test_a_call_that_does_not_fit_leaves_the_annotations() -> None:
    assert heading("# adls: f(1.0, 2.0)\ndef f(x: float):\n    return x * x\n") == "# not run; types from annotations"


def test_each_line_says_which_line_of_the_program_it_belongs_to() -> None:
    found = preview(Workspace("# adls: f(2.0)\ndef f(x):\n    y = x * x\n    return y * x\n").moment, MAIN, "f")
    lines = found.text.splitlines()
    assert len(found.lines) == len(lines)
    for line, primal in zip(lines, found.lines, strict=True):
        if "d_x" in line and "+=" in line:
            assert primal == 3
        if line.startswith(("#", "def", "import")) or not line:
            assert primal == 0
    assert {primal for line, primal in zip(lines, found.lines, strict=True) if "# 3:" in line} == {3}
