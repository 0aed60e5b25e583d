"""Rows evaluated on real values: which row a call takes, and what its formulas give."""

from __future__ import annotations

import ast
import builtins
import cmath
import importlib
import inspect
import math
import operator
from functools import cache
from typing import Any

import numpy as np
import pytest

import adls.runtime.formulas as runtime
from adls.engine.rules.row import Row
from adls.engine.rules.table import lookup
from adls.runtime.cotangents import unbroadcast
from tests.engine.rules.examples import Call

METADATA = ("shape", "ndim", "dtype", "size")
# Where the first row asks whether an operand was left out, which a call's text always tells, the others need not
# hold too.
DECIDED = (
    "numpy.average", "numpy.linalg.qr", "runtime.trapezoid", "scipy.integrate.trapezoid",
    "numpy.trapezoid", "numpy.trapz", "numpy.linalg.svd",
    "scipy.special.logsumexp", "scipy.linalg.eigh",
    "scipy.linalg.svd", "scipy.integrate.simpson", "scipy.integrate.cumulative_trapezoid",
)
SHAPE_FUNCTIONS = ("runtime.shapes", "np.shape")


def callable_of(name: str) -> Any:
    """The function that a canonical name stands for; skips the test where this NumPy or Python has none."""
    module, _, attribute = name.partition(".")
    if module == "ndarray":
        if not hasattr(np.ndarray, attribute):
            pytest.skip(f"no {name} here")
        return lambda a, *args, **kwargs: _method(getattr(a, attribute), args, kwargs)
    if module == "Generator":
        return lambda *args, **kwargs: getattr(np.random.default_rng(1), attribute)(*args, **kwargs)
    root: Any = {"numpy": np, "math": math, "cmath": cmath, "operator": operator, "builtins": builtins,
                 "runtime": runtime}.get(module)
    if module == "scipy":
        pytest.importorskip("scipy")
        home, _, attribute = attribute.rpartition(".")
        root = _scipy_home(home)
    if name.startswith("numpy.random."):
        return lambda *args, **kwargs: _seeded(root.random, attribute.partition(".")[2], args, kwargs)
    for part in attribute.split("."):
        if not hasattr(root, part):
            pytest.skip(f"no {name} here")
        root = getattr(root, part)
    if name.endswith("_are"):
        return lambda a, b, q, r: root(a, b, 0.5 * (q + q.T), 0.5 * (r + r.T))  # It raises for others.
    if name == "scipy.linalg.eigh":
        return _signed(root)
    return _written(root) if name.endswith((".at", ".put_along_axis", ".scatter_add")) else root


