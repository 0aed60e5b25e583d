"""A text in chunks, one for each top-level statement, so that an edit costs what it touches.

A chunk holds whole lines: a statement (several where they share a line), with the comments and blank lines above it.
The positions in its tree and tokens count from its own first line, so that a chunk that only moves is the same chunk.

Chunks around an edit are kept. That is exact: a statement that begins at the margin, and is complete, reads the same
whatever stands around it, but for the clauses (`else`, `except`...) and blocks that may continue the one before; so the
chunk before the edit is read again, and a clause begins no chunk.
"""

from __future__ import annotations

import ast
import hashlib
import tokenize
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import cached_property

from adls.engine.source.frozen import dataclass
from adls.engine.source.text import split_lines

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError)
"""What reading a text that is not Python raises."""

_CLAUSES = frozenset({"else", "elif", "except", "finally"})
_SILENT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER})
_BLOCKS = frozenset({tokenize.INDENT, tokenize.DEDENT})


@dataclass(frozen=True, slots=True)
class Token:
    """One token that counts: no comment, no line end inside brackets, no blank line."""

    kind: int
    text: str
    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Chunk:
    """Whole lines of a text. `comments` are line and column of each one, in characters, with its text.

    `notes` is for what others find out about it and want to keep as long as it stays.
    """

    lines: tuple[str, ...]
    tokens: tuple[Token, ...]
    comments: tuple[tuple[int, int, str], ...]
    notes: dict[str, object] = field(default_factory=dict)

    @cached_property
    def tree(self) -> ast.Module:
        """Its statements, their positions counted from the chunk's first line."""
        return parsed("".join(self.lines))

    @cached_property
    def digest(self) -> str:
        """The same for the same tokens."""
        return digest_of(self.tokens)

    @cached_property
    def words(self) -> frozenset[str]:
        """The texts of its tokens: a name that is not among them stands nowhere in it."""
        return frozenset(token.text for token in self.tokens)

    @property
    def begins(self) -> int:
        """The line of its first statement, from 1; 0 where it holds none."""
        return self.tokens[0].line if self.tokens else 0


@dataclass(frozen=True, eq=False)
class Chunks:
    """A text's chunks in order; chunk n begins after line `starts[n]`."""

    lines: tuple[str, ...]
    chunks: tuple[Chunk, ...]

    @cached_property
    def starts(self) -> tuple[int, ...]:
        starts, line = [], 0
        for chunk in self.chunks:
            starts.append(line)
            line += len(chunk.lines)
        return tuple(starts)

    def placed(self) -> Iterator[tuple[int, Chunk]]:
        """Each chunk with the number of lines before it."""
        return zip(self.starts, self.chunks, strict=True)


def split(text: str, before: Chunks | None = None) -> Chunks:
    """The chunks of a text, those of an earlier one kept where it did not change. Raises one of UNREADABLE."""
    if "\0" in text:
        raise SyntaxError("source code string cannot contain null bytes")
    lines = split_lines(text)
    if before is not None:
        known = _around(before, lines)
        if known is not None:
            return known
    return Chunks(lines, tuple(_checked(lines)))


def digest_of(tokens: Iterable[Token]) -> str:
    """A digest of tokens without their places; of an indentation it counts that it is there, not how wide it is."""
    state = hashlib.sha256()
    for token in tokens:
        text = "" if token.kind in _BLOCKS or token.kind == tokenize.NEWLINE else token.text
        state.update(f"{token.kind}\0{text}\0".encode("utf-8", "surrogatepass"))
    return state.hexdigest()[:24]


