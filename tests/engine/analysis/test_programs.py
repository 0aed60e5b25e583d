"""The programs of tests/programs by both resolvers: the same IR and adjoints, and no problem that a run has not."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

import adls.runtime
from adls.engine.analysis.arguments import EXAMPLE, Arguments
from adls.engine.analysis.findings import certain
from adls.engine.analysis.moment import Moment
from adls.engine.frontend.live import LiveResolver, target_of
from adls.engine.frontend.static import StaticResolver
from adls.engine.frontend.texts import Texts
from adls.engine.ir.types import Callable, Dict, List, Tuple, Type
from adls.engine.source.diagnostics import DifferentiationError
from adls.engine.typed import typed_listing
from adls.runtime.calling import bind
from adls.runtime.typeof import typeof
from tests.programs import polynomials
from tests.programs.test_programs import MODULES

ROOT = Path(__file__).resolve().parents[3]
# A lambda's name has its place, which a run takes from its code. Of a module's dict nothing is read, nor of what
# `contextlib.contextmanager` makes of a function, of a method's defaults, and of the classes of a library's objects.
# An instance that leads to itself has no type when it runs, and one to some depth in the text.
OTHERWISE = {"lambda_default", "parts_of_what_only_the_run_knows", "ctx_early", "functions_as_defaults_of_methods",
             "texts_and_instances_choose", "tree_of_objects", "decorated_with_state", "frozen_elsewhere",
             "rows_of_unknown_rank", "numbers_of_unknown_rank",
             "views_of_rows_of_unknown_rank", "model_of_the_module", "functions_that_a_class_holds",
             "decorated_recursion", "a_captured_generator", "widened_and_narrowed", "widened_by_the_caller",
             "the_first_two_of_three"}
"""What only the run knows."""


def workspace(module: ModuleType) -> tuple[Moment, StaticResolver]:
    moment = Moment(Texts())
    moment.project.folders = (str(ROOT),)
    found = moment.module(str(module.__file__))
    assert found is not None
    return moment, StaticResolver(found)


def plain(text: str) -> str:
    """Without what a folder without `__init__.py` leaves out of a module's name, and what line breaks hang on it."""
    broken = (r"\(\n# +", "("), (r",\n# +\)", ")"), (r",\n# +", ", ")
    for pattern, meant in ((r"tests\.|@\d+:\d+(#\d+)?", ""), *broken):
        text = re.sub(pattern, meant, text)
    return text


READ_BY_TEXT = [module for module in MODULES if module is not polynomials]
"""All but what is differentiated from NumPy's own Python, which is not read before it runs."""


@pytest.mark.parametrize("module", READ_BY_TEXT, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_function_is_lowered_alike(module: ModuleType) -> None:
    moment, static = workspace(module)
    compared = 0
    for qualname in moment.reads.contents(static.module).functions:
        function = getattr(module, qualname, None)
        defined = static.find(qualname)
        if defined is None or not isinstance(function, FunctionType) or function.__name__ != qualname:
            continue
        compared += 1
        assert static.lowered(static.target(defined)) == LiveResolver(function, typeof).lowered(target_of(function))
    assert compared > 2


def renamed(t: Type) -> Type:
    """A type with the names of classes as a folder without `__init__.py` makes them."""
    match t:
        case Dict(_, tuple(entries)):
            return replace(t, items=tuple((key, renamed(item)) for key, item in entries), cls=plain(t.cls))
        case Tuple(items) | List(_, tuple(items)):
            return replace(t, items=tuple(map(renamed, items)))
        case Callable(target, cells):
            return Callable(target.removeprefix("tests."), tuple(map(renamed, cells)))
        case _:
            return t


@pytest.mark.parametrize("module", READ_BY_TEXT, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_adjoint_is_alike_and_no_problem_is_made_up(module: ModuleType) -> None:
    moment, static = workspace(module)
    for name in static.module.names:
        static.resolve(name)  # An argument's class is known by having been met.
    for case in module.PROGRAMS:
        defined = static.find(getattr(case.function, "__qualname__", ""))
        function = moment.lowered(defined)[0] if defined is not None else None
        if defined is None or function is None:
            continue
        values = bind(case.function, case.args, {})
        types = tuple(renamed(typeof(value, param.var.name))
                      for param, value in zip(function.params, values, strict=True))
        active = frozenset(n % len(values) for n in case.argnums)
        found = moment.differentiated(defined, Arguments(types, EXAMPLE, active))
        assert found is not None
        try:
            shown = adls.runtime.listing(case.function, *case.args, argnums=case.argnums)
        except DifferentiationError:
            continue
        except Exception:  # The program itself is one that is not right yet.
            continue
        problems = [each for each in certain(found) if each.kind.code != "unresolved-name"]
        assert not problems, case.name
        if case.function.__name__ not in OTHERWISE and not found.diagnostics:
            text = typed_listing(found.adjoints, found.key, found.names, once=True).text
            differences = difflib.unified_diff(plain(shown).splitlines(), plain(text).splitlines(), lineterm="", n=0)
            assert list(differences) == [], case.name
