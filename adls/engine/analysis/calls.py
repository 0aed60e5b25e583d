"""Calls that could be a function's example call: written in its file, in its tests, or made up from its parameters.

All of them can be evaluated at the top of the function's module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from adls.engine.analysis.inlining import LONGEST, Translation, Unsayable, local_values
from adls.engine.analysis.inventing import chosen_argument, invented
from adls.engine.analysis.model import Candidate
from adls.engine.analysis.moment import Moment
from adls.engine.frontend.bindings import is_main_test
from adls.engine.frontend.modules import Defined, Module, Thing, bound_by, dotted, library_of
from adls.engine.frontend.static import StaticResolver
from adls.engine.frontend.texts import python_files
from adls.engine.source.chunks import parsed
from adls.engine.source.frozen import dataclass

MOST = 12
"""How many calls are worth a choice."""
MOST_FILES = 3000
_GRADIENTS = frozenset({"adls.grad", "adls.value_and_grad"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A call where it stands: the blocks around it, outermost first, and whether only a script runs it."""

    call: ast.Call
    blocks: tuple[Sequence[ast.stmt], ...]
    script: bool


def candidates(moment: Moment, path: str, qualname: str) -> tuple[Candidate, ...]:
    """Calls of a function, the best first. Never raises."""
    found: dict[str, Candidate] = {}
    try:
        for each in _candidates(moment, path, qualname):
            if len(each.expression) <= LONGEST:
                found.setdefault(each.expression, each)
            if len(found) >= MOST:
                break
    except Exception:  # Whatever the texts are, what was found until then is given.
        pass
    return tuple(found.values())


def _candidates(moment: Moment, path: str, qualname: str) -> Iterator[Candidate]:
    module = moment.module(path)
    defined = StaticResolver(module).find(qualname) if module is not None else None
    if module is None or defined is None:
        return
    for info in (info for _, info in moment.examples(module)):
        if info.function == qualname and info.expression and not info.problem:
            yield Candidate(info.expression, "example", path, info.span.line)
    def told(found: Candidate) -> Candidate:
        return replace(found, expression=with_argnums(moment, defined, found.expression))

    own = sorted(_written(module, defined), key=lambda each: each.where != "file")
    yield from map(told, own)
    # Tests import what they test from where it stands, however they find it.
    moment.project.folders = (module.place.folder,)
    for test in _tests(moment, module, defined):
        for each in _written(test, defined):
            yield told(Candidate(each.expression, "tests", test.path, each.line))
    for expression in invented(moment, defined):
        yield told(Candidate(expression, "annotations", path, 0))


def with_argnums(moment: Moment, defined: Defined, expression: str) -> str:
    """A call, with what is to be differentiated before it where that is not the first argument."""
    chosen = chosen_argument(moment, defined, expression)
    return f"[argnums={chosen}]: {expression}" if chosen else expression


def written_call(moment: Moment, module: Module, qualname: str) -> Candidate | None:
    """The first call of a function in its own file, where a script's calls come last. Never raises."""
    try:
        defined = StaticResolver(module).find(qualname)
        found = sorted(_written(module, defined), key=lambda each: each.where != "file") if defined is not None else []
    except Exception:  # Whatever the text is, there may be no call.
        return None
    return next((each for each in found if len(each.expression) <= LONGEST), None)


def _written(origin: Module, defined: Defined) -> Iterator[Candidate]:
    """The calls of a function that a file holds."""
    name = defined.qualname.rpartition(".")[2]
    names = {name, *(binding.name for chunk in origin.chunks.chunks for binding in bound_by(chunk)
                     if binding.attribute == name)}
    for before, chunk in origin.placed():
        if names.isdisjoint(chunk.words):
            continue
        tree = parsed("\n" * before + "".join(chunk.lines))
        for place in _calls(tree.body, (), False):
            call = _called(origin, defined, place.call)
            if call is None:
                continue
            local = local_values(place.blocks, place.call.lineno)
            try:
                expression = Translation(origin, defined.module, local).expression(call)
            except (Unsayable, RecursionError):
                continue
            text = ast.unparse(ast.fix_missing_locations(expression))
            yield Candidate(text, "main" if place.script else "file", origin.path, place.call.lineno)


def _called(origin: Module, defined: Defined, call: ast.Call) -> ast.Call | None:
    """A call of a function, or of its gradient, as a call of the function."""
    func: ast.expr = call.func
    if isinstance(func, ast.Call) and func.args and library_of(_look(origin, func.func)) in _GRADIENTS:
        func = func.args[0]
    found = _look(origin, func)
    if not isinstance(found, Defined) or found.module is not defined.module or found.qualname != defined.qualname:
        return None
    if any(isinstance(keyword.value, ast.Await) for keyword in call.keywords):
        return None
    return ast.Call(func, call.args, call.keywords)


def _look(origin: Module, node: ast.expr) -> Thing | None:
    path = dotted(node)
    return origin.project.look(origin, path) if path else None


def _calls(body: Sequence[ast.stmt], blocks: tuple[Sequence[ast.stmt], ...], script: bool) -> Iterator[_Place]:
    """The calls in a block. `blocks` are those whose names are not the module's, itself included."""
    for statement in body:
        for node in _expressions(statement):
            if isinstance(node, ast.Call):
                yield _Place(node, blocks, script)
        main = isinstance(statement, ast.If) and is_main_test(statement.test)
        inside = blocks or main or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        for block in _blocks(statement):
            yield from _calls(block, (*blocks, block) if inside else (), script or main)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for inner in [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
        yield inner.body


def _expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that belong to no statement inside it."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        yield node
        todo += [child for child in ast.iter_child_nodes(node)
                 if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.Lambda)]


def _tests(moment: Moment, module: Module, defined: Defined) -> Iterator[Module]:
    """Files of tests in the workspace that speak of a function and import its module."""
    name = defined.qualname.rpartition(".")[2]
    folder = Path(module.place.folder)
    folders = [folder, *(each for each in (folder.parent / "tests", folder.parent / "test") if each.is_dir())]
    opened = [path for path in moment.texts.opened if _is_test(path)]
    paths = [*opened, *(path for each in folders for path in python_files(str(each), MOST_FILES) if _is_test(path))]
    for path in dict.fromkeys(paths):
        source = moment.texts.read(path)
        if path == module.path or source is None or name not in source.text:
            continue
        found = moment.module(path)
        if found is not None:
            yield found


def _is_test(path: str) -> bool:
    file = Path(path)
    return file.suffix == ".py" and (file.stem.startswith("test_") or file.stem.endswith("_test")
                                     or file.parent.name in ("tests", "test"))
