"""Loading the user's program: imported under its own name, or run whole as `__main__`."""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import importlib.util
import os
import re
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING

from adls.engine.source.places import place_of
from adls.worker.failures import Refused
from adls.worker.namespace import is_taken, open_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adls.worker.overlay import Overlay
    from adls.worker.sources import Source


_INSTALLED = re.compile(r"[/\\](site|dist)-packages[/\\]")


def import_program(path: str, overlay: Overlay, started_with: frozenset[str]) -> types.ModuleType:
    """Import the file as the programs beside it would. Raises Refused where its name stands against that."""
    place = place_of(path)
    if is_taken(place.module.partition(".")[0], started_with):
        raise Refused(
            f"{path} has the name of a module of Python or adls itself, which is found first: rename it"
        )
    sys.argv = [path]
    open_folder(place.folder, started_with)
    file = Path(path)
    if place.folder == str(file.parent) and file.name != "__init__.py":
        return _import_file(place.module, path, overlay)
    if "." in file.stem or file.suffix != ".py":
        raise Refused(f"{path} is in a package, which can import files like `name.py` only: rename it")
    __import__(place.module)  # Not by importlib's function, which would be a frame of the program's tracebacks.
    return sys.modules[place.module]


def _import_file(name: str, path: str, overlay: Overlay) -> types.ModuleType:
    """By its path: the stem of a file need not be an identifier, nor its suffix `.py`."""
    loader = overlay.loader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return sys.modules.get(name, module)


def program_files(folders: Iterable[str]) -> Iterator[str]:
    """The files in some folders that modules were loaded from, but for installed packages."""
    inside = tuple({os.path.join(folder, "") for folder in folders if folder})  # noqa: PTH118
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and path.endswith(".py") and path.startswith(inside) and not _INSTALLED.search(path):
            yield path


def run_script(
    source: Source, arguments: tuple[str, ...], overlay: Overlay, started_with: frozenset[str]
) -> None:
    """Run the file whole, as `python FILE ARGUMENTS` would."""
    module = types.ModuleType("__main__")
    module.__file__ = source.path
    module.__loader__ = overlay.loader("__main__", source.path)
    vars(module)["__builtins__"] = builtins
    sys.argv = [source.path, *arguments]
    open_folder(os.path.dirname(os.path.realpath(source.path)), started_with)  # noqa: PTH120
    sys.modules["__main__"] = module
    exec(compile(source.data, source.path, "exec", dont_inherit=True), vars(module))
