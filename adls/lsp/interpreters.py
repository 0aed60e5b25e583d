"""Which Python runs the user's programs: the one in the settings, else the one that a shell in the folder would take.

Nothing is started here. In a workspace that is not trusted nothing of it is looked for either.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adls.lsp.settings import Settings

_BELOW = ("Scripts/python.exe",) if sys.platform == "win32" else ("bin/python",)


def interpreter_of(settings: Settings, folders: Iterable[str]) -> str:
    """The interpreter's path or command; the last resort is the one that runs the server."""
    return next(_candidates(settings, folders), sys.executable)


def _candidates(settings: Settings, folders: Iterable[str]) -> Iterator[str]:
    if settings.interpreter:
        yield str(Path(settings.interpreter).expanduser())
    activated = os.environ.get("VIRTUAL_ENV")
    environments = [activated] if activated else []
    if settings.trusted:
        environments += [str(Path(folder, name)) for folder in folders for name in (".venv", "venv")]
    for environment in environments:
        for below in _BELOW:
            if Path(environment, below).exists():
                yield str(Path(environment, below))
    for command in ("python3", "python"):
        if found := shutil.which(command):
            yield found
