"""Who finds which module: the program sees its own beside it as Python would, adls and NumPy keep theirs.

What adls needs is imported before the program's folder joins `sys.path`. A module of the program with the name of
one of these (`types.py`, `attrs.py`) then has to be found by the program all the same: the name is taken out of
`sys.modules`, while adls keeps the module that it has.
"""

from __future__ import annotations

import _imp
import importlib
import importlib.machinery
import pkgutil
import sys
from pathlib import Path

from adls.worker.failures import Refused


def import_own_parts() -> None:
    """Import all of the engine and the runtime, also what they would only import when it is first used."""
    import adls

    for part in ("engine", "runtime"):
        package = importlib.import_module(f"{adls.__name__}.{part}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def open_folder(folder: str, started_with: frozenset[str]) -> None:
    """Let the program import from `folder`, before all else, as Python does for the folder of a script.

    `started_with` names the modules that Python loads before any program's folder is looked at. Raises Refused
    where a module of the folder hides NumPy.
    """
    if sys.flags.safe_path:
        return
    importlib.invalidate_caches()
    hides = _found_in(folder, "numpy")
    if hides:
        raise Refused(f"{hides} hides NumPy from every program beside it: rename it")
    loaded = {name.partition(".")[0] for name in sys.modules} - started_with - {"adls"}
    for name in loaded:
        if not _comes_first(name) and _found_in(folder, name):
            _forget(name)
    sys.path.insert(0, folder)


def is_taken(name: str, started_with: frozenset[str]) -> bool:
    """Whether Python itself would never look for a module of this name in a program's folder."""
    return name in started_with or _comes_first(name) or name == "adls"


def _comes_first(name: str) -> bool:
    return name in sys.builtin_module_names or _imp.is_frozen(name)


def _found_in(folder: str, name: str) -> str:
    """The file that `import name` would find in the folder, or "" (a folder without `__init__.py` never wins)."""
    if not any(Path(folder, entry).exists() for entry in _entries(name)):
        return ""
    spec = importlib.machinery.PathFinder.find_spec(name, [folder])
    return spec.origin or "" if spec is not None and spec.loader is not None else ""


def _entries(name: str) -> list[str]:
    return [name, *(name + suffix for suffix in importlib.machinery.all_suffixes())]


def _forget(name: str) -> None:
    for module in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
        del sys.modules[module]
