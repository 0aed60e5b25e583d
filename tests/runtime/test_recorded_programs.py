"""Every test program under the clocks: the same bits, times within times, and bytes that some line is charged for."""

from __future__ import annotations

import pytest

import adls
from adls.profile.processors import profile_of
from adls.profile.recording import Recording
from adls.profile.recording_json import dump_recording, load_recording
from adls.runtime.recorder import Recorder
from tests.differences import flat
from tests.programs.test_programs import CRASHES, PROGRAMS, REFUSED, fresh


@pytest.mark.parametrize("case", [case for case in PROGRAMS if case.name not in CRASHES | REFUSED],
                         ids=lambda case: case.name)
def test_a_program_is_recorded(case):
    gradient = adls.value_and_grad(case.function, case.argnums)
    plain = gradient(*fresh(case.args))
    with Recorder() as recorder:
        recorded = [gradient(*fresh(case.args)) for _ in range(2)]
    assert all(flat(each).tobytes() == flat(plain).tobytes() for each in recorded)
    recording = Recording("test", recorder.units(), recorder.evaluations())
    assert load_recording(dump_recording(recording)) == recording
    lines = {unit.key: unit.lines for unit in recording.units}
    for evaluation in recording.evaluations:
        check_times(evaluation, lines)
    for shown in profile_of(recording).gradients:
        assert sum((line.self_cost for line in shown.lines), shown.outside) == shown.total


def check_times(evaluation, lines):
    """What is called takes no longer than the line that calls it, and all lines no longer than their pass."""
    for direction, whole in (("forward", evaluation.forward_ns), ("backward", evaluation.backward_ns)):
        outermost = [node for node in evaluation.nodes if node.direction == direction and node.parent < 0]
        assert sum(sum(node.ns) for node in outermost) <= whole + 1
    callees = {}
    for node in evaluation.nodes:
        assert all(each >= 0 for each in node.ns)
        if node.parent >= 0:
            callees.setdefault((node.parent, node.parent_line), []).append(sum(node.ns))
    for (caller, line), spent in callees.items():
        node = evaluation.nodes[caller]
        rounded = sum(len(each.ns) for each in evaluation.nodes)
        assert sum(spent) <= node.ns[lines[node.unit].index(line)] + rounded
