"""The house: who may import whom, and how large a file or a function may grow.

Every import counts, also one inside a function or under `TYPE_CHECKING`: a direction that holds only until
somebody calls something is no direction.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "adls"

# What each layer may import of adls beside itself. A dotted name allows that one module.
LAYERS: dict[str, set[str]] = {
    "engine": set(),
    "profile": {"engine"},
    "render": {"profile", "engine"},
    "launch": {"profile", "__init__"},
    "lsp": {"launch", "render", "profile", "engine"},
    "runtime": {"engine", "profile.recording"},
    "worker": {"runtime", "engine", "profile", "launch.protocol"},
    "cli": {"lsp", "launch", "worker", "runtime", "render", "profile", "engine"},
    "__init__": {"runtime"},
    "__main__": {"cli"},
}

# The same inside the engine. A file that lies directly in engine/ joins the parts and may import them all.
ENGINE: dict[str, set[str]] = {
    "source": set(),
    "ir": {"source"},
    "rules": {"ir", "source"},
    "passes": {"rules", "ir", "source"},
    "frontend": {"rules", "ir", "source"},
    "backend": {"rules", "ir", "source"},
    "analysis": {"compile", "nested", "typed", "passes", "frontend", "backend", "rules", "ir", "source"},
}

# What each layer may import from outside, beside the standard library.
OUTSIDE: dict[str, set[str]] = {
    "runtime": {"numpy"},
    "worker": {"numpy"},
    "lsp": {"lsprotocol"},
    "lsp/server.py": {"pygls"},
}

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


@dataclass(frozen=True)
class Import:
    """One imported module, by its full dotted name, and where."""

    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {file: ast.parse(file.read_bytes(), str(file)) for file in FILES}


def imports(file: Path) -> list[Import]:
    found = []
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.Import):
            found += [Import(file, node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(file, node)
            found += [Import(file, node.lineno, whole_name(origin, alias.name)) for alias in node.names]
    return found


def absolute(file: Path, node: ast.ImportFrom) -> str:
    """The module that `from ... import` names, relative ones resolved."""
    if not node.level:
        return node.module or ""
    package = file.relative_to(ROOT).parent.parts
    kept = package[: len(package) - node.level + 1]
    return ".".join((*kept, node.module) if node.module else kept)


def whole_name(origin: str, name: str) -> str:
    """`from adls import runtime` imports the module `adls.runtime`; `from adls.runtime import grad` not."""
    inner = ROOT.joinpath(*origin.split("."), name)
    return f"{origin}.{name}" if inner.is_dir() or inner.with_suffix(".py").exists() else origin


def parts(file: Path) -> tuple[str, ...]:
    """`adls/engine/ir/types.py` -> ("engine", "ir", "types")."""
    return file.relative_to(PACKAGE).with_suffix("").parts


def allowed(inner: str, own: str, others: set[str]) -> bool:
    """Whether the part `own` may import `inner`, a module's name below adls (or below the engine)."""
    return any(inner == name or inner.startswith(name + ".") for name in {own, *others})


def test_layers_import_downwards_only() -> None:
    wrong = []
    for file in FILES:
        layer = parts(file)[0]
        assert layer in LAYERS, f"{file.relative_to(ROOT)} is in no layer"
        for item in imports(file):
            top, _, inner = item.module.partition(".")
            if top == "adls" and inner and not allowed(inner, layer, LAYERS[layer]):
                wrong.append(str(item))
    assert not wrong, "\n".join(wrong)


def test_engine_parts_import_downwards_only() -> None:
    wrong = []
    for file in FILES:
        if len(parts(file)) < 3 or parts(file)[0] != "engine":
            continue
        part = parts(file)[1]
        assert part in ENGINE, f"{file.relative_to(ROOT)} is in no part of the engine"
        for item in imports(file):
            inner = item.module.removeprefix("adls.engine.")
            if item.module.startswith("adls.engine") and not allowed(inner, part, ENGINE[part]):
                wrong.append(str(item))
    assert not wrong, "\n".join(wrong)


def test_only_declared_libraries_are_imported() -> None:
    wrong = []
    for file in FILES:
        layer = parts(file)[0]
        name = file.relative_to(PACKAGE).as_posix()
        known = {"adls", *sys.stdlib_module_names, *OUTSIDE.get(layer, ()), *OUTSIDE.get(name, ())}
        wrong += [str(item) for item in imports(file) if item.module.partition(".")[0] not in known]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_files_and_functions_are_short_and_well_named(file: Path) -> None:
    assert file.stem not in VAGUE, "a module's name says what it holds"
    lines = file.read_bytes().count(b"\n")
    assert lines <= LONGEST_FILE, f"{lines} lines: at most {LONGEST_FILE}"
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} (line {node.lineno}) has {length} lines"


def test_importing_adls_or_its_server_side_does_not_import_numpy() -> None:
    import subprocess

    program = "import sys, adls, adls.cli.main, adls.profile, adls.render; print('numpy' in sys.modules)"
    done = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)
    assert done.strip() == "False"
