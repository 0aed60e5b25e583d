"""Edits at random while a program floods, forks and never ends: figures stay on their lines, and all can be ended.

What must be quick is compared with what a busy machine slows down likewise; `benchmarks/editor.py` has seconds.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adls.launch.process import STOP_SECONDS
from tests.lsp.editor import ALL, Editor, until_hints
from tests.lsp.storm import (
    CALM,
    ENCODINGS,
    NAME,
    TEXT,
    Encoding,
    Typist,
    begin,
    run_endlessly,
    timed_hover,
    units,
)  # fmt: skip

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for processes as Linux can")
EDITS = 200
BODY = CALM.split("\n")[2:6]


@pytest.fixture(params=ENCODINGS)
def encoding(request: pytest.FixtureRequest) -> Encoding:
    found: Encoding = request.param
    return found


@pytest.fixture
def editor(tmp_path: Path, encoding: Encoding) -> Iterator[Editor]:
    editor = begin(tmp_path / "work", tmp_path / "cache", encoding)
    yield editor
    editor.close()


def shown(editor: Editor, typist: Typist) -> dict[str, str]:
    """The hints by the text of their lines; each stands at its line's end."""
    lines = typist.lines()
    where = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines), "character": 0}}
    found = {}
    for hint in editor.request("textDocument/inlayHint", textDocument={"uri": editor.uri(NAME)}, range=where):
        line = lines[hint["position"]["line"]]
        assert hint["position"]["character"] == units(line, typist.encoding)
        found[line] = hint["label"]
    return found


def test_two_hundred_edits_in_a_storm(editor: Editor, encoding: Encoding) -> None:
    typist = Typist(editor, encoding, seed=ENCODINGS.index(encoding))
    fresh = shown(editor, typist)
    assert set(BODY) <= set(fresh) <= {*BODY, "def calm(x):"}
    quiet = statistics.quantiles((timed_hover(editor, typist, encoding) for _ in range(40)), n=20)[-1]
    endless = run_endlessly(editor)
    hovers = []
    for number in range(EDITS):
        typist.type()
        hovers.append(timed_hover(editor, typist, encoding))
        found = shown(editor, typist)
        assert all(fresh[text] == hint.removesuffix(" stale") for text, hint in found.items()), typist.text
        if number % 10 == 9:
            editor.settle(NAME)  # What is examined is mostly no Python; then what was known before stays.
            assert all(fresh[text] == hint.removesuffix(" stale") for text, hint in shown(editor, typist).items())
            typist.mend()
            editor.settle(NAME)
            assert shown(editor, typist) == fresh
    assert statistics.quantiles(hovers, n=20)[-1] < 30 * max(quiet, 0.002)
    typist.restore()
    until_hints(editor, NAME, lambda _: shown(editor, typist) == fresh)
    assert STOP_SECONDS[-1] < 2  # Then the whole group is killed, whatever it does.
    began = time.monotonic()
    editor.notify("$/cancelRequest", id=endless.number)
    answer = editor.reply(endless.number)
    assert time.monotonic() - began < max(2.0, 30 * max(hovers))
    assert answer.get("result", {"outcome": "interrupted"})["outcome"] == "interrupted"
    assert endless.wait()
    assert shown(editor, typist) == fresh
    editor.change(NAME, TEXT.replace("storm(endless())", "storm(2.0)"))
    assert editor.profile(NAME, "storm")["outcome"] == "finished"
    assert editor.profile(NAME, "calm")["outcome"] == "finished"
    assert set(BODY) <= set(shown(editor, typist))


def test_a_killed_server_leaves_nothing_behind_and_its_figures_come_back(tmp_path: Path) -> None:
    editor = begin(tmp_path / "work", tmp_path / "cache", "utf-16")
    before = editor.hints(NAME)
    endless = run_endlessly(editor)
    editor.kill()
    assert endless.wait()
    editor.close()
    again = Editor(tmp_path / "work", tmp_path / "cache", ALL)
    again.open(NAME, TEXT)
    assert until_hints(again, NAME, lambda found: found == before)
    assert not any("stale" in hint for hint in before.values())
    again.close()
