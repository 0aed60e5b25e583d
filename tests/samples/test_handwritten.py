"""The hand-written adjoints are right: the measure of generated code must not be fast by being wrong."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from benchmarks.handwritten import elementwise_chain
from benchmarks.trees import leaves, tree_map
from benchmarks.workloads import WORKLOADS, Workload

each_workload = pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)


def random_direction(workload: Workload, rng: np.random.Generator):
    """A direction that moves each parameter in proportion to its own size."""

    def move(leaf):
        size = np.abs(leaf).mean() or 1.0
        return size * rng.normal(size=np.shape(leaf))

    return tree_map(move, workload.args[0])


def along(workload: Workload, direction, distance: float) -> float:
    moved = tree_map(lambda leaf, d: leaf + distance * d, workload.args[0], direction)
    return float(workload.primal(moved, *workload.args[1:]))


def central_difference(workload: Workload, direction, h: float = 1e-5) -> float:
    """Fourth order, so that rounding and curvature are both small."""
    near = along(workload, direction, h) - along(workload, direction, -h)
    far = along(workload, direction, 2 * h) - along(workload, direction, -2 * h)
    return (8.0 * near - far) / (12.0 * h)


@each_workload
def test_value_has_the_programs_bits(workload):
    value, _ = workload.hand_value_and_grad()
    assert float(value) == float(workload.primal(*workload.args))


@each_workload
def test_gradient_has_the_shape_of_the_parameters(workload):
    _, gradient = workload.hand_value_and_grad()
    shapes = tree_map(lambda leaf, grad: np.shape(leaf) == np.shape(grad), workload.args[0], gradient)
    assert all(leaves(shapes))


@each_workload
def test_gradient_agrees_with_central_differences(workload):
    rng = np.random.default_rng(zlib.crc32(workload.name.encode()))
    _, gradient = workload.hand_value_and_grad()
    for _ in range(3):
        direction = random_direction(workload, rng)
        products = tree_map(lambda grad, d: float(np.sum(grad * d)), gradient, direction)
        expected = central_difference(workload, direction)
        assert sum(leaves(products)) == pytest.approx(expected, rel=2e-6, abs=1e-9)


@each_workload
def test_each_parameter_agrees_with_central_differences(workload):
    """One leaf at a time, so that a small cotangent cannot hide behind a large one."""
    rng = np.random.default_rng(7)
    _, gradient = workload.hand_value_and_grad()
    direction = random_direction(workload, rng)
    count = len(list(leaves(direction)))
    for chosen in range(count):
        places = iter(range(count))
        alone = tree_map(lambda d, places=places, chosen=chosen: d * float(next(places) == chosen), direction)
        products = tree_map(lambda grad, d: float(np.sum(grad * d)), gradient, alone)
        expected = central_difference(workload, alone)
        assert sum(leaves(products)) == pytest.approx(expected, rel=1e-5, abs=1e-8)


@each_workload
def test_arguments_are_left_as_they_were(workload):
    before = [np.array(leaf) for leaf in leaves(workload.args)]
    workload.hand_value_and_grad()
    assert all(np.array_equal(old, new) for old, new in zip(before, leaves(workload.args), strict=True))


@each_workload
def test_backward_pass_can_run_twice(workload):
    """Residuals survive a backward pass: the one-shot form is a function of its own."""
    forward = getattr(workload.by_hand, f"{workload.function}__fwd")
    backward = getattr(workload.by_hand, f"{workload.function}__back")
    _, residuals = forward(*workload.args)
    first = [np.array(leaf) for leaf in leaves(backward(residuals, 1.0))]
    second = list(leaves(backward(residuals, 1.0)))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_one_shot_chain_gives_the_same_bits():
    workload = next(workload for workload in WORKLOADS if workload.name == "elementwise_chain")
    value, gradient = workload.hand_value_and_grad()
    one_shot_value, one_shot_gradient = elementwise_chain.loss__value_and_grad(*workload.args)
    assert value == one_shot_value
    assert np.array_equal(gradient, one_shot_gradient)