def counted(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens that have a place of their own: an indentation has none."""
    return (token for token in tokens if token.kind not in _BLOCKS)


def parsed(text: str) -> ast.Module:
    """A text's tree, without the warnings of its compilation. Raises one of UNREADABLE."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _around(before: Chunks, lines: tuple[str, ...]) -> Chunks | None:
    """The text's chunks where those before and after the edit are kept; None where the rest doesn't stand alone."""
    head = _common(before.lines, lines)
    tail = min(_common(before.lines[::-1], lines[::-1]), min(len(lines), len(before.lines)) - head)
    if head == len(lines) == len(before.lines):
        return before
    first = 0
    while first < len(before.chunks) and before.starts[first] + len(before.chunks[first].lines) <= head:
        first += 1
    first = max(first - 1, 0)
    last, rest = len(before.chunks), 0
    while last > first and rest + len(before.chunks[last - 1].lines) <= tail:
        last -= 1
        rest += len(before.chunks[last].lines)
    start = before.starts[first] if first < len(before.chunks) else len(before.lines)
    new: list[Chunk] = []
    while start < len(lines) - rest:
        try:
            new = list(_checked(lines[start : len(lines) - rest]))
        except UNREADABLE:
            return None
        if new[-1].tokens or last == len(before.chunks):
            break
        # What stands above a statement belongs to its chunk.
        rest -= len(before.chunks[last].lines)
        last += 1
    known = {chunk.lines: chunk for chunk in before.chunks[first:last]}
    made = (known.pop(chunk.lines, chunk) for chunk in new)
    return Chunks(lines, (*before.chunks[:first], *made, *before.chunks[last:]))


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items two sequences have in common at their start."""
    shorter = min(len(old), len(new))
    low, high = 0, shorter
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _checked(lines: tuple[str, ...]) -> Iterator[Chunk]:
    """Chunks of lines, each of them parsed: one that is no Python raises."""
    for chunk in _chunks(lines):
        if len(chunk.tree.body) == 0 and chunk.tokens:
            raise SyntaxError("no statement")
        yield chunk


def _chunks(lines: tuple[str, ...]) -> Iterator[Chunk]:
    tokens: list[Token] = []
    comments: list[tuple[int, int, str]] = []
    start, end, depth, complete = 0, 0, 0, True
    for token in _tokenized(lines):
        line = token.start[0]
        if token.type == tokenize.COMMENT:
            comments.append((line - start, token.start[1], token.string))
        if token.type in _SILENT:
            continue
        if token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.INDENT:
            depth += 1
        elif complete and depth == 0 and tokens and line > end and not _continues(token, tokens):
            inner = [each for each in comments if each[0] <= end - start]
            yield Chunk(lines[start:end], tuple(tokens), tuple(inner))
            comments = [(each[0] - (end - start), *each[1:]) for each in comments if each[0] > end - start]
            tokens, start = [], end
        tokens.append(Token(token.type, token.string, line - start, token.start[1]))
        if token.type not in _BLOCKS:
            complete = token.type == tokenize.NEWLINE
            end = max(end, token.end[0] if token.type != tokenize.NEWLINE else line)
    end = end if tokens else start
    if tokens:
        yield Chunk(lines[start:end], tuple(tokens), tuple(each for each in comments if each[0] <= end - start))
    if end < len(lines):
        rest = tuple((each[0] - (end - start), *each[1:]) for each in comments if each[0] > end - start)
        yield Chunk(lines[end:], (), rest)


def _continues(token: tokenize.TokenInfo, tokens: list[Token]) -> bool:
    """Whether a token at the margin goes on with the statement before: a clause, or what a decorator decorates."""
    if token.type == tokenize.NAME and token.string in _CLAUSES:
        return True
    last = next((n for n in range(len(tokens) - 2, -1, -1) if tokens[n].kind == tokenize.NEWLINE), -1)
    return tokens[last + 1].text == "@" and tokens[last + 1].kind == tokenize.OP


def _tokenized(lines: tuple[str, ...]) -> Iterator[tokenize.TokenInfo]:
    """Python's tokens; a line ends with a line feed, whatever it ends with in the text."""
    plain = (line.rstrip("\r\n") + "\n" for line in lines)
    return tokenize.generate_tokens(lambda: next(plain, ""))
