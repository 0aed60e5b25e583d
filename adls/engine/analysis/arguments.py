"""The types of a call's arguments before anybody calls: from an example call, from annotations, from defaults."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import field

from adls.engine.analysis.annotations import annotated
from adls.engine.analysis.values import Values, is_known, widened
from adls.engine.frontend.modules import Defined, dotted
from adls.engine.frontend.static import StaticResolver
from adls.engine.ir.entities import Library, UserFunction, Value
from adls.engine.ir.ops import Const, Function, Global, Param
from adls.engine.ir.types import Any, Callable, Dict, Dim, List, Tuple, Type, may_vary
from adls.engine.passes.typing import join_all
from adls.engine.passes.typing.given import const_type
from adls.engine.source.examples import Argnums
from adls.engine.source.frozen import dataclass

EXAMPLE, ANNOTATIONS, UNKNOWN = "example", "annotations", "unknown"


class BadCall(Exception):
    """A text that is no call of the function; str() goes on "the example call ..."."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a function is called with: a type for each parameter, where these come from, and what is differentiated.

    `active` are positions of parameters. `assumed` says that dims of unknown length are taken to be more than 1.
    """

    types: tuple[Type, ...]
    origin: str
    active: frozenset[int]
    assumed: bool = False

    @property
    def known(self) -> bool:
        """Whether nothing about them is open."""
        return all(map(is_known, self.types))


@dataclass
class _Given:
    """A call's arguments as they are written."""

    positional: list[Type] = field(default_factory=list)
    named: dict[str, Type] = field(default_factory=dict)
    complete: bool = True


def parse_call(expression: str, wanted: str) -> ast.Call:
    """The call of a function that an expression is. Raises BadCall."""
    try:
        node = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError as error:
        raise BadCall(f"doesn't parse: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadCall(f"doesn't parse: {error}") from None
    if not isinstance(node, ast.Call):
        raise BadCall("is no call of a function")
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    name = wanted.rpartition(".")[2]
    if name and called != name:
        raise BadCall(f"calls {called or 'something else'}, not {name}")
    return node


def from_call(function: Function, defined: Defined, call: ast.Call, argnums: Argnums, values: Values) -> Arguments:
    """The types of a call's arguments. Raises BadCall where they don't fit the parameters."""
    given = _Given()
    module = defined.module
    for argument in call.args:
        if not isinstance(argument, ast.Starred):
            given.positional.append(values.expression(module, argument))
            continue
        spread = values.expression(module, argument.value)
        if isinstance(spread, Tuple | List) and spread.items is not None:
            given.positional += spread.items
        else:
            given.complete = False
            break
    for keyword in call.keywords:
        if keyword.arg is None:
            given.complete = False
        else:
            given.named[keyword.arg] = values.expression(module, keyword.value)
    receiver = _receiver(defined, call, values)
    first = 0 if receiver is None else 1
    given.positional[:0] = [] if receiver is None else [receiver]
    unsure: list[Dim] = []
    types = _bound(function, given, defined, unsure)
    promised = annotated(defined)
    types = tuple(promised.get(param.var.name, t) if isinstance(t, Any) else t
                  for param, t in zip(function.params, types, strict=True))
    return Arguments(types, EXAMPLE, _positions(argnums, first, len(types)), bool(unsure))


def from_annotations(function: Function, defined: Defined) -> Arguments:
    """The types that annotations and defaults give; Any where there is neither."""
    promised, types = annotated(defined), []
    resolver = StaticResolver(defined.module, defined)
    for param in function.params:
        found = promised.get(param.var.name)
        if found is None or isinstance(found, Any):
            found = Any() if param.default is None else _default(param, resolver)
        types.append(widened(found, param.var.name))
    known = any(not isinstance(t, Any) for t in promised.values())
    first = 1 if _is_method(defined) else 0
    active = frozenset({first + likeliest(types[first:])}) if len(types) > first else frozenset()
    return Arguments(tuple(types), ANNOTATIONS if known else UNKNOWN, active, known)


def likeliest(types: Sequence[Type]) -> int:
    """Which of some arguments one would differentiate: the first, unless it can carry no derivative of its own."""
    able = (n for n, t in enumerate(types) if may_vary(t) and not isinstance(t, Callable))
    return next(able, 0)


def _bound(function: Function, given: _Given, defined: Defined, unsure: list[Dim]) -> tuple[Type, ...]:
    """A type for each parameter, as Python binds arguments to them."""
    positional, named = list(given.positional), dict(given.named)
    resolver = StaticResolver(defined.module, defined)
    types: list[Type] = []
    for param in function.params:
        name = param.var.name
        if param.kind == "varargs":
            found: Type = Tuple(tuple(positional)) if given.complete else Any()
            positional = []
        elif param.kind == "varkw":
            found = Dict(join_all(named.values()), tuple(named.items())) if given.complete else Any()
            named = {}
        elif param.kind == "positional" and positional:
            found = positional.pop(0)
            if name in named:
                raise BadCall(f"gives `{name}` twice")
        elif name in named:
            found = named.pop(name)
        elif param.default is not None:
            found = _default(param, resolver) if given.complete else Any()
        elif given.complete:
            raise BadCall(f"gives no `{name}`")
        else:
            found = Any()
        types.append(widened(found, name, unsure))
    if positional:
        raise BadCall(f"gives {len(given.positional)} arguments, and {function.name} takes fewer")
    if named:
        raise BadCall(f"names `{next(iter(named))}`, which is no parameter of {function.name}")
    return tuple(types)


def _default(param: Param, resolver: StaticResolver) -> Type:
    match param.default:
        case Const() as constant:
            return const_type(constant)
        case Global(path, _):
            entity = resolver.resolve(path)
            if isinstance(entity, UserFunction):
                return Callable(entity.target)
            if isinstance(entity, Library):
                return Callable()
            return entity.type if isinstance(entity, Value) else Any()
    return Any()


def _receiver(defined: Defined, call: ast.Call, values: Values) -> Type | None:
    """The type of the instance that a method is called on; None for a plain function."""
    if not isinstance(call.func, ast.Attribute) or not _is_method(defined):
        return None
    owner = defined.qualname.rpartition(".")[0]
    if dotted(call.func.value).endswith(owner):
        return None
    return values.expression(defined.module, call.func.value)


def _is_method(defined: Defined) -> bool:
    if not defined.enclosing or not isinstance(defined.enclosing[-1], ast.ClassDef):
        return False
    decorators = getattr(defined.node, "decorator_list", [])
    return not any(dotted(each) == "staticmethod" for each in decorators)


def _positions(argnums: Argnums, first: int, count: int) -> frozenset[int]:
    wanted = (argnums,) if isinstance(argnums, int) else argnums
    outside = [n for n in wanted if not -(count - first) <= n < count - first]
    if outside:
        raise BadCall(f"has no argument {outside[0]}, which is to be differentiated")
    return frozenset(first + n % (count - first) for n in wanted)
