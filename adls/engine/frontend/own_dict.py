"""The dict of a method's own instance, written as the attributes that it holds.

    self.__dict__.update(kw)           for name, value in kw.items(): setattr(self, name, value)
    self.__dict__["size"] = n    ->    setattr(self, "size", n)
    vars(self)["size"]                 getattr(self, "size")

Where the dict itself is handed around, or is another object's, it stays: nothing is known of what is done with it.
"""

from __future__ import annotations

import ast
import copy
from typing import TypeVar

from adls.engine.frontend.scopes import FunctionNode

Node = TypeVar("Node", ast.expr, ast.stmt)
_BY_HAND = ("__set__", "__get__", "__setattr__", "__getattr__", "__getattribute__")
"""These go around what `setattr` and `getattr` would call."""


def by_attributes(function: FunctionNode) -> FunctionNode:
    """The function with its own instance's dict written out; itself where it does not name that."""
    if isinstance(function, ast.Lambda) or not function.args.args or function.decorator_list or (
            function.name in _BY_HAND):
        return function
    writer = _Writer(function.args.args[0].arg)
    if not any(writer.is_own_dict(node) for node in ast.walk(function)):
        return function
    made = copy.deepcopy(function)
    made.body = [each for statement in made.body for each in _listed(writer.visit(statement))]
    return ast.fix_missing_locations(made)


def _listed(found: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    return found if isinstance(found, list) else [found]


class _Writer(ast.NodeTransformer):
    """Reads and writes of one instance's dict, as attributes."""

    def __init__(self, instance: str) -> None:
        self.instance = instance

    def is_own_dict(self, node: ast.AST) -> bool:
        """Whether an expression is `self.__dict__` or `vars(self)`."""
        match node:
            case ast.Attribute(ast.Name(name), "__dict__") | ast.Call(ast.Name("vars"), [ast.Name(name)], []):
                return name == self.instance
            case _:
                return False

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        match node.value:
            case ast.Call(ast.Attribute(owner, "update"), [] | [_] as given, keywords) if self.is_own_dict(owner):
                mappings = [*given, *(each.value for each in keywords if each.arg is None)]
                walks = [_at(node, self._walk(self.visit(each))) for each in mappings]
                named = [self._set(node, ast.Constant(each.arg), self.visit(each.value))
                         for each in keywords if each.arg is not None]
                return [*walks, *named]
            case _:
                return self._inside(node)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        match node.targets:
            case [ast.Subscript(owner, key)] if self.is_own_dict(owner):
                return self._set(node, self.visit(key), self.visit(node.value))
            case _:
                return self._inside(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        match node.target:
            case ast.Subscript(owner, ast.Constant() as key) if self.is_own_dict(owner):
                old = _at(node, self._call("getattr", copy.deepcopy(key)))
                return self._set(node, key, _at(node, ast.BinOp(old, node.op, self.visit(node.value))))
            case _:
                return self._inside(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.ctx, ast.Load) and self.is_own_dict(node.value):
            return _at(node, self._call("getattr", self.visit(node.slice)))
        self.generic_visit(node)
        return node

    def _inside(self, node: ast.stmt) -> ast.stmt:
        self.generic_visit(node)
        return node

    def _call(self, name: str, *args: ast.expr) -> ast.Call:
        return ast.Call(ast.Name(name, ast.Load()), [ast.Name(self.instance, ast.Load()), *args], [])

    def _set(self, node: ast.stmt, key: ast.expr, value: ast.expr) -> ast.stmt:
        return _at(node, ast.Expr(_at(node, self._call("setattr", key, value))))

    def _walk(self, mapping: ast.expr) -> ast.stmt:
        name, value = f"{self.instance}_name", f"{self.instance}_value"
        target = ast.Tuple([ast.Name(name, ast.Store()), ast.Name(value, ast.Store())], ast.Store())
        items = ast.Call(ast.Attribute(mapping, "items", ast.Load()), [], [])
        put = ast.Expr(self._call("setattr", ast.Name(name, ast.Load()), ast.Name(value, ast.Load())))
        return ast.For(target, items, [put], [])


def _at(node: ast.AST, made: Node) -> Node:
    """What was made, with the place of what it stands for."""
    for each in ast.walk(made):
        if isinstance(each, ast.expr | ast.stmt) and not hasattr(each, "lineno"):
            ast.copy_location(each, node)
    return made
