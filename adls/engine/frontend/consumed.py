"""Iterators that are consumed whole where they stand, as lists: in `sum(...)`, `a, b = ...`, `f(*...)`."""

from __future__ import annotations

import ast

from adls.engine.frontend.builder import Builder
from adls.engine.ir.ops import Global


def consumed(builder: Builder, node: ast.expr) -> ast.expr:
    """A generator as a list comprehension, `map(f, xs)` as `[f(x) for x in xs]`, and all else as it is.

    Of `map` only where f is a name or a lambda: evaluating it once for each element is then the same.
    """
    match node:
        case ast.GeneratorExp(elt, generators):
            return ast.copy_location(ast.ListComp(elt, generators), node)
        case ast.Call(ast.Name("map"), [ast.Name() | ast.Attribute() | ast.Lambda() as function, *iterables], []) if (
                iterables and _is_builtin(builder, "map") and not any(isinstance(i, ast.Starred) for i in iterables)):
            return _mapped(builder, node, function, iterables)
        case _:
            return node


def _mapped(builder: Builder, node: ast.expr, function: ast.expr, iterables: list[ast.expr]) -> ast.ListComp:
    names = [builder.variable("item").name for _ in iterables]
    stores: list[ast.expr] = [ast.Name(name, ast.Store()) for name in names]
    target, source = stores[0], iterables[0]
    if len(iterables) > 1:
        target, source = ast.Tuple(stores, ast.Store()), ast.Call(ast.Name("zip", ast.Load()), iterables, [])
    call = ast.Call(function, [ast.Name(name, ast.Load()) for name in names], [])
    whole = ast.ListComp(call, [ast.comprehension(target, source, [], 0)])
    for inner in ast.walk(whole):
        if isinstance(inner, ast.expr) and not hasattr(inner, "lineno"):
            ast.copy_location(inner, node)
    return whole


def _is_builtin(builder: Builder, name: str) -> bool:
    found = builder.global_name(name) if builder.local(name) is None else None
    return isinstance(found, Global) and found.key == f"builtins.{name}"
