"""Whatever the texts are, every question gets an answer; the process that gives it runs nothing and loads no NumPy."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adls.engine.analysis.model import Analysis, Candidate, Preview
from adls.engine.analysis.packing import Changed, functions_of, joined
from adls.engine.analysis.service import Service
from adls.profile.records import record_of

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "samples").glob("*.py"))
MAIN = ROOT / "adls" / "lsp" / "analyst_main.py"


def ask(service: Service, method: str, **parameters: object) -> Any:
    answer = service.answer({"id": 1, "method": method, **parameters})
    assert answer is not None
    assert json.loads(json.dumps(answer)) == json.loads(json.dumps(answer))
    assert "error" not in answer, answer
    return json.loads(json.dumps(answer["result"]))


def examined(service: Service, path: str, text: str) -> Analysis:
    return joined((), record_of(Changed, ask(service, "examine", path=path, text=text), "analysis"))


def ask_everything(service: Service, path: str, text: str) -> Analysis:
    """All questions about a text, each answered by what its type says."""
    analysis = examined(service, path, text)
    functions = list(functions_of(analysis))
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= function.first_line <= function.def_line <= function.end_line <= lines
               for function in functions)
    for function in functions[:3]:
        for view in ("python", "ir"):
            found = ask(service, "preview", path=path, text=text, function=function.qualname, view=view)
            record_of(Preview, found, "preview")
        for each in ask(service, "calls", path=path, text=text, function=function.qualname):
            record_of(Candidate, each, "call")
    return analysis


PIECES = [
    "\n", "    ", "x", "(", ")", "[", "]", '"""', "'", "#", "@d\n", "else:\n", "def g(x):\n    return x\n", "\\\n", ";",
    "\f", "\u2028", "\r", "\r\n", "é", "😀", ":", "if x:\n", "\n\n\n", "\t", "\0", "\ud800", "1 = 2\n", "np.",
    "# adls: loss(", "# adls[argnums=9]: loss(1)\n", "import loss\n", "from . import x\n", "from .. import *\n",
    "global loss\n", "del loss\n", "loss = loss\n", "class loss(loss): pass\n", "lambda: 0", "yield ", "async ",
    "await ", ":=", "**", "*", "nonlocal x\n", "import adls\nadls.grad(loss)\n", "T = T\n",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(SAMPLES), st.integers(1, 10))
def test_random_edits_are_answered(rng: random.Random, sample: Path, count: int) -> None:
    service, text = Service(), sample.read_text()
    for _ in range(count):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice([0, 0, 0, 1, 5, 40, 300]))
        text = text[:start] + rng.choice(PIECES) + text[end:]
        examined(service, "/project/x.py", text)
    ask_everything(service, "/project/x.py", text)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "def loss(x):\n    ", "return x\n", "x", "=", " ", "\n"]), max_size=40))
def test_any_text_is_answered(pieces: list[str]) -> None:
    ask_everything(Service(), "/project/x.py", "".join(pieces))


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 150 + "1" + ")" * 150,
        "x = " + "-" * 3000 + "1",
        "x = " + "+".join(["1"] * 4000),
        "def f(x):\n    return " + "+".join(["x"] * 3000) + "\n# adls: f(1.0)\n",
        "# adls: f(1.0)\ndef f(x):\n    return " + "+".join(["x"] * 3000) + "\n",
        "# adls: f(" + "(" * 5000 + ")\ndef f(x):\n    return x\n",
        "\n".join(f"{' ' * n}if x:" for n in range(90)) + "\n" + " " * 90 + "pass",
        "a" + ".b" * 3000,
        "# adls: f(1.0)\ndef f(x):\n    return f(f(x))\n",
        "@d\n" * 5000 + "def f(x): return x\n",
        "class A(A): f = A.f\n# adls: A.f(1)\nA.f\n",
        "from x import f\n# adls: f(1)\n",
        "f = g\ng = h\nh = f\n# adls: f(1)\n@f\ndef k(x): return f(x)\n",
        "# -*- coding: latin-1 -*-\ndef f(x): return 'é'\n",
        "\ufeffdef f(x): return x\n",
        "",
        "\n",
        "#",
    ],
    ids=range(18),
)
def test_hostile_texts_are_answered(text: str) -> None:
    ask_everything(Service(), "/project/x.py", text)


def test_messages_that_make_no_sense_are_answered_or_passed_over() -> None:
    service = Service()
    assert service.answer([]) is None
    assert service.answer({"method": "examine"}) is None
    for message in ({"method": "nothing"}, {}, {"method": "texts", "texts": 3}, {"method": "preview", "path": "/x.py"}):
        answer = service.answer({"id": 3, **message})
        assert answer is not None
        assert "error" in answer
    assert ask(service, "examine", path="/no/such/file.py")["analysis"]["syntax_error"]
    assert "no preview" in ask(service, "preview", path="/no/such/file.py", function="f")["text"]
    assert ask(service, "calls", path="/no/such/file.py", function="f") == []


def test_a_text_for_one_question_is_forgotten_after_it() -> None:
    service = Service()
    ask(service, "texts", texts={"/project/x.py": "def f(x): return x\n"})
    assert not ask(service, "examine", path="/project/x.py", text="def g(: \n")["new"]
    assert [each["names"] for each in ask(service, "examine", path="/project/x.py")["new"]] == [["f"]]
    ask(service, "texts", texts={"/project/x.py": None})
    assert ask(service, "examine", path="/project/x.py")["analysis"]["syntax_error"]


def test_the_process_loads_no_numpy_and_nothing_of_the_workspace(tmp_path: Path) -> None:
    for name in ("numpy", "cattrs", "sitecustomize", "json", "ast", "model"):
        (tmp_path / f"{name}.py").write_text("open(__file__ + '.ran', 'w').close()\ndef f(x): return x\n")
    text = (ROOT / "tests" / "engine" / "analysis" / "hostile.py").read_text()
    path = str(tmp_path / "main.py")
    questions = [
        {"method": "texts", "texts": {path: text}},
        {"id": 1, "method": "examine", "path": path},
        {"id": 2, "method": "preview", "path": path, "function": "f", "view": "python"},
        {"id": 3, "method": "calls", "path": path, "function": "f"},
        {"id": 4, "method": "modules"},
    ]
    lines = "".join(json.dumps(each) + "\n" for each in questions)
    done = subprocess.run([sys.executable, "-I", str(MAIN)], input="no json\n" + lines, capture_output=True, text=True,
                          cwd="/", timeout=60, check=True)
    answers = {each["id"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert sorted(answers) == [1, 2, 3, 4]
    assert answers[1]["result"]["analysis"]["in_scope"] == ["f"]
    assert "model.f" in answers[2]["result"]["text"]
    assert "f__back" in answers[2]["result"]["text"]
    assert answers[3]["result"][0]["expression"] == "f(np.ones(3))"
    assert not list(tmp_path.glob("*.ran"))


def test_importing_the_analysis_imports_no_numpy() -> None:
    program = "import sys, adls.engine.analysis.service; print('numpy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True).strip() == "False"
