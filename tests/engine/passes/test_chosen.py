"""What was computed and not chosen has derivative zero, where its own would be infinite or no number."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from tests.engine.passes.chosen_programs import PROGRAMS

POINTS = np.array([-1.0, 0.0, 0.5, 2.0])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_gradient_is_that_of_what_was_chosen(name: str) -> None:
    function, slope = PROGRAMS[name]
    np.testing.assert_allclose(adls.grad(function)(POINTS), slope(POINTS), rtol=1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("x", [0.0, -1.0, np.float64(0.0), np.array(0.0)], ids=repr)
def test_a_number(x) -> None:
    def safe(x):
        return np.where(x > 0, np.log(x), 0.0)

    assert adls.grad(safe)(x) == 0.0
    assert adls.grad(safe)(x + 3.0) == pytest.approx(1.0 / (x + 3.0))


def test_a_plain_function_keeps_its_plain_adjoint() -> None:
    text = adls.compiled(PROGRAMS["plain"][0], POINTS).text
    assert "unchosen" not in text
