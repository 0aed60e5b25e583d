"""Names from text alone: what the live resolver says, or less."""

from __future__ import annotations

import importlib
import sys
import textwrap
from pathlib import Path
from types import FunctionType, ModuleType

import numpy as np
import pytest

from adls.engine.frontend import packages
from adls.engine.frontend.library import library_key
from adls.engine.frontend.live import LiveResolver, target_of
from adls.engine.frontend.modules import Module, Project
from adls.engine.frontend.static import StaticResolver, functions_in
from adls.engine.frontend.texts import Texts
from adls.engine.ir.entities import Entity, Library, Namespace, UserFunction, Value
from adls.engine.ir.ops import Global
from adls.engine.ir.types import Any, Callable, Opaque, Str
from adls.engine.ir.walk import lets
from adls.engine.rules.table import FAMILIES
from adls.runtime.typeof import typeof

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "samples").glob("*.py"))


def module(text: str, path: str = "/project/model.py", **others: str) -> Module:
    """A module of the workspace, with others beside it (`pkg__sub` for `pkg/sub.py`)."""
    texts = Texts()
    texts.open(path, textwrap.dedent(text))
    for name, other in others.items():
        texts.open(str(Path(path).parent / (name.replace("__", "/") + ".py")), textwrap.dedent(other))
    found = Project(texts).module(path)
    assert found is not None
    return found


def resolve(text: str, path: str, **others: str) -> Entity | None:
    return StaticResolver(module(text, **others)).resolve(path)


@pytest.fixture
def loaded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(request.param.parent))
    sys.modules.pop(request.param.stem, None)
    # A module that was loaded before has given its functions' names away.
    monkeypatch.setattr(sys.modules[LiveResolver.__module__], "_functions", {})
    monkeypatch.setattr(sys.modules[LiveResolver.__module__], "_targets", {})
    return importlib.import_module(request.param.stem)


@pytest.mark.parametrize("loaded", SAMPLES, ids=lambda file: file.stem, indirect=True)
def test_both_resolvers_make_the_same_of_every_sample(loaded: ModuleType) -> None:
    file = str(loaded.__file__)
    found = Project(Texts()).module(file)
    assert found is not None
    static = StaticResolver(found)
    compared = 0
    for qualname in functions_in(found):
        function = getattr(loaded, qualname)
        if not isinstance(function, FunctionType):
            assert static.resolve(qualname) == Value(typeof(function))
            continue
        compared += 1
        defined, live = static.find(qualname), LiveResolver(function, typeof)
        assert defined is not None
        target = static.target(defined)
        assert target == target_of(function)
        assert static.lowered(target) == live.lowered(target)
        mine, theirs = static.for_target(target), live.for_target(target)
        for path in {arg.path for let in lets(static.function(target)) for arg in let.op.operands
                     if isinstance(arg, Global)}:
            same_or_less(mine.resolve(path), theirs.resolve(path))
    assert compared > 4


def same_or_less(static: Entity | None, live: Entity | None) -> None:
    """A static value may be of unknown type; all else is equal."""
    if isinstance(static, Value) and isinstance(live, Value):
        assert static.key == live.key
        assert static.type in (live.type, Any())
    else:
        assert static == live


@pytest.mark.parametrize("home", ["numpy", "numpy.linalg", "numpy.fft", "numpy.random", "math", "operator", "adls"])
def test_every_name_of_a_library_is_what_it_is_when_imported(home: str) -> None:
    live = importlib.import_module(home)
    for name in getattr(live, "__all__", None) or [name for name in dir(live) if not name.startswith("_")]:
        found = getattr(live, name)
        if name.startswith("_") or isinstance(found, ModuleType) or name in ("clongdouble", "complex256", "float128"):
            continue
        key = library_key(found) if callable(found) else ""
        known = packages.entity(f"{home}.{name}")
        if key or callable(found):
            assert known == Library(key or f"{home}.{name}"), name
        elif name not in ("ScalarType", "little_endian", "sctypeDict", "typecodes"):
            assert isinstance(known, Value), name
            assert known.type in (typeof(found), Opaque(type(found).__name__)), name


