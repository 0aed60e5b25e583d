"""What an editor has not saved runs under the file's own name, and the disk stays as it is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from adls.launch.gather import outcome_of, recording_of
from adls.launch.process import Answer, Stop, run_worker
from adls.launch.protocol import Request

MODEL = "import numpy as np\n\n\ndef layer(w, x):\n    return np.tanh(x @ w)\n"
LOSS = """\
import numpy as np
from model import layer

# adls: loss(np.ones((2, 2)), np.ones((3, 2)))
def loss(w, x):
    return layer(w, x).sum()
"""


class Silent:
    def progress(self, message: object) -> None: ...
    def output(self, data: bytes) -> None: ...


def profiled(folder: Path, texts: dict[str, str], script: tuple[str, ...] | None = None) -> Answer:
    request = Request(
        "profile", str(folder / "loss.py"), repeat=1, texts=texts, folder=str(folder), script=script
    )
    with Stop() as stop:
        return run_worker(sys.executable, request, Silent(), stop)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "loss.py").write_text(LOSS)
    return tmp_path


def test_figures_stand_on_the_unsaved_lines_of_an_imported_module(folder: Path) -> None:
    answer = profiled(folder, {str(folder / "model.py"): "# one\n# two\n# three\n" + MODEL})
    recording = recording_of(answer, "test")
    lines = {Path(unit.file).name: unit.lines for unit in recording.units}
    assert lines == {"model.py": (7, 8), "loss.py": (5, 6)}
    assert (folder / "model.py").read_text() == MODEL
    assert [path.name for path in folder.rglob("*.pyc") if path.name.startswith("model")] == []


def test_the_program_itself_may_be_unsaved(folder: Path) -> None:
    changed = LOSS.replace("    return layer(w, x).sum()", "    y = layer(w, x)\n    return (y * y).sum()")
    recording = recording_of(profiled(folder, {str(folder / "loss.py"): changed}), "test")
    assert {unit.lines for unit in recording.units if unit.name == "loss"} == {(5, 6, 7)}


def test_a_script_may_be_unsaved(folder: Path) -> None:
    script = "import adls\n\n\ndef f(x):\n    return x * x\n\n\nadls.grad(f)(3.0)\n"
    recording = recording_of(profiled(folder, {str(folder / "loss.py"): script}, script=()), "test")
    assert [unit.lines for unit in recording.units] == [(4, 5)]


def test_a_traceback_shows_the_unsaved_line(folder: Path) -> None:
    broken = "\n\n" + MODEL.replace("np.tanh(x @ w)", "np.tanh(x @ w.reshape(9))")
    answer = profiled(folder, {str(folder / "model.py"): broken})
    assert outcome_of(answer)[0] == "raised"
    assert answer.ending is not None
    report = answer.ending["report"]
    assert f'File "{folder / "model.py"}", line 7, in layer' in report
    assert "np.tanh(x @ w.reshape(9))" in report


def test_a_coding_comment_speaks_of_the_disk_only(folder: Path) -> None:
    text = "# -*- coding: latin-1 -*-\n" + MODEL.replace("tanh", "tanh") + "# ∂ é\n"
    assert profiled(folder, {str(folder / "model.py"): text}).ending is not None
    assert outcome_of(profiled(folder, {str(folder / "model.py"): text})) == ("finished", "")


def test_digests_are_those_of_what_ran(folder: Path) -> None:
    import hashlib

    text = MODEL + "# unsaved\n"
    files = recording_of(profiled(folder, {str(folder / "model.py"): text}), "test").files
    assert files[str(folder / "model.py")] == hashlib.sha256(text.encode()).hexdigest()
    assert files[str(folder / "loss.py")] == hashlib.sha256(LOSS.encode()).hexdigest()
