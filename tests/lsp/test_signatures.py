"""One helper with three signatures, called from two functions in twenty steps: figures that sum, texts that ran."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from adls.lsp.store import Store
from adls.profile.model import Cost, Gradient
from adls.profile.processors import profile_of
from tests.conftest import PATIENCE, ROOT
from tests.lsp.editor import Editor, Start

MODEL = """\
import numpy as np


def layer(w, x):
    return np.tanh(x @ w)
"""
LOSS = """\
import numpy as np
from model import layer


def wide(w, x):
    return layer(w, x).sum() + layer(w, x[0]).sum()


def narrow(w, x):
    return layer(w.astype(np.float32), x).sum()


# adls: loss(np.full((4, 4), 0.1), np.linspace(0, 1, 20).reshape(5, 4), np.ones((3, 4), np.float32))
def loss(w, x, y):
    total = 0.0
    for _ in range(20):
        total = total + wide(w, x) + narrow(w, y)
    return total
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "model.py").write_text(MODEL)
    (folder / "loss.py").write_text(LOSS)
    return folder


@pytest.fixture
def editor(start: Start) -> Editor:
    """An editor after the profile."""
    editor = start()
    editor.open("loss.py")
    editor.open("model.py")
    assert editor.profile("loss.py")["outcome"] == "finished"
    return editor


def stored(folder: Path) -> Gradient:
    """What the server kept of the run: the figures before they are rounded."""
    (run,) = Store(folder.parent / "cache" / "adls" / "profiles").load()
    (gradient,) = profile_of(run.recording).gradients
    return gradient


def test_self_figures_sum_to_the_total(editor: Editor, folder: Path) -> None:
    gradient = stored(folder)
    parts = [line.self_cost for line in gradient.lines]
    assert sum(parts, gradient.outside) == gradient.total
    assert gradient.outside.bytes_stored == 0
    shown = [row(editor, line.file, line.line, "without calls") for line in gradient.lines]
    on_lines = sum(parts, Cost())
    for column, whole in enumerate((on_lines.forward_ns, on_lines.backward_ns)):
        assert sum(each[column] for each in shown) == pytest.approx(whole, rel=0.01)
    assert sum(each[2] for each in shown) == pytest.approx(gradient.total.bytes_stored, rel=0.01)


def row(editor: Editor, file: str, line: int, title: str) -> tuple[float, float, float]:
    """Forward and backward nanoseconds and bytes of one row of a hover; the line's own where that is no row."""
    hover = editor.hover(Path(file).name, line)
    found = re.search(rf"^\| {title} \| (.*) \|$", hover, re.MULTILINE) or re.search(
        r"^\| this line \| (.*) \|$", hover, re.MULTILINE)
    assert found is not None, hover
    forward, backward, kept = (cell.partition(" (")[0] for cell in found[1].split(" | "))
    return number(forward), number(backward), number(kept)


def number(text: str) -> float:
    units = {"ns": 1.0, "µs": 1e3, "ms": 1e6, "s": 1e9, "B": 1.0, "kB": 1e3, "MB": 1e6}
    amount, _, unit = text.partition(" ")
    return float(amount.replace(",", "")) * units.get(unit, 0.0)


TRACED = """
import gc, tracemalloc
import numpy as np
import adls
from loss import loss
from adls.runtime.calling import bind
from adls.runtime.compiler import adjoint_of, subject_of
arguments = [np.full((4, 4), 0.1), np.linspace(0, 1, 20).reshape(5, 4), np.ones((3, 4), np.float32)]
forward = adjoint_of(subject_of(loss), arguments, frozenset([0]), once=True).forward
forward(*arguments)
gc.collect()
gc.disable()
tracemalloc.start()
value, residuals = forward(*arguments)
taken = tracemalloc.take_snapshot()
tracemalloc.stop()
arrays = taken.filter_traces([tracemalloc.DomainFilter(True, 389047)])
print(sum(trace.size for trace in arrays.traces))
"""


