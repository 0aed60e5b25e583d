"""Calls of functions and methods, and the generators that they consume."""

from __future__ import annotations

import ast

from adls.engine.frontend.builder import Builder, span_of
from adls.engine.frontend.closures import partial_of
from adls.engine.frontend.comprehensions import quantifier
from adls.engine.frontend.consumed import consumed
from adls.engine.frontend.expressions import global_path
from adls.engine.frontend.unsupported import FRAME, SUPER
from adls.engine.ir.ops import Const, Global, Op, Operand

_FRAMES = {"builtins.locals", "builtins.globals", "builtins.vars", "builtins.eval", "builtins.exec", "builtins.dir"}
_CONSUMERS = {
    "builtins.sum", "builtins.min", "builtins.max", "builtins.tuple", "builtins.list", "builtins.set",
    "builtins.frozenset", "builtins.sorted", "builtins.dict", "math.fsum", "math.prod", "numpy.fromiter",
    "collections.Counter", "collections.deque",
}  # fmt: skip
_QUANTIFIERS = {"builtins.any": True, "builtins.all": False}


def call(builder: Builder, node: ast.Call) -> Op | Operand:
    """A call of a function, or of a method where an attribute of data is called."""
    function = node.func
    inherited = _inherited(builder, node)
    if inherited is not None:
        return inherited
    known = global_path(builder, function)
    _check_frame(builder, node, known)
    if known is not None and known.key == "functools.partial" and _is_plain_partial(node):
        return partial_of(builder, node)
    named = _by_name(builder, node, known)
    if named is not None:
        return named
    quantified = _quantified(builder, node, known)
    if quantified is not None:
        return quantified
    node = _with_lists(builder, node, known)
    stars = tuple(index + 1 for index, node in enumerate(node.args) if isinstance(node, ast.Starred))
    if isinstance(function, ast.Attribute) and known is None and not stars:
        args, kwargs = _arguments(builder, function.value, node)
        return Op("method", args, kwargs, data=function.attr)
    args, kwargs = _arguments(builder, function, node)
    return Op("call", args, kwargs, data=stars)


def _by_name(builder: Builder, node: ast.Call, callee: Global | None) -> Op | Operand | None:
    """`getattr(x, "name")` and `setattr(x, "name", v)` are what they say; `object.__setattr__` sets it plainly."""
    key = callee.key if callee is not None else ""
    match node:
        case ast.Call(_, [owner, ast.Constant(str(name))], []) if key == "builtins.getattr" and name.isidentifier():
            return Op("attr", (builder.operand(owner),), (), name)
        case ast.Call(_, [owner, ast.Constant(str(name)), value], []) if name.isidentifier() and key in _SETTERS:
            operands = builder.operands(owner, value)
            plain: tuple[tuple[str, Operand], ...] = () if key == "builtins.setattr" else (("plain", Const(True)),)
            builder.let([], Op("setattr", operands, plain, name), span_of(node))
            return Const(None)
        case _:
            return None


_SETTERS = {"builtins.setattr", "builtins.object.__setattr__"}


def _is_plain_partial(node: ast.Call) -> bool:
    """Whether it is known which arguments a `functools.partial` holds."""
    return bool(node.args) and not any(isinstance(each, ast.Starred) for each in node.args) and all(
        keyword.arg is not None for keyword in node.keywords)


def _inherited(builder: Builder, node: ast.Call) -> Op | None:
    """`super().method(...)`, a method of the instance that is looked for behind the class that the text stands in."""
    match node.func:
        case ast.Attribute(ast.Call(ast.Name("super"), [], []), name):
            pass
        case _:
            return None
    definition = builder.definition
    owner = next(iter([*definition.args.posonlyargs, *definition.args.args]), None)
    if owner is None or isinstance(definition, ast.Lambda) or builder.local("super") is not None:
        return None
    first = ast.copy_location(ast.Name(owner.arg, ast.Load()), node.func)
    args, kwargs = _arguments(builder, first, node)
    return Op("method", args, kwargs, data=f"super:{name}")


def _arguments(builder: Builder, first: ast.expr, node: ast.Call
               ) -> tuple[tuple[Operand, ...], tuple[tuple[str, Operand], ...]]:
    """The callee or receiver with the positional operands, and the keyword operands, evaluated in Python's order."""
    plain = [consumed(builder, argument.value) if isinstance(argument, ast.Starred) else argument
             for argument in node.args]
    values = builder.operands(first, *plain, *(keyword.value for keyword in node.keywords))
    names = [keyword.arg or "**" for keyword in node.keywords]
    positional = len(plain) + 1
    return values[:positional], tuple(zip(names, values[positional:], strict=True))


def _with_lists(builder: Builder, node: ast.Call, callee: Global | None) -> ast.Call:
    """The call with a generator that it consumes whole written as a list: `sum(f(x) for x in xs)`."""
    key = callee.key if callee is not None else ""
    joins = isinstance(node.func, ast.Attribute) and node.func.attr == "join"
    if key not in _CONSUMERS and not joins and not _makes_another(builder, node):
        return node
    args = [consumed(builder, argument) for argument in node.args]
    return ast.copy_location(ast.Call(node.func, args, node.keywords), node)


def _makes_another(builder: Builder, node: ast.Call) -> bool:
    """Whether a call makes something of the class of something else: `type(x)(f(each) for each in x)`."""
    match node.func:
        case ast.Call(ast.Name("type") as made, [_], []):
            known = global_path(builder, made)
            return known is not None and known.key == "builtins.type"
        case _:
            return False


def _quantified(builder: Builder, node: ast.Call, callee: Global | None) -> Operand | None:
    """`any(p(x) for x in xs)` and `all(...)` end at the first element that decides."""
    match node:
        case ast.Call(_, [ast.GeneratorExp() as generator], []) if callee and callee.key in _QUANTIFIERS:
            return quantifier(builder, generator, decides=_QUANTIFIERS[callee.key])
        case _:
            return None


def _check_frame(builder: Builder, node: ast.Call, known: Global | None) -> None:
    """Refuse what reads the caller's frame: generated code has another one."""
    key = known.key if known is not None else ""
    if key == "builtins.super" and not node.args:
        builder.refuse(SUPER, node)
    elif key in _FRAMES and not (key in ("builtins.vars", "builtins.dir") and node.args):
        builder.refuse(FRAME, node, name=key.removeprefix("builtins."))
