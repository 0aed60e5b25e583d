"""What a program of the coverage table is: a function of one argument, and an argument to try it with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Program:
    """`function(argument)` is a number; the argument is a float, an array of floats, or a list or dict of them."""

    function: Callable[..., Any]
    argument: Any

    @property
    def name(self) -> str:
        return self.function.__name__
