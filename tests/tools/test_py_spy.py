"""py-spy names the user's functions and lines in both passes of a process that takes gradients."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import program

ROOT = Path(__file__).parents[2]


def py_spy() -> str:
    beside = Path(sys.executable).with_name("py-spy")
    found = str(beside) if beside.exists() else shutil.which("py-spy")
    if found is None:
        pytest.skip("py-spy is not installed")
    return found


@pytest.fixture
def busy():
    """A process that takes gradients until the test is over."""
    command = [sys.executable, "-m", "tests.tools.program"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def recorded(process: subprocess.Popen, folder: Path) -> str:
    """Two seconds of stacks, collapsed: one a line, `function (file:line);... count`."""
    output = folder / "stacks.txt"
    command = [py_spy(), "record", "--format", "raw", "--duration", "2", "--rate", "50", "--full-filenames",
               "--output", str(output), "--pid", str(process.pid)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if run.returncode or not output.exists():
        pytest.skip(f"py-spy cannot attach here: {run.stderr.strip().splitlines()[-1:]}")
    return output.read_text()


def test_samples_name_the_users_lines_in_both_passes(busy, tmp_path):
    text = recorded(busy, tmp_path)
    frames = {frame for line in text.splitlines() for frame in line.rpartition(" ")[0].split(";")}
    mine = [frame for frame in frames if program.__file__ in frame]
    names = {frame.partition(" ")[0] for frame in mine}
    assert {"loss", "loss__back", "layer", "layer__back"} <= names
    body = range(program.layer.__code__.co_firstlineno, program.loss.__code__.co_firstlineno)
    lines = [int(frame.rpartition(":")[2].rstrip(")")) for frame in mine if frame.startswith("layer__back ")]
    assert lines
    assert all(line in body for line in lines)
