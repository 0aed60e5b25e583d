"""Generated programs: the value has NumPy's bits, the gradient is that of differences, or there is a clear refusal.

A DifferentiationError counts as refused, not as wrong; the share is printed and bounded.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.properties import controlled, mutating, nesting
from tests.properties.judged import judge, module_of

QUIET = settings(derandomize=True, deadline=None, max_examples=60, database=None,
                 suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
choices = st.lists(st.integers(0, 2**16), min_size=60, max_size=400)


class Answers:
    """Answers to the generator's questions out of a list, again from the start when it is used up."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        self.position = 0

    def __call__(self, n: int) -> int:
        number = self.numbers[self.position % len(self.numbers)]
        self.position += 1
        return (number + 7 * (self.position // len(self.numbers))) % n


def outcome(text: str, folder: Path) -> str:
    module = module_of(text, folder)
    args = module.arguments() if hasattr(module, "arguments") else (
        np.array([0.3, 0.8, -0.4, 0.6]), np.array([[0.2, -0.7, 0.5], [0.9, 0.1, -0.3]]))
    shown = text[text.index("def f("):]
    try:
        return judge(module.f, args, tuple(range(len(args))))
    except AssertionError as error:
        raise AssertionError(f"{error}\n\n{shown}") from None
    except Exception as error:
        raise AssertionError(f"{type(error).__name__}: {error}\n\n{shown}") from error


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("generated")


@QUIET
@given(numbers=choices)
def test_mutating_programs(folder, numbers):
    outcome(mutating.program(Answers(numbers)), folder)


@QUIET
@given(numbers=choices)
def test_programs_with_control_flow(folder, numbers):
    outcome(controlled.program(Answers(numbers)), folder)


@QUIET
@given(numbers=choices)
def test_programs_with_nested_containers(folder, numbers):
    outcome(nesting.program(Answers(numbers)), folder)


@pytest.mark.slow
@pytest.mark.parametrize(("generator", "block"), [
    (mutating, 0),
    (mutating, 1),
    (controlled, 0),
    (controlled, 1),
    (nesting, 0),
    (nesting, 1),
])
def test_seeded_programs(generator, block, folder, record_property, capsys):
    counts: Counter[str] = Counter()
    for seed in range(40 * block, 40 * block + 40):
        made = random.Random(seed)
        counts[outcome(generator.program(made.randrange), folder)] += 1
    share = counts["refused"] / (counts["refused"] + counts["right"])
    record_property("refused", share)
    with capsys.disabled():
        print(f"\n{generator.__name__} {block}: refused {share:.0%} of {counts['refused'] + counts['right']}")
    assert share <= 0.35
