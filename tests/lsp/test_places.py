"""Addresses of virtual documents, settings, stored runs, pages and temporary files."""

from __future__ import annotations

import stat
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from adls.lsp.commands import BadArguments, arguments_of
from adls.lsp.features.pullbacks import Address, address_of, uri_of
from adls.lsp.interpreters import interpreter_of
from adls.lsp.pages import Pages
from adls.lsp.settings import Settings, settings_of
from adls.lsp.store import Store, Stored
from adls.lsp.temporary import LOCK, PREFIX, TemporaryFiles, remove_left
from adls.lsp.uris import path_of, uri_of_path
from adls.profile.recording import Recording

FOLDERS = ("/home/me/project", "/srv/other")


@pytest.mark.parametrize(
    "path",
    ["/home/me/project/src/model.py", "/srv/other/a b/∂é%20.py", "/elsewhere/x.py", "/home/me/project/@1/odd.py"],
)
@pytest.mark.parametrize("function", ["loss", "Model.step", "outer.<locals>.inner"])
@pytest.mark.parametrize("view", ["python", "ir"])
def test_an_address_names_what_it_was_made_of(path: str, function: str, view: str) -> None:
    address = Address(path, function, "0123456789abcdef", view)
    uri = uri_of(address, FOLDERS)
    assert uri.startswith("adls:/")
    assert f"{function}.py?" in urllib.request.unquote(uri)  # type: ignore[attr-defined]
    assert address_of(uri, FOLDERS) == address


@pytest.mark.parametrize("uri", ["file:///a.py", "adls:/x", "adls:", "adls:/?sig=1", "untitled:one"])
def test_other_addresses_name_nothing(uri: str) -> None:
    assert address_of(uri, FOLDERS) is None


@pytest.mark.parametrize("path", ["/a/b.py", "/a b/ü∂😀.py", "/100%/x.py"])
def test_files_and_their_addresses(path: str) -> None:
    assert path_of(uri_of_path(path)) == path


def test_only_files_have_paths() -> None:
    assert path_of("untitled:Untitled-1") is None
    assert path_of("adls:/x/f.py") is None


@pytest.mark.parametrize("sent", [None, 7, [], "all", {"adls": 3}, {"hints": "loud"}, {"trusted": "no"}])
def test_wrong_settings_are_the_old_ones(sent: object) -> None:
    assert settings_of(sent, Settings("all", "/py", False)) == Settings("all", "/py", False)


def test_settings_come_alone_or_in_a_section() -> None:
    assert settings_of({"hints": "off"}) == Settings("off")
    assert settings_of({"adls": {"interpreter": "/py", "trusted": False}}) == Settings("hot", "/py", False)


@pytest.mark.parametrize("sent", [[], [1], [{"uri": 1}], [{}], [{"uri": "file:///a"}, {}], None])
def test_commands_take_a_uri_and_a_function(sent: object) -> None:
    with pytest.raises(BadArguments):
        arguments_of(sent)


def test_in_a_workspace_that_is_not_trusted_its_interpreter_is_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(0o755)
    folders = (str(tmp_path),)
    assert interpreter_of(Settings(), folders) == str(python)
    assert not interpreter_of(Settings(trusted=False), folders).startswith(str(tmp_path))
    assert interpreter_of(Settings(interpreter="~/py"), folders) == str(Path("~/py").expanduser())


def test_a_stored_run_comes_back_and_replaces_the_one_before(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    for text in ("x = 1\n", "x = 2\n"):
        store.save(Stored("/a.py", "f", Recording("profile f", (), ()), {"/a.py": text}))
    store.save(Stored("/b.py", "f", Recording("profile f", (), ()), {"/b.py": ""}))
    assert {(run.file, run.texts["/a.py"]) for run in store.load(frozenset({"/a.py"}))} == {("/a.py", "x = 2\n")}
    assert len(store.load()) == 2
    store.forget("/a.py", "f")
    assert [run.file for run in store.load()] == ["/b.py"]


@pytest.mark.parametrize("junk", ["", "{", "[]", '{"format": "adls-run-1"}', '{"format": "adls-run-1", "texts": 3}'])
def test_what_cannot_be_read_is_no_run(tmp_path: Path, junk: str) -> None:
    (tmp_path / "one.json").write_text(junk)
    assert Store(tmp_path).load() == []
    assert (tmp_path / "one.json").read_text() == junk


def test_a_folder_that_cannot_be_written_loses_nothing_but_the_cache(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "below")
    store.save(Stored("/a.py", "f", Recording("profile f", (), ()), {}))
    assert store.load() == []


def test_pages_are_for_those_who_know_their_address() -> None:
    pages = Pages()
    try:
        address = pages.address("loss.html", "<p>one</p>")
        assert pages.address("loss.html", "<p>two</p>") == address
        assert urllib.request.urlopen(address).read() == b"<p>two</p>"
        host = address.split("/")[2]
        for url, headers in (
            (f"http://{host}/loss.html", {}),
            (address, {"Host": "evil.example"}),
            (address, {"Host": host.replace("127.0.0.1", "localhost")}),
        ):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(url, headers=headers))
            assert refused.value.code in (403, 404)
            refused.value.close()
    finally:
        pages.close()


def test_temporary_files_are_the_users_own_and_go_away() -> None:
    files = TemporaryFiles()
    path = Path(files.write("Model.loss<locals>/x.adjoint.py", "one"))
    assert Path(files.write("Model.loss<locals>/x.adjoint.py", "two")) == path
    assert path.read_text() == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files.remove()
    assert not path.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="folders are told by locks that Windows does not have")
def test_what_a_server_left_is_removed_unless_somebody_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    held = TemporaryFiles()
    path = Path(held.write("f.adjoint.py", "one"))
    left, foreign, unlocked = (tmp_path / f"{PREFIX}{name}" for name in ("left", "foreign", "unlocked"))
    for folder in (left, foreign, unlocked):
        folder.mkdir()
        (folder / "f.adjoint.py").touch(mode=0o400)
    (left / LOCK).touch()
    (foreign / LOCK).symlink_to(left / LOCK)
    remove_left()
    assert (path.exists(), left.exists(), foreign.exists(), unlocked.exists()) == (True, False, True, True)
    held.remove()
    assert not path.parent.exists()
