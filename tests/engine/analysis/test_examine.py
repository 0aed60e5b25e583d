"""What an examination finds, and what an edit changes of it."""

from __future__ import annotations

import pytest

from adls.engine.analysis.examine import Examiner
from adls.engine.analysis.model import Span
from adls.engine.analysis.packing import facts_of, functions_of
from tests.engine.analysis.workspace import MAIN, Workspace

PROGRAM = """
import numpy as np
from layers import dense

RATE = 0.5
WIDTH = 3

def init(seed):
    return np.ones(WIDTH)

def helper(x):
    y = np.tanh(x)  # squashed
    return y * RATE

# adls: loss(init(0))
def loss(x):
    return np.sum(dense(helper(x)))

def view(request):
    yield request
"""
LAYERS = """
import numpy as np
GAIN = 2.0
def dense(x):
    return scaled(x) + 1.0
def scaled(x):
    return x * GAIN
def other(x):
    return x
"""


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(PROGRAM, layers=LAYERS)


def test_functions_and_examples(workspace: Workspace) -> None:
    found = workspace.examine()
    assert [each.qualname for each in functions_of(found)] == ["init", "helper", "loss", "view"]
    helper = workspace.function("helper")
    assert (helper.first_line, helper.def_line, helper.end_line) == (11, 11, 13)
    assert helper.tokens == (7, 9, 5)
    [example] = found.examples
    assert (example.function, example.expression, example.problem) == ("loss", "loss(init(0))", "")
    assert example.span == Span(15, 8, 15, 21)
    assert not found.syntax_error


def test_scope_is_what_is_differentiated_and_what_that_reaches(workspace: Workspace) -> None:
    found = workspace.examine()
    assert found.differentiated == ("loss",)
    assert found.in_scope == ("helper", "loss")
    layers = workspace.examine("layers")
    assert layers.differentiated == ()
    assert layers.in_scope == ("dense", "scaled")


@pytest.mark.parametrize(
    ("use", "differentiated"),
    [
        ("adls.grad(f)(1.0)", ("f",)),
        ("adls.value_and_grad(f, argnums=(0,))", ("f",)),
        ("value, back = adls.pullback(f, 1.0)", ("f",)),
        ("@adls.grad\ndef h(x): return f(x)", ("h",)),
        ("from adls import grad as G\nG(f)", ("f",)),
        ("def train():\n    import adls\n    return adls.grad(f)", ("f",)),
        ("adls.grad(lambda x: f(x) + 1)", ("f",)),
        ("from functools import partial\nadls.grad(partial(f, k=1))", ("f",)),
        ("class M:\n    def loss(self, x): return x\n    def step(self): return adls.grad(self.loss)", ("M.loss",)),
        ("class M:\n    def loss(self, x): return x\ndef train(model): adls.grad(model.loss)", ("M.loss",)),
        ("class M:\n    def loss(self, x): return x\nadls.grad(M().loss)", ("M.loss",)),
        ("class M:\n    def loss(self, x): return x\nm = M()\nadls.grad(m.loss)", ("M.loss",)),
        ("adls.hessian(f)", ("f",)),
        ("adls.check_gradient(f, 1.0)", ("f",)),
        ("from adls import jvp\njvp(f, (1.0,), (1.0,))", ("f",)),
        ("grad = print\ngrad(f)", ()),
        ("print(f)", ()),
    ],
)
def test_what_counts_as_differentiating(use: str, differentiated: tuple[str, ...]) -> None:
    assert Workspace(f"import adls\ndef f(x, k=0):\n    return g(x)\ndef g(x): return x\n{use}\n").examine() \
        .differentiated == differentiated


def test_a_use_in_another_open_file_counts() -> None:
    found = Workspace("def f(x): return x\n", train="import adls, main\nadls.grad(main.f)\n").examine()
    assert found.differentiated == found.in_scope == ("f",)


def reads(workspace: Workspace, qualname: str) -> list[str]:
    return sorted(each.name for each in workspace.function(qualname).reads)


