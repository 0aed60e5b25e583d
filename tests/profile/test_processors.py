"""Recordings in, figures out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adls.profile.model import Cost, Gradient, Line
from adls.profile.processors import profile_of
from tests.profile import recordings as given

if TYPE_CHECKING:
    from adls.profile.recording import Recording


def gradient(recording: Recording) -> Gradient:
    return profile_of(recording).gradients[0]


def line(recording: Recording, number: int) -> Line:
    return next(line for line in gradient(recording).lines if line.line == number)


def test_a_line_that_calls_has_its_callees_in_inclusive_but_not_in_self() -> None:
    assert line(given.two_callers(), 11).self_cost == Cost(10, 50, 0)
    assert line(given.two_callers(), 11).inclusive == Cost(110, 300, 640)


def test_a_helper_with_two_callers_is_summed_over_them_and_split_by_them() -> None:
    helper = line(given.two_callers(), 3)
    assert helper.inclusive == Cost(60 + 150, 200 + 400, 640 + 1280)
    assert [(caller.function, caller.line, caller.cost) for caller in helper.callers] == [
        ("loss", 12, Cost(150, 400, 1280)),
        ("loss", 11, Cost(60, 200, 640)),
    ]


def test_the_outermost_function_has_no_caller() -> None:
    assert [(caller.function, caller.line) for caller in line(given.two_callers(), 13).callers] == [("", 0)]


def test_a_line_says_what_it_keeps_and_what_it_borrows() -> None:
    (row,) = line(given.two_callers(), 3).residuals
    assert (row.value, row.bytes_stored, row.count) == ("y: f64[8]", 1920, 2)
    (borrowed,) = line(given.two_callers(), 11).residuals
    assert (borrowed.borrowed, borrowed.bytes_stored) == (True, 0)


def test_signatures_of_one_function_stand_apart_and_together() -> None:
    layer, loss = gradient(given.two_signatures()).functions
    assert (layer.qualname, layer.calls, layer.inclusive) == ("layer", 3, Cost(285, 0, 12))
    assert [(s.signature, s.calls, s.inclusive.forward_ns) for s in layer.signatures] == [
        ("(f32[n])", 2, 190),
        ("(f64[n])", 1, 95),
    ]
    assert [(li.line, li.calls, li.inclusive.forward_ns) for li in layer.lines] == [(3, 3, 240), (4, 3, 45)]
    assert loss.self_cost == Cost(15, 0, 0)


@pytest.mark.parametrize("depth", [1, 2, 3, 50, 3000])
def test_a_recursive_line_counts_once(depth: int) -> None:
    shown = gradient(given.recursion(depth))
    two, three = shown.lines
    assert two.inclusive == two.self_cost == Cost(10 * depth, 20 * depth, 0)
    assert three.self_cost == Cost(depth, 2 * depth, 8 * depth)
    # Everything but line 2 of the outermost call happens under line 3.
    assert three.inclusive == Cost(11 * depth - 10, 22 * depth - 20, 8 * depth)
    assert shown.functions[0].inclusive == shown.total


def test_times_are_the_median_over_the_evaluations() -> None:
    assert line(given.several(100, 900, 200), 11).inclusive.forward_ns == 200
    assert line(given.several(100, 201), 11).inclusive.forward_ns == 150


def test_what_hits_another_line_in_each_evaluation_is_on_no_line_either() -> None:
    nodes = [given.node(given.LOSS, "forward", times) for times in ((9100, 10, 20), (100, 9010, 20), (100, 10, 9020))]
    shown = gradient(given.recording((given.LOSS,), *(given.evaluation(given.LOSS, node, outside=5) for node in nodes)))
    assert (shown.total, shown.outside) == (Cost(135, 5, 0), Cost(5, 5, 0))


def test_bytes_are_those_of_the_evaluation_that_kept_most() -> None:
    assert gradient(given.several(1, 2, 3, sizes=(10, 30, 20))).total.bytes_stored == 30


def test_an_interrupted_evaluation_does_not_count_beside_a_finished_one() -> None:
    shown = gradient(given.several(100, 9, complete=(True, False), sizes=(10, 99)))
    assert (shown.evaluations, shown.used, shown.complete) == (2, 1, True)
    assert (shown.total, shown.lines[0].inclusive) == (Cost(107, 0, 10), Cost(100, 0, 10))


def test_interrupted_evaluations_alone_are_shown_and_marked() -> None:
    shown = gradient(given.several(100, 200, complete=(False, False)))
    assert (shown.used, shown.complete) == (2, False)
    assert shown.lines[0].inclusive.forward_ns == 150


def test_a_callee_that_outlasts_its_interrupted_caller_does_not_make_time_negative() -> None:
    nodes = (
        given.node(given.LOSS, "forward", (0, 0, 0)),
        given.node(given.LAYER, "forward", (60, 0), parent=0, at=11),
    )
    shown = gradient(
        given.recording((given.LAYER, given.LOSS), given.evaluation(given.LOSS, *nodes, complete=False))
    )
    assert [(li.line, li.self_cost.forward_ns, li.inclusive.forward_ns) for li in shown.lines] == [
        (3, 60, 60),
        (11, 0, 60),
    ]


def test_a_line_that_rarely_runs_says_in_how_many_evaluations_it_ran() -> None:
    common = given.evaluation(given.LOSS, given.node(given.LOSS, "forward", (100, 0, 0)))
    rare = given.evaluation(given.LOSS, given.node(given.LOSS, "forward", (100, 0, 900)))
    recording = given.recording((given.LOSS,), common, common, rare)
    assert (line(recording, 13).inclusive.forward_ns, line(recording, 13).ran_in) == (0, 1)
    assert line(recording, 11).ran_in == 3


def test_gradients_of_different_functions_stand_apart_the_costliest_first() -> None:
    cheap = given.evaluation(given.LAYER, given.node(given.LAYER, "forward", (1, 1)))
    dear = given.evaluation(given.LOSS, given.node(given.LOSS, "forward", (100, 0, 0)))
    shown = profile_of(given.recording((given.LAYER, given.LOSS), cheap, dear, cheap)).gradients
    assert [(g.function, g.evaluations) for g in shown] == [("loss", 1), ("layer", 2)]


@pytest.mark.parametrize("name", given.EVERY)
def test_self_figures_sum_to_the_totals_and_no_line_exceeds_them(name: str) -> None:
    for shown in profile_of(given.EVERY[name]).gradients:
        for parts in (
            [li.self_cost for li in shown.lines],
            [function.self_cost for function in shown.functions],
            [li.self_cost for function in shown.functions for li in function.lines],
            [li.self_cost for f in shown.functions for s in f.signatures for li in s.lines],
            [path.self_cost for path in shown.paths],
        ):
            assert sum(parts, shown.outside) == shown.total
        for li in shown.lines:
            assert li.inclusive.forward_ns <= shown.total.forward_ns
            assert li.inclusive.backward_ns <= shown.total.backward_ns
            assert li.inclusive.bytes_stored <= shown.total.bytes_stored
            assert sum((caller.cost for caller in li.callers), Cost()) == li.inclusive


def test_time_that_no_line_owns_is_shown_as_such() -> None:
    shown = gradient(given.two_callers())
    assert shown.outside == Cost(5, 5, 0)
    assert shown.total == Cost(395, 875, 1984)
