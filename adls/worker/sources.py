"""Reading a program's text as Python reads it: PEP 263 encodings, `\\n`, `\\r\\n` and `\\r` as line ends."""

from __future__ import annotations

import ast
import io
import tokenize
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adls.worker.failures import Refused

if TYPE_CHECKING:
    from adls.worker.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Source:
    """A file as Python compiles it, its text with `\\n` for every line end, and its syntax tree."""

    path: str
    data: bytes | str
    text: str
    tree: ast.Module


def read_source(path: str, overlay: Overlay) -> Source:
    """The file, parsed. Raises Refused, with line and way out, where it is none that Python can read."""
    unsaved = overlay.text(path)
    if unsaved is not None:
        return Source(path, unsaved, _plain(unsaved), _parse(path, unsaved))
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Refused(f"{path}: cannot be read: {error.strerror}") from None
    return Source(path, data, _plain(_decode(path, data)), _parse(path, data))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(path: str, data: bytes) -> str:
    encoding = "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (UnicodeDecodeError, SyntaxError) as error:
        raise Refused(_undecodable(path, data, encoding, error)) from None


def _undecodable(path: str, data: bytes, encoding: str, error: Exception) -> str:
    """Which byte is wrong, or what is wrong with the declared encoding."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as at:
        return (
            f"{path}:{_line(data, at.start)}: byte 0x{data[at.start]:02x} is not {encoding.upper()}: "
            "save the file as UTF-8, or name its encoding in its first line: # -*- coding: latin-1 -*-"
        )
    return f"{path}:1: {error}: name an encoding that Python has, or save it as UTF-8"


def _parse(path: str, data: bytes | str) -> ast.Module:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    null = raw.find(b"\0")
    if null >= 0:  # Python's own message names neither file nor line.
        raise Refused(f"{path}:{_line(raw, null)}: a null byte, so this is no text: save it as UTF-8")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # The import will warn, once.
            return ast.parse(data, path)
    except SyntaxError as error:
        said = "".join(traceback.format_exception_only(error)).splitlines()
        shown = [line for line in said[1:] if line.startswith(" ")]  # the source line, and carets below
        raise Refused(
            "\n".join([f"{path}:{error.lineno}: {type(error).__name__}: {error.msg}", *shown])
        ) from None
    except (RecursionError, MemoryError):
        raise Refused(f"{path}: its expressions are nested too deeply for Python's own parser") from None


def _line(data: bytes, offset: int) -> int:
    """The line of a byte, where Python's own line ends are counted."""
    before = data[:offset]
    return before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
