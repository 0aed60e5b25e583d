"""Matching an operation with its rule row: operands bound by the row's signature, variants chosen by condition."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from types import CodeType, SimpleNamespace
from typing import Protocol

from adls.engine.ir.ops import Const, Op, Operand
from adls.engine.ir.types import Array, Bool, Complex, Float, Int, List, NoneT, Scalar, Tuple, Type
from adls.engine.rules.row import Row
from adls.engine.rules.table import lookup
from adls.engine.source.frozen import dataclass


class Typed(Protocol):
    """Who knows the types of operands: a function, or one in the making."""

    def type_of(self, operand: Operand, /) -> Type:
        """The type of an operand; Any where it is not known."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A row that holds for an operation, with the operand (or the tuple of operands of a `*name`) under each name."""

    row: Row
    operands: Mapping[str, Operand | tuple[Operand, ...]]

    def names(self, operand: Operand) -> tuple[str, ...]:
        """The names under which the row knows an operand: two for `x * x`."""
        return tuple(name for name, bound in self.operands.items() if bound == operand)


class Unbound(Exception):
    """An operation whose operands do not fit the signature of any row; str() says which operand."""


def bind(op: Op, function: Typed) -> Bound | None:
    """The row for a library operation; None where the table has none.

    Raises Unbound when there are rows but no signature fits.
    """
    rows = lookup(op.prim)
    if not rows:
        return None
    reason = ""
    for row in rows:
        try:
            operands = _bind_operands(row.signature, op)
        except Unbound as misfit:
            reason = str(misfit)
            continue
        if not row.when or _holds(row.when, operands, function):
            return Bound(row, operands)
    raise Unbound(reason or "no variant of its rule fits")


def _bind_operands(text: str, op: Op) -> dict[str, Operand | tuple[Operand, ...]]:
    signature = signature_of(text)
    names, starred = signature.names, signature.starred
    bound: dict[str, Operand | tuple[Operand, ...]] = {}
    if op.data:
        raise Unbound("starred arguments")
    if starred and names[0] == starred:
        bound[starred] = op.args
        names = names[1:]
    else:
        positional = signature.positional
        rest = op.args[len(positional) :]
        bound.update(zip(positional, op.args, strict=False))
        if starred:
            bound[starred] = rest
        elif rest:
            raise Unbound(f"{len(op.args)} positional arguments")
    for name, operand in op.kwargs:
        if name not in names:
            raise Unbound(f"the argument {name}=")
        bound[name] = operand
    if len(bound) < len(signature.names):
        for name in names:
            if name not in bound:
                if name not in signature.defaults:
                    raise Unbound(f"a call without {name}")
                bound[name] = signature.defaults[name]
    return bound


@dataclass(frozen=True, slots=True)
class Signature:
    """Names in order, those that may be given by position (without a starred one and what follows it), literal
    defaults, and the name of a starred operand ("" if none)."""

    names: tuple[str, ...]
    positional: tuple[str, ...]
    defaults: Mapping[str, Const]
    starred: str


@cache
def signature_of(text: str) -> Signature:
    """A row's signature, taken apart."""
    plain = tuple(text.split(", "))
    if all(map(str.isidentifier, plain)):  # As most are: Python's parser takes a while.
        return Signature(plain, plain, {}, "")
    arguments = ast.parse(f"def f({text}): pass").body[0].args  # type: ignore[attr-defined]
    positional = tuple(argument.arg for argument in (*arguments.posonlyargs, *arguments.args))
    names = list(positional)
    values = [_literal(node) for node in arguments.defaults]
    defaults = dict(zip(names[len(names) - len(values) :], values, strict=True))
    starred = arguments.vararg.arg if arguments.vararg is not None else ""
    names += [starred] if starred else []
    for argument, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        names.append(argument.arg)
        if node is not None:
            defaults[argument.arg] = _literal(node)
    return Signature(tuple(names), positional, {name: Const(value) for name, value in defaults.items()}, starred)


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ...


def _holds(when: str, operands: Mapping[str, Operand | tuple[Operand, ...]], function: Typed) -> bool:
    """Whether a row's condition is known to hold; what cannot be known does not hold."""
    condition = _compiled(when)
    view = {name: _known(operands[name], function) for name in condition.co_names if name in operands}
    try:
        return bool(eval(condition, _CONDITION_NAMES, view))  # the text is a row's, never a user's
    except (_UnknownError, AttributeError):
        return False


@cache
def _compiled(when: str) -> CodeType:
    return compile(when, "<row>", "eval")


class _UnknownError(Exception):
    pass


class _Unknown:
    """A value of which only the type is known; reading anything else of it leaves the condition unknown."""

    def __init__(self, type_: Type) -> None:
        self._type = type_

    @property
    def ndim(self) -> int:
        match self._type:
            case Array(_, dims) if dims is not None:
                return len(dims)
            case Float() | Int() | Bool() | Complex() | Scalar():
                return 0
        raise _UnknownError

    @property
    def dtype(self) -> SimpleNamespace:
        known = getattr(self._type, "dtype", "?")
        kind = "f" if isinstance(self._type, Float) else "c" if isinstance(self._type, Complex) else known[0]
        if kind == "?":
            raise _UnknownError
        return SimpleNamespace(kind=kind)

    def __getattr__(self, name: str) -> object:
        raise _UnknownError

    def __eq__(self, other: object) -> bool:
        raise _UnknownError

    def __bool__(self) -> bool:
        raise _UnknownError

    __hash__ = object.__hash__


def _known(operand: Operand | tuple[Operand, ...], function: Typed) -> object:
    if isinstance(operand, tuple):
        return tuple(_known(each, function) for each in operand)
    if isinstance(operand, Const):
        return operand.value
    found = function.type_of(operand)
    if isinstance(found, Int) and found.value is not None:
        return found.value
    if isinstance(found, NoneT):
        return None
    return _Unknown(found)


def _isinstance(value: object, kind: type) -> bool:
    if not isinstance(value, _Unknown):
        return isinstance(value, kind)
    python = {Float: float, Int: int, Bool: bool, Complex: complex}.get(type(value._type))
    if python is None and not isinstance(value._type, Array | Scalar):
        raise _UnknownError
    return python is not None and issubclass(python, kind)


def _numbers(value: object) -> bool:
    """Whether a sequence holds nothing but single numbers."""
    type_ = value._type if isinstance(value, _Unknown) else None
    items = type_.items if isinstance(type_, Tuple | List) else None
    return bool(items) and all(isinstance(item, Float | Int | Scalar) for item in items or ())


_CONDITION_NAMES = {"numbers": _numbers, "isinstance": _isinstance, "float": float, "int": int, "bool": bool,
                    "complex": complex, "tuple": tuple, "None": None, "__builtins__": {}}
