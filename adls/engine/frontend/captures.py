"""When a captured variable may be taken by value: where Python, which reads it at each call, finds the same value."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import TypeAlias

from adls.engine.frontend.scopes import (
    Comprehension,
    FunctionNode,
    comprehension_targets,
    every_argument,
    every_default,
    imported_name,
    names_of,
)
from adls.engine.source.frozen import dataclass

Position: TypeAlias = tuple[int, int]
Loops: TypeAlias = tuple[ast.AST, ...]

_KEEPERS = {"append", "add", "insert", "extend", "setdefault", "update", "put", "register", "connect", "push"}


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the text, with the loops around it from the outermost in."""

    position: Position
    loops: Loops


@dataclass(frozen=True, slots=True)
class Use:
    """One reading of a variable; `passing`: it is called, or handed to a call, and kept by nobody.

    `result` is the variable that holds what the call returns: perhaps a function over what it was handed.
    """

    place: Place
    passing: bool
    called: bool = False
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """A lambda or nested function: where it is made, the variable that holds it, and how it is used if it has none."""

    node: FunctionNode
    place: Place
    name: str | None
    passing: bool
    result: str | None
    scopes: tuple[Comprehension, ...]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A captured variable whose value at the time of a call may be another; `early`: it has none yet."""

    node: FunctionNode
    name: str
    early: bool


def unsettled(function: FunctionNode) -> Iterator[Unsettled]:
    """The variables that functions inside `function` capture, and that cannot be taken by value."""
    survey = _Survey()
    survey.begin(function)
    bound = names_of(function).bound
    for capture in survey.captures:
        for name in sorted(names_of(capture.node).free):
            scope = next((s for s in reversed(capture.scopes) if name in comprehension_targets(s)), None)
            if scope is None and name not in bound:
                continue
            places = survey.bindings.get((scope, name), [])
            if not any(place.position <= capture.place.position for place in places):
                yield Unsettled(capture.node, name, early=True)
            elif not all(survey.is_harmless(capture, place) for place in places):
                yield Unsettled(capture.node, name, early=False)


@dataclass
class _Survey(ast.NodeVisitor):
    """Where a function's variables are bound and read, and where functions are made in it."""

    bindings: dict[tuple[Comprehension | None, str], list[Place]] = field(default_factory=dict)
    uses: dict[str, list[Use]] = field(default_factory=dict)
    captures: list[Capture] = field(default_factory=list)
    loops: Loops = ()
    scopes: tuple[Comprehension, ...] = ()
    effective: Position | None = None  # where an assignment's targets are set: at the end of its statement
    passing: set[int] = field(default_factory=set)  # expressions that a call uses on the spot
    called: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)  # calls whose values are put where they live on
    holder: dict[int, str] = field(default_factory=dict)  # the variable that an expression is assigned to
    result: dict[int, str] = field(default_factory=dict)  # the variable that holds what a call made of an expression

    def begin(self, function: FunctionNode) -> None:
        for argument in every_argument(function.args):
            self.bind(argument.arg, (0, 0))
        for node in function.body if isinstance(function.body, list) else [function.body]:
            self.visit(node)

    def is_harmless(self, capture: Capture, binding: Place) -> bool:
        """Whether what `binding` sets after the capture is seen by no call of the function."""
        shared = _shared(capture.place.loops, binding.loops)
        if binding.position <= capture.place.position and not shared:
            return True
        last = self.last_use(capture, shared)
        return last is not None and (binding.position <= capture.place.position or binding.position >= last)

    def last_use(self, capture: Capture, loops: Loops) -> Position | None:
        """Where the function is used for the last time, if it surely dies before `loops` come round again."""
        start = capture.place.position
        if capture.name is None and not capture.passing:
            return None
        uses = list(self.uses_through(capture.name, capture.result, frozenset()))
        if any(use is None for use in uses):
            return None
        known = [use for use in uses if use is not None]
        if all(use.passing and use.place.position > start and use.place.loops[: len(loops)] == loops for use in known):
            return max((use.place.position for use in known), default=start)
        return None

    def uses_through(self, name: str | None, result: str | None, seen: frozenset[str]) -> Iterator[Use | None]:
        """The uses of a function by its name, and of what it was handed to and gave back a function; None: unknown."""
        if name is not None and name not in seen:
            if len(self.bindings.get((None, name), [])) != 1:
                yield None
            for use in self.uses.get(name, []):
                yield use
                yield from self.uses_through(None, use.result, seen | {name})
        if result is not None and any(use.called for use in self.uses.get(result, [])):
            yield from self.uses_through(result, None, seen)

    def bind(self, name: str, position: Position) -> None:
        scope = next((s for s in reversed(self.scopes) if name in comprehension_targets(s)), None)
        self.bindings.setdefault((scope, name), []).append(Place(position, self.loops))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            place = Place(_start(node), self.loops)
            use = Use(place, id(node) in self.passing, id(node) in self.called, self.result.get(id(node)))
            self.uses.setdefault(node.id, []).append(use)
        else:
            self.bind(node.id, self.effective or _start(node))

    def visit_Assign(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr) -> None:
        if node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if len(targets) == 1 and isinstance(targets[0], ast.Name):
                self.holder[id(node.value)] = targets[0].id
            if any(isinstance(target, ast.Attribute | ast.Subscript) for target in targets):
                self.kept.add(id(node.value))
            self.visit(node.value)
            self.effective = _end(node)
            for target in targets:
                self.visit(target)
            self.effective = None

    visit_AugAssign = visit_AnnAssign = visit_NamedExpr = visit_Assign

    def visit_Call(self, node: ast.Call) -> None:
        self.passing.add(id(node.func))
        self.called.add(id(node.func))
        values = [*node.args, *(key.value for key in node.keywords)]
        handed = [id(value) for value in values]
        if isinstance(node.func, ast.Attribute) and node.func.attr in _KEEPERS:
            self.kept.update(handed)
        elif id(node) in self.kept:  # It may be a function over what it was made of, or hold it.
            self.passing.update(id(value) for value in values if isinstance(value, ast.GeneratorExp))
        else:
            self.passing.update(handed)
            if id(node) in self.holder:
                self.result.update(dict.fromkeys(handed, self.holder[id(node)]))
        self.generic_visit(node)

    def visit_List(self, node: ast.List | ast.Tuple | ast.Set | ast.Dict) -> None:
        self.kept.update(map(id, node.values if isinstance(node, ast.Dict) else node.elts))
        self.generic_visit(node)

    visit_Tuple = visit_Set = visit_Dict = visit_List

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self.effective = _start(node)  # What a generator expression yields stands before its loop in the text.
        self.inside(node, [node.target])
        self.effective = None
        self.inside(node, node.body)
        self.visit_all(node.orelse)

    def visit_While(self, node: ast.While) -> None:
        self.inside(node, [node.test, *node.body])
        self.visit_all(node.orelse)

    def visit_ListComp(self, node: Comprehension) -> None:
        self.visit(node.generators[0].iter)
        self.scopes = (*self.scopes, node)
        inner: list[ast.AST] = []
        for index, generator in enumerate(node.generators):
            inner += [*([generator.iter] if index else []), generator.target, *generator.ifs]
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        if not isinstance(node, ast.GeneratorExp):
            # A comprehension's variable cannot become a cell: what is no class is taken to keep nothing.
            self.kept.update(id(each) for each in elements if _makes_an_object(each))
        inner += elements
        self.inside_comprehension(node, inner)
        self.scopes = self.scopes[:-1]

    visit_SetComp = visit_DictComp = visit_ListComp

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        """A generator captures what it reads until it has been walked over, but not what its first loop is over."""
        first, *rest = node.generators
        first = ast.comprehension(first.target, ast.copy_location(ast.Constant(None), first.iter), first.ifs, 0)
        late = ast.copy_location(ast.GeneratorExp(node.elt, [first, *rest]), node)
        made = ast.copy_location(ast.Lambda(ast.arguments([], [], None, [], [], None, []), late), node)
        place, result = Place(_start(node), self.loops), self.result.get(id(node))
        passing = id(node) in self.passing
        self.captures.append(Capture(made, place, self.holder.get(id(node)), passing, result, self.scopes))
        self.visit_ListComp(node)

    def inside_comprehension(self, node: Comprehension, parts: list[ast.AST]) -> None:
        """A comprehension's element stands before its loop in the text, but is evaluated after it is bound."""
        for name in comprehension_targets(node):
            self.bindings.setdefault((node, name), []).append(Place(_start(node), (*self.loops, node)))
        self.inside(node, parts)

    def inside(self, loop: ast.AST, nodes: Sequence[ast.AST]) -> None:
        outer, self.loops = self.loops, (*self.loops, loop)
        self.visit_all(nodes)
        self.loops = outer

    def visit_all(self, nodes: Sequence[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def visit_Lambda(self, node: FunctionNode) -> None:
        for default in every_default(node.args):
            self.visit(default)
        name = node.name if not isinstance(node, ast.Lambda) else self.holder.get(id(node))
        place = Place(_start(node), self.loops)
        result = self.result.get(id(node))
        self.captures.append(Capture(node, place, name, id(node) in self.passing, result, self.scopes))
        for used in names_of(node).free:
            self.uses.setdefault(used, []).append(Use(Place(_start(node), self.loops), passing=False))

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.visit_all(node.decorator_list)
        self.visit_Lambda(node)
        self.bind(node.name, _end(node))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.bind(imported_name(alias), _end(node))

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bind(node.name, _start(node))
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self.bind(node.name, _start(node))
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs


def _makes_an_object(node: ast.expr) -> bool:
    """Whether a call is, by its name, that of a class."""
    called = node.func if isinstance(node, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name[:1].isupper() or name == "partial"


def _shared(first: Loops, second: Loops) -> Loops:
    """The loops that two places stand in together."""
    common = [one for one, other in zip(first, second, strict=False) if one is other]
    return tuple(common)


def _start(node: ast.AST) -> Position:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> Position:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
