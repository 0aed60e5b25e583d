"""Golden files: a program as a user writes it, then what adls makes of it, in one file of valid Python.

Above the marker stand the function `f`, `arguments()` and, where not only the first argument is differentiated,
`ARGNUMS`. Below it stand two strings: `IR`, the typed IR of all functions, and `ADJOINT`, the listing. Run as a
program, this module prints the sections of all files as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "cases"
MARKER = "# What adls says of it; `pytest tests/golden --update-golden` writes it anew.\n"
HERE = "{root}/"  # stands for the repository's folder in a listing


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.py"


def case(name: str) -> ModuleType:
    return importlib.import_module(f"tests.golden.cases.{name}")


def argnums_of(module: ModuleType) -> tuple[int, ...]:
    return getattr(module, "ARGNUMS", (0,))


def sections(name: str) -> dict[str, str]:
    """What adls says of a file today."""
    from adls.runtime.show import listing

    module = case(name)
    argnums = argnums_of(module)
    ir = listing(module.f, *module.arguments(), argnums=argnums, form="ir")
    adjoint = listing(module.f, *module.arguments(), argnums=argnums)
    return {"IR": normalised(ir), "ADJOINT": normalised(adjoint)}


def said(name: str) -> dict[str, str]:
    """The sections, or why there are none: one file must not hide the others."""
    from adls.engine.source.diagnostics import DifferentiationError

    try:
        return sections(name)
    except DifferentiationError as error:
        return {"error": normalised(str(error))}


def normalised(text: str) -> str:
    """A text without trailing blanks, and without the place of the repository."""
    return "\n".join(line.rstrip() for line in text.replace(f"{ROOT}/", HERE).strip().splitlines()) + "\n"


def runnable(text: str) -> str:
    """A listing out of a golden file as it runs here."""
    return text.replace(HERE, f"{ROOT}/")


def stored(name: str) -> dict[str, str]:
    """What the file holds."""
    module = case(name)
    return {section: getattr(module, section, "").removeprefix("\n") for section in ("IR", "ADJOINT")}


def write(name: str, found: dict[str, str]) -> None:
    """Put the sections below the marker."""
    path = path_of(name)
    source = path.read_text().partition(MARKER)[0].rstrip("\n")
    parts = [f"{section} = r'''\n{text}'''\n" for section, text in found.items()]
    assert not any("'''" in text for text in found.values())
    path.write_text("\n\n".join([source + "\n", MARKER, "\n".join(parts)]))


if __name__ == "__main__":
    json.dump({name: said(name) for name in sys.argv[1:] or names()}, sys.stdout)
