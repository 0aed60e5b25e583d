"""`adls show FILE:FUNCTION`: the adjoint of a function, as the Python that runs, or as IR."""

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
    parser = commands.add_parser("show", help="print the adjoint of a function", description=__doc__)
    parser.add_argument(
        "target", metavar="FILE:FUNCTION", help="without :FUNCTION, all that have an example call"
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--ir", dest="form", action="store_const", const="ir", help="the typed IR")
    forms.add_argument(
        "--passes",
        dest="form",
        action="store_const",
        const="passes",
        help="the IR after each pass that changed it",
    )
    add_call_options(parser)
    parser.set_defaults(run=run, form="python")


def run(options: argparse.Namespace) -> int:
    """Print the listing. Raises CannotRun where there is none."""
    file, function = program_and_function(options.target)
    request = Request(
        "show", file, function, options.call, options.argnums, form=options.form or "python"
    )
    status = Status(sys.stderr)
    answer = run_until_interrupted(options.python, request, status)
    status.close()
    texts = [message["text"].rstrip("\n") for message in answer.of("text")]
    if texts:
        print_result("\n\n".join(texts))
    return conclude(answer)