def test_reads_are_all_that_a_function_hangs_on(workspace: Workspace) -> None:
    assert reads(workspace, "helper") == ["RATE", "np"]
    assert reads(workspace, "loss") == ["GAIN", "RATE", "dense", "dense", "helper", "np", "scaled"]
    assert workspace.function("init").reads == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        ("main", "RATE = 0.5", "RATE = 0.25", True),
        ("main", "np.tanh(x)  # squashed", "np.tanh( x )", False),
        ("main", "np.tanh(x)", "np.sin(x)", True),
        ("main", "yield request", "return request", False),
        ("main", "import numpy as np", "import numpy as np, math", True),
        ("layers", "GAIN = 2.0", "GAIN = 3.0", True),
        ("layers", "GAIN = 2.0", "\n# gain\nGAIN   =   2.0", False),
        ("layers", "x * GAIN", "x + GAIN", True),
        ("layers", "def other(x):\n    return x", "def other(x):\n    return -x", False),
    ],
)
def test_digests_change_with_what_is_read(workspace: Workspace, name: str, old: str, new: str, changed: bool) -> None:
    def state() -> set[tuple[str, str]]:
        function = workspace.function("loss")
        return {(function.qualname, function.digest), *((each.name, each.digest) for each in function.reads)}

    before = state()
    workspace.replace(old, new, name)
    assert (state() != before) == changed


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ('TABLE["b"] = 3.0', 'TABLE["b"] = 4.0', True),
        ("TABLE.update(c=1.0)", "TABLE.update(c=2.0)", True),
        ("    TABLE.clear()", "    TABLE.pop()", False),
        ("OTHERS.append(1)", "OTHERS.append(2)", False),
        ("lambda g: (g * GAIN,)", "lambda g: (g,)", True),
        ("GAIN = 2.0", "GAIN = 3.0", True),
        ("lambda g: (-g,)", "lambda g: (g,)", True),
        ("lambda g: (3 * g,)", "lambda g: (g,)", False),
    ],
)
def test_what_changes_a_constant_and_a_users_rule_are_read_too(old: str, new: str, changed: bool) -> None:
    workspace = Workspace("""
    import adls, numpy as np
    TABLE = {"a": 1.0}
    OTHERS = []
    TABLE["b"] = 3.0
    TABLE.update(c=1.0)
    OTHERS.append(1)
    GAIN = 2.0
    def later():
        TABLE.clear()
    def odd(x):
        return np.floor(x)
    @adls.adjoint(odd)
    def rule(x):
        return odd(x), lambda g: (g * GAIN,)
    @adls.adjoint(np.rint)
    def rint_rule(x):
        return np.rint(x), lambda g: (-g,)
    @adls.adjoint(later)
    def another_rule(x):
        return x, lambda g: (3 * g,)
    def loss(x):
        return np.sum(odd(x) * TABLE["a"] + np.rint(x))
    """)

    def state() -> set[tuple[str, str]]:
        moment = workspace.moment
        module = moment.module(MAIN)
        assert module is not None
        return {(each.name, each.digest) for each in moment.reads.of_function(module, "loss")}

    before = state()
    workspace.replace(old, new)
    assert (state() != before) == changed


def test_every_read_is_found_among_the_digests_of_its_file(workspace: Workspace) -> None:
    workspace.write("layers", LAYERS + "class Config:\n    gain = 2.0\n    def of(self): return 1\nGAIN = GAIN * 2\n"
                    "if GAIN > 1:\n    def scaled(x): return x * Config.gain\n")
    for read in workspace.function("loss").reads:
        analysis = workspace.examine(read.path.removeprefix("/project/").removesuffix(".py"))
        digests = {each.digest for each in functions_of(analysis) if each.qualname == read.name}
        assert read.digest in {*digests, analysis.statements.get(read.name)}, read


def test_a_class_is_read_without_its_functions() -> None:
    text = "class C:\n    k = 2.0\n    def a(self, x): return x * self.k + self.b(x)\n    def b(self, x): return x\n" \
           "    def c(self): return 3\n# adls: f(1.0)\ndef f(x):\n    return C().a(x) + C.b(None, x)\n"  # noqa: ISC002
    workspace = Workspace(text)
    assert reads(workspace, "f") == ["C", "C.b"]
    assert workspace.examine().in_scope == ("C.b", "f")
    before = workspace.function("f").reads
    workspace.replace("return 3", "return 4")
    assert workspace.function("f").reads == before
    workspace.replace("k = 2.0", "k = 3.0")
    assert workspace.function("f").reads != before