def python(folder: Path, text: str) -> str:
    """What a program beside the user's prints."""
    done = subprocess.run([sys.executable, "-c", f"import sys\nsys.path[:0] = {[str(ROOT), str(folder)]}\n{text}"],
                          cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_bytes_are_those_of_one_evaluation_and_what_tracemalloc_finds(editor: Editor, folder: Path) -> None:
    gradient = stored(folder)
    assert gradient.evaluations > 1
    arrays = sum(kept.bytes_stored for line in gradient.lines for kept in line.residuals if kept.value.endswith("]"))
    assert arrays == int(python(folder, TRACED))
    layer = next(line for line in gradient.lines if line.line == 5 and line.file.endswith("model.py"))
    sizes = [20 * 5 * 4 * 8, 20 * 3 * 4 * 4, 20 * 4 * 8]
    assert sorted((kept.bytes_stored for kept in layer.residuals if not kept.borrowed), reverse=True) == sizes
    assert row(editor, "model.py", 5, "without calls")[2] == sum(sizes)


def test_hover_shows_the_split_by_signature_and_by_caller(editor: Editor, folder: Path) -> None:
    shown = editor.hover("model.py", 5)
    rows = re.findall(r"^\| (.+?) \| (\S+ \S+) .*? \| (\S+ \S+) .*? \| (\S+ \S+) .*? \|$", shown, re.MULTILINE)
    split = {title: (number(forward), number(backward), number(kept)) for title, forward, backward, kept in rows}
    signatures = [title for title in split if title.startswith("`(")]
    callers = [title for title in split if title.startswith("from ")]
    assert {title.partition(") -> ")[2] for title in signatures} == {"f64[k, m]`", "f64[m]`", "f32[k, m]`"}
    assert set(callers) == {"from `wide`, loss.py:6", "from `narrow`, loss.py:10"}
    for titles in (signatures, callers):
        for column, whole in enumerate(split["this line"]):
            assert sum(split[title][column] for title in titles) == pytest.approx(whole, rel=0.02)


def test_a_line_is_counted_as_often_as_it_ran(editor: Editor) -> None:
    assert "60 runs of the line" in editor.hover("model.py", 5)


def test_each_signature_has_the_document_that_ran(editor: Editor, folder: Path) -> None:
    choices = editor.request("adls/pullbacks", uri=editor.uri("model.py"), function="layer")
    assert {choice["label"].partition(" -> ")[2] for choice in choices} == {"f64[k, m]", "f64[m]", "f32[k, m]"}
    assert {choice["description"] for choice in choices} == {"ran in the gradient of loss"}
    (run,) = Store(folder.parent / "cache" / "adls" / "profiles").load()
    ran = {unit.key: unit for unit in run.recording.units}
    texts = {}
    for choice in choices:
        key = re.search(r"sig=([0-9a-f]+)", choice["uri"])
        assert key is not None
        text = editor.request("workspace/textDocumentContent", uri=choice["uri"])["text"]
        assert text == ran[key[1]].listing
        assert text.count("\ndef ") == 2
        texts[choice["label"]] = text
    assert len(set(texts.values())) == 3
    before = dict(texts)
    assert editor.profile("loss.py")["outcome"] == "finished"
    again = {choice["label"]: editor.request("workspace/textDocumentContent", uri=choice["uri"])["text"]
             for choice in editor.request("adls/pullbacks", uri=editor.uri("model.py"), function="layer")}
    assert again == before
    assert {told["uri"] for told in editor.of("workspace/textDocumentContent/refresh")} >= {c["uri"] for c in choices}


AGAIN = """
import re
import numpy as np
import adls, shown
from model import layer
generator = np.random.default_rng(3)
dtype, rank = {dtype!r}, {rank}
w = generator.normal(size=(4, 4)).astype(dtype)
x = generator.normal(size=(5, 4)[2 - rank:]).astype(dtype)
seed = generator.normal(size=(5, 4)[2 - rank:]).astype(dtype)
names = [name for name in vars(shown) if re.fullmatch("layer(_[0-9])?__(fwd|back)", name)]
forward, backward = (getattr(shown, name) for name in names)
value, residuals = forward(w, x)
wanted, pullback = adls.pullback(layer, w, x)
assert value.dtype == dtype and value.tobytes() == wanted.tobytes()
assert backward(residuals, seed).tobytes() == pullback(seed)[0].tobytes()
"""


def test_each_document_recomputes_the_same_bits_when_it_is_saved_and_run(editor: Editor, folder: Path) -> None:
    for choice in editor.request("adls/pullbacks", uri=editor.uri("model.py"), function="layer"):
        text = editor.request("workspace/textDocumentContent", uri=choice["uri"])["text"]
        (folder / "shown.py").write_text(text)
        result = choice["label"].partition(" -> ")[2]
        dtype = "float32" if result.startswith("f32") else "float64"
        python(folder, AGAIN.format(dtype=dtype, rank=1 if result == "f64[m]" else 2))
    (whole,) = editor.request("adls/pullbacks", uri=editor.uri("loss.py"), function="loss")
    (folder / "shown.py").write_text(editor.request("workspace/textDocumentContent", uri=whole["uri"])["text"])
    python(folder, WHOLE)


WHOLE = """
import numpy as np
import adls, shown
from loss import loss
arguments = np.full((4, 4), 0.1), np.linspace(0, 1, 20).reshape(5, 4), np.ones((3, 4), np.float32)
value, residuals = shown.loss__fwd(*arguments)
gradient = shown.loss__back(residuals, np.float64(1.0))
wanted, wanted_gradient = adls.value_and_grad(loss)(*arguments)
assert value.tobytes() == wanted.tobytes()
assert gradient.tobytes() == wanted_gradient.tobytes()
"""
