"""A profile in the form that was asked for, where it was asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from adls.cli.streams import print_result
from adls.launch.handshake import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from adls.profile.model import Profile


def write(profile: Profile, form: str | None, output: str | None, name: str) -> None:
    """Write the profile. Without a form: the listing on standard output, and a page whose path is the last line."""
    if form is None:
        print_result(_listing(profile))
        form = "html"
    text = FORMATS[form](profile)
    if output is None and form == "html":
        output = str(Path("out", f"{name}.html"))
    if output is None or output == "-":
        print_result(text)
    else:
        _save(text, Path(output))
        print_result(output)


def _save(text: str, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror}: name another file with -o") from error


def _listing(profile: Profile) -> str:
    from adls.render.listing import render_listing
    from adls.render.sources import read_sources
    from adls.render.terminal import terminal_of

    return render_listing(profile, read_sources(profile), terminal_of(sys.stdout, os.environ))


def _page(profile: Profile) -> str:
    from adls.render.page import render_page
    from adls.render.sources import read_sources

    return render_page(profile, read_sources(profile))


def _json(profile: Profile) -> str:
    from adls.profile.export_json import export_json

    return export_json(profile)


def _speedscope(profile: Profile) -> str:
    from adls.profile.export_speedscope import export_speedscope

    return export_speedscope(profile)


FORMATS: dict[str, Callable[[Profile], str]] = {
    "listing": _listing,
    "json": _json,
    "html": _page,
    "speedscope": _speedscope,
}
