"""Counting what is compiled, and a program's listing run in a process of its own."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adls.runtime import compiler

ROOT = Path(__file__).parents[2]

_RUN = """\
import pickle, runpy, sys
names, args, makes = pickle.load(sys.stdin.buffer)
module = runpy.run_path(sys.argv[1])
value, residuals = module[names[0]](*args)
returned = module[names[1]](residuals, 1.0, *makes)
sys.stdout.buffer.write(pickle.dumps((value, returned, makes)))
"""


@contextmanager
def compilations() -> Iterator[list[object]]:
    """The subjects that are compiled meanwhile, one entry a compilation."""
    made: list[object] = []
    before = compiler.compile_call

    def counted(subject: Any, *args: Any, **kwargs: Any) -> Any:
        made.append(subject)
        return before(subject, *args, **kwargs)

    compiler.compile_call = counted
    try:
        yield made
    finally:
        compiler.compile_call = before


def run_saved(text: str, names: tuple[str, str], args: tuple[Any, ...], shadows: tuple[Any, ...], folder: Path) -> Any:
    """`(value, returned, shadows)` of a listing that was saved and is run in a fresh process, from anywhere."""
    path = folder / "saved.py"
    path.write_text(text)
    command = [sys.executable, "-c", _RUN, str(path)]
    run = subprocess.run(command, input=pickle.dumps((names, args, shadows)), capture_output=True, timeout=60,
                         check=False, env={"PYTHONPATH": str(ROOT)}, cwd=folder)
    assert run.returncode == 0, run.stderr.decode()
    return pickle.loads(run.stdout)


def attempts(measure: Callable[[], float], good: Callable[[float], bool], most: int = 24) -> float:
    """The first figure that is good, of at most so many; the last one where none is. For what noise can only spoil."""
    figure = measure()
    for _ in range(most - 1):
        if good(figure):
            break
        figure = measure()
    return figure
