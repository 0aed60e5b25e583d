"""What a user can set, as the client sends it: unknown or wrong values are the defaults, never an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Hints = Literal["hot", "all", "off"]


@dataclass(frozen=True, slots=True)
class Settings:
    """`hints`: which lines get figures at their end. `interpreter`: the Python that runs programs, "" to look for one.

    `trusted` is False in a workspace whose code must not run.
    """

    hints: Hints = "hot"
    interpreter: str = ""
    trusted: bool = True


def settings_of(sent: object, before: Settings | None = None) -> Settings:
    """Settings out of what a client sent, which may be anything; what is missing stays as it was."""
    old = before or Settings()
    if not isinstance(sent, dict):
        return old
    values = sent.get("adls", sent)
    if not isinstance(values, dict):
        return old
    hints = values.get("hints", old.hints)
    interpreter = values.get("interpreter", old.interpreter)
    trusted = values.get("trusted", old.trusted)
    return Settings(
        hints if hints in ("hot", "all", "off") else old.hints,
        interpreter if isinstance(interpreter, str) else old.interpreter,
        trusted if isinstance(trusted, bool) else old.trusted,
    )
