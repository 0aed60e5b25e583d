"""An edit costs what it touches, in large files too."""

from __future__ import annotations

import gc
import time

import pytest

from adls.engine.analysis.examine import Examiner
from adls.engine.frontend.texts import Texts

PATH = "/project/large.py"
PART = '''
RATE_{n} = 0.5


def layer_{n}(x, w):
    """One of many."""
    y = x @ w  # a comment
    if np.mean(y) > RATE_{n}:
        y = np.tanh(y)
    else:
        y = np.sin(y) * RATE_{n}
    return y


class Model_{n}:
    def __init__(self, size):
        self.size = size

    def loss(self, x):
        return np.sum(layer_{n}(x, np.eye(self.size)))
'''
LAST = """

# adls: loss(np.ones((3, 4)), np.ones((4, 4)))
def loss(x, w):
    for _ in range(3):
        x = layer_0(x, w) + layer_1(x, w)
    return np.sum(x)
"""


def large(lines: int) -> str:
    return "import numpy as np\n" + "".join(PART.format(n=n) for n in range(lines // PART.count("\n"))) + LAST


def seconds(examiner: Examiner, texts: Texts, text: str) -> float:
    """Of a core, so that a busy machine changes nothing; the garbage of all other tests isn't collected meanwhile."""
    texts.open(PATH, text)
    gc.disable()
    try:
        start = time.process_time()
        assert not examiner.examine(texts, PATH).syntax_error
        return time.process_time() - start
    finally:
        gc.enable()


def edited(examiner: Examiner, texts: Texts, text: str, edit: str) -> float:
    seconds(examiner, texts, text)
    return seconds(examiner, texts, edit)


@pytest.mark.parametrize(("lines", "most"), [(2000, 0.35), (20_000, 0.2)])
def test_examining_again_after_an_edit(lines: int, most: float) -> None:
    """As a share of what the whole file costs: a 2,000-line one's function is a larger part of it."""
    texts, examiner, text = Texts(), Examiner(), large(lines)
    whole = seconds(examiner, texts, text)
    middle = text.index("def layer_50(")
    edits = [
        text[:middle] + "def added(x):\n    return x\n\n\n" + text[middle:],
        "\n" + text,
        text.replace("RATE_60 = 0.5", "RATE_60 = 0.25"),
        text.replace("x = layer_0(x, w)", "x = layer_1(x, w)"),
        text.replace("np.tanh(y)", "np.cos(y)", 1),
        text.replace("    y = x @ w", "\n    y = x @ w", 1),
    ]
    for edit in edits:
        assert min(edited(examiner, texts, text, edit) for _ in range(3)) < most * whole, edit[:40]


def test_a_line_break_above_functions_that_are_differentiated_costs_little() -> None:
    """Whatever stands below it is only elsewhere."""
    calls = "".join(f"    x = layer_{n}(x, w)\n" for n in range(30))
    text = large(30 * PART.count("\n")).replace("    for _ in range(3):\n", "").replace(
        "        x = layer_0(x, w) + layer_1(x, w)\n", calls)
    texts, examiner = Texts(), Examiner()
    whole = seconds(examiner, texts, text)
    edit = text.replace("    y = x @ w", "\n    y = x @ w", 1)
    assert min(edited(examiner, texts, text, edit) for _ in range(3)) < 0.3 * whole


def test_a_long_function_costs_as_much_as_its_lines() -> None:
    """Four times the lines take about four times as long, not sixteen times."""

    def of(lines: int) -> float:
        body = "".join(f"    y = np.tanh(y * {n}.5) + np.sin(x) * y\n" for n in range(lines))
        text = f"import numpy as np\n# adls: loss(np.ones(9))\ndef loss(x):\n    y = x\n{body}    return np.sum(y)\n"
        return seconds(Examiner(), Texts(), text)

    of(5)
    assert min(of(240) for _ in range(3)) < 7 * min(of(60) for _ in range(3))
