"""Texts on disk: what differs from the editor's, and what it was that ran. To be called off the event loop."""

from __future__ import annotations

import hashlib
import io
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_text(path: str) -> str | None:
    """A file's text, its line ends as they are; None where it cannot be read as Python reads it."""
    try:
        data = Path(path).read_bytes()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (OSError, SyntaxError, ValueError, LookupError):
        return None


def unsaved(open_texts: Mapping[str, str]) -> dict[str, str]:
    """The open texts that are not what is on disk."""
    return {path: text for path, text in open_texts.items() if read_text(path) != text}


def texts_that_ran(files: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """The texts of a run's files: those that were sent, and those on disk that still have the digest.

    `files` maps a path to the SHA-256 of the bytes that ran.
    """
    found = {}
    for path, digest in files.items():
        text = sent.get(path)
        if text is None:
            text = _with_digest(path, digest)
        if text is not None:
            found[path] = text
    return found


def _with_digest(path: str, digest: str) -> str | None:
    try:
        data = Path(path).read_bytes()
    except OSError:
        return None
    return read_text(path) if hashlib.sha256(data).hexdigest() == digest else None
