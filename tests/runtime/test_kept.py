"""Bytes kept between the passes: equal to what tracemalloc finds held, in total and by line."""

from __future__ import annotations

import dataclasses
import gc
import sys
import tracemalloc
from collections import Counter
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest

import adls
from adls.runtime.calling import bind
from adls.runtime.compiler import adjoint_of, subject_of
from adls.runtime.kept import kept_by, owner_of
from adls.runtime.recorder import Recorder
from benchmarks.workloads import WORKLOADS
from tests.runtime import keeping

NUMPY_DATA = 389047  # tracemalloc's domain of array memory
FRAMES = 25  # Some NumPy functions allocate inside their own .py files.
X = np.linspace(0.1, 0.9, 60).reshape(3, 20)


class Kept:
    """One forward pass under tracemalloc: what it says, what we say, and the residuals."""

    def __init__(self, function, *args, once=False):
        self.constants = [*function.__globals__.values(), *function.__code__.co_consts]
        subject = subject_of(function)
        self.arguments = [*subject.cells.values(), *bind(function, args, {})]
        found = adjoint_of(subject, self.arguments, frozenset([len(subject.cells)]), once=once)
        with Recorder() as recorder:
            recorder.evaluation(found, (0,)).forward(*self.arguments)  # what is imported and cached at the first run
            function = recorder.profiled(found).forward
            gc.collect()
            tree = recorder.clocks.start()
            tracemalloc.start(FRAMES)
            self.value, self.residuals = function(*self.arguments)
            traces = tracemalloc.take_snapshot()
            tracemalloc.stop()
            recorder.clocks.end(tree)
        self.nodes = tree.figures().nodes()
        self.rows = kept_by(found, self.residuals, (*self.arguments, self.value), self.nodes)
        self.units = {unit.key: unit for unit in recorder.units()}
        lines = {(unit.file, line) for unit in recorder.units() for line in unit.lines}
        self.traced = Counter()
        for trace in traces.filter_traces([tracemalloc.DomainFilter(True, NUMPY_DATA)]).traces:
            self.traced[_line(trace.traceback, lines)] += trace.size
        self.traced = +self.traced

    def arrays(self):
        """Bytes of arrays by file and line."""
        found = Counter()
        for row in self.rows:
            if row.value.endswith("]"):
                found[self.units[self.nodes[row.node].unit].file, row.line] += row.bytes_stored
        return +found

    def objects(self):
        """Bytes of Python objects."""
        return sum(row.bytes_stored for row in self.rows if not row.value.endswith("]"))

    def by_marker(self):
        """Bytes of arrays by the comment at the end of their line in `keeping.py`."""
        text = keeping_lines()
        return {text[line - 1].partition("  # ")[2]: size for (_, line), size in self.arrays().items()}


def _line(traceback, lines):
    """The innermost of the user's lines that are differentiated."""
    frames = ((frame.filename, frame.lineno) for frame in reversed(traceback))
    return next((site for site in frames if site in lines), ("", 0))


def keeping_lines():
    return Path(keeping.__file__).read_text().split("\n")


# Against tracemalloc

each_workload = pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
each_program = pytest.mark.parametrize("program", keeping.PROGRAMS, ids=lambda program: program.__name__)


@each_workload
@pytest.mark.parametrize("once", [False, True])
def test_arrays_of_the_samples_by_line(workload, once):
    kept = Kept(workload.primal, *workload.args, once=once)
    assert kept.arrays() == kept.traced


@each_program
def test_arrays_of_small_programs_by_line(program):
    kept = Kept(program, X.copy())
    assert kept.arrays() == kept.traced


@each_program
def test_arrays_in_another_order_by_line(program):
    kept = Kept(program, np.asfortranarray(X))
    assert kept.arrays() == kept.traced


