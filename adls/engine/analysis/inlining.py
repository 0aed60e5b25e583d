"""An expression from inside a block as one that means the same at the top of another module.

Names of the block are replaced by what they were assigned; what cannot be said there is Unsayable.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adls.engine.frontend import packages
from adls.engine.frontend.modules import Classed, Defined, Made, Module, Named, Thing, dotted

DEEPEST = 12
LONGEST = 300
"""Characters of an expression that somebody could still want to read."""


class Unsayable(Exception):
    """The expression hangs on something that only its own place has."""


def local_values(blocks: Sequence[Sequence[ast.stmt]], before: int) -> dict[str, ast.expr | None]:
    """What names of blocks, outermost first, were assigned above a line; None where that is not one expression."""
    found: dict[str, ast.expr | None] = {}
    for block in blocks:
        for statement in block:
            if statement.lineno < before:
                for name, value in _assigned(statement, before):
                    found[name] = None if name in found else value
    return found


def _assigned(statement: ast.stmt, before: int) -> list[tuple[str, ast.expr | None]]:
    match statement:
        case ast.Assign([target], value):
            return _unpacked(target, value)
        case ast.AnnAssign(ast.Name(name), _, value):
            return [(name, value)]
        case ast.For(target, iterable) if _around(statement, before):
            return _unpacked(target, _first_of(iterable))
        case ast.With(items) if _around(statement, before):
            return [found for item in items if item.optional_vars for found in _unpacked(item.optional_vars, None)]
    if _around(statement, before) or isinstance(statement, ast.Import | ast.ImportFrom):
        return []
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    names = {node.id for node in nodes}
    names |= {alias.asname or alias.name.partition(".")[0] for node in ast.walk(statement)
              if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
    return [(name, None) for name in names]


def _around(statement: ast.stmt, line: int) -> bool:
    return line <= (statement.end_lineno or 0)


def _unpacked(target: ast.expr, value: ast.expr | None) -> list[tuple[str, ast.expr | None]]:
    match target:
        case ast.Name(name):
            return [(name, value)]
        case ast.Tuple(targets) | ast.List(targets):
            found: list[tuple[str, ast.expr | None]] = []
            for number, each in enumerate(targets):
                item: ast.expr | None = None
                if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets):
                    item = value.elts[number]
                elif value is not None:
                    item = ast.Subscript(value, ast.Constant(number), ast.Load())
                found += _unpacked(each, item)
            return found
    return []


def _first_of(iterable: ast.expr) -> ast.expr | None:
    """What a loop's variable is in the first iteration."""
    match iterable:
        case ast.Tuple([first, *_]) | ast.List([first, *_]):
            return first
        case ast.Call(ast.Name("range"), [_]):
            return ast.Constant(0)
        case ast.Call(ast.Name("range"), [start, *_]):
            return start
    return None


@dataclass
class Translation:
    """From a place in one module to the top of another (or the same)."""

    origin: Module
    home: Module
    local: Mapping[str, ast.expr | None]

    def expression(self, node: ast.expr) -> ast.expr:
        """The expression for the other place. Raises Unsayable."""
        return self._translated(copy.deepcopy(node), frozenset(), 0)

    def _translated(self, node: ast.expr, bound: frozenset[str], depth: int) -> ast.expr:
        if depth > DEEPEST:
            raise Unsayable
        return _Translator(self, bound, depth).visit(node)  # type: ignore[no-any-return]

    def name(self, name: str, bound: frozenset[str], depth: int) -> ast.expr:
        """What stands for a name."""
        if name in bound:
            return ast.Name(name, ast.Load())
        if name in self.local:
            value = self.local[name]
            if value is None:
                raise Unsayable
            return self._translated(copy.deepcopy(value), bound, depth + 1)
        return self.path(name, depth)

    def path(self, path: str, depth: int) -> ast.expr:
        """What stands for a dotted name of the module."""
        if self.origin is self.home:
            if self._only_in_script(path) or self.origin.project.look(self.origin, path) is None:
                raise Unsayable
            return _dotted(path)
        found = self.origin.project.look(self.origin, path)
        if found is None:
            raise Unsayable
        known = self._known_as(found, path)
        if known:
            return _dotted(known)
        if isinstance(found, Made) and found.module is self.origin:
            return self._translated(copy.deepcopy(found.node), frozenset(), depth + 1)
        raise Unsayable

    def _only_in_script(self, path: str) -> bool:
        bindings = self.origin.bindings(path.partition(".")[0])
        return bool(bindings) and all(binding.script for binding in bindings)

    def _known_as(self, found: Thing, path: str) -> str:
        """A name of the home module for the same thing; "" where it has none."""
        if isinstance(found, Defined | Classed) and found.module is self.home:
            return found.qualname
        if isinstance(found, Made) and found.module is self.home:
            return found.name
        if _is_same(self.home.project.look(self.home, path), found):
            return path
        if isinstance(found, Named):
            return self._library_name(found.path)
        if packages.builtin(path) is not None and path not in self.home.names:
            return path
        return ""

    def _library_name(self, path: str) -> str:
        """A library's function under a module that the home module imports: `numpy.array` as `np.array`."""
        parts = path.split(".")
        for count in range(len(parts), 0, -1):
            wanted = Named(".".join(parts[:count]))
            for name in self.home.names:
                if self.home.get(name) == wanted:
                    return ".".join([name, *parts[count:]])
        return ""


class _Translator(ast.NodeTransformer):
    """Replaces the names of one expression."""

    def __init__(self, translation: Translation, bound: frozenset[str], depth: int) -> None:
        self.translation = translation
        self.bound = bound
        self.depth = depth

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.translation.name(node.id, self.bound, self.depth)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        path = dotted(node)
        root = path.partition(".")[0]
        translation = self.translation
        if path and root not in self.bound and root not in translation.local and translation.origin is not \
                translation.home and translation.origin.project.look(translation.origin, path) is not None:
            return translation.path(path, self.depth)
        return ast.Attribute(self.visit(node.value), node.attr, ast.Load())

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        names = {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
        inner = _Translator(self.translation, self.bound | names, self.depth)
        return ast.Lambda(node.args, inner.visit(node.body))

    def _comprehension(self, node: ast.expr) -> ast.expr:
        stored = (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))
        names = {inner.id for inner in stored if isinstance(inner.ctx, ast.Store)}
        inner = _Translator(self.translation, self.bound | names, self.depth)
        return inner.generic_visit(node)  # type: ignore[return-value]

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _unsayable(self, node: ast.expr) -> ast.expr:
        raise Unsayable

    visit_NamedExpr = visit_Await = visit_Yield = visit_YieldFrom = _unsayable


def _dotted(path: str) -> ast.expr:
    root, *attributes = path.split(".")
    node: ast.expr = ast.Name(root, ast.Load())
    for attribute in attributes:
        node = ast.Attribute(node, attribute, ast.Load())
    return node


def _is_same(one: Thing | None, other: Thing) -> bool:
    match one, other:
        case Named(), Named():
            return one == other
        case (Defined(), Defined()) | (Classed(), Classed()) | (Made(), Made()):
            return one is other
    return False
