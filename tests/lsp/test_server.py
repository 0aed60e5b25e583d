"""A real server over its pipes, as editors see it: nothing here knows how it works inside."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest

from adls.lsp.commands import COMMANDS
from adls.lsp.server import Served, requests
from tests.conftest import PATIENCE, ROOT
from tests.lsp.editor import ALL, Start, until_hints
from tests.lsp.programs import LOSS, MODEL

ALONE = """
import fcntl
import os
import time


def alone():
    with open("alone", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # Two at once are an error.
        while not os.path.exists("go"):
            time.sleep(0.01)
    return 1.0


# adls: f(alone())
def f(x):
    return x * x
"""


def test_figures_stand_at_the_ends_of_lines_after_a_profile(start: Start) -> None:
    editor = start(ownCommands=True)
    editor.open("loss.py")
    editor.open("model.py")
    editor.settle("loss.py")
    outcome = editor.profile("loss.py", "loss")
    assert (outcome["outcome"], outcome["message"]) == ("finished", "")
    assert [total["function"] for total in outcome["totals"]] == ["loss"]
    hints = until_hints(editor, "loss.py", lambda found: found)
    assert set(hints) <= set(range(6, 11))
    assert {7, 9, 10} <= set(hints)
    assert all(re.fullmatch(r"\S+ · \S+ · \S+", hint) and len(hint) <= 30 for hint in hints.values())
    assert 7 in until_hints(editor, "model.py", lambda found: found)
    hover = editor.hover("loss.py", 9)
    assert "| this line |" in hover
    assert "| without calls |" in hover
    assert "gradient of `loss` with respect to argument 0" in hover
    kept = editor.hover("model.py", 7)
    assert "kept for the backward pass" in kept
    assert "from `loss`, loss.py:7" in kept
    assert "from `loss`, loss.py:9" in kept
    assert any(lens[1].startswith("∂ ") for lens in editor.lenses("loss.py"))
    editor.until(lambda: any(told["text"].startswith("∂ ") for told in editor.of("adls/status")))


def test_before_any_run_types_rules_lenses_and_the_adjoint_are_there(start: Start) -> None:
    editor = start()
    editor.open("loss.py")
    editor.open("model.py")
    editor.settle("loss.py")
    editor.settle("model.py")
    assert editor.hints("loss.py") == {}
    assert "f64[" in editor.hover("loss.py", 7, 4)
    assert "# adjoint of numpy.tanh\nd_x = g * (" in editor.hover("model.py", 7, 12)
    assert [(line, name) for line, _, name in editor.lenses("loss.py")] == [
        (6, "adls.profile"), (6, "adls.showPullback"), (14, "adls.profile"), (14, "adls.showPullback"),
    ]  # fmt: skip
    (shown,) = editor.request("adls/pullbacks", uri=editor.uri("loss.py"), function="loss")
    text = editor.request("workspace/textDocumentContent", uri=shown["uri"])["text"]
    assert text.startswith("# not run; types from the example call in line 5")
    assert "def loss__back(" in text
    compile(text, "shown", "exec")


def test_the_adjoint_on_show_is_the_one_that_ran(start: Start, folder: Path) -> None:
    editor = start()
    editor.open("loss.py")
    editor.settle("loss.py")
    editor.profile("loss.py", "loss")
    editor.execute("adls.showPullback", "loss.py", "loss")
    (shown,) = editor.of("window/showDocument")
    assert re.fullmatch(r"adls:/loss\.py/loss\.py\?sig=[0-9a-f]{16}&view=python", shown["uri"])
    text = editor.request("workspace/textDocumentContent", uri=shown["uri"])["text"]
    listed = subprocess.run(
        [str(editor.process.args[0]), "-m", "adls", "show", f"{folder / 'loss.py'}:loss"],  # type: ignore[index]
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert text.rstrip() == listed.stdout.rstrip()
    ir = editor.request("workspace/textDocumentContent", uri=shown["uri"].replace("view=python", "view=ir"))["text"]
    assert ir.startswith("# primal\n")


def test_unsaved_texts_run_and_the_disk_is_left_alone(start: Start, folder: Path) -> None:
    editor = start()
    editor.open("loss.py")
    editor.open("model.py")
    editor.change("model.py", "# one\n# two\n# three\n" + MODEL)
    editor.profile("loss.py", "loss")
    assert 10 in until_hints(editor, "model.py", lambda found: found)
    assert (folder / "model.py").read_text() == MODEL


def test_an_edit_makes_stale_what_depends_on_it_and_nothing_else(start: Start) -> None:
    editor = start()
    editor.open("loss.py")
    editor.open("model.py")
    editor.profile("loss.py")
    fresh = until_hints(editor, "loss.py", lambda found: {7, 15} <= set(found))
    assert not any("stale" in hint for hint in fresh.values())
    editor.change("model.py", MODEL.replace("np.tanh", "np.sin"))
    hints = until_hints(editor, "loss.py", lambda found: "stale" in found.get(7, ""))
    assert "stale" not in hints[15]
    assert "stale: `layer` changed" in editor.hover("loss.py", 7)
    totals = [title for _, title, name in editor.lenses("loss.py") if name == "adls.profile"]
    assert [title.endswith(" stale · profile again") for title in totals] == [True, False]
    assert 11 in editor.hints("model.py")
    assert "stale" not in editor.hints("model.py")[11]
    editor.change("model.py", MODEL)
    until_hints(editor, "loss.py", lambda found: found == fresh)
    editor.change("model.py", MODEL.replace("SCALE = 2.0", "SCALE = 3.0"))
    until_hints(editor, "loss.py", lambda found: "stale" in found.get(7, ""))
    assert "`SCALE` changed" in editor.hover("loss.py", 7)
    editor.change("model.py", MODEL.replace("SCALE * (x @ w)", "SCALE * (  # a comment\n\n        x @ w\n    )"))
    until_hints(editor, "loss.py", lambda found: found == fresh)


def test_while_the_text_does_not_parse_figures_move_along(start: Start) -> None:
    editor = start()
    editor.open("loss.py")
    editor.profile("loss.py", "loss")
    before = until_hints(editor, "loss.py", lambda found: found)
    start_of_file = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    editor.edit("loss.py", {"range": start_of_file, "text": "def (\n\u2028\f\n"})
    assert editor.hints("loss.py") == {line + 2: hint for line, hint in before.items()}


def test_figures_survive_a_restart(start: Start) -> None:
    editor = start()
    editor.open("loss.py")
    editor.profile("loss.py", "loss")
    before = until_hints(editor, "loss.py", lambda found: found)
    editor.kill()
    again = start()
    again.open("loss.py")
    assert until_hints(again, "loss.py", lambda found: found) == before
    again.execute("adls.clear", "loss.py", "loss")
    assert again.hints("loss.py") == {}


def test_a_request_about_a_file_waits_for_the_figures_of_earlier_sessions(start: Start) -> None:
    """A window that is loaded anew asks for what it showed before it has opened any document."""
    editor = start()
    editor.open("loss.py")
    lines = editor.profile("loss.py", "loss")["costliest"]
    (shown,) = editor.request("adls/pullbacks", uri=editor.uri("loss.py"), function="loss")
    text = editor.request("workspace/textDocumentContent", uri=shown["uri"])
    assert editor.request("adls/costliest", uri=editor.uri("model.py"), function="") == lines
    editor.kill()
    again = start()
    asked = {"uri": again.uri("loss.py"), "function": "loss"}
    numbers = [again.ask("workspace/textDocumentContent", uri=shown["uri"])]
    numbers += [again.ask(f"adls/{name}", **asked) for name in ("canopy", "pullbacks", "costliest")]
    content, canopy, pullbacks, costliest = (again.reply(number)["result"] for number in numbers)
    assert (content, pullbacks, costliest) == (text, [shown], lines)
    assert "np.tanh(SCALE" in canopy


def test_the_costliest_lines_are_where_they_are_now(start: Start) -> None:
    editor = start()
    editor.open("loss.py")
    editor.open("model.py")
    lines = editor.profile("loss.py", "loss")["costliest"]
    (tanh,) = (each for each in lines if "np.tanh" in each["text"])
    assert (tanh["uri"], tanh["line"]) == (editor.uri("model.py"), 7)
    editor.change("model.py", "# one\n# two\n" + MODEL.replace("SCALE = 2.0", "SCALE = 3.0"))
    editor.settle("model.py")
    now = editor.request("adls/costliest", uri=editor.uri("loss.py"), function="")
    (moved,) = (each for each in now if "np.tanh" in each["text"])
    assert moved == {**tanh, "line": 9, "figures": f"{tanh['figures']} stale"}


def test_nothing_runs_in_a_workspace_that_is_not_trusted(start: Start, folder: Path) -> None:
    (folder / "loss.py").write_text("import pathlib\npathlib.Path('mark').touch()\n" + LOSS)
    editor = start(trusted=False)
    editor.open("loss.py")
    editor.settle("loss.py")
    assert editor.profile("loss.py", "loss")["outcome"] == "untrusted"
    assert editor.lenses("loss.py")
    editor.notify("workspace/didChangeConfiguration", settings={"adls": {"trusted": True}})
    assert editor.profile("loss.py", "loss")["outcome"] == "finished"
    assert [path.name for path in folder.rglob("mark")] == ["mark"]


def test_cancelling_answers_at_once_and_ends_the_program(start: Start, folder: Path) -> None:
    (folder / "loss.py").write_text(
        "import os, pathlib, time\n\n# adls: loss(1.0)\ndef loss(x):\n"
        "    pathlib.Path('pid').write_text(str(os.getpid()))\n"
        "    while True:\n        print('flood' * 100)\n    return x\n"
    )
    editor = start()
    editor.open("loss.py")
    editor.settle("loss.py")
    number = editor.ask("adls/profile", uri=editor.uri("loss.py"), function="loss")
    pid = folder / "pid"
    editor.until(lambda: (pid.exists() and pid.read_text()) or editor.hover("loss.py", 1) is None)
    editor.notify("$/cancelRequest", id=number)
    answer = editor.reply(number)
    assert "error" in answer or answer["result"]["outcome"] == "interrupted"
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{pid.read_text()}/cmdline").exists() and time.monotonic() < deadline:
        editor.hover("loss.py", 1)
    (folder / "loss.py").write_text(LOSS)
    editor.change("loss.py", LOSS)
    assert editor.profile("loss.py", "loss")["outcome"] == "finished"


def test_what_fails_is_said_in_one_sentence(start: Start, folder: Path) -> None:
    cases = {
        "raises.py": ("# adls: f(1.0)\ndef f(x):\n    return x / 0.0\n", "raised", "ZeroDivisionError"),
        "refused.py": ("import asyncio\n# adls: f(1.0)\ndef f(x):\n    return asyncio.run(x)\n", "raised", ""),
        "bare.py": ("def f(x):\n    return x * x\n", "no-call", "f has no example call"),
        "half.py": ("# adls: f(1.0)\ndef f(x):\n    return x * x\ndef g(:\n", "cannot-run", "half.py:4: SyntaxError"),
        "other.py": ("def g(x):\n    return x\n", "no-call", "other.py has no function f"),
        "nothing.py": ("# adls: f(1.0)\ndef f(x):\n    x * x\n", "raised", "the result is a NoneType"),
        "exits.py": ("import sys\n# adls: f(1.0)\ndef f(x):\n    sys.exit(3)\n", "exited", "sys.exit(3)"),
    }
    editor = start()
    for name, (text, outcome, message) in cases.items():
        (folder / name).write_text(text)
        editor.open(name)
        editor.settle(name)
        found = editor.profile(name, "f")
        assert found["outcome"] == outcome, found
        assert message in found["message"]
    assert editor.profile("bare.py", "f", call="f(3.0)")["outcome"] == "finished"
    for call in ("f(3)", "g(3.0)", "f(3.0", "f(1/0)"):
        assert "--call" not in str(editor.profile("bare.py", "f", call=call)), call
    assert editor.diagnostics("refused.py")
    unsaved = editor.request("adls/profile", uri="untitled:Untitled-1", function="f")
    assert unsaved["message"] == "This is no file on disk yet: save it first"


def test_whoever_asks_last_has_the_only_run(start: Start, folder: Path) -> None:
    (folder / "alone.py").write_text(ALONE)
    editor = start()
    editor.open("alone.py")
    editor.settle("alone.py")
    asked = [editor.ask("adls/profile", uri=editor.uri("alone.py"), function="f") for _ in range(4)]
    assert [editor.reply(number)["result"]["outcome"] for number in asked[:3]] == ["interrupted"] * 3
    (folder / "go").touch()
    assert editor.reply(asked[3])["result"]["outcome"] == "finished"


def test_figures_of_a_run_that_did_not_finish_say_so(start: Start) -> None:
    editor = start()
    text = "import numpy as np\n\n\ndef f(x):\n    y = np.sin(x)\n    return y / len(())\n"
    editor.open("one.py", text)
    editor.settle("one.py")
    assert editor.profile("one.py", "f", call="f(np.ones(9))")["outcome"] == "raised"
    assert all(hint.endswith(" stale") for hint in editor.hints("one.py").values())


def test_an_interpreter_without_numpy_is_one_sentence_with_the_fix(start: Start, tmp_path: Path) -> None:
    import venv

    venv.create(tmp_path / "bare", with_pip=False)
    editor = start(interpreter=str(tmp_path / "bare" / "bin" / "python"))
    editor.open("loss.py")
    found = editor.profile("loss.py", "loss")
    assert found["outcome"] == "cannot-run"
    assert "has no NumPy" in found["message"]
    assert found["fix"].endswith("-m pip install 'numpy>=1.26'")


def test_an_editor_that_announces_nothing_gets_nothing_that_it_did_not_ask_for(start: Start) -> None:
    editor = start({})
    editor.open("loss.py")
    editor.settle("loss.py")
    editor.execute("adls.profile", "loss.py", "loss")
    editor.execute("adls.showPullback", "loss.py", "loss")
    editor.execute("adls.showCanopy", "loss.py", "loss")
    said = {message["method"] for message in editor.told}
    assert said <= {"textDocument/publishDiagnostics", "window/showMessage", "window/logMessage"}
    told = [message["message"] for message in editor.of("window/showMessage")]
    assert any(text.startswith("gradient of loss: ") for text in told)
    (place,) = [text.rpartition(" ")[2] for text in told if text.startswith("The adjoint of loss is in ")]
    assert "def loss__back(" in Path(place).read_text()
    assert any("http://127.0.0.1:" in text for text in told)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_hints_stand_at_the_end_of_the_line_in_every_encoding(start: Start, encoding: str) -> None:
    editor = start({**ALL, "general": {"positionEncodings": [encoding]}})
    assert editor.initialized["capabilities"]["positionEncoding"] == encoding
    line = "    return x * x  # 😀∂é"
    editor.open("one.py", f"# adls: f(2.0)\ndef f(x):\n{line}\n")
    editor.settle("one.py")
    editor.profile("one.py", "f", call="f(2.0)")
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    (hint,) = [
        each
        for each in editor.request("textDocument/inlayHint", textDocument={"uri": editor.uri("one.py")}, range=where)
        if each["position"]["line"] == 2
    ]
    units = {"utf-8": len(line.encode()), "utf-16": len(line.encode("utf-16-le")) // 2, "utf-32": len(line)}
    assert hint["position"]["character"] == units[encoding]


def test_actions_are_quiet_about_functions_that_nobody_differentiates(start: Start) -> None:
    editor = start()
    editor.open("plain.py", "def view(request):\n    return request\n")
    editor.settle("plain.py")
    assert editor.lenses("plain.py") == []
    assert editor.actions("plain.py", 2, trigger=2) == []
    assert [action["title"] for action in editor.actions("plain.py", 2)] == ["Profile gradient of view"]


def test_the_server_never_imports_numpy(start: Start, folder: Path) -> None:
    editor = start()
    editor.open("loss.py")
    editor.profile("loss.py", "loss")
    editor.execute("adls.showCanopy", "loss.py", "loss")
    maps = Path(f"/proc/{editor.process.pid}/maps")
    if maps.exists():
        assert "numpy" not in maps.read_text()


def test_the_documentation_names_every_command_request_and_setting() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text()
    named = set(re.findall(r"^\| `(adls[./]\w+)`", page, re.MULTILINE))
    served = Served.__new__(Served)
    assert named == {row.name for row in COMMANDS} | {f"adls/{name}" for name in requests(served)} | {"adls/status"}


def test_a_client_that_cannot_be_told_of_new_hints_never_gets_figures_that_only_seem_fresh(start: Start) -> None:
    quiet = {**ALL, "workspace": {**ALL["workspace"], "inlayHint": {"refreshSupport": False}}}
    editor = start(quiet)
    editor.open("loss.py")
    editor.open("model.py")
    editor.profile("loss.py")
    fresh = editor.hints("loss.py")
    assert {7, 9, 15} <= set(fresh)
    assert not any("stale" in hint for hint in fresh.values())
    editor.change("model.py", MODEL.replace("np.tanh", "np.sin"))
    edited = editor.hints("loss.py")
    assert {line for line, hint in edited.items() if "stale" in hint} >= {7, 9}
    assert "stale" not in edited[15]
    editor.change("model.py", MODEL)
    assert editor.hints("loss.py") == fresh