def problems(main: str, **others: str) -> list[tuple[str, int, str]]:
    return [(each.code, each.span.line, each.function) for each in Workspace(main, **others).examine().problems]


def test_diagnostics_are_of_functions_in_scope_only() -> None:
    assert problems("def f(x):\n    yield x\n") == []
    assert problems("# adls: f(1.0)\ndef f(x):\n    yield x\n") == [("unsupported-construct", 3, "f")]
    assert problems("# adls: f(1.0)\ndef f(x):\n    return nowhere(x)\n") == [("unresolved-name", 3, "f")]


def test_what_stands_in_the_way_of_a_derivative() -> None:
    text = "# adls: f(1.0)\ndef f(x):\n    return g(x)\ndef g(x):\n    global n\n    n = 1\n    return x\n"
    assert [line for _, line, _ in problems(text)] == [6]
    harmless = "# adls: f(1.0)\ndef f(x):\n    g(1)\n    return x\ndef g(x):\n    global n\n    n = 1\n    return x\n"
    assert problems(harmless) == []


def test_missing_rules_are_told_where_the_types_are_known() -> None:
    text = "import numpy as np\n# adls: f(np.ones(3))\ndef f(x):\n    return np.sum(np.{}(x))\n"
    assert problems(text.format("busday_count")) == [("missing-rule", 4, "f")]
    assert problems(text.format("tanh")) == []
    assert problems(text.format("busday_count").replace("f(np.ones(3))", "f(load())")) == []


def test_what_is_wrong_with_an_example_call() -> None:
    def wrong(call: str) -> str:
        [example] = Workspace(f"# adls{call}\ndef f(x, y=1): return x\n").examine().examples
        return example.problem

    assert wrong(": f(1)") == wrong("[argnums=1]: f(1, 2)") == wrong(": f(*unknown())") == wrong(": f(**d)") == ""
    assert "doesn't parse" in wrong(": f(1")
    assert "is no call" in wrong(": f")
    assert "calls g, not f" in wrong(": g(1)")
    assert "gives no `x`" in wrong(": f()")
    assert "takes fewer" in wrong(": f(1, 2, 3)")
    assert "names `z`" in wrong(": f(1, z=3)")
    assert "no argument 5" in wrong("[argnums=5]: f(1)")
    assert "no option" in wrong("[nonsense]: f(1)")
    assert "no colon" in wrong("[argnums=1] f(1)") or "no option" in wrong("[argnums=1] f(1)")


def fact_at(workspace: Workspace, text: str) -> tuple[str, str]:
    """Type and rule of the innermost fact about a piece of the main file's text."""
    lines = workspace.texts.opened["/project/main.py"].text.splitlines()
    line = next(n for n, each in enumerate(lines, start=1) if text in each)
    start = lines[line - 1].index(text)
    span = Span(line, start, line, start + len(text))
    return next(((fact.type, fact.rule) for fact in facts_of(workspace.examine()) if fact.span == span), ("", ""))


def test_facts_for_hover(workspace: Workspace) -> None:
    assert fact_at(workspace, "np.tanh(x)") == ("f64[n]", "numpy.tanh")
    assert fact_at(workspace, "y * RATE") == ("f64[n]", "operator.mul")
    assert fact_at(workspace, "np.sum(dense(helper(x)))") == ("f64", "numpy.sum")
    [tanh] = [fact for fact in facts_of(workspace.examine()) if fact.rule == "numpy.tanh"]
    assert [(each.operand, each.text) for each in tanh.formulas] == [("x", "g * (1.0 - out * out)")]
    workspace.replace("import numpy as np\n", "import numpy as np\n\n\n")
    assert fact_at(workspace, "np.tanh(x)") == ("f64[n]", "numpy.tanh")
    workspace.replace("np.tanh(x)  # squashed", "np.cos(\n        x)")
    rules = [fact.rule for fact in facts_of(workspace.examine()) if fact.rule]
    assert rules == ["numpy.cos", "operator.mul", "numpy.sum"]


