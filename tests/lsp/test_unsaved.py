"""A program of two files, one of them unsaved: every line that is told of is a line of the buffers."""

from __future__ import annotations

import re
from pathlib import Path

from tests.lsp.editor import Editor, Start, until_hints
from tests.lsp.programs import LOSS, MODEL

MOVED = MODEL.replace("def layer", "# one\n# two\n\x0c# three \u2028 ∂\ndef layer")
FAILING = "\n\ndef check(x):\n    return x.reshape(7, 7, 7)\n"
LAYER, UNRELATED = 10, 14  # where their bodies are in MOVED


def everything(folder: Path) -> dict[str, bytes]:
    """All files of a folder but Python's own cache."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }


def opened(start: Start) -> Editor:
    editor = start()
    editor.open("loss.py")
    editor.open("model.py")
    editor.change("model.py", MOVED)
    return editor


def test_figures_stand_on_the_lines_of_the_buffers(start: Start, folder: Path) -> None:
    before = everything(folder)
    editor = opened(start)
    outcome = editor.profile("loss.py")
    assert outcome["outcome"] == "finished"
    loss = until_hints(editor, "loss.py", lambda found: {7, 9, 10, 15} <= set(found))
    assert set(loss) <= {6, 7, 8, 9, 10, 14, 15}
    model = until_hints(editor, "model.py", lambda found: found)
    assert {LAYER} <= set(model) <= {LAYER - 1, LAYER, UNRELATED - 1, UNRELATED}
    assert not any("stale" in hint for hint in (*loss.values(), *model.values()))
    kept = editor.hover("model.py", LAYER)
    assert "- 19.2 kB: `np.tanh(SCALE * (x @ w)): float64[30, 20]` × 4 — the adjoint of numpy.tanh reads it" in kept
    assert "kept for the backward pass" in editor.hover("loss.py", 8)
    told = {(Path(line["path"]).name, line["line"]): line["text"] for line in outcome["costliest"]}
    texts = {"loss.py": LOSS, "model.py": MOVED}
    assert all(re.split("\r\n|\r|\n", texts[name])[line - 1].strip() == text for (name, line), text in told.items())
    assert ("model.py", LAYER) in told
    assert everything(folder) == before


def test_a_traceback_names_the_lines_of_the_buffers(start: Start, folder: Path) -> None:
    before = everything(folder)
    editor = opened(start)
    editor.change("model.py", MOVED + FAILING)
    changed = LOSS.replace("return unrelated(np.sin(x))", "return unrelated(np.sin(check(x)))")
    editor.change("loss.py", "# above\n" + changed.replace("layer, unrelated", "check, layer, unrelated"))
    outcome = editor.profile("loss.py", "other")
    assert outcome["outcome"] == "raised"
    assert outcome["message"] == "ValueError: cannot reshape array of size 1000 into shape (7,7,7)"
    lines = (
        f'File "{folder / "loss.py"}", line 16, in other\n    return unrelated(np.sin(check(x)))\n',
        f'File "{folder / "model.py"}", line 18, in check\n    return x.reshape(7, 7, 7)\n',
    )
    assert all(line in outcome["report"] for line in lines), outcome["report"]
    assert everything(folder) == before


def test_what_an_edit_makes_stale_is_fresh_again_when_it_is_undone(start: Start) -> None:
    editor = opened(start)
    editor.profile("loss.py")
    fresh = until_hints(editor, "loss.py", lambda found: {7, 15} <= set(found))
    of_model = until_hints(editor, "model.py", lambda found: LAYER in found)
    column = {"line": LAYER - 1, "character": len("    return np.")}
    to = {"line": LAYER - 1, "character": len("    return np.tanh")}
    editor.edit("model.py", {"range": {"start": column, "end": to}, "text": "sin"})
    edited = until_hints(editor, "loss.py", lambda found: "stale" in found.get(7, ""))
    assert "stale" in edited[9]
    assert "stale" not in edited[15]
    assert "stale: `layer` changed" in editor.hover("loss.py", 9)
    assert "stale" not in editor.hover("loss.py", 15)
    assert UNRELATED not in of_model or editor.hints("model.py")[UNRELATED] == of_model[UNRELATED]
    back = {"line": LAYER - 1, "character": len("    return np.sin")}
    editor.edit("model.py", {"range": {"start": column, "end": back}, "text": "tanh"})
    assert until_hints(editor, "loss.py", lambda found: found == fresh)
    assert until_hints(editor, "model.py", lambda found: found == of_model)


def test_constants_of_files_in_which_nothing_ran_count_too(start: Start, folder: Path) -> None:
    (folder / "pkg").mkdir()
    (folder / "pkg" / "__init__.py").write_text("")
    (folder / "pkg" / "constants.py").write_text("RATE = 3.0\nOTHER = 1.0\n")
    (folder / "pkg" / "use.py").write_text(
        "from .constants import RATE\n\n\n# adls: f(1.0)\ndef f(x):\n    return x * RATE\n"
    )
    editor = start()
    editor.open("pkg/use.py")
    editor.profile("pkg/use.py", "f")
    fresh = until_hints(editor, "pkg/use.py", lambda found: 6 in found)
    assert "stale" not in fresh[6]
    editor.open("pkg/constants.py")
    editor.change("pkg/constants.py", "RATE = 3.0\nOTHER = 2.0\n")
    editor.settle("pkg/constants.py")
    assert editor.hints("pkg/use.py") == fresh
    editor.change("pkg/constants.py", "RATE = 4.0\nOTHER = 2.0\n")
    assert until_hints(editor, "pkg/use.py", lambda found: "stale" in found.get(6, ""))
    assert "stale: `RATE` changed" in editor.hover("pkg/use.py", 6)
    editor.change("pkg/constants.py", "# the rate\nRATE = 3.0\n")
    assert until_hints(editor, "pkg/use.py", lambda found: found == fresh)
    (folder / "pkg" / "constants.py").write_text("RATE = 5.0\n")
    again = start()
    again.open("pkg/use.py")
    assert until_hints(again, "pkg/use.py", lambda found: "stale" in found.get(6, ""))
    assert "stale: `RATE` changed" in again.hover("pkg/use.py", 6)
