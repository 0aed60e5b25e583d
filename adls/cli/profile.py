"""`adls profile FILE [FUNCTION]`: forward time, backward time and bytes kept, by line.

The gradient of an example call is measured: a comment above the function such as `# adls: loss(init(0), *batch())`,
or --call. With --script the file is run whole, and every gradient that it takes is measured.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from adls.cli.endings import conclude
from adls.cli.interrupts import run_until_interrupted
from adls.cli.options import add_call_options, existing_file, program_and_function
from adls.cli.outputs import FORMATS, write
from adls.cli.status import Status
from adls.launch.gather import recording_of
from adls.launch.handshake import CannotRun
from adls.launch.protocol import Request
from adls.profile.processors import profile_of

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction



def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "profile", help="show where a gradient's time and memory go, by line", description=__doc__
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "function", metavar="FUNCTION", nargs="?", default="", help="default: all example calls"
    )
    add_call_options(parser)
    parser.add_argument("--format", choices=FORMATS, help="default: the listing here, and a page in out/")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write; - is standard output")
    parser.add_argument("--repeat", metavar="N", type=int, help="how many evaluations to measure")
    parser.add_argument(
        "--script", action="store_true", help="run FILE whole, with the arguments that follow -- as its own"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, and write what was measured. Raises CannotRun where nothing can be."""
    request = _request(options)
    status = Status(sys.stderr)
    answer = run_until_interrupted(options.python, request, status)
    recording = recording_of(answer, shlex.join(["adls", *options.arguments]))
    if recording.evaluations:
        status.say("rendering")
        profile = profile_of(recording)
        status.close()
        write(profile, options.format, options.output, Path(request.file).stem)
    status.close()
    code = conclude(answer)
    if not recording.evaluations and not code:
        raise CannotRun(
            f"{options.file} took no gradient: it has to call adls.grad, value_and_grad or pullback"
        )
    return code


def _request(options: argparse.Namespace) -> Request:
    script = _script_arguments(options)
    if script is not None and (options.function or options.call):
        raise CannotRun("--script runs the whole file: leave FUNCTION and --call out")
    if options.repeat is not None and options.repeat < 1:
        raise CannotRun("--repeat takes a number of evaluations, 1 or more")
    file, function = (
        (existing_file(options.file), "") if script is not None
        else program_and_function(options.file, options.function)
    )
    return Request(
        "profile",
        file,
        function,
        options.call,
        options.argnums,
        options.repeat or 0,
        script,
    )


def _script_arguments(options: argparse.Namespace) -> tuple[str, ...] | None:
    arguments: list[str] = options.arguments
    if "--" not in arguments:
        return () if options.script else None
    if not options.script:
        raise CannotRun("arguments after -- are for a program that is run whole: add --script")
    return tuple(arguments[arguments.index("--") + 1 :])
