"""What a checkpoint keeps for the backward pass: its arguments, from which it evaluates its function again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adls.runtime.marks import digest_of
from adls.runtime.records import Kept


@dataclass(frozen=True)
class KeptCheckpoint(Kept):
    """What a call of a checkpoint keeps: what it was called with, and a digest of what it gave."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    digest: int

    def call(self) -> Any:
        """The call once more, for its backward pass."""
        from adls.runtime.dynamic import forward_dynamic

        value, kept = forward_dynamic(self.function, *self.args, **self.kwargs)
        if digest_of(value) != self.digest:
            name = getattr(self.function, "__name__", repr(self.function))
            raise RuntimeError(f"`{name}` gave another value when its checkpoint evaluated it again: what it computes "
                               "depends on more than its arguments, such as random numbers or state that has changed")
        return kept
