"""Commands as an editor sends them."""

from __future__ import annotations

import json
import re
import signal
import stat
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from adls.lsp.output import Output
from tests.conftest import PATIENCE
from tests.lsp.editor import Editor, until_hints

PROGRAM = "# adls: f(2.0)\ndef f(x):\n    return x * x\n"


def test_showing_a_pullback_before_any_run(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(PROGRAM)
    editor = Editor(tmp_path, tmp_path / "cache")
    try:
        editor.open("main.py")
        editor.settle("main.py")
        editor.execute("adls.showPullback", "main.py", "f")
        [shown] = editor.of("window/showDocument")
        text = editor.request("workspace/textDocumentContent", uri=shown["uri"])["text"]
        assert text.startswith("# not run; types from the example call in line 1\n")
        assert "def f__back" in text
    finally:
        editor.close()


def test_a_command_without_its_argument_is_told_what_it_lacks(tmp_path: Path) -> None:
    editor = Editor(tmp_path, tmp_path / "cache")
    try:
        answer = editor.reply(editor.ask("workspace/executeCommand", command="adls.profile"))
        assert answer["error"]["code"] == -32602
        assert "takes one argument" in answer["error"]["message"]
        assert ["takes one argument" in each["message"] for each in editor.of("window/showMessage")] == [True]
    finally:
        editor.close()


ENDS: dict[str, Callable[[Editor], None]] = {
    "asked": lambda editor: editor.request("shutdown") or editor.notify("exit"),
    "terminated": lambda editor: editor.process.send_signal(signal.SIGTERM),
    "hung up": lambda editor: editor.process.send_signal(signal.SIGHUP),
    "left alone": lambda editor: editor.process.stdin.close() if editor.process.stdin else None,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_editor_without_virtual_documents_gets_a_file_that_goes_with_the_server(
    tmp_path: Path, end: Callable[[Editor], None]
) -> None:
    (tmp_path / "main.py").write_text(PROGRAM)
    editor = Editor(tmp_path, tmp_path / "cache", {})
    editor.open("main.py")
    editor.settle("main.py")
    editor.execute("adls.showPullback", "main.py", "f")
    (said,) = editor.of("window/showMessage")
    (place,) = re.findall(r"The adjoint of f is in (\S+\.py)", said["message"])
    assert "def f__back" in Path(place).read_text()
    assert stat.S_IMODE(Path(place).stat().st_mode) == 0o400
    assert stat.S_IMODE(Path(place).parent.stat().st_mode) == 0o700
    end(editor)
    editor.process.wait(PATIENCE)
    editor.close()
    assert not Path(place).parent.exists()


def test_what_a_killed_server_left_goes_when_the_next_one_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.py").write_text(PROGRAM)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))

    def shown() -> tuple[Editor, Path]:
        editor = Editor(tmp_path, tmp_path / "cache", {})
        editor.open("main.py")
        editor.settle("main.py")
        editor.execute("adls.showPullback", "main.py", "f")
        (said,) = editor.of("window/showMessage")
        return editor, Path(re.findall(r"(\S+\.py)$", said["message"])[0])

    (killed, left), (living, kept) = shown(), shown()
    killed.kill()
    assert left.exists()
    again, own = shown()
    deadline = time.monotonic() + PATIENCE
    while left.parent.exists():
        assert time.monotonic() < deadline
        again.hover("main.py", 1)
    assert kept.exists()
    assert own.exists()
    for editor in (killed, living, again):
        editor.close()
    assert not list((tmp_path / "temporary").glob("adls*"))


def test_what_is_said_after_the_end_is_said_to_nobody(tmp_path: Path) -> None:
    with Output(FileIO(tmp_path / "said", "wb")) as output:
        output.write(b"one")
        output.flush()
    assert output.write(b"another") == 7
    output.flush()
    assert (tmp_path / "said").read_bytes() == b"one"


BARE = '''def f(x):
    return x * x


if __name__ == "__main__":
    f(3.0)
'''


def test_an_editor_is_offered_the_calls_that_were_found_and_the_comment(tmp_path: Path) -> None:
    (tmp_path / "bare.py").write_text(BARE)
    editor = Editor(tmp_path, tmp_path / "cache")
    asked: list[list[str]] = []

    def first(params: dict[str, Any]) -> dict[str, Any]:
        asked.append([params["message"], *(each["title"] for each in params["actions"])])
        return {"title": params["actions"][0]["title"]}

    editor.answers |= {"window/showMessageRequest": first, "workspace/applyEdit": {"applied": True}}
    try:
        editor.open("bare.py")
        editor.settle("bare.py")
        editor.execute("adls.profile", "bare.py", "f")
        calls, comment = asked
        assert calls[:2] == ["f has no example call. Which call shall be measured?", "f(3.0) (under __main__)"]
        assert any("(made up from its parameters)" in each for each in calls)
        assert comment == ["Write this above f? # adls: f(3.0)", "Insert as Comment"]
        assert "# adls: f(3.0)\\n" in json.dumps(editor.of("workspace/applyEdit"))
        assert [each["message"].startswith("gradient of f: ") for each in editor.of("window/showMessage")] == [True]
    finally:
        editor.close()


def test_who_wants_none_of_the_calls_is_told_how_to_write_one(tmp_path: Path) -> None:
    (tmp_path / "bare.py").write_text(BARE)
    editor = Editor(tmp_path, tmp_path / "cache")  # It answers every question with nothing.
    try:
        editor.open("bare.py")
        editor.settle("bare.py")
        editor.execute("adls.profile", "bare.py", "f")
        [said] = editor.of("window/showMessage")
        assert said["message"].endswith("write one as a comment above the function, # adls: f(3.0)")
        assert editor.hints("bare.py") == {}
    finally:
        editor.close()


@pytest.mark.parametrize(
    ("function", "said"), [("g", "bare.py has no function g"), ("", "The cursor is in no function")]
)
def test_there_is_no_adjoint_of_what_is_no_function(tmp_path: Path, function: str, said: str) -> None:
    (tmp_path / "bare.py").write_text(BARE)
    editor = Editor(tmp_path, tmp_path / "cache")
    try:
        editor.open("bare.py")
        editor.settle("bare.py")
        editor.execute("adls.showPullback", "bare.py", function)
        assert [each["message"].startswith(said) for each in editor.of("window/showMessage")] == [True]
        assert editor.of("window/showDocument") == []
    finally:
        editor.close()


def test_a_run_that_failed_hides_no_figures(tmp_path: Path) -> None:
    program = "import numpy as np\n\n\ndef f(x):\n    y = np.sin(x)\n    return y[2]\n\n\n"
    example = "# adls: g(np.ones(3))\ndef g(x):\n    return f(x) * 2.0\n"
    (tmp_path / "main.py").write_text(program + example)
    editor = Editor(tmp_path, tmp_path / "cache", hints="all")
    try:
        editor.open("main.py")
        editor.settle("main.py")
        assert editor.profile("main.py", "g")["outcome"] == "finished"
        fresh = until_hints(editor, "main.py", lambda found: 5 in found)
        assert editor.profile("main.py", "f", call="f(np.ones(2))")["outcome"] == "raised"
        assert editor.hints("main.py")[5] == fresh[5]
        assert (4, "the run did not finish · profile again", "adls.profile") in editor.lenses("main.py")
    finally:
        editor.close()


def until_hover(editor: Editor, line: int, character: int, part: str) -> str:
    """What hover shows, as soon as a part is in it; it changes when the file has been examined again."""
    told = 0
    while part not in (hover := editor.hover("bare.py", line, character)):
        editor.until(lambda before=told: len(editor.of("textDocument/publishDiagnostics")) > before)
        told = len(editor.of("textDocument/publishDiagnostics"))
    return hover


def test_types_and_rules_are_known_from_a_call_that_was_chosen_also_after_a_restart(tmp_path: Path) -> None:
    (tmp_path / "bare.py").write_text(BARE)
    for first in (True, False):
        editor = Editor(tmp_path, tmp_path / "cache")
        try:
            editor.open("bare.py")
            editor.settle("bare.py")
            if first:
                assert editor.hover("bare.py", 2, 13) == ""
                assert editor.profile("bare.py", "f", call="f(3.0)")["outcome"] == "finished"
            assert "| this line |" in until_hover(editor, 2, 13, "# adjoint of operator.mul")
        finally:
            editor.close()
