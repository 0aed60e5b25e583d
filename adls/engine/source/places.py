"""Under which name a file is imported."""

from __future__ import annotations

from pathlib import Path

from adls.engine.source.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Under which name a file is imported, and from which folder."""

    module: str
    folder: str


def place_of(path: str) -> Place:
    """A file inside a package has the package's name before its own, as far up as there are `__init__.py`."""
    file = Path(path)
    names = [] if file.stem == "__init__" else [file.stem]
    folder = file.parent
    while (folder / "__init__.py").exists() and folder.name.isidentifier():
        names.insert(0, folder.name)
        folder = folder.parent
    return Place(".".join(names) or file.stem, str(folder))
