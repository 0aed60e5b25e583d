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
