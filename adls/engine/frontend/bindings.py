"""What the statements of a module or class bind, read off their text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from adls.engine.frontend.scopes import COMPREHENSIONS, FUNCTIONS, imported_name
from adls.engine.source.frozen import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place where a name is bound, and how.

    `how` is "import" (`module`, and its `attribute` in a `from` import), "function" and "class" (by `node`), "value"
    (of the expression `node`), or "unknown": a loop's variable, a part of a tuple, what a function declares global.
    `sure` says that the statement runs whenever the module does. One that runs only in a script counts where there
    is no other.
    """

    name: str
    how: str
    node: ast.AST
    module: str = ""
    attribute: str = ""
    level: int = 0
    sure: bool = True
    script: bool = False


STAR = "*"
"""The name that `from module import *` is noted under."""


def bindings_of(body: Iterable[ast.stmt], *, sure: bool = True, script: bool = False) -> Iterator[Binding]:
    """The bindings of a block's statements in their order."""
    for statement in body:
        for found in _of_statement(statement):
            if sure and not script:
                yield found
            else:
                yield Binding(found.name, found.how, found.node, found.module, found.attribute, found.level,
                              sure and found.sure, script or found.script)


def _of_statement(node: ast.stmt) -> Iterator[Binding]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield Binding(node.name, "function", node)
        case ast.ClassDef():
            yield Binding(node.name, "class", node)
        case ast.Import():
            for alias in node.names:
                module = alias.name if alias.asname else alias.name.partition(".")[0]
                yield Binding(imported_name(alias), "import", node, module)
        case ast.ImportFrom():
            for alias in node.names:
                yield Binding(alias.asname or alias.name, "import", node, node.module or "", alias.name, node.level)
        case ast.Assign():
            yield from _assigned(node)
        case ast.AnnAssign(ast.Name(name), _, value):
            yield from _walruses(node)
            if value is not None:
                yield Binding(name, "value", value)
        case ast.If() | ast.Try() | ast.TryStar() | ast.With() | ast.AsyncWith():
            yield from _block(node)
        case _:
            yield from _unknown(node)


def _assigned(node: ast.Assign) -> Iterator[Binding]:
    yield from _walruses(node.value)
    for target in node.targets:
        match target, node.value:
            case ast.Name(name), _:
                yield Binding(name, "value", node.value)
            case (ast.Tuple(targets) | ast.List(targets)), (ast.Tuple(values) | ast.List(values)) if (
                    len(targets) == len(values) and not any(isinstance(e, ast.Starred) for e in (*targets, *values))):
                for each, value in zip(targets, values, strict=True):
                    yield from [Binding(each.id, "value", value)] if isinstance(each, ast.Name) else _unknown(each)
            case _:
                yield from _unknown(target)


def _block(node: ast.If | ast.Try | ast.TryStar | ast.With | ast.AsyncWith) -> Iterator[Binding]:
    """What a compound statement binds: what `with` and `try` surely run counts as sure."""
    match node:
        case ast.If():
            yield from _walruses(node.test)
            yield from bindings_of(node.body, sure=False, script=is_main_test(node.test))
            yield from bindings_of(node.orelse, sure=False)
        case ast.Try() | ast.TryStar():
            yield from bindings_of(node.body, sure=not node.handlers)
            for handler in node.handlers:
                yield from [Binding(handler.name, "unknown", handler, sure=False)] if handler.name else []
                yield from bindings_of(handler.body, sure=False)
            yield from bindings_of(node.orelse, sure=not node.handlers)
            yield from bindings_of(node.finalbody)
        case _:
            for item in node.items:
                yield from _unknown(item)
            yield from bindings_of(node.body)


def is_main_test(test: ast.expr) -> bool:
    """Whether a test is `__name__ == "__main__"`."""
    match test:
        case ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]):
            return True
        case ast.Compare(ast.Constant("__main__"), [ast.Eq()], [ast.Name("__name__")]):
            return True
    return False


def _unknown(node: ast.AST) -> Iterator[Binding]:
    """Every name that a node binds, as one of which nothing is known."""
    for inner in outside_functions(node):
        match inner:
            case ast.Name(name, ast.Store() | ast.Del()):
                yield Binding(name, "unknown", inner)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                yield Binding(name, "unknown", inner)
            case ast.Import(names) | ast.ImportFrom(names=names):
                for alias in names:
                    yield Binding(imported_name(alias), "unknown", inner)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield Binding(name, "unknown", inner)
            case ast.MatchMapping(rest=str(name)):
                yield Binding(name, "unknown", inner)


def _walruses(node: ast.AST) -> Iterator[Binding]:
    for inner in outside_functions(node):
        if isinstance(inner, ast.NamedExpr):
            yield Binding(inner.target.id, "unknown", inner)


def declared_global(node: ast.AST) -> Iterator[Binding]:
    """What functions inside a statement assign in the module: it may be anything at any time."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Global):
            for name in inner.names:
                yield Binding(name, "unknown", inner, sure=False)


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those in it, but for the bodies of functions and classes, and for comprehensions' own variables."""
    todo = [node]
    while todo:
        found = todo.pop()
        yield found
        if isinstance(found, (*FUNCTIONS, ast.ClassDef)):
            continue
        for child in ast.iter_child_nodes(found):
            if isinstance(found, COMPREHENSIONS) and isinstance(child, ast.comprehension):
                todo += [child.iter, *child.ifs]
            else:
                todo.append(child)
