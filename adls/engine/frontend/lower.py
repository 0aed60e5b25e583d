"""Python's syntax tree to the IR: one definition, in A-normal form and in Python's own order of evaluation."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from adls.engine.frontend import (
    calls,
    choices,
    closures,
    comprehensions,
    expressions,
    patterns,
    statements,
    targets,
)
from adls.engine.frontend.boxes import boxed
from adls.engine.frontend.builder import Builder, Lowering, Scope
from adls.engine.frontend.functions import function, stored_default
from adls.engine.frontend.memos import memoised
from adls.engine.frontend.own_dict import by_attributes
from adls.engine.frontend.scopes import FunctionNode, makes_functions, mangled, visible_names
from adls.engine.ir.entities import Resolver
from adls.engine.ir.ops import Function
from adls.engine.source.diagnostics import Diagnostic
from adls.engine.source.text import SourceFile

LOWERING = Lowering(
    expressions={
        ast.Constant: expressions.constant,
        ast.Name: expressions.name,
        ast.Attribute: expressions.attribute,
        ast.BinOp: expressions.binary,
        ast.UnaryOp: expressions.unary,
        ast.Subscript: expressions.subscript,
        ast.Slice: expressions.slice_,
        ast.Tuple: expressions.sequence,
        ast.List: expressions.sequence,
        ast.Set: expressions.sequence,
        ast.Dict: expressions.dictionary,
        ast.Call: calls.call,
        ast.JoinedStr: expressions.formatted,
        ast.BoolOp: choices.boolean,
        ast.IfExp: choices.ternary,
        ast.Compare: choices.comparison,
        ast.NamedExpr: choices.walrus,
        ast.ListComp: comprehensions.comprehension,
        ast.SetComp: comprehensions.comprehension,
        ast.DictComp: comprehensions.comprehension,
        ast.GeneratorExp: closures.generator,
        ast.Lambda: closures.lambda_,
        ast.Await: closures.await_,
        ast.Yield: closures.yield_,
        ast.YieldFrom: closures.yield_,
    },
    into={
        ast.IfExp: choices.ternary_into,
        ast.ListComp: comprehensions.comprehension_into,
        ast.SetComp: comprehensions.comprehension_into,
        ast.DictComp: comprehensions.comprehension_into,
    },
    statements={
        ast.Expr: statements.expression,
        ast.Assign: targets.assignment,
        ast.AnnAssign: targets.annotated,
        ast.AugAssign: targets.augmented,
        ast.Delete: targets.delete,
        ast.Pass: statements.pass_,
        ast.Global: statements.pass_,
        ast.Nonlocal: statements.nonlocal_,
        ast.Return: statements.return_,
        ast.Raise: statements.raise_,
        ast.Break: statements.break_,
        ast.Continue: statements.continue_,
        ast.If: statements.if_,
        ast.For: statements.for_,
        ast.While: statements.while_,
        ast.Try: statements.try_,
        ast.TryStar: statements.try_star,
        ast.With: statements.with_,
        ast.Assert: choices.assertion,
        ast.Match: patterns.match,
        ast.Import: statements.import_,
        ast.ImportFrom: statements.import_from,
        ast.FunctionDef: closures.definition,
        ast.ClassDef: closures.class_,
        ast.AsyncFunctionDef: closures.async_statement,
        ast.AsyncFor: closures.async_statement,
        ast.AsyncWith: closures.async_statement,
    },
)


def lower(definition: FunctionNode, source: SourceFile, qualname: str, resolver: Resolver,
          enclosing: tuple[ast.AST, ...] = (), captured: Iterable[str] | None = None
          ) -> tuple[Function | None, tuple[Diagnostic, ...]]:
    """A definition as a function of the IR, or what stands against it.

    `enclosing` are the scopes around it, outermost first: they say which names it captures, where the code's own
    `captured` names are not known.
    """
    problems: list[Diagnostic] = []
    node: Any = by_attributes(mangled(definition, enclosing))
    if makes_functions(node):
        node = boxed(memoised(node, resolver))
    scope = Scope(resolver, visible_names(enclosing) if captured is None else frozenset(captured))
    builder = Builder(node, source, qualname, scope, LOWERING, problems)
    lowered = function(builder, stored_default(getattr(node, "name", "<lambda>")))
    return (None if problems else lowered), tuple(problems)
