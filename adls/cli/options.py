"""Options that several commands have, and the request that they make."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from pathlib import Path

from adls.launch.handshake import CannotRun


def add_call_options(parser: argparse.ArgumentParser) -> None:
    """`--call`, `--argnums` and `--python`."""
    parser.add_argument(
        "--call", metavar="EXPR", default="", help="the call to differentiate: 'loss(init(0), 3.0)'"
    )
    parser.add_argument(
        "--argnums",
        metavar="0,2",
        type=argnums,
        help="positions of the arguments to differentiate with respect to (default: the first)",
    )
    parser.add_argument(
        "--python",
        metavar="INTERPRETER",
        default=sys.executable,
        help="the Python that runs the program (default: the one that runs adls)",
    )


def argnums(text: str) -> tuple[int, ...]:
    """`0,2` -> (0, 2). Raises argparse.ArgumentTypeError for anything else."""
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        numbers = (-1,)
    if min(numbers) < 0:
        raise argparse.ArgumentTypeError(f"{text!r} are no positions of arguments: write them like 0 or 0,2")
    return numbers


def existing_file(name: str) -> str:
    """The absolute path of a program. Raises CannotRun where there is no such file."""
    path = Path(name)
    if not name:
        raise CannotRun("the name of the file is empty: name a Python file")
    if path.is_dir():
        raise CannotRun(f"{name} is a folder: name a Python file in it")
    if not path.exists():
        raise CannotRun(f"there is no file {name}" + _meant(path))
    if not path.is_file():
        raise CannotRun(f"{name} is no regular file: save the program in one")
    try:
        return os.path.abspath(name)  # noqa: PTH100 -- symbolic links stay, as Python leaves them in __file__
    except FileNotFoundError:
        raise CannotRun("the current folder is gone: change to another") from None


def _meant(path: Path) -> str:
    """A Python file with a name like one that does not exist."""
    try:
        there = [each.name for each in path.parent.iterdir() if each.suffix == ".py"]
    except OSError:
        return ""
    names = {each.lower(): each for each in there}
    wanted = path.name.lower()
    near = [*difflib.get_close_matches(wanted, names, 1), *([f"{wanted}.py"] if f"{wanted}.py" in names else [])]
    return f": did you mean {path.with_name(names[near[0]])}?" if near else ""


def program_and_function(name: str, function: str = "") -> tuple[str, str]:
    """The absolute path of a program and the name of a function, which may also stand behind the file's name.

    Raises CannotRun as `existing_file` does.
    """
    file, behind = split_target(name)
    if behind and not function and not Path(name).exists():
        return existing_file(file), behind
    return existing_file(name), function


def split_target(target: str) -> tuple[str, str]:
    """`a/b.py:loss` -> ("a/b.py", "loss"); a colon in a path is left alone."""
    file, colon, function = target.rpartition(":")
    if colon and all(part.isidentifier() for part in function.split(".")):
        return file, function
    return target, ""
