"""Each sample runs as a program, and its example call gives the same number each time."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.workloads import WORKLOADS

SAMPLES = Path(__file__).parents[2] / "samples"
PROGRAMS = sorted(path.stem for path in SAMPLES.glob("*.py"))
TRAINS = "digits_mlp"  # The one program that imports adls, to train.


@pytest.mark.parametrize("program", [name for name in PROGRAMS if name != TRAINS])
def test_program_prints_something_short(program):
    command = [sys.executable, "-W", "error", str(SAMPLES / f"{program}.py")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert 1 <= len(run.stdout.splitlines()) <= 12


@pytest.mark.parametrize("program", PROGRAMS)
def test_importing_a_program_prints_nothing(program, capsys):
    runpy.run_path(str(SAMPLES / f"{program}.py"), run_name=program)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_example_call_is_deterministic(workload):
    fresh = type(workload)(workload.name, workload.module, workload.function)
    assert workload.primal(*workload.args) == fresh.primal(*fresh.args)


def test_every_sample_is_measured():
    measured = {workload.module for workload in WORKLOADS}
    assert {f"samples.{program}" for program in PROGRAMS} <= measured
