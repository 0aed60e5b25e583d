"""Programs in a workspace of several folders: what they import is found where an installed workspace has it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lsprotocol.types import ClientCapabilities, InitializeParams, WorkspaceFolder

from adls.lsp.server import folders_of
from tests.lsp.editor import Start
from tests.lsp.programs import LOSS, MODEL


@pytest.mark.parametrize("place", ["", "src"])
def test_a_script_finds_the_workspaces_own_package(start: Start, folder: Path, place: str) -> None:
    shutil.rmtree(folder)
    package = folder / place / "mine"
    package.mkdir(parents=True)
    (folder / "scripts").mkdir()
    (package / "__init__.py").touch()
    (package / "model.py").write_text(MODEL)
    (folder / "random.py").write_text("def random(x):\n    return x\n")
    text = LOSS.replace("from model import", "from mine.model import") + "\n\nimport random\n"
    text += "# adls: noisy(1.0)\ndef noisy(x):\n    return random.random(x)\n"
    (folder / "scripts" / "loss.py").write_text(text)
    editor = start()
    editor.open("scripts/loss.py")
    editor.settle("scripts/loss.py")
    assert "adjoint of" in editor.hover("scripts/loss.py", 10, 14)
    (shown,) = editor.request("adls/pullbacks", uri=editor.uri("scripts/loss.py"), function="loss")
    text = editor.request("workspace/textDocumentContent", uri=shown["uri"])["text"]
    assert "def layer__back(" in text
    (other,) = editor.request("adls/pullbacks", uri=editor.uri("scripts/loss.py"), function="noisy")
    text = editor.request("workspace/textDocumentContent", uri=other["uri"])["text"]
    assert "def random__fwd" not in text


def test_a_folder_that_is_added_later_is_looked_into(start: Start, folder: Path) -> None:
    other = folder.parent / "other"
    other.mkdir()
    (other / "shared.py").write_text("import numpy as np\ndef squash(x):\n    return np.tanh(x)\n")
    text = "from shared import squash\n# adls: f(1.0)\ndef f(x):\n    return squash(x)\n"
    editor = start()
    editor.open("use.py", text)
    editor.settle("use.py")
    (shown,) = editor.request("adls/pullbacks", uri=editor.uri("use.py"), function="f")

    def adjoint() -> str:
        return str(editor.request("workspace/textDocumentContent", uri=shown["uri"])["text"])

    change = {"uri": other.as_uri(), "name": "other"}
    assert "def squash__back(" not in adjoint()
    editor.notify("workspace/didChangeWorkspaceFolders", event={"added": [change], "removed": []})
    assert "def squash__back(" in adjoint()
    editor.notify("workspace/didChangeWorkspaceFolders", event={"added": [], "removed": [change]})
    assert "def squash__back(" not in adjoint()


def test_where_the_workspace_is() -> None:
    """Helix names a folder that is no repository by its path alone."""
    able = ClientCapabilities()
    opened = [WorkspaceFolder("file:///projects/one", "one"), WorkspaceFolder("file:///projects/two", "two")]
    assert folders_of(InitializeParams(able, root_uri="file:///projects", workspace_folders=opened)) == (
        "/projects/one", "/projects/two",
    )  # fmt: skip
    assert folders_of(InitializeParams(able, root_uri="file:///projects", root_path="/projects")) == ("/projects",)
    assert folders_of(InitializeParams(able, root_path="/projects", workspace_folders=[])) == ("/projects",)
    assert folders_of(InitializeParams(able)) == ()
