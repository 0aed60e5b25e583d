"""A bundled server, and programs in environments of all kinds: the right figures, or one sentence with the way out."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import adls
from tests.conftest import ROOT
from tests.lsp.editor import Editor, Json, Start, until_hints
from tests.lsp.houses import bundle, environment, older_python

PROTOCOL = (ROOT / "adls" / "launch" / "protocol.py").read_text()
WHERE = "import adls\nprint('adls from', adls.__file__, adls.__version__)\n"
SETTING = "choose another in the setting adls.interpreter"


@pytest.fixture
def bundled(start: Start, folder: Path, tmp_path: Path) -> Editor:
    """The extension's own server; the program says which adls it has."""
    (folder / "loss.py").write_text(WHERE + (folder / "loss.py").read_text())
    editor = start(command=bundle(tmp_path), cwd=tmp_path)
    editor.open("loss.py")
    editor.settle("loss.py")
    return editor


def profiled(editor: Editor, python: str) -> Json:
    editor.notify("workspace/didChangeConfiguration", settings={"adls": {"interpreter": python}})
    editor.answers["workspace/configuration"] = [{"interpreter": python}]
    return editor.profile("loss.py", "loss")


def with_adls(folder: Path, protocol: str) -> str:
    """An interpreter whose environment has an adls of its own."""
    packages = environment(folder)
    shutil.copytree(ROOT / "adls", packages / "adls", ignore=shutil.ignore_patterns("__pycache__", "lsp"))
    (packages / "adls" / "launch" / "protocol.py").write_text(protocol)
    text = (ROOT / "adls" / "__init__.py").read_text().replace(adls.__version__, "9.9.9")
    (packages / "adls" / "__init__.py").write_text(text)
    return str(folder / "bin" / "python")


@pytest.mark.parametrize(
    ("protocol", "place", "version"),
    [
        (PROTOCOL, "site-packages/adls", "9.9.9"),
        (PROTOCOL.replace("PROTOCOL = 1 ", "PROTOCOL = 7 "), "bundled/libs/adls", adls.__version__),
    ],
    ids=["compatible", "of another protocol"],
)
def test_the_environments_own_adls_runs_where_it_fits(bundled: Editor, tmp_path: Path, protocol: str, place: str,
                                                      version: str) -> None:
    outcome = profiled(bundled, with_adls(tmp_path / "other", protocol))
    assert (outcome["outcome"], outcome["message"]) == ("finished", "")
    said = "".join(each["message"] for each in bundled.of("window/logMessage"))
    assert f"{place}/__init__.py {version}" in said
    hints = until_hints(bundled, "loss.py", lambda found: {9, 11, 12} <= set(found))
    assert set(hints) <= set(range(8, 13))
    assert "gradient of `loss` with respect to argument 0" in bundled.hover("loss.py", 11)


def test_without_numpy_there_is_a_sentence_and_the_command(bundled: Editor, tmp_path: Path) -> None:
    environment(tmp_path / "bare", with_numpy=False)
    python = tmp_path / "bare" / "bin" / "python"
    outcome = profiled(bundled, str(python))
    fix = f"{python} -m pip install 'numpy>=1.26'"
    version = ".".join(map(str, sys.version_info[:3]))
    said = f"{python} (Python {version}) has no NumPy: install it with\n    {fix}\nor {SETTING}"
    assert (outcome["outcome"], outcome["message"], outcome["fix"]) == ("cannot-run", said, fix)
    assert bundled.hints("loss.py") == {}


def test_an_older_python_is_told_apart(bundled: Editor) -> None:
    python = older_python()
    if python is None:
        pytest.skip("no Python 3.10 here")
    outcome = profiled(bundled, python)
    assert outcome["outcome"] == "cannot-run"
    assert outcome["message"].startswith(f"adls needs Python 3.11 or newer, {python} (Python 3.10.")
    assert outcome["message"].endswith(f") is older: {SETTING}")


def test_what_is_no_python_is_told_apart(bundled: Editor, tmp_path: Path) -> None:
    for name in ("/bin/true", str(tmp_path), str(tmp_path / "nothing")):
        outcome = profiled(bundled, name)
        said = f"{name} is no Python interpreter that runs here: {SETTING}"
        assert (outcome["outcome"], outcome["message"]) == ("cannot-run", said)


def test_modules_of_the_program_with_the_names_of_our_libraries_are_its_own(bundled: Editor, folder: Path) -> None:
    text = (folder / "loss.py").read_text().replace("from model import", "from attrs import")
    shutil.copy(folder / "model.py", folder / "attrs.py")
    for name in ("pygls", "cattrs", "lsprotocol", "typing_extensions"):
        (folder / f"{name}.py").write_text("raise ImportError('this is the program\\'s own')\n")
    bundled.change("loss.py", text)
    bundled.open("attrs.py")
    bundled.settle("attrs.py")
    assert "f64[" in bundled.hover("loss.py", 9, 4)
    outcome = profiled(bundled, sys.executable)
    assert (outcome["outcome"], outcome["message"]) == ("finished", "")
    assert {7} <= set(until_hints(bundled, "attrs.py", lambda found: found)) <= {6, 7}
