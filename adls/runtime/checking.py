"""`check_gradient`: a gradient against central differences, and the first line whose adjoint disagrees."""

from __future__ import annotations

import ast
import copy
import inspect
import itertools
import linecache
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType, FunctionType, MethodType
from typing import Any

import numpy as np

from adls.engine.source.diagnostics import DifferentiationError
from adls.runtime.gradients import pullback

_MOST_LINES = 200
_STEP = 1e-6
_numbers = itertools.count()


def check_gradient(f: Callable[..., Any], *args: Any, rtol: float = 1e-4, atol: float = 1e-6) -> None:
    """Compare f's gradient at `args` with central differences; for users' tests.

    Each argument that holds floats is moved in two random directions, and so is the result's cotangent chosen: f may
    give numbers, arrays, and structures of them. It must be defined around `args`: beside a kink the two disagree.

    Raises AssertionError where they disagree by more than `atol + rtol * |difference|`, which names the argument and,
    where one can be found, the first line of f whose adjoint disagrees. Raises DifferentiationError where f cannot be
    differentiated.
    """
    wrong = _disagreement(f, args, rtol, atol)
    if wrong is None:
        return
    line = _first_wrong_line(f, args, rtol, atol)
    where = f"\n{line}" if line else ""
    raise AssertionError(f"the gradient of `{getattr(f, '__name__', f)}` with respect to {wrong.name} is "
                         f"{wrong.adjoint:.8g} along a random direction, and central differences give "
                         f"{wrong.difference:.8g}{where}")


@dataclass(frozen=True)
class _Wrong:
    """Two derivatives along one direction that should be equal."""

    name: str
    adjoint: float
    difference: float


def _disagreement(f: Callable[..., Any], args: tuple[Any, ...], rtol: float, atol: float) -> _Wrong | None:
    random = np.random.default_rng(0)
    value, back = pullback(f, *copy.deepcopy(args))
    seed = _direction(value, random)
    cotangents = back(seed)
    for position, (cotangent, arg) in enumerate(zip(cotangents, args, strict=False)):
        for _ in range(2):
            direction = _direction(arg, random)
            if direction is None:
                continue
            ends = []
            for sign in (1.0, -1.0):
                moved = list(copy.deepcopy(args))
                moved[position] = _moved(moved[position], direction, sign * _STEP)
                ends.append(_inner(seed, f(*moved)))
            adjoint, difference = _inner(cotangent, direction), (ends[0] - ends[1]) / (2 * _STEP)
            if not abs(adjoint - difference) <= atol + rtol * abs(difference):
                return _Wrong(_name_of(f, position), adjoint, difference)
    return None


def _name_of(f: Callable[..., Any], position: int) -> str:
    try:
        return f"`{list(inspect.signature(f).parameters)[position]}`"
    except (IndexError, TypeError, ValueError):
        return f"argument {position}"


def _direction(value: Any, random: np.random.Generator) -> Any:
    """A random tangent of a value; None for what holds no floats."""
    if isinstance(value, np.ndarray | np.inexact) and value.dtype.kind in "fc":
        made = random.normal(size=np.shape(value))
        made = made + 1j * random.normal(size=np.shape(value)) if value.dtype.kind == "c" else made
        return made.astype(value.dtype) if isinstance(value, np.ndarray) else value.dtype.type(made)
    if isinstance(value, float):
        return float(random.normal())
    if isinstance(value, complex):
        return complex(random.normal(), random.normal())
    if isinstance(value, dict):
        return {key: _direction(item, random) for key, item in value.items()}
    if isinstance(value, tuple | list):
        items = [_direction(item, random) for item in value]
        return items if isinstance(value, list) else type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if hasattr(value, "__dict__") and not isinstance(value, FunctionType | type) and _direction(vars(value), random):
        made = copy.copy(value)
        vars(made).update(_direction(vars(value), random))
        return made
    return None


