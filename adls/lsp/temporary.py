"""Texts for editors that open files only: in a folder of their own, for the user's eyes alone, gone at the end."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from pathlib import Path

_ODD = re.compile(r"[^\w.<>-]+")


class TemporaryFiles:
    """Read-only files, one for each name."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def write(self, name: str, text: str) -> str:
        """The path of a file with this text (mode 0400); one of the same name is replaced."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="adls-"))  # mode 0700
            atexit.register(self.remove)
        path = self._folder / _ODD.sub("_", name)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o400)
        return str(path)

    def remove(self) -> None:
        """Remove them all."""
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
