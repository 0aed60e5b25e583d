"""What a program is tried with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """A function, the arguments of one call of it, and with respect to which of them it is differentiated.

    `single` marks float32: the differences are taken in float64.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: tuple[int, ...] = (0,)
    rtol: float = 1e-5
    atol: float = 1e-7
    single: bool = False
    note: str = ""

    @property
    def name(self) -> str:
        module = self.function.__module__.rsplit(".", 1)[-1]
        return f"{module}-{self.function.__name__}" + (f"-{self.note}" if self.note else "")


def normal(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def uniform(seed: int, *shape: int) -> np.ndarray:
    """Between 0.2 and 1.2."""
    return np.random.default_rng(seed).uniform(0.2, 1.2, size=shape)


def positive_definite(seed: int, n: int) -> np.ndarray:
    a = normal(seed, n, n)
    return a @ a.T + n * np.eye(n)
