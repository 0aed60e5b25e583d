"""The source text beside the figures: only text that is what ran."""

from __future__ import annotations

import ast
import re
import textwrap
import tokenize
from hashlib import sha256
from os.path import commonpath, relpath
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from adls.profile.model import Gradient, Profile

# CPython's tokenizer ends a line here and nowhere else: a form feed or U+2028 ends none.
LINE_END = re.compile(r"\r\n|\r|\n")


def read_sources(profile: Profile) -> dict[str, str]:
    """The texts of the profile's files, without those that changed since the run or cannot be read."""
    texts = {}
    for path, digest in profile.files.items():
        text = _read(path, digest)
        if text is not None:
            texts[path] = text
    return texts


def split_lines(text: str) -> list[str]:
    """Lines as the tokenizer counts them; line 1 is at index 0."""
    return LINE_END.split(text)


def short_names(files: Iterable[str]) -> dict[str, str]:
    """Each file's path without the folder that all of them share."""
    paths = sorted(set(files))
    folders = {str(Path(path).parent) for path in paths}
    if len({Path(path).is_absolute() for path in paths}) > 1:
        return {path: path for path in paths}
    try:
        shared = commonpath(folders)
        return {path: relpath(path, shared) for path in paths}
    except ValueError:  # Windows: paths on different drives share nothing.
        return {path: path for path in paths}


def function_end(lines: Sequence[str], first: int, last_run: int) -> int:
    """The last line of a function; `first` is its `def` or a decorator, `last_run` its last line that ran."""
    if first > len(lines):
        return last_run
    indent = _indent(lines[first - 1])
    end, in_header = first, True
    for number in range(first + 1, len(lines) + 1):
        line = lines[number - 1]
        if not line.strip():
            continue
        if _indent(line) > indent:
            in_header = False
        elif not (in_header or line.lstrip().startswith((")", "]", "}"))):
            break
        end = number
    return max(end, last_run)


def differentiated(gradient: Gradient, sources: Mapping[str, str]) -> str:
    """Which arguments were differentiated: `params (argument 0)`, or `argument 0` without the text."""
    names = _parameters(sources.get(gradient.file), gradient.first_line)
    return ", ".join(
        f"{names[number]} (argument {number})" if number < len(names) else f"argument {number}"
        for number in gradient.argnums
    )


def _read(path: str, digest: str) -> str | None:
    try:
        raw = Path(path).read_bytes()
        with tokenize.open(path) as file:
            encoding = file.encoding
        text = raw.decode(encoding)
    except (OSError, SyntaxError, ValueError, LookupError):
        return None
    return text if digest in (sha256(raw).hexdigest(), sha256(text.encode()).hexdigest()) else None


def _indent(line: str) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())


def _parameters(source: str | None, first_line: int) -> list[str]:
    """Names of a function's parameters; none where its text doesn't parse alone (a lambda)."""
    if source is None:
        return []
    lines = split_lines(source)
    text = "\n".join(lines[first_line - 1 : function_end(lines, first_line, first_line)])
    try:
        (function,) = ast.parse(textwrap.dedent(text)).body
    except (SyntaxError, ValueError):
        return []
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
