"""The harness says what it measured, and says so when it could not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import comparison, memory
from benchmarks.contenders import CONTENDERS, Contender
from benchmarks.contenders.porting import NotPorted, ported
from benchmarks.table import cell_text, reasons
from benchmarks.timing import Times, interleaved
from benchmarks.trees import leaves, relative_difference, tree_map
from benchmarks.workloads import WORKLOADS, example_call

FLOAT_LOOP = next(workload for workload in WORKLOADS if workload.name == "float_loop")
CHAIN = next(workload for workload in WORKLOADS if workload.name == "elementwise_chain")


def contenders(*extra: Contender) -> tuple[Contender, ...]:
    """The plain program and the hand-written adjoint, and what a test adds."""
    return (*(one for one in CONTENDERS if one.name in ("primal", "hand", "control")), *extra)


def compare_with(monkeypatch, *extra: Contender) -> comparison.Row:
    monkeypatch.setattr(comparison, "CONTENDERS", contenders(*extra))
    return comparison.compare(FLOAT_LOOP, rounds=2)


def test_row_holds_ratios_to_the_hand_written_adjoint(monkeypatch):
    row = compare_with(monkeypatch)
    assert row.cells["hand"].ratio == 1.0
    assert 0.0 < row.cells["primal"].ratio < 1.0


def test_contender_that_raises_is_an_error_with_its_message(monkeypatch):
    def prepare(workload):
        raise TypeError("no rule for\nnp.sinc")

    cell = compare_with(monkeypatch, Contender("broken", prepare)).cells["broken"]
    assert (cell.ratio, cell.word, cell.reason) == (None, "error", "error: TypeError: no rule for np.sinc")


def test_wrong_gradient_is_an_error_and_not_a_time(monkeypatch):
    def prepare(workload):
        return lambda: (0.0, (1.0, 2.0, 3.0))

    cell = compare_with(monkeypatch, Contender("wrong", prepare)).cells["wrong"]
    assert cell.ratio is None
    assert "wrong gradient" in cell.reason


def test_missing_peer_is_a_dash_that_says_how_to_install_it(monkeypatch):
    def prepare(workload):
        raise ModuleNotFoundError("No module named 'autograd'")

    row = compare_with(monkeypatch, Contender("peer", prepare, is_peer=True))
    assert cell_text(row.cells["peer"]) == "-"
    assert reasons([row]) == ["", "peer: not installed; `make bench` installs it (float_loop)"]


def test_what_cannot_be_ported_is_a_dash_with_a_reason(monkeypatch):
    def prepare(workload):
        raise NotPorted("it cannot write into arrays")

    cell = compare_with(monkeypatch, Contender("peer", prepare, is_peer=True)).cells["peer"]
    assert (cell.word, cell.reason) == ("-", "it cannot write into arrays")


def test_ratio_is_the_median_of_the_rounds_ratios():
    assert Times((2.0, 30.0, 6.0)).ratio(Times((1.0, 10.0, 2.0))) == 3.0


def test_what_was_timed_once_says_so():
    assert cell_text(comparison.Cell(ratio=1234.5, once=True)) == "~1234"
    assert cell_text(comparison.Cell(ratio=1.0949)) == "1.09"


def test_every_contender_gets_every_round():
    times = interleaved({"a": lambda: None, "b": lambda: sum(range(1000))}, rounds=3)
    assert {name: len(taken.seconds) for name, taken in times.items()} == {"a": 3, "b": 3}


def test_example_call_is_the_comment_above_the_function():
    rk4 = next(workload.program for workload in WORKLOADS if workload.name == "rk4")
    assert example_call(rk4, "loss") == "loss(init(), PELTS)"
    assert example_call(rk4, "loss_array") == "loss_array(init_array(), np.array(PELTS))"
    with pytest.raises(LookupError, match="growth has no example call"):
        example_call(rk4, "growth")


def test_ported_program_uses_the_other_module():
    objective = ported(FLOAT_LOOP, {"import math": "import cmath as math"})
    assert isinstance(objective(*FLOAT_LOOP.args), complex)


def test_trees_keep_their_containers():
    tree = {"a": [np.ones(2), 3.0], "b": (4.0,)}
    doubled = tree_map(lambda leaf: 2 * leaf, tree)
    assert isinstance(doubled["a"], list)
    assert isinstance(doubled["b"], tuple)
    assert [np.sum(leaf) for leaf in leaves(doubled)] == [4.0, 6.0, 8.0]
    assert relative_difference(doubled, tree) == 1.0
    assert np.isnan(relative_difference({"a": [np.array([1.0, np.nan]), 3.0], "b": (4.0,)}, tree))


def test_one_shot_chain_never_holds_more_than_four_arrays():
    array = CHAIN.args[0].nbytes
    assert memory.peak_by_hand(CHAIN) == pytest.approx(4 * array, rel=0.001)
    assert memory.peak_of_pullback_by_hand(CHAIN) > 4.5 * array


def test_unknown_program_is_one_sentence():
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "benchmarks", "--only", "nbdy"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert run.returncode == 1
    assert run.stderr.startswith("no program is called nbdy; there are digits_mlp, ")
    assert len(run.stderr.splitlines()) == 1
