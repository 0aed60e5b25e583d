"""Lambdas and nested functions: what they capture, their defaults, and the text that makes them again."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping

from adls.engine.frontend.builder import Builder, Scope, span_of
from adls.engine.frontend.functions import function, literal, parameters
from adls.engine.frontend.scopes import (
    Comprehension,
    FunctionNode,
    comprehension_targets,
    every_argument,
    names_of,
)
from adls.engine.frontend.siblings import captured_by, group_of, siblings_of
from adls.engine.frontend.unsupported import CLASS, SENT
from adls.engine.ir.ops import Code, Const, Function, Op, Operand, Var
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
    """A `yield` whose value is used: somebody may send one."""
    builder.refuse(SENT, node)
    return Const(None)


def generator(builder: Builder, node: ast.GeneratorExp) -> Op:
    """`(f(x) for x in xs)` is a call of a generator function made here, with `xs` evaluated here."""
    first, *rest = node.generators
    iterable = builder.operand(first.iter)
    given = builder.variable("iterated").name
    whole = node.elt
    body: list[ast.stmt] = [ast.copy_location(ast.Expr(ast.copy_location(ast.Yield(whole), whole)), whole)]
    for position, each in reversed(list(enumerate([first, *rest]))):
        for test in reversed(each.ifs):
            body = [ast.copy_location(ast.If(test, body, []), test)]
        source = ast.copy_location(ast.Name(given, ast.Load()), each.iter) if not position else each.iter
        body = [ast.copy_location(ast.For(each.target, source, body, []), node)]
    made = ast.FunctionDef("genexpr", ast.arguments([], [ast.arg(given)], None, [], [], None, []), body, [])
    ast.copy_location(made, node)
    ast.fix_missing_locations(made)
    closure = builder.held(_closure(builder, made, "<genexpr>"), span_of(node))
    return Op("call", (closure, iterable), data=())


def partial_of(builder: Builder, node: ast.Call) -> Op:
    """`functools.partial(f, a, k=b)` is a lambda that has f, a and b as defaults, as they are now:

        lambda *args, held=f, held_2=a, held_3=b, **kwargs: held(held_2, *args, **{"k": held_3, **kwargs})
    """
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    names = [builder.variable("held").name for _ in given]
    args, kwargs = (builder.variable(name).name for name in ("args", "kwargs"))
    function_, *positional = [ast.Name(name, ast.Load()) for name in names[: len(node.args)]]
    keywords: list[ast.keyword] = [ast.keyword(None, ast.Name(kwargs, ast.Load()))]
    if node.keywords:
        keys: list[ast.expr | None] = [ast.Constant(keyword.arg) for keyword in node.keywords]
        values: list[ast.expr] = [ast.Name(name, ast.Load()) for name in names[len(node.args) :]]
        keywords = [ast.keyword(None, ast.Dict([*keys, None], [*values, ast.Name(kwargs, ast.Load())]))]
    starred = ast.Starred(ast.Name(args, ast.Load()), ast.Load())
    call = ast.Call(function_, [*positional, starred], keywords)
    held = [ast.arg(name) for name in names]
    made = ast.Lambda(ast.arguments([], [], ast.arg(args), held, list(given), ast.arg(kwargs), []), call)
    for inner in ast.walk(made):
        if isinstance(inner, ast.expr | ast.arg | ast.keyword) and not hasattr(inner, "lineno"):
            ast.copy_location(inner, node)
    return _closure(builder, made, "<lambda>")


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
    inner.again = _again(builder, inner, node)
    lowered = function(inner, _captured_default, tuple(Var(default.id) for default in defaults))
    return Op("closure", lowered.cells, data=Code(lowered, ast.unparse(made), isinstance(made, ast.Lambda)))


def _again(builder: Builder, inner: Builder, node: FunctionNode) -> dict[str, Op]:
    """The functions beside a nested one that it is to make again, as it calls itself by way of them."""
    siblings = siblings_of(builder.definition)
    name = getattr(node, "name", "")
    if siblings.get(name) is not node:
        return {}
    group = group_of(name, siblings)
    if not group or any(each.args.defaults or any(each.args.kw_defaults) for each in map(siblings.__getitem__, group)):
        return {}
    visible = builder.variables()
    inner.cells = tuple(sorted((names_of(node).free | captured_by(group, siblings)) & visible - set(group)))
    made: dict[str, Op] = {}
    for each in group:
        other = _standing_here(builder, siblings[each])
        names = captured_by(group_of(each, siblings), siblings) | names_of(siblings[each]).free
        cells = tuple(Var(cell) for cell in sorted(names & visible - set(group)))
        whole = Function(each, f"{builder.qualname}.<locals>.{each}", builder.source.path, builder.source.digest,
                         span_of(other), parameters(other, _captured_default), cells, ())
        made[each] = Op("closure", cells, data=Code(whole, ast.unparse(other), False, again=True))
    return made


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
        made.returns = None
    for argument in every_argument(made.args):
        argument.annotation = None
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