def test_types_come_from_a_call_in_the_file_where_there_is_no_example() -> None:
    text = "import adls\nimport numpy as np\ndef f(x):\n    return np.sum(x * x)\n" \
           "def main():\n    x = np.ones(3)\n    adls.grad(f)(x)\n"  # noqa: ISC002
    assert fact_at(Workspace(text), "x * x") == ("f64[x_0]", "operator.mul")


def test_a_text_that_does_not_parse_says_only_that(workspace: Workspace) -> None:
    workspace.replace("return np.ones(WIDTH)", "return np.ones(")
    found = workspace.examine()
    assert found.syntax_error
    assert found.pieces == ()
    assert workspace.examine("layers").pieces


def test_what_is_too_deep_to_be_typed_leaves_the_rest_known() -> None:
    chain = "".join(f"def f{n}(x): return f{n + 1}(x)\n" for n in range(1500))
    found = Workspace(f"{chain}def f1500(x): return x\n# adls: f(1.0)\ndef f(x): return f0(x)\n").examine()
    assert len([*functions_of(found)]) == len(found.in_scope) == 1502


def test_an_edit_elsewhere_infers_nothing_anew(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = workspace.examine()
    workspace.write("main", "\n\n# above\n" + PROGRAM + "\ndef more(x): return x\n")

    def never(*args: object) -> None:
        raise AssertionError("inferred again")

    monkeypatch.setattr("adls.engine.analysis.examine.find_out", never)
    after = workspace.examine()
    assert [fact.span.line for fact in facts_of(after)] == [fact.span.line + 3 for fact in facts_of(before)]


EDITS = [
    ("np.tanh(x)  # squashed", "np.tanh(x) * x"),
    ("# adls: loss", "\n\n# adls: loss"),
    ("return np.sum(dense", "return 2.0 * np.sum(dense"),
    ("y * RATE", "[y][0] * RATE"),
    ("RATE = 0.5", "RATE = np.ones(3)"),
    ("[y][0] * RATE", "yield y"),
    ("yield y", "missing(y)"),
    ("missing(y)", "y"),
    ("import numpy as np\n", "\nimport numpy as np\n"),
]


def test_what_an_edit_leaves_as_it_was_is_taken_over_unchanged(workspace: Workspace) -> None:
    """After each edit the examiner that has seen all of them says what a new one says."""
    for old, new in EDITS:
        workspace.replace(old, new)
        assert workspace.examine() == Examiner().examine(workspace.texts, MAIN)
    for old, new in (("x * GAIN", "x ** 2 * GAIN"), ("+ 1.0", "+ x"), ("def other", "\ndef other")):
        workspace.replace(old, new, "layers")
        assert workspace.examine() == Examiner().examine(workspace.texts, MAIN)
        assert workspace.examine("layers") == Examiner().examine(workspace.texts, MAIN.replace("main", "layers"))


def test_a_problem_in_a_generator_stays_there_when_its_consumer_moves() -> None:
    workspace = Workspace("""
    def parts(x):
        for i in range(3):
            yield missing(x)

    # adls: total(2.0)
    def total(x):
        return sum(x * part for part in parts(x))
    """)
    [before] = workspace.examine().problems
    workspace.replace("# adls", "\n\n\n# adls")
    assert workspace.examine().problems == (before,)
    workspace.replace("def parts", "\n\ndef parts")
    [after] = workspace.examine().problems
    assert (before.span.line, after.span.line) == (4, 6)


def test_a_call_that_was_measured_counts_like_one_in_the_text() -> None:
    text = "import numpy as np\ndef f(g, x):\n    return np.sum(g * x)\ndef h(x): return x\n"
    workspace = Workspace(text)
    assert workspace.examine().in_scope == ()
    for call, wanted in (
        ("[argnums=1]: f(2.0, np.ones(3))", ["f64", "f64[x_0]"]),
        ("f(np.ones((3, 3)), np.ones(3))", ["f64", "f64[g_0, g_1]"]),
        ("[argnums=1: f(", []),
        ("f(", ["", ""]),
    ):
        found = workspace.examiner.examine(workspace.texts, MAIN, (), [(MAIN, "f", call), (MAIN, "gone", "gone()")])
        assert [fact.type for fact in facts_of(found) if fact.rule] == wanted, call
        assert found.in_scope == (("f",) if call != "[argnums=1: f(" else ())
