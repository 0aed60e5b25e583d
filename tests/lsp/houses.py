"""Servers and interpreters of several makes: the extension's bundle, and environments with this and without that."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import numpy

from tests.conftest import ROOT

LIBRARIES = ("attr", "attrs", "cattr", "cattrs", "lsprotocol", "pygls", "typing_extensions.py")


def bundle(folder: Path) -> tuple[str, ...]:
    """The extension's server as it is packaged (`vscode-client/scripts/bundle.mjs`), and how VS Code starts it."""
    home = folder / "extension" / "bundled"
    libraries = home / "libs"
    shutil.copytree(ROOT / "adls", libraries / "adls", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "vscode-client" / "bundled" / "start.py", home)
    for name in LIBRARIES:
        (libraries / name).symlink_to(Path(sysconfig.get_path("purelib"), name))
    return sys.executable, "-I", "-S", str(home / "start.py")


def environment(folder: Path, *, with_numpy: bool = True) -> Path:
    """A virtual environment of this Python: the folder of its packages."""
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/*/site-packages")
    if with_numpy:
        for path in Path(numpy.__file__).parent.parent.glob("numpy*"):
            (packages / path.name).symlink_to(path)
    return packages


def older_python() -> str | None:
    """A Python 3.10 that starts, if there is one here."""
    found = [*map(str, Path.home().glob(".pyenv/versions/3.10.*/bin/python3.10")), shutil.which("python3.10") or ""]
    return next((each for each in found if each and not subprocess.call([each, "-c", ""])), None)