def _moved(value: Any, direction: Any, step: float) -> Any:
    if direction is None:
        return value
    if isinstance(value, dict):
        return {key: _moved(item, direction[key], step) for key, item in value.items()}
    if isinstance(value, tuple | list):
        items = [_moved(item, each, step) for item, each in zip(value, direction, strict=True)]
        return items if isinstance(value, list) else type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, np.ndarray | np.generic | float | complex):
        return value + np.asarray(step, np.asarray(value).real.dtype) * direction
    vars(value).update(_moved(vars(value), vars(direction), step))
    return value


def _inner(one: Any, two: Any) -> float:
    """The sum of the products of all numbers in two values of one structure."""
    if one is None or two is None:
        return 0.0
    if isinstance(one, dict):
        return sum(_inner(one[key], two[key]) for key in one)
    if isinstance(one, tuple | list):
        return sum(map(_inner, one, two))
    if isinstance(one, np.ndarray | np.generic | float | complex):
        return float(np.real(np.sum(one * two)))
    return _inner(vars(one), vars(two)) if hasattr(one, "__dict__") else 0.0


# The first line


def _first_wrong_line(f: Callable[..., Any], args: tuple[Any, ...], rtol: float, atol: float) -> str:
    """The first statement whose own adjoint disagrees, of those that ran, with the variables that it had."""
    function = f.__func__ if isinstance(f, MethodType) else f
    if not isinstance(function, FunctionType) or function.__code__.co_name == "<lambda>":
        return ""  # A lambda is one expression, and its source is the statement of the program around it.
    try:
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, SyntaxError, TypeError):
        return ""
    for line, statement, variables in _ran(f, function, args, tree, first):
        made, names = _as_function(statement, variables, function)
        given = tuple(variables[name] for name in names)
        try:
            wrong = _disagreement(made, given, rtol, atol)
        except (DifferentiationError, Exception):
            continue
        if wrong is not None:
            place = f"{function.__code__.co_filename}:{line}"
            return f"  the first line whose adjoint disagrees: {place}: {ast.unparse(statement)}"
    return ""


def _ran(f: Callable[..., Any], function: FunctionType, args: tuple[Any, ...], tree: ast.Module, first: int
         ) -> Iterator[tuple[int, ast.stmt, dict[str, Any]]]:
    """Each simple statement that runs, at its first time, with copies of the variables before it."""
    simple = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr
    at = {node.lineno + first - 1: node for node in ast.walk(tree) if isinstance(node, simple)}
    seen: dict[int, dict[str, Any]] = {}

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        if frame.f_code is not function.__code__:
            return None
        if event == "line" and frame.f_lineno in at and frame.f_lineno not in seen and len(seen) < _MOST_LINES:
            held = {name: value for name, value in frame.f_locals.items() if _holds(value)}
            seen[frame.f_lineno] = copy.deepcopy(held)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        f(*copy.deepcopy(args))
    finally:
        sys.settrace(before)
    for line, variables in seen.items():
        yield line, at[line], variables


def _holds(value: Any) -> bool:
    """Whether a variable can be handed to a statement by itself."""
    return isinstance(value, np.ndarray | np.generic | float | int | complex | str | tuple | list | dict | None) or (
        callable(value) or hasattr(value, "__dict__"))


def _as_function(statement: ast.stmt, variables: dict[str, Any], around: FunctionType
                 ) -> tuple[Callable[..., Any], list[str]]:
    """A statement as a function of the variables that it names, which gives all of them back."""
    names = [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
    given = list(dict.fromkeys(name for name in names if name in variables))
    stored = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if isinstance(statement, ast.Return):
        text = f"    {ast.unparse(statement)}\n"
    else:
        held = [name for name in given if isinstance(variables[name], np.ndarray | list | dict)]
        back = ", ".join(dict.fromkeys([*sorted(stored), *held]))
        text = f"    {ast.unparse(statement)}\n    return ({back}{',' if back else ''})\n"
    text = f"def statement({', '.join(given)}):\n{text}"
    file = f"<adls check {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    module = dict(around.__globals__)
    exec(compile(text, file, "exec"), module)
    made: Callable[..., Any] = module["statement"]
    return made, given
