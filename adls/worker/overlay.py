"""What an editor has not saved runs in place of what is on disk, under the file's own name.

Modules are found as ever; only the text that they are made of is another. Neither bytecode nor anything else is
written for them.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
import io
import linecache
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import types
    from collections.abc import Mapping, Sequence


class UnsavedLoader(importlib.machinery.SourceFileLoader):
    """Loads a file from the text that it is given, as if that had been saved."""

    def __init__(self, fullname: str, path: str, text: str) -> None:
        super().__init__(fullname, path)
        self._text = text

    def get_source(self, fullname: str) -> str:
        """The unsaved text."""
        return self._text

    def get_code(self, fullname: str) -> types.CodeType:
        """Compiled from text: a coding comment speaks of bytes on disk, and there is no cached bytecode of it."""
        code: types.CodeType = compile(self._text, self.path, "exec", dont_inherit=True)
        return code


class UnsavedFinder:
    """A finder that stands before Python's own, asks it where a module is, and replaces the text."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a module whose file is unsaved; None for every other."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or not spec.has_location or spec.origin is None:
            return None
        text = self._texts.get(os.path.abspath(spec.origin))  # noqa: PTH100 -- links stay
        if text is None:
            return None
        spec.loader = UnsavedLoader(fullname, spec.origin, text)
        return spec


class Overlay:
    """The unsaved texts of one run, by absolute path."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    def install(self) -> None:
        """From now on the program's imports, tracebacks and `linecache` see the unsaved texts."""
        if not self._texts:
            return
        sys.meta_path.insert(0, UnsavedFinder(self._texts))
        for path, text in self._texts.items():
            linecache.cache[path] = (len(text), None, list(io.StringIO(text, newline=None)), path)

    def text(self, path: str) -> str | None:
        """The unsaved text of a file, or None where what is on disk counts."""
        return self._texts.get(path)

    def digest(self, path: str) -> str:
        """The SHA-256 of the text that runs. Raises OSError where the file cannot be read."""
        text = self._texts.get(path)
        data = Path(path).read_bytes() if text is None else text.encode("utf-8", "surrogatepass")
        return hashlib.sha256(data).hexdigest()

    def loader(self, name: str, path: str) -> importlib.machinery.SourceFileLoader:
        """What loads a file by its path."""
        text = self._texts.get(path)
        if text is None:
            return importlib.machinery.SourceFileLoader(name, path)
        return UnsavedLoader(name, path, text)
