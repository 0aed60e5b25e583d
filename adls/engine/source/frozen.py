"""Frozen dataclasses that are made quickly: the compiler makes thousands of them for a gradient.

That nobody assigns to their fields is what the type checker sees to. At run time they are plain, because a dataclass
that refuses assignments makes its own by way of `object.__setattr__`, in three times the time.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, **options):
        if cls is None:
            return partial(dataclass, frozen=frozen, **options)
        hashed = frozen and options.get("eq", True)
        made = dataclasses.dataclass(cls, unsafe_hash=hashed, **{**options, "repr": False})
        if options.get("repr", True) and "__repr__" not in vars(cls):
            made.__repr__ = _shown
        return made

    def _shown(self):
        """One for all: a dataclass would compile one for each class, which takes long where there are many."""
        shown = [f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr]
        return f"{type(self).__qualname__}({', '.join(shown)})"


__all__ = ["dataclass"]
