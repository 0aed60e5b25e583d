"""A library function as a value: `np.sin` handed to a function, or picked from a dict."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from adls.engine.compile import Origin
from adls.engine.frontend.library import library_key
from adls.engine.ir.ops import Const, Function, Global, Let, Op, Operand, Param, Region, Return, Var
from adls.engine.ir.types import Any as AnyType
from adls.engine.passes.infer_library import is_library
from adls.engine.passes.infer_sources import is_rewritten
from adls.engine.rules.table import lookup
from adls.engine.source.diagnostics import KINDS, Diagnostic, DifferentiationError
from adls.engine.source.text import NOWHERE, SourceFile, Span
from adls.runtime import array_sources
from adls.runtime.compiler import Resolver, Subject, origin_of, subject_of
from adls.runtime.distributions import unfrozen
from adls.runtime.typeof import typeof

_SPAN = Span(1, 0, 1, 0)


class _LibraryResolver(Resolver):
    """Resolves one generated function that does nothing but call a library's."""

    def __init__(self, made: Function) -> None:
        assert isinstance(_nothing, FunctionType)
        super().__init__(_nothing, typeof)
        self.made = made

    def function(self, target: str) -> Function:
        return self.made if target == self.made.qualname else super().function(target)

    def resolve(self, path: str) -> Any:
        from adls.engine.ir.entities import Library

        return Library(path) if "." in path and path.partition(".")[0] in sys.modules else super().resolve(path)

    def for_target(self, target: str) -> Any:
        return self if target == self.made.qualname else super().for_target(target)


def _nothing() -> None:
    """The function whose names a library's function sees."""


def array_method_subject(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Subject, list[Any], int]:
    """A bound method of an array or NumPy scalar, such as `x.sum`: the method of its first argument."""
    if not is_library(f"ndarray.{f.__name__}"):
        raise DifferentiationError((Diagnostic(KINDS["missing-rule"], f.__name__, NOWHERE, f.__name__, (
            ("name", f"ndarray.{f.__name__}"), ("reason", "no row in the rules"))),))
    names = ["self", *(f"a{n}" for n in range(len(args))), *kwargs]
    positional = tuple(map(Var, names[: len(args) + 1]))
    op = Op("method", positional, tuple((n, Var(n)) for n in kwargs), f.__name__)
    return _subject(f"ndarray.{f.__name__}", op, names), [f.__self__, *args, *kwargs.values()], 1


def ruled_subject(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Subject, list[Any], int]:
    """A function with a user's rule: a call of what the first argument is, which only the run knows."""
    name = getattr(f, "__name__", type(f).__name__)
    names = ["f", *(f"a{n}" for n in range(len(args))), *kwargs]
    op = Op("call", tuple(map(Var, names[: len(args) + 1])), tuple((n, Var(n)) for n in kwargs), ())
    return _subject(f"rule.{name}", op, names), [f, *args, *kwargs.values()], 1


def vectorized_subject(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Subject, list[Any], int]:
    """An `np.vectorize` object of one or two arguments: a loop over them that calls its function."""
    loops: dict[int, Any] = {1: array_sources.vectorized1, 2: array_sources.vectorized2}
    plain = f.otypes is None and f.signature is None and not f.excluded and not f.cache
    if not plain or kwargs or len(args) not in loops or not isinstance(f.pyfunc, FunctionType):
        raise DifferentiationError((Diagnostic(KINDS["missing-rule"], "vectorize", NOWHERE, "vectorize", (
            ("name", "numpy.vectorize"), ("reason", "options, or more than two arguments, are not covered"))),))
    return subject_of(loops[len(args)]), [f.pyfunc, *args], 1


_BY_TYPES = ("builtins.list", "builtins.tuple", "builtins.sorted", "copy.copy", "copy.deepcopy")
"""What has a meaning for lists, tuples and dicts, and no row."""


def is_by_types(f: Callable[..., Any]) -> bool:
    """Whether a function means what its arguments' types say."""
    return f.__module__ == "copy" and library_key(f) in _BY_TYPES


def library_subject(f: Callable[..., Any], args: tuple[Any, ...],
                    kwargs: dict[str, Any]) -> tuple[Subject, list[Any], int]:
    """A library function of as many arguments as the call has; raises DifferentiationError where it has no rule."""
    f, args, kwargs = unfrozen(f, args, kwargs)
    key = library_key(f)
    unknown = key == "operator.getitem" and isinstance(typeof(args[0]), AnyType)
    known = lookup(key) or is_rewritten(key) or key in ("operator.getitem", *_BY_TYPES)
    if unknown or not key or not known:
        name = getattr(f, "__name__", type(f).__name__)
        if isinstance(f, type) and not key:
            raise DifferentiationError((Diagnostic(KINDS["unsupported-construct"], name, NOWHERE, name, (
                ("construct", f"an instance of `{name}` here"),
                ("reason", "which class it is, or what its attributes are, is known only when it runs"),
                ("way_out", "call each class by its name, with attributes of one kind each"))),))
        raise DifferentiationError((Diagnostic(KINDS["missing-rule"], name, NOWHERE, name, (
            ("name", name), ("reason", "it has no Python source"))),))
    names = [f"a{n}" for n in range(len(args))] + list(kwargs)
    if key == "operator.getitem":
        return _item_subject(key, args, names), list(args), 0
    op = Op("call", (Global(key, key), *map(Var, names[: len(args)])), tuple((n, Var(n)) for n in kwargs), ())
    return _subject(key, op, names), [*args, *kwargs.values()], 0


def _item_subject(key: str, args: tuple[Any, ...], names: list[str]) -> Subject:
    """`x[i]`: of a tuple, whose items have types of their own, the index is part of the function."""
    whole, where = args
    if isinstance(whole, tuple) and isinstance(where, slice):
        part = tuple(None if end is None else operator.index(end) for end in (where.start, where.stop, where.step))
        made = Let((Var("part"),), Op("slice", tuple(map(Const, part))), _SPAN)
        return _subject(f"{key}{part}", Op("getitem", (Var(names[0]), Var("part"))), names, made)
    if isinstance(whole, tuple):
        where = operator.index(where)
    index: Operand = Const(where) if isinstance(where, int | str) else Var(names[1])
    return _subject(key, Op("getitem", (Var(names[0]), index)), names)


def _subject(key: str, op: Op, names: list[str], *before: Let) -> Subject:
    """A generated function that does one operation on its parameters."""
    body: Region = (*before, Let((Var("value"),), op, _SPAN), Return(Var("value"), _SPAN))
    params = tuple(Param(Var(n)) for n in names)
    constants = "".join(f"[{arg.value!r}]" for arg in op.args if isinstance(arg, Const))
    file = f"<library {key}>"
    made = Function(key.rpartition(".")[2], f"library:{key}{constants}", file, key, _SPAN, params, (), body)
    source = SourceFile(file, f"{key}({', '.join(names)})\n")
    return Subject((key, op.args, *(n for n, _ in op.kwargs)), made.qualname, _LibraryResolver(made), {},
                   lambda function: Origin(source, "builtins") if function.file == made.file else origin_of(function))
