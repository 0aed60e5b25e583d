"""The adjoint of a function as a virtual document: `adls:/src/model.py/loss.py?sig=3f2a…&view=python`.

After a run it is the text that ran, as it was stored then, and never a recompilation. Before any run `sig` is
`static` and the text says in its first line where its types come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from adls.lsp.runs import Ran
    from adls.lsp.snapshot import Snapshot
    from adls.profile.recording import Unit

SCHEME = "adls"
STATIC = "static"
_DIGITS = 16
_ELSEWHERE = "~"


@dataclass(frozen=True, slots=True)
class Address:
    """What a virtual document shows: a function of a file, one of its adjoints or `static`, as Python or IR."""

    path: str
    function: str
    signature: str = STATIC
    view: str = "python"


@dataclass(frozen=True, slots=True)
class Choice:
    """One adjoint of a function to choose among."""

    uri: str
    label: str
    description: str


def uri_of(address: Address, folders: tuple[str, ...]) -> str:
    """The document's address; a path in no workspace folder is written whole."""
    shown = _relative(address.path, folders)
    name = quote(f"/{shown}/{address.function}.py", safe="/<>")
    return f"{SCHEME}:{name}?{urlencode({'sig': address.signature, 'view': address.view})}"


def address_of(uri: str, folders: tuple[str, ...]) -> Address | None:
    """What an address names; None for any that `uri_of` doesn't make."""
    parts = urlsplit(uri)
    query = parse_qs(unquote(parts.query))
    path, _, name = unquote(parts.path).rpartition("/")
    if parts.scheme != SCHEME or not name.endswith(".py") or not path:
        return None
    return Address(
        _absolute(path.lstrip("/"), folders),
        name.removesuffix(".py"),
        query.get("sig", [STATIC])[0],
        query.get("view", ["python"])[0],
    )


def choices(snapshot: Snapshot, path: str, function: str) -> list[Choice]:
    """The adjoints of a function that ran, the latest run first."""
    found: dict[str, Choice] = {}
    for ran in snapshot.runs:
        for unit in _units(ran, path, function):
            uri = uri_of(Address(path, function, unit.key[:_DIGITS]), snapshot.folders)
            found.setdefault(uri, Choice(uri, unit.signature, f"ran in the gradient of {_gradients(ran, unit)}"))
    return list(found.values())


def stored_text(snapshot: Snapshot, address: Address) -> str | None:
    """The text that ran, or None where no run has it."""
    for ran in snapshot.runs:
        for unit in _units(ran, address.path, address.function):
            if unit.key.startswith(address.signature):
                return unit.listing if address.view == "python" else unit.ir
    return None


def _units(ran: Ran, path: str, function: str) -> list[Unit]:
    return [unit for unit in ran.profile.units if unit.file == path and unit.qualname == function]


def _gradients(ran: Ran, unit: Unit) -> str:
    """The names of the gradients that an adjoint took part in."""
    beneath = ran.beneath
    names = (each.function for each in ran.profile.gradients if unit.key in beneath[each.unit])
    return ", ".join(dict.fromkeys(names))


def _relative(path: str, folders: tuple[str, ...]) -> str:
    """Below the first folder as it is; below another one, and elsewhere, after a mark that says so."""
    for number, folder in enumerate(folders):
        if PurePath(path).is_relative_to(folder):
            inside = PurePath(path).relative_to(folder).as_posix()
            return f"@{number}/{inside}" if number or inside.startswith(("@", _ELSEWHERE)) else inside
    return f"{_ELSEWHERE}/{PurePath(path).as_posix().lstrip('/')}"


def _absolute(shown: str, folders: tuple[str, ...]) -> str:
    mark, _, rest = shown.partition("/")
    if mark == _ELSEWHERE or not folders:
        return f"/{rest if mark == _ELSEWHERE else shown}"
    if mark.startswith("@") and mark[1:].isdigit() and int(mark[1:]) < len(folders):
        return str(PurePath(folders[int(mark[1:])], rest))
    return str(PurePath(folders[0], shown))
