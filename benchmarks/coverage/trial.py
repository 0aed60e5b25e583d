"""One tool on the programs of one file, in a process of its own: a line of JSON for each.

    python -m benchmarks.coverage.trial TOOL MODULE [NAME ...]
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import sys
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.coverage import packages, ports
from benchmarks.coverage.differences import differences
from benchmarks.coverage.leaves import copied, flat, mapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.coverage.program import Program


def by_adls(function: Callable[..., Any], argument: Any) -> tuple[Any, Any]:
    import adls

    return adls.value_and_grad(function)(argument)


def by_autograd(function: Callable[..., Any], argument: Any) -> tuple[Any, Any]:
    import autograd

    value, gradient = autograd.value_and_grad(function)(argument)
    return value, gradient


def by_jax(function: Callable[..., Any], argument: Any) -> tuple[Any, Any]:
    import jax

    value, gradient = jax.value_and_grad(function)(mapped(jax.numpy.asarray, argument))
    return value, gradient


def by_mygrad(function: Callable[..., Any], argument: Any) -> tuple[Any, Any]:
    import mygrad

    tensors = mapped(lambda leaf: mygrad.tensor(leaf, dtype=float), argument)
    value = function(tensors)
    value.backward()
    return value.item(), mapped(lambda leaf: np.zeros(leaf.shape) if leaf.grad is None else leaf.grad, tensors)


def by_tangent(function: Callable[..., Any], argument: Any) -> tuple[Any, Any]:
    import tangent

    gradient = tangent.grad(function)(copied(argument))
    return function(argument), gradient


TOOLS = {"adls": by_adls, "autograd": by_autograd, "jax": by_jax, "mygrad": by_mygrad, "tangent": by_tangent}


def main(tool: str, module: str, *names: str) -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    ports.install(tool, packages.search_path())
    warnings.simplefilter("ignore")
    programs = importlib.import_module(f"benchmarks.coverage.{module}").PROGRAMS
    for program in programs:
        if not names or program.name in names:
            print(json.dumps({"name": program.name} | trial(tool, program)), file=out, flush=True)


def trial(tool: str, program: Program) -> dict[str, Any]:
    """What a tool, or "differences", says of a program; "names" says nothing."""
    argument = copied(program.argument)
    if tool == "names":
        return {}
    try:
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            if tool == "differences":
                return differences(program.function, argument)
            value, gradient = TOOLS[tool](program.function, argument)
            return {"value": float(value), "gradient": [float(x) for x in flat(gradient)]}
    except RecursionError:
        return {"error": "RecursionError"}
    except Exception as error:
        return {"error": reason(error), "traceback": traceback.format_exc(limit=-12)}


def reason(error: Exception) -> str:
    """The error in a line, with the last parts of a path."""
    text = f"{type(error).__name__}: {(str(error).strip() or '-').splitlines()[0]}"
    return re.sub(r"(/[^ :]+)?/([^ :/]+/[^ :/]+\.py)", r"\2", text)


if __name__ == "__main__":
    main(*sys.argv[1:])
