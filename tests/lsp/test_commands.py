"""Commands as an editor sends them."""

from __future__ import annotations

from pathlib import Path

from tests.lsp.editor import Editor

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
