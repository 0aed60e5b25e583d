"""Python's scoping rules: which names of a function are its own, captured from an enclosing one, or global."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Any, TypeAlias

from adls.engine.source.frozen import dataclass

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_MADE = {*FUNCTIONS, ast.GeneratorExp}
_NAMING = {"id", "arg", "name", "asname"}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one function. `free` are used in it, or in a function inside it, and bound in neither.

    `bound` are its parameters and what its body assigns, `assigned` the latter alone.
    """

    bound: frozenset[str]
    free: frozenset[str]
    declared_global: frozenset[str]
    declared_nonlocal: frozenset[str]
    assigned: frozenset[str]


def names_of(function: FunctionNode) -> Names:
    """The names that a function binds and uses; a comprehension's variables are neither."""
    collector = _Collector()
    for node in function.body if isinstance(function.body, list) else [function.body]:
        collector.visit(node)
    assigned = frozenset(collector.bound - collector.globals - collector.nonlocals)
    bound = assigned.union(argument.arg for argument in every_argument(function.args))
    free = frozenset(collector.used - bound - collector.globals | collector.nonlocals)
    return Names(bound, free, frozenset(collector.globals), frozenset(collector.nonlocals), assigned)


def every_argument(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters in the order of a code object's variables: positional, keyword-only, `*args`, `**kwargs`."""
    stars = [arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars]


def every_default(arguments: ast.arguments) -> list[ast.expr]:
    """The expressions of all defaults, in the order in which Python evaluates them."""
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]


def visible_names(enclosing: Iterable[ast.AST]) -> frozenset[str]:
    """What a function inside `enclosing` (outermost first) can capture: a class's own names are not among it."""
    visible: frozenset[str] = frozenset()
    for node in enclosing:
        if isinstance(node, FUNCTIONS):
            names = names_of(node)
            visible = (visible | names.bound) - names.declared_global
        elif isinstance(node, COMPREHENSIONS):
            visible |= comprehension_targets(node)
    return visible


def comprehension_targets(node: Comprehension) -> set[str]:
    """The loop variables of a comprehension."""
    stored = (name for generator in node.generators for name in ast.walk(generator.target))
    return {name.id for name in stored if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}


def makes_functions(function: FunctionNode, inside: Iterable[ast.AST] | None = None) -> bool:
    """Whether a function makes others, which may capture its variables; `inside` are its nodes where they are at
    hand."""
    nodes = nodes_of(function) if inside is None else inside
    return any(type(node) in _MADE and node is not function for node in nodes)


_NO_NODES = frozenset({int, str, float, complex, bytes, bool, type(None), type(...), ast.Load, ast.Store, ast.Del})
"""What most fields hold: positions, names, literals, and whether a name is read or bound."""


def nodes_of(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all in it, in no particular order."""
    todo = [node]
    while todo:
        found = todo.pop()
        yield found
        todo += parts_of(found)


def parts_of(node: ast.AST) -> list[ast.AST]:
    """The nodes directly in a node: several times as fast as `ast.iter_child_nodes`, which asks for each field."""
    found: list[ast.AST] = []
    for value in vars(node).values():
        kind = type(value)
        if kind in _NO_NODES:
            continue
        if kind is list:
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def identifiers(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every name that stands in a node of `nodes`: what a new variable must not be called."""
    for node in nodes:
        own = vars(node)
        for field_name in _NAMING & own.keys():
            if isinstance(own[field_name], str):
                yield own[field_name]


def mangled(function: FunctionNode, enclosing: Iterable[ast.AST]) -> FunctionNode:
    """The function with `__private` names as its class stores them; itself where it stands in no class."""
    classes = [node.name for node in enclosing if isinstance(node, ast.ClassDef)]
    owner = classes[-1].lstrip("_") if classes else ""
    if not owner or not any(_is_private(name) for name in _manglable(function)):
        return function
    renamed = copy.deepcopy(function)
    _Mangler(f"_{owner}").generic_visit(renamed)
    return renamed


@dataclass
class _Collector(ast.NodeVisitor):
    """Collects a function's names without entering the functions inside it, but for their free names."""

    bound: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    loops: list[set[str]] = field(default_factory=list)  # variables of the comprehensions around the node

    def generic_visit(self, node: ast.AST) -> None:
        """The nodes inside `node`, in any order; a sum of a thousand terms is as many levels deep."""
        todo = parts_of(node)
        while todo:
            inner = todo.pop()
            visitor = _VISITORS.get(type(inner))
            if visitor is None:
                todo += parts_of(inner)
            else:
                visitor(self, inner)

    def use(self, names: Iterable[str]) -> None:
        self.used.update(name for name in names if not any(name in loop for loop in self.loops))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.use([node.id])
        elif not any(node.id in loop for loop in self.loops):
            self.bound.add(node.id)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.bound.add(node.target.id)
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.used.add(node.target.id)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_ListComp(self, node: Comprehension) -> None:
        self.visit(node.generators[0].iter)
        self.loops.append(comprehension_targets(node))
        for generator in node.generators:
            for part in (generator.target, *generator.ifs):
                self.visit(part)
        for generator in node.generators[1:]:
            self.visit(generator.iter)
        for element in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(element)
        self.loops.pop()

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_Lambda(self, node: FunctionNode) -> None:
        for default in every_default(node.args):
            self.visit(default)
        self.use(names_of(node).free)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bound.add(node.name)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.visit_Lambda(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        inner = _Collector()
        inner.generic_visit(node)
        self.bound.add(node.name)
        self.use(inner.used)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.bound.update(imported_name(alias) for alias in node.names)

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.bound.update([node.name] if node.name else [])
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self.bound.update([node.name] if node.name else [])
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.bound.update([node.rest] if node.rest else [])
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self.globals.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.nonlocals.update(node.names)


_VISITORS: dict[type, Callable[[_Collector, Any], None]] = {
    getattr(ast, name.removeprefix("visit_")): visitor
    for name, visitor in vars(_Collector).items() if name.startswith("visit_")}


def imported_name(alias: ast.alias) -> str:
    """The variable that `import a.b` or `import a.b as c` binds."""
    return alias.asname or alias.name.partition(".")[0]


def _is_private(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__") and "." not in name


def _manglable(node: ast.AST) -> Iterator[str]:
    yield from identifiers(nodes_of(node))
    yield from (inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute))


class _Mangler(ast.NodeTransformer):
    """Gives each private name of a tree its class's prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name in ("id", "attr", "arg", "name", "asname"):
            value = getattr(node, name, None)
            if isinstance(value, str) and _is_private(value):
                setattr(node, name, self.prefix + value)
        return super().generic_visit(node)