def test_a_reshape_that_copied_is_counted_on_the_line_of_its_operand():
    """Whether it copied cannot be told afterwards: the total is right, the line is the operand's."""
    kept = Kept(keeping.copied_by_reshape, X.copy())
    assert kept.arrays().total() == kept.traced.total() == 2 * X.nbytes


# What the programs keep, in words


def test_a_row_keeps_the_whole_array():
    assert Kept(keeping.row_of_a_large_array, X).by_marker() == {"large": X.nbytes}


def test_a_broadcast_keeps_the_small_array():
    assert Kept(keeping.broadcast, X).by_marker() == {"small": 8}


def test_views_of_one_array_charge_it_once():
    assert Kept(keeping.several_views, X).by_marker() == {"once": X.nbytes}


def test_the_branch_that_ran_is_charged():
    assert Kept(keeping.two_branches, X).by_marker() == {"positive": X.nbytes}
    assert Kept(keeping.two_branches, -X).by_marker() == {"negative": X.nbytes}


@pytest.mark.parametrize("program", [keeping.borrowed_argument, keeping.borrowed_global, keeping.borrowed_result])
def test_borrowed_values_are_listed_and_charged_nothing(program):
    kept = Kept(program, X)
    assert kept.arrays() == {}
    assert any(row.borrowed and row.bytes_stored == 0 for row in kept.rows)


# Python's objects


def walk_sizes(kept):
    """The sizes of all objects that exist for the residuals' sake, worked out anew."""
    seen = {id(each) for each in everything((kept.arguments, kept.value, kept.constants))}
    total = 0
    for each in everything(kept.residuals):
        if id(each) not in seen and not isinstance(each, np.ndarray) and not everlasting(each):
            total += sys.getsizeof(each)
        seen.add(id(each))
    return total


def everything(value):
    yield value
    if isinstance(value, tuple | list):
        for item in value:
            yield from everything(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from everything(item)
    elif dataclasses.is_dataclass(value) and type(value).__name__ in ("KeptCall", "KeptRule"):
        for name in ("residuals", "values", "places"):
            yield from everything(getattr(value, name, None))
        if isinstance(getattr(value, "back", None), FunctionType):
            for cell in value.back.__closure__ or ():
                yield from everything(cell.cell_contents)


def everlasting(value):
    """Objects that Python or the program has anyway."""
    if type(value) is int:
        return -5 <= value <= 256
    if type(value) is tuple:
        return not value
    return value is None or isinstance(value, bool | np.bool_ | str | type | np.dtype) or callable(value)


@each_workload
def test_objects_of_the_samples(workload):
    kept = Kept(workload.primal, *workload.args)
    assert kept.objects() == walk_sizes(kept)


@each_program
def test_objects_of_small_programs(program):
    kept = Kept(program, X.copy())
    assert kept.objects() == walk_sizes(kept)


# Owners


def test_the_owner_of_a_view_is_where_the_memory_is():
    whole = np.zeros(100)
    assert owner_of(whole[3:9].reshape(2, 3).T) is whole
    assert owner_of(np.lib.stride_tricks.as_strided(whole, (5,), (16,))) is whole
    assert owner_of(3.0) == 3.0


def test_memory_that_is_no_arrays_belongs_to_its_object():
    memory = bytearray(80)
    assert owner_of(np.frombuffer(memory)) is memory


def test_nothing_is_charged_for_what_carries_no_derivative():
    value, back = adls.pullback(lambda x: x.sum(), X)
    assert Kept(keeping.linear, X).arrays() == {}
    assert value == X.sum()
    assert np.array_equal(back(1.0)[0], np.ones_like(X))


def test_a_value_without_a_name_is_called_by_its_expression():
    kept = [row.value for row in Kept(keeping.without_names, np.ones(3)).rows]
    assert "x * 2.0: float64[3]" in kept
    assert "np.exp( np.sin(x * 2.0) + np.cos(x * 3.…: float64[3]" in kept
    assert not [value for value in kept if value[:1] == "t" and value[1:2].isdigit()]