def test_every_rule_is_found_by_its_name() -> None:
    names = [name for rows in FAMILIES.values() for row in rows for name in row.names]
    for name in names:
        top, _, rest = name.partition(".")
        if top in ("numpy", "scipy", "math") and not packages.is_module(name):
            found = packages.entity(name)
            assert isinstance(found, Library), name
            assert found.key in names or rest in packages._ALIASES, name


@pytest.mark.parametrize(
    ("text", "path", "key"),
    [
        ("import numpy as np", "np.linalg.norm", "numpy.linalg.norm"),
        ("from numpy import linalg as la", "la.norm", "numpy.linalg.norm"),
        ("import numpy.linalg as la", "la.norm", "numpy.linalg.norm"),
        ("import numpy.linalg", "numpy.linalg.norm", "numpy.linalg.norm"),
        ("import numpy.linalg", "numpy.tanh", "numpy.tanh"),
        ("from numpy.linalg import norm as size", "size", "numpy.linalg.norm"),
        ("import numpy as np", "np.abs", "numpy.absolute"),
        ("import numpy as np", "np.add.at", "numpy.add.at"),
        ("import numpy as np", "np.ndarray.sum", "numpy.ndarray.sum"),
        ("import numpy as np\nxp = np", "xp.tanh", "numpy.tanh"),
        ("import numpy as np\nact = np.tanh", "act", "numpy.tanh"),
        ("from scipy.special import expit", "expit", "scipy.special.expit"),
        ("from scipy import special", "special.erf", "scipy.special.erf"),
        ("from math import sin", "sin", "math.sin"),
        ("import itertools", "itertools.chain.from_iterable", "itertools.chain.from_iterable"),
        ("import operator as op", "op.matmul", "operator.matmul"),
        ("import adls", "adls.grad", "adls.grad"),
        ("", "len", "builtins.len"),
        ("", "ValueError", "builtins.ValueError"),
        ("try:\n    import numpy as np\nfinally:\n    pass", "np.sin", "numpy.sin"),
    ],
)
def test_libraries_by_their_public_name(text: str, path: str, key: str) -> None:
    assert resolve(text, path) == Library(key)


def test_data_of_libraries() -> None:
    assert resolve("import numpy as np", "np.newaxis") == LiveResolver(_user, typeof).resolve("np.newaxis")
    assert resolve("import numpy as np", "np.r_") == LiveResolver(_user, typeof).resolve("np.r_")
    assert resolve("import numpy as np", "np.pi") == LiveResolver(_user, typeof).resolve("np.pi")
    assert resolve("import numpy as np", "np.pi.real") is None
    assert resolve("import numpy as np", "np.linalg") == Namespace("numpy.linalg")
    assert resolve("", "__name__") == Value(Str())


def _user() -> object:
    return np


def test_functions_and_classes_of_the_module() -> None:
    text = """
    from typing import NamedTuple
    from collections import namedtuple
    def f(x, k=1.0): return x
    g = f
    sq = lambda x: x * x
    class Point(NamedTuple):
        x: float
        y: float
        def norm(self): return self.x
    Pair = namedtuple("Pair", "a b")
    class Config:
        rate = f
        @staticmethod
        def scaled(x): return x
        @classmethod
        def made(cls): return cls()
        @property
        def size(self): return 1
    class Other(Config): pass
    class Strange(unknown.Base): rate = f
    """
    assert resolve(text, "f") == resolve(text, "g") == UserFunction("model.f")
    assert resolve(text, "sq") == UserFunction("model.<lambda>@6:5")
    assert resolve(text, "Point") == Namespace("model.Point", ("x", "y"))
    assert resolve(text, "Point.norm") == UserFunction("model.Point.norm")
    assert resolve(text, "Pair") == Namespace("model.Pair", ("a", "b"))
    assert resolve(text, "Config") == Namespace("model.Config")
    assert resolve(text, "Config.rate") == UserFunction("model.f")
    assert resolve(text, "Config.scaled") == resolve(text, "Other.scaled") == UserFunction("model.Config.scaled")
    assert resolve(text, "Config.made") == Value(Callable())
    assert resolve(text, "Config.size") == Value(Opaque("property"))
    assert resolve(text, "Config.nothing") is None
    assert resolve(text, "f.name") is None
    assert resolve(text, "nothing") is None
    assert resolve(text, "Strange.rate") == resolve(text, "Strange.inherited") == Value(Any())


