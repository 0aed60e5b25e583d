"""A folder with a program in it, and editors on it that are closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import Editor, Json, Start
from tests.lsp.programs import LOSS, MODEL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "model.py").write_text(MODEL)
    (folder / "loss.py").write_text(LOSS)
    return folder


@pytest.fixture
def start(folder: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts editors on the folder; all of them share one cache, and are closed at the end."""
    editors: list[Editor] = []

    def begin(capabilities: Json | None = None, **options: Any) -> Editor:
        editors.append(Editor(folder, tmp_path / "cache", capabilities, **options))
        return editors[-1]

    yield begin
    for editor in editors:
        editor.close()
