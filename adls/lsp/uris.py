"""Between `file:` addresses and paths."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit


def path_of(uri: str) -> str | None:
    """The path of a `file:` address; None for every other address."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    return unquote(parts.path, errors="surrogateescape")


def uri_of_path(path: str) -> str:
    """The `file:` address of an absolute path."""
    return Path(path).as_uri()