@pytest.mark.parametrize(
    "text",
    [
        "if test():\n    def f(x): return x\nelse:\n    def f(x): return -x",
        "try:\n    from fast import f\nexcept ImportError:\n    def f(x): return x",
        "def f(x): return x\ndef set_f():\n    global f\n    f = len",
        "for f in range(3): pass",
        "f, g = pair()",
        "f = 1\nf += 1",
        "@unknown\ndef f(x): return x",
        "from numpy import *",
        "from elsewhere import f",
        "import f",
        "if __name__ == '__main__':\n    def f(x): return x",
        "def f(x): return x\ndel f",
        "f = f",
        "f = g\ng = f",
    ],
)
def test_a_name_that_may_be_several_things_is_of_unknown_type(text: str) -> None:
    assert resolve(text, "f") == Value(Any())


def test_the_last_sure_binding_is_what_a_name_is() -> None:
    assert resolve("f = 1\ndef f(x): return x", "f") == UserFunction("model.f")
    assert resolve("def f(x): return x\nif __name__ == '__main__':\n    f = 1", "f") == UserFunction("model.f")


def test_decorators() -> None:
    text = """
    import functools, adls
    def register(f):
        TABLE[f.__name__] = f
        return f
    def wrap(f):
        def inner(*a): return f(*a)
        return inner
    @register
    def kept(x): return x
    @wrap
    def wrapped(x): return x
    @functools.cache
    def cached(x): return x
    @functools.lru_cache(maxsize=3)
    def cached_too(x): return x
    def clip(x): return x
    @adls.adjoint(clip)
    def rule(x): return x, lambda g: g
    """
    assert resolve(text, "kept") == UserFunction("model.kept")
    assert resolve(text, "wrapped") == Value(Any())
    assert resolve(text, "cached") == resolve(text, "cached_too") == Value(Callable())
    assert resolve(text, "clip") == Value(Callable())
    assert resolve(text, "rule") == UserFunction("model.rule")


def test_other_modules_of_the_workspace(tmp_path: Path) -> None:
    package = tmp_path / "pkg"
    (package / "deep").mkdir(parents=True)
    (package / "__init__.py").write_text("from .layers import dense\nfrom . import layers as shown\n")
    (package / "layers.py").write_text("import numpy as np\nfrom ..helper import x\ndef dense(x): return np.tanh(x)\n")
    (package / "deep" / "__init__.py").write_text("")
    (package / "deep" / "model.py").write_text(
        "from ..layers import dense as d\nfrom .. import layers\nimport pkg.layers\n")
    (tmp_path / "random.py").write_text("def normal(): return 4.0\n")
    (tmp_path / "main.py").write_text("import pkg, random, math\nfrom pkg.deep import model\nimport pkg.layers as L\n")
    texts = Texts()
    texts.open(str(package / "new.py"), "def unsaved(x): return x\n")
    project = Project(texts)

    def at(file: str, path: str) -> Entity | None:
        found = project.module(str(tmp_path / file))
        assert found is not None
        return StaticResolver(found).resolve(path)

    dense = UserFunction("pkg.layers.dense")
    assert at("main.py", "pkg.dense") == at("main.py", "pkg.shown.dense") == at("main.py", "L.dense") == dense
    assert at("main.py", "model.d") == at("pkg/deep/model.py", "layers.dense") == dense
    assert at("pkg/deep/model.py", "pkg.layers.dense") == dense
    assert at("main.py", "L.np.tanh") == Library("numpy.tanh")
    assert at("main.py", "random.normal") == UserFunction("random.normal")
    assert at("main.py", "math.sin") == Library("math.sin")
    assert at("main.py", "pkg.new.unsaved") == UserFunction("pkg.new.unsaved")
    assert at("main.py", "pkg.nothing") is None
    assert at("pkg/layers.py", "x") == Value(Any())


def test_a_rule_in_an_imported_module_counts() -> None:
    other = "import adls\nimport numpy as np\n@adls.adjoint(np.tanh)\ndef _(x): return np.tanh(x), lambda g: g\n"
    assert resolve("import rules\nimport numpy as np", "np.tanh", rules=other) == Value(Callable())
    assert resolve("import numpy as np", "np.tanh", rules=other) == Library("numpy.tanh")
