"""Whether a worker's interpreter will do; where not, one message with the command that helps."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from adls.launch.protocol import PROTOCOL

if TYPE_CHECKING:
    from adls.launch.protocol import Message

OLDEST_NUMPY = (1, 26)
_OR = "\nor"


class CannotRun(Exception):
    """Nothing was run, or nothing came of it; the text is the message for the user, `fix` a command that helps.

    `other` is for an interpreter that does not fit: another one would.
    """

    def __init__(self, message: str, fix: str = "", *, other: bool = False) -> None:
        super().__init__(message)
        self.fix = fix
        self.other = other

    def told(self, how: str) -> str:
        """The message with its way out; `how` says how one chooses another interpreter here."""
        if not self.other:
            return str(self)
        return f"{self}{_OR if self.fix else ':'} choose another {how}"


def no_interpreter(name: str) -> CannotRun:
    """What to say of a command that is no Python."""
    return CannotRun(f"{name} is no Python interpreter that runs here", other=True)


def check_hello(interpreter: str, hello: Message) -> None:
    """Raise CannotRun where the worker's protocol, Python or NumPy doesn't fit."""
    where = f"{interpreter} (Python {hello['python']})"
    if hello["protocol"] != PROTOCOL:
        raise CannotRun(
            f"{where} runs another version of adls: install this one there, or use its own command"
        )
    if not hello["new_enough"]:
        raise CannotRun(f"adls needs Python 3.11 or newer, {where} is older", other=True)
    install = f"{shlex.quote(interpreter)} -m pip install 'numpy>=1.26'"
    if hello["problem"]:
        raise CannotRun(f"NumPy cannot be imported in {where}: {hello['problem']}")
    if not hello["numpy"]:
        raise CannotRun(f"{where} has no NumPy: install it with\n    {install}", install, other=True)
    if _version(hello["numpy"]) < OLDEST_NUMPY:
        raise CannotRun(f"{where} has NumPy {hello['numpy']}, which is too old: renew it with\n    {install}", install)


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")[:2]
    return int(major), int(minor)
