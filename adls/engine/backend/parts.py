"""The part of a listing that one of its functions needs: a listing of its own, cut from the text that ran.

A callee's adjoint is shown without the functions that call it. Nothing is printed anew: each statement stands
in the whole, to the byte, and the part runs alone as the whole does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import pairwise

from adls.engine.source.frozen import dataclass
from adls.engine.source.text import split_lines


@dataclass(frozen=True, slots=True)
class _Piece:
    """A statement at the top of a listing, with the comments above it: what it binds, and what it reads.

    `group` is the same for statements that no blank line parts.
    """

    text: str
    binds: frozenset[str]
    reads: frozenset[str]
    group: int
    is_function: bool


class Parts:
    """A listing as pieces."""

    def __init__(self, text: str) -> None:
        self._pieces = list(_pieces(text))
        self._binding: dict[str, list[int]] = {}
        for number, piece in enumerate(self._pieces):
            for name in piece.binds:
                self._binding.setdefault(name, []).append(number)

    def of(self, names: Iterable[str]) -> str:
        """The functions of these names, last, after all that they need in the order of the whole."""
        roots = [number for name in names for number in self._binding[name]]
        order = [*sorted(self._needed(roots) - set(roots)), *roots]
        return _joined([self._pieces[number] for number in order])

    def _needed(self, roots: list[int]) -> set[int]:
        found: set[int] = set()
        todo = list(roots)
        while todo:
            number = todo.pop()
            if number not in found:
                found.add(number)
                todo += [each for name in self._pieces[number].reads for each in self._binding.get(name, ())]
        return found


def _pieces(text: str) -> Iterator[_Piece]:
    lines = split_lines(text)
    above = group = 0
    for node in ast.parse(text).body:
        assert node.end_lineno is not None
        group += not lines[above].strip()
        own = "".join(lines[above : node.end_lineno]).strip("\n")
        above = node.end_lineno
        yield _Piece(own, _names(node, ast.Store), _names(node, ast.Load), group, isinstance(node, ast.FunctionDef))


def _names(node: ast.stmt, context: type[ast.expr_context]) -> frozenset[str]:
    """What a statement binds in the module, or what is read anywhere in it."""
    if context is ast.Store and isinstance(node, ast.FunctionDef):
        return frozenset([node.name])
    if context is ast.Store and isinstance(node, ast.Import | ast.ImportFrom):
        return frozenset(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    names = (each for each in ast.walk(node) if isinstance(each, ast.Name))
    return frozenset(each.id for each in names if isinstance(each.ctx, context))


def _joined(pieces: list[_Piece]) -> str:
    """Laid out as the whole is: functions apart by two blank lines, imports and bindings by one where it parts them."""
    found = [pieces[0].text]
    for before, piece in pairwise(pieces):
        apart = piece.is_function or before.is_function
        found += ["\n\n\n" if apart else "\n\n" if before.group != piece.group else "\n", piece.text]
    return "".join([*found, "\n"])
