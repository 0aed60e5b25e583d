"""After an edit only what it touches is made anew, and what is said is what a new examiner says."""

from __future__ import annotations

import random
import re

import pytest

from adls.engine.analysis.examine import Examiner
from adls.engine.frontend.texts import Texts

PATH = "/project/main.py"
PROGRAM = '''
import numpy as np
from dataclasses import dataclass
from typing import NamedTuple
import adls

class Point(NamedTuple):
    a: float
    b: np.ndarray

@dataclass
class Layer:
    w: np.ndarray

    def run(self, x):
        return helper(x) @ self.w

class Squashed:
    def __init__(self, w):
        self.w = w

    @property
    def two(self):
        return self.w * 2

    def __call__(self, x):
        return np.tanh(x) * self.two

RATE = 0.5
W = np.ones((3, 3))

def helper(x):
    return np.sin(x) * RATE

def parts(x):
    for i in range(3):
        yield x * i

def total(x):
    s = 0.0
    for part in parts(x):
        s = s + part
    return s

def make(w):
    def inner(x):
        return helper(x) * w
    return inner

def apply(f, x):
    return f(x) + 1.0

def fields(p):
    return p.b * p.a

def made(x):
    return Point(2.0, x), Layer(W), Squashed(x)

def scaled(x, *, scale=RATE, **rest):
    return x * scale

# adls: loss(np.ones(3), Point(1.0, np.ones(3)))
def loss(x, p):
    a, q, r = made(x)
    y = total(x) + apply(make(2.0), x) + fields(p) + fields(a) + r(x)
    z = q.run(x) + scaled(x, scale=3.0) + apply(lambda t: helper(t) ** 2, y)
    return np.sum(y * z) + np.sum(r.two)
'''
PIECES = (
    "RATE", "helper(x)", "x", "2.0", "[x][0]", "p.b", "fields(a)", "make(3.0)", "lambda t: t", "np.sin", "missing", "W",
    "@adls.adjoint(helper)\ndef hb(g): pass\n", "\n", "\n\n", "    # c\n", "del x", "q.run", "Layer(W)", "r", "None",
    "tuple", "total", "class Point: pass\n", "a: float", "b: np.ndarray",
)  # fmt: skip


def edited(rng: random.Random, text: str) -> str:
    """The text with one change: a line twice, gone, empty, elsewhere, or with another name or number in it."""
    lines = text.split("\n")
    line, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            lines.insert(line, lines[line])
        case 1:
            lines.insert(line, "")
        case 2:
            del lines[line]
        case 3:
            lines[line], lines[other] = lines[other], lines[line]
        case _:
            found = list(re.finditer(r"[A-Za-z_.]+(\(x\))?|\d+(\.\d+)?", lines[line]))
            if found:
                where = rng.choice(found)
                lines[line] = lines[line][: where.start()] + rng.choice(PIECES) + lines[line][where.end() :]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_said_after_edits_is_what_a_new_examiner_says(seed: int) -> None:
    rng, text, texts, examiner = random.Random(seed), PROGRAM, Texts(), Examiner()
    for _ in range(12):
        texts.open(PATH, text)
        found = examiner.examine(texts, PATH)
        afresh = Texts()
        afresh.open(PATH, text)
        assert found == Examiner().examine(afresh, PATH)
        if found.syntax_error:
            text = PROGRAM
        text = edited(rng, text)


OTHER = "/project/outer.py"
OUTER = """
import numpy as np
from main import Layer, helper
import main

K = 2.0

def parts(x):
    for i in range(3):
        yield helper(x) * i

# adls: outer(np.ones(3))
def outer(x):
    layer = Layer(np.ones((3, 3)))
    return sum(np.sum(part) for part in parts(x)) + np.sum(layer.run(x)) * K + main.total(x).sum()
"""


@pytest.mark.parametrize("seed", [13, *range(100, 105)])
def test_it_is_so_for_files_that_read_one_another(seed: int) -> None:
    rng, texts, examiner = random.Random(seed), Texts(), Examiner()
    files = good = {PATH: PROGRAM, OTHER: OUTER}
    for _ in range(8):
        afresh = Texts()
        for path, text in files.items():
            texts.open(path, text)
            afresh.open(path, text)
        found = {path: examiner.examine(texts, path) for path in files}
        assert found == {path: Examiner().examine(afresh, path) for path in files}
        files = {path: good[path] if found[path].syntax_error else text for path, text in files.items()}
        path = rng.choice([*files])
        files[path] = edited(rng, files[path])


@pytest.mark.parametrize(
    ("old", "new", "lowered"),
    [
        ("return p.b * p.a", "return p.b + p.a", {"fields", "loss", "<expression>"}),
        ("    return p.b * p.a", "\n    # c\n    return p.b * p.a", {"fields", "loss", "<expression>"}),
        ("    z = q.run", "\n    z = q.run", {"loss", "<expression>"}),
        ("# adls: loss", "\n\n# adls: loss", set()),
    ],
)
def test_only_what_leads_to_an_edit_is_lowered_again(
    old: str, new: str, lowered: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import adls.engine.analysis.values as values
    import adls.engine.frontend.static as static

    texts, examiner = Texts(), Examiner()
    texts.open(PATH, PROGRAM)
    examiner.examine(texts, PATH)
    seen = set()
    for module in (values, static):
        lower = module.lower

        def noted(node, source, qualname, *more, lower=lower):  # type: ignore[no-untyped-def]
            seen.add(qualname)
            return lower(node, source, qualname, *more)

        monkeypatch.setattr(module, "lower", noted)
    assert old in PROGRAM
    texts.open(PATH, PROGRAM.replace(old, new))
    examiner.examine(texts, PATH)
    assert {name for name in seen if name not in ("range",)} == lowered


def test_a_rule_of_the_users_own_counts_at_once() -> None:
    """What a function calls is told to be a problem until it has a rule; neither is read by the function."""
    text = """
import numpy as np
import adls

def odd(x):
    return np.busday_count(x)

# adls: loss(np.ones(3))
def loss(x):
    return np.sum(odd(x))
"""
    texts, examiner = Texts(), Examiner()
    texts.open(PATH, text)
    before = examiner.examine(texts, PATH)
    texts.open(PATH, text + "\n@adls.adjoint(odd)\ndef rule(x):\n    return odd(x), lambda g: (g,)\n")
    after = examiner.examine(texts, PATH)
    assert [each.code for each in before.problems] == ["missing-rule"]
    assert after.problems == ()
