"""`adls check FILE [FUNCTION]`: what cannot be differentiated, and why. Exit code 1 if there is anything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from adls.cli.endings import conclude
from adls.cli.interrupts import run_until_interrupted
from adls.cli.options import add_call_options, program_and_function
from adls.cli.status import Status
from adls.cli.streams import print_result
from adls.launch.protocol import Request

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("check", help="say what cannot be differentiated", description=__doc__)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("function", metavar="FUNCTION", nargs="?", default="")
    add_call_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the diagnostics of each function. Raises CannotRun where it cannot be looked at."""
    file, function = program_and_function(options.file, options.function)
    request = Request("check", file, function, options.call, options.argnums)
    status = Status(sys.stderr)
    answer = run_until_interrupted(options.python, request, status)
    status.close()
    diagnostics = answer.of("diagnostic")
    for message in diagnostics:
        print_result(message["text"])
    for message in answer.of("checked"):
        print_result(f"{message['function']}: can be differentiated")
    return conclude(answer) or int(bool(diagnostics))
