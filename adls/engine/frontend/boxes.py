"""Variables that a function shares with functions inside it, as what they are in Python: cells.

    total = 0.0                            total_cell = {}
    def add(v):                            total_cell["value"] = 0.0
        nonlocal total             ->      def add(v):
        total += v                             total_cell["value"] += v

Only of those that an inner function assigns, or that are assigned (again) while it may still be called: all others
are captured by value.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from adls.engine.frontend.captures import unsettled
from adls.engine.frontend.scopes import (
    FUNCTIONS,
    Comprehension,
    FunctionNode,
    comprehension_targets,
    every_argument,
    every_default,
    identifiers,
    makes_functions,
    names_of,
    nodes_of,
)

_KEY = "value"


def boxed(function: FunctionNode) -> FunctionNode:
    """The function, and those inside it, with such variables in cells; itself where there are none."""
    if not makes_functions(function):
        return function
    found = _shared(function)
    if not found and not any(isinstance(node, ast.Nonlocal) for node in ast.walk(function)):
        inner = [node for node in _inside(function) if boxed(node) is not node]
        if not inner:
            return function
    made = copy.deepcopy(function)
    _box(made, _shared(made))
    return made


def _box(function: FunctionNode, names: set[str]) -> None:
    if names and isinstance(function, ast.FunctionDef):
        taken = set(identifiers(nodes_of(function)))
        cells = {name: _free(f"{name}_cell", taken) for name in sorted(names)}
        boxer = _Boxer(cells)
        body = [boxer.visit(node) for node in function.body]
        parameters = {argument.arg for argument in every_argument(function.args)}
        begin: list[ast.stmt] = []
        for name, cell in cells.items():
            begin.append(_located(ast.Assign([ast.Name(cell, ast.Store())], ast.Dict([], [])), function.body[0]))
            if name in parameters:
                begin.append(_located(ast.Assign([_item(cell, ast.Store())], ast.Name(name, ast.Load())),
                                      function.body[0]))
        function.body = [*begin, *(node for node in body if node is not None)]
    for inner in _inside(function):
        _box(inner, _shared(inner))


def _shared(function: FunctionNode) -> set[str]:
    """The variables of a function that have to be cells, and can be."""
    if not isinstance(function, ast.FunctionDef):
        return set()
    bound = names_of(function).bound
    found = {name for inner in _inside(function) for name in _nonlocals(inner) if name in bound}
    found |= {each.name for each in unsettled(function) if each.name in bound}
    return {name for name in found if not _bound_otherwise(function, name)}


def _inside(function: FunctionNode) -> Iterator[FunctionNode]:
    """The functions directly inside a function."""
    todo: list[ast.AST] = list(function.body) if isinstance(function.body, list) else [function.body]
    todo += every_default(function.args)
    while todo:
        node = todo.pop(0)
        if isinstance(node, FUNCTIONS):
            yield node
        elif not isinstance(node, ast.ClassDef):
            todo += ast.iter_child_nodes(node)


def _nonlocals(function: FunctionNode) -> frozenset[str]:
    """What a function and those inside it assign in a function around it."""
    inner = (name for each in _inside(function) for name in _nonlocals(each) - names_of(function).bound)
    return names_of(function).declared_nonlocal.union(inner)


def _bound_otherwise(function: ast.FunctionDef, name: str) -> bool:
    """Whether something that is no assignment binds a name: what cannot bind an item."""
    for node in ast.walk(function):
        match node:
            case ast.NamedExpr(ast.Name(bound)) | ast.ExceptHandler(name=str(bound)) | ast.MatchAs(name=str(bound)) | (
                    ast.MatchStar(name=str(bound)) | ast.ClassDef(name=bound) | ast.FunctionDef(name=bound)):
                if bound == name and node is not function:
                    return True
            case ast.Import(names) | ast.ImportFrom(_, names):
                if any((alias.asname or alias.name) == name for alias in names):
                    return True
            case _:
                pass
    return False


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _item(cell: str, context: ast.expr_context) -> ast.Subscript:
    return ast.Subscript(ast.Name(cell, ast.Load()), ast.Constant(_KEY), context)


def _located(node: ast.stmt, place: ast.stmt) -> ast.stmt:
    """The statement where another one begins, without a width."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.expr | ast.stmt):
            inner.lineno = inner.end_lineno = place.lineno
            inner.col_offset = inner.end_col_offset = place.col_offset
    return node


class _Boxer(ast.NodeTransformer):
    """Puts items of cells in the place of variables, where they are the function's own."""

    def __init__(self, cells: dict[str, str]) -> None:
        self.cells = cells

    def visit_Name(self, node: ast.Name) -> ast.expr:
        cell = self.cells.get(node.id)
        if cell is None:
            return node
        made = _item(cell, node.ctx)
        for inner in ast.walk(made):
            if isinstance(inner, ast.expr):
                ast.copy_location(inner, node)
        return made

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt | None:
        left = [name for name in node.names if name not in self.cells]
        return ast.copy_location(ast.Nonlocal(left) if left else ast.Pass(), node)

    def visit_Lambda(self, node: FunctionNode) -> FunctionNode:
        node.args.defaults = [self.visit(default) for default in node.args.defaults]
        node.args.kw_defaults = [default and self.visit(default) for default in node.args.kw_defaults]
        if not isinstance(node, ast.Lambda):
            node.decorator_list = [self.visit(each) for each in node.decorator_list]
        names = names_of(node)
        inner = _Boxer({name: cell for name, cell in self.cells.items() if name in names.free})
        node.body = [inner.visit(part) for part in node.body] if isinstance(node.body, list) else inner.visit(node.body)
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda

    def visit_ListComp(self, node: Comprehension) -> Comprehension:
        first = self.visit(node.generators[0].iter)
        own = comprehension_targets(node)
        _Boxer({name: cell for name, cell in self.cells.items() if name not in own}).generic_visit(node)
        node.generators[0].iter = first
        return node

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

