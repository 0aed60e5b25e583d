"""What each unit of a recording shows: the part of the listing that it needs, cut from the text that ran."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from adls.runtime.calling import bind
from adls.runtime.compiler import adjoint_of, subject_of
from adls.runtime.recorder import units_of
from benchmarks.workloads import WORKLOADS

X = np.linspace(0.1, 0.9, 6).reshape(2, 3)


def statements(text):
    return [ast.dump(node) for node in ast.parse(text).body]


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_every_unit_shows_a_part_of_what_ran_and_the_entry_all_of_it(workload):
    found = adjoint_of(subject_of(workload.primal), bind(workload.primal, workload.args, {}), frozenset([0]), once=True)
    units = {unit.key: unit for unit in units_of(found)}
    assert units[found.printed.digests[str(found.key)]].listing == found.text
    whole = statements(found.text)
    for unit in units.values():
        part = statements(unit.listing)
        assert set(part) <= set(whole)
        exec(compile(unit.listing, "shown", "exec"), {})


def halve(x):
    return x * 0.5


def even(x, n):
    return halve(x) if n == 0 else odd(x, n - 1)


def odd(x, n):
    return np.sin(x) if n == 0 else even(x, n - 1)


def loss(x):
    return even(x, 3).sum()


def test_functions_that_call_each_other_stand_in_both_parts_each_last_in_its_own():
    found = adjoint_of(subject_of(loss), [X], frozenset([0]), once=True)
    for unit in units_of(found):
        defined = [node.name for node in ast.parse(unit.listing).body if isinstance(node, ast.FunctionDef)]
        own = re.fullmatch(rf"{unit.name}((?:_[0-9]+)?)__fwd {unit.name}\1__back", " ".join(defined[-2:]))
        assert own is not None, defined
        callers = {"halve": ("even", "odd", "loss"), "even": ("loss",), "odd": ("loss",), "loss": ()}
        assert not [name for name in defined if name.startswith(callers[unit.name])]
