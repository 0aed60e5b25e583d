"""The recipe for Helix, in the real one, with keys in a terminal."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.editors.screen import Terminal

PROGRAM = """\
import numpy as np


# adls: loss(np.ones((20, 20)), np.ones((30, 20)))
def loss(w, x):
    h = np.tanh(x @ w)
    return (h * h).sum()
"""
HINT = re.compile(r"h = np\.tanh\(x @ w\) +[\d.]+ ?[nµm]s · [\d.]+ ?[nµm]s · 4\.80 ?kB")


def helix() -> str:
    """The machine's Helix, or the one that `make helix` has fetched."""
    fetched = ROOT / ".helix" / "hx"
    found = shutil.which("hx") or shutil.which("helix") or (str(fetched) if fetched.exists() else None)
    if found is None:
        pytest.skip("no Helix here: the recipe was not tried")
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the recipe's files, and a command `adls` that is this one."""
    settings = tmp_path / "home" / ".config" / "helix"
    settings.mkdir(parents=True)
    for name in ("languages.toml", "config.toml"):
        shutil.copy(ROOT / "editors" / "helix" / name, settings)
    command = tmp_path / "bin" / "adls"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m adls "$@"\n')
    command.chmod(0o700)
    (tmp_path / "loss.py").write_text(PROGRAM)
    return tmp_path / "home"


def test_the_recipe(home: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("XDG", "PYTHON", "VIRTUAL"))}
    told = {"HOME": str(home), "PATH": f"{home.parent / 'bin'}:{Path(sys.executable).parent}:{bare['PATH']}"}
    editor = Terminal([helix(), "loss.py"], home.parent, {**bare, **told})
    try:
        editor.until(lambda screen: "np.tanh" in screen and "NOR" in screen)
        editor.type("6G")
        _choose(editor, "Profile gradient of loss")
        editor.until(lambda screen: "gradient of loss: " in screen)
        editor.type(" H")
        editor.until(HINT.search)
        editor.type(" k")
        editor.until(lambda screen: "this line" in screen and "the adjoint of operator.matmul reads it" in screen)
        editor.type("\x1b")
        editor.until(lambda screen: "this line" not in screen)
        _choose(editor, "Show pullback code of loss")
        shown = editor.until(re.compile(r"The adjoint of loss is in \S+\.py").search)
        adjoint = re.findall(r"The adjoint of loss is in (\S+\.py)", shown)[0]
        editor.type(f":open {adjoint}\r")
        editor.until(lambda screen: "def loss__fwd(" in screen)
        assert Path(adjoint).stat().st_mode & 0o777 == 0o400
    finally:
        editor.type("\x1b:quit-all!\r")
        editor.close()


def _choose(editor: Terminal, action: str) -> None:
    """Take a code action, as soon as the server offers it."""
    for _ in range(30):
        editor.type(" a")
        if editor.comes_to(lambda screen: action in screen, 2):
            break
    offered = re.findall(r"(?:Profile gradient|Show pullback code|Show canopy|Clear profile) of loss", editor.text())
    editor.type("\x1b[B" * offered.index(action) + "\r")
