"""Functions of vectors of which each element counts or not, with their slopes written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def root_or_nothing(x: Any) -> Any:
    return np.sum(np.where(x > 0, x * np.sqrt(x), 0.0))


def entropy(x: Any) -> Any:
    return -np.sum(np.where(x > 0, x * np.log(x), 0.0))


def floored(x: Any) -> Any:
    return np.sum(np.maximum(np.log(np.abs(x)), -2.0))


def picked(x: Any) -> Any:
    return np.log(x)[x > 0].sum()


def written_over(x: Any) -> Any:
    y = 1.0 / x
    y[x == 0] = 7.0
    return y.sum()


def by_parts(x: Any) -> Any:
    return np.sum(np.where(x < 1.0, np.exp(x), x))


def summed_where(x: Any) -> Any:
    return np.sum(np.log(x), where=x > 0) + np.mean(np.sqrt(x), where=x > 0) * 3.0


def _log(x: Any) -> Any:
    return np.log(x)


def _helped(x: Any) -> Any:
    return _log(x)


def by_a_helper(x: Any) -> Any:
    return np.sum(np.where(x > 0, _helped(x * x) * _log(x), 0.0))


def by_a_lambda(x: Any) -> Any:
    quotient = lambda v: v / v * x
    return np.sum(np.where(x > 0, quotient(x * 1.0), x))


def plain(x: Any) -> Any:
    return np.sum(np.exp(x) / (1.0 + x * x))


def _where(test: Any, slope: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def gradient(x: Any) -> Any:
        with np.errstate(all="ignore"):
            return np.where(test(x), slope(x), 0.0)

    return gradient


PROGRAMS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "root_or_nothing": (root_or_nothing, _where(lambda x: x > 0, lambda x: 1.5 * np.sqrt(x))),
    "entropy": (entropy, _where(lambda x: x > 0, lambda x: -np.log(x) - 1.0)),
    "floored": (floored, _where(lambda x: np.abs(x) > np.exp(-2.0), lambda x: 1.0 / x)),
    "picked": (picked, _where(lambda x: x > 0, lambda x: 1.0 / x)),
    "written_over": (written_over, _where(lambda x: x != 0, lambda x: -1.0 / x**2)),
    "summed_where": (summed_where, _where(lambda x: x > 0, lambda x: 1.0 / x + 0.75 / np.sqrt(x))),
    "by_a_helper": (by_a_helper, _where(lambda x: x > 0, lambda x: 4.0 * np.log(x) / x)),
    "by_a_lambda": (by_a_lambda, lambda x: np.ones(4)),
    "by_parts": (by_parts, lambda x: np.where(x < 1.0, np.exp(x), 1.0)),
    "plain": (plain, lambda x: np.exp(x) * (1.0 + x * x - 2.0 * x) / (1.0 + x * x) ** 2),
}
