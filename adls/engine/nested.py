"""Generated functions as functions of the same IR, which are typed and differentiated like the user's.

A gradient is a small function that calls f's forward and backward function. These are given to type inference as user
functions, under targets of their own.
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.compile import Adjoints
from adls.engine.ir.entities import Construction, Entity, Member, Resolver, UserFunction
from adls.engine.ir.ops import (
    Const,
    Function,
    Global,
    Let,
    Op,
    Operand,
    Param,
    Region,
    Return,
    Statement,
    Var,
)
from adls.engine.ir.types import Array
from adls.engine.ir.walk import regions, with_regions
from adls.engine.passes.adjoint.differentiate import Adjoint
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.infer_lifting import plain_target
from adls.engine.rules.runtime_rows import FROM_SOURCE
from adls.engine.source.text import Span

PREFIX = "adls:"


class GeneratedNames(Resolver):
    """Resolves generated functions by their targets, and the user's names as the function that they came from does."""

    def __init__(self, base: Resolver, table: dict[str, Function], origins: dict[str, str]) -> None:
        self.base = base
        self.table = table
        self.origins = origins

    def resolve(self, path: str) -> Entity | None:
        return UserFunction(path) if path in self.table else self.base.resolve(path)

    def function(self, target: str) -> Function:
        return self.table[target] if target in self.table else self.base.function(target)

    def source(self, name: str) -> str | None:
        return self.base.source(name)

    def member(self, cls: str, name: str, after: str = "") -> Member | None:
        return self.base.member(cls, name, after)

    def construction(self, cls: str) -> Construction | None:
        return self.base.construction(cls)

    def is_kind(self, cls: str, kind: str) -> bool | None:
        return self.base.is_kind(cls, kind)

    def for_target(self, target: str) -> Resolver:
        if target in self.table:
            origin = self.origins.get(target)
            return GeneratedNames(self.base_for(origin), self.table, self.origins) if origin else self
        return self.base_for(target)

    def base_for(self, target: str) -> Resolver:
        """The resolver of a user's function; one inside another resolves its globals as that does."""
        try:
            return self.base.for_target(target)
        except KeyError:
            return self.base


def generated(adjoints: Adjoints) -> tuple[dict[str, Function], dict[str, str]]:
    """Every generated function under a target, and the user's target that it came from."""
    table: dict[str, Function] = {}
    origins: dict[str, str] = {}
    for key, adjoint in adjoints.made.items():
        for kind, function in (("fwd", adjoint.forward), ("back", adjoint.backward)):
            target = target_of_adjoint(kind, key)
            table[target] = _as_primal(function, kind)
            origins[target] = plain_target(key.instance)
    for instance, primal in adjoints.primals.items():
        target = f"{PREFIX}primal:{instance}"
        table[target] = _as_primal(primal, "")
        origins[target] = plain_target(instance)
    return table, origins


def target_of_adjoint(kind: str, key: AdjointKey) -> str:
    """The target under which an adjoint's forward ("fwd") or backward ("back") function is known."""
    return f"{PREFIX}{kind}:{key}".replace("|", "¦")


def _as_primal(function: Function, kind: str) -> Function:
    """A generated function as one that may be typed and differentiated anew: its calls are calls by name again."""
    params = (*(Param(cell) for cell in function.cells), *(Param(p.var) for p in function.params))
    name = f"{function.name}__{kind}" if kind else function.name
    body = _Calls(function).region(function.body)
    return replace(function, name=name, body=body, params=params, cells=(), types={}, role="primal")


class _Calls:
    """Puts calls by name in place of `forward`, `backward` and `apply`."""

    def __init__(self, function: Function) -> None:
        self.number = 0
        self.taken = set(function.types)

    def region(self, region: Region) -> Region:
        out: list[Statement] = []
        for statement in region:
            if isinstance(statement, Let):
                out += self._let(statement)
            else:
                out.append(with_regions(statement, tuple(self.region(nested) for nested in regions(statement))))
        return tuple(out)

    def _let(self, let: Let) -> list[Statement]:
        op = let.op
        if op.prim == "forward" and isinstance(op.data, AdjointKey):
            return self._call(let, target_of_adjoint("fwd", op.data))
        if op.prim == "backward" and isinstance(op.data, AdjointKey):
            return self._call(let, target_of_adjoint("back", op.data))
        if op.prim == "apply":
            return self._call(let, f"{PREFIX}primal:{op.data}")
        if op.prim in FROM_SOURCE:
            return [Let(let.targets, Op("call", (Global(op.prim), *op.args), op.kwargs, ()), let.span)]
        return [let]

    def _call(self, let: Let, target: str) -> list[Statement]:
        call = Op("call", (Global(target), *let.op.args), (), ())
        if len(let.targets) < 2:
            return [Let(let.targets, call, let.span)]
        both = self._temporary()
        return [Let((both,), call, let.span), Let(let.targets, Op("unpack", (both,)), let.span)]

    def _temporary(self) -> Var:
        while True:
            self.number += 1
            name = f"t{900000 + self.number}"
            if name not in self.taken:
                return Var(name)


def gradient_function(adjoint: Adjoint, wanted: list[int], target: str, *, several: bool, with_value: bool) -> Function:
    """`def grad_f(params): value, residuals = f__fwd(params); ...; return f__back(residuals, 1.0)`.

    `wanted` are the positions whose cotangents it returns: `several` in a tuple, `with_value` after the value.
    """
    forward, interface = adjoint.forward, adjoint.interface
    span = forward.span
    names = [*forward.cells, *(param.var for param in forward.params)]
    both, value, kept = Var("both"), Var("value"), Var("kept")
    body: list[Statement] = [
        Let((both,), Op("call", (Global(target_of_adjoint("fwd", adjoint.key)), *names), (), ()), span),
        Let((value, kept), Op("unpack", (both,)), span),
    ]
    cotangents: dict[int, Operand] = {}
    shadows: list[Var] = []
    for position in interface.shadows:
        shadow = Var(f"d_{names[position].name}")
        zeros = Op("call", (Global("np.zeros_like", "numpy.zeros_like"), names[position]), (), ())
        if not isinstance(forward.type_of(names[position]), Array):
            zeros = Op("runtime.shadow_of", (names[position],))
        body.append(Let((shadow,), zeros, span))
        shadows.append(shadow)
        cotangents[position] = shadow
    targets = tuple(Var(f"d_{names[position].name}") for position in interface.returned)
    cotangents.update(zip(interface.returned, targets, strict=True))
    body += _Calls(forward)._call(Let(targets, Op("backward", (kept, Const(1.0), *shadows)), span),
                                  target_of_adjoint("back", adjoint.key))
    result = [cotangents.get(position, Const(0.0)) for position in wanted]
    body += _returning(result, value, span, several=several, with_value=with_value)
    name = f"grad_{forward.name}" if forward.name.isidentifier() else "grad_lambda"
    return replace(forward, name=name, qualname=target, body=tuple(body), types={}, role="primal",
                   params=tuple(Param(param.var) for param in forward.params))


def _returning(result: list[Operand], value: Var, span: Span, *, several: bool, with_value: bool) -> list[Statement]:
    statements: list[Statement] = []
    answer = result[0] if result else value
    if several:
        answer = Var("gradients")
        statements.append(Let((answer,), Op("tuple", tuple(result)), span))
    if with_value:
        statements.append(Let((Var("both_values"),), Op("tuple", (value, answer)), span))
        answer = Var("both_values")
    return [*statements, Return(answer, span)]
