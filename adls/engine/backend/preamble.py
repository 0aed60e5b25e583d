"""The names that a listing binds before its functions: libraries, adls's runtime, and the user's modules."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import PurePath

from adls.engine.backend.place import forget_span

_SHORT = {"numpy": "np"}
_DEEP = {"scipy": 2, "os.path": 2, "collections.abc": 2}
RUNTIME = "runtime"


@dataclass(slots=True)
class Preamble:
    """Gives out names for modules, none of which is in `taken`: the names that the printed functions use."""

    taken: set[str]
    libraries: dict[str, str] = field(default_factory=dict)
    modules: dict[tuple[str, str], str] = field(default_factory=dict)

    def library(self, key: str) -> ast.expr:
        """An expression for a library's function or module by its canonical name: `numpy.linalg.norm`."""
        own = key.removeprefix("adls.")
        parts = [*([RUNTIME] if own != key and own.partition(".")[0] != RUNTIME else []), *own.split(".")]
        if parts[0] == "builtins" and len(parts) > 1 and parts[1] not in self.taken:
            return _dotted(parts[1:])
        depth = min(len(parts), _depth(parts))
        return _dotted([*self._library(".".join(parts[:depth])), *parts[depth:]])

    def user(self, path: str, module: str, file: str) -> ast.expr:
        """An expression for a name of a user's module, read off the module each time that it is evaluated."""
        alias = self.module(module, file)
        tree = ast.parse(path, mode="eval").body
        return _Rooted(alias).visit(tree) if not isinstance(tree, ast.Name) else _dotted([alias, path])

    def module(self, module: str, file: str) -> str:
        """The name under which a user's module is bound."""
        known = self.modules.get((module, file))
        return known or self.modules.setdefault((module, file), self.free(_module_names(module, file)))

    def statements(self) -> list[list[ast.stmt]]:
        """The imports and bindings for all names that were given out, in groups."""
        standard = sorted(name for name in self.libraries if _is_standard(name))
        others = sorted(name for name in self.libraries if not _is_standard(name) and name != RUNTIME)
        modules = list(self.modules.items())
        ours = [RUNTIME] if modules or RUNTIME in self.libraries else []
        if modules:
            self.library(RUNTIME)
        groups: list[list[ast.stmt]] = [[self._import(name) for name in group] for group in (standard, others, ours)]
        groups.append([self._binding(alias, *module) for module, alias in modules])
        return [group for group in groups if group]

    def _library(self, name: str) -> list[str]:
        if name not in self.libraries:
            wanted = (_SHORT.get(name, name), name.replace(".", "_"), f"{name.replace('.', '_')}_module")
            root = wanted[0].partition(".")[0]
            shared = any(each.partition(".")[0] == root for each in self.libraries.values())
            self.libraries[name] = wanted[0] if shared else self.free(wanted)
        return self.libraries[name].split(".")

    def free(self, wanted: Iterable[str]) -> str:
        """The first of the wanted names that nothing else has; the last one numbered where all are taken."""
        candidates = list(wanted)
        numbered = (f"{candidates[-1]}_{number}" for number in count(2))
        name = next(each for each in chain(candidates, numbered) if each.partition(".")[0] not in self.taken)
        self.taken.add(name.partition(".")[0])
        return name

    def _import(self, name: str) -> ast.stmt:
        bound = self.libraries[name]
        if name == RUNTIME:
            alias = ast.alias(RUNTIME, None if bound == RUNTIME else bound)
            return ast.ImportFrom("adls", [alias], 0)
        return ast.Import([ast.alias(name, None if bound == name else bound)])

    def _binding(self, alias: str, module: str, file: str) -> ast.stmt:
        find = _dotted([*self._library(RUNTIME), "module"])
        call = ast.Call(find, [ast.Constant(module), ast.Constant(file)], [])
        return ast.Assign([ast.Name(alias, ast.Store())], call)


class _Rooted(ast.NodeTransformer):
    """`f.__defaults__[0]` -> `model.f.__defaults__[0]`."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return _dotted([self.alias, node.id])

    def visit(self, node: ast.AST) -> ast.expr:
        """Drop the positions in the path: they are no positions of the user's file."""
        forget_span(node)
        return super().visit(node)  # type: ignore[no-any-return]


def _dotted(parts: list[str]) -> ast.expr:
    node: ast.expr = ast.Name(parts[0], ast.Load())
    for part in parts[1:]:
        node = ast.Attribute(node, part, ast.Load())
    return node


def _depth(parts: list[str]) -> int:
    """How many leading parts of a canonical name are the module to import."""
    return _DEEP.get(".".join(parts[:2]), _DEEP.get(parts[0], 1))


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _module_names(module: str, file: str) -> Iterator[str]:
    stem = PurePath(file).stem if module in ("", "__main__") else module.rpartition(".")[2]
    plain = "".join(char if char.isalnum() or char == "_" else "_" for char in stem)
    name = plain if plain.isidentifier() else f"module_{plain}"
    if not hasattr(builtins, name):
        yield name
    yield f"{name}_py"

