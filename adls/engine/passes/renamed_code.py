"""A function made inside another, with other names for what it has captured: in its IR, and in the text that makes it.

    x_2 = -x
    j = max(range(3), key=lambda i: x_2[i])
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from adls.engine.ir.ops import Code, Let, Operand, Param, Region, Statement, Var
from adls.engine.ir.walk import regions, with_defined, with_regions, with_used

_Scope = ast.FunctionDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def renamed_code(code: Code, names: Mapping[str, str]) -> Code:
    """The code with captured variables (keys) under new names, which nothing in it has yet."""
    function = code.function
    cells = tuple(Var(names.get(cell.name, cell.name)) for cell in function.cells)
    params = tuple(_renamed_default(param, names) for param in function.params)
    body = _region(function.body, names)
    text = ast.unparse(_InText(names).visit(ast.parse(f"({code.text}\n)" if code.is_lambda else code.text)))
    return replace(code, function=replace(function, cells=cells, params=params, body=body), text=text)


def _renamed_default(param: Param, names: Mapping[str, str]) -> Param:
    default = param.default
    return replace(param, default=Var(names[default.name])) if isinstance(default, Var) and default.name in names \
        else param


def _region(region: Region, names: Mapping[str, str]) -> Region:
    return tuple(_statement(statement, names) for statement in region)


def _statement(statement: Statement, names: Mapping[str, str]) -> Statement:
    def other(operand: Operand) -> Operand:
        return Var(names[operand.name]) if isinstance(operand, Var) and operand.name in names else operand

    new = with_defined(with_used(statement, other), names)
    if isinstance(new, Let) and isinstance(new.op.data, Code):
        captured = {cell.name for cell in new.op.data.function.cells}
        inner = {old: name for old, name in names.items() if old in captured}
        new = replace(new, op=replace(new.op, data=renamed_code(new.op.data, inner))) if inner else new
    return with_regions(new, tuple(_region(each, names) for each in regions(statement)))


class _InText(ast.NodeTransformer):
    """Names in a text, but where a function or comprehension in it has a variable of its own of that name."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.Nonlocal:
        return ast.copy_location(ast.Nonlocal([self.names.get(name, name) for name in node.names]), node)

    def visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, _Scope):
            visited: ast.AST = super().visit(node)
            return visited
        own = _own_names(node)
        inner = _InText({old: new for old, new in self.names.items() if old not in own})
        defaults = _defaults(node)  # These are the outer function's business.
        made = [None if each is None else self.visit(each) for each in defaults]
        inner.generic_visit(node)
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            count = len(node.args.defaults)
            node.args.defaults, node.args.kw_defaults = made[:count], made[count:]  # type: ignore[assignment]
        return node


def _defaults(scope: ast.AST) -> list[ast.expr | None]:
    if not isinstance(scope, ast.FunctionDef | ast.Lambda):
        return []
    return [*scope.args.defaults, *scope.args.kw_defaults]


def _own_names(scope: ast.AST) -> set[str]:
    """What a function or comprehension binds itself, not one in it."""
    found: set[str] = set()
    kept: set[str] = set()
    todo = [*ast.iter_child_nodes(scope)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Nonlocal):
            kept.update(node.names)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if not isinstance(node, _Scope):
            todo += ast.iter_child_nodes(node)
    return found - kept
