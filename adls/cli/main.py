"""`adls COMMAND ...`: reads the command line and hands it to the command's own file."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

import adls
from adls.cli import check, lsp, profile, show
from adls.cli.streams import discard, open_closed_ones, say
from adls.launch.handshake import CannotRun

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (profile, show, check, lsp)

FAILED = 1  # the program failed, or `check` found something
NOT_RUN = 2  # the command could not be carried out
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Messages go to standard error, results to standard output."""
    open_closed_ones()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        options = _parsed(arguments)
        code: int = options.run(options)
    except CannotRun as error:
        say(f"adls: {error.told('with --python')}")
        return NOT_RUN
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # The reader of our output has seen enough.
        discard(sys.stdout)
        return FAILED
    return code


def _parsed(arguments: list[str]) -> argparse.Namespace:
    """The options, with all arguments as they were given. Raises CannotRun for a script's that stand too early."""
    parser = _parser()
    options, unknown = parser.parse_known_args(_without_script_arguments(arguments))
    if unknown and getattr(options, "script", False):
        raise CannotRun(f"arguments of the program stand behind --: --script -- {shlex.join(unknown)}")
    if unknown:
        parser.error(f"unrecognized arguments: {shlex.join(unknown)}")
    options.arguments = arguments
    return options


def _without_script_arguments(arguments: list[str]) -> list[str]:
    """What stands before `--`: the rest is for the program (see `profile --script`)."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="adls",
        description="Gradients of numerical Python, and where their time and memory go, on the lines of your code.",
    )
    parser.add_argument("--version", action="version", version=f"adls {adls.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return parser
