"""`adls lsp`: the language server, on standard input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.launch.handshake import CannotRun

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("lsp", help="serve an editor on standard input and output", description=__doc__)
    parser.add_argument("--stdio", action="store_true", help="the only way there is: said by some clients")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Serve until the editor leaves. Raises CannotRun where pygls is not installed."""
    try:
        from adls.lsp.server import main
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        raise CannotRun("the language server needs pygls: install it with\n    pip install 'adls[lsp]'") from None
    main()
    return 0
