"""`adls profile FILE [FUNCTION]`: forward time, backward time and bytes kept, by line.

The gradient of an example call is measured: a comment above the function such as `# adls: loss(init(0), *batch())`,
or --call. With --script the file is run whole, and every gradient that it takes is measured.
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from adls.cli.endings import conclude, outcome_of
from adls.cli.handshake import CannotRun
from adls.cli.launch import run_worker
from adls.cli.options import add_call_options, existing_file
from adls.cli.outputs import FORMATS, write
from adls.cli.status import Status
from adls.profile.processors import profile_of
from adls.profile.recording_json import FORMAT, VERSION, load_recording
from adls.worker.protocol import Request

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction

    from adls.cli.launch import Answer
    from adls.profile.recording import Recording


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
    parser.add_argument("--repeat", metavar="N", type=int, default=0, help="how many evaluations to measure")
    parser.add_argument(
        "--script", action="store_true", help="run FILE whole, with the arguments that follow -- as its own"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, and write what was measured. Raises CannotRun where nothing can be."""
    request = _request(options)
    status = Status(sys.stderr)
    answer = run_worker(options.python, request, status)
    recording = _recording(answer, shlex.join(["adls", *options.arguments]))
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
    if options.repeat < 0:
        raise CannotRun("--repeat takes a number of evaluations, 1 or more")
    return Request(
        "profile",
        existing_file(options.file),
        options.function,
        options.call,
        options.argnums,
        options.repeat,
        script,
    )


def _script_arguments(options: argparse.Namespace) -> tuple[str, ...] | None:
    arguments: list[str] = options.arguments
    if "--" not in arguments:
        return () if options.script else None
    if not options.script:
        raise CannotRun("arguments after -- are for a program that is run whole: add --script")
    return tuple(arguments[arguments.index("--") + 1 :])


def _recording(answer: Answer, command: str) -> Recording:
    """What the worker sent, piece by piece, as the one recording that it is."""
    outcome, message = outcome_of(answer)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "command": command,
        "units": [item["unit"] for item in answer.of("unit")],
        "evaluations": [item["evaluation"] for item in answer.of("evaluation")],
        "files": answer.ending["files"] if answer.ending is not None else {},
        "versions": _versions(answer),
        "outcome": outcome,
        "message": message,
    }
    return load_recording(json.dumps(document))


def _versions(answer: Answer) -> dict[str, str]:
    import adls

    hello = answer.hello
    return {"adls": adls.__version__, "python": hello.get("python", ""), "numpy": hello.get("numpy", "")}
