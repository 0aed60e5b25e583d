"""A listing as running code that ordinary tools take for the user's: his files, names and lines in every frame."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import CodeType
from typing import Any

from adls.engine.backend.unit import Entry, Listing

FILENAME = "<adls>"


def load(listing: Listing, namespace: Mapping[str, object] | None = None, *,
         tree: ast.Module | None = None) -> dict[str, Any]:
    """Execute a listing as a module over `namespace`, and return the module's names.

    `tree` is executed in place of the listing's own: the same with clocks.
    """
    module = {"__name__": FILENAME, "__builtins__": __builtins__, **(namespace or {})}
    exec(compile_listing(listing, tree), module)
    return module


def compile_listing(listing: Listing, tree: ast.Module | None = None) -> CodeType:
    """The module's code. Each function's carries the file and the name that tracebacks show."""
    code = compile(tree or listing.tree, FILENAME, "exec", dont_inherit=True)
    entries = {entry.name: entry for entry in listing.entries}
    constants = (_disguised(const, entries) for const in code.co_consts)
    return code.replace(co_consts=tuple(constants))


def _disguised(const: object, entries: Mapping[str, Entry]) -> object:
    if not isinstance(const, CodeType) or const.co_name not in entries:
        return const
    entry = entries[const.co_name]
    renamed = const.replace(co_name=entry.frame)
    return _renamed(renamed, entry.file, entry.name, entry.qualname)


def _renamed(code: CodeType, file: str, old: str, new: str) -> CodeType:
    """The code under the user's file, with what stands inside it qualified by the user's names."""
    inner = (_renamed(const, file, old, new) if isinstance(const, CodeType) else const for const in code.co_consts)
    qualname = new + code.co_qualname.removeprefix(old)
    return code.replace(co_filename=file, co_qualname=qualname, co_consts=tuple(inner))
