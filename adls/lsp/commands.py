"""The server's commands by name. Each takes one argument, `{"uri": ..., "function": ...}`, and nothing else.

What is to be evaluated never travels with a command: the server reads it from its own text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lsprotocol.types import Command

Name = Literal["adls.profile", "adls.showPullback", "adls.showCanopy", "adls.clear"]


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command, its title in menus, and what it says about a function."""

    name: Name
    title: str
    about: str


COMMANDS = (
    CommandRow("adls.profile", "Profile gradient", "Profile gradient of {function}"),
    CommandRow("adls.showPullback", "Show pullback code", "Show pullback code of {function}"),
    CommandRow("adls.showCanopy", "Show canopy", "Show canopy of {function}"),
    CommandRow("adls.clear", "Clear profile", "Clear profile of {function}"),
)
BY_NAME = {row.name: row for row in COMMANDS}


class BadArguments(ValueError):
    """A command came with other arguments than one object with `uri` and `function`."""


def command(name: Name, uri: str, function: str, title: str = "") -> Command:
    """The command for a function, as lenses and code actions carry it."""
    said = title or BY_NAME[name].about.format(function=function)
    return Command(said, name, arguments=[{"uri": uri, "function": function}])


def arguments_of(sent: object) -> tuple[str, str]:
    """The `uri` and `function` of a command's arguments. Raises BadArguments for anything else."""
    items = list(sent) if isinstance(sent, list | tuple) else []
    given = items[0] if len(items) == 1 else None
    uri = _field(given, "uri")
    function = _field(given, "function")
    if not isinstance(uri, str) or not isinstance(function, str | None):
        raise BadArguments(
            'a command of adls takes one argument, {"uri": "file:///...", "function": "loss"}: code actions have it'
        )
    return uri, function or ""


def _field(given: object, name: str) -> object:
    return given.get(name) if isinstance(given, dict) else getattr(given, name, None)
