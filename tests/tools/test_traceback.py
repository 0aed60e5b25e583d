"""A traceback out of the backward pass: the user's file, line and expression, with no frame of generated text."""

from __future__ import annotations

import linecache
import traceback

import numpy as np
import pytest

import adls


def distance(x):
    return np.arccosh(x) * 2.0


def summed(x):
    scale = 0.5
    return np.sum(scale * distance(x))


def failure() -> pytest.ExceptionInfo[FloatingPointError]:
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError) as caught:
        adls.grad(summed)(np.array([2.0, 1.0]))
    return caught


def test_the_last_frames_are_the_users():
    frames = traceback.extract_tb(failure().value.__traceback__)
    last = [(frame.filename, frame.name) for frame in frames[-2:]]
    assert last == [(__file__, "summed__back"), (__file__, "distance__back")]


def test_each_frame_shows_the_users_line():
    for frame in traceback.extract_tb(failure().value.__traceback__)[-2:]:
        assert frame.line == linecache.getline(__file__, frame.lineno).strip()


def test_carets_stand_under_the_users_expression():
    text = "".join(traceback.format_exception(failure().value)).splitlines()
    at = next(n for n, line in enumerate(text) if line.strip() == "return np.arccosh(x) * 2.0")
    carets = text[at + 1]
    marked = [n for n, mark in enumerate(carets) if mark in "~^"]  # From Python 3.13 on, the callee has tildes.
    assert text[at][marked[0] : marked[-1] + 1] == "np.arccosh(x)"


def test_no_frame_shows_generated_text():
    text = "".join(traceback.format_exception(failure().value))
    assert "d_x" not in text
    assert "<" not in [frame.filename[0] for frame in traceback.extract_tb(failure().value.__traceback__)]
