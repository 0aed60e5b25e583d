"""Texts for editors that open files only: in a folder of their own, for the user's eyes alone, gone at the end.

A server that is killed cannot take its folder away: the next one does. A folder is somebody's as long as its lock is
held, which the system gives back however a process ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

PREFIX = "adls-adjoints-"
LOCK = "lock"
_ODD = re.compile(r"[^\w.<>-]+")


class TemporaryFiles:
    """Read-only files, one for each name."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock = -1

    def write(self, name: str, text: str) -> str:
        """The path of a file with this text; one of the same name is replaced.

        Its mode is 0400, not 0600: whoever edits it would lose the edit.
        """
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))  # mode 0700
            self._lock = _locked(self._folder)
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
            with contextlib.suppress(OSError):
                os.close(self._lock)


def remove_left() -> None:
    """Remove what servers of the same user left behind that are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # It is somebody else's, or its server is there.
            _remove_if_left(folder)


if sys.platform == "win32":  # Where nobody can tell whose a folder is, it stays.

    def _remove_if_left(folder: Path) -> None:
        pass

    def _locked(folder: Path) -> int:
        return -1

else:
    import fcntl

    def _remove_if_left(folder: Path) -> None:
        """Raises OSError where it is not ours to remove."""
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        try:
            if os.fstat(lock).st_uid == os.getuid():
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)

    def _locked(folder: Path) -> int:
        """The held lock of a folder, which gets its name when it is held: nobody sees it free."""
        coming = folder / f"{LOCK}.new"
        lock = os.open(coming, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        coming.rename(folder / LOCK)
        return lock
