"""Which function a command without one is about: the one around the cursor, or one that the file differentiates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adls.lsp.scope import differentiated

if TYPE_CHECKING:
    from adls.lsp.snapshot import Snapshot

_LOCAL = ".<locals>."


@dataclass(frozen=True, slots=True)
class Functions:
    """`here` is the function around a line, "" outside of all; the others stand in the order of the text."""

    here: str
    differentiated: tuple[str, ...]


def functions(snapshot: Snapshot, path: str, line: int) -> Functions:
    """What there is to choose from at a line of an open file. A local function counts as the one around it."""
    document = snapshot.by_path(path)
    found = snapshot.function_at(document, line) if document is not None else None
    here = found.qualname.partition(_LOCAL)[0] if found is not None else ""
    names = dict.fromkeys(each.qualname for each in differentiated(snapshot, path))
    return Functions(here, tuple(names))