def _seeded(random: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    random.seed(1)
    return getattr(random, name)(*args, **kwargs)


def _scipy_home(path: str) -> Any:
    """A module of SciPy's, or a distribution in one."""
    module, _, distribution = path.partition(".")
    root = importlib.import_module(f"scipy.{module}")
    return getattr(root, distribution) if distribution else root


def _signed(eigh: Any) -> Any:
    """Eigenvectors whose first components are positive: SciPy's turn around when a matrix is moved a little."""

    def run(*args: Any, **kwargs: Any) -> Any:
        found = eigh(*args, **kwargs)
        return (found[0], found[1] * np.sign(found[1][..., :1, :])) if isinstance(found, tuple) else found

    return run


def _written(update: Any) -> Any:
    """A function that writes its first operand, as one that gives what is in it afterwards."""

    def run(a: Any, *args: Any) -> Any:
        after = a.copy()
        update(after, *args)
        return after

    return run


def _method(bound: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return bound(*args, **kwargs) if callable(bound) else bound


def bind(row: Row, call: Call, name: str = "") -> dict[str, Any] | None:
    """Operands by name; None where the call does not fit."""
    namespace: dict[str, Any] = {}
    exec(f"def signature({row.signature}): pass", {}, namespace)
    first = (np.random.default_rng(1),) if name.startswith("Generator.") and "rng" in row.signature else ()
    try:
        bound = inspect.signature(namespace["signature"]).bind(*first, *call.args, **call.kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    return dict(bound.arguments)


def fitting(name: str, call: Call) -> list[Row]:
    """The rows of a name that hold for a call: the adjoint pass takes the first that is known to hold, which
    may be any of them."""
    bound = [(row, bind(row, call, name)) for row in lookup(name)]
    rows = [
        row for row, operands in bound if operands is not None and (not row.when or _holds(row.when, operands))
    ]
    assert rows, f"no row of {name} fits {call}"
    return rows[:1] if name in DECIDED else rows


def _holds(when: str, operands: dict[str, Any]) -> bool:
    known = {"isinstance": lambda value, kind: type(value) is kind, "float": float, "int": int, "tuple": tuple,
             "numbers": lambda value: isinstance(value, list | tuple) and all(np.ndim(item) == 0 for item in value)}
    try:
        return bool(eval(when, known, operands))
    except (AttributeError, ValueError):
        return False


def invoke(name: str, call: Call, operand: str, value: Any, row: Row, operands: dict[str, Any]) -> Any:
    """The function with one operand replaced, in the form of the original call."""
    replaced = {id(each): new for each, new in ((operands[operand], value),)}
    if any(each is operands[operand] for each in (*call.args, *call.kwargs.values())):
        args = tuple(replaced.get(id(each), each) for each in call.args)
        kwargs = {key: replaced.get(id(each), each) for key, each in call.kwargs.items()}
        return callable_of(name)(*args, **kwargs)
    return run(name, {**operands, operand: value}, row)


def run(name: str, operands: dict[str, Any], row: Row) -> Any:
    """The function itself on operands by name, passed as its call passed them."""
    call = _call_of(row, operands)
    return callable_of(name)(*call.args, **call.kwargs)


def _call_of(row: Row, operands: dict[str, Any]) -> Call:
    arguments = ast.parse(f"def f({row.signature}): pass").body[0].args  # type: ignore[attr-defined]
    defaults = dict(
        zip(
            [a.arg for a in arguments.args][len(arguments.args) - len(arguments.defaults) :],
            map(ast.unparse, arguments.defaults),
            strict=True,
        )
    )
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for argument in arguments.args:
        value = operands[argument.arg]
        if argument.arg == "rng":
            continue
        if argument.arg in defaults and repr(value) == defaults[argument.arg].replace("float", "<class 'float'>"):
            continue
        if argument.arg in defaults and not arguments.vararg:
            kwargs[argument.arg] = value
        else:
            args.append(value)
    args += operands[arguments.vararg.arg] if arguments.vararg else ()
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if repr(operands[argument.arg]) != ast.unparse(default):
            kwargs[argument.arg] = operands[argument.arg]
    return Call(tuple(args), kwargs)


def evaluate(text: str, operands: dict[str, Any], out: Any, g: Any) -> Any:
    """The value of a formula."""
    names: dict[str, Any] = {"np": np, "math": math, "runtime": runtime, **operands, "out": out, "g": g}
    if "scipy." in text:
        names["scipy"] = pytest.importorskip("scipy")
    return eval(_compiled(text, frozenset(operands)), names)


@cache
def _compiled(text: str, operands: frozenset[str]) -> Any:
    """The formula with `x.shape` as the adjoint pass reads it: also of a number."""
    return compile(
        ast.fix_missing_locations(_Metadata(operands).visit(ast.parse(text, mode="eval"))), "<formula>", "eval"
    )


class _Metadata(ast.NodeTransformer):
    def __init__(self, operands: frozenset[str]) -> None:
        self.operands = operands

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if (
            isinstance(node.value, ast.Name)
            and node.value.id in self.operands
            and node.attr in ("shape", "ndim", "size")
        ):
            return ast.parse(f"np.{node.attr}({node.value.id})", mode="eval").body
        return self.generic_visit(node)


def cotangent(row: Row, operand: str, operands: dict[str, Any], out: Any, g: Any) -> Any:
    """What the adjoint pass makes of a formula: summed over broadcast axes where the row is elementwise, and
    real for a real operand."""
    value = evaluate(row.cotangents[operand], operands, out, g)
    if row.elementwise:
        value = unbroadcast(value, np.shape(operands[operand]))
    if not isinstance(value, list | tuple) and np.iscomplexobj(value) and not np.iscomplexobj(operands[operand]):
        value = np.real(value)
    if isinstance(operands[operand], list | tuple) and isinstance(value, np.ndarray):
        return type(operands[operand])(value)  # taken apart like the numbers that the array was made of
    return value


def mentioned(text: str) -> frozenset[str]:
    """The names of which a formula reads the value, not only shape or dtype."""
    found: set[str] = set()
    _mention(ast.parse(text, mode="eval"), found)
    return frozenset(found)


def _mention(node: ast.AST, found: set[str]) -> None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METADATA:
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func) in SHAPE_FUNCTIONS:
        return
    if isinstance(node, ast.Name):
        found.add(node.id)
    for child in ast.iter_child_nodes(node):
        _mention(child, found)
