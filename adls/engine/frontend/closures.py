"""Lambdas and nested functions: what they capture, their defaults, and the text that makes them again."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping

from adls.engine.frontend.builder import Builder, Scope, span_of
from adls.engine.frontend.functions import function, literal
from adls.engine.frontend.scopes import Comprehension, FunctionNode, comprehension_targets, names_of
from adls.engine.frontend.unsupported import CLASS
from adls.engine.ir.ops import Code, Const, Op, Operand, Var
from adls.engine.source.text import Span


def lambda_(builder: Builder, node: ast.Lambda) -> Op:
    return _closure(builder, node, "<lambda>")


def definition(builder: Builder, node: ast.FunctionDef) -> None:
    """`def` sets its name, to what its decorators make of the function."""
    decorators = builder.operands(*node.decorator_list)
    value, span = _closure(builder, node, node.name), _header(node)
    for decorator, place in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        value, span = Op("call", (decorator, builder.held(value, span)), data=()), span_of(place)
    builder.let([builder.target(node.name)], value, span)


def class_(builder: Builder, node: ast.ClassDef) -> None:
    builder.refuse(CLASS, node)


def async_statement(builder: Builder, node: ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith) -> None:
    builder.complain("async", node, construct=f"`async {type(node).__name__[5:].lower()}`", name=builder.qualname)


def await_(builder: Builder, node: ast.Await) -> Operand:
    builder.complain("async", node, construct="`await`", name=builder.qualname)
    return Const(None)


def yield_(builder: Builder, node: ast.Yield | ast.YieldFrom) -> Operand:
    """Refused once for the whole function: see `functions`."""
    return Const(None)


def _header(node: ast.FunctionDef) -> Span:
    """`def name`."""
    whole = span_of(node)
    return Span(whole.line, whole.column, whole.line, whole.column + len(f"def {node.name}".encode()))


def _closure(builder: Builder, node: FunctionNode, name: str) -> Op:
    """A function made here. A default that is no literal is computed now and captured as a variable of its own."""
    made = _standing_here(builder, node)
    defaults = [default for default in (*made.args.defaults, *made.args.kw_defaults) if isinstance(default, ast.Name)]
    inner = Builder(made, builder.source, f"{builder.qualname}.<locals>.{name}",
                    Scope(builder.scope.resolver, builder.variables()), builder.lowering, builder.problems)
    lowered = function(inner, _captured_default, tuple(Var(default.id) for default in defaults))
    return Op("closure", lowered.cells, data=Code(lowered, ast.unparse(made), isinstance(made, ast.Lambda)))


def _captured_default(node: ast.expr, _place: str) -> Operand:
    assert isinstance(node, ast.Name)
    return Var(node.id)


def _standing_here(builder: Builder, node: FunctionNode) -> FunctionNode:
    """The definition in the names of the function around it, where a comprehension's variable may be renamed."""
    made = copy.deepcopy(node)
    made.args.defaults = [_default(builder, default) for default in node.args.defaults]
    made.args.kw_defaults = [default and _default(builder, default) for default in node.args.kw_defaults]
    if not isinstance(made, ast.Lambda):
        made.decorator_list = []
    names = {name: builder.local(name) for name in names_of(node).free}
    renaming = {name: variable.name for name, variable in names.items() if variable and variable.name != name}
    if renaming:
        _Renamer(renaming).generic_visit(made)
    return made


def _default(builder: Builder, node: ast.expr) -> ast.expr:
    """A literal, or the name of a new variable that holds the default."""
    if literal(node) is not None:
        return node
    variable = builder.variable("default")
    builder.assign(variable, node)
    return ast.copy_location(ast.Name(variable.name, ast.Load()), node)


class _Renamer(ast.NodeTransformer):
    """Renames captured variables, but not those of the same name that an inner function or comprehension binds."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)

    def visit_Lambda(self, node: FunctionNode) -> FunctionNode:
        free = names_of(node).free
        node.args = _Renamer(self.names).visit(node.args)
        inner = _Renamer({name: new for name, new in self.names.items() if name in free})
        node.body = [inner.visit(part) for part in node.body] if isinstance(node.body, list) else inner.visit(node.body)
        return node

    visit_FunctionDef = visit_Lambda

    def visit_ListComp(self, node: Comprehension) -> Comprehension:
        first = self.visit(node.generators[0].iter)
        own = comprehension_targets(node)
        _Renamer({name: new for name, new in self.names.items() if name not in own}).generic_visit(node)
        node.generators[0].iter = first
        return node

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp
