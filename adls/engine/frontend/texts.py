"""The texts of a workspace: what an editor has open, then what lies on the disk; and which file a module is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from adls.engine.source.chunks import UNREADABLE, Chunks, split
from adls.engine.source.frozen import dataclass
from adls.engine.source.spread import Homes, Spread
from adls.engine.source.text import SourceFile, read_source

LARGEST = 8_000_000
"""Bytes of a file on the disk beyond which it is not read."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """A file of the disk as it was at some time."""

    state: tuple[int, int]
    source: SourceFile | None


class Texts:
    """Reads files by their paths. `roots` are further folders that modules are imported from, but for Python's own."""

    def __init__(self, roots: tuple[str, ...] = ()) -> None:
        self.roots = roots
        self._open: dict[str, SourceFile] = {}
        self._disk: dict[str, _Stored] = {}
        self._chunks: dict[str, tuple[str, Chunks | None]] = {}
        self._last: dict[str, Chunks] = {}
        self._homes: dict[str, Homes] = {}

    def open(self, path: str, text: str) -> None:
        """From now on a file has this text, whatever the disk says."""
        if path not in self._open or self._open[path].text != text:
            self._open[path] = SourceFile(path, text)

    def close(self, path: str) -> None:
        """From now on the disk has a file's text."""
        self._open.pop(path, None)

    def restore(self, path: str, source: SourceFile | None) -> None:
        """Give a file the text back that it had before another was tried."""
        self._open.pop(path, None)
        if source is not None:
            self._open[path] = source

    @property
    def opened(self) -> Mapping[str, SourceFile]:
        """The texts that an editor has."""
        return self._open

    def read(self, path: str) -> SourceFile | None:
        """A file's text; None where there is none that can be read."""
        found = self._open.get(path)
        if found is not None:
            return found
        state = _state(path)
        if state is None:
            return None
        known = self._disk.get(path)
        if known is None or known.state != state:
            known = self._disk[path] = _Stored(state, _read(path))
        return known.source

    def chunks(self, path: str) -> Chunks | None:
        """A file's top-level statements; None where it cannot be read as Python."""
        source = self.read(path)
        if source is None:
            return None
        known = self._chunks.get(path)
        if known is not None and known[0] == source.text:
            return known[1]
        try:
            found = split(source.text, self._last.get(path))
        except UNREADABLE:
            self._chunks[path] = (source.text, None)
            return None
        self._last[path] = found
        self._chunks[path] = (source.text, found)
        return found

    def spread(self, path: str) -> Spread | None:
        """A file whose statements have places of their own; None where it cannot be read as Python."""
        source, chunks = self.read(path), self.chunks(path)
        if source is None or chunks is None:
            return None
        return self._homes.setdefault(path, Homes()).spread(path, source.text, chunks)

    def find(self, module: str, folder: str) -> str:
        """The file of a module as a program in `folder` imports it; "" where it is none of the workspace's."""
        parts = module.split(".")
        if not all(part.isidentifier() for part in parts):
            return ""
        roots = () if parts[0] in sys.stdlib_module_names else self.roots
        for root in (folder, *roots):
            stem = Path(root, *parts)
            for path in (str(stem / "__init__.py"), f"{stem}.py"):
                if path in self._open or Path(path).is_file():
                    return path
        return ""


def python_files(folder: str, most: int) -> Iterator[str]:
    """Python files below a folder, at most so many, nothing that is hidden or installed."""
    todo = [Path(folder)]
    while todo and most > 0:
        try:
            entries = sorted(todo.pop().iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith((".", "__pycache__")) or entry.name in ("node_modules", "site-packages"):
                continue
            if entry.suffix == ".py" and entry.is_file():
                most -= 1
                yield str(entry)
            elif entry.is_dir() and not entry.is_symlink() and not (entry / "pyvenv.cfg").exists():
                todo.append(entry)


def _state(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_size) if found.st_size <= LARGEST else None


def _read(path: str) -> SourceFile | None:
    try:
        return read_source(path)
    except (OSError, SyntaxError, ValueError):
        return None
