"""The whole way, with nothing stood in for: command line, worker, engine, recorder, renderers."""

from __future__ import annotations

import ast
import json
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from adls.engine.passes.pipeline import PASSES

if TYPE_CHECKING:
    from tests.conftest import Command

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = sorted(path for path in (ROOT / "samples").glob("*.py") if "# adls" in path.read_text())
PATIENCE = 120

ENDLESS = """\
import pathlib

calls = []

def note():
    calls.append(1)
    if len(calls) < 4:
        return 1.0
    pathlib.Path("ready").touch()
    return 0.0

# adls: loss(2.0, note())
def loss(x, stop):
    y = x * x
    while stop == 0.0:
        y = y * 1.0
    return y
"""


REUSED = """import numpy as np


# adls: f(np.ones(3), np.ones(3))
def f(x, y):
    x = x + y
    x = np.exp(x)
    x = x * y
    return np.sum(x * x * y)
"""


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_profiled_by_line(real_command: Command, sample: Path) -> None:
    done = real_command.run("profile", str(sample), "--repeat", "3", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    schema = json.loads((ROOT / "adls" / "profile" / "profile.schema.json").read_text())
    jsonschema.validate(document, schema)
    assert document["outcome"] == "finished"
    assert str(sample) in document["files"]
    assert all(gradient["evaluations"] == 3 and gradient["lines"] for gradient in document["gradients"])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_samples_adjoint_is_python_without_any(real_command: Command, sample: Path) -> None:
    done = real_command.run("show", str(sample))
    assert done.returncode == 0, done.stderr
    ast.parse(done.stdout)
    untyped = [line for line in done.stdout.splitlines() if line.endswith("# Any")]
    assert not untyped, "\n".join(untyped)


def test_the_ir_is_shown_after_each_pass_that_changed_it(real_command: Command) -> None:
    real_command.write("prog.py", REUSED)
    done = real_command.run("show", "prog.py:f", "--passes")
    assert done.returncode == 0, done.stderr
    titles = [line for line in done.stdout.splitlines() if line.startswith("# ")]
    every = [f"# {each.name}: {each.does}" for each in PASSES]
    assert titles == [title for title in every if title in titles]
    assert {"# lower", "# infer", "# adjoint", "# one-shot"} <= {title.partition(":")[0] for title in titles}


def test_the_demo_prints_a_listing_and_writes_a_page(real_command: Command) -> None:
    done = real_command.run("profile", str(ROOT / "samples" / "digits_mlp.py"))
    assert done.returncode == 0, done.stderr
    assert "gradient of loss" in done.stdout
    assert done.stdout.splitlines()[-1] == "out/digits_mlp.html"
    assert "<html" in (real_command.cwd / "out" / "digits_mlp.html").read_text()


def test_ctrl_c_in_an_endless_gradient_keeps_the_ones_before(real_command: Command) -> None:
    real_command.write("prog.py", ENDLESS)
    process = real_command.start("profile", "prog.py", "--format", "json")
    deadline = time.monotonic() + PATIENCE
    while not (real_command.cwd / "ready").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, stderr
    document = json.loads(stdout)
    assert document["outcome"] == "interrupted"
    assert document["gradients"][0]["complete"]  # two evaluations finished


def test_a_function_that_raises_shows_its_own_lines(real_command: Command) -> None:
    path = real_command.write(
        "prog.py",
        "import numpy as np\n\n# adls: loss(np.ones(3))\ndef loss(x):\n    return inner(x).sum()\n\n"
        "def inner(x):\n    return x @ np.ones((2, 2))\n",
    )
    done = real_command.run("profile", "prog.py", "--format", "json")
    assert done.returncode == 1
    said = done.stderr
    assert "ValueError: matmul" in said
    assert f'File "{path}", line 5, in loss' in said
    assert f'File "{path}", line 8, in inner' in said
    assert "adls/runtime" not in said
    assert "adls/engine" not in said


def test_what_cannot_be_differentiated_is_said_with_its_place(real_command: Command) -> None:
    path = real_command.write(
        "prog.py", "import asyncio\n\n# adls: loss(1.0)\ndef loss(x):\n    return asyncio.run(x)\n"
    )
    for arguments in (("profile", "prog.py"), ("show", "prog.py:loss")):
        done = real_command.run(*arguments)
        assert done.returncode == 2, done.stderr
        assert f"{path}:5:" in done.stderr
    assert real_command.run("check", "prog.py").returncode == 1


def test_declared_encodings_line_ends_and_modules_beside_are_no_trouble(real_command: Command) -> None:
    for name in ("attrs", "types", "json"):
        real_command.write(f"{name}.py", "TWO = 2.0\n")
    real_command.write(
        "prog.py",
        b"# -*- coding: latin-1 -*-\r\nimport attrs\r\nNAME = 'caf\xe9'\r\n\r\n# adls: loss(3.0)\r\n"
        b"def loss(x):\r\n    return x * attrs.TWO * len(NAME)\r\n",
    )
    done = real_command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert done.returncode == 0, done.stderr
    assert "len(NAME)" in done.stdout


def test_a_file_of_twenty_thousand_lines(real_command: Command) -> None:
    lines = [f"def f{i}(x):\n    y = x * {i}\n    return y + x\n" for i in range(6_700)]
    real_command.write(
        "prog.py", "".join(lines) + "# adls: loss(1.0)\ndef loss(x):\n    return f3(x) * f4(x)\n"
    )
    done = real_command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert done.returncode == 0, done.stderr


def test_a_script_is_recorded_whole(real_command: Command) -> None:
    done = real_command.run(
        "profile", str(ROOT / "samples" / "digits_mlp.py"), "--script", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    (gradient,) = json.loads(done.stdout)["gradients"]
    assert gradient["evaluations"] == 200
    assert "after training" in done.stderr
