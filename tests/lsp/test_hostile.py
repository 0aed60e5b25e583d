"""A folder that wants its code run: what is only opened, looked at and trusted runs nothing of it."""

from __future__ import annotations

import http.client
import re
import shutil
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.lsp.editor import ALL, COMMAND, Editor, Start
from tests.lsp.houses import bundle
from tests.lsp.programs import LOSS, MODEL

NAMES = (
    "cattrs", "numpy", "sitecustomize", "usercustomize", "adls", "pygls", "lsprotocol", "attr", "typing_extensions",
    "json", "typing", "ast", "asyncio", "tokenize", "conftest", "setup", "_virtualenv", "__init__", "__main__",
)  # fmt: skip
PLAIN = 22  # the line of a function that needs no NumPy: the folder's is none


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    """Where everything in the folder that runs leaves its name."""
    marks = tmp_path / "marks"
    marks.mkdir()
    return marks


@pytest.fixture
def folder(tmp_path: Path, marks: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text(f"import pathlib\npathlib.Path({str(marks)!r}, {name!r}).touch()\n")
    for name in (".venv/bin/python", "venv/bin/python", "python3", "python", "git"):
        program = folder / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n: > {marks}/{name.replace('/', '-')}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    mark = f"import pathlib\npathlib.Path({str(marks)!r}, 'program').touch()\n"
    (folder / "model.py").write_text(mark + MODEL)
    (folder / "loss.py").write_text(mark + LOSS + "\n\n# adls: plain(2.0)\ndef plain(x):\n    return x * x\n")
    (folder / "pyproject.toml").write_text("[build-system]\nbuild-backend = 'setup'\nbackend-path = ['.']\n")
    (folder / "evil.pth").write_text("import sitecustomize\n")
    return folder


def look_around(editor: Editor) -> None:
    """What a user does who only reads."""
    for name in ("loss.py", "model.py", "numpy.py", "cattrs.py"):
        editor.open(name)
        editor.settle(name)
    assert "float" in editor.hover("loss.py", PLAIN, 11)
    assert editor.lenses("loss.py")
    assert editor.actions("loss.py", 9)
    editor.request("adls/calls", uri=editor.uri("loss.py"), function="loss")
    editor.execute("adls.showPullback", "loss.py", "plain")
    shown = editor.of("window/showDocument")[-1]
    assert "def plain__back(" in editor.request("workspace/textDocumentContent", uri=shown["uri"])["text"]
    ir = editor.request("workspace/textDocumentContent", uri=shown["uri"].replace("=python", "=ir"))["text"]
    assert "plain(x: float) -> float" in ir


@pytest.mark.parametrize("own", [True, False], ids=["bundled", "installed"])
def test_nothing_of_a_folder_runs_before_the_user_profiles(start: Start, folder: Path, marks: Path, tmp_path: Path,
                                                           own: bool) -> None:
    command = bundle(tmp_path) if own else COMMAND
    untrusted = start(command=command, cwd=folder, trusted=False, interpreter="")
    look_around(untrusted)
    assert untrusted.profile("loss.py", "loss")["outcome"] == "untrusted"
    assert untrusted.profile("loss.py", "loss", call="loss(1, 2)")["outcome"] == "untrusted"
    untrusted.execute("adls.profile", "loss.py", "loss")
    assert list(marks.iterdir()) == []
    trusted = start(command=command, cwd=folder, trusted=True, interpreter="")
    look_around(trusted)
    trusted.answers["workspace/configuration"] = [{"trusted": True}]
    trusted.notify("workspace/didChangeConfiguration", settings={"adls": {"trusted": True}})
    look_around(untrusted)
    assert list(marks.iterdir()) == []


def test_a_command_runs_nothing_but_what_stands_in_the_file(start: Start, folder: Path, marks: Path) -> None:
    """The interpreter is the user's, so the program may run; an expression that came with the command may not."""
    for name in NAMES:
        (folder / f"{name}.py").unlink()
    editor = start(trusted=True)
    editor.open("loss.py")
    editor.settle("loss.py")
    expression = f"loss(__import__('pathlib').Path({str(marks)!r}, 'expression').touch(), 1)"
    for arguments in ([{"uri": editor.uri("loss.py"), "function": expression}], [expression], [], [{}], [1, 2]):
        number = editor.ask("workspace/executeCommand", command="adls.profile", arguments=arguments)
        editor.reply(number)
    asked = {"uri": editor.uri("loss.py"), "function": "loss", "call": expression}
    editor.reply(editor.ask("workspace/executeCommand", command="adls.profile", arguments=[asked]))
    assert [path.name for path in marks.iterdir()] == ["program"]


def test_the_canopys_page_is_for_the_one_who_was_told_its_address(start: Start, tmp_path: Path, folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "model.py").write_text(MODEL)
    (folder / "loss.py").write_text(LOSS)
    plain = {name: value for name, value in ALL.items() if name != "workspace"}
    editor = start(plain, interpreter=sys.executable)
    editor.open("loss.py")
    editor.settle("loss.py")
    editor.execute("adls.profile", "loss.py", "loss")
    editor.execute("adls.showCanopy", "loss.py", "loss")
    (shown,) = editor.of("window/showDocument")
    assert shown["external"] is True
    address = urlsplit(shown["uri"])
    token = re.fullmatch(r"/([\w-]{32})/loss\.html", address.path)
    assert (address.scheme, address.hostname) == ("http", "127.0.0.1")
    assert token is not None
    here = address.netloc

    def status(path: str, host: str, method: str = "GET") -> int:
        connection = http.client.HTTPConnection(here)
        connection.putrequest(method, path, skip_host=True)
        if host:
            connection.putheader("Host", host)
        connection.endheaders()
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        assert response.status == 200 or ("np.tanh" not in text and token[1] not in text)
        return response.status

    assert status(address.path, here) == 200
    assert status(address.path.replace(token[1], "A" * 32), here) == 404
    assert status("/loss.html", here) == 404
    assert status(f"/{token[1]}/", here) == 404
    others = ("evil.example", "", "127.0.0.1", f"localhost:{address.port}")
    assert {status(address.path, host) for host in others} == {403}
    assert status(address.path, here, "POST") == 501
    assert status("/", "evil.example") == 403
    editor.close()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(here).request("GET", address.path)
